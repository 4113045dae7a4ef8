"""A fan chart in characters: dots of Braille, eight to a cell, the history plain, median and band in colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from awsml_cli.formats.chart.scene import (
    Panel,
    Point,
    bands,
    extent,
    middle,
    moments,
    number,
    shortened,
    ticks,
    widened,
)

DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # rows and columns of a cell
PLAIN, FAN, LINE = "", "33", "31"  # what is drawn over what: the later
AXIS: Final = 8  # characters left of the chart


def text(panels: Sequence[Panel], *, width: int, height: int = 14, coloured: bool = False) -> str:
    """PANELS below each other, WIDTH characters wide, each HEIGHT lines high."""
    return "\n".join(_panel(panel, width, height, coloured=coloured) for panel in panels)


def _panel(panel: Panel, width: int, height: int, *, coloured: bool) -> str:
    wide = max(10, width - AXIS - 1)
    panel = widened(panel)
    first, last, low, high = extent(panel)
    dots = [[0] * wide for _ in range(height)]
    colours = [[PLAIN] * wide for _ in range(height)]

    def column(x: float) -> int:
        return min(wide * 2 - 1, int((x - first) / ((last - first) or 1.0) * (wide * 2 - 1) + 0.5))

    def row(y: float) -> int:
        return min(height * 4 - 1, max(0, int((high - y) / ((high - low) or 1.0) * (height * 4 - 1) + 0.5)))

    def dot(x: int, y: int, colour: str) -> None:
        dots[y // 4][x // 2] |= DOTS[y % 4][x % 2]
        colours[y // 4][x // 2] = colour

    def line(points: Sequence[Point], colour: str) -> None:
        for (x0, y0), (x1, y1) in pairwise(points):
            begin, end = (column(x0), row(y0)), (column(x1), row(y1))
            steps = max(abs(end[0] - begin[0]), abs(end[1] - begin[1]), 1)
            for step in range(steps + 1):
                dot(
                    begin[0] + round((end[0] - begin[0]) * step / steps),
                    begin[1] + round((end[1] - begin[1]) * step / steps),
                    colour,
                )

    bridge = [panel.history[-1]] if panel.history else []
    for below, above in bands(panel.ahead)[:1]:
        _band([*bridge, *panel.ahead[below]], [*bridge, *panel.ahead[above]], column, row, dot)
    line(panel.history, PLAIN)
    name = middle(panel.ahead)
    if name is not None:
        line([*bridge, *panel.ahead[name]], LINE)
    labels = {row(value) // 4: number(value) for value in ticks(low, high, max(2, height // 3))}
    lines = [" " * AXIS + shortened(panel.title, wide)]
    for at in range(height):
        cells = [_cell(mark, colour, coloured=coloured) for mark, colour in zip(dots[at], colours[at], strict=True)]
        lines.append(f"{labels.get(at, ''):>{AXIS - 1}} {''.join(cells)}".rstrip())
    lines.append(_dates(first, last, wide, column))
    return "\n".join(lines) + "\n"


def _band(
    low: Sequence[Point],
    high: Sequence[Point],
    column: Callable[[float], int],
    row: Callable[[float], int],
    dot: Callable[[int, int, str], None],
) -> None:
    """Every second dot between two lines."""
    for at in range(len(low) - 1):
        x0, x1 = column(low[at][0]), column(low[at + 1][0])
        for x in range(x0, x1 + 1):
            share = (x - x0) / ((x1 - x0) or 1)
            bottom = row(low[at][1] + (low[at + 1][1] - low[at][1]) * share)
            top = row(high[at][1] + (high[at + 1][1] - high[at][1]) * share)
            for y in range(top, bottom + 1):
                if (x + y) % 2 == 0 or y in (top, bottom):
                    dot(x, y, FAN)


def _cell(mark: int, colour: str, *, coloured: bool) -> str:
    if not mark:
        return " "
    shown = chr(0x2800 + mark)
    return f"\x1b[{colour}m{shown}\x1b[0m" if coloured and colour else shown


def _dates(first: float, last: float, wide: int, column: Callable[[float], int]) -> str:
    line = [" "] * wide
    free = 0
    for at, word in moments(first, last, max(3, wide // 16 + 1)):
        begin = min(max(0, column(at) // 2 - len(word) // 2), wide - len(word))
        if begin >= free:
            line[begin : begin + len(word)] = word
            free = begin + len(word) + 1
    return (" " * AXIS + "".join(line)).rstrip()
