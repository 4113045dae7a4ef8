"""Frames of AWS's event stream (`application/vnd.amazon.eventstream`): written, and read as the bytes come.

A frame is: total length, length of the headers, CRC-32 of these 8 bytes, headers, payload, CRC-32 of all before;
numbers are big-endian. A header is: length of its name, name, type, value.
Source: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html, and the Smithy specification it stands on.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

PRELUDE: Final = struct.Struct("!III")  # total length, headers' length, CRC of both
OVERHEAD: Final = PRELUDE.size + 4  # bytes of a frame without headers and payload
LONGEST_HEADERS: Final = 128 * 1024
LONGEST_PAYLOAD: Final = 24 * 1024 * 1024

_NUMBERS: Final = {2: "!b", 3: "!h", 4: "!i", 5: "!q", 8: "!q"}


class DamagedFrame(ValueError):
    """The bytes are no frame: a checksum is wrong, or a length is."""


class Timestamp(int):
    """A header's time, in milliseconds since 1970."""


Value = bool | int | bytes | str | UUID  # a Timestamp is an int


@dataclass(frozen=True)
class Frame:
    """One message: its headers by name, and the payload."""

    headers: Mapping[str, Value] = field(default_factory=dict)
    payload: bytes = b""


def encode(headers: Mapping[str, Value], payload: bytes = b"") -> bytes:
    """Give the frame of HEADERS and PAYLOAD. Raises ValueError for what does not fit into one."""
    head = encode_headers(headers)
    if len(head) > LONGEST_HEADERS or len(payload) > LONGEST_PAYLOAD:
        raise ValueError("a frame holds 128 KiB of headers and 24 MiB of payload at the most")
    lengths = struct.pack("!II", OVERHEAD + len(head) + len(payload), len(head))
    body = lengths + struct.pack("!I", zlib.crc32(lengths)) + head + payload
    return body + struct.pack("!I", zlib.crc32(body))


def encode_headers(headers: Mapping[str, Value]) -> bytes:
    """Give HEADERS as they stand in a frame. A bool, a Timestamp, bytes, text and a UUID have types of their own;
    other numbers are written in 4 bytes if they fit, else in 8.
    """
    parts = []
    for name, value in headers.items():
        encoded = name.encode()
        if not 0 < len(encoded) < 256:
            raise ValueError(f"the name of a header has 1 to 255 bytes: {name!r}")
        parts.append(bytes([len(encoded)]) + encoded + _encode_value(value))
    return b"".join(parts)


class Decoder:
    """Frames out of bytes, in whatever portions they come; what is not yet a whole frame is kept."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Give the frames that DATA completes. Raises DamagedFrame; nothing after that can be trusted."""
        self._buffer += data
        while len(self._buffer) >= PRELUDE.size:
            total, head, check = PRELUDE.unpack_from(self._buffer)
            if zlib.crc32(self._buffer[:8]) != check:
                raise DamagedFrame("the checksum of a frame's lengths is wrong")
            if head > LONGEST_HEADERS or not 0 <= total - head - OVERHEAD <= LONGEST_PAYLOAD:
                raise DamagedFrame(f"a frame of {total} bytes with {head} of headers cannot be")
            if len(self._buffer) < total:
                return
            frame = bytes(self._buffer[:total])
            del self._buffer[:total]
            yield _frame(frame, head)

    @property
    def pending(self) -> int:
        """The bytes of a frame that is not whole yet."""
        return len(self._buffer)


def decode(data: bytes) -> Frame:
    """Read DATA as exactly one frame. Raises DamagedFrame."""
    decoder = Decoder()
    frames = list(decoder.feed(data))
    if len(frames) != 1 or decoder.pending:
        raise DamagedFrame(f"{len(data)} bytes are not one frame")
    return frames[0]


def _frame(data: bytes, head: int) -> Frame:
    if zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "big"):
        raise DamagedFrame("the checksum of a frame is wrong")
    begin = PRELUDE.size
    try:
        headers = dict(_headers(data[begin : begin + head]))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as problem:
        raise DamagedFrame(f"the headers of a frame cannot be read: {problem}") from None
    return Frame(headers, data[begin + head : -4])


def _headers(data: bytes) -> Iterator[tuple[str, Value]]:
    at = 0
    while at < len(data):
        end = at + 1 + data[at]
        name, kind = data[at + 1 : end].decode(), data[end]
        value, at = _decode_value(kind, data, end + 1)
        yield name, value
    if at != len(data):
        raise IndexError("the last one is cut short")


def _encode_value(value: Value) -> bytes:
    if isinstance(value, bool):
        return b"\x00" if value else b"\x01"
    if isinstance(value, Timestamp):
        return b"\x08" + struct.pack("!q", value)
    if isinstance(value, int):
        return b"\x04" + struct.pack("!i", value) if -(2**31) <= value < 2**31 else b"\x05" + struct.pack("!q", value)
    if isinstance(value, UUID):
        return b"\x09" + value.bytes
    kind, data = (b"\x07", value.encode()) if isinstance(value, str) else (b"\x06", value)
    if len(data) > 0x7FFF:
        raise ValueError(f"the value of a header has 32,767 bytes at the most, not {len(data):,}")
    return kind + struct.pack("!H", len(data)) + data


def _decode_value(kind: int, data: bytes, at: int) -> tuple[Value, int]:
    """The value of type KIND at AT in DATA, and where it ends."""
    if kind in (0, 1):
        return kind == 0, at
    if kind in _NUMBERS:
        form = _NUMBERS[kind]
        (number,) = struct.unpack_from(form, data, at)
        return (Timestamp(number) if kind == 8 else int(number)), at + struct.calcsize(form)
    if kind == 9:
        return UUID(bytes=_exactly(data, at, 16)), at + 16
    if kind not in (6, 7):
        raise KeyError(f"there is no type {kind}")
    (length,) = struct.unpack_from("!H", data, at)
    value = _exactly(data, at + 2, length)
    return (value.decode() if kind == 7 else value), at + 2 + length


def _exactly(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise IndexError("the last one is cut short")
    return data[at : at + length]
