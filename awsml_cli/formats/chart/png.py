"""A scene as PNG, drawn by Pillow at twice the size, so that it is sharp on today's screens."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.formats.chart.scene import Area, Line, Scene, Text

SCALE: Final = 2
FINE: Final = 2  # drawn larger and made smaller, for smooth lines


def png(made: Scene) -> bytes:
    """The scene as a picture. Raises ConfigError for want of Pillow."""
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise ConfigError("a picture is drawn by Pillow, which is not installed",
                          hint="pip install 'awsml-cli[plot]', or -f svg") from None  # fmt: skip
    scale = SCALE * FINE
    size = (round(made.width * scale), round(made.height * scale))
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for one in made.shapes:
        if isinstance(one, Area):
            veil = Image.new("L", size, 0)
            ImageDraw.Draw(veil).polygon(
                [(x * scale, y * scale) for x, y in one.points], fill=round(255 * one.strength)
            )
            picture.paste(Image.new("RGB", size, one.colour), mask=veil)
            draw = ImageDraw.Draw(picture)
        elif isinstance(one, Line):
            _line(draw, one, scale)
    picture = picture.resize((round(made.width * SCALE), round(made.height * SCALE)), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    for one in made.shapes:
        if isinstance(one, Text):
            _text(draw, one)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _line(draw: Any, one: Line, scale: int) -> None:
    points = [(x * scale, y * scale) for x, y in one.points]
    width = max(1, round(one.width * scale))
    if not one.dashed:
        draw.line(points, fill=one.colour, width=width, joint="curve")
        return
    drawn, left = True, 4.0 * scale
    for (x0, y0), (x1, y1) in pairwise(points):
        length = max(1e-9, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
        at = 0.0
        while at < length:
            step = min(left, length - at)
            if drawn:
                share, end = at / length, (at + step) / length
                ends = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (share, end)]
                draw.line(ends, fill=one.colour, width=width)
            at, left = at + step, left - step
            if left <= 0:
                drawn, left = not drawn, (3.0 if drawn else 4.0) * scale


def _text(draw: Any, one: Text) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(size=one.size * SCALE)
    place = (one.at[0] * SCALE, one.at[1] * SCALE)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[one.anchor]
    stroke = 1 if one.bold else 0
    draw.text(place, one.text, font=font, fill=one.colour, anchor=anchor, stroke_width=stroke, stroke_fill=one.colour)
