"""Audio in pieces that a stream can be taken up again with: here the bytes as they come, and stretches of samples.

Pure: chunks of bytes in, pieces out, as soon as they are there. An empty chunk says that the source is silent for a
moment; it is handed on as None.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError

SECONDS: Final = 0.1  # of samples in a piece


@dataclass(frozen=True)
class Piece:
    """Audio that begins AT a second of the whole and plays SECONDS."""

    data: bytes
    at: float
    seconds: float


Pieces = Iterator[Piece | None]


class Window:
    """The bytes of an input NAMEd so that have come and are not used yet; those used are in `past`, if it is given."""

    def __init__(self, chunks: Iterator[bytes], *, name: str) -> None:
        self.buffer = bytearray()
        self.used = 0
        self.past: bytearray | None = None
        self.name = name
        self._chunks = chunks

    def grow(self) -> bool | None:
        """Wait for more: True if it came, None if the source is silent, False at its end."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self.buffer += chunk
        return True if chunk else None

    def has(self, size: int) -> bool:
        """Wait until SIZE bytes are there, however long the source is silent; False if it ends before."""
        while len(self.buffer) < size:
            if self.grow() is False:
                return False
        return True

    def take(self, size: int) -> bytes:
        """Use the next SIZE bytes. Raises InputError where the source ends before."""
        if not self.has(size):
            raise InputError(f"{self.name} is cut short: it ends at byte {self.used + len(self.buffer):,}")
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        self.used += size
        if self.past is not None:
            self.past += data
        return data

    def rest(self, size: int | None = None) -> Iterator[bytes]:
        """All that is still to come, or SIZE bytes of it, as they come."""
        left = size
        while left is None or left > 0:
            if not self.buffer:
                more = self.grow()
                if more is None:
                    yield b""
                if more is False:
                    return
                continue
            chunk = self.take(len(self.buffer) if left is None else min(left, len(self.buffer)))
            left = None if left is None else left - len(chunk)
            yield chunk


def samples(chunks: Iterator[bytes], *, rate: int, block: int) -> Pieces:
    """Pieces of audio without a container: RATE blocks a second, of BLOCK bytes (all channels). A pause sends on what
    is there; half a block at the end is filled up, so that nothing is lost and the channels stay aligned.
    """
    full, held, count = max(1, int(rate * SECONDS)) * block, bytearray(), 0

    def piece(size: int) -> Piece:
        nonlocal count
        data = bytes(held[:size])
        del held[:size]
        made = Piece(data, count / rate, size / block / rate)
        count += size // block
        return made

    for chunk in chunks:
        held += chunk
        while len(held) >= full:
            yield piece(full)
        if not chunk:
            if len(held) >= block:
                yield piece(len(held) // block * block)
            yield None
    held += bytes(-len(held) % block)
    if held:
        yield piece(len(held))


def mixed(chunks: Iterator[bytes], *, channels: int) -> Iterator[bytes]:
    """CHUNKS of 16-bit samples with their CHANNELS mixed to one: a stream takes two only to tell them apart."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        size = len(held) // (2 * channels) * 2 * channels
        if size:
            frames = _numbers(bytes(held[:size]))
            del held[:size]
            lanes = (frames[lane::channels] for lane in range(channels))
            yield _bytes(array("h", (sum(together) // channels for together in zip(*lanes, strict=True))))
        if not chunk:
            yield b""


def _numbers(data: bytes) -> array[int]:
    numbers = array("h", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
