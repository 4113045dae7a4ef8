"""What comes in containers: WAV is unpacked; FLAC and Ogg Opus go as they are, in frames and pages.

Pure. A stream that was broken off is begun again with the head of the container, and goes on with any frame or page.
Sources: RFC 9639 (FLAC), RFC 3533 and 7845 (Ogg Opus), the multimedia programming interface 1.0 (WAV).
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio.opus import MAGIC, Opus
from awsml_cli.formats.audio.opus import RATE as OPUS_RATE
from awsml_cli.formats.audio.pages import Page
from awsml_cli.services.transcribe_streaming.pieces import Piece, Pieces, Window

_PAGE: Final = struct.Struct("<4sBBqIIIB")
_LONGEST_FRAME: Final = 2 * 1024 * 1024  # bytes; a frame of FLAC is not longer
_LONGEST_HEADER: Final = 16  # bytes of a FLAC frame's header
_BLOCKS: Final = {1: 192, **{code: 576 << code - 2 for code in range(2, 6)}, **{code: 256 << code - 8 for code in range(8, 16)}}
_UNKNOWN_SIZES: Final = (0, 0xFFFF_FFFF)  # what a writer into a pipe leaves in the header
_TAGS: Final = {1: "pcm", 6: "g711-alaw", 7: "g711-ulaw"}
_EXTENSIBLE: Final = 0xFFFE
_OPUS_INPUTS: Final = (8_000, 12_000, 16_000, 24_000, 48_000)  # Hz that Opus knows


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
            return Head(form.encoding, form.rate, form.channels, size=None if exact in (None, *_UNKNOWN_SIZES) else exact)
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


def flac_head(window: Window) -> Head:
    """Read the head of a FLAC file; the pictures and tags in it are left out of what is sent."""
    window.take(4)
    info, last = b"", False
    while not last:
        block = window.take(4)
        last, body = bool(block[0] & 0x80), window.take(int.from_bytes(block[1:], "big"))
        if block[0] & 0x7F == 0:
            info = body
    if len(info) < 34:
        raise InputError(f"{window.name} is no FLAC that can be read: it does not describe its samples")
    packed = int.from_bytes(info[10:18], "big")
    return Head("flac", packed >> 44, (packed >> 41 & 7) + 1, data=b"fLaC\x80\x00\x00\x22" + info[:34])


def flac_frames(window: Window, rate: int) -> Pieces:
    """The frames of a FLAC file of RATE Hz. Raises InputError where none begins."""
    at = 0.0
    while window.has(1):
        window.has(_LONGEST_HEADER)
        frame = _flac_frame(window.buffer, 0)
        if frame is None:
            raise InputError(f"{window.name} is damaged: no frame of FLAC begins at byte {window.used:,}")
        end = yield from _flac_end(window, frame)
        seconds = frame.samples / rate
        yield Piece(window.take(end), at, seconds)
        at += seconds


@dataclass(frozen=True)
class _FlacFrame:
    """The header of a frame: what it begins with, how many samples, its number, and the next one's."""

    sync: bytes
    samples: int
    following: int
    number: int


def _flac_end(window: Window, frame: _FlacFrame) -> Generator[None, None, int]:
    """Where FRAME, at the beginning of the window, ends: where the one with the next number begins."""
    at = 2
    while True:
        at = window.buffer.find(frame.sync, at)
        if at >= 0 and len(window.buffer) >= at + _LONGEST_HEADER:
            found = _flac_frame(window.buffer, at)
            if found is not None and found.number == frame.following:
                return at
            at += 1
            continue
        if len(window.buffer) > _LONGEST_FRAME:
            raise InputError(f"{window.name} is damaged: the frame of FLAC at byte {window.used:,} does not end")
        at = at if at >= 0 else max(2, len(window.buffer) - 1)
        more = window.grow()
        if more is None:
            yield None
        if more is False:
            last = _flac_frame(window.buffer, at)
            return at if last is not None and last.number == frame.following else len(window.buffer)


