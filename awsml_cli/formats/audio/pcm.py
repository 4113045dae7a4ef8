"""Join audio without a container (16-bit PCM, mu-law, A-law), bare or as a WAV file."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio.reader import Chunk, Reader
from awsml_cli.formats.audio.timeline import Timeline

WIDTHS = {"pcm": 2, "mulaw": 1, "alaw": 1}
"""Bytes of one sample; all are mono. `pcm` is signed, 16 bits, little-endian."""

UNKNOWN_SIZE = 0xFFFF_FFFF  # what readers take for "until the end", since a pipe cannot be patched
_TAGS = {"pcm": 1, "alaw": 6, "mulaw": 7}  # WAVE_FORMAT_PCM, _ALAW, _MULAW
_NAMES = {"pcm": "PCM", "mulaw": "mu-law", "alaw": "A-law"}


def join(
    format: str, chunks: Iterable[Chunk], timeline: Timeline, *, sample_rate: int, wav: bool = False
) -> Iterator[bytes]:
    """Give the samples of all CHUNKS, behind a WAV header of unknown size with `wav`.

    Raises InputError for a piece that is empty or ends in half a sample.
    """
    width, total = WIDTHS[format], 0
    if wav:
        yield wav_header(format, sample_rate=sample_rate)
    for number, chunk in enumerate(chunks, 1):
        reader = Reader(chunk, number=number, wanted=_NAMES[format])
        timeline.starts.append(timeline.duration)
        if not reader.has(width):
            raise reader.cut_short()
        while reader.has(width):
            size = (len(reader.buffer) - reader.at) // width * width
            total += size
            timeline.duration = total / (width * sample_rate)
            yield reader.take(size)
        if reader.has(1):
            raise reader.cut_short()


def duration(format: str, chunk: Chunk, *, sample_rate: int) -> float:
    """Give the seconds in CHUNK."""
    timeline = Timeline()
    for _ in join(format, [chunk], timeline, sample_rate=sample_rate):
        pass
    return timeline.duration


def wav_header(format: str, *, sample_rate: int, size: int | None = None) -> bytes:
    """Build what stands before SIZE bytes of samples in a WAV file; None for a stream whose length is not known.

    A-law and mu-law get a `fact` chunk with the number of samples, as the format asks of all that is not PCM.
    """
    width = WIDTHS[format]
    body = struct.pack("<HHIIHH", _TAGS[format], 1, sample_rate, sample_rate * width, width, width * 8)
    body += b"" if format == "pcm" else b"\0\0"
    samples = 0 if size is None else size // width  # 0: readers then go by the data
    chunks = struct.pack("<4sI", b"fmt ", len(body)) + body
    chunks += b"" if format == "pcm" else struct.pack("<4sII", b"fact", 4, samples)
    known = size is not None and size + size % 2 + len(chunks) + 12 < UNKNOWN_SIZE
    whole = 4 + len(chunks) + 8 + (size or 0) + (size or 0) % 2 if known else UNKNOWN_SIZE
    chunks += struct.pack("<4sI", b"data", (size or 0) if known else UNKNOWN_SIZE)
    return struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + chunks


def finish(file: BinaryIO) -> None:
    """Write the right sizes into the header of FILE, a WAV file as `join` made it; over 4 GiB they stay unknown."""
    file.seek(0)
    head = file.read(58)
    formats = {tag: name for name, tag in _TAGS.items()}
    format = formats.get(int.from_bytes(head[20:22], "little"))
    if format is None:
        raise InputError("the header of the WAV file is not one of PCM, mu-law or A-law")
    rate = int.from_bytes(head[24:28], "little")
    start = len(wav_header(format, sample_rate=rate))
    size = file.seek(0, 2) - start
    if size % 2:
        file.write(b"\0")
    file.seek(0)
    file.write(wav_header(format, sample_rate=rate, size=size))
