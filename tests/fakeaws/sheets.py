"""Pages for the tests: written once, drawn as PDF or picture, and answered as blocks with the very places where the words stand.

Everything is set in Courier, each of whose characters is 0.6 em wide, so that the box of every word is known without measuring.
Places are points from the top left of a page of US Letter.
"""

from __future__ import annotations

import datetime
import io
import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH, HEIGHT = 612.0, 792.0
EM = 0.6  # of the size: the width of a character of Courier
ASCENT, DESCENT = 0.75, 0.22  # of the size, above and below the line
LEADING = 1.5
MADE = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@dataclass
class Written:
    """A line of text whose left end stands at x, y (its baseline). TURN is in degrees clockwise: 0, 90, 180, 270."""

    text: str
    x: float
    y: float
    size: float = 12.0
    turn: int = 0
    confidence: float = 99.0
    handwriting: bool = False
    ticked: bool | None = None

    def words(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Give each word with its corners in ratios of the page."""
        at = 0
        for word in self.text.split(" "):
            if word:
                yield word, self.corners(at, at + len(word))
            at += len(word) + 1

    def corners(self, first: int, last: int) -> tuple[float, ...]:
        """Give the corners of the characters FIRST to LAST, from their own top left clockwise."""
        left, right = first * EM * self.size, last * EM * self.size
        up, down = ASCENT * self.size, -DESCENT * self.size
        points: list[float] = []
        for along, above in ((left, up), (right, up), (right, down), (left, down)):
            x, y = {
                0: (along, -above),
                90: (above, along),
                180: (-along, above),
                270: (-above, -along),
            }[self.turn]
            points += [(self.x + x) / WIDTH, (self.y + y) / HEIGHT]
        return tuple(points)


@dataclass
class Grid:
    """A table: its texts, where it stands, its merged places as (row, column, rows, columns) from 1, its rows of heads."""

    rows: Sequence[Sequence[str]]
    x: float
    y: float
    column: float = 110.0
    row: float = 24.0
    merged: Sequence[tuple[int, int, int, int]] = ()
    heads: int = 1
    title: str = ""
    confidence: float = 95.0


@dataclass
class Sheet:
    """A page: lines in any order, tables, form fields, signatures, answers to questions, and its layout by lines."""

    lines: list[Written] = field(default_factory=list)
    tables: list[Grid] = field(default_factory=list)
    fields: list[tuple[Written, Written]] = field(default_factory=list)
    signatures: list[tuple[float, float, float, float]] = field(default_factory=list)
    figures: list[tuple[float, float, float, float]] = field(default_factory=list)  # bars are drawn there
    answers: dict[str, str] = field(default_factory=dict)
    layout: list[tuple[str, list[Written] | list[list[Written]]]] = field(default_factory=list)

    def write(self, text: str, x: float = 72, y: float = 0, **more: Any) -> Written:
        """Write a line, below the last one if Y is not given."""
        last = max((line.y for line in self.lines if not line.turn), default=72.0)
        line = Written(text, x, y or last + LEADING * more.get("size", 12.0), **more)
        self.lines.append(line)
        return line

    def ask(self, key: str, value: str | bool, x: float = 72, y: float = 0) -> None:
        """Write a form field: a key, and beside it a text or a checkbox."""
        before = self.write(key, x, y)
        if isinstance(value, bool):
            after = Written("", x + 150, before.y, ticked=value)
        else:
            after = self.write(value, x + 150, before.y)
        self.fields.append((before, after))

    def table(self, grid: Grid) -> list[list[Written]]:
        """Put a table there; its texts are lines too."""
        self.tables.append(grid)
        return self.cells(grid)

    def cells(self, grid: Grid) -> list[list[Written]]:
        """Give the lines in the cells of GRID."""
        return [
            [
                Written(text, grid.x + column * grid.column + 4, grid.y + row * grid.row + 16)
                for column, text in enumerate(texts)
            ]
            for row, texts in enumerate(grid.rows)
        ]

    def every_line(self) -> list[Written]:
        """Give all that is written, tables too, from the top down as Textract lists it."""
        inside = [cell for grid in self.tables for row in self.cells(grid) for cell in row if cell.text]
        titles = [Written(grid.title, grid.x, grid.y - 8) for grid in self.tables if grid.title]
        return sorted([*self.lines, *titles, *inside], key=lambda line: (round(line.y), line.x))

    @property
    def text(self) -> str:
        """Give its lines as Textract lists them."""
        return "".join(f"{line.text}\n" for line in self.every_line())


def sheet(*lines: str, size: float = 12.0) -> Sheet:
    """A page of LINES, one below the other."""
    page = Sheet()
    for number, line in enumerate(lines):
        page.write(line, 72, 90 + number * LEADING * size, size=size)
    return page


def pdf(*sheets: Sheet, rotate: int = 0, visible: bool = True) -> bytes:
    """SHEETS as a PDF whose pages are shown turned by ROTATE; with VISIBLE false only frames are drawn, no text."""
    from fpdf import FPDF

    book = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    book.set_auto_page_break(False)
    book.set_creation_date(MADE)  # the same sheets are the same bytes
    for page in sheets:
        book.add_page()
        _draw(book, page, visible=visible)
    data = bytes(book.output())
    if not rotate:
        return data
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for one in writer.pages:
        one.rotate(rotate)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def turned(answer: Any, rotate: int) -> Any:
    """ANSWER about pages that are shown turned by ROTATE degrees clockwise."""
    if isinstance(answer, list):
        return [turned(part, rotate) for part in answer]
    if not isinstance(answer, dict):
        return answer
    if "Polygon" in answer:
        turn = {90: lambda x, y: (1 - y, x), 180: lambda x, y: (1 - x, 1 - y), 270: lambda x, y: (y, 1 - x)}[rotate]
        points = [turn(point["X"], point["Y"]) for point in answer["Polygon"]]
        return _geometry(tuple(number for point in points for number in point))
    return {key: turned(value, rotate) for key, value in answer.items()}


def askew(answer: Any, degrees: float) -> Any:
    """ANSWER about pages that lie a few DEGREES clockwise on the glass."""
    if isinstance(answer, list):
        return [askew(part, degrees) for part in answer]
    if not isinstance(answer, dict):
        return answer
    if "Polygon" in answer:
        along, across = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        points: list[float] = []
        for point in answer["Polygon"]:
            x, y = (point["X"] - 0.5) * WIDTH, (point["Y"] - 0.5) * HEIGHT
            points += [(x * along - y * across) / WIDTH + 0.5, (x * across + y * along) / HEIGHT + 0.5]
        return _geometry(tuple(points))
    return {key: askew(value, degrees) for key, value in answer.items()}


def _draw(book: Any, page: Sheet, *, visible: bool) -> None:
    from fpdf.enums import TextMode

    for line in page.every_line():
        book.set_font("Courier", size=line.size)
        if line.text and visible:
            with book.local_context(text_mode=TextMode.FILL), book.rotation(-line.turn, line.x, line.y):
                book.text(line.x, line.y, line.text)
    for _, value in page.fields:
        if value.ticked is not None:
            book.rect(value.x, value.y - 9, 9, 9, style="FD" if value.ticked else "D")
    for grid in page.tables:
        wide, high = grid.column * len(grid.rows[0]), grid.row * len(grid.rows)
        for row in range(len(grid.rows) + 1):
            book.line(grid.x, grid.y + row * grid.row, grid.x + wide, grid.y + row * grid.row)
        for column in range(len(grid.rows[0]) + 1):
            book.line(grid.x + column * grid.column, grid.y, grid.x + column * grid.column, grid.y + high)
    for left, top, width, height in page.figures:
        book.rect(left, top, width, height)
        for bar in range(4):
            high = height * (bar + 1) / 5
            book.rect(left + width * (bar + 0.25) / 4, top + height - high, width / 8, high, style="F")
    for left, top, width, height in page.signatures:
        book.line(left, top + height, left + width, top)
        book.line(left, top, left + width / 2, top + height)


def picture(page: Sheet, *, kind: str = "PNG", dots: int = 100, **options: Any) -> bytes:
    """The page drawn as a picture of that KIND (as Pillow calls it)."""
    import pypdfium2

    book = pypdfium2.PdfDocument(pdf(page))
    drawn = book[0].render(scale=dots / 72).to_pil().convert("RGB")
    book.close()
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def tiff(*sheets: Sheet, dots: int = 50) -> bytes:
    """SHEETS as one TIFF."""
    from PIL import Image

    frames = [Image.open(io.BytesIO(picture(page, dots=dots))).convert("L") for page in sheets]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    return out.getvalue()


class Blocks:
    """The blocks of one page, as Textract would give them for FEATURES and QUESTIONS."""

    def __init__(
        self, page: Sheet, number: int, *, salt: str = "", features: Sequence[str] = (), questions: Sequence[Any] = ()
    ) -> None:
        self.number = number
        self.salt = salt
        self.made: list[dict[str, Any]] = []
        self.ids: dict[int, str] = {}
        self.words: dict[int, list[str]] = {}
        self.features = features
        self.page = page
        self._write(questions)

    def _write(self, questions: Sequence[Any]) -> None:
        page = self._add("PAGE", (0, 0, 1, 0, 1, 1, 0, 1))
        lines = self.page.every_line()
        cells = {id(grid): self.page.cells(grid) for grid in self.page.tables}
        by_place = {(round(line.x, 2), round(line.y, 2)): line for line in lines}
        words: list[dict[str, Any]] = []
        for line in lines:
            block = self._add("LINE", line.corners(0, len(line.text)), Text=line.text, Confidence=line.confidence)
            self.ids[id(line)] = block["Id"]
            made = [self._word(line, text, corners) for text, corners in line.words()]
            self.words[id(line)] = [word["Id"] for word in made]
            _relate(block, "CHILD", self.words[id(line)])
            words += made
        _relate(page, "CHILD", [self.ids[id(line)] for line in lines])
        self.made += words
        if "TABLES" in self.features:
            for grid in self.page.tables:
                self._table(grid, cells[id(grid)], by_place)
        if "FORMS" in self.features:
            for key, value in self.page.fields:
                self._field(key, value)
        for question in questions:
            self._question(question)
        if "SIGNATURES" in self.features:
            for left, top, width, height in self.page.signatures:
                self._add("SIGNATURE", _corners(left, top, width, height), Confidence=88.5)
        if "LAYOUT" in self.features:
            for kind, inside in self.page.layout:
                self._element(kind, inside)
            for left, top, width, height in self.page.figures:
                self._add("LAYOUT_FIGURE", _corners(left, top, width, height), Confidence=80.0)

    def _word(self, line: Written, text: str, corners: tuple[float, ...]) -> dict[str, Any]:
        kind = "HANDWRITING" if line.handwriting else "PRINTED"
        return self._block("WORD", corners, Text=text, Confidence=line.confidence, TextType=kind)

    def _table(self, grid: Grid, cells: list[list[Written]], by_place: dict[tuple[float, float], Written]) -> None:
        wide, high = len(grid.rows[0]), len(grid.rows)
        table = self._add(
            "TABLE", _corners(grid.x, grid.y, wide * grid.column, high * grid.row), Confidence=grid.confidence
        )
        table["EntityTypes"] = ["STRUCTURED_TABLE"]
        made: dict[tuple[int, int], dict[str, Any]] = {}
        for row, line in enumerate(cells, start=1):
            for column, text in enumerate(line, start=1):
                corners = _corners(
                    grid.x + (column - 1) * grid.column, grid.y + (row - 1) * grid.row, grid.column, grid.row
                )
                cell = self._add(
                    "CELL",
                    corners,
                    Confidence=grid.confidence,
                    RowIndex=row,
                    ColumnIndex=column,
                    RowSpan=1,
                    ColumnSpan=1,
                )
                if row <= grid.heads:
                    cell["EntityTypes"] = ["COLUMN_HEADER"]
                written = by_place.get((round(text.x, 2), round(text.y, 2)))
                if written is not None and text.text:
                    _relate(cell, "CHILD", self.words[id(written)])
                made[row, column] = cell
        _relate(table, "CHILD", [cell["Id"] for cell in made.values()])
        joined = [self._merged(grid, made, *place) for place in grid.merged]
        _relate(table, "MERGED_CELL", [cell["Id"] for cell in joined])
        if grid.title:
            written = by_place[round(grid.x, 2), round(grid.y - 8, 2)]
            title = self._add("TABLE_TITLE", written.corners(0, len(grid.title)), Confidence=97.0)
            _relate(title, "CHILD", self.words[id(written)])
            _relate(table, "TABLE_TITLE", [title["Id"]])

    def _merged(
        self, grid: Grid, made: dict[tuple[int, int], dict[str, Any]], row: int, column: int, rows: int, columns: int
    ) -> dict[str, Any]:
        corners = _corners(
            grid.x + (column - 1) * grid.column, grid.y + (row - 1) * grid.row, columns * grid.column, rows * grid.row
        )
        cell = self._add(
            "MERGED_CELL",
            corners,
            Confidence=grid.confidence,
            RowIndex=row,
            ColumnIndex=column,
            RowSpan=rows,
            ColumnSpan=columns,
        )
        if row <= grid.heads:
            cell["EntityTypes"] = ["COLUMN_HEADER"]
        inside = [made[r, c]["Id"] for r in range(row, row + rows) for c in range(column, column + columns)]
        return _relate(cell, "CHILD", inside)

    def _field(self, key: Written, value: Written) -> None:
        key_block = self._add("KEY_VALUE_SET", key.corners(0, len(key.text)), Confidence=93.0, EntityTypes=["KEY"])
        width = len(value.text) * EM * value.size if value.ticked is None else 9
        corners = _corners(value.x, value.y - 9, width, 9)
        value_block = self._add("KEY_VALUE_SET", corners, Confidence=93.0, EntityTypes=["VALUE"])
        _relate(key_block, "VALUE", [value_block["Id"]])
        _relate(key_block, "CHILD", self.words[id(key)])
        if value.ticked is None:
            _relate(value_block, "CHILD", self.words[id(value)])
        else:
            state = "SELECTED" if value.ticked else "NOT_SELECTED"
            tick = self._add("SELECTION_ELEMENT", corners, Confidence=96.0, SelectionStatus=state)
            _relate(value_block, "CHILD", [tick["Id"]])

    def _question(self, question: Any) -> None:
        block = self._block("QUERY", ())
        block.pop("Geometry")
        block["Query"] = {name: question[name] for name in ("Text", "Alias") if name in question}
        self.made.append(block)
        said = self.page.answers.get(question["Text"])
        if said is not None:
            result = self._add("QUERY_RESULT", _corners(72, 72, 100, 12), Text=said, Confidence=90.0 + self.number)
            _relate(block, "ANSWER", [result["Id"]])

    def _element(self, kind: str, inside: Sequence[Any]) -> str:
        parts = [part for part in inside if isinstance(part, list)]
        lines = [line for line in inside if not isinstance(line, list)]
        flat = [*lines, *(line for part in parts for line in part)]
        place = len(self.made)
        block = self._add(
            f"LAYOUT_{kind}", _around([line.corners(0, len(line.text)) for line in flat]), Confidence=80.0
        )
        children = [self.ids[id(line)] for line in lines] + [self._element("TEXT", part) for part in parts]
        _relate(block, "CHILD", children)
        assert self.made[place] is block
        return str(block["Id"])

    def _add(self, kind: str, corners: tuple[float, ...], **more: Any) -> dict[str, Any]:
        block = self._block(kind, corners, **more)
        self.made.append(block)
        return block

    def _block(self, kind: str, corners: tuple[float, ...], **more: Any) -> dict[str, Any]:
        number = len(self.made) + sum(map(len, self.words.values())) + len(self.ids) * 7919
        name = f"{self.salt}/{self.number}/{kind}/{number}/{more.get('Text', '')}/{corners}"
        geometry = {"Geometry": _geometry(corners)} if corners else {"Geometry": {}}
        return {
            "BlockType": kind,
            **more,
            **geometry,
            "Id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            "Page": self.number,
        }


def _relate(block: dict[str, Any], kind: str, ids: Sequence[str]) -> dict[str, Any]:
    if ids:
        block.setdefault("Relationships", []).append({"Type": kind, "Ids": list(ids)})
    return block


def _corners(left: float, top: float, width: float, height: float) -> tuple[float, ...]:
    x0, y0, x1, y1 = left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + height) / HEIGHT
    return (x0, y0, x1, y0, x1, y1, x0, y1)


def _around(many: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    xs = [x for corners in many for x in corners[::2]] or [0.0, 1.0]
    ys = [y for corners in many for y in corners[1::2]] or [0.0, 1.0]
    return (min(xs), min(ys), max(xs), min(ys), max(xs), max(ys), min(xs), max(ys))


def _geometry(corners: tuple[float, ...]) -> dict[str, Any]:
    xs, ys = corners[::2], corners[1::2]
    return {
        "BoundingBox": {"Left": min(xs), "Top": min(ys), "Width": max(xs) - min(xs), "Height": max(ys) - min(ys)},
        "Polygon": [{"X": x, "Y": y} for x, y in zip(xs, ys, strict=True)],
    }


def blocks(
    page: Sheet, number: int = 1, *, salt: str = "", features: Sequence[str] = (), questions: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    """The blocks of PAGE, the NUMBER-th of its document."""
    return Blocks(page, number, salt=salt, features=features, questions=questions).made


def answer(*sheets: Sheet, features: Sequence[str] = (), questions: Sequence[Any] = ()) -> dict[str, Any]:
    """All pages' blocks as one answer, as `-f raw` gives it."""
    found = [
        block
        for number, page in enumerate(sheets, 1)
        for block in blocks(page, number, features=features, questions=questions)
    ]
    return {"DocumentMetadata": {"Pages": len(sheets)}, "Blocks": found}
