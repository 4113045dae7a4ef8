"""Each face of a picture as a picture of its own, since AWS compares and searches for the largest one alone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.session import Session
from awsml_cli.formats.boxes import Area, corners_of
from awsml_cli.formats.boxes.crops import pixels
from awsml_cli.formats.boxes.marked import upright
from awsml_cli.services.rekognition import asked
from awsml_cli.services.rekognition.inputs import Given
from awsml_cli.services.rekognition.looking import answered

if TYPE_CHECKING:
    from PIL.Image import Image

AROUND: Final = 0.5  # of a face's sides, around it: AWS finds no face in a picture that it fills
SMALLEST: Final = 160  # pixels of the shorter side of what is sent
LARGEST: Final = 1920


@dataclass(frozen=True)
class Face:
    """A face of a picture: its number (from 1, the largest first), its box there, and a picture of it alone."""

    number: int
    box: Mapping[str, float]
    picture: bytes

    @property
    def name(self) -> str:
        """What it is called."""
        return f"face {self.number}"


def faces(session: Session, given: Given) -> Iterator[Face]:
    """The faces of a picture, one by one; what others there are in what is cut out is covered."""
    answer, _engine = answered(session, given, asked.faces(["default"]))
    found = [one["BoundingBox"] for one in answer.get("FaceDetails") or () if one.get("BoundingBox")]
    found.sort(key=lambda box: -box.get("Width", 0.0) * box.get("Height", 0.0))
    picture = upright(given.original) if found else None
    for number, box in enumerate(found, start=1):
        others = [other for other in found if other is not box]
        assert picture is not None
        yield Face(number, box, _alone(picture.copy(), box, others))


def _alone(picture: Image, box: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bytes:
    from PIL import ImageDraw

    face = pixels(_area(box), picture.size, margin=0.0)
    left, top, right, bottom = pixels(_area(box), picture.size, margin=AROUND)
    kept = picture.crop(face)
    canvas = ImageDraw.Draw(picture)
    for other in others:
        x0, y0, x1, y1 = pixels(_area(other), picture.size, margin=0.15)
        canvas.rectangle((x0, y0, x1 - 1, y1 - 1), fill=(128, 128, 128))
    picture.paste(kept, face[:2])
    small = picture.crop((left, top, right, bottom))
    factor = max(SMALLEST / min(small.size), 1.0)
    factor = min(factor, LARGEST / max(small.size)) if max(small.size) * factor > LARGEST else factor
    if factor != 1.0:
        small = small.resize((max(round(small.width * factor), 80), max(round(small.height * factor), 80)))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=95)
    return out.getvalue()


def _area(box: Mapping[str, Any]) -> Area:
    return Area("face", "", corners_of(box))
