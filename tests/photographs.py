"""Photographs for the tests: people are patches of colour, which the fake knows again wherever they are cut out to."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from fakeaws.rekognition import PEOPLE
from PIL import Image, ImageDraw

GROUND = (205, 205, 205)
Box = tuple[float, float, float, float]  # left, top, width, height as shares
ANN: Box = (0.1, 0.2, 0.2, 0.4)
BOB: Box = (0.6, 0.25, 0.15, 0.3)


def photograph(
    people: Mapping[str, Box] | None = None,
    *,
    size: tuple[int, int] = (400, 300),
    kind: str = "PNG",
    salt: int = 0,
    **options: object,
) -> bytes:
    """A picture of PEOPLE at their places; no two of another SALT are the same file."""
    picture = Image.new("RGB", size, GROUND)
    canvas = ImageDraw.Draw(picture)
    for who, (left, top, width, height) in (people or {}).items():
        corners = (left * size[0], top * size[1], (left + width) * size[0] - 1, (top + height) * size[1] - 1)
        canvas.rectangle(corners, fill=PEOPLE[who])
    picture.putpixel((size[0] - 1, size[1] - 1), (salt % 7, salt // 7 % 251, salt // 1757 % 251))
    out = io.BytesIO()
    picture.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def taken(path: Path, people: Mapping[str, Box] | None = None, **options: object) -> Path:
    """A photograph of PEOPLE at PATH, of the kind that its ending says."""
    kind = {"jpg": "JPEG", "tif": "TIFF", "heic": "HEIF"}.get(path.suffix.lstrip("."), path.suffix.lstrip(".").upper())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photograph(people, kind=kind, **options))  # type: ignore[arg-type]
    return path
