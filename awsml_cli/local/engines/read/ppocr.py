"""PP-OCRv6 small on ONNX Runtime: finds lines of text however they are turned, and reads them letter by letter.

The weights come with RapidOCR, whose own code is not run. A page is looked at small first, and once more in full where
its letters turn out to be small. The detector's map is cut into lines as its paper says (Liao et al., "Real-time scene
text detection with differentiable binarization", 2020); the reader's columns are CTC.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.found import Corners, Line, Word, height_of, lines
from awsml_cli.local.engines.read.strips import HEIGHT, Letter, begun, strip_of, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="ppocr-v6-small",
    job="read",
    package="rapidocr",
    pin="3.10.0",
    module="rapidocr",
    licence="Apache-2.0",
    languages=("*",),
    quality="good",
    measured="words right: all of a clean drawn page, 98 to 100 % of bad scans of it, all of a scanned book's page",
    install="pip install 'awsml-cli[sight]'",
    needs=("onnxruntime", "opencv-python-headless", "numpy", "Pillow"),
    weights={
        "models/PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        "models/PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    },
)

GLANCE: Final = 960  # pixels of the longer side at the first look
FULL: Final = 1760  # and at the second
SMALL: Final = 13.0  # pixels of a line's height at the first look below which there is a second
INK: Final = 0.3  # of the detector's map
SURE: Final = 0.5  # mean of a line in the map
UNCLIP: Final = 1.6  # the map shows lines shrunken; the paper's ratio of area to girth that gives them back
READ: Final = 0.5  # mean probability of a line's letters
SURE_LETTER: Final = 0.85  # and of a line of one or two
NARROWEST: Final = 96  # pixels; at 320, its makers' own, most of a table is white
BATCH: Final = 6
WASTE: Final = 1.2  # times as wide as the narrowest line of a batch its widest is at most: the rest is white, and costs
UPRIGHT: Final = 1.5  # times as high as wide, a line runs up or down
DOUBT: Final = 0.85  # mean probability below which lines are tried upside down
TRIED: Final = 6  # lines from which it is told which way a page lies


class PpOcr:
    """The engine, loaded."""

    declaration = DECLARATION

    def __init__(self, home: Path) -> None:
        folder = weights.verify(DECLARATION, home=home) / "models"
        self._finder = _session(folder / "PP-OCRv6_det_small.onnx")
        self._reader = _session(folder / "PP-OCRv6_rec_small.onnx")
        letters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ["", *letters, " "]  # the first is CTC's blank

    def lines(self, picture: Image) -> list[Line]:
        """The lines of PICTURE with their words, corners in its pixels."""
        import numpy

        pixels = numpy.ascontiguousarray(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
        found = self._find(pixels, GLANCE)
        scale = min(1.0, GLANCE / max(pixels.shape[:2]))
        if scale < 1 and found and _median([height_of(corners) for corners in found]) * scale < SMALL:
            found = self._find(pixels, FULL)
        return lines(self._words(pixels, found))

    # -- where lines are ----------------------------------------------------------------------------------------

    def _find(self, pixels: Any, longest: int) -> list[Corners]:
        """The corners of the lines in PIXELS, looked at with LONGEST pixels of the longer side at most."""
        import cv2
        import numpy

        high, wide = pixels.shape[:2]
        scale = min(1.0, longest / max(high, wide))
        size = [max(32, round(side * scale / 32) * 32) for side in (wide, high)]
        small = cv2.resize(pixels, size)
        given = ((small.astype(numpy.float32) / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
        likely = self._finder.run(None, {"x": given})[0][0, 0]
        ink = cv2.dilate((likely > INK).astype(numpy.uint8), numpy.ones((2, 2), numpy.uint8))
        outlines, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        found = []
        for outline in outlines:
            corners = _line_around(outline, likely)
            if corners is not None:
                ratio = (wide / size[0], high / size[1])
                found.append(tuple(number * ratio[at % 2] for at, number in enumerate(corners)))
        return found

    # -- what they say ------------------------------------------------------------------------------------------

    def _words(self, pixels: Any, found: Sequence[Corners]) -> list[list[Word]]:
        """The words of each line in FOUND that can be read."""
        flat = [corners for corners in found if not _is_upright(corners)]
        tall = [corners for corners in found if _is_upright(corners)]
        # text that runs down begins at the top right corner, text that runs up at the bottom left one
        read = [*self._turned(pixels, flat, (0, 2)), *self._turned(pixels, tall, (1, 3))]
        return [words for words in read if words]

    def _turned(self, pixels: Any, found: Sequence[Corners], ways: tuple[int, int]) -> list[list[Word]]:
        """The words of FOUND, read whichever of two WAYS (quarter turns) the longest of them are read better."""
        order = sorted(found, key=_length, reverse=True)
        first, rest = order[:TRIED], order[TRIED:]
        best, chosen = -1.0, ways[0]
        read: list[tuple[list[Word], float]] = []
        for way in ways:
            tried = self._read(pixels, [begun(corners, way) for corners in first])
            score = sum(sure for _, sure in tried) / max(len(tried), 1)
            if score > best:
                best, chosen, read = score, way, tried
            if best >= DOUBT:
                break
        read += self._read(pixels, [begun(corners, chosen) for corners in rest])
        return [words if score >= _least(words) else [] for words, score in read]

    def _read(self, pixels: Any, found: Sequence[Corners]) -> list[tuple[list[Word], float]]:
        """Words and mean probability of the lines in FOUND, whose corners begin at the text's top left."""
        import numpy

        strips = [strip_of(pixels, corners) for corners in found]
        order = sorted(range(len(strips)), key=lambda at: strips[at].shape[1])
        made: list[tuple[list[Word], float]] = [([], 0.0)] * len(found)
        for group in _batches(order, [max(NARROWEST, strip.shape[1]) for strip in strips]):
            wide = max(NARROWEST, strips[group[-1]].shape[1])
            given = numpy.zeros((len(group), 3, HEIGHT, wide), numpy.float32)
            for row, at in enumerate(group):
                strip = strips[at]
                given[row, :, :, : strip.shape[1]] = ((strip.astype(numpy.float32) / 255 - 0.5) / 0.5).transpose(
                    2, 0, 1
                )
            likely = self._reader.run(None, {"x": given})[0]
            for row, at in enumerate(group):
                letters = self._letters(likely[row], wide / strips[at].shape[1])
                score = sum(one.probability for one in letters) / len(letters) if letters else 0.0
                made[at] = (words_of(letters, strips[at], found[at]), score)
        return made

    def _letters(self, likely: Any, stretch: float) -> list[Letter]:
        """The letters in the columns of LIKELY; STRETCH is how much wider its picture is than the line's."""
        best = likely.argmax(axis=1)
        letters: list[Letter] = []
        at, end = 0, len(best)
        while at < end:
            last = at
            while last + 1 < end and best[last + 1] == best[at]:
                last += 1
            if best[at]:
                probability = float(likely[at : last + 1, best[at]].max())
                middle = (at + last + 1) / 2 / end * stretch
                letters.append(Letter(self._alphabet[best[at]], probability, min(middle, 1.0)))
            at = last + 1
        return letters


