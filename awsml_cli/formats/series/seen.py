"""Which steps a series has: one run while they come in order, and a bit a step once they do not.

So the memory of a check grows with the number of series and their spans, not with the rows.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

WIDEST: Final = 1 << 28  # steps between the first and the last that bits are kept for


class Seen:
    """The steps of one series.

    `next` is the step that certainly is new when it comes: it goes on the run from `start`. None where nothing is sure.
    """

    __slots__ = ("_before", "bits", "first", "gaps", "loose", "next", "row", "start")

    def __init__(self, at: int, row: int) -> None:
        self.start = self.first = self._before = at
        self.next: int | None = at + 1
        self.row = row
        self.bits: bytearray | None = None
        self.gaps: Counter[int] = Counter()
        self.loose = 0  # stamps between two steps

    @property
    def last(self) -> int:
        """The step that came last."""
        return self._before if self.next is None else self.next - 1

    def add(self, at: int) -> bool:
        """Take the step AT, whichever it is; False where it was there already."""
        if (self.next is not None and self.start <= at < self.next) or self._has(at):
            return False
        if abs(at - self.first) > WIDEST:
            self.gaps[at - self.last] += 1
            return True
        if at > self.last:
            self.gaps[at - self.last] += 1
        bits = self._kept()
        if at >= self.first + len(bits) * 8:
            self.start, self.next = at, at + 1
        else:
            self.start = self._before = at
            self.next = at + 1
            self._kept()
            self.next = None
        return True

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step."""
        if self.bits is None:
            return self.start, self.last
        bits = self._kept()
        low = next(at for at, byte in enumerate(bits) if byte)
        high = len(bits) - 1
        while not bits[high]:
            high -= 1
        first = self.first + low * 8 + (bits[low] & -bits[low]).bit_length() - 1
        return first, self.first + high * 8 + bits[high].bit_length() - 1

    @property
    def count(self) -> int:
        """How many steps there are."""
        if self.bits is None:
            return self.last - self.start + 1
        return int.from_bytes(self._kept(), "little").bit_count()

    def missing(self, most: int) -> list[int]:
        """The first of the steps that are not there between the first and the last, at MOST so many."""
        if self.bits is None:
            return []
        first, last = self.span
        found: list[int] = []
        for at in range(first, last):
            if not self._has(at):
                found.append(at)
                if len(found) == most:
                    break
        return found

    def _kept(self) -> bytearray:
        """The bits, those of the run that is going on among them."""
        if self.bits is None:
            self.first = self.start
            self.bits = bytearray()
        if self.next is None:
            return self.bits
        if self.start < self.first:
            more = (self.first - self.start + 7) // 8
            self.bits[:0] = bytes(more)
            self.first -= more * 8
        low, high = self.start - self.first, self.next - 1 - self.first
        if len(self.bits) <= high >> 3:
            self.bits.extend(bytes((high >> 3) + 1 - len(self.bits)))
        if high - low < 16:
            for at in range(low, high + 1):
                self.bits[at >> 3] |= 1 << (at & 7)
            return self.bits
        begin, end = (low >> 3) + 1, high >> 3
        self.bits[begin:end] = b"\xff" * (end - begin)
        self.bits[low >> 3] |= 0xFF << (low & 7) & 0xFF
        self.bits[high >> 3] |= (2 << (high & 7)) - 1
        return self.bits

    def _has(self, at: int) -> bool:
        at -= self.first
        return self.bits is not None and 0 <= at < len(self.bits) * 8 and bool(self.bits[at >> 3] & 1 << (at & 7))
