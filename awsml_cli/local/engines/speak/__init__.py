"""Words to speech: text or SSML as sound, with marks that say when each part of the source is spoken."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.speak import espeak, neural
from awsml_cli.local.engines.speak.marks import Mark, marks
from awsml_cli.local.engines.speak.script import Script
from awsml_cli.local.engines.speak.voices import Voice

DECLARATION = espeak.DECLARATION
DECLARED = (espeak.DECLARATION, *neural.DECLARED)

_loading = threading.Lock()
_loaded: list[espeak.Espeak] = []


@dataclass(frozen=True)
class Speech:
    """Sound (16-bit mono PCM at `rate` samples a second), all its marks in order of time, and who made it."""

    pcm: bytes
    rate: int
    marks: list[Mark]
    engine: Declaration


def speak(script: Script, *, voice: Voice, language: str | None = None, home: Path) -> Speech:
    """SCRIPT spoken by VOICE's stand-in. LANGUAGE is another voice file, for a voice of two languages.

    Raises ConfigError where no engine is installed.
    """
    engine = _engine(home)
    name = voice.stand_in if language is None else f"{language}+{voice.stand_in.partition('+')[2]}"
    pcm, events = engine.speak(script.text, voice=name, ssml=script.is_ssml)
    return Speech(pcm, engine.rate, marks(script, events), DECLARATION)


def speak_neural(script: Script, *, voice: Voice, language: str | None = None, home: Path) -> Speech:
    """SCRIPT spoken by the natural speaker that stands in for VOICE; LANGUAGE as for `speak`.

    Raises ConfigError where its engine is not installed.
    """
    engine = neural.load(neural.engine_of(voice.id), home=home)
    tongue = language or voice.stand_in
    _, events = _engine(home).speak(script.text, voice=tongue, ssml=script.is_ssml)
    phrases = list(neural.phrases(script, events))
    pcm, events = neural.perform(phrases, engine=engine, speaker=neural.SPEAKERS[voice.id], language=tongue)
    return Speech(pcm, engine.rate, marks(script, events), engine.declaration)


def _engine(home: Path) -> espeak.Espeak:
    with _loading:
        if not _loaded:
            if not DECLARATION.installed():
                raise DECLARATION.missing()
            _loaded.append(espeak.Espeak(home))
        return _loaded[0]
