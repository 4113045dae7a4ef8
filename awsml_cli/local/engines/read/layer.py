"""The text that a page of a PDF says itself: exact words with their places, where they are what a reader sees.

Not taken: text that is not painted (an older reading of a scan), and pages whose letters have no code to be told by.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final, NamedTuple

from awsml_cli.local.engines.read.found import Corners, Word, box, height_of, of_box

EXACT: Final = 100.0
UNPAINTED: Final = 3  # FPDF_TEXTRENDERMODE_INVISIBLE of PDFium's fpdf_edit.h
UNKNOWN: Final = 0.02  # of a page's letters without a code, above which its text is not believed
GAP: Final = 0.22  # of the type's size: white that parts two words though no blank is written
BACK: Final = 0.5  # of the type's size that the next letter of a word stands back at most
LOW: Final = 0.25  # of a letter's cell, from its foot: where letters stand
HIGH: Final = 0.6  # and where small ones end
_LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "-", "\u00a0": " "}
_NO_LETTERS: Final = {0, 0xFFFD, 0xFFFE, 0xFFFF}


def words(page: Any, size: tuple[int, int]) -> list[list[Word]]:
    """The stretches of words on PAGE (pypdfium2's), drawn with SIZE pixels; empty if its text is not to be used.

    PDFium is not made for threads: hold `formats.pages.draw.PDFIUM`.
    """
    import pypdfium2.raw as raw

    text = page.get_textpage()
    try:
        letters = _letters(raw, page.raw, text.raw, size)
    finally:
        text.close()
    return _stretches(letters) if letters is not None else []


class _Letter(NamedTuple):
    """A letter: the corners of its ink and of its cell in pixels of the picture, and the size of its type in them."""

    text: str
    corners: Corners = ()
    cell: Corners = ()
    size: float = 0.0


def _letters(raw: Any, page: Any, text: Any, size: tuple[int, int]) -> list[_Letter] | None:
    """The painted letters, blanks and line ends among them; None where too many cannot be told."""
    found: list[_Letter] = []
    modes: dict[int, int] = {}
    unknown = 0
    for at in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, at)
        if raw.FPDFText_IsGenerated(text, at) == 1:  # a blank or a line end that PDFium thinks is there
            found.append(_Letter("\n" if code in (10, 13) else " "))
            continue
        part = raw.FPDFText_GetTextObject(text, at)
        key = ctypes.cast(part, ctypes.c_void_p).value or 0
        if key not in modes:
            modes[key] = raw.FPDFTextObj_GetTextRenderMode(part)
        if modes[key] == UNPAINTED:
            continue
        if code in _NO_LETTERS or 0xE000 <= code <= 0xF8FF or raw.FPDFText_HasUnicodeMapError(text, at) == 1:
            unknown += 1
            continue
        letter = _letter(raw, page, text, at, size, _LIGATURES.get(chr(code), chr(code)))
        if letter is not None:
            found.append(letter)
    return None if unknown > UNKNOWN * max(len(found), 1) else found


def _letter(raw: Any, page: Any, text: Any, at: int, size: tuple[int, int], said: str) -> _Letter | None:
    """The letter AT, which is SAID; None where it has no place."""
    matrix, cell = raw.FS_MATRIX(), raw.FS_RECTF()
    if not raw.FPDFText_GetMatrix(text, at, matrix) or not raw.FPDFText_GetLooseCharBox(text, at, cell):
        return None
    ink = [ctypes.c_double() for _ in range(4)]
    raw.FPDFText_GetCharBox(text, at, *ink)
    left, right, bottom, top = (side.value for side in ink)
    if right <= left or top <= bottom:  # a blank has no ink
        left, right, bottom, top = cell.left, cell.right, cell.bottom, cell.top
    elif abs(matrix.a) >= abs(matrix.b):  # a dash or a dot is as high as a small letter, so that a line holds together
        high = cell.top - cell.bottom
        bottom, top = min(bottom, cell.bottom + LOW * high), max(top, cell.bottom + HIGH * high)
    turn = _turn(raw, page, matrix, size)
    corners = _begun(raw, page, (left, right, bottom, top), turn, size)
    own = _begun(raw, page, (cell.left, cell.right, cell.bottom, cell.top), turn, size)
    return _Letter(said, corners, own, height_of(own))


def _begun(raw: Any, page: Any, sides: tuple[float, float, float, float], turn: int, size: tuple[int, int]) -> Corners:
    """The corners of the box with these SIDES in pixels, from the top left of a text that is turned by TURN."""
    left, right, bottom, top = sides
    points = [_pixel(raw, page, x, y, size) for x, y in ((left, top), (right, bottom))]
    return _turned(box(tuple(number for point in points for number in point)), turn)


def _turned(sides: tuple[float, float, float, float], turn: int) -> Corners:
    """The corners of a box in the picture, from the top left of a text in it that is turned by TURN quarters."""
    corners = of_box(*sides)
    return corners[2 * turn :] + corners[: 2 * turn]


def _pixel(raw: Any, page: Any, x: float, y: float, size: tuple[int, int]) -> tuple[float, float]:
    """The point x, y of the page in pixels; PDFium rounds to whole ones, so it is asked for hundredths."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, size[0] * 100, size[1] * 100, 0, x, y, across, down)
    return across.value / 100, down.value / 100


def _turn(raw: Any, page: Any, matrix: Any, size: tuple[int, int]) -> int:
    """The quarter turns (clockwise, as seen) of text with MATRIX."""
    x0, y0 = _pixel(raw, page, 0.0, 0.0, size)
    x1, y1 = _pixel(raw, page, matrix.a * 10, matrix.b * 10, size)
    if abs(x1 - x0) >= abs(y1 - y0):
        return 0 if x1 >= x0 else 2
    return 1 if y1 > y0 else 3


def _stretches(letters: list[_Letter]) -> list[list[Word]]:
    """LETTERS as words, a stretch for each line that PDFium tells apart."""
    made: list[list[Word]] = [[]]
    group: list[_Letter] = []

    def close() -> None:
        if group:
            made[-1].append(_word(group))
            group.clear()

    for letter in letters:
        if letter.text.isspace():
            close()
            if letter.text == "\n":
                made.append([])
            continue
        if group and not _follows(group[-1], letter):
            close()
        group.append(letter)
    close()
    return [words for words in made if words]


def _follows(one: _Letter, other: _Letter) -> bool:
    """Whether OTHER is the next letter of the word that ONE is of."""
    along = _along(one.cell)
    end = (one.cell[2] + one.cell[4]) / 2, (one.cell[3] + one.cell[5]) / 2
    begin = (other.cell[0] + other.cell[6]) / 2, (other.cell[1] + other.cell[7]) / 2
    white = (begin[0] - end[0]) * along[0] + (begin[1] - end[1]) * along[1]
    size = max(one.size, other.size)
    level = abs((begin[0] - end[0]) * along[1] - (begin[1] - end[1]) * along[0])
    return -BACK * size < white < GAP * size and level < size


def _along(corners: Corners) -> tuple[int, int]:
    """The direction of text with CORNERS as a step of x and y."""
    right, down = corners[2] - corners[0], corners[3] - corners[1]
    if abs(right) >= abs(down):
        return (1, 0) if right >= 0 else (-1, 0)
    return (0, 1) if down > 0 else (0, -1)


def _word(group: list[_Letter]) -> Word:
    """The letters of GROUP as a word, in the box around all of them."""
    turn = {(1, 0): 0, (0, 1): 1, (-1, 0): 2, (0, -1): 3}[_along(group[0].cell)]
    corners = _turned(box(tuple(number for letter in group for number in letter.corners)), turn)
    return Word("".join(letter.text for letter in group), EXACT, corners)
