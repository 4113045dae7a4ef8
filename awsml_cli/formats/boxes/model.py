"""A place on a picture, neutral of who has found it: its class, what it is called, its corners, how sure it is."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Colour = tuple[int, int, int]

# classes that mean the same in every picture
COLOURS: Final[dict[str, Colour]] = {
    "face": (30, 136, 229),
    "celebrity": (142, 36, 170),
    "match": (46, 125, 50),
    "other": (117, 117, 117),
    "line": (0, 131, 143),
    "word": (70, 130, 220),
    "person": (30, 136, 229),
    "worn": (46, 125, 50),
    "missing": (211, 47, 47),
}
# for all other classes, one by its name: far apart in hue, dark enough for white letters
PALETTE: Final[tuple[Colour, ...]] = (
    (30, 136, 229), (211, 47, 47), (46, 125, 50), (142, 36, 170), (230, 81, 0), (0, 131, 143),
    (173, 20, 87), (93, 64, 55), (57, 73, 171), (130, 119, 23), (0, 105, 92), (69, 90, 100),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """A place: `points` are its corners from the top left clockwise, as shares of width and height; sure 0 to 100.

    `kind` is its class, which gives its colour; `title` stands on the picture, `text` is what a tip says besides.
    """

    kind: str
    title: str
    points: tuple[float, ...]
    confidence: float | None = None
    text: str = ""

    @property
    def colour(self) -> Colour:
        """Red, green and blue of its class."""
        return colour_of(self.kind)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, inside the picture."""
        across, down = self.points[::2], self.points[1::2]
        return _inside(min(across)), _inside(min(down)), _inside(max(across)), _inside(max(down))

    @property
    def chip(self) -> str:
        """What stands on the picture: the title and how sure it is, in per cent."""
        sure = f"{self.confidence:.0f}%" if self.confidence is not None else ""
        return " ".join(part for part in (self.title, sure) if part)


def colour_of(kind: str) -> Colour:
    """The colour of a class: the same for the same name, in every picture."""
    return COLOURS.get(kind) or PALETTE[zlib.crc32(kind.encode()) % len(PALETTE)]


def corners_of(geometry: Mapping[str, Any]) -> tuple[float, ...]:
    """The corners that AWS gives: a BoundingBox's four, or those of the Polygon beside it."""
    polygon = geometry.get("Polygon")
    if polygon:
        return tuple(number for point in polygon for number in (float(point["X"]), float(point["Y"])))
    box = geometry.get("BoundingBox", geometry)
    left, top = float(box.get("Left", 0.0)), float(box.get("Top", 0.0))
    right, bottom = left + float(box.get("Width", 0.0)), top + float(box.get("Height", 0.0))
    return (left, top, right, top, right, bottom, left, bottom)


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)
