"""espeak-ng, called through its C interface: sound, and when each word, sentence, mark and phoneme begins.

It is one voice for the whole process (its state is global), so calls take turns. Interface: `speak_lib.h`.
"""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

DECLARATION = Declaration(
    name="espeak-ng",
    job="speak",
    package="espeakng-loader",
    pin="0.2.4",
    module="espeakng_loader",
    licence="GPL-3.0 (the library; called, not linked)",
    languages=(
        "ar", "ca", "cs", "cy", "da", "de", "en", "es", "fi", "fr", "hi", "is", "it", "ko", "nb", "nl", "pl", "pt",
        "ro", "ru", "sv", "tr", "zh",
    ),
    quality="fair",
    measured="clear but robotic; heard again by Whisper, every sixth word of two passages is wrong; 500 times faster "
    "than speech",
    install="pip install 'awsml-cli[speech-basic]'",
    needs=("numpy",),
)  # fmt: skip

WORD, SENTENCE, MARK, PHONEME = 1, 2, 3, 7  # espeak_EVENT_TYPE

_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME_IPA, _NO_EXIT = 2, 1, 2, 0x8000
_UTF8, _SSML, _END_PAUSE, _POSITION_CHARACTER = 1, 0x10, 0x1000, 1


@dataclass(frozen=True)
class Event:
    """What begins `time` milliseconds in: a word or sentence at character `at`, a mark or phoneme called `name`."""

    kind: int
    time: int
    at: int
    name: str = ""


class _Id(ctypes.Union):
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The engine, loaded; `rate` is its samples a second."""

    declaration = DECLARATION

    def __init__(self, home: Path) -> None:
        weights.verify(DECLARATION, home=home)
        import espeakng_loader

        self._turn = threading.Lock()
        self._sound = bytearray()
        self._events: list[Event] = []
        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self.rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _PHONEME_EVENTS | _PHONEME_IPA | _NO_EXIT
        )
        if self.rate <= 0:
            raise ConfigError("espeak-ng cannot read its data (its path may be too long)", hint=DECLARATION.install)
        self._callback = _Callback(self._take)  # kept: C holds no reference to it
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, *, voice: str, ssml: bool) -> tuple[bytes, list[Event]]:
        """TEXT as 16-bit mono PCM, and its events in order of time. VOICE is a voice file with a variant."""
        with self._turn:
            self._sound, self._events = bytearray(), []
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ConfigError(f"espeak-ng has no voice {voice}", hint=DECLARATION.install)
            data = text.encode() + b"\0"
            flags = _UTF8 | _END_PAUSE | (_SSML if ssml else 0)
            self._library.espeak_Synth(data, len(data), 0, _POSITION_CHARACTER, 0, flags, None, None)
            return bytes(self._sound), sorted(self._events, key=lambda event: event.time)

    def _take(self, sound: Any, samples: int, events: Any) -> int:
        if sound and samples:
            self._sound += ctypes.string_at(sound, samples * 2)
        index = 0
        while events[index].type:
            event = events[index]
            if event.type in (WORD, SENTENCE, MARK, PHONEME):
                place = event.text_position - 1  # counted from 1
                self._events.append(Event(event.type, event.audio_position, place, _name(event)))
            index += 1
        return 0


def _name(event: _Event) -> str:
    """The name of a mark or a phoneme. Of other events the union is no pointer and must not be followed."""
    raw: bytes = b""
    if event.type == MARK:
        raw = event.id.name or b""
    elif event.type == PHONEME:
        raw = event.id.string
    return raw.decode("utf-8", "replace")
