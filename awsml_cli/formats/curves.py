"""Numbers over time as curves of braille dots, for a terminal: two by four dots in each character."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from awsml_cli.formats.chart.terminal import DOTS

HEIGHT: Final = 4  # lines of a curve, under one that names it
NARROWEST, WIDEST, GAP = 36, 72, 3  # characters of a curve, and between two
_BLANK: Final = 0x2800


def drawn(curves: Mapping[str, Sequence[float]], *, columns: int, rows: int) -> list[str]:
    """CURVES side by side and below each other, as many as there is room for; lines of at most COLUMNS characters.

    Numbers that are not finite leave a gap in nothing but the curve. Empty where there is no room for one.
    """
    found = {name: finite for name, values in curves.items() if (finite := [v for v in values if math.isfinite(v)])}
    beside = max(1, min(len(found), (columns + GAP) // (NARROWEST + GAP)))
    width = min(WIDEST, (columns + GAP) // beside - GAP)
    if width < 8:
        return []
    lines: list[str] = []
    names = list(found)
    for begin in range(0, len(names), beside):
        if len(lines) + 1 + HEIGHT > rows:
            break
        panels = [_panel(name, found[name], width) for name in names[begin : begin + beside]]
        lines += [(" " * GAP).join(line).rstrip() for line in zip_longest(*panels, fillvalue=" " * width)]
    return lines


def _panel(name: str, values: Sequence[float], width: int) -> list[str]:
    """One curve under its name, last value and range."""
    low, high = min(values), max(values)
    said = f" {values[-1]:g}" + (f"  ({low:g} to {high:g})" if low != high else "")
    if len(name) + len(said) > width:
        said = f" {values[-1]:g}"
    title = f"{name[: max(1, width - len(said))]}{said}"[:width]
    cells = [[0] * width for _ in range(HEIGHT)]
    for x, y in _dots(values, width * 2, HEIGHT * 4):
        cells[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    return [title.ljust(width), *("".join(chr(_BLANK + dots) if dots else " " for dots in line) for line in cells)]


def _dots(values: Sequence[float], across: int, down: int) -> Iterator[tuple[int, int]]:
    """The dots of a curve, joined; (0, 0) is at the top on the left."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    before: int | None = None
    for x in range(across):
        value = _at(values, x / (across - 1))
        level = (value - low) / span if high > low else 0.5
        y = round((1 - level) * (down - 1))
        begin = y if before is None else before + (y > before) - (y < before)
        for between in range(min(begin, y), max(begin, y) + 1):
            yield x, between
        before = y


def _at(values: Sequence[float], part: float) -> float:
    """What VALUES are when PART of them, 0 to 1, has gone by; between two it is in between."""
    place = part * (len(values) - 1)
    index = min(int(place), len(values) - 1)
    following = values[min(index + 1, len(values) - 1)]
    return values[index] + (following - values[index]) * (place - index)
