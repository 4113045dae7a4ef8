"""Areas cut out of a picture, each a picture of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from awsml_cli.formats.boxes.marked import encoded, upright
from awsml_cli.formats.boxes.model import Area

if TYPE_CHECKING:
    from PIL.Image import Image

MARGIN: Final = 0.04  # of the area's sides, around it


def crops(data: bytes, areas: Iterable[Area], *, margin: float = MARGIN) -> Iterator[tuple[str, bytes]]:
    """Each of AREAS cut out of the picture DATA as PNG, with a name of what it shows and its number: `person-2`."""
    picture = upright(data)
    counts: dict[str, int] = {}
    for area in areas:
        name = re.sub(r"[^\w]+", "-", area.title.lower()).strip("-")[:60] or area.kind
        counts[name] = number = counts.get(name, 0) + 1
        yield f"{name}-{number}", encoded(cut(picture, area, margin=margin), "png")


def cut(picture: Image, area: Area, *, margin: float = MARGIN) -> Image:
    """AREA of PICTURE, with MARGIN (a share of its sides) around it as far as the picture goes."""
    return picture.crop(pixels(area, picture.size, margin=margin))


def pixels(area: Area, size: tuple[int, int], *, margin: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of AREA with its margin in a picture of SIZE, in whole pixels, never empty."""
    width, height = size
    left, top, right, bottom = area.box
    across, down = (right - left) * margin, (bottom - top) * margin
    x0, y0 = max(round((left - across) * width), 0), max(round((top - down) * height), 0)
    x1, y1 = min(round((right + across) * width), width), min(round((bottom + down) * height), height)
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)
