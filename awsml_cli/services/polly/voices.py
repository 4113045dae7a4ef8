"""Polly's voices: which there are, and which one fits a text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import ClassVar, Final

from pydantic import Field

from awsml_cli.core import languages, paging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "polly"
ENGINES: Final = ("neural", "standard", "generative", "long-form")  # chosen in this order where none is named
# the dialect meant where only a language is named
DIALECTS: Final = {
    "ar": "arb", "cy": "cy-GB", "de": "de-DE", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "nb": "nb-NO",
    "nl": "nl-NL", "no": "nb-NO", "pt": "pt-BR", "zh": "cmn-CN",
}  # fmt: skip


# the grown-up voices that AWS's own documents show first, where a language has several
LEADING: Final = frozenset(
    [
        "Joanna",
        "Amy",
        "Olivia",
        "Kajal",
        "Niamh",
        "Ayanda",
        "Aria",
        "Lucia",
        "Lupe",
        "Mia",
        "Lea",
        "Gabrielle",
        "Isabelle",
        "Vicki",
        "Hannah",
        "Sabrina",
        "Bianca",
        "Camila",
        "Ines",
        "Laura",
        "Lisa",
        "Ola",
        "Kazuha",
        "Seoyeon",
        "Zhiyu",
        "Hiujin",
        "Hala",
        "Arlet",
        "Elin",
        "Ida",
        "Suvi",
        "Sofie",
        "Burcu",
        "Jitka",
        "Tatyana",
        "Dora",
    ]
)


class Voice(Record):
    """A voice of Polly's."""

    columns: ClassVar = ("id", "language_code", "gender", "supported_engines", "language_name")

    id: str
    language_code: str
    language_name: str | None = None
    gender: str | None = None
    name: str | None = None
    supported_engines: list[str] = Field(default_factory=list)
    additional_language_codes: list[str] = Field(default_factory=list)

    @property
    def spoken(self) -> list[str]:
        """All languages it speaks, its own first."""
        return [self.language_code, *self.additional_language_codes]

    def speaks(self, language: str) -> bool:
        """Whether it speaks LANGUAGE: a whole code (`en-GB`), or the beginning of one (`en`)."""
        wanted = language.lower().split("-")
        return any(code.lower().split("-")[: len(wanted)] == wanted for code in self.spoken)

    def best_engine(self, order: Sequence[str] = ENGINES) -> str:
        """The engine that is chosen where none is named: the first of ORDER that it has."""
        return next((engine for engine in order if engine in self.supported_engines), "standard")


def voices(
    session: Session, *, language: str | None = None, engine: str | None = None, gender: str | None = None
) -> Listing:
    """The voices, all pages; LANGUAGE is a code (`en-GB`) or the beginning of one (`en`)."""
    filters = {"Engine": engine} if engine else {}

    def records() -> Iterator[Voice]:
        for found in paging.items(session.client(SERVICE).describe_voices, "Voices", **filters):
            voice = Voice.of(found)
            if language and not voice.speaks(language):
                continue
            if gender and (voice.gender or "").lower() != gender.lower():
                continue
            yield voice

    return Listing(records(), "Voices")


def named(session: Session, name: str) -> Voice:
    """The voice called NAME, in whatever case. Raises UsageError with the nearest names."""
    known = known_voices(session)
    for voice in known:
        if voice.id.lower() == name.lower():
            return voice
    near = get_close_matches(name.title(), [voice.id for voice in known], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`awsml polly voices` lists them"
    raise UsageError(f"Polly has no voice `{name}` here", hint=hint)


def fitting(session: Session, *, language: str, engine: str | None, text: str) -> Voice:
    """A voice for LANGUAGE (`auto`: found out from TEXT) and ENGINE. Raises UsageError where Polly has none."""
    voice = candidates(session, language=language, engine=engine, text=text)[0]
    session.talk.note(f"voice: {voice.id} ({voice.language_code})")
    return voice


def candidates(session: Session, *, language: str, engine: str | None, text: str) -> list[Voice]:
    """All voices for LANGUAGE (`auto`: found out from TEXT) and ENGINE, the best first.

    Raises UsageError where Polly has none.
    """
    language = _found_out(session, text) if language == "auto" else language
    wanted = DIALECTS.get(language, language)
    able = [v for v in known_voices(session) if v.speaks(wanted) and (not engine or engine in v.supported_engines)]
    if not able:
        with_engine = f" with the {engine} engine" if engine else ""
        raise UsageError(
            f"Polly has no voice for `{language}`{with_engine}",
            hint="awsml polly voices --language CODE; or --voice NAME",
        )
    first = order(session)
    ranks = {voice.id: first.index(voice.best_engine(first)) for voice in able}
    return sorted(able, key=lambda v: (v.language_code != wanted, ranks[v.id], v.id not in LEADING, v.id))


def order(session: Session) -> Sequence[str]:
    """The engines in the order of choice; on this machine a natural voice takes longer than it speaks."""
    return ("standard", *(one for one in ENGINES if one != "standard")) if session.local else ENGINES


def known_voices(session: Session) -> list[Voice]:
    """All voices; asked for once a day, since every command that speaks needs them."""
    cache = Cache(session.config)
    key = key_of(SERVICE, "voices", session.region, session.config.endpoint_url)
    kept = None if session.local or session.fresh else cache.find(key, days=1)
    if kept is not None:
        return [Voice.of(answer) for answer in json.loads(kept)]
    answers = list(paging.items(session.client(SERVICE).describe_voices, "Voices"))
    if not session.local:
        cache.keep(key, json.dumps(answers).encode())
    return [Voice.of(answer) for answer in answers]


def _found_out(session: Session, text: str) -> str:
    found = languages.detect(text)
    language = found.language_code if found.sure else "en"
    session.talk.note(f"language: {language}" + ("" if found.sure else " (a guess: name it with --language)"))
    return language