def _batches(order: Sequence[int], widths: Sequence[int]) -> Iterator[list[int]]:
    """ORDER, by WIDTHS, in batches of lines that are about as wide."""
    group: list[int] = []
    for at in order:
        if group and (len(group) == BATCH or widths[at] > WASTE * widths[group[0]]):
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _least(words: Sequence[Word]) -> float:
    """The mean probability that letters need to be WORDS: more for a letter or two, which anything round may be."""
    return SURE_LETTER if sum(len(word.text) for word in words) <= 2 else READ


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the cores alone
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _line_around(outline: Any, likely: Any) -> Corners | None:
    """The corners of the line whose shrunken shape has OUTLINE in the map LIKELY; None for what is none."""
    import cv2
    import numpy

    (x, y), (wide, high), angle = cv2.minAreaRect(outline)
    if min(wide, high) < 3:
        return None
    left, top, width, height = cv2.boundingRect(outline)
    mask = numpy.zeros((height, width), numpy.uint8)
    corners = cv2.boxPoints(((x - left, y - top), (wide, high), angle))
    cv2.fillPoly(mask, [corners.astype(numpy.int32)], 1)
    if cv2.mean(likely[top : top + height, left : left + width], mask)[0] < SURE:
        return None
    more = wide * high * UNCLIP / (wide + high)  # twice the distance, as a rectangle's girth is twice that sum
    points = cv2.boxPoints(((x, y), (wide + more, high + more), angle))
    return _ordered([(float(a), float(b)) for a, b in points])


def _ordered(points: list[tuple[float, float]]) -> Corners:
    """POINTS of a rectangle from the top left of the picture clockwise."""
    middle_x, middle_y = sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4
    clockwise = sorted(points, key=lambda point: math.atan2(point[1] - middle_y, point[0] - middle_x))
    first = min(range(4), key=lambda at: clockwise[at][0] + clockwise[at][1])
    return tuple(number for at in range(4) for number in clockwise[(first + at) % 4])


def _length(corners: Corners) -> float:
    return max(math.hypot(corners[2] - corners[0], corners[3] - corners[1]), height_of(corners))


def _is_upright(corners: Corners) -> bool:
    return height_of(corners) >= UPRIGHT * math.hypot(corners[2] - corners[0], corners[3] - corners[1])


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
