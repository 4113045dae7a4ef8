"""A line of text cut out of a page and laid flat, and where the words stand that were read from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from awsml_cli.local.engines.read.found import Corners, Word, height_of

HEIGHT: Final = 48  # pixels of a line as the reader takes it
WHITE: Final = 3  # rows of a line's picture (of HEIGHT) without ink inside of its letters, as below the dot of an i
BLANK: Final = 12  # columns of a line's picture without ink that part a word from something beside it
RULED: Final = 0.85  # of a row: more ink is a ruled line
LOWEST: Final = 0.3  # of its picture that a line's letters fill
BOXES: Final = frozenset("□☐☑☒■▢◻◼◽◾")  # a check box is no letter
# East Asian forms of signs, which the reader sometimes takes in Latin text
_WIDE: Final = str.maketrans("：；，。！？（）【】“”‘’￥％＆＋－＝", ":;,.!?()[]\"\"''¥%&+-=")


@dataclass(frozen=True)
class Letter:
    """A letter as read; `middle` is where it stands, 0 … 1 of the width of its line's picture."""

    text: str
    probability: float
    middle: float


def strip_of(pixels: Any, corners: Corners) -> Any:
    """The line in CORNERS laid flat, HEIGHT pixels high."""
    import cv2
    import numpy

    wide = math.hypot(corners[2] - corners[0], corners[3] - corners[1])
    width = max(8, math.ceil(HEIGHT * wide / max(height_of(corners), 1)))
    source = numpy.array(corners, numpy.float32).reshape(4, 2)
    target = numpy.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], numpy.float32)
    onto = cv2.getPerspectiveTransform(source, target)
    return cv2.warpPerspective(pixels, onto, (width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def begun(corners: Corners, turn: int) -> Corners:
    """CORNERS from another one on: TURN quarter turns clockwise further."""
    return corners[2 * turn :] + corners[: 2 * turn]


def words_of(letters: Sequence[Letter], strip: Any, corners: Corners) -> list[Word]:
    """LETTERS parted at blanks, each word where its ink stands in STRIP, placed between CORNERS."""
    groups: list[list[Letter]] = [[]]
    for letter in letters:
        if letter.text.isspace() or letter.text in BOXES:
            groups.append([])
        else:
            groups[-1].append(letter)
    groups = [group for group in groups if group]
    if not groups:
        return []
    ink = _ink(strip)
    edges = _edges(groups, ink)
    top, bottom = _rows(ink)
    corners = _slice(corners, top, bottom)
    text = "".join(letter.text for group in groups for letter in group)
    latin = sum(character.isascii() for character in text) * 2 > len(text)
    made = []
    for group, (left, right) in zip(groups, edges, strict=True):
        said = "".join(letter.text for letter in group)
        confidence = 100 * sum(letter.probability for letter in group) / len(group)
        made.append(Word(said.translate(_WIDE) if latin else said, min(confidence, 100.0), _part(corners, left, right)))
    return made


def _ink(strip: Any) -> Any:
    """Where STRIP is letter, not ground: an array of 0 and 1."""
    import cv2

    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return 1 - ink if ink.mean() > 0.5 else ink  # light letters on a dark ground


def _rows(ink: Any) -> tuple[float, float]:
    """Where the letters in INK begin and end, 0 … 1 of its height: from the middle on to white, or to a rule."""
    share = ink.mean(axis=1)
    middle = HEIGHT // 2
    ends = []
    for step in (-1, 1):
        row, white = middle, 0
        while 0 <= row < HEIGHT and white <= WHITE and share[row] < RULED:
            white = 0 if share[row] > 0 else white + 1
            row += step
        ends.append(row - step * (white + 1) + step)  # with one row of white
    top, bottom = max(ends[0], 0), min(ends[1] + 1, HEIGHT)
    if bottom - top < HEIGHT * LOWEST:
        return 0.0, 1.0
    return top / HEIGHT, bottom / HEIGHT


def _slice(corners: Corners, top: float, bottom: float) -> Corners:
    """The part of the line in CORNERS between TOP and BOTTOM, 0 … 1 of its height."""
    turned = _part(begun(corners, 1), top, bottom)
    return begun(turned, 3)


def _edges(groups: Sequence[Sequence[Letter]], ink: Any) -> list[tuple[float, float]]:
    """Where each word begins and ends, 0 … 1 of the line: at the widest white between two neighbours' letters."""
    columns = ink[4:-4].any(axis=0)
    width = len(columns)
    whites = [_white(columns, one[-1].middle, other[0].middle) for one, other in pairwise(groups)]
    first = _last_ink(columns, int(groups[0][0].middle * width), -1)
    last = _last_ink(columns, int(groups[-1][-1].middle * width), 1) + 1
    starts = [first / width, *(end for _, end in whites)]
    ends = [*(start for start, _ in whites), last / width]
    return list(zip(starts, ends, strict=True))


def _last_ink(columns: Any, at: int, step: int) -> int:
    """The last of COLUMNS with ink from AT on in the direction STEP, as far as no BLANK parts it from the letter."""
    at = max(0, min(at, len(columns) - 1))
    found, white = at, 0
    while 0 <= at < len(columns) and white < BLANK:
        if columns[at]:
            found, white = at, 0
        else:
            white += 1
        at += step
    return found


def _white(columns: Any, first: float, last: float) -> tuple[float, float]:
    """The widest stretch without ink among COLUMNS between FIRST and LAST (0 … 1), or the middle of these."""
    width = len(columns)
    at, end = int(first * width), min(width, math.ceil(last * width))
    best = (0, 0)
    start = None
    for column in range(at, end + 1):
        if column < end and not columns[column]:
            start = column if start is None else start
        elif start is not None:
            best = max(best, (start, column), key=lambda one: one[1] - one[0])
            start = None
    if best[1] > best[0]:
        return best[0] / width, best[1] / width
    return (first + last) / 2, (first + last) / 2


def _part(corners: Corners, left: float, right: float) -> Corners:
    """The part of the line in CORNERS between LEFT and RIGHT, 0 … 1 of its length."""
    x0, y0, x1, y1, x2, y2, x3, y3 = corners

    def between(a: float, b: float, at: float) -> float:
        return a + (b - a) * at

    return (
        *(between(x0, x1, left), between(y0, y1, left), between(x0, x1, right), between(y0, y1, right)),
        *(between(x3, x2, right), between(y3, y2, right), between(x3, x2, left), between(y3, y2, left)),
    )
