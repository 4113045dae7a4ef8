"""What an engine finds on a page: words with their corners, lines of words, and which of them belong together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

JOINED: Final = 0.9  # of a line's height: pieces with less white between them are one line
PARTED: Final = 1.8  # of a line's height: more white parts a line, as between the columns of a table
LEVEL: Final = 0.4  # of a line's height that a piece may stand higher or lower than the one before it
ALIKE: Final = 1.7  # times as high as the other, a piece is no part of its line

Corners = tuple[float, ...]
"""x and y of four corners in pixels, from the text's own top left clockwise."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word; `confidence` is 0 to 100."""

    text: str
    confidence: float
    corners: Corners


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are read together, in their order."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of its words'."""
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def corners(self) -> Corners:
        """Around all of its words, in the direction of its text."""
        return around((word.corners for word in self.words), angle_of(self.words))


def box(corners: Corners) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of CORNERS."""
    xs, ys = corners[::2], corners[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def of_box(left: float, top: float, right: float, bottom: float) -> Corners:
    """The corners of an upright box."""
    return (left, top, right, top, right, bottom, left, bottom)


def moved(corners: Corners, angle: float) -> Corners:
    """CORNERS turned by ANGLE (radians, clockwise as the picture is seen) about the origin."""
    cos, sin = math.cos(angle), math.sin(angle)
    turned = ((x * cos - y * sin, x * sin + y * cos) for x, y in zip(corners[::2], corners[1::2], strict=True))
    return tuple(number for point in turned for number in point)


def around(many: Iterable[Corners], angle: float) -> Corners:
    """The smallest box around all of MANY whose sides run at ANGLE."""
    turned = [number for corners in many for number in moved(corners, -angle)]
    return moved(of_box(*box(tuple(turned))), angle)


def angle_of(words: Sequence[Word]) -> float:
    """The direction in which WORDS run, in radians clockwise: that of the widest one's upper edge."""
    widest = max(words, key=lambda word: _long(word.corners))
    left, top, right, far = widest.corners[:4]
    return math.atan2(far - top, right - left)


def height_of(corners: Corners) -> float:
    """How high the text in CORNERS stands."""
    return math.hypot(corners[6] - corners[0], corners[7] - corners[1])


def lines(pieces: Iterable[Sequence[Word]]) -> list[Line]:
    """Lines of PIECES, stretches of words as an engine gave them: parted at wide white, joined over narrow.

    They are in the order of rows from the top, each from the left, along the page's own direction.
    """
    stretches = [stretch for piece in pieces for stretch in _parted(piece)]
    if not stretches:
        return []
    angle = main_angle([word for stretch in stretches for word in stretch])
    rows = _rows(stretches, angle)
    return [Line(tuple(words)) for row in rows for words in _joined(row)]


def main_angle(words: Sequence[Word]) -> float:
    """The direction of most of the text, in radians clockwise: the median within the commonest quarter turn."""
    found = [(angle_of([word]), len(word.text)) for word in words if len(word.text) > 2]
    found = found or [(angle_of([word]), 1) for word in words]
    weights = [0, 0, 0, 0]
    for angle, weight in found:
        weights[quarter(angle)] += weight
    best = weights.index(max(weights))
    near = sorted(_from(angle, best) for angle, _ in found if quarter(angle) == best)
    return near[len(near) // 2] + best * math.pi / 2


def quarter(angle: float) -> int:
    """The quarter turn (0 to 3, clockwise) that is nearest to ANGLE."""
    return round(angle / (math.pi / 2)) % 4


def _from(angle: float, turn: int) -> float:
    """ANGLE as it differs from TURN quarter turns."""
    return (angle - turn * math.pi / 2 + math.pi) % (2 * math.pi) - math.pi


def _long(corners: Corners) -> float:
    return math.hypot(corners[2] - corners[0], corners[3] - corners[1])


def _parted(words: Sequence[Word]) -> list[list[Word]]:
    """WORDS of one stretch, parted where the white between two is wide."""
    parts: list[list[Word]] = []
    high = max((height_of(word.corners) for word in words), default=0.0)
    for word in words:
        if parts and _white(parts[-1][-1], word) <= PARTED * high:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _white(one: Word, other: Word) -> float:
    """The white between the end of ONE and the beginning of OTHER, along the text."""
    angle = angle_of([one])
    return moved(other.corners, -angle)[0] - moved(one.corners, -angle)[2]


def _rows(stretches: list[list[Word]], angle: float) -> list[list[list[Word]]]:
    """STRETCHES in rows from the top, each row from the left, as they stand when the page is turned back by ANGLE."""
    placed = sorted(((box(_upright(stretch, angle)), stretch) for stretch in stretches), key=lambda one: one[0][1])
    rows: list[list[tuple[float, list[Word]]]] = []
    top = bottom = 0.0
    for (left, above, _, below), stretch in placed:
        shared = min(bottom, below) - max(top, above)
        if rows and shared > 0.5 * min(below - above, bottom - top):
            rows[-1].append((left, stretch))
        else:
            rows.append([(left, stretch)])
            top, bottom = above, below
    return [[stretch for _, stretch in sorted(row, key=lambda one: one[0])] for row in rows]


def _upright(words: Sequence[Word], angle: float) -> Corners:
    return tuple(number for word in words for number in moved(word.corners, -angle))


def _joined(row: list[list[Word]]) -> list[list[Word]]:
    """The stretches of ROW, those that stand close together on one level made one."""
    made: list[list[Word]] = []
    for stretch in row:
        if made and _continues(made[-1], stretch):
            made[-1].extend(stretch)
        else:
            made.append(list(stretch))
    return made


def _continues(one: Sequence[Word], other: Sequence[Word]) -> bool:
    angle = angle_of(one)
    if quarter(angle) != quarter(angle_of(other)):
        return False
    first, second = (moved(around((word.corners for word in words), angle), -angle) for words in (one, other))
    high, other_high = height_of(first), height_of(second)
    if not high or not other_high or max(high, other_high) > ALIKE * min(high, other_high):
        return False
    white = second[0] - first[2]
    level = abs((first[3] + first[5]) / 2 - (second[1] + second[7]) / 2)
    return -high < white < JOINED * min(high, other_high) and level < LEVEL * min(high, other_high)
