"""In which language Comprehend is asked: as the user says, or as the detector on this machine finds out."""

from __future__ import annotations

from typing import Final

from awsml_cli.core import languages
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session

AUTO: Final = "auto"
FEW: Final = 20  # characters below which the detector is believed only where it is very sure
VERY_SURE: Final = 0.8
SOME: Final = 4  # words, below which what they were in says nothing
FAMILIAR: Final = 0.7  # part of a text's words that were in those before it
MANY: Final = 5_000  # words that are remembered


class Languages:
    """The language of each document, one of SUPPORTED (of all, if none: the operation does not ask for it).

    A text that the detector is not sure about, a word or a number, is taken to be in the language of those before it;
    so is one most of whose words were in these, which saves asking it for every line of many.
    Raises UsageError for a WANTED language that is not supported.
    """

    def __init__(self, session: Session, wanted: str, supported: tuple[str, ...], *, operation: str) -> None:
        self._talk = session.talk
        self._supported = supported
        self._operation = operation
        self._known = {code.lower(): code for code in supported}
        self._usual: str | None = None
        self._words: set[str] = set()  # of texts that are surely in the usual language
        self._fixed: str | None = None if supported else ""
        if supported and wanted != AUTO:
            self._fixed = self._named(wanted)

    def of(self, text: str) -> str:
        """The language of TEXT. Raises InputError where it is surely one that is not supported."""
        if self._fixed is not None:
            return self._fixed
        words = set(text[: languages.ENOUGH].lower().split())
        if len(words) >= SOME and len(words & self._words) >= FAMILIAR * len(words):
            return self._usual or ""
        found = languages.detect(text)
        sure = found.sure and (len(text) >= FEW or found.score >= VERY_SURE)
        code = self._known.get(found.language_code)
        if sure and code is None:
            raise InputError(
                f"the text is in `{found.language_code}`, which {self._operation} does not know",
                hint=f"it knows {', '.join(self._supported)}; if the text is in one of these, name it with --language",
            )
        if sure and code is not None:
            if code != self._usual:
                self._talk.note(f"language: {code}")
                self._words.clear()
            self._usual = code
            if len(self._words) < MANY:
                self._words.update(words)
            return code
        if self._usual is None:
            self._usual = code or self._supported[0]
            self._talk.warn(f"the language is a guess: {self._usual}; --language settles it")
        return self._usual

    def _named(self, wanted: str) -> str:
        code = self._known.get(wanted.lower()) or self._known.get(wanted.lower().partition("-")[0])
        if code is None:
            raise UsageError(
                f"{self._operation} does not know the language `{wanted}`",
                hint=f"it knows {', '.join(self._supported)}",
            )
        return code
