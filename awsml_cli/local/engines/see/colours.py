"""The colours and the light of a picture, by counting: its commonest colours, how bright, sharp and contrasty it is."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from awsml_cli.local.engines.declaration import Declaration

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="colours-by-counting",
    job="see",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="painted colours found to the last bit with their shares; the scales of light are our own, not AWS's",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)
SIDE: Final = 400  # pixels of the picture as it is counted
PALETTE: Final = 32  # colours that are told apart before the commonest are taken
SHARP: Final = 30.0  # grey levels between neighbours in a crisp photograph's edges: a sharpness of 63
_GREY: Final = 0.12  # saturation below which a colour is none


@dataclass(frozen=True)
class Colour:
    """A colour, 0 to 255 each, and its share of the picture, 0 to 100."""

    red: int
    green: int
    blue: int
    percent: float

    @property
    def hex(self) -> str:
        """As `#rrggbb`."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def css(self) -> str:
        """The nearest of CSS's named colours."""
        return min(_named(), key=lambda one: sum((a - b) ** 2 for a, b in zip(one[1], self._rgb, strict=True)))[0]

    @property
    def plain(self) -> str:
        """One of twelve plain names."""
        hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in self._rgb))
        if value < 0.15:
            return "black"
        if saturation < _GREY:
            return "white" if value > 0.9 else "grey"
        degrees = hue * 360
        if 15 <= degrees < 45 and value < 0.65:
            return "brown"
        for end, name in _HUES:
            if degrees < end:
                return "pink" if name == "red" and saturation < 0.5 and value > 0.7 else name
        return "red"

    @property
    def _rgb(self) -> tuple[int, int, int]:
        return self.red, self.green, self.blue


_HUES: Final = (
    *((15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (200, "cyan"), (260, "blue"), (295, "purple")),
    *((340, "pink"), (360, "red")),
)


@dataclass(frozen=True)
class Light:
    """Brightness, sharpness and contrast, 0 to 100 each."""

    brightness: float
    sharpness: float
    contrast: float


def dominant(picture: Image, count: int) -> list[Colour]:
    """The COUNT commonest colours of PICTURE (RGB), the commonest first."""
    from PIL import Image as images

    small = picture.copy()
    small.thumbnail((SIDE, SIDE), images.Resampling.NEAREST)  # no colours that are not there
    palette = small.quantize(PALETTE, dither=images.Dither.NONE)
    levels = palette.getpalette() or []
    shares = palette.histogram()
    commonest = sorted((index for index, share in enumerate(shares) if share), key=lambda index: -shares[index])
    whole = small.width * small.height
    return [
        Colour(levels[3 * index], levels[3 * index + 1], levels[3 * index + 2], 100 * shares[index] / whole)
        for index in commonest[:count]
    ]


def light(picture: Image) -> Light:
    """The light of PICTURE: the mean and the spread of its grey levels, and how steep its edges are."""
    import numpy

    grey = picture.convert("L")
    if max(grey.size) > 2 * SIDE:
        grey.thumbnail((2 * SIDE, 2 * SIDE))
    levels = numpy.asarray(grey, numpy.float32)
    if levels.size < 9:
        return Light(float(levels.mean()) / 2.55, 0.0, 0.0)
    steps = numpy.abs(
        4 * levels[1:-1, 1:-1] - levels[:-2, 1:-1] - levels[2:, 1:-1] - levels[1:-1, :-2] - levels[1:-1, 2:]
    )
    edges = float(numpy.percentile(steps, 95))
    sharp = 100 * (1 - float(numpy.exp(-edges / SHARP)))
    low, high = numpy.percentile(levels, (5, 95))
    return Light(float(levels.mean()) / 2.55, sharp, float(high - low) / 2.55)


@cache
def _named() -> list[tuple[str, tuple[int, int, int]]]:
    from PIL import ImageColor

    return [(name, ImageColor.getrgb(name)[:3]) for name in ImageColor.colormap]
