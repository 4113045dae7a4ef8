"""A page set upright: its text level, so that rows are rows and ruled lines run along the pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from awsml_cli.local.engines.read import ink
from awsml_cli.local.engines.read.found import Corners, Line, Word, box, main_angle, moved, of_box
from awsml_cli.local.engines.read.ink import Rule
from awsml_cli.local.engines.read.pages import Page

if TYPE_CHECKING:
    from PIL.Image import Image

LEVEL: Final = 0.002  # radians: less is level, a tenth of a degree


class Box(NamedTuple):
    """A box on the upright page, in its pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: Box) -> bool:
        """Whether the middle of OTHER is inside."""
        x, y = other.middle
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of BOXES."""
    return Box(
        min(one.left for one in boxes),
        min(one.top for one in boxes),
        max(one.right for one in boxes),
        max(one.bottom for one in boxes),
    )


class Upright:
    """PAGE with its LINES, seen upright. `place` maps a line or a word to its box there."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        self._page = page
        self.lines = lines
        words = [word for line in lines for word in line.words]
        angle = main_angle(words) if words else 0.0
        self.angle = angle if abs(math.remainder(angle, 2 * math.pi)) > LEVEL else 0.0
        left, top, right, bottom = box(moved(of_box(0, 0, *page.size), -self.angle))
        self._offset = (left, top)
        self.size = (math.ceil(right - left), math.ceil(bottom - top))
        self._places: dict[int, Box] = {}

    def place(self, thing: Line | Word) -> Box:
        """The box of a line or a word."""
        found = self._places.get(id(thing))
        if found is None:
            x, y = self._offset
            left, top, right, bottom = box(moved(thing.corners, -self.angle))
            found = self._places[id(thing)] = Box(left - x, top - y, right - x, bottom - y)
        return found

    def back(self, place: Box) -> Corners:
        """The corners of PLACE on the page as it came."""
        x, y = self._offset
        return moved(of_box(place.left + x, place.top + y, place.right + x, place.bottom + y), self.angle)

    @cached_property
    def text_height(self) -> float:
        """The middle height of its lines."""
        heights = sorted(self.place(line).height for line in self.lines)
        return heights[len(heights) // 2] if heights else 20.0

    @cached_property
    def picture(self) -> Image:
        """The page drawn upright."""
        from PIL import Image as images

        drawn = self._page.picture
        if not self.angle:
            return drawn
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y = self._offset
        onto = (cos, -sin, cos * x - sin * y, sin, cos, sin * x + cos * y)
        return drawn.transform(self.size, images.Transform.AFFINE, onto, images.Resampling.BICUBIC, fillcolor="white")

    @cached_property
    def ink(self) -> Any:
        """Where it is dark."""
        return ink.ink(self.picture)

    @cached_property
    def rules(self) -> tuple[list[Rule], list[Rule]]:
        """Its ruled lines, level and upright ones."""
        return ink.rules(self.ink, shortest=max(30, round(2.2 * self.text_height)))
