"""One way to join, whatever the format."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import mp3, ogg, pcm
from awsml_cli.formats.audio.reader import Chunk
from awsml_cli.formats.audio.timeline import Joined, Timeline

FORMATS = ("mp3", "ogg_vorbis", "ogg_opus", "pcm", "mulaw", "alaw")
"""Formats by the names that Polly's `OutputFormat` gives them."""

_RATES = {"pcm": 16_000, "mulaw": 8_000, "alaw": 8_000}


def join(
    format: str,
    chunks: Iterable[Chunk],
    *,
    sample_rate: int | None = None,
    wav: bool = False,
    seekable: bool = False,
) -> Joined:
    """Give the bytes of all CHUNKS as one stream, each as soon as it is there; nothing is decoded.

    FORMAT is one of FORMATS; `sample_rate` (Hz) matters to the last three, which `wav` puts into a WAV file. With
    `seekable`, an MP3 begins with an empty frame for the counts. Call `finish` on a file when all has been written.
    Raises InputError, from the iterator, for pieces that are foreign, damaged, cut short, empty or do not fit together.
    """
    timeline = Timeline()
    _check(format)
    if wav and format not in pcm.WIDTHS:
        raise InputError(f"{format} does not go into a WAV file", hint="pcm, mulaw and alaw do")
    if format == "mp3":
        return Joined(mp3.join(chunks, timeline, seekable=seekable), timeline)
    if format in ogg.WANTED:
        return Joined(ogg.join(format, chunks, timeline), timeline)
    rate = sample_rate or _RATES[format]
    return Joined(pcm.join(format, chunks, timeline, sample_rate=rate, wav=wav), timeline)


def duration(format: str, chunk: Chunk, *, sample_rate: int | None = None) -> float:
    """Give the seconds that a decoder gets out of CHUNK alone. Raises InputError as `join`."""
    _check(format)
    if format == "mp3":
        return mp3.duration(chunk)
    if format in ogg.WANTED:
        return ogg.duration(format, chunk)
    return pcm.duration(format, chunk, sample_rate=sample_rate or _RATES[format])


def finish(target: str | os.PathLike[str] | BinaryIO) -> None:
    """Write into a complete file what only its end tells: a WAV's sizes, an MP3's counts. Other formats need nothing.

    TARGET is a path, or a binary file open for reading and writing.
    """
    if isinstance(target, str | os.PathLike):
        with open(target, "r+b") as file:
            return finish(file)
    target.seek(0)
    head = target.read(4)
    if head == b"RIFF":
        pcm.finish(target)
    elif mp3.frame(head):
        mp3.finish(target)
    return None


def _check(format: str) -> None:
    if format not in FORMATS:
        raise InputError(f"{format!r} is no format that can be joined", hint=f"one of {', '.join(FORMATS)}")
