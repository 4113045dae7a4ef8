"""Cut a text that is still being read into pieces that fit a request.

A cut is made at the end of a paragraph, else of a sentence, a line, a clause, a word, else between two grapheme
clusters. The pieces depend on the text alone, not on how it was fed, as long as nothing was asked for by `pause`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pieces import boundaries
from awsml_cli.formats.pieces.boundaries import LOOKAHEAD
from awsml_cli.formats.pieces.graphemes import is_boundary, last_boundary

MOST_BLANKS = 4_096  # characters; a longer run of blanks is given out in pieces without text, so that memory is bounded
_BLANKS = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: `before + text + after` of all pieces, joined, is the text.

    `text` goes to the service; it neither begins nor ends with a blank, and is empty where only blanks stand.
    """

    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class _Cut:
    """Indexes into the text: the piece is `[begin:end]`, and the next one starts at `then`."""

    begin: int
    end: int
    then: int


class Cutter:
    """Takes a text chunk by chunk and gives it out in pieces.

    `limit` is the most a piece's text may measure, and `measure` its unit: a function that adds up over parts of a
    text and is 1 or more for a character (`len` for code points, `utf8_length` for bytes). With `paragraphs`, no piece
    spans a blank line. `first` is a smaller aim for the first piece, so that its answer is there early: where a
    sentence or clause ends within it, the first piece does too. Keeps at most about one piece and LOOKAHEAD characters.

    Raises InputError, with the offset in code points, for a grapheme cluster that is over the limit by itself.
    """

    def __init__(
        self, limit: int, measure: Callable[[str], int], *, paragraphs: bool, first: int | None = None
    ) -> None:
        self._limit = limit
        self._measure = measure
        self._paragraphs = paragraphs
        self._first = first if first is not None and first < limit else None
        self._parts: list[str] = []
        self._size = 0  # of the parts, in the unit of the limit
        self._offset = 0  # of the first part in the whole text, in code points

    def feed(self, chunk: str) -> list[Piece]:
        """Take more of the text; give the pieces that no further text can change."""
        self._parts.append(chunk)
        self._size += self._measure(chunk)
        line_ends = self._paragraphs and ("\n" in chunk or "\u2029" in chunk)
        if self._size <= (self._first or self._limit) and not line_ends:
            return []
        return self._drain(final=False)

    def pause(self) -> list[Piece]:
        """Give what is complete, up to the last line or sentence: the source has been silent for a while.

        A stop at the very end of what was read is taken for the end of a sentence.
        """
        text = self._joined()
        stop = boundaries.last_complete(text, 0, stop=len(text))
        if stop is None:
            return []
        return self._drain(final=True, stop=_skip_blanks(text, stop, stop=len(text), open_end=True))

    def close(self) -> list[Piece]:
        """Give the rest: the text has ended."""
        return self._drain(final=True)

    def _joined(self) -> str:
        text = "".join(self._parts)
        self._parts = [text]
        return text

    def _drain(self, *, final: bool, stop: int | None = None) -> list[Piece]:
        text, at, pieces = self._joined(), 0, []
        stop = len(text) if stop is None else stop
        while at < stop and (cut := self._next(text, at, stop=stop, final=final)):
            pieces.append(Piece(text[at : cut.begin], text[cut.begin : cut.end], text[cut.end : cut.then]))
            at = cut.then
        self._offset += at
        self._parts = [text[at:]]
        self._size = self._measure(self._parts[0])
        return pieces

    def _next(self, text: str, at: int, *, stop: int, final: bool) -> _Cut | None:
        begin = _skip_blanks(text, at, stop=min(stop, at + MOST_BLANKS + 1))
        if begin - at >= MOST_BLANKS:
            end = at + MOST_BLANKS
            end -= not is_boundary(text, end)
            return _Cut(end, end, end)
        if begin == stop:
            return _Cut(stop, stop, stop) if final else None
        whole = self._whole(text, begin, stop=stop, final=final)
        limit = self._first or self._limit
        if whole is None or self._measure(text[begin : whole.end]) > limit:
            window = self._window(text, begin, stop=stop, limit=limit)
            if not final and stop - window <= LOOKAHEAD:
                return None
            whole = self._part(text, begin, window, stop=stop)
        if whole is None:  # nothing good within the first piece's aim
            self._first = None
            return self._next(text, at, stop=stop, final=final)
        self._first = None
        return whole

    def _whole(self, text: str, begin: int, *, stop: int, final: bool) -> _Cut | None:
        """Give the paragraph that starts at BEGIN, or all that is left, where its end is known."""
        near = min(stop, begin + self._limit + LOOKAHEAD)
        if self._paragraphs and (found := boundaries.paragraph_end(text, begin, stop=near)):
            return _Cut(begin, _whole_end(text, begin, found[0]), found[1])
        if not final:
            return None
        end = stop
        while end > begin and text[end - 1].isspace():
            end -= 1
        return _Cut(begin, _whole_end(text, begin, end), stop)

    def _window(self, text: str, begin: int, *, stop: int, limit: int) -> int:
        """Give the last index up to which the text from BEGIN is within the limit."""
        low, high, room = begin, min(stop, begin + limit), limit
        if self._measure(text[low:high]) <= room:
            return high
        while high - low > 1:
            middle = (low + high) // 2
            size = self._measure(text[low:middle])
            if size <= room:
                low, room = middle, room - size
            else:
                high = middle
        return low

    def _part(self, text: str, begin: int, window: int, *, stop: int) -> _Cut | None:
        end = self._good_end(text, begin, window, stop=stop)
        if end is None and self._first is not None:
            return None
        end = end or boundaries.last_word(text, begin, window, stop=stop)
        end = end or last_boundary(text, window, begin=begin)
        if end is None:
            offset = self._offset + begin
            raise InputError(
                f"a character, with the marks joined to it, is over the limit of {self._limit:,}: offset {offset:,}",
                hint="remove the combining marks that are piled up there",
            )
        return _Cut(begin, end, _skip_blanks(text, end, stop=min(stop, end + LOOKAHEAD)))

    def _good_end(self, text: str, begin: int, window: int, *, stop: int) -> int | None:
        paragraph = boundaries.last_paragraph(text, begin, window, stop=stop)
        if paragraph is not None and paragraph - begin > (window - begin) // 2:
            return paragraph
        return (
            boundaries.last_sentence(text, begin, window, stop=stop)
            or paragraph
            or boundaries.last_line(text, begin, window)
            or boundaries.last_clause(text, begin, window, stop=stop)
        )


def cut(
    chunks: Iterable[str], limit: int, *, measure: Callable[[str], int], paragraphs: bool, first: int | None = None
) -> Iterator[Piece]:
    """Cut the text that CHUNKS make up, with the rules of `Cutter`."""
    cutter = Cutter(limit, measure, paragraphs=paragraphs, first=first)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.close()


def utf8_length(text: str) -> int:
    """Count the bytes of TEXT in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _skip_blanks(text: str, at: int, *, stop: int, open_end: bool = False) -> int:
    """Give the end of the blanks at AT; a blank that carries a combining mark is none.

    With `open_end`, more text may follow: the last blank is left if a mark could still join it.
    """
    match = _BLANKS.match(text, at, stop)
    end = match.end() if match else at
    if end > at and (not is_boundary(text, end) or (open_end and end == len(text) and text[end - 1] != "\n")):
        return end - 1
    return end


def _whole_end(text: str, begin: int, end: int) -> int:
    return end if is_boundary(text, end, begin=begin) else end + 1
