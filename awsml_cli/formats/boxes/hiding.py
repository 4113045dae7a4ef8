"""Areas of a picture made unrecognisable, for good: a coarse mosaic, blurred, or plain black."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from awsml_cli.formats.boxes.drawing import corners
from awsml_cli.formats.boxes.marked import upright
from awsml_cli.formats.boxes.model import Area

if TYPE_CHECKING:
    from PIL.Image import Image

MARGIN: Final = 0.12  # of the area's sides, around it: hair and ears tell who it is, too
CELLS: Final = 6  # of the mosaic along an area's longer side: too few to tell a face or to read a word


def hidden(data: bytes, areas: Iterable[Area], *, black: bool = False) -> Image:
    """The picture DATA in which AREAS cannot be recognised any more; with BLACK nothing is left of them at all.

    The mosaic is made of what lies inside alone, and only then blurred, so that it cannot be computed back.
    """
    from PIL import Image, ImageDraw

    picture = upright(data)
    for area in areas:
        place = _widened(area, picture.size)
        if black:
            ImageDraw.Draw(picture).rectangle((place[0], place[1], place[2] - 1, place[3] - 1), fill="black")
            if len(area.points) > 8:
                ImageDraw.Draw(picture).polygon(corners(area.points, picture.size), fill="black")
        else:
            picture.paste(_mosaic(picture.crop(place)), place[:2])
    assert isinstance(picture, Image.Image)
    return picture


def _mosaic(piece: Image) -> Image:
    from PIL import Image, ImageFilter

    longest = max(piece.size)
    few = (max(round(piece.width * CELLS / longest), 1), max(round(piece.height * CELLS / longest), 1))
    coarse = piece.resize(few, Image.Resampling.BOX).resize(piece.size, Image.Resampling.BICUBIC)
    return coarse.filter(ImageFilter.GaussianBlur(longest / CELLS / 2))


def _widened(area: Area, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels of AREA and a margin around it."""
    width, height = size
    left, top, right, bottom = area.box
    across, down = (right - left) * MARGIN, (bottom - top) * MARGIN
    x0, y0 = max(int((left - across) * width), 0), max(int((top - down) * height), 0)
    x1, y1 = min(int((right + across) * width) + 1, width), min(int((bottom + down) * height) + 1, height)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)
