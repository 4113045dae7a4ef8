"""A block of Textract's answer, as small as it can be kept, and its place on the page."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

Turn = int  # degrees clockwise that text is turned by: 0, 90, 180 or 270


class Box(NamedTuple):
    """A rectangle on a page, in ratios of its width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def points(self) -> tuple[float, ...]:
        """Its corners from the top left clockwise, x and y in turn."""
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        return (left, top, right, top, right, bottom, left, bottom)


# exact to a ten-thousandth of a pixel, in a third of the memory of a tuple
_CORNERS: Final = struct.Struct("8f")
_packed, _unpacked = _CORNERS.pack, _CORNERS.unpack
_SPOKEN: Final = frozenset({"WORD", "LINE"})
NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around BOXES; NOWHERE if there are none."""
    found = [box for box in boxes if box is not NOWHERE]
    if not found:
        return NOWHERE
    left, top = min(box.left for box in found), min(box.top for box in found)
    right, bottom = max(box.right for box in found), max(box.bottom for box in found)
    return Box(left, top, right - left, bottom - top)


class Block:
    """A block of AWS's answer, as small as it can be kept; a word of a page is one of these.

    `selected` is whether a checkbox is ticked, None for all that is no checkbox. `relations` map AWS's type of a
    relationship to the ids at its other end.
    """

    __slots__ = (
        "_corners",
        "box",
        "column",
        "column_span",
        "confidence",
        "entity_types",
        "handwriting",
        "id",
        "page",
        "query",
        "relations",
        "row",
        "row_span",
        "selected",
        "text",
        "type",
    )

    def __init__(self, answer: Mapping[str, Any]) -> None:
        get = answer.get
        self.id: str = get("Id") or ""
        self.type: str = answer["BlockType"]
        text, confidence = get("Text") or "", get("Confidence")
        if type(text) is not str:
            raise TypeError(f"the text of a block is {text!r}")
        self.text = text
        self.confidence: float | None = None if confidence is None else float(confidence)
        box, points = get("Geometry") or (NOWHERE, ())
        self.box: Box = box
        self._corners: bytes = _packed(*points) if len(points) == 8 and self.type in _SPOKEN else b""
        page = get("Page")
        self.page: int | None = None if page is None else int(page)
        self.row = int(get("RowIndex") or 0)
        self.column = int(get("ColumnIndex") or 0)
        self.row_span = int(get("RowSpan") or 1)
        self.column_span = int(get("ColumnSpan") or 1)
        self.entity_types: tuple[str, ...] = tuple(get("EntityTypes") or ())
        status = get("SelectionStatus")
        self.selected: bool | None = None if status is None else status == "SELECTED"
        self.handwriting: bool = get("TextType") == "HANDWRITING"
        self.query: Mapping[str, Any] | None = get("Query")
        related = get("Relationships")
        self.relations: dict[str, tuple[str, ...]] | None = None
        if related:
            relations: dict[str, tuple[str, ...]] = {}
            for one in related:
                kind = one["Type"]
                relations[kind] = (*relations.get(kind, ()), *one["Ids"])
            self.relations = relations

    def ids(self, relation: str) -> tuple[str, ...]:
        """The ids at the other end of RELATION (`CHILD`, `VALUE` …)."""
        return self.relations.get(relation, ()) if self.relations else ()

    @property
    def points(self) -> tuple[float, ...]:
        """The corners of its text from its own top left clockwise, x and y in turn: they tell how it is turned."""
        return _unpacked(self._corners) if self._corners else self.box.points

    @property
    def turn(self) -> Turn:
        """How its text is turned."""
        return turn_of(self.points)


def turn_of(points: tuple[float, ...]) -> Turn:
    """The quarter turn nearest to the direction in which a text with these corners runs."""
    if len(points) < 4:
        return 0
    right, down = points[2] - points[0], points[3] - points[1]
    if abs(right) >= abs(down):
        return 0 if right >= 0 else 180
    return 90 if down > 0 else 270
