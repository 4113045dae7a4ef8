"""Join MPEG audio layer III frame by frame, and count what it lasts.

Headers as in ISO/IEC 11172-3 and 13818-3; the Xing, Info and VBRI frames as encoders write them: a first frame that
holds counts instead of sound, and that would make players believe the length of the first piece.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio.reader import Chunk, Reader
from awsml_cli.formats.audio.timeline import Timeline

WANTED = "MP3"
BLOCK = 65_536  # bytes read at once when a file is finished

# kbit/s by the header's bitrate index, for MPEG 1 and for MPEG 2 and 2.5
_BITRATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MPEG1, _RESERVED_VERSION, _LAYER_3, _MONO = 3, 1, 1, 3
_HAS_COUNTS = 0x7  # frames, bytes, table of contents
_COUNTS = struct.Struct(">4sIII100s")


class Frame(NamedTuple):
    """What a frame's header says: length in bytes, samples per channel, Hz, channels, where a Xing tag would stand."""

    length: int
    samples: int
    rate: int
    channels: int
    tag_at: int


@lru_cache(maxsize=1_024)
def frame(header: bytes) -> Frame | None:
    """Read the 4 bytes of a frame's header; None if they are none of layer III."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == _RESERVED_VERSION or layer != _LAYER_3 or bitrate in (0, 15) or rate == 3:
        return None
    first = version == _MPEG1
    hertz = _RATES[version][rate]
    samples = 1152 if first else 576
    length = samples // 8 * _BITRATES[first][bitrate] * 1000 // hertz + (header[2] >> 1 & 1)
    mono = header[3] >> 6 == _MONO
    side = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}[first, mono]
    return Frame(length, samples, hertz, 1 if mono else 2, 4 + side)


def join(chunks: Iterable[Chunk], timeline: Timeline, *, seekable: bool = False) -> Iterator[bytes]:
    """Give the frames of all CHUNKS as one stream, without tags and without the frames that hold counts.

    With `seekable`, a frame without sound goes ahead, into which `finish` writes the counts later.
    Raises InputError for what is not MP3, is cut short, or has another sample rate or channels than the first piece.
    """
    kind: Frame | None = None
    count = 0
    for number, chunk in enumerate(chunks, 1):
        reader = Reader(chunk, number=number, wanted=WANTED)
        timeline.starts.append(timeline.duration)
        for frames, run in _runs(reader, kind):
            if kind is None:
                kind = _kind(run)
                if seekable:
                    yield _counts_frame(run[:4], kind)
            count += frames
            timeline.duration = count * kind.samples / kind.rate
            yield run


def duration(chunk: Chunk) -> float:
    """Give the seconds of sound in the frames of CHUNK, encoder padding included."""
    timeline = Timeline()
    for _ in join([chunk], timeline):
        pass
    return timeline.duration


def finish(file: BinaryIO) -> None:
    """Write the counts of frames and bytes, and a table to seek by, into the frame that `seekable` put ahead."""
    file.seek(0)
    header = file.read(4)
    kind = frame(header)
    if kind is None:
        return
    file.seek(0)
    if file.read(kind.length)[kind.tag_at :] != b"Info".ljust(kind.length - kind.tag_at, b"\0"):
        return  # somebody else's file: its own counts stay
    reader = Reader(iter(lambda: file.read(BLOCK), b""), number=1, wanted=WANTED)
    ends, size = [], kind.length
    bitrates = set()
    for at, head in _frames_of(reader, kind):
        ends.append(kind.length + at)
        size = kind.length + reader.offset
        bitrates.add(head[2] >> 4)
    tag = b"Info" if len(bitrates) < 2 else b"Xing"
    table = bytes(min(255, ends[len(ends) * part // 100] * 256 // size) for part in range(100)) if ends else bytes(100)
    file.seek(kind.tag_at)
    file.write(_COUNTS.pack(tag, _HAS_COUNTS, len(ends), size, table))


def _frames_of(reader: Reader, kind: Frame) -> Iterator[tuple[int, bytes]]:
    """Walk frames one by one: the offset of each and its header."""
    while reader.has(4):
        head = reader.peek(4)
        found = frame(head)
        if found is None or found[2:4] != kind[2:4]:
            raise reader.failure()
        at = reader.offset
        reader.skip(found.length)
        yield at, head


def _runs(reader: Reader, kind: Frame | None) -> Iterator[tuple[int, bytes]]:
    """Give whole frames in runs as they arrive, with how many they are."""
    _skip_tags(reader)
    first = True
    while reader.has(4):
        found = _next_frame(reader, kind)
        if found is None:
            break
        kind = kind or found
        if not reader.has(found.length):
            raise reader.cut_short()
        if first and _is_tag(reader.peek(found.length), found):
            reader.at += found.length
        else:
            yield _run(reader, kind)
        first = False
    if first or reader.at < len(reader.buffer):
        raise reader.cut_short()


def _run(reader: Reader, kind: Frame) -> tuple[int, bytes]:
    """Take all frames that are whole in the buffer."""
    buffer, at, count = reader.buffer, reader.at, 0
    while (found := frame(buffer[at : at + 4])) and found[2:4] == kind[2:4] and at + found.length <= len(buffer):
        at += found.length
        count += 1
    run = buffer[reader.at : at]
    reader.at = at
    return count, run


def _next_frame(reader: Reader, kind: Frame | None) -> Frame | None:
    """Read the next header; None where an ID3v1 or APE tag ends the piece."""
    head = reader.peek(4)
    found = frame(head)
    if found is None:
        if head[:3] == b"TAG":
            reader.skip(128)
            return _next_frame(reader, kind) if reader.has(4) else None
        if head == b"APET":
            reader.skip(int.from_bytes(reader.take(32)[12:16], "little"))
            return _next_frame(reader, kind) if reader.has(4) else None
        raise reader.failure()
    if kind and found[2:4] != kind[2:4]:
        raise InputError(
            f"piece {reader.number} of the audio has {found.rate} Hz and {found.channels} channel(s), "
            f"the first has {kind.rate} Hz and {kind.channels}"
        )
    return found


def _skip_tags(reader: Reader) -> None:
    """Pass over ID3v2 tags: a header of 10 bytes, a size of 4 times 7 bits, perhaps a footer."""
    while reader.peek(3) == b"ID3":
        head = reader.take(10)
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        reader.skip(size + (10 if head[5] & 0x10 else 0))


def _is_tag(data: bytes, kind: Frame) -> bool:
    return data[kind.tag_at : kind.tag_at + 4] in (b"Xing", b"Info") or data[36:40] == b"VBRI"


def _kind(run: bytes) -> Frame:
    kind = frame(run[:4])
    assert kind is not None
    return kind


def _counts_frame(header: bytes, kind: Frame) -> bytes:
    """Build a frame without sound, like the stream's own and as small as the counts allow."""
    for bitrate in range(1, 15):
        # no checksum (the low bit of byte 1), no padding
        head = bytes((header[0], header[1] | 1, bitrate << 4 | header[2] & 0x0C, header[3]))
        found = frame(head)
        if found and found.length >= kind.tag_at + _COUNTS.size:
            return (head.ljust(kind.tag_at, b"\0") + b"Info").ljust(found.length, b"\0")
    raise AssertionError("320 kbit/s hold the counts at every rate")
