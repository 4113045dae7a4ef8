"""Check boxes: small squares, and whether something is drawn in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.local.engines.read.ink import Rule, rules, runs, stretches
from awsml_cli.local.engines.read.upright import Box, Upright

SMALLEST: Final = 0.6  # of the text's height
LARGEST: Final = 2.2
SQUARE: Final = 1.3  # times as wide as high, or the other way round
DRAWN: Final = 0.8  # of a side that is ink
TICKED: Final = 0.06  # of the space inside that is ink
EDGE: Final = 0.22  # of a side that is left out, since it may be the frame


_MARK = re.compile(r"\W*[xXvVoO0DIl]?\W*|\W*[IX]{1,2}\W*")  # what a box, empty or ticked, is read as


@dataclass(frozen=True)
class Tick:
    """A check box."""

    box: Box
    ticked: bool


def ticks(page: Upright) -> list[Tick]:
    """The check boxes of PAGE, from the top."""
    shortest = max(9, round(SMALLEST * page.text_height))
    longest = LARGEST * page.text_height
    level, _ = rules(page.ink, shortest=shortest)
    sides = sorted((rule for rule in level if rule.length <= longest * 1.1), key=lambda rule: rule.at)
    found: list[Tick] = []
    for at, top in enumerate(sides):
        box = _below(page.ink, top, sides[at + 1 :], longest)
        if box is not None and not any(one.box.holds(box) for one in found) and not _is_letter(page, box):
            found.append(Tick(box, _is_ticked(page.ink, box)))
    filled = [box for box in _filled(page, shortest, longest) if not any(one.box.holds(box) for one in found)]
    return sorted([*found, *(Tick(box, ticked=True) for box in filled)], key=lambda one: (one.box.top, one.box.left))


def _below(ink: Any, top: Rule, sides: list[Rule], longest: float) -> Box | None:
    """The square that hangs from the line TOP; None if there is none."""
    slack = max(3.0, 0.15 * top.length)
    for low in sides:
        high = low.at - top.at
        if high > longest:
            return None
        if abs(low.start - top.start) > slack or abs(low.end - top.end) > slack:
            continue
        if not 1 / SQUARE <= top.length / max(high, 1.0) <= SQUARE:
            continue
        left, right = min(top.start, low.start), max(top.end, low.end)
        if all(_is_side(ink, x, top.at, low.at) for x in (left, right)):
            return Box(left, top.at, right, low.at)
    return None


def _is_side(ink: Any, x: float, top: float, bottom: float) -> bool:
    """Whether ink runs down from TOP to BOTTOM near X."""
    first = max(0, round(x) - 3)
    columns = ink[round(top) : round(bottom), first : round(x) + 4]
    return bool(columns.size and columns.mean(axis=0).max() >= DRAWN)


def _is_ticked(ink: Any, box: Box) -> bool:
    edge = max(2.0, EDGE * min(box.width, box.height))
    inside = ink[round(box.top + edge) : round(box.bottom - edge), round(box.left + edge) : round(box.right - edge)]
    return bool(inside.size and inside.mean() > TICKED)


def _is_letter(page: Upright, box: Box) -> bool:
    """Whether BOX is a part of a word that was read: only a word that looks like a mark may be one."""
    return any(
        page.place(word).holds(box) and not _MARK.fullmatch(word.text) for line in page.lines for word in line.words
    )


def _filled(page: Upright, shortest: int, longest: float) -> list[Box]:
    """Squares that are ink throughout."""
    solid = stretches(stretches(page.ink, shortest, 1.0).T, shortest, 1.0).T
    found: list[Box] = []
    for row in solid.any(axis=1).nonzero()[0]:
        for start, end in runs(solid[row]):
            if any(box.top <= row <= box.bottom and box.left < end and start < box.right for box in found):
                continue
            column = solid[row:, (start + end) // 2]
            high = int((~column).argmax()) if not column.all() else len(column)
            wide = end - start
            if max(wide, high) <= longest and 1 / SQUARE <= wide / max(high, 1) <= SQUARE:
                found.append(Box(start, row, end, row + high))
    return found
