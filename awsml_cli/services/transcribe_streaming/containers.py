"""What comes in containers: what they say of their audio, and WAV, which is unpacked. Pure.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), EBU Tech 3306 for RF64.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.services.transcribe_streaming.pieces import Window

_UNKNOWN_SIZES: Final = (0, 0xFFFF_FFFF)  # what a writer into a pipe leaves in the header
_TAGS: Final = {1: "pcm", 6: "g711-alaw", 7: "g711-ulaw"}
_EXTENSIBLE: Final = 0xFFFE


@dataclass(frozen=True)
class Head:
    """What a container says of its audio. `data` is what any part of it needs before it; `size` bytes follow, None if
    until the end; `encoding` is None where the samples are not such as a stream takes.
    """

    encoding: str | None
    rate: int
    channels: int
    data: bytes = b""
    size: int | None = None


def wav_head(window: Window) -> Head:
    """Read the header of a WAV file, up to its samples. Raises InputError for one that is damaged."""
    magic, size, form = window.take(4), None, None
    window.take(8)
    while True:
        name, length = struct.unpack("<4sI", window.take(8))
        if name == b"data":
            if form is None:
                raise InputError(f"{window.name} is no WAV that can be read: its samples come before their description")
            exact = size if magic == b"RF64" else length
            exact = None if exact in _UNKNOWN_SIZES else exact
            return Head(form.encoding, form.rate, form.channels, size=exact)
        body = window.take(length + length % 2)
        if name == b"ds64" and len(body) >= 16:
            size = int.from_bytes(body[8:16], "little")
        if name == b"fmt ":
            form = _wav_form(window, body)


def _wav_form(window: Window, body: bytes) -> Head:
    if len(body) < 16:
        raise InputError(f"{window.name} is no WAV that can be read: its header is cut short")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = int.from_bytes(body[24:26], "little")
    if not channels or not rate:
        raise InputError(f"{window.name} is no WAV that can be read: {channels} channels at {rate} Hz")
    fits = bits == (16 if tag == 1 else 8)
    return Head(_TAGS.get(tag) if fits else None, rate, channels)
