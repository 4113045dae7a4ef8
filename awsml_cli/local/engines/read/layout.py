"""The parts of a page by rule: title, headings, paragraphs, lists, headers, footers, page numbers, figures.

What a reader sees first is told from sizes, white and places; no model has been trained for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.formats.blocks import block as ratios
from awsml_cli.formats.blocks import model
from awsml_cli.formats.blocks.order import in_reading_order
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.fields import Field
from awsml_cli.local.engines.read.found import Line
from awsml_cli.local.engines.read.upright import Box, Upright, around

DECLARATION: Final = Declaration(
    name="layout-by-rule",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="a drawn page of ten parts: all of them told right, clean or scanned; magazines and posters are beyond it",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)

MARGIN: Final = 0.09  # of the page's height at the top and the bottom, where headers and footers stand
PARTED: Final = 1.0  # of the text's height: white that parts two paragraphs
LARGE: Final = 1.35  # times the text's height: a heading
TITLE: Final = 1.6  # and a title
BOLD: Final = 1.3  # times the ink of the middle line
LARGER: Final = 1.1  # both a little: a heading, too
BOLDER: Final = 1.1
SHORT: Final = 70  # characters of a heading at most
SURE: Final = 90.0
FIGURE: Final = 4.0  # times the text's height, across and down, of a picture at least
DARK: Final = 40  # grey levels below the paper's
SQUARE: Final = 16  # pixels of a square that is dark as a whole, or not
_BULLET = re.compile(r"(?:[•●▪■◦‣·–—*-]|\(?\d{1,3}[.)]|[a-z]\))(?:\s|$)")
_NUMBER = re.compile(
    r"(?:(?:page|p\.|seite|página|pagina)\s*)?[-–]?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-–]?(?:\s*(?:/|of|von|de|di|sur)\s*\d{1,4})?",
    re.I,
)


@dataclass
class Part:
    """A part of a page; `kind` is AWS's block type without `LAYOUT_`. A list has its entries in `parts`."""

    kind: str
    lines: list[Line]
    box: Box
    parts: list[Part] = field(default_factory=list)
    confidence: float = SURE

    @property
    def text(self) -> str:
        """Its lines."""
        return " ".join(line.text for line in self.lines)


def parts(page: Upright, tables: Sequence[Box], fields: Sequence[Field]) -> list[Part]:
    """The parts of PAGE in the order in which they are read."""
    made = [Part("TABLE", [line for line in page.lines if box.holds(page.place(line))], box) for box in tables]
    inside = {id(line) for part in made for line in part.lines}
    margin, body = _margins(page, [line for line in page.lines if id(line) not in inside])
    blocks = _paragraphs(page, body)
    told = [Part(_kind(page, lines, fields), lines, _around(page, lines)) for lines in blocks]
    _choose_title(page, told)
    made += [*margin, *_lists(page, told), *_figures(page, tables)]
    order = {id(line): at for at, line in enumerate(_ordered(page))}

    def turn(part: Part) -> tuple[float, float]:
        above = (order[id(line)] + 0.5 for line in page.lines if page.place(line).bottom <= part.box.top)
        return min((order[id(line)] for line in part.lines), default=max(above, default=-1)), part.box.top

    return sorted(made, key=turn)


def _margins(page: Upright, lines: list[Line]) -> tuple[list[Part], list[Line]]:
    """The headers, footers and page numbers, and the other lines."""
    high = page.size[1]
    found, left = [], []
    tops = sorted(page.place(line).top for line in lines)
    bottoms = sorted(page.place(line).bottom for line in lines)
    for line in lines:
        place = page.place(line)
        above, below = place.bottom < MARGIN * high, place.top > (1 - MARGIN) * high
        if not (above or below) or place.height > LARGE * page.text_height:
            left.append(line)
            continue
        next_top = min((top for top in tops if top > place.bottom), default=high)
        last_bottom = max((bottom for bottom in bottoms if bottom < place.top), default=0)
        white = next_top - place.bottom if above else place.top - last_bottom
        if white < PARTED * page.text_height:
            left.append(line)
        elif _NUMBER.fullmatch(line.text):
            found.append(Part("PAGE_NUMBER", [line], place))
        else:
            found.append(Part("HEADER" if above else "FOOTER", [line], place))
    return found, left


def _paragraphs(page: Upright, lines: Sequence[Line]) -> list[list[Line]]:
    """LINES in blocks: each goes on with the one above it where no white, no size and no bullet parts them."""
    blocks: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: page.place(one).top):
        home = next((block for block in reversed(blocks) if _goes_on(page, block, line)), None)
        if home is None:
            blocks.append([line])
        else:
            home.append(line)
    return blocks


def _goes_on(page: Upright, block: list[Line], line: Line) -> bool:
    above, own = page.place(block[-1]), page.place(line)
    white = own.top - above.bottom
    if not -0.5 * own.height < white < PARTED * page.text_height or _BULLET.match(line.text):
        return False
    if max(above.height, own.height) > 1.45 * min(above.height, own.height):
        return False
    shared = min(above.right, own.right) - max(above.left, own.left)
    centred = abs(above.middle[0] - own.middle[0]) < page.text_height
    left = abs(above.left - own.left) < 2.5 * page.text_height
    return shared > 0.5 * min(above.width, own.width) and (left or centred)


def _kind(page: Upright, lines: list[Line], fields: Sequence[Field]) -> str:
    text = " ".join(line.text for line in lines)
    if _BULLET.match(text) and len(text) > 3 and not _is_heading(page, lines, text):
        return "LIST"
    words = {id(word) for one in fields for word in (*one.key, *one.value)}
    if sum(id(word) in words for line in lines for word in line.words) * 2 > sum(len(line.words) for line in lines):
        return "KEY_VALUE"
    return "SECTION_HEADER" if _is_heading(page, lines, text) else "TEXT"


