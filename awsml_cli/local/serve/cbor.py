"""CBOR, as far as AWS's RPC protocol uses it: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

_TIME: Final = 1  # the tag of seconds since 1970
_OPEN: Final = 31  # a length that is not told; 0xFF ends what has it
_DEEP: Final = 128  # things inside things; more is no request of anybody's


class Malformed(ValueError):
    """The bytes are no CBOR."""


def encode(value: Any) -> bytes:
    """VALUE (JSON's kinds, bytes and datetimes) as CBOR."""
    return b"".join(_encoded(value))


def decode(data: bytes) -> Any:
    """The one value in DATA; times are datetimes. Raises Malformed."""
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (IndexError, struct.error, UnicodeDecodeError, TypeError, OverflowError) as problem:
        raise Malformed(str(problem)) from None
    if reader.at != len(data):
        raise Malformed("bytes are left over")
    return value


def _encoded(value: Any) -> Iterator[bytes]:
    if value is None:
        yield b"\xf6"
    elif isinstance(value, bool):
        yield b"\xf5" if value else b"\xf4"
    elif isinstance(value, int):
        yield _head(0, value) if value >= 0 else _head(1, -1 - value)
    elif isinstance(value, float):
        yield b"\xfb" + struct.pack(">d", value)
    elif isinstance(value, str):
        data = value.encode()
        yield _head(3, len(data)) + data
    elif isinstance(value, bytes | bytearray):
        yield _head(2, len(value)) + bytes(value)
    elif isinstance(value, datetime):
        yield _head(6, _TIME) + b"\xfb" + struct.pack(">d", value.timestamp())
    elif isinstance(value, Mapping):
        yield _head(5, len(value))
        for name, part in value.items():
            yield from _encoded(name)
            yield from _encoded(part)
    else:
        yield _head(4, len(value))
        for part in value:
            yield from _encoded(part)


def _head(major: int, number: int) -> bytes:
    for more, form, most in ((24, ">B", 0xFF), (25, ">H", 0xFFFF), (26, ">I", 0xFFFFFFFF), (27, ">Q", 1 << 64)):
        if number < 24:
            return bytes([major << 5 | number])
        if number <= most:
            return bytes([major << 5 | more]) + struct.pack(form, number)
    raise ValueError(f"{number} is too large for CBOR")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, deep: int) -> Any:
        if deep > _DEEP:
            raise Malformed("too deep")
        first = self._data[self.at]
        self.at += 1
        major, low = first >> 5, first & 31
        if major == 7:
            return self._simple(low)
        number = self._number(low) if low != _OPEN else None
        if number is None and major in (0, 1, 6):
            raise Malformed("a number without an end")
        if major in (0, 1):
            assert number is not None
            return number if major == 0 else -1 - number
        if major in (2, 3):
            return self._text(major, number, deep)
        if major == 4:
            return [self.value(deep + 1) for _ in self._each(number)]
        if major == 5:
            return {self._key(deep): self.value(deep + 1) for _ in self._each(number)}
        inner = self.value(deep + 1)
        return datetime.fromtimestamp(inner, UTC) if number == _TIME else inner

    def _key(self, deep: int) -> str:
        key = self.value(deep + 1)
        if not isinstance(key, str):
            raise Malformed("a key that is no text")
        return key

    def _text(self, major: int, length: int | None, deep: int) -> Any:
        if length is None:
            parts = [self.value(deep + 1) for _ in self._each(None)]
            return ("" if major == 3 else b"").join(parts)
        data = self._taken(length)
        return data.decode() if major == 3 else data

    def _each(self, count: int | None) -> Iterator[None]:
        if count is not None:
            for _ in range(count):
                yield
            return
        while self._data[self.at] != 0xFF:
            yield
        self.at += 1

    def _simple(self, low: int) -> Any:
        if low in (20, 21):
            return low == 21
        if low in (22, 23):
            return None
        if low in (25, 26, 27):
            form, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[low]
            return struct.unpack(form, self._taken(size))[0]
        raise Malformed(f"there is no value {low}")

    def _number(self, low: int) -> int:
        if low < 24:
            return low
        if low > 27:
            raise Malformed(f"there is no length {low}")
        return int.from_bytes(self._taken(1 << (low - 24)), "big")

    def _taken(self, length: int) -> bytes:
        data = self._data[self.at : self.at + length]
        if len(data) != length:
            raise Malformed("it is cut short")
        self.at += length
        return data
