"""What a read document is: pages with lines and words, and what stands on them.

One shape for every answer of Textract. Places are ratios of the page's width and height, as AWS gives them, with the
origin at the top left; confidences are AWS's, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.formats.blocks.block import NOWHERE, Block, Box, Turn, turn_of

TEXTRACT: Final = "Amazon Textract"


@dataclass(slots=True)
class Line:
    """A line of a page; one that is a checkbox and nothing else has no text."""

    text: str
    words: tuple[Block, ...]
    confidence: float | None = None
    box: Box = NOWHERE
    points: tuple[float, ...] = ()
    id: str = ""

    @property
    def turn(self) -> Turn:
        """How its text is turned."""
        return turn_of(self.points)


@dataclass(slots=True)
class Cell:
    """A cell of a table, merged ones whole; `row` and `column` count from 1. `kinds` are AWS's entity types."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    confidence: float | None = None
    kinds: tuple[str, ...] = ()
    words: tuple[Block, ...] = ()
    box: Box = NOWHERE

    @property
    def header(self) -> bool:
        """Whether it heads its columns."""
        return "COLUMN_HEADER" in self.kinds


@dataclass(slots=True)
class Table:
    """A table: its cells in the order of rows, no place covered twice. `titles` and `footers` are texts of AWS's.

    `pages` has more than one number where tables of several pages were joined.
    """

    page: int
    cells: tuple[Cell, ...]
    titles: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    title_words: tuple[Block, ...] = ()
    kind: str | None = None
    confidence: float | None = None
    box: Box = NOWHERE
    pages: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        """The number of rows."""
        return max((cell.row + cell.row_span - 1 for cell in self.cells), default=0)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((cell.column + cell.column_span - 1 for cell in self.cells), default=0)

    @property
    def header_rows(self) -> int:
        """The number of rows at the top that hold headers."""
        heads = {cell.row + extra for cell in self.cells if cell.header for extra in range(cell.row_span)}
        count = 0
        while count + 1 in heads:
            count += 1
        return count

    def rows(self, *, repeat: bool = False) -> list[list[str]]:
        """The texts as a rectangle; a merged cell's stands in its first place, or with REPEAT in all of them."""
        grid = [[""] * self.width for _ in range(self.height)]
        for cell in self.cells:
            for row in range(cell.row_span if repeat else 1):
                for column in range(cell.column_span if repeat else 1):
                    grid[cell.row - 1 + row][cell.column - 1 + column] = cell.text
        return grid


@dataclass(slots=True)
class KeyValue:
    """A field of a form. `selected` is the state of a checkbox, None where the value is text."""

    key: str
    value: str
    selected: bool | None = None
    confidence: float | None = None
    page: int = 1
    key_box: Box = NOWHERE
    value_box: Box = NOWHERE
    key_words: tuple[Block, ...] = ()
    value_words: tuple[Block, ...] = ()


@dataclass(slots=True)
class Answer:
    """What a page says to a question."""

    text: str
    confidence: float | None
    page: int
    box: Box = NOWHERE


@dataclass(slots=True)
class Question:
    """A question that was asked, with the answers of the pages, the surest first."""

    text: str
    alias: str | None
    answers: tuple[Answer, ...] = ()

    @property
    def name(self) -> str:
        """The alias, or the question itself."""
        return self.alias or self.text


@dataclass(slots=True)
class Signature:
    """A place where somebody signed."""

    page: int
    confidence: float | None
    box: Box


@dataclass(slots=True)
class Element:
    """A part of a page's layout; `kind` is AWS's block type without `LAYOUT_`. A list has its entries in `parts`."""

    kind: str
    lines: tuple[Line, ...]
    parts: tuple[Element, ...] = ()
    confidence: float | None = None
    box: Box = NOWHERE


@dataclass(slots=True)
class Page:
    """A page; `lines` are in reading order, `words` in the order of the lines, then those that no line has."""

    number: int
    lines: tuple[Line, ...] = ()
    words: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    key_values: tuple[KeyValue, ...] = ()
    signatures: tuple[Signature, ...] = ()
    layout: tuple[Element, ...] = ()
    turn: Turn = 0

    @property
    def text(self) -> str:
        """Its lines, each ended by a line feed."""
        return "".join(f"{line.text}\n" for line in self.lines)


@dataclass(slots=True)
class Field:
    """A thing that was found with its type: of a receipt, of an identity document, of a mortgage's page."""

    type: str
    value: str
    label: str = ""
    confidence: float | None = None
    page: int | None = None
    currency: str | None = None
    normalized: str | None = None
    groups: tuple[str, ...] = ()
    selected: bool | None = None
    box: Box = NOWHERE


@dataclass(slots=True)
class Expense:
    """A receipt or an invoice: its fields, and its items group by group."""

    index: int
    fields: tuple[Field, ...]
    groups: tuple[tuple[tuple[Field, ...], ...], ...] = ()

    @property
    def items(self) -> Iterator[tuple[Field, ...]]:
        """All items."""
        for group in self.groups:
            yield from group


@dataclass(slots=True)
class Identity:
    """A passport or a driving licence."""

    index: int
    fields: tuple[Field, ...]


@dataclass(slots=True)
class LendingPage:
    """A page of a mortgage application: what kind of page it is, and what was found on it."""

    page: int
    type: str
    confidence: float | None
    number: str = ""
    fields: tuple[Field, ...] = ()
    signatures: tuple[Signature, ...] = ()
    expenses: tuple[Expense, ...] = ()
    identities: tuple[Identity, ...] = ()


@dataclass(slots=True)
class Document:
    """A whole document, read by `engine`.

    `page_count` is AWS's own count; `warnings` pair a code of AWS's with the pages it is about.
    """

    pages: tuple[Page, ...] = ()
    questions: tuple[Question, ...] = ()
    expenses: tuple[Expense, ...] = ()
    identities: tuple[Identity, ...] = ()
    lending: tuple[LendingPage, ...] = ()
    page_count: int = 0
    warnings: tuple[tuple[str, tuple[int, ...]], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    engine: str = TEXTRACT

    @property
    def text(self) -> str:
        """The lines in reading order, pages parted by a form feed."""
        return "\f".join(page.text for page in self.pages)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all pages."""
        return tuple(table for page in self.pages for table in page.tables)

    @property
    def key_values(self) -> tuple[KeyValue, ...]:
        """The form fields of all pages."""
        return tuple(pair for page in self.pages for pair in page.key_values)

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The signatures of all pages."""
        return tuple(one for page in self.pages for one in page.signatures)
