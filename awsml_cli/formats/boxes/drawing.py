"""Marks on a picture: an outline, the chip with its name, the same as SVG. For photographs and for pages alike."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from awsml_cli.formats.boxes.model import Colour
from awsml_cli.formats.xml import clean

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Rectangle = tuple[float, float, float, float]
LETTER = 0.56  # of a letter's height: its width on average
STEPS = 12  # places below one another that are tried for a chip whose place is taken


def corners(points: Sequence[float], size: tuple[int, int]) -> list[tuple[int, int]]:
    """POINTS, shares of a picture of SIZE, as its pixels; what lies outside is moved to its edge."""
    width, height = size
    pairs = zip(points[::2], points[1::2], strict=False)
    return [(round(min(max(x, 0.0), 1.0) * (width - 1)), round(min(max(y, 0.0), 1.0) * (height - 1))) for x, y in pairs]


def outline(canvas: ImageDraw, at: Sequence[tuple[float, float]], colour: Colour, width: int) -> None:
    """The closed line through the corners AT."""
    if at:
        canvas.line([*at, at[0]], fill=colour, width=width, joint="curve")


def font(canvas: ImageDraw, size: int) -> Any:
    """Pillow's own letters in SIZE pixels."""
    plain = canvas.getfont()
    return plain.font_variant(size=size) if hasattr(plain, "font_variant") else plain


def chip(
    canvas: ImageDraw,
    at: tuple[float, float],
    text: str,
    colour: Colour,
    *,
    letters: int,
    taken: list[Rectangle] | None = None,
) -> Rectangle:
    """TEXT on a ground of COLOUR above the corner AT, inside the picture; LETTERS is the size of its font in pixels.

    Below what is TAKEN already, to which its place is added. Letters that the font lacks become question marks.
    """
    shown = text.encode("latin-1", "replace").decode("latin-1")
    face, pad = font(canvas, letters), max(letters // 5, 1)
    left, top, right, bottom = canvas.textbbox((0, 0), shown, font=face)
    place = chip_place(at, (right - left + 2 * pad, bottom - top + 2 * pad), canvas.im.size, taken)
    canvas.rectangle(place, fill=colour)
    canvas.text((place[0] + pad - left, place[1] + pad - top), shown, fill=ink(colour), font=face)
    return place


def chip_place(
    at: tuple[float, float], extent: tuple[float, float], size: tuple[int, int], taken: list[Rectangle] | None
) -> Rectangle:
    """Where a chip of this EXTENT stands in a picture of SIZE: above the corner AT, inside, below what is TAKEN."""
    width, height = extent
    x = min(max(at[0], 0.0), max(size[0] - width, 0.0))
    y = at[1] - height if at[1] >= height else at[1]
    place = (x, y, x + width, y + height)
    for _ in range(STEPS if taken else 0):
        if not any(_overlap(place, other) for other in taken or ()):
            break
        y = min(y + height, size[1] - height)
        place = (x, y, x + width, y + height)
    if taken is not None:
        taken.append(place)
    return place


def ink(colour: Colour) -> str:
    """The letters that can be read on COLOUR, white or black."""
    red, green, blue = colour
    return "black" if red * 0.299 + green * 0.587 + blue * 0.114 > 160 else "white"


def svg_picture(picture: Image) -> str:
    """PICTURE as an element of an SVG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    data = base64.b64encode(out.getvalue()).decode()
    width, height = picture.size
    return f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{data}"/>\n'


def svg_polygon(kind: str, points: Sequence[float], size: tuple[int, int], colour: Colour, tip: Sequence[str]) -> str:
    """An outline as an element of an SVG, with its class, and a TIP of the parts that are not empty."""
    width, height = size
    at = " ".join(f"{x * width:.1f},{y * height:.1f}" for x, y in zip(points[::2], points[1::2], strict=False))
    said = escape(clean(" · ".join(part for part in tip if part)))
    fill = paint(colour)
    return (
        f'<polygon class="{escape(kind)}" points="{at}" fill="{fill}" stroke="{fill}"><title>{said}</title></polygon>\n'
    )


def svg_chip(at: tuple[float, float], text: str, colour: Colour, size: tuple[int, int], **how: Any) -> str:
    """A chip as elements of an SVG of SIZE: HOW is `letters` and what is `taken`, as for `chip`."""
    letters = how["letters"]
    pad = letters / 4
    extent = (len(text) * letters * LETTER + 2 * pad, letters + 2 * pad)
    left, top, right, bottom = chip_place(at, extent, size, how["taken"])
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'fill="{paint(colour)}"/>\n'
        f'<text x="{left + pad:.1f}" y="{top + pad:.1f}" font-size="{letters}" font-family="sans-serif" '
        f'textLength="{right - left - 2 * pad:.1f}" lengthAdjust="spacingAndGlyphs" fill="{ink(colour)}">'
        f"{escape(clean(text))}</text>\n"
    )


def paint(colour: Colour) -> str:
    """COLOUR as SVG spells it."""
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


def svg_head(width: int, height: int, *, line: float = 1.5) -> str:
    """What an SVG of this size begins with."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<style>polygon {{ fill-opacity: 0.08; stroke-width: {line:g} }} text {{ dominant-baseline: hanging }}"
        "</style>\n"
    )


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
