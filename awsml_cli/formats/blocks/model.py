"""What a read document is: pages with lines and words, and what stands on them.

One shape for every answer of Textract. Places are ratios of the page's width and height, as AWS gives them, with the
origin at the top left; confidences are AWS's, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Turn = int  # degrees clockwise that text is turned by: 0, 90, 180 or 270


class Box(NamedTuple):
    """A rectangle on a page, in ratios of its width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def points(self) -> tuple[float, ...]:
        """Its corners from the top left clockwise, x and y in turn."""
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        return (left, top, right, top, right, bottom, left, bottom)


NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around BOXES; NOWHERE if there are none."""
    found = [box for box in boxes if box is not NOWHERE]
    if not found:
        return NOWHERE
    left, top = min(box.left for box in found), min(box.top for box in found)
    right, bottom = max(box.right for box in found), max(box.bottom for box in found)
    return Box(left, top, right - left, bottom - top)


class Block:
    """A block of AWS's answer, as small as it can be kept; a word of a page is one of these.

    `points` are the corners of the text from its own top left clockwise, x and y in turn: they tell how it is turned.
    `selected` is whether a checkbox is ticked, None for all that is no checkbox. `relations` map AWS's type of a
    relationship to the ids at its other end.
    """

    __slots__ = (
        "box",
        "column",
        "column_span",
        "confidence",
        "entity_types",
        "handwriting",
        "id",
        "page",
        "points",
        "query",
        "relations",
        "row",
        "row_span",
        "selected",
        "text",
        "type",
    )

    def __init__(self, answer: Mapping[str, Any]) -> None:
        get = answer.get
        self.id: str = get("Id") or ""
        self.type: str = answer["BlockType"]
        self.text: str = get("Text") or ""
        self.confidence: float | None = get("Confidence")
        box, points = get("Geometry") or (NOWHERE, ())
        self.box: Box = box
        self.points: tuple[float, ...] = points
        self.page: int | None = get("Page")
        self.row: int = get("RowIndex") or 0
        self.column: int = get("ColumnIndex") or 0
        self.row_span: int = get("RowSpan") or 1
        self.column_span: int = get("ColumnSpan") or 1
        self.entity_types: tuple[str, ...] = tuple(get("EntityTypes") or ())
        status = get("SelectionStatus")
        self.selected: bool | None = None if status is None else status == "SELECTED"
        self.handwriting: bool = get("TextType") == "HANDWRITING"
        self.query: Mapping[str, Any] | None = get("Query")
        related = get("Relationships")
        self.relations: dict[str, tuple[str, ...]] | None = None
        if related:
            relations: dict[str, tuple[str, ...]] = {}
            for one in related:
                kind = one["Type"]
                relations[kind] = (*relations.get(kind, ()), *one["Ids"])
            self.relations = relations

    def ids(self, relation: str) -> tuple[str, ...]:
        """The ids at the other end of RELATION (`CHILD`, `VALUE` …)."""
        return self.relations.get(relation, ()) if self.relations else ()

    @property
    def turn(self) -> Turn:
        """How its text is turned."""
        return turn_of(self.points)


def turn_of(points: tuple[float, ...]) -> Turn:
    """The quarter turn nearest to the direction in which a text with these corners runs."""
    if len(points) < 4:
        return 0
    right, down = points[2] - points[0], points[3] - points[1]
    if abs(right) >= abs(down):
        return 0 if right >= 0 else 180
    return 90 if down > 0 else 270


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
    """A whole document. `page_count` is AWS's own count; `warnings` pair a code of AWS's with the pages it is about."""

    pages: tuple[Page, ...] = ()
    questions: tuple[Question, ...] = ()
    expenses: tuple[Expense, ...] = ()
    identities: tuple[Identity, ...] = ()
    lending: tuple[LendingPage, ...] = ()
    page_count: int = 0
    warnings: tuple[tuple[str, tuple[int, ...]], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

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
