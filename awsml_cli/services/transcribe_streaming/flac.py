"""FLAC as it is: frame by frame, and counted anew where a stream begins in the middle. Pure. Source: RFC 9639."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.services.transcribe_streaming.containers import Head
from awsml_cli.services.transcribe_streaming.pieces import Piece, Pieces, Window

_LONGEST_FRAME: Final = 2 * 1024 * 1024  # bytes; no frame is longer
_LONGEST_HEADER: Final = 16  # bytes of a frame's header
_BLOCKS: Final = {
    1: 192,
    **{code: 576 << code - 2 for code in range(2, 6)},
    **{code: 256 << code - 8 for code in range(8, 16)},
}


def read_head(window: Window) -> Head:
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


def frames(window: Window, rate: int) -> Pieces:
    """The frames of a FLAC file of RATE Hz. Raises InputError where none begins."""
    at = 0.0
    while window.has(1):
        window.has(_LONGEST_HEADER)
        frame = _frame_at(window.buffer, 0)
        if frame is None:
            raise InputError(f"{window.name} is damaged: no frame of FLAC begins at byte {window.used:,}")
        end = yield from _end(window, frame)
        seconds = frame.samples / rate
        yield Piece(window.take(end), at, seconds)
        at += seconds


@dataclass(frozen=True)
class _Frame:
    """The header of a frame: what it begins with, how many samples, its number, the next one's, and its own bytes."""

    sync: bytes
    samples: int
    following: int
    number: int
    size: int


def _end(window: Window, frame: _Frame) -> Generator[None, None, int]:
    """Where FRAME, at the beginning of the window, ends: where the one with the next number begins."""
    at = 2
    while True:
        at = window.buffer.find(frame.sync, at)
        if at >= 0 and len(window.buffer) >= at + _LONGEST_HEADER:
            found = _frame_at(window.buffer, at)
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
            last = _frame_at(window.buffer, at)
            return at if last is not None and last.number == frame.following else len(window.buffer)


def _frame_at(data: bytes | bytearray, at: int) -> _Frame | None:
    """The header of the frame that begins AT in DATA, None if there is none: its checksum decides."""
    head = bytes(data[at : at + _LONGEST_HEADER])
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xFE != 0xF8 or head[2] >> 4 == 0 or head[2] & 15 == 15:
        return None
    length = _coded_length(head[4])
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
    return _Frame(head[:2], samples, number + (samples if head[1] & 1 else 1), number, end + 1)


class Numbers:
    """Counts the frames of FLAC anew, so that what begins in the middle is a file of its own."""

    def __init__(self) -> None:
        self._first: int | None = None

    def __call__(self, frame: bytes) -> bytes:
        """Give FRAME with its number counted from the first one seen."""
        head = _frame_at(frame, 0)
        if head is None:
            return frame
        if self._first is None:
            self._first = head.number
        old = _coded_length(frame[4])
        new = frame[:4] + _coded(head.number - self._first) + frame[4 + old : head.size - 1]
        body = new + bytes([_crc8(new)]) + frame[head.size : -2]
        return body + _crc16(body).to_bytes(2, "big")


def _crc8(data: bytes) -> int:
    """The checksum of a FLAC frame's header: polynomial 0x07, starting at 0."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07) & 0xFF if value & 0x80 else value << 1
    return value


def _crc16(data: bytes) -> int:
    """The checksum of a FLAC frame: polynomial 0x8005, starting at 0."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _CRC16[value >> 8 ^ byte]
    return value


def _crc16_of(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = (value << 1 ^ 0x8005) & 0xFFFF if value & 0x8000 else value << 1
    return value


_CRC16: Final = [_crc16_of(byte) for byte in range(256)]


def _coded_length(first: int) -> int:
    """The bytes of a number that begins with FIRST (UTF-8, stretched to 36 bits)."""
    return 1 if first < 0x80 else 8 - (first ^ 0xFF).bit_length()


def _coded(number: int) -> bytes:
    if number < 0x80:
        return bytes([number])
    length = next(size for size in range(2, 8) if number < 1 << 5 * size + 1)
    tail = [0x80 | number >> 6 * place & 0x3F for place in range(length - 1)]
    return bytes([0xFF << 8 - length & 0xFF | number >> 6 * (length - 1), *reversed(tail)])
