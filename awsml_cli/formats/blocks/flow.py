"""A page as a flow of pieces: headings, paragraphs, lists, form fields, and each table where it stands.

Markdown and HTML are written from this. Every word of a page comes out once: a line is left out only where a table or
a form field says its words, and what they do not say of it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from awsml_cli.formats.blocks.block import NOWHERE, Block, Box, around
from awsml_cli.formats.blocks.model import Document, Element, KeyValue, Line, Page, Table

FURNITURE: Final = frozenset({"HEADER", "FOOTER", "PAGE_NUMBER"})
_BULLET = re.compile(r"(?:[•●▪■◦‣·–—*-]|\(?(?P<number>\d{1,3})[.)])\s+")
_GAP: Final = 0.8  # of a line's height: white that parts two paragraphs
_SIZE: Final = 1.5  # a line that much higher than the one before begins another paragraph


@dataclass(slots=True)
class Entry:
    """An entry of a list, its bullet taken off; `number` where it had one."""

    text: str
    number: int | None = None


@dataclass(slots=True)
class Piece:
    """One thing after another on a page: lines of a `kind` of AWS's layout, or a table, or form fields."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    pairs: list[KeyValue] = field(default_factory=list)
    table: Table | None = None
    box: Box = NOWHERE


class Flow:
    """The pieces of a document's pages, to be asked page by page, in order."""

    def __init__(self, document: Document, *, furniture: bool = False) -> None:
        self._furniture = furniture
        self._table_of = {id(word): table for table in document.tables for cell in table.cells for word in cell.words}
        self._titles = {id(word) for table in document.tables for word in table.title_words}
        self._shown: set[int] = set()  # tables and form fields that have come out

    def pieces(self, page: Page) -> list[Piece]:
        """The pieces of PAGE from the first to the last."""
        made = list(self._by_layout(page) if page.layout else self._by_white(page.lines))
        for table in page.tables:
            if id(table) not in self._shown:
                self._shown.add(id(table))
                at = next((i for i, piece in enumerate(made) if piece.box.top > table.box.top), len(made))
                made.insert(at, Piece("TABLE", table=table, box=table.box))
        return made

    def _by_layout(self, page: Page) -> Iterator[Piece]:
        """Element by element; lines between them, in the page's order, are paragraphs."""
        owner = {id(line): element for element in page.layout for line in _all_lines(element)}
        pairs = {id(word): pair for pair in page.key_values for word in (*pair.key_words, *pair.value_words)}
        begun: set[int] = set()
        loose: list[Line] = []
        for line in page.lines:
            element = owner.get(id(line))
            if element is None:
                loose.append(line)
                continue
            if id(element) not in begun:
                begun.add(id(element))
                yield from self._by_white(loose)
                loose = []
                yield from self._element(element, pairs)
        yield from self._by_white(loose)

    def _element(self, element: Element, pairs: dict[int, KeyValue]) -> Iterator[Piece]:
        if element.kind in FURNITURE and not self._furniture:
            return
        if element.kind == "LIST":
            entries = list(self._entries(element))
            if entries:
                yield Piece("LIST", entries=entries, box=element.box)
            return
        if element.kind == "KEY_VALUE":
            yield from self._fields(element, pairs)
            return
        if element.kind in ("TABLE", "TEXT", "FIGURE"):
            yield from self._by_white(_all_lines(element), whole=element.kind == "TEXT")
            return
        lines = [line for line in _all_lines(element) if line.text]
        if lines:
            yield Piece(element.kind, lines=lines, box=element.box)

    def _entries(self, element: Element) -> Iterator[Entry]:
        groups = [list(_all_lines(part)) for part in element.parts] or [[line] for line in element.lines]
        for lines in groups:
            text = " ".join(line.text for line in lines if line.text)
            bullet = _BULLET.match(text)
            if bullet:
                yield Entry(text[bullet.end() :], int(bullet["number"]) if bullet["number"] else None)
            elif text:
                yield Entry(text)

    def _fields(self, element: Element, pairs: dict[int, KeyValue]) -> Iterator[Piece]:
        """The fields of ELEMENT that no element before has shown; what else it says stands before or behind them."""
        found: dict[int, KeyValue] = {}
        above: list[Line] = []
        below: list[Line] = []
        for line in _all_lines(element):
            left = tuple(word for word in line.words if id(word) not in pairs)
            if left:
                (below if found else above).append(line if len(left) == len(line.words) else _of_words(left))
            for word in line.words:
                if (pair := pairs.get(id(word))) is not None:
                    found[id(pair)] = pair
        yield from self._by_white(above)
        fresh = [pair for pair in found.values() if id(pair) not in self._shown]
        self._shown.update(map(id, fresh))
        if fresh:
            yield Piece("KEY_VALUE", pairs=fresh, box=element.box)
        yield from self._by_white(below)

    def _by_white(self, lines: Iterable[Line], *, whole: bool = False) -> Iterator[Piece]:
        """LINES as paragraphs where white parts them (as one with WHOLE), and tables in the place of their words."""
        paragraph: list[Line] = []
        for line in lines:
            table, rest = self._beside_table(line)
            if table is not None and id(table) not in self._shown:
                self._shown.add(id(table))
                if paragraph:
                    yield _paragraph(paragraph, self._titles)
                    paragraph = []
                yield Piece("TABLE", table=table, box=table.box)
            if rest is None or not rest.text:
                continue
            if paragraph and not whole and _parts(paragraph[-1], rest):
                yield _paragraph(paragraph, self._titles)
                paragraph = []
            paragraph.append(rest)
        if paragraph:
            yield _paragraph(paragraph, self._titles)

    def _beside_table(self, line: Line) -> tuple[Table | None, Line | None]:
        """The table that says words of LINE, and what it does not say."""
        if not self._table_of:
            return None, line
        table = next((found for word in line.words if (found := self._table_of.get(id(word)))), None)
        if table is None:
            return None, line
        left = tuple(word for word in line.words if id(word) not in self._table_of)
        return table, _of_words(left) if left else None


def _all_lines(element: Element) -> Iterator[Line]:
    yield from element.lines
    for part in element.parts:
        yield from _all_lines(part)


def _of_words(words: tuple[Block, ...]) -> Line:
    return Line(" ".join(word.text for word in words), words, box=around(word.box for word in words))


def _paragraph(lines: list[Line], titles: set[int]) -> Piece:
    caption = all(id(word) in titles for line in lines for word in line.words) and bool(titles)
    return Piece("CAPTION" if caption else "TEXT", lines=lines, box=lines[0].box)


def _parts(above: Line, below: Line) -> bool:
    """Whether a new paragraph begins with BELOW: white between, another column, another size."""
    if above.turn or below.turn:
        return above.turn != below.turn
    height = max(min(above.box.height, below.box.height), 1e-6)
    white = below.box.top - above.box.bottom
    sizes = max(above.box.height, below.box.height) / height
    return white > _GAP * height or below.box.top < above.box.top - height or sizes > _SIZE
