"""The formats of recordings, told by their first bytes."""

from __future__ import annotations

import re

_MAGIC = (
    (rb"RIFF....WAVE", "wav"),
    (rb"fLaC", "flac"),
    (rb"OggS", "ogg"),
    (rb"ID3|\xff[\xe2-\xff]", "mp3"),
    (rb"#!AMR", "amr"),
    (rb"\x1aE\xdf\xa3", "webm"),
    (rb"....ftypM4A", "m4a"),
    (rb"....ftyp", "mp4"),
)


def format_of(recording: bytes) -> str:
    """Name the format of RECORDING as Transcribe does, or "" if it is none of them."""
    return next((name for magic, name in _MAGIC if re.match(magic, recording[:16], re.DOTALL)), "")
