"""The picture that an operation is about: found, opened, and refused as AWS refuses it.

Limits: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError
from awsml_cli.formats.pages import kind_of
from awsml_cli.formats.pages.picture import opened
from awsml_cli.local.operations import Machine, Refused, blob

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES: Final = 5 * 1024**2  # of a picture sent with the request
OBJECT_BYTES: Final = 15 * 1024**2  # of one lying in S3
SIDE: Final = range(80, 10_001)  # pixels
CUSTOM_SIDE: Final = limits.REKOGNITION_CUSTOM_SIDE  # of what a model of one's own is asked


@dataclass(frozen=True)
class Picture:
    """A picture, upright, in RGB; `digest` is of its file."""

    image: Image
    digest: str


def given(image: Mapping[str, Any], machine: Machine, *, sides: range = SIDE) -> Picture:
    """The picture IMAGE, inside of its request or in the local S3, whose SIDES have so many pixels."""
    if image.get("Bytes"):
        data, most = blob(image["Bytes"]), BYTES
    elif image.get("S3Object"):
        place = image["S3Object"]
        found = machine.store.get(place.get("Bucket", ""), place.get("Name", ""))
        if found is None:
            raise Refused(
                "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            )
        data, most = found.path.read_bytes(), OBJECT_BYTES
    else:
        raise invalid()
    if len(data) > most:
        raise Refused("ImageTooLargeException", "Image size is too large.")
    if kind_of(data[:1024]) not in ("png", "jpeg"):
        raise _no_picture()
    try:
        picture = opened(data).convert("RGB")
    except InputError:
        raise _no_picture() from None
    if not all(side in sides for side in picture.size):
        raise Refused("InvalidImageFormatException", f"A picture has {sides[0]} to {sides[-1]:,} pixels a side.")
    return Picture(picture, hashlib.sha256(data).hexdigest())


def ratio_box(box: tuple[float, float, float, float], size: tuple[int, int]) -> dict[str, float]:
    """Left, top, width and height in pixels as AWS tells a box: in ratios of SIZE."""
    left, top, wide, high = box
    return {"Width": wide / size[0], "Height": high / size[1], "Left": left / size[0], "Top": top / size[1]}


def invalid(message: str = "Request has invalid parameters") -> Refused:
    """AWS's refusal of a request."""
    return Refused("InvalidParameterException", message)


def _no_picture() -> Refused:
    return Refused("InvalidImageFormatException", "Request has invalid image format")
