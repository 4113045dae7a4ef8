"""A contact sheet: what was found in many pictures, small, one beside the other, each with a word below it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from awsml_cli.formats.boxes import drawing
from awsml_cli.formats.boxes.crops import cut
from awsml_cli.formats.boxes.marked import upright
from awsml_cli.formats.boxes.model import Area, Colour

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIDE: Final = 220  # pixels of a tile's picture
MOST_TILES: Final = 500
_GAP: Final = 12
_MARGIN: Final = 0.15  # of an area's sides, around what is shown of it
_LETTERS: Final = 15
_GROUND: Final = (245, 245, 245)
_MOST_ACROSS: Final = 20


@dataclass(frozen=True)
class Tile:
    """A small picture, the lines below it, and the colour of its class."""

    picture: Image
    lines: tuple[str, ...]
    colour: Colour = (117, 117, 117)


def tile(picture: Image, lines: Sequence[str], colour: Colour = (117, 117, 117)) -> Tile:
    """A tile that shows all of PICTURE."""
    small = picture.convert("RGB")
    factor = SIDE / max(small.size)
    size = (max(round(small.width * factor), 1), max(round(small.height * factor), 1))
    return Tile(small.resize(size), tuple(lines), colour)


def tiles(data: bytes, areas: Sequence[Area], name: str) -> list[Tile]:
    """A tile for each of AREAS of the picture DATA, which is called NAME."""
    picture = upright(data) if areas else None
    made = []
    for area in areas:
        assert picture is not None
        made.append(tile(cut(picture, area, margin=_MARGIN), (area.chip, name), area.colour))
    return made


def contact_sheet(tiles: Sequence[Tile]) -> Image:
    """TILES in rows, as near to a square as they go; with none, a sheet that says so."""
    from PIL import Image, ImageDraw

    if not tiles:
        empty = Image.new("RGB", (SIDE * 2, SIDE // 2), _GROUND)
        ImageDraw.Draw(empty).text((_GAP, _GAP), "nothing was found", fill="black")
        return empty
    across = min(math.ceil(math.sqrt(len(tiles))), _MOST_ACROSS)
    rows = math.ceil(len(tiles) / across)
    below = max(len(one.lines) for one in tiles) * (_LETTERS + 4) + _GAP
    step_x, step_y = SIDE + _GAP, SIDE + below
    sheet = Image.new("RGB", (across * step_x + _GAP, rows * step_y + _GAP), _GROUND)
    canvas = ImageDraw.Draw(sheet)
    face = drawing.font(canvas, _LETTERS)
    for number, one in enumerate(tiles):
        left, top = _GAP + number % across * step_x, _GAP + number // across * step_y
        at = (left + (SIDE - one.picture.width) // 2, top + (SIDE - one.picture.height) // 2)
        sheet.paste(one.picture, at)
        canvas.rectangle(
            (at[0] - 2, at[1] - 2, at[0] + one.picture.width + 1, at[1] + one.picture.height + 1),
            outline=one.colour,
            width=2,
        )
        for line, text in enumerate(one.lines):
            canvas.text((left, top + SIDE + 4 + line * (_LETTERS + 4)), _short(text, canvas, face), "black", font=face)
    return sheet


def _short(text: str, canvas: ImageDraw, face: object) -> str:
    """TEXT as far as it goes into a tile's width."""
    shown = text.encode("latin-1", "replace").decode("latin-1")
    while shown and canvas.textlength(shown, font=face) > SIDE:  # type: ignore[arg-type]
        shown = shown[:-2].rstrip(".") + "." if len(shown) > 2 else ""
    return shown
