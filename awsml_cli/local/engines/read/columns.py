"""Tables without a frame: rows of short texts with the same white between their columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from awsml_cli.local.engines.read.found import Line
from awsml_cli.local.engines.read.grids import Grid
from awsml_cli.local.engines.read.upright import Box, Upright, around

GUTTER: Final = 0.9  # of the text's height: white between two columns
APART: Final = 2.6  # of the text's height: more white between two rows ends a table
ROWS: Final = 3  # at least
FULL: Final = 0.6  # of the rows that have texts in two columns
LONG: Final = 45  # characters in the mean text of a column of prose
PROSE: Final = 18  # and in that of every one of the columns, where all of them are prose
LABELS: Final = 0.3  # of the texts that end in a colon: that is a form
FIGURES: Final = 0.5  # of a second column's texts that have digits, where there are two columns only

Place = tuple[Box, Line]
Span = tuple[float, float]


def tables(page: Upright, taken: Sequence[Box]) -> list[Grid]:
    """The tables of PAGE that no lines part, outside of the boxes TAKEN."""
    places = [(page.place(line), line) for line in page.lines]
    free = [place for place in places if not any(box.holds(place[0]) for box in taken)]
    found = []
    for run in _runs(_bands(free), page.text_height):
        grid = _grid(run, page.text_height)
        if grid is not None:
            found.append(grid)
    return found


def _bands(places: Sequence[Place]) -> list[list[Place]]:
    """PLACES in rows from the top, each from the left."""
    bands: list[list[Place]] = []
    top = bottom = 0.0
    for place in sorted(places, key=lambda one: one[0].top):
        box = place[0]
        if bands and min(bottom, box.bottom) - max(top, box.top) > 0.5 * min(box.height, bottom - top):
            bands[-1].append(place)
        else:
            bands.append([place])
            top, bottom = box.top, box.bottom
    for band in bands:
        band.sort(key=lambda one: one[0].left)
    return bands


def _runs(bands: list[list[Place]], high: float) -> list[list[list[Place]]]:
    """Stretches of rows that share a gutter with texts on both its sides."""
    runs: list[list[list[Place]]] = []
    run: list[list[Place]] = []
    for band in bands:
        near = run and band[0][0].top - max(box.bottom for box, _ in run[-1]) <= APART * high
        if near and (len(band) > 1 or len(run) > 1) and len(_columns([*run, band], high)) >= _least(run, high):
            run.append(band)
            continue
        runs.append(run)
        run = [band] if len(band) > 1 else []
    runs.append(run)
    return [_without_tail(run) for run in runs if len(run) >= ROWS]


def _least(run: list[list[Place]], high: float) -> int:
    """The columns that must be left when a row joins RUN: a row that closes half of the gutters is none of it."""
    count = len(_columns(run, high))
    return max(2, (count + 1) // 2 + 1) if count > 2 else 2


def _without_tail(run: list[list[Place]]) -> list[list[Place]]:
    """RUN without rows at its end that have one text only, which are what comes after the table."""
    while run and len(run[-1]) < 2:
        run = run[:-1]
    return run


def _columns(run: list[list[Place]], high: float) -> list[Span]:
    """Where texts stand in RUN from left to right, with a gutter between two."""
    found: list[Span] = []
    for box in sorted((box for band in run for box, _ in band), key=lambda one: one.left):
        if found and box.left - found[-1][1] < GUTTER * high:
            found[-1] = (found[-1][0], max(found[-1][1], box.right))
        else:
            found.append((box.left, box.right))
    return found


def _grid(run: list[list[Place]], high: float) -> Grid | None:
    columns = _columns(run, high)
    if len(run) < ROWS or len(columns) < 2 or not _is_table(run, columns):
        return None
    whole = around([box for band in run for box, _ in band])
    xs = [whole.left, *((one[1] + other[0]) / 2 for one, other in pairwise(columns)), whole.right]
    rows = [around([box for box, _ in band]) for band in run]
    ys = [whole.top, *((one.bottom + other.top) / 2 for one, other in pairwise(rows)), whole.bottom]
    return Grid([xs[0] - 2, *xs[1:-1], xs[-1] + 2], [ys[0] - 2, *ys[1:-1], ys[-1] + 2], ruled=False)


def _is_table(run: list[list[Place]], columns: list[Span]) -> bool:
    texts = [
        [line.text for band in run for box, line in band if left <= box.middle[0] <= right] for left, right in columns
    ]
    every = [text for column in texts for text in column]
    if sum(text.endswith(":") or ": " in text for text in every) > LABELS * len(every):
        return False
    means = [sum(map(len, column)) / len(column) for column in texts if column]
    if max(means) > LONG or min(means) > PROSE:
        return False
    if sum(len(band) > 1 for band in run) < FULL * len(run):
        return False
    figures = [sum(any(letter.isdigit() for letter in text) for text in column) for column in texts[1:]]
    if len(columns) == 2:
        return figures[0] >= FIGURES * len(texts[1])
    return len(run) > ROWS or sum(figures) > 0
