"""Whose face it is: 128 numbers for a face by dlib's residual network, near each other for one person.

Its weights are in the public domain (CC0) and come in the package face-recognition-models, of which two files are read
by their path. Its third, the 68 landmarks, is not for commercial use and is never opened.
"""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once
from awsml_cli.local.engines.see.faces import Face

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="dlib-face-resnet",
    job="see",
    package="dlib-bin",
    pin=">=20.0.1,<21",
    module="face_recognition_models",
    licence="BSL-1.0 (model: CC0)",
    languages=("*",),
    quality="good",
    measured="one woman in two photographs .42 apart, strangers .56 and more; its maker's own 99.4 % on LFW",
    install="pip install 'awsml-cli[faces]'",
    needs=("face-recognition-models", "numpy", "Pillow"),
    weights={
        "models/dlib_face_recognition_resnet_model_v1.dat": (
            "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
        ),
        "models/shape_predictor_5_face_landmarks.dat": (
            "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
        ),
    },
)
VERSION: Final = "dlib-resnet-1"
ALIKE: Final = 0.5  # distance that is a similarity of 80, AWS's threshold; one person is below it, strangers above
STEEP: Final = 20.0  # how fast the similarity falls about that
_working = threading.Lock()


def describe(picture: Image, face: Face, *, home: Path) -> Any:
    """The 128 numbers (float32) of FACE in PICTURE (RGB). Raises ConfigError where the engine is not installed."""
    import numpy

    if not DECLARATION.installed():
        raise DECLARATION.missing()
    import dlib

    predictor, network = _models(home)
    area = _area(dlib, face)
    pixels = numpy.ascontiguousarray(numpy.asarray(picture))
    with _working:
        shape = predictor(pixels, area)
        return numpy.array(network.compute_face_descriptor(pixels, shape), numpy.float32)


def landmarks(picture: Image, face: Face, *, home: Path) -> tuple[dict[str, tuple[float, float]], float]:
    """The eyes, their corners and the nose of FACE by AWS's names, and how far it leans, in degrees clockwise.

    dlib's five points follow a head that leans, which libfacedetection's do not.
    """
    import dlib
    import numpy

    predictor, _ = _models(home)
    with _working:
        shape = predictor(numpy.ascontiguousarray(numpy.asarray(picture)), _area(dlib, face))
    points = [(float(shape.part(at).x), float(shape.part(at).y)) for at in range(5)]
    # in its order: the corners of the eye on the right, outer first, then of the one on the left, then below the nose
    right, left = _middle(points[0], points[1]), _middle(points[2], points[3])
    named = {
        "eyeLeft": left,
        "eyeRight": right,
        "nose": points[4],
        "leftEyeLeft": points[2],
        "leftEyeRight": points[3],
        "rightEyeLeft": points[1],
        "rightEyeRight": points[0],
    }
    return named, math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def similarity(distance: float) -> float:
    """How alike two faces are, 0 to 100, that are DISTANCE apart: 80 at ALIKE, falling fast about it."""
    return 100.0 / (1.0 + math.exp(STEEP * (distance - ALIKE)) / 4)


def distances(one: Any, others: Any) -> Any:
    """How far ONE is from each of OTHERS (rows)."""
    import numpy

    return numpy.linalg.norm(others - one, axis=1)


def _area(dlib: Any, face: Face) -> Any:
    left, top, wide, high = face.box
    return dlib.rectangle(round(left), round(top), round(left + wide), round(top + high))


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


@once
def _models(home: Path) -> tuple[Any, Any]:
    """dlib's finder of landmarks and its network, loaded once."""
    import dlib

    folder = weights.verify(DECLARATION, home=home) / "models"
    return (
        dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat")),
        dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat")),
    )
