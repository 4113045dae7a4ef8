"""Natural voices: espeak-ng reads, a network speaks, and its own durations say when each word and sound begins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.speak.espeak import PHONEME, Event
from awsml_cli.local.engines.speak.neural import kokoro, piper
from awsml_cli.local.engines.speak.neural.reading import Phrase, phrases
from awsml_cli.local.engines.speak.neural.voices import NEURAL, PIPER, SPEAKERS
from awsml_cli.local.engines.speak.voices import Voice

__all__ = ["DECLARED", "NEURAL", "SPEAKERS", "engine_of", "load", "perform", "phrases", "voices"]

DECLARED = (kokoro.DECLARATION, piper.DECLARATION)

LEAD, TAIL = 0.05, 0.08
"""Seconds of a speaker's own silence that are kept before and after a phrase."""


class Speaking(Protocol):
    """An engine that speaks sounds; see `Kokoro.say`."""

    declaration: Declaration
    rate: int

    def say(self, sounds: list[str], *, speaker: str, language: str, pace: float) -> tuple[Any, list[int]]:
        """SOUNDS as samples, and how many of them each takes."""
        ...


_MAKERS: dict[str, Callable[[Path], Speaking]] = {
    kokoro.DECLARATION.name: kokoro.Kokoro,
    piper.DECLARATION.name: piper.Piper,
}
_loaded: dict[str, Speaking] = {}
_loading = threading.Lock()
_working = threading.Lock()


def voices() -> dict[str, Voice]:
    """The neural voices that can be had here, by Polly's name."""
    return {name: voice for name, voice in NEURAL.items() if engine_of(name).installed()}


def engine_of(name: str) -> Declaration:
    """Which engine speaks as the voice NAME."""
    return piper.DECLARATION if name == PIPER and piper.DECLARATION.installed() else kokoro.DECLARATION


def load(engine: Declaration, *, home: Path) -> Speaking:
    """ENGINE ready to speak, loaded once a process."""
    with _loading:
        if engine.name not in _loaded:
            if not engine.installed():
                raise engine.missing()
            _loaded[engine.name] = _MAKERS[engine.name](home)
        return _loaded[engine.name]


def perform(phrases: list[Phrase], *, engine: Speaking, speaker: str, language: str) -> tuple[bytes, list[Event]]:
    """PHRASES as 16-bit mono PCM, and their events at the times when they are spoken."""
    import numpy as np

    made, events, at = [], [], 0
    for phrase in phrases:
        if phrase.sounds:
            samples, begins, end = _said(phrase, engine, speaker, language)
            for sound, begin in zip(phrase.sounds, begins, strict=True):
                time = (at + begin) * 1000 // engine.rate
                events += [replace(event, time=time) for event in sound.events]
                if not sound.events and sound.text.strip():  # a sign: the mouth rests
                    events.append(Event(PHONEME, time, 0))
            made.append(samples)
            at += len(samples)
            events.append(Event(PHONEME, (at - len(samples) + end) * 1000 // engine.rate, 0))
        silence = np.zeros(round(phrase.pause * engine.rate), dtype=np.float32)
        made.append(silence)
        at += len(silence)
    whole = np.concatenate(made) if made else np.zeros(0, dtype=np.float32)
    return (np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes(), events


def _said(phrase: Phrase, engine: Speaking, speaker: str, language: str) -> tuple[Any, list[int], int]:
    """The samples of PHRASE, at which of them each sound begins, and where the last one ends; silence cut short."""
    with _working:  # two at once would only take turns on the same cores
        texts = [sound.text for sound in phrase.sounds]
        samples, lengths = engine.say(texts, speaker=speaker, language=language, pace=phrase.rate)
    begins, at = [], 0
    for length in lengths[:-1]:
        at += length
        begins.append(at)
    begins, end = begins[:-1], begins[-1]
    if texts[-1] and not texts[-1][-1].isalpha():  # the silence of a closing sign belongs to the pause
        end = begins[-1]
    first = max(0, lengths[0] - round(LEAD * engine.rate))
    last = min(len(samples), end + round(TAIL * engine.rate))
    return samples[first:last] * phrase.gain, [max(0, begin - first) for begin in begins], end - first
