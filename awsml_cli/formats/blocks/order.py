"""The order in which a page is read: AWS's layout where it was asked for, else columns found in the white between.

Without layout Textract gives lines from the top down, straight across columns. Here a page that lies askew is put
straight, and cut into stretches that share a white gutter; such a stretch is read column by column if its columns are
prose, and line by line if they are numbers and labels (a table, a form). Takes time in proportion to n log n of a
page's lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from awsml_cli.formats.blocks.block import Box, Turn
from awsml_cli.formats.blocks.model import Element, Line

GUTTER: Final = 0.012  # of the page's width: narrower white is a space between words
PROSE: Final = 15  # characters in the average line of a column of prose
COLUMN_LINES: Final = 3  # lines that a column has at least
COLUMN_WIDTH: Final = 0.12  # of the page
FILLED: Final = 0.5  # of its column's width that an average line of prose fills
SAME_ROW: Final = 0.5  # of the lower line's height that two lines of a row share
LEANING: Final = 4  # characters of a line that tells how the page leans
LEAST_LEAN: Final = 0.002  # of a line's way, in ratios of the page: less puts no line into another row
MOST_LEAN: Final = 0.4

Place = tuple[Box, Line]
Span = tuple[float, float]
Lean = tuple[float, float]
STRAIGHT: Final[Lean] = (0.0, 0.0)


def in_reading_order(lines: Sequence[Line], layout: Sequence[Element], *, turn: Turn) -> list[Line]:
    """LINES of one page as they are read; those whose text is turned unlike the page's come last."""
    lean = _lean_of(lines, turn)
    places = [(_level(_upright(line.box, turn), lean), line) for line in lines]
    if layout:
        return _by_layout(places, [_level(_upright(element.box, turn), lean) for element in layout], layout)
    straight = [place for place in places if not place[1].text or place[1].turn == turn]
    others = [place for place in places if place[1].text and place[1].turn != turn]
    return [*_columns(straight), *_rows(others)]


def turn_of_page(lines: Iterable[Line]) -> Turn:
    """The turn of most of the text on a page."""
    weight: dict[Turn, int] = {0: 0}
    for line in lines:
        weight[line.turn] = weight.get(line.turn, 0) + len(line.text)
    return max(weight, key=lambda turn: weight[turn])


def _upright(box: Box, turn: Turn) -> Box:
    """BOX as it lies when the page is turned so that its text stands upright."""
    if turn == 90:
        return Box(box.top, 1 - box.right, box.height, box.width)
    if turn == 180:
        return Box(1 - box.right, 1 - box.bottom, box.width, box.height)
    if turn == 270:
        return Box(1 - box.bottom, box.left, box.height, box.width)
    return box


def _lean_of(lines: Iterable[Line], turn: Turn) -> Lean:
    """How askew a page lies on the glass: by how much its lines fall along their way, and its margins run to the right.

    The longer the lines, the surer; none where there is too little text, or where it runs in all directions.
    """
    falls: list[Span] = []  # each with the length of its line
    drifts: list[Span] = []
    for line in lines:
        if line.turn == turn and len(line.points) == 8 and len(line.text) >= LEANING:
            x, y = line.points[::2], line.points[1::2]
            right, down = _vector(x[1] - x[0], y[1] - y[0], turn), _vector(x[3] - x[0], y[3] - y[0], turn)
            if right[0] > 0 and down[1] > 0:
                falls.append((right[1] / right[0], right[0]))
                drifts.append((down[0] / down[1], right[0]))
    fall, drift = _weighed(falls), _weighed(drifts)
    return (fall, drift) if LEAST_LEAN < abs(fall) < MOST_LEAN and abs(drift) < MOST_LEAN else STRAIGHT


def _weighed(found: Sequence[Span]) -> float:
    """The median of values FOUND, each with its weight; 0 where there are none."""
    half, passed = sum(weight for _, weight in found) / 2, 0.0
    for value, weight in sorted(found):
        passed += weight
        if passed >= half:
            return value
    return 0.0


def _vector(right: float, down: float, turn: Turn) -> Span:
    """A way on the page as it is when the page is turned so that its text stands upright."""
    return {90: (down, -right), 180: (-right, -down), 270: (-down, right)}.get(turn, (right, down))


def _level(box: Box, lean: Lean) -> Box:
    """BOX, which lies around something askew, as it is when the page is put straight."""
    if lean == STRAIGHT:
        return box
    fall, drift = lean
    x, y = box.left + box.width / 2, box.top + box.height / 2
    wide = max(box.width - abs(drift) * box.height, 0.1 * box.width)
    high = max(box.height - abs(fall) * box.width, 0.1 * box.height)
    return Box(x - drift * y - wide / 2, y - fall * x - high / 2, wide, high)


