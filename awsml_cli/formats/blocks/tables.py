"""Tables: cells and merged cells into one rectangle, whatever AWS says twice or leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from awsml_cli.formats.blocks.block import Block, around
from awsml_cli.formats.blocks.model import Cell, Table

TICKED, UNTICKED = "[x]", "[ ]"
LARGEST = 5_000  # rows or columns: what says more is damaged


def joined(words: Iterable[Block]) -> str:
    """WORDS as text, checkboxes as `[x]` and `[ ]`, in AWS's order."""
    return " ".join(_said(word) for word in words)


def _said(word: Block) -> str:
    if word.selected is not None:
        return TICKED if word.selected else UNTICKED
    return word.text


def tables(page: int, blocks: Iterable[Block], index: Mapping[str, Block]) -> tuple[Table, ...]:
    """The tables of a page, in AWS's order; a table without a cell is none."""
    found = (_table(page, block, index) for block in blocks)
    return tuple(table for table in found if table.cells)


def _table(page: int, block: Block, index: Mapping[str, Block]) -> Table:
    plain = [index[id] for id in block.ids("CHILD") if id in index and index[id].type == "CELL"]
    merged = [index[id] for id in block.ids("MERGED_CELL") if id in index]
    titles = [index[id] for id in block.ids("TABLE_TITLE") if id in index]
    footers = [index[id] for id in block.ids("TABLE_FOOTER") if id in index]
    words_of = {one.id: _words(one, index) for one in (*titles, *footers)}
    kinds = [kind for kind in block.entity_types if kind.endswith("STRUCTURED_TABLE")]
    return Table(
        page=page,
        cells=tuple(_cells(plain, merged, index)),
        titles=tuple(joined(words_of[one.id]) for one in titles),
        footers=tuple(joined(words_of[one.id]) for one in footers),
        title_words=tuple(word for one in (*titles, *footers) for word in words_of[one.id]),
        kind=kinds[0] if kinds else None,
        confidence=block.confidence,
        box=block.box,
        pages=(page,),
    )


def _words(block: Block, index: Mapping[str, Block]) -> tuple[Block, ...]:
    return tuple(index[id] for id in block.ids("CHILD") if id in index)


def _cells(plain: list[Block], merged: list[Block], index: Mapping[str, Block]) -> list[Cell]:
    """The cells by row and column, each place covered once: merged cells go before those that they were made of."""
    taken: set[tuple[int, int]] = set()
    made: list[Cell] = []
    by_place = {(cell.row, cell.column): cell for cell in plain}
    for block in merged:
        inside = [index[id] for id in block.ids("CHILD") if id in index]
        inside = inside or [found for place, found in by_place.items() if _covers(block, place)]
        _put(made, taken, _cell(block, inside, index))
    for block in plain:
        _put(made, taken, _cell(block, [block], index))
    return sorted(made, key=lambda cell: (cell.row, cell.column))


def _put(made: list[Cell], taken: set[tuple[int, int]], cell: Cell) -> None:
    if not (1 <= cell.row <= LARGEST and 1 <= cell.column <= LARGEST):
        return
    cell.row_span, cell.column_span = (min(max(span, 1), LARGEST // 10) for span in (cell.row_span, cell.column_span))
    places = set(_places(cell))
    if (cell.row, cell.column) in taken:
        return
    if places & taken:  # a span that reaches into another cell is cut back to its first place
        cell.row_span = cell.column_span = 1
        places = {(cell.row, cell.column)}
    taken |= places
    made.append(cell)


def _covers(cell: Block, place: tuple[int, int]) -> bool:
    row, column = place
    return cell.row <= row < cell.row + cell.row_span and cell.column <= column < cell.column + cell.column_span


def _places(cell: Cell) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    ]


def _cell(block: Block, inside: list[Block], index: Mapping[str, Block]) -> Cell:
    words = tuple(word for cell in inside for word in _words(cell, index))
    kinds = dict.fromkeys((*block.entity_types, *(kind for cell in inside for kind in cell.entity_types)))
    return Cell(
        row=block.row,
        column=block.column,
        text=joined(words),
        row_span=block.row_span,
        column_span=block.column_span,
        confidence=block.confidence,
        kinds=tuple(kinds),
        words=words,
        box=block.box or around(cell.box for cell in inside),
    )