def _flac_frame(data: bytes | bytearray, at: int) -> _FlacFrame | None:
    """The header of the frame that begins AT in DATA, None if there is none: its checksum decides."""
    head = bytes(data[at : at + _LONGEST_HEADER])
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xFE != 0xF8 or head[2] >> 4 == 0 or head[2] & 15 == 15:
        return None
    length = 1 if head[4] < 0x80 else 8 - (head[4] ^ 0xFF).bit_length()
    number, end = head[4] & (0x7F if length == 1 else (1 << max(0, 7 - length)) - 1), 4 + length
    for byte in head[5:end]:
        number = number << 6 | byte & 0x3F
    code, rate = head[2] >> 4, head[2] & 15
    samples = _BLOCKS.get(code, 0)
    if code in (6, 7):
        wide = code - 5
        samples = int.from_bytes(head[end : end + wide], "big") + 1
        end += wide
    end += {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if len(head) <= end or _crc8(head[:end]) != head[end]:
        return None
    return _FlacFrame(head[:2], samples, number + (samples if head[1] & 1 else 1), number)


def _crc8(data: bytes) -> int:
    """The checksum of a FLAC frame's header: polynomial 0x07, starting at 0."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07) & 0xFF if value & 0x80 else value << 1
    return value


def is_opus(head: bytes) -> bool:
    """Whether an Ogg file that begins with HEAD holds Opus."""
    return head[28:36] == MAGIC


def opus_head(window: Window) -> Head:
    """Read the pages that an Ogg Opus stream begins with: its head and its tags."""
    data, packets, part = b"", [], b""
    while len(packets) < 2:
        raw, page = _take_page(window)
        data += raw
        for body, whole in page.packets():
            part += body
            if whole:
                packets.append(part)
                part = b""
    said = packets[0]
    if len(said) < 19:
        raise InputError(f"{window.name} is no Ogg Opus that can be read: its head is cut short")
    rate = int.from_bytes(said[12:16], "little")
    return Head("ogg-opus", rate if rate in _OPUS_INPUTS else OPUS_RATE, said[9], data=data)


def opus_pages(window: Window) -> Pieces:
    """The pages of an Ogg Opus stream, with the seconds that end on each."""
    opus, at, begun = Opus(b""), 0.0, b""
    while True:
        size = _page_size(window)
        if size is None:
            more = window.grow()
            if more is None:
                yield None
            if more is not False:
                continue
            if not window.buffer:
                return
            raise InputError(f"{window.name} is cut short: it ends at byte {window.used + len(window.buffer):,}")
        raw, page = _take_page(window)
        samples = 0
        for body, whole in page.packets():
            begun = begun or body[:2]
            if whole:
                samples += 0 if begun in (MAGIC[:2],) else opus.count(begun)
                begun = b""
        yield Piece(raw, at, samples / OPUS_RATE)
        at += samples / OPUS_RATE


def _page_size(window: Window) -> int | None:
    """The bytes of the page at the beginning of the window, None if they are not all there."""
    head = window.buffer[: _PAGE.size]
    if head[:4] != b"OggS"[: len(head)]:
        raise InputError(f"{window.name} is damaged: no page of Ogg begins at byte {window.used:,}")
    if len(head) < _PAGE.size:
        return None
    size = _PAGE.size + head[26]
    if len(window.buffer) < size:
        return None
    size += sum(window.buffer[_PAGE.size : size])
    return size if len(window.buffer) >= size else None


def _take_page(window: Window) -> tuple[bytes, Page]:
    while (size := _page_size(window)) is None:
        if window.grow() is False:
            raise InputError(f"{window.name} is cut short: it ends at byte {window.used + len(window.buffer):,}")
    raw = window.take(size)
    _, _, flags, granule, serial, sequence, _, count = _PAGE.unpack_from(raw)
    body = _PAGE.size + count
    return raw, Page(flags, granule, serial, sequence, raw[_PAGE.size : body], raw[body:])