def _is_heading(page: Upright, lines: list[Line], text: str) -> bool:
    if len(lines) > 2 or len(text) > SHORT or text[-1] in ".;," or not any(letter.isalpha() for letter in text):
        return False
    size = max(page.place(line).height for line in lines) / page.text_height
    bold = _inkiness(page, lines[0]) / _usual(page)
    return size >= LARGE or bold >= BOLD or (size >= LARGER and bold >= BOLDER)


def _inkiness(page: Upright, line: Line) -> float:
    """How much of a line's box is ink: more where it is bold."""
    left, top, right, bottom = (max(0, round(side)) for side in page.place(line))
    dark = page.ink[top:bottom, left:right]
    return float(dark.mean()) if dark.size else 0.0


def _usual(page: Upright) -> float:
    shares = sorted(_inkiness(page, line) for line in page.lines)
    return max(shares[len(shares) // 2], 0.01)


def _choose_title(page: Upright, told: list[Part]) -> None:
    """Let the largest heading in the upper half be the title, if it is larger than the others."""
    heads = [part for part in told if part.kind == "SECTION_HEADER" and part.box.top < page.size[1] / 2]
    if not heads:
        return
    largest = max(heads, key=lambda part: max(page.place(line).height for line in part.lines))
    if max(page.place(line).height for line in largest.lines) >= TITLE * page.text_height:
        largest.kind = "TITLE"


def _lists(page: Upright, told: list[Part]) -> list[Part]:
    """TOLD with the entries that follow each other made one list."""
    made: list[Part] = []
    for part in sorted(told, key=lambda one: one.box.top):
        if part.kind != "LIST":
            made.append(part)
            continue
        entry = Part("TEXT", part.lines, part.box)
        last = made[-1] if made else None
        if last is not None and last.kind == "LIST" and _is_next(page, last, part):
            last.parts.append(entry)
            last.lines = [*last.lines, *part.lines]
            last.box = around([last.box, part.box])
        else:
            made.append(Part("LIST", list(part.lines), part.box, [entry]))
    return [_not_alone(page, part) for part in made]


def _not_alone(page: Upright, part: Part) -> Part:
    """PART, or a heading where it is a list of one numbered line that is a little larger or bolder than the text."""
    text = part.text
    if part.kind != "LIST" or len(part.lines) > 1 or not text[0].isdigit() or len(text) > SHORT or text[-1] in ".;,":
        return part
    size, bold = part.box.height / page.text_height, _inkiness(page, part.lines[0]) / _usual(page)
    if size < LARGER and bold < BOLDER:
        return part
    return Part("SECTION_HEADER", part.lines, part.box)


def _is_next(page: Upright, one: Part, entry: Part) -> bool:
    """Whether ENTRY is the next one of the list ONE."""
    high = page.text_height
    return abs(one.box.left - entry.box.left) < 4 * high and entry.box.top - one.box.bottom < 2.5 * high


def _figures(page: Upright, tables: Sequence[Box]) -> Iterable[Part]:
    """Pictures: dark areas without text that are large both ways."""
    least = max(2, round(FIGURE * page.text_height / SQUARE))
    dark = _dark_squares(page, tables)
    seen: set[tuple[int, int]] = set()
    for row, column in zip(*(part.tolist() for part in dark.nonzero()), strict=True):
        if (row, column) in seen:
            continue
        area = _connected(dark, (row, column), seen)
        rows, columns = [one for one, _ in area], [one for _, one in area]
        high, wide = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
        if min(high, wide) >= least and len(area) > 0.3 * high * wide:
            left, top = min(columns) * SQUARE, min(rows) * SQUARE
            yield Part("FIGURE", [], Box(left, top, left + wide * SQUARE, top + high * SQUARE), confidence=70.0)


def _dark_squares(page: Upright, tables: Sequence[Box]) -> Any:
    import numpy

    levels = numpy.asarray(page.picture.convert("L"), numpy.int16)
    dark = levels < numpy.percentile(levels[::8, ::8], 90) - DARK
    for box in [*tables, *(page.place(line) for line in page.lines)]:
        left, top, right, bottom = (max(0, round(side)) for side in box)
        dark[top : bottom + 1, left : right + 1] = False
    high, wide = dark.shape[0] // SQUARE, dark.shape[1] // SQUARE
    squares = dark[: high * SQUARE, : wide * SQUARE].reshape(high, SQUARE, wide, SQUARE)
    return squares.mean(axis=(1, 3)) > 0.3


def _connected(dark: Any, first: tuple[int, int], seen: set[tuple[int, int]]) -> list[tuple[int, int]]:
    area, waiting = [], [first]
    seen.add(first)
    while waiting:
        row, column = waiting.pop()
        area.append((row, column))
        for place in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= place[0] < dark.shape[0] and 0 <= place[1] < dark.shape[1]
            if inside and place not in seen and dark[place]:
                seen.add(place)
                waiting.append(place)
    return area


def _ordered(page: Upright) -> list[Line]:
    """The lines in reading order, columns one after the other."""
    wide, high = page.size
    by_model: dict[int, Line] = {}
    lines = []
    for line in page.lines:
        place = page.place(line)
        box = ratios.Box(place.left / wide, place.top / high, place.width / wide, place.height / high)
        lines.append(model.Line(line.text, (), box=box, points=box.points))
        by_model[id(lines[-1])] = line
    return [by_model[id(line)] for line in in_reading_order(lines, (), turn=0)]


def _around(page: Upright, lines: Sequence[Line]) -> Box:
    return around([page.place(line) for line in lines])
