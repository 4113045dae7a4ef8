"""A page's lines in areas: the parts of its layout, or what white parts; for the formats that nest lines in blocks."""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.formats.blocks.block import Box, around
from awsml_cli.formats.blocks.model import Line, Page
from awsml_cli.formats.blocks.order import lines_of

_GAP = 0.8  # of a line's height


@dataclass(slots=True)
class Area:
    """Lines that stand together, in reading order."""

    lines: list[Line]

    @property
    def box(self) -> Box:
        """The box around them."""
        return around(line.box for line in self.lines)


def areas(page: Page) -> list[Area]:
    """The areas of PAGE; every line with a word is in one of them."""
    owner = {id(line): id(element) for element in page.layout for line in lines_of(element)}
    found: list[Area] = []
    before: Line | None = None
    for line in page.lines:
        if not any(word.text for word in line.words):
            continue
        if before is not None and found and _together(before, line, owner):
            found[-1].lines.append(line)
        else:
            found.append(Area([line]))
        before = line
    return found


def _together(above: Line, below: Line, owner: dict[int, int]) -> bool:
    one, other = owner.get(id(above)), owner.get(id(below))
    if one is not None or other is not None:
        return one == other
    if above.turn != below.turn:
        return False
    tall = min(above.box.height, below.box.height)
    return above.turn != 0 or -tall < below.box.top - above.box.bottom <= _GAP * tall
