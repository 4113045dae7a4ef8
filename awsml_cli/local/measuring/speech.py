"""Engines that hear, that tell who speaks, and that speak: what they hear again is counted."""

from __future__ import annotations

import tempfile
import wave
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local.engines import hear, speak
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.hear import Word
from awsml_cli.local.measuring.dickens import CITIES, PHRASES
from awsml_cli.local.measuring.measured import Measured, Place, Way, errors, of_package, spent

TURNS: Final = 14  # of the two who talk in moonshine-voice's recording, as a person hears them
MOST: Final = 10  # speakers, as Transcribe's own default
SPOKEN: Final = " ".join(PHRASES[10:])  # some 17 seconds; what comes before says the same words again and again


def hearing(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A recording of Dickens, heard."""
    heard, blocks, took = _heard(engine, _recording("two_cities.wav"), place)
    found = " ".join(word.content for words in heard for word in words)
    speed = sum(map(len, blocks)) / hear.RATE / took
    yield Measured("44 s of Dickens, read aloud", speed, "times faster than speech", f"WER {errors(CITIES, found):.1%}")


def telling(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A dialogue of two, whose turns are counted, and one who reads alone."""
    from awsml_cli.local.engines.hear import speakers

    listener = hear.choose("en")
    for name, data, people, turns in (
        ("endgame_nagg_nell.wav", "28 s of a dialogue", 2, TURNS),
        ("two_cities.wav", "44 s of one who reads", 1, 1),
    ):
        heard, blocks, _ = _heard(listener, _recording(name), place)
        begun = clock.working()
        told = speakers.told_apart(heard, blocks, most=MOST, home=place.home)
        took = spent(begun)
        speakers_of = [word.speaker for words in told for word in words]
        order = [speaker for speaker, _ in groupby(speakers_of)]
        most = Counter(speakers_of).most_common(1)[0][1]
        seen = f"{len(set(order))} of {people} voices"
        seen += (
            f", {len(order)} of {turns} turns" if people > 1 else f", {most} of {len(speakers_of)} words one voice's"
        )
        speed = sum(map(len, blocks)) / hear.RATE / took
        yield Measured(f"{data}, heard by {listener.name}", speed, "times faster than speech", seen)


def speaking(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A passage spoken, and heard again where anything hears."""
    from awsml_cli.local.engines.speak import neural, script, voices
    from awsml_cli.local.engines.speak.neural import piper
    from awsml_cli.local.engines.speak.neural.voices import PIPER

    text = script.plain(SPOKEN)
    if engine is speak.DECLARATION:
        voice = voices.VOICES["Joanna"]
        speak.speak(script.plain("It was."), voice=voice, home=place.home)
    else:
        voice = neural.NEURAL[PIPER if engine is piper.DECLARATION else "Joanna"]
        neural.load(engine, home=place.home)
    say = speak.speak if engine is speak.DECLARATION else speak.speak_neural
    begun = clock.working()
    said = say(text, voice=voice, home=place.home)
    took = spent(begun)
    speed = len(said.pcm) / 2 / said.rate / took
    listener = _listener()
    told = f"heard again by {listener.name}: WER {_again(said, listener, place):.1%}" if listener else None
    yield Measured("a passage of Dickens", speed, "times faster than speech", told)


def _listener() -> Declaration | None:
    """Who hears best here; PocketSphinx would be told itself, not what it hears."""
    return next((one for one in (hear.whisper.DECLARATION, hear.moonshine.DECLARATION) if one.installed()), None)


def _again(said: speak.Speech, listener: Declaration, place: Place) -> float:
    """The words of SPOKEN that LISTENER hears wrong."""
    with tempfile.TemporaryDirectory(prefix="awsml-") as scratch:
        path = Path(scratch) / "said.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(said.rate)
            file.writeframes(said.pcm)
        heard, _, _ = _heard(listener, path, place)
    return errors(SPOKEN, " ".join(word.content for words in heard for word in words))


def _heard(engine: Declaration, path: Path, place: Place) -> tuple[list[list[Word]], list[Any], float]:
    """The words in the recording at PATH, its samples in blocks, and the seconds of CPU that the words took."""
    from awsml_cli.local.engines import audio

    model = hear.load(engine, home=place.home)
    blocks = list(audio.blocks(path))
    begun = clock.working()
    found = list(hear.transcribe(model, blocks, language="en"))
    return found, blocks, spent(begun)


def _recording(name: str) -> Path:
    """One of the recordings that moonshine-voice brings. Raises ConfigError where it is not here."""
    return of_package("moonshine_voice", f"assets/{name}", brought_by="awsml local install moonshine-tiny-en")


WAYS: Final[dict[str, Way]] = {"hear": hearing, "tell-speakers": telling, "speak": speaking}
