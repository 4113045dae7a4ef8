"""What a translation is to be: languages, words that are given, manner; checked before anything is sent.

https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session

SERVICE: Final = "translate"
AUTO: Final = "auto"
FORMALITY: Final = ("formal", "informal")
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-formality.html
FORMAL_LANGUAGES: Final = (*("nl", "fr", "fr-CA", "de", "hi", "it", "ja", "ko", "pt", "pt-PT", "es", "es-MX"),)


@dataclass(frozen=True)
class Wanted:
    """A translation from SOURCE (`auto` finds out, once) to TARGET.

    `terminology` is the name of one that AWS holds; `terms` tells a temporary one from others, whose name changes from
    run to run. `formality` is formal or informal; `profanity` masks it; `brevity` asks for fewer words.
    """

    target: str
    source: str = AUTO
    terminology: str | None = None
    terms: str = ""
    formality: str | None = None
    profanity: bool = False
    brevity: bool = False

    def check(self, session: Session) -> None:
        """Raises UsageError for what AWS would refuse; warns of what it would ignore."""
        if self.formality is not None and self.formality not in FORMALITY:
            raise UsageError(f"unknown formality `{self.formality}`", hint=f"one of: {', '.join(FORMALITY)}")
        if self.formality and self.target not in FORMAL_LANGUAGES:
            known = ", ".join(FORMAL_LANGUAGES)
            session.talk.warn(f"Translate ignores --formality for {self.target}; it knows it for {known}")

    @property
    def params(self) -> dict[str, Any]:
        """The part of a request beside text and languages."""
        settings = {
            **({"Formality": self.formality.upper()} if self.formality else {}),
            **({"Profanity": "MASK"} if self.profanity else {}),
            **({"Brevity": "ON"} if self.brevity else {}),
        }
        return {
            **({"TerminologyNames": [self.terminology]} if self.terminology else {}),
            **({"Settings": settings} if settings else {}),
        }

    @property
    def key(self) -> list[Any]:
        """What tells it from others, besides the languages."""
        named = replace(self, terminology=None) if self.terms else self
        return [named.params, self.terms] if named.params or self.terms else []
