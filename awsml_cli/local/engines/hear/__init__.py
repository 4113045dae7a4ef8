"""Speech to words: which engine hears a language, and how a recording of any length goes through it.

Order of choice, by what was measured on `samples/` and on a reading of Dickens: Whisper base makes the fewest errors,
Moonshine tiny is five times faster and nearly as good on read English, PocketSphinx is what runs everywhere.
English goes to Moonshine, which is good enough and quickest; all else to Whisper.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.hear import cut, moonshine, sphinx, whisper

RATE = 16_000
"""Samples a second that every engine here takes."""

CHOICE = "AWSML_ENGINE_HEAR"
"""The environment variable that names the engine to use."""


_TAIL = re.compile(r"(?P<word>.*[^\s.,!?;:…。，！？、；：])(?P<sign>[.,!?;:…。，！？、；：]+)", re.S)


@dataclass(frozen=True)
class Word:
    """A word as heard, punctuation attached; seconds; confidence 0 … 1, or None where the engine has none.

    `speaker` counts from 0; None where nobody asked who spoke.
    """

    content: str
    start: float
    end: float
    confidence: float | None = None
    speaker: int | None = None

    def parted(self) -> tuple[str, str]:
        """The word, and the punctuation after it without the stutter of an engine: `,,` is a comma, three dots stay."""
        found = _TAIL.fullmatch(self.content)
        if found is None:
            return self.content, ""
        sign = found["sign"]
        return found["word"], sign if sign == "..." or len(set(sign)) > 1 else sign[0]


class Hearing(Protocol):
    """An engine that hears. `longest` is the longest stretch it takes well, in seconds."""

    declaration: Declaration
    longest: float

    def words(self, samples: Any, *, language: str) -> list[Word]:
        """The words in SAMPLES (float32, 16 kHz, mono), times from their first. LANGUAGE is ISO 639-1."""
        ...


DECLARED = (moonshine.DECLARATION, whisper.DECLARATION, sphinx.DECLARATION)


_MAKERS: dict[str, Callable[[Path], Hearing]] = {
    moonshine.DECLARATION.name: moonshine.Moonshine,
    whisper.DECLARATION.name: whisper.Whisper,
    sphinx.DECLARATION.name: sphinx.PocketSphinx,
}
_loaded: dict[str, Hearing] = {}
_loading = threading.Lock()
_working = threading.Lock()


def choose(language: str, *, hints: bool = False, env: Mapping[str, str] = os.environ) -> Declaration:
    """The best engine installed for LANGUAGE (ISO 639-1), or the one that the environment names.

    With HINTS it has to be one that can be told which words are likely, which is Whisper.

    Raises ConfigError where there is none, with the command that installs one.
    """
    if hints:
        if not whisper.DECLARATION.installed():
            raise ConfigError("no engine on this machine can use a custom vocabulary", hint=whisper.DECLARATION.install)
        if not _hears(whisper.DECLARATION, language):
            raise _unheard(language)
        return whisper.DECLARATION
    wanted = env.get(CHOICE)
    if wanted:
        return _named(wanted, language)
    able = [engine for engine in DECLARED if _hears(engine, language)]
    for engine in able:
        if engine.installed():
            return engine
    if language == "en":
        raise ConfigError("no engine on this machine can hear", hint=moonshine.DECLARATION.install)
    raise _unheard(language)


def load(engine: Declaration, *, home: Path) -> Hearing:
    """ENGINE ready to work, loaded once a process. HOME is where checked weights are remembered."""
    with _loading:
        if engine.name not in _loaded:
            _loaded[engine.name] = _MAKERS[engine.name](home)
        return _loaded[engine.name]


def transcribe(
    engine: Hearing, blocks: Iterable[Any], *, language: str, hints: Sequence[str] = ()
) -> Iterator[list[Word]]:
    """The words of a recording, stretch by stretch, times from the recording's start.

    BLOCKS are float32 samples at 16 kHz, of any size. Memory is bounded by one stretch. HINTS are words that are
    likely, for an engine that takes them (see `choose`).
    """
    end = 0.0
    for stretch in cut.stretches(blocks, rate=RATE, longest=engine.longest):
        with _working:  # two at once would only take turns on the same cores
            heard = engine.words(stretch.samples, language=language, **({"hints": hints} if hints else {}))
        words = _in_order(heard, stretch.start, end)
        if words:
            end = words[-1].end
            yield words


def identify(blocks: Iterable[Any], *, home: Path) -> dict[str, float]:
    """The likelihood of each language (ISO 639-1) in the first half minute of sound; empty if nothing is heard.

    Needs Whisper (see `can_identify`): no other engine here tells languages apart by ear.
    """
    engine = load(whisper.DECLARATION, home=home)
    assert isinstance(engine, whisper.Whisper)
    for stretch in cut.stretches(blocks, rate=RATE, longest=engine.longest):
        with _working:
            return engine.languages(stretch.samples)
    return {}


def can_identify() -> bool:
    """Whether anything here can tell languages apart by ear."""
    return whisper.DECLARATION.installed()


def _in_order(words: list[Word], offset: float, earliest: float) -> list[Word]:
    """WORDS moved by OFFSET seconds, none before EARLIEST or before the word in front of it ends."""
    placed = []
    for word in words:
        start = max(earliest, round(offset + word.start, 3))
        end = max(start, round(offset + word.end, 3))
        placed.append(replace(word, start=start, end=end))
        earliest = end
    return placed


def _named(name: str, language: str) -> Declaration:
    for engine in DECLARED:
        if engine.name == name or engine.name.startswith(f"{name}-"):
            if not engine.installed():
                raise engine.missing()
            if not _hears(engine, language):
                raise ConfigError(f"{engine.name}, which {CHOICE} asks for, does not hear `{language}`")
            return engine
    names = ", ".join(engine.name for engine in DECLARED)
    raise ConfigError(f"{CHOICE} names no engine: {name}", hint=f"one of {names}")


def _hears(engine: Declaration, language: str) -> bool:
    return language in (whisper.LANGUAGES if engine is whisper.DECLARATION else engine.languages)


def _unheard(language: str) -> ConfigError:
    known = len(whisper.LANGUAGES)
    return ConfigError(
        f"no engine on this machine can hear the language `{language}`",
        hint=f"{whisper.DECLARATION.install} (Whisper, {known} languages)"
        if language in whisper.LANGUAGES
        else f"Whisper knows {known}, and not this one: leave out --local",
    )