def _by_layout(places: Sequence[Place], boxes: Sequence[Box], layout: Sequence[Element]) -> list[Line]:
    """Element by element; a line that no element has stands before the first element below it."""
    taken: dict[int, None] = {}
    groups: list[tuple[Box, list[Line]]] = []
    for box, element in zip(boxes, layout, strict=True):
        lines = [line for line in lines_of(element) if id(line) not in taken]
        taken.update((id(line), None) for line in lines)
        groups.append((box, lines))
    left = [place for place in places if id(place[1]) not in taken]
    before: dict[int, list[Place]] = {}
    for place in left:
        at = next((i for i, (other, _) in enumerate(groups) if _is_below(other, place[0])), len(groups))
        before.setdefault(at, []).append(place)
    ordered: list[Line] = []
    for at, (_, lines) in enumerate(groups):
        ordered += _rows(before.get(at, ()))
        ordered += lines
    return [*ordered, *_rows(before.get(len(groups), ()))]


def lines_of(element: Element) -> Iterable[Line]:
    """The lines of ELEMENT and of its parts."""
    yield from element.lines
    for part in element.parts:
        yield from lines_of(part)


def _is_below(element: Box, line: Box) -> bool:
    across = min(element.right, line.right) - max(element.left, line.left)
    return element.top >= line.top + line.height / 2 and across > 0


def _columns(places: Sequence[Place]) -> list[Line]:
    if len(places) < 2 * COLUMN_LINES:
        return _rows(places)
    bands = _bands(places)
    gutter = max(GUTTER, 0.9 * median(box.height for box, _ in places))
    ordered: list[Line] = []
    for run in _runs(bands, gutter):
        inside = [place for band in run for place in band]
        parts = _parted(inside, gutter)
        if len(parts) > 1 and all(_is_prose(part) for part in parts):
            for part in parts:
                ordered += _columns(part)
        else:
            ordered += [line for band in run for _, line in band]
    return ordered


def _rows(places: Sequence[Place]) -> list[Line]:
    return [line for band in _bands(places) for _, line in band]


def _bands(places: Sequence[Place]) -> list[list[Place]]:
    """PLACES in rows from the top down, each row from the left."""
    bands: list[list[Place]] = []
    bottom = top = 0.0
    for place in sorted(places, key=lambda place: place[0].top):
        box = place[0]
        shared = min(bottom, box.bottom) - max(top, box.top)
        if bands and shared > SAME_ROW * min(box.height, bottom - top):
            bands[-1].append(place)
        else:
            bands.append([place])
            top, bottom = box.top, box.bottom
    for band in bands:
        band.sort(key=lambda place: place[0].left)
    return bands


def _runs(bands: Sequence[list[Place]], gutter: float) -> list[list[list[Place]]]:
    """BANDS in stretches, each as long as one gutter runs through it, or as none does."""
    runs: list[list[list[Place]]] = []
    whites: list[Span] = []
    edges = (2.0, -1.0)
    for band in bands:
        own, own_edges = _whites(band, gutter), _edges(band)
        if runs:
            common = _common(whites, own, gutter)
            reach = (min(edges[0], own_edges[0]), max(edges[1], own_edges[1]))
            parted = _inner(common, reach)
            if parted or not (_inner(whites, edges) or _inner(own, own_edges)):
                runs[-1].append(band)
                whites, edges = common, reach
                continue
        runs.append([band])
        whites, edges = own, own_edges
    return runs


def _edges(band: Sequence[Place]) -> Span:
    """The leftmost right edge and the rightmost left edge: a gutter lies between these."""
    return min(box.right for box, _ in band), max(box.left for box, _ in band)


def _inner(whites: Sequence[Span], edges: Span) -> bool:
    """Whether one of WHITES has lines on both its sides."""
    return any(left >= edges[0] and right <= edges[1] for left, right in whites)


def _whites(band: Sequence[Place], gutter: float) -> list[Span]:
    """The white of BAND from edge to edge of the page: what is left of it, between its lines, right of it."""
    spans: list[Span] = []
    at = -1.0
    for box, _ in band:
        if box.left - at >= gutter:
            spans.append((at, box.left))
        at = max(at, box.right)
    return [*spans, (at, 2.0)]


def _common(one: Sequence[Span], other: Sequence[Span], gutter: float) -> list[Span]:
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        left, right = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if right - left >= gutter:
            found.append((left, right))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def _parted(places: Sequence[Place], gutter: float) -> list[list[Place]]:
    """PLACES in columns: parted where no line covers the width for at least a GUTTER."""
    parts: list[list[Place]] = []
    edge = -1.0
    for place in sorted(places, key=lambda place: place[0].left):
        if not parts or place[0].left - edge >= gutter:
            parts.append([])
        parts[-1].append(place)
        edge = max(edge, place[0].right)
    return parts


def _is_prose(column: Sequence[Place]) -> bool:
    left, right = min(box.left for box, _ in column), max(box.right for box, _ in column)
    width = right - left
    return (
        len(column) >= COLUMN_LINES
        and width >= COLUMN_WIDTH
        and sum(len(line.text) for _, line in column) >= PROSE * len(column)
        and sum(box.width for box, _ in column) >= FILLED * width * len(column)
    )
