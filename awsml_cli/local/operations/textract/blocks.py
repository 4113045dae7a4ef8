"""What was found on a page as Textract's blocks: ids, relationships, and places in ratios of the page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from awsml_cli.local.engines.read.found import Corners, Line, Word, box, of_box

Block = dict[str, Any]


class Blocks:
    """The blocks of one page. SALT tells this answer's ids from those of others; SIZE is the picture's in pixels."""

    def __init__(self, *, salt: str, number: int, size: tuple[int, int]) -> None:
        self._salt, self._number, self._size = salt, number, size
        self._counted = 0
        self.word_ids: dict[int, str] = {}
        self.line_ids: dict[int, str] = {}
        self.page = self._made("PAGE", of_box(0, 0, *size))
        self.all: list[Block] = [self.page]

    def text(self, lines: Sequence[Line]) -> None:
        """Put LINES and their words there."""
        made = [self._line(line) for line in lines]
        self.all += [self._word(word) for line in lines for word in line.words]
        for line, block in zip(lines, made, strict=True):
            relate(block, "CHILD", [self.word_ids[id(word)] for word in line.words])
        relate(self.page, "CHILD", [block["Id"] for block in made])

    def add(self, kind: str, corners: Corners | None, confidence: float | None = None, **more: Any) -> Block:
        """Put a block of KIND there; `corners` are in pixels."""
        block = self._made(kind, corners, confidence, **more)
        self.all.append(block)
        return block

    def on_page(self, blocks: Iterable[Block]) -> None:
        """Let BLOCKS be children of the page."""
        relate(self.page, "CHILD", [block["Id"] for block in blocks])

    def _line(self, line: Line) -> Block:
        block = self.add("LINE", line.corners, line.confidence, Text=line.text)
        self.line_ids[id(line)] = block["Id"]
        return block

    def _word(self, word: Word) -> Block:
        block = self._made("WORD", word.corners, word.confidence, Text=word.text, TextType="PRINTED")
        self.word_ids[id(word)] = block["Id"]
        return block

    def _made(self, kind: str, corners: Corners | None, confidence: float | None = None, **more: Any) -> Block:
        self._counted += 1
        name = f"{self._salt}/{self._number}/{self._counted}"
        block: Block = {"BlockType": kind}
        if confidence is not None:
            block["Confidence"] = confidence
        block.update(more)
        if corners is not None:
            block["Geometry"] = geometry(corners, self._size)
        return {**block, "Id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)), "Page": self._number}


def relate(block: Block, kind: str, ids: Sequence[str]) -> Block:
    """BLOCK with IDS at the other end of its relationship KIND, after those that are there."""
    if not ids:
        return block
    relations = block.setdefault("Relationships", [])
    known = next((one for one in relations if one["Type"] == kind), None)
    if known is None:
        relations.append({"Type": kind, "Ids": list(ids)})
    else:
        known["Ids"].extend(ids)
    return block


def geometry(corners: Corners, size: tuple[int, int]) -> dict[str, Any]:
    """CORNERS in pixels as AWS tells a place: box and polygon in ratios of a page of SIZE, none outside of it."""
    wide, high = size
    points = [
        (min(max(x / wide, 0.0), 1.0), min(max(y / high, 0.0), 1.0))
        for x, y in zip(corners[::2], corners[1::2], strict=True)
    ]
    left, top, right, bottom = box(tuple(number for point in points for number in point))
    return {
        "BoundingBox": {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top},
        "Polygon": [{"X": x, "Y": y} for x, y in points],
    }
