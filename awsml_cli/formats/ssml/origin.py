"""Find the way back from a byte of what was sent to the character of the original text.

Polly's speech marks count bytes of the UTF-8 text of one request, tags and entities included; people want code points
of the text that they gave.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

_CONTINUATIONS = bytes(range(0x80, 0xC0))  # the bytes of UTF-8 that begin no character


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of what is sent: its text, the code point of the original where it stands, and how many it stands for.

    With `verbatim` the text is the original's, character by character; otherwise it stands for the `length` code
    points from `at` on as a whole (an entity for 1, a tag that was put in for 0).
    """

    text: str
    at: int
    length: int
    verbatim: bool


@dataclass(slots=True)
class Origin:
    """Where the parts of a piece come from, in the order in which they are sent."""

    fragments: list[Fragment] = field(default_factory=list)
    _data: list[bytes] = field(default_factory=list)  # the fragments in UTF-8
    _begins: list[int] = field(default_factory=list)  # bytes
    _size: int = 0

    def verbatim(self, text: str, *, at: int) -> None:
        """Add TEXT, as it stands in the original from code point AT on."""
        self._add(Fragment(text, at, len(text), True))

    def instead(self, text: str, *, at: int, length: int = 0) -> None:
        """Add TEXT, which stands for LENGTH code points of the original from AT on."""
        self._add(Fragment(text, at, length, False))

    @property
    def text(self) -> str:
        """What is sent."""
        return "".join(fragment.text for fragment in self.fragments)

    def to_original(self, byte_offset: int) -> int:
        """Give the code point of the original at which the byte at BYTE_OFFSET of the piece stands.

        An offset within an entity or a tag that was put in gives the place that it stands for; one past the end gives
        the end.
        """
        return self._place(byte_offset, max(0, bisect_right(self._begins, byte_offset) - 1))

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Give the code points from and to which the bytes BEGIN to END (exclusive) stand in the original."""
        first = self.to_original(begin)
        if end <= begin:
            return first, first
        # the end belongs to the fragment that it closes: what was left out behind it is not part of the span
        return first, max(first, self._place(end, bisect_left(self._begins, end) - 1))

    def _add(self, fragment: Fragment) -> None:
        if fragment.text:
            self.fragments.append(fragment)
            self._data.append(fragment.text.encode("utf-8", "surrogatepass"))
            self._begins.append(self._size)
            self._size += len(self._data[-1])

    def _place(self, byte_offset: int, index: int) -> int:
        if not self.fragments:
            return 0
        fragment, data = self.fragments[index], self._data[index]
        inside = min(byte_offset - self._begins[index], len(data))
        if fragment.verbatim:
            return fragment.at + _characters(data, inside)
        return fragment.at + (fragment.length if inside == len(data) else 0)


@dataclass(frozen=True, slots=True)
class SsmlPiece:
    """A request's text, SSML or plain, and where it comes from."""

    ssml: str
    origin: Origin

    def to_original(self, byte_offset: int) -> int:
        """Give the code point of the original for a byte of this piece."""
        return self.origin.to_original(byte_offset)


def plain(text: str, *, at: int = 0) -> SsmlPiece:
    """Make a piece of plain TEXT that stands in the original from code point AT on."""
    origin = Origin()
    origin.verbatim(text, at=at)
    return SsmlPiece(text, origin)


def _characters(data: bytes, size: int) -> int:
    """Count the characters before byte SIZE; in the middle of a character, it is not yet counted."""
    begun = len(data[:size].translate(None, _CONTINUATIONS))
    return begun - (size < len(data) and data[size] in _CONTINUATIONS)
