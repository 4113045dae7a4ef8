"""How old a face looks, as a woman's or a man's, and what it shows of feelings: two small networks.

They judge how a face looks in one picture, which is not who somebody is. Both look at a square around the face a fifth
larger than its box, where they did best. The first tells a hundred years' probabilities, of which the range that holds
eight tenths is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import networks
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.networks import tensorflow
from awsml_cli.local.engines.see.faces import Face
from awsml_cli.local.engines.see.objects import HUMAN

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="faceres",
    job="see",
    package=HUMAN.name,
    pin=HUMAN.version,
    module="",
    licence="MIT",
    languages=("*",),
    quality="fair",
    measured="24 of 24 faces in 8 photographs called women or a man rightly, 9 of 9 smiles happy; ages not checked",
    install="awsml local install faceres",
    needs=("onnxruntime", "numpy", "Pillow"),
    weights={
        "models/faceres.json": "5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df",
        "models/faceres.bin": "2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b",
        "models/emotion.json": "56f7e557eb0c863a8b9ab04ac7ccba756e93bf2c27dce135ef0e8712b80b7ad2",
        "models/emotion.bin": "927ac8224f356ab1e68c2bcfbfa07b0c8567047d1bcf817388ba6e38214c4987",
    },
    tarball=HUMAN,
)
AROUND: Final = 1.2  # times the larger side of the face's box
LEFT_OUT: Final = 0.1  # of the ages' probability, at either end
_SIDES: Final = (224, 64)  # pixels that the two look at
_OUTPUTS: Final = {"faceres": ("gender_pred/Sigmoid", "age_pred/Softmax"), "emotion": ("Identity",)}
_EMOTIONS: Final = ("ANGRY", "DISGUSTED", "FEAR", "HAPPY", "SAD", "SURPRISED", "CALM")  # in the network's order
_GREY: Final = (0.2989, 0.5870, 0.1140)  # of red, green and blue, in what the second was trained on


@dataclass(frozen=True)
class Looks:
    """How a face looks: ages in years, confidences 0 to 100, emotions by AWS's names, the surest first."""

    ages: tuple[int, int]
    gender: str
    gender_confidence: float
    emotions: tuple[tuple[str, float], ...]


def look(picture: Image, face: Face, *, home: Path) -> Looks:
    """How FACE in PICTURE (RGB) looks. Raises ConfigError where the engine is not installed."""
    import numpy

    cut = _around(picture, face)
    first, second = (numpy.asarray(cut.resize((side, side), _bilinear()), numpy.float32) for side in _SIDES)
    gender, years = _network("faceres", home).run(None, {"input_1": first.transpose(2, 0, 1)[None]})
    grey = second @ numpy.array(_GREY, numpy.float32) / 255
    (emotions,) = _network("emotion", home).run(None, {"input_1": ((grey - 0.5) * 2)[None, None]})
    man = float(gender[0][0])
    shares = 100 * emotions[0]
    return Looks(
        ages=_ages(years[0]),
        gender="Male" if man > 0.5 else "Female",
        gender_confidence=100 * max(man, 1 - man),
        emotions=tuple((_EMOTIONS[at], float(shares[at])) for at in shares.argsort()[::-1]),
    )


def _ages(likely: Any) -> tuple[int, int]:
    """The years between which a face LIKELY is, by its probabilities for each."""
    import numpy

    up_to = numpy.cumsum(likely)
    ends = numpy.searchsorted(up_to, (LEFT_OUT * up_to[-1], (1 - LEFT_OUT) * up_to[-1]))
    return int(ends[0]), int(ends[1])


def _around(picture: Image, face: Face) -> Image:
    left, top, wide, high = face.box
    half = max(wide, high) * AROUND / 2
    x, y = left + wide / 2, top + high / 2
    return picture.crop((round(x - half), round(y - half), round(x + half), round(y + half)))


def _bilinear() -> Any:
    from PIL import Image as images

    return images.Resampling.BILINEAR


def _network(part: str, home: Path) -> Any:
    return networks.ready(
        DECLARATION,
        lambda folder: tensorflow.convert(folder / "models" / f"{part}.json", _OUTPUTS[part]),
        home=home,
        part=part,
    )
