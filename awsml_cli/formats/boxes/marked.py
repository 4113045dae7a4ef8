"""A picture with the areas marked on it: outlines and names in the colour of their class, as PNG, JPEG, WebP or SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.boxes import drawing
from awsml_cli.formats.boxes.model import Area
from awsml_cli.formats.pages.picture import opened

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS: Final = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_QUALITY: Final = 92


def upright(data: bytes) -> Image:
    """The picture DATA, turned as its EXIF says, in colours."""
    return opened(data).convert("RGB")


def scale_of(size: tuple[int, int]) -> tuple[int, int]:
    """The width of a line and the height of letters, in pixels, that suit a picture of SIZE."""
    longest = max(size)
    return max(round(longest / 300), 2), min(max(round(longest / 60), 10), 96)


def marked(data: bytes, areas: Sequence[Area]) -> Image:
    """The picture DATA with AREAS marked, the large ones below the small."""
    from PIL import ImageDraw

    picture = upright(data)
    canvas = ImageDraw.Draw(picture)
    line, letters = scale_of(picture.size)
    ordered = sorted(areas, key=_extent, reverse=True)
    for area in ordered:
        drawing.outline(canvas, drawing.corners(area.points, picture.size), area.colour, line)
    taken: list[drawing.Rectangle] = []
    for area in ordered:
        if area.chip:
            left, top, _right, _bottom = area.box
            at = (left * (picture.width - 1), top * (picture.height - 1))
            drawing.chip(canvas, at, area.chip, area.colour, letters=letters, taken=taken)
    return picture


def render(data: bytes, areas: Sequence[Area], ending: str) -> bytes | str:
    """The picture DATA with AREAS marked, as a file with this ENDING. Raises UsageError for a wrong one."""
    if ending == "svg":
        return _svg(data, areas)
    return encoded(marked(data, areas), ending)


def encoded(picture: Image, ending: str) -> bytes:
    """PICTURE as a file with this ENDING, without metadata. Raises UsageError for one that is no picture's."""
    if ending not in ENDINGS:
        raise UsageError(f"a picture does not end in `.{ending}`", hint=f"one of: {', '.join(ENDINGS)}")
    out = io.BytesIO()
    options: dict[str, Any] = {} if ENDINGS[ending] == "PNG" else {"quality": _QUALITY}
    picture.save(out, ENDINGS[ending], **options)
    return out.getvalue()


def _svg(data: bytes, areas: Sequence[Area]) -> str:
    picture = upright(data)
    line, letters = scale_of(picture.size)
    body = [drawing.svg_head(*picture.size, line=line), drawing.svg_picture(picture)]
    ordered = sorted(areas, key=_extent, reverse=True)
    for area in ordered:
        sure = f"{area.confidence:.1f}" if area.confidence is not None else ""
        tip = (area.title, area.text, sure)
        body.append(drawing.svg_polygon(area.kind, area.points, picture.size, area.colour, tip))
    taken: list[drawing.Rectangle] = []
    for area in ordered:
        if area.chip:
            left, top, _right, _bottom = area.box
            at = (left * picture.width, top * picture.height)
            body.append(drawing.svg_chip(at, area.chip, area.colour, picture.size, letters=letters, taken=taken))
    return "".join(body) + "</svg>\n"


def _extent(area: Area) -> float:
    left, top, right, bottom = area.box
    return (right - left) * (bottom - top)
