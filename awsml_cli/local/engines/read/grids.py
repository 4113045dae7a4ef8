"""Tables between ruled lines: which lines belong together, and the cells that they part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from awsml_cli.local.engines.read.ink import Rule
from awsml_cli.local.engines.read.upright import Box

NEAR: Final = 8.0  # pixels that two lines may miss each other by
SAME: Final = 6.0  # pixels between two lines that are one edge of the cells
BROKEN: Final = 24.0  # pixels of white in a line that is one
DRAWN: Final = 0.6  # of a cell's side that a line has to run along
OPEN: Final = 20.0  # pixels that rows reach beyond the outermost column line, where the table has no frame


@dataclass(frozen=True)
class Cell:
    """A place of a table; `row` and `column` count from 1."""

    row: int
    column: int
    box: Box
    rows: int = 1
    columns: int = 1


@dataclass
class Grid:
    """A table: the edges of its columns and rows in pixels of the upright page, and the places that are one cell.

    `joined` are cells over several places; `ruled` whether lines part them.
    """

    xs: list[float]
    ys: list[float]
    joined: list[Cell] = field(default_factory=list)
    ruled: bool = True

    @property
    def box(self) -> Box:
        """All of it."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def cells(self) -> list[Cell]:
        """Each place by itself, in the order of rows."""
        return [
            Cell(row + 1, column + 1, Box(self.xs[column], self.ys[row], self.xs[column + 1], self.ys[row + 1]))
            for row in range(len(self.ys) - 1)
            for column in range(len(self.xs) - 1)
        ]


def grids(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """The tables that LEVEL and UPRIGHT ruled lines make, of two rows and two columns at least."""
    level, upright = _mended(level), _mended(upright)
    found = []
    for rows, columns in _together(level, upright):
        if len(rows) >= 2 and len(columns) >= 1:
            grid = _grid(rows, columns)
            if len(grid.xs) > 2 and len(grid.ys) > 2:
                found.append(grid)
    return sorted(found, key=lambda grid: grid.box.top)


def _mended(rules: Sequence[Rule]) -> list[Rule]:
    """RULES, those that are pieces of one line made one."""
    made: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (one.start, one.at)):
        whole = next((one for one in made if abs(one.at - rule.at) <= SAME and rule.start - one.end <= BROKEN), None)
        if whole is None:
            made.append(Rule(rule.at, rule.start, rule.end, rule.thickness))
            continue
        length, more = max(whole.length, 1.0), max(rule.length, 1.0)
        whole.at = (whole.at * length + rule.at * more) / (length + more)
        whole.end = max(whole.end, rule.end)
    return made


def _together(level: list[Rule], upright: list[Rule]) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """The lines that touch each other, group by group."""
    left = set(range(len(upright)))
    rows_left = set(range(len(level)))
    while rows_left:
        rows, columns = [rows_left.pop()], []
        queue: list[tuple[bool, int]] = [(True, rows[0])]
        while queue:
            is_row, at = queue.pop()
            if is_row:
                met = [other for other in left if _meet(level[at], upright[other])]
                left.difference_update(met)
                columns += met
            else:
                met = [other for other in rows_left if _meet(level[other], upright[at])]
                rows_left.difference_update(met)
                rows += met
            queue += [(not is_row, other) for other in met]
        yield [level[at] for at in rows], [upright[at] for at in columns]


def _meet(row: Rule, column: Rule) -> bool:
    return row.start - NEAR <= column.at <= row.end + NEAR and column.start - NEAR <= row.at <= column.end + NEAR


def _grid(rows: list[Rule], columns: list[Rule]) -> Grid:
    xs = _edges(columns)
    ys = _edges(rows)
    left, right = min(row.start for row in rows), max(row.end for row in rows)
    top, bottom = min(column.start for column in columns), max(column.end for column in columns)
    xs = [*([left] if xs[0] - left > OPEN else []), *xs, *([right] if right - xs[-1] > OPEN else [])]
    ys = [*([top] if ys[0] - top > OPEN else []), *ys, *([bottom] if bottom - ys[-1] > OPEN else [])]
    grid = Grid(xs, ys)
    grid.joined = _joined(grid, rows, columns)
    return grid


def _edges(rules: list[Rule]) -> list[float]:
    """The places of RULES, those next to each other as one."""
    groups: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if groups and at - groups[-1][-1] <= SAME:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [sum(group) / len(group) for group in groups]


def _joined(grid: Grid, rows: list[Rule], columns: list[Rule]) -> list[Cell]:
    """The cells that reach over several places, since no line parts these."""
    high, wide = len(grid.ys) - 1, len(grid.xs) - 1
    group = {(row, column): (row, column) for row in range(high) for column in range(wide)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while group[place] != place:
            place = group[place]
        return place

    for row in range(high):
        for column in range(wide):
            here = (row, column)
            span = (grid.ys[row], grid.ys[row + 1])
            if column + 1 < wide and not _is_drawn(columns, grid.xs[column + 1], span):
                group[root((row, column + 1))] = root(here)
            span = (grid.xs[column], grid.xs[column + 1])
            if row + 1 < high and not _is_drawn(rows, grid.ys[row + 1], span):
                group[root((row + 1, column))] = root(here)
    parts: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in group:
        parts.setdefault(root(place), []).append(place)
    found = [_cell(grid, places) for places in parts.values() if len(places) > 1]
    return [cell for cell in found if cell is not None]


def _is_drawn(rules: list[Rule], at: float, span: tuple[float, float]) -> bool:
    """Whether a line runs along SPAN at AT."""
    covered = sum(
        max(0.0, min(rule.end, span[1]) - max(rule.start, span[0])) for rule in rules if abs(rule.at - at) <= SAME
    )
    return covered >= DRAWN * (span[1] - span[0])


def _cell(grid: Grid, places: list[tuple[int, int]]) -> Cell | None:
    """The cell that PLACES make, if they make a rectangle."""
    top, bottom = min(row for row, _ in places), max(row for row, _ in places)
    left, right = min(column for _, column in places), max(column for _, column in places)
    rows, columns = bottom - top + 1, right - left + 1
    if rows * columns != len(places):
        return None
    box = Box(grid.xs[left], grid.ys[top], grid.xs[right + 1], grid.ys[bottom + 1])
    return Cell(top + 1, left + 1, box, rows, columns)
