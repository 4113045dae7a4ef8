"""What is dark on a page, and which of it are ruled lines: straight, long and thin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

AROUND: Final = 25  # pixels to each side that ink is darker than
CONTRAST: Final = 0.25  # of the page's range from dark to light
LEAST: Final = 12  # grey levels of 255
WHOLE: Final = 0.92  # of a line's pixels that are ink
PAPER: Final = 8  # pixels of a square whose mean tells how light the paper is
SHORTEST: Final = 45  # pixels of a ruled line
THICKEST: Final = 9  # pixels; what is thicker is a bar


@dataclass(slots=True)
class Rule:
    """A ruled line: `at` is its row (of a horizontal one, else column), `start` and `end` are along it; pixels."""

    at: float
    start: float
    end: float
    thickness: float = 1.0

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.start


def ink(picture: Image) -> Any:
    """Where PICTURE is darker than its surroundings: an array of booleans."""
    import numpy
    from PIL import ImageFilter

    grey = picture.convert("L")
    levels = numpy.asarray(grey, numpy.int16)
    mean = numpy.asarray(grey.filter(ImageFilter.BoxBlur(AROUND)), numpy.int16)
    dark, light = numpy.percentile(levels[::4, ::4], (1, 95))
    return levels < mean - max(LEAST, CONTRAST * (light - dark))


def rules(dark: Any, *, shortest: int = SHORTEST) -> tuple[list[Rule], list[Rule]]:
    """The horizontal and the vertical ruled lines in DARK, of at least SHORTEST pixels."""
    return list(_rules(_across(dark, shortest))), list(_rules(_across(dark.T, shortest)))


def without_rules(picture: Image) -> Image:
    """PICTURE with its ruled lines painted in the colour of the page."""
    import numpy
    from PIL import Image as images

    dark = ink(picture)
    ruled = _across(dark, SHORTEST) | _across(dark.T, SHORTEST).T
    if not ruled.any():
        return picture
    ruled = _thickened(_thickened(ruled).T).T
    levels = numpy.array(picture.convert("L"))
    levels[ruled] = int(numpy.percentile(levels[::4, ::4], 90))
    return images.fromarray(levels)


def evened(picture: Image) -> Image:
    """PICTURE as if its paper were white and evenly lit: each pixel against the lightest ones around it."""
    import numpy
    from PIL import Image as images
    from PIL import ImageFilter

    grey = picture.convert("L")
    small = grey.resize((max(1, grey.width // PAPER), max(1, grey.height // PAPER)), images.Resampling.BOX)
    light = (
        small.filter(ImageFilter.MaxFilter(3))
        .filter(ImageFilter.BoxBlur(1))
        .resize(grey.size, images.Resampling.BILINEAR)
    )
    levels = numpy.asarray(grey, numpy.float32) / numpy.maximum(numpy.asarray(light, numpy.float32), 32) * 255
    return images.fromarray(levels.clip(0, 255).astype(numpy.uint8))


def stretches(dark: Any, length: int, whole: float = WHOLE) -> Any:
    """Where DARK runs on to the right and left for LENGTH pixels, all but a few of which are dark."""
    import numpy

    if dark.shape[1] <= length:
        return numpy.zeros_like(dark)
    sums = numpy.zeros((dark.shape[0], dark.shape[1] + 1), numpy.int32)
    numpy.cumsum(dark, axis=1, out=sums[:, 1:])
    begins = (sums[:, length:] - sums[:, :-length]) >= whole * length
    counts = numpy.zeros((dark.shape[0], dark.shape[1] + length), numpy.int32)
    numpy.cumsum(begins, axis=1, out=counts[:, length : length + begins.shape[1]])
    counts[:, length + begins.shape[1] :] = counts[:, length + begins.shape[1] - 1 : length + begins.shape[1]]
    return (counts[:, length:] - counts[:, :-length]) > 0


def runs(line: Any) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch of true in LINE."""
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], line.view(numpy.int8), [0]))))
    yield from ((int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True))


def _across(dark: Any, shortest: int) -> Any:
    """The pixels of horizontal ruled lines in DARK."""
    long = stretches(dark, shortest)
    thick = stretches(long.T, THICKEST + 1, 1.0).T
    return long & ~thick


def _thickened(mask: Any) -> Any:
    made = mask.copy()
    made[1:] |= mask[:-1]
    made[:-1] |= mask[1:]
    return made


def _rules(mask: Any) -> Iterable[Rule]:
    """The lines that MASK is made of: runs of pixels in neighbouring rows that overlap are one."""
    open_ones: list[tuple[Rule, list[int], int]] = []
    for row in mask.any(axis=1).nonzero()[0]:
        row = int(row)
        ended = [one for one in open_ones if row - one[2] > 2]
        yield from (_closed(rule, rows) for rule, rows, _ in ended)
        open_ones = [one for one in open_ones if row - one[2] <= 2]
        for start, end in runs(mask[row]):
            place = next(
                (at for at, (rule, _, _) in enumerate(open_ones) if rule.start < end and start < rule.end), None
            )
            if place is None:
                open_ones.append((Rule(row, start, end), [row], row))
                continue
            rule, rows, _ = open_ones[place]
            rule.start, rule.end = min(rule.start, start), max(rule.end, end)
            open_ones[place] = (rule, [*rows, row], row)
    yield from (_closed(rule, rows) for rule, rows, _ in open_ones)


def _closed(rule: Rule, rows: list[int]) -> Rule:
    distinct = set(rows)
    return Rule((min(distinct) + max(distinct) + 1) / 2, rule.start, rule.end, float(len(distinct)))
