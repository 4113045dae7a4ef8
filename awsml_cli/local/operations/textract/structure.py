"""What AnalyzeDocument finds on a page besides its words, as blocks: tables, form fields, the parts of its layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from awsml_cli.local.engines.read import fields as form
from awsml_cli.local.engines.read import layout, questions, tables
from awsml_cli.local.engines.read.fields import Field
from awsml_cli.local.engines.read.found import Corners, Line, Word
from awsml_cli.local.engines.read.grids import Cell
from awsml_cli.local.engines.read.layout import Part
from awsml_cli.local.engines.read.pages import Page
from awsml_cli.local.engines.read.tables import Table
from awsml_cli.local.engines.read.ticks import Tick, ticks
from awsml_cli.local.engines.read.upright import Box, Upright, around
from awsml_cli.local.operations.textract.blocks import Block, Blocks, relate

SURE: float = 95.0  # of a check box


class Structure:
    """What stands on PAGE with LINES, put into BLOCKS."""

    def __init__(self, page: Page, lines: Sequence[Line], blocks: Blocks) -> None:
        self.blocks = blocks
        self.upright = Upright(page, lines)
        self._ticks: dict[int, str] = {}

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the page."""
        return tables.tables(self.upright)

    @cached_property
    def ticks(self) -> list[Tick]:
        """The check boxes of the page."""
        return ticks(self.upright)

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of the page that are not in a table."""
        return form.fields(self.upright, self.ticks, self._areas)

    @property
    def _areas(self) -> list[Box]:
        return [table.grid.box for table in self.tables]

    def around(self, words: Sequence[Word]) -> Corners:
        """The corners around WORDS on the page as it came."""
        return self.upright.back(self._around(words))

    # -- tables -------------------------------------------------------------------------------------------------

    def add_tables(self) -> None:
        """Put the tables there."""
        self.blocks.on_page([self._table(table) for table in self.tables])

    def _table(self, table: Table) -> Block:
        grid = table.grid
        kind = "STRUCTURED_TABLE" if grid.ruled else "SEMI_STRUCTURED_TABLE"
        block = self.blocks.add("TABLE", self.upright.back(grid.box), table.confidence, EntityTypes=[kind])
        made = {(cell.row, cell.column): self._cell("CELL", cell, table) for cell in grid.cells}
        relate(block, "CHILD", [cell["Id"] for cell in made.values()])
        for cell in grid.joined:
            over = self._cell("MERGED_CELL", cell, table)
            inside = [
                made[row, column]["Id"]
                for row in range(cell.row, cell.row + cell.rows)
                for column in range(cell.column, cell.column + cell.columns)
            ]
            relate(over, "CHILD", inside)
            relate(block, "MERGED_CELL", [over["Id"]])
        if table.title is not None:
            title = self.blocks.add("TABLE_TITLE", table.title.corners, table.title.confidence)
            relate(title, "CHILD", self._ids(table.title.words))
            relate(block, "TABLE_TITLE", [title["Id"]])
        return block

    def _cell(self, kind: str, cell: Cell, table: Table) -> Block:
        block = self.blocks.add(
            kind,
            self.upright.back(cell.box),
            table.cell_confidence(cell),
            RowIndex=cell.row,
            ColumnIndex=cell.column,
            RowSpan=cell.rows,
            ColumnSpan=cell.columns,
        )
        if cell.row <= table.heads:
            block["EntityTypes"] = ["COLUMN_HEADER"]
        if kind == "CELL":
            ticked = [self._tick(tick) for tick in self.ticks if cell.box.holds(tick.box)]
            words = self._ids(table.words.get((cell.row, cell.column), ()))
            relate(block, "CHILD", [*ticked, *words])
        return block

    # -- forms --------------------------------------------------------------------------------------------------

    def add_fields(self) -> None:
        """Put the form fields there."""
        self.blocks.on_page([block for field in self.fields for block in self._field(field)])

    def _field(self, field: Field) -> tuple[Block, Block]:
        places = [self.upright.place(word) for word in field.value]
        if field.tick is not None:
            places = [field.tick.box]
        place = around(places) if places else field.blank or _beside(self._around(field.key))
        key = self._key(field.key, field.confidence)
        value = self.blocks.add("KEY_VALUE_SET", self.upright.back(place), field.confidence, EntityTypes=["VALUE"])
        relate(key, "VALUE", [value["Id"]])
        relate(key, "CHILD", self._ids(field.key))
        relate(value, "CHILD", [self._tick(field.tick)] if field.tick is not None else self._ids(field.value))
        return key, value

    def add_answers(self, asked: Sequence[Mapping[str, Any]]) -> None:
        """Put the questions ASKED there, and the answers that the page has."""
        for query in asked:
            block = self.blocks.add(
                "QUERY", None, Query={name: query[name] for name in ("Text", "Alias") if name in query}
            )
            self.blocks.on_page([block])
            found = questions.answer(query["Text"], self.fields, self.tables)
            if found is not None:
                text = " ".join(word.text for word in found.words)
                place = self.upright.back(self._around(found.words))
                result = self.blocks.add("QUERY_RESULT", place, found.confidence, Text=text)
                self.blocks.on_page([result])
                relate(block, "ANSWER", [result["Id"]])

    def _key(self, words: Sequence[Word], confidence: float) -> Block:
        return self.blocks.add("KEY_VALUE_SET", self.around(words), confidence, EntityTypes=["KEY"])

    def _tick(self, tick: Tick) -> str:
        """The id of a check box's block, made when it is asked for first."""
        if id(tick) not in self._ticks:
            state = "SELECTED" if tick.ticked else "NOT_SELECTED"
            made = self.blocks.add("SELECTION_ELEMENT", self.upright.back(tick.box), SURE, SelectionStatus=state)
            self._ticks[id(tick)] = made["Id"]
        return self._ticks[id(tick)]

    # -- layout -------------------------------------------------------------------------------------------------

    def add_layout(self) -> None:
        """Put the parts of the layout there, in reading order."""
        found = layout.parts(self.upright, self._areas, self.fields)
        self.blocks.on_page([self._part(part) for part in found])

    def _part(self, part: Part) -> Block:
        block = self.blocks.add(f"LAYOUT_{part.kind}", self.upright.back(part.box), part.confidence)
        if part.parts:
            relate(block, "CHILD", [self._part(one)["Id"] for one in part.parts])
        else:
            relate(block, "CHILD", [self.blocks.line_ids[id(line)] for line in part.lines])
        return block

    def _ids(self, words: Sequence[Word]) -> list[str]:
        return [self.blocks.word_ids[id(word)] for word in words]

    def _around(self, words: Sequence[Word]) -> Box:
        return around([self.upright.place(word) for word in words])


def _beside(key: Box) -> Box:
    """Where the value of a label would stand that has none."""
    return Box(key.right, key.top, key.right + key.height, key.bottom)
