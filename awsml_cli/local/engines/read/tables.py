"""The tables of a page: between ruled lines, and without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import columns
from awsml_cli.local.engines.read.found import Line, Word
from awsml_cli.local.engines.read.grids import Cell, Grid, grids
from awsml_cli.local.engines.read.upright import Box, Upright

DECLARATION: Final = Declaration(
    name="tables-by-rule",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="three drawn tables, two ruled and one without lines: all 50 cells right, clean or scanned",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)

RULED: Final = 0.97  # how sure a table between lines is, of 1
GUESSED: Final = 0.75  # and one without
ABOVE: Final = 1.6  # of the text's height: so near above a table its title stands
_TITLE = re.compile(r"(?:table|tab\.|exhibit|schedule|tabelle|tableau|tabla|tabela|tabella)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


@dataclass
class Table:
    """A table: its grid, the words in each place (row, column from 1), its rows of heads, and the line above it."""

    grid: Grid
    words: dict[tuple[int, int], list[Word]]
    heads: int
    title: Line | None
    confidence: float

    def cell_confidence(self, cell: Cell) -> float:
        """How sure the place CELL is: as its words are, and as the grid is."""
        words = self.words.get((cell.row, cell.column), [])
        mean = sum(word.confidence for word in words) / len(words) if words else 100.0
        return mean * (RULED if self.grid.ruled else GUESSED)


def tables(page: Upright) -> list[Table]:
    """The tables of PAGE from the top."""
    ruled = [grid for grid in grids(*page.rules) if any(grid.box.holds(page.place(line)) for line in page.lines)]
    found = [*ruled, *columns.tables(page, [grid.box for grid in ruled])]
    return [_table(page, grid) for grid in sorted(found, key=lambda grid: grid.box.top)]


def _table(page: Upright, grid: Grid) -> Table:
    inside = [word for line in page.lines for word in line.words if grid.box.holds(page.place(word))]
    words: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        x, y = page.place(word).middle
        place = (_index(grid.ys, y), _index(grid.xs, x))
        words.setdefault(place, []).append(word)
    for cell in grid.joined:  # what stands in a cell over several places is in its first
        places = [
            (row, column)
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        ]
        together = [word for place in places for word in words.pop(place, [])]
        if together:
            words[cell.row, cell.column] = together
    for place, found in words.items():
        words[place] = _in_rows(page, found)
    sure = RULED if grid.ruled else GUESSED
    mean = sum(word.confidence for word in inside) / len(inside) if inside else 100.0
    return Table(grid, words, _heads(grid, words), _title(page, grid.box), mean * sure)


def _index(edges: Sequence[float], at: float) -> int:
    """The number (from 1) of the place between EDGES in which AT is."""
    return max(1, min(sum(at >= edge for edge in edges), len(edges) - 1))


def _in_rows(page: Upright, words: list[Word]) -> list[Word]:
    """WORDS of a cell as they are read: row by row from the left."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: page.place(one).middle[1]):
        if rows and page.place(word).middle[1] - page.place(rows[-1][0]).middle[1] < 0.6 * page.place(word).height:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [word for row in rows for word in sorted(row, key=lambda one: page.place(one).left)]


def _heads(grid: Grid, words: dict[tuple[int, int], list[Word]]) -> int:
    """The rows at the top that head the columns: words in all of their places and no figures, unlike what is below."""
    high, wide = len(grid.ys) - 1, len(grid.xs) - 1
    covered = {
        (row, column): (cell.row, cell.column)
        for cell in grid.joined
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    count = 0
    for row in range(1, high):
        places = {covered.get((row, column), (row, column)) for column in range(1, wide + 1)}
        texts = [" ".join(word.text for word in words.get(place, ())) for place in places]
        filled = [text for text in texts if text]
        if len(filled) < max(2, wide - 1) and len(places) == wide:
            break
        if not filled or any(_DIGIT.search(text) for text in filled):
            break
        count += 1
        if len(places) == wide:  # heads over several columns have a row of their own below them
            break
    below = [word.text for (row, _), found in words.items() if row > count for word in found]
    return count if any(_DIGIT.search(text) for text in below) or grid.ruled else 0


def _title(page: Upright, box: Box) -> Line | None:
    near = [line for line in page.lines if 0 <= box.top - page.place(line).bottom < ABOVE * page.text_height]
    return next((line for line in near if _TITLE.match(line.text) and page.place(line).left < box.right), None)
