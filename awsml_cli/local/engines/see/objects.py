"""Things in a picture and where they are: COCO's 80 classes by CenterNet on MobileNetV3.

The network tells a map for each class, in which things are peaks, and how far the sides of a box are from each place.
(Zhou, Wang and Krähenbühl, "Objects as points", 2019.) It sees large things well, small ones hardly: what is smaller
than a hundredth of the picture's area is left out, since most of that was wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import networks
from awsml_cli.local.engines.declaration import Declaration, Tarball
from awsml_cli.local.engines.networks import tensorflow
from awsml_cli.local.engines.see import taxonomy

if TYPE_CHECKING:
    from PIL.Image import Image

HUMAN: Final = Tarball("@vladmandic/human", "3.3.6", "425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7")
"""The package of npm that carries this network and those for faces."""
DECLARATION: Final = Declaration(
    name="centernet-mobilenet",
    job="see",
    package=HUMAN.name,
    pin=HUMAN.version,
    module="",
    licence="MIT",
    languages=("*",),
    quality="weak",
    measured="16 of 22 people in 6 group photographs, large things of 6 other ones; small things are not seen",
    install="awsml local install centernet-mobilenet",
    needs=("onnxruntime", "numpy", "Pillow"),
    weights={
        "models/centernet.json": "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05",
        "models/centernet.bin": "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef",
    },
    tarball=HUMAN,
)
SIZE: Final = 512  # pixels of a side as it is looked at
STEP: Final = 4  # pixels of a place of its map
SCORE: Final = 0.35  # of a peak from which it is more often right than not; a confidence of 55, AWS's threshold
STEEP: Final = 8.0  # how fast the confidence grows about that
LEAST: Final = 0.2  # a lower peak is nothing
SMALLEST: Final = 0.01  # of the picture's area
SHARED: Final = 0.5  # of two boxes' area, from which they are one thing
MOST: Final = 100  # things in a picture


@dataclass(frozen=True)
class Thing:
    """A thing by AWS's name: `box` is left, top, width, height in pixels of its picture, `confidence` 0 to 100."""

    name: str
    confidence: float
    box: tuple[float, float, float, float]


def find(picture: Image, *, home: Path) -> list[Thing]:
    """The things in PICTURE (RGB), the surest first. Raises ConfigError where the engine is not installed."""
    import numpy
    from PIL import Image as images

    model = networks.ready(DECLARATION, _written, home=home)
    pixels = numpy.asarray(picture.resize((SIZE, SIZE), images.Resampling.BILINEAR), numpy.float32)
    sides, likely = model.run(None, {model.get_inputs()[0].name: pixels.transpose(2, 0, 1)[None]})
    found: list[Thing] = []
    for score, kind, row, column in _peaks(likely[0]):
        left, top, right, bottom = (float(side) for side in sides[0][:, row, column])
        x, y = column * STEP, row * STEP
        thing = Thing(
            taxonomy.things()[kind], _confidence(score), _placed(picture, x - left, y - top, x + right, y + bottom)
        )
        if _area(thing) < SMALLEST * picture.width * picture.height:
            continue
        if not any(other.name == thing.name and _shared(other, thing) > SHARED for other in found):
            found.append(thing)
    return found


def _peaks(likely: Any) -> list[tuple[float, int, int, int]]:
    """Score, class, row and column of the places in the maps LIKELY that are above all of their neighbours."""
    import numpy

    _, high, wide = likely.shape
    around = numpy.pad(likely, ((0, 0), (1, 1), (1, 1)))
    highest = numpy.max([around[:, y : y + high, x : x + wide] for y in range(3) for x in range(3)], axis=0)
    places = numpy.argwhere((likely == highest) & (likely >= LEAST)).tolist()
    peaks = [(float(likely[kind, row, column]), kind, row, column) for kind, row, column in places]
    return sorted(peaks, reverse=True)[:MOST]


def _confidence(score: float) -> float:
    """A peak's score as AWS tells confidences: its scores of .35 to .7 are the whole scale of this network."""
    return 100 / (1 + 45 / 55 * math.exp(-STEEP * (score - SCORE)))


def _placed(picture: Image, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """The box in pixels of PICTURE, inside of it."""
    across, down = picture.width / SIZE, picture.height / SIZE
    left, right = (min(max(side * across, 0.0), picture.width) for side in (left, right))
    top, bottom = (min(max(side * down, 0.0), picture.height) for side in (top, bottom))
    return left, top, max(right - left, 0.0), max(bottom - top, 0.0)


def _area(thing: Thing) -> float:
    return thing.box[2] * thing.box[3]


def _shared(one: Thing, other: Thing) -> float:
    """The area that two boxes share, of the area of both."""
    across = min(one.box[0] + one.box[2], other.box[0] + other.box[2]) - max(one.box[0], other.box[0])
    down = min(one.box[1] + one.box[3], other.box[1] + other.box[3]) - max(one.box[1], other.box[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (_area(one) + _area(other) - across * down)


def _written(folder: Path) -> bytes:
    return tensorflow.convert(folder / "models" / "centernet.json", ("tower_0/wh", "tower_0/keypoints"))
