"""Form fields by rule: a label that ends in a colon and what stands beside or below it, blanks on a line, check boxes.

No understanding is in this: a label without a sign that it is one is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.found import Line, Word
from awsml_cli.local.engines.read.ticks import Tick
from awsml_cli.local.engines.read.upright import Box, Upright, around

DECLARATION: Final = Declaration(
    name="fields-by-rule",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="weak",
    measured="two drawn forms: 14 of 14 fields right, clean or scanned; labels need a colon, a line or a box",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)

LABEL: Final = 6  # words of a label at most
REACH: Final = 0.45  # of the page's width between a label and what stands beside it
BELOW: Final = 1.6  # of the text's height between a label and what stands below it
ALIGNED: Final = 2.0  # of the text's height that this may begin further left or right
BESIDE_BOX: Final = 3.0  # of the text's height between a check box and its label
BLANK: Final = 4.0  # times the text's height: a line to write on is that long at least
_SURE: Final = {"beside": 0.95, "right": 0.85, "below": 0.7, "blank": 0.75, "box": 0.9}
_NO_LABEL = re.compile(r"(?:https?|ftp|mailto|\d+):", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """A field: the words of its label and of its value, or its check box. `confidence` is 0 to 100.

    `blank` is where a value would be written that is not there.
    """

    key: tuple[Word, ...]
    value: tuple[Word, ...]
    confidence: float
    tick: Tick | None = None
    blank: Box | None = None


def fields(page: Upright, ticks: Sequence[Tick], tables: Sequence[Box]) -> list[Field]:
    """The fields of PAGE outside of its TABLES, by the place of their labels."""
    lines = [line for line in page.lines if not any(box.holds(page.place(line)) for box in tables)]
    taken: set[int] = set()
    found = [*_boxes(page, ticks, lines, taken), *_labels(page, lines, taken), *_blanks(page, lines, tables, taken)]
    return sorted(found, key=lambda one: _row_first(page, page.place(one.key[0])))


def _row_first(page: Upright, place: Box) -> tuple[int, float]:
    """What sorts places row by row."""
    return round(place.middle[1] / (0.8 * page.text_height)), place.left


def _boxes(page: Upright, ticks: Sequence[Tick], lines: Sequence[Line], taken: set[int]) -> Iterator[Field]:
    """Check boxes with the words beside them, right of them where there are any."""
    words = [word for line in lines for word in line.words]
    for tick in ticks:
        row = [word for word in words if _is_level(page.place(word), tick.box)]
        label = _from_box(page, tick, row, [other.box.left for other in ticks if _is_level(other.box, tick.box)])
        if label:
            taken.update(id(word) for word in label)
            yield _made(label, (), "box", tick=tick)


def _from_box(page: Upright, tick: Tick, row: list[Word], boxes: list[float]) -> tuple[Word, ...]:
    end = min((left for left in boxes if left > tick.box.right), default=float(page.size[0]))
    right = sorted(
        (w for w in row if tick.box.right <= page.place(w).middle[0] < end), key=lambda w: page.place(w).left
    )
    label = _run(page, right, tick.box.right, BESIDE_BOX * page.text_height)
    if label:
        return label
    left = sorted((w for w in row if page.place(w).right <= tick.box.left + 4), key=lambda w: -page.place(w).left)
    run: list[Word] = []
    edge = tick.box.left
    for word in left:
        if edge - page.place(word).right > (1.2 if run else BESIDE_BOX) * page.text_height:
            break
        run.insert(0, word)
        edge = page.place(word).left
    return tuple(run[-LABEL:])


def _run(page: Upright, words: Sequence[Word], edge: float, reach: float) -> tuple[Word, ...]:
    """WORDS from the left as far as each stands close to the one before it; the first within REACH of EDGE."""
    run: list[Word] = []
    for word in words:
        place = page.place(word)
        if place.left - edge > (1.2 * page.text_height if run else reach):
            break
        run.append(word)
        edge = place.right
    return tuple(run)


def _labels(page: Upright, lines: Sequence[Line], taken: set[int]) -> Iterator[Field]:
    """Labels with a colon."""
    for line in lines:
        for key, value in _parted(page, [word for word in line.words if id(word) not in taken]):
            if value:
                taken.update(id(word) for word in (*key, *value))
                yield _made(key, value, "beside")
                continue
            kind, other = _nearby(page, line, lines, taken)
            taken.update(id(word) for word in (*key, *other))
            yield _made(key, other, kind)


def _parted(page: Upright, words: list[Word]) -> list[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """WORDS of a line as pairs of label and value."""
    ends = [at for at, word in enumerate(words) if _ends_label(word.text)]
    found = []
    start = 0
    for place, end in enumerate(ends):
        key = tuple(words[start : end + 1])
        last = len(words)
        if place + 1 < len(ends):
            last = _begins(page, words, end + 1, ends[place + 1])
        value = tuple(words[end + 1 : last])
        if len(key) <= LABEL and any(letter.isalpha() for word in key for letter in word.text):
            found.append((key, value))
        start = last
    return found


def _ends_label(text: str) -> bool:
    return text[-1:] in (":", "：") and _NO_LABEL.fullmatch(text) is None


def _begins(page: Upright, words: list[Word], first: int, end: int) -> int:
    """Where the label that ends at END begins among WORDS from FIRST on: after the widest white before it."""
    if end <= first:
        return first
    whites = [page.place(words[at]).left - page.place(words[at - 1]).right for at in range(first + 1, end + 1)]
    widest = max(whites)
    if widest > 1.5 * sorted(whites)[len(whites) // 2]:
        return first + 1 + whites.index(widest)
    return end


def _nearby(page: Upright, line: Line, lines: Sequence[Line], taken: set[int]) -> tuple[str, tuple[Word, ...]]:
    """What stands beside or below a LINE that is a label, and how it stands; nothing if that is a label too."""
    own = page.place(line)
    right = [other for other in lines if _is_level(page.place(other), own) and page.place(other).left >= own.right]
    if right:
        near = min(right, key=lambda other: page.place(other).left)
        if page.place(near).left - own.right < REACH * page.size[0] and _is_value(near, taken):
            return "right", near.words
        return "right", ()
    below = [
        other
        for other in lines
        if 0 < page.place(other).top - own.bottom + own.height / 4 < BELOW * page.text_height
        and abs(page.place(other).left - own.left) < ALIGNED * page.text_height
    ]
    if below and _is_value(below[0], taken):
        return "below", below[0].words
    return "below", ()


def _is_value(line: Line, taken: set[int]) -> bool:
    return not any(_ends_label(word.text) or id(word) in taken for word in line.words)


def _blanks(page: Upright, lines: Sequence[Line], tables: Sequence[Box], taken: set[int]) -> Iterator[Field]:
    """Lines to write on, with the label before or below them."""
    high = page.text_height
    words = [word for line in lines for word in line.words if id(word) not in taken]
    for rule in page.rules[0]:
        blank = Box(rule.start, rule.at - 1.5 * high, rule.end, rule.at)
        if rule.length < BLANK * high or any(_touches(box, blank) for box in tables):
            continue
        if any(_crosses(page.place(word), rule.at, high) and _across(page.place(word), blank) for word in words):
            continue  # it underlines words that go beyond it, or strikes them out
        value = tuple(
            w for w in words if blank.left - 2 <= page.place(w).middle[0] <= blank.right and blank.holds(page.place(w))
        )
        before = [
            w
            for w in words
            if page.place(w).right <= blank.left + 4 and abs(page.place(w).bottom - rule.at) < 0.7 * high
        ]
        key = tuple(reversed(_run_left(page, before, blank.left)))
        if not key:
            key = tuple(
                w
                for w in words
                if blank.left - high <= page.place(w).middle[0] <= blank.right
                and 0 <= page.place(w).top - rule.at < high
            )
        if key and len(key) <= LABEL:
            taken.update(id(word) for word in (*key, *value))
            yield _made(key, value, "blank", blank=blank)


def _run_left(page: Upright, words: list[Word], edge: float) -> list[Word]:
    run: list[Word] = []
    for word in sorted(words, key=lambda one: -page.place(one).right):
        if edge - page.place(word).right > (1.2 if run else 2.0) * page.text_height:
            break
        run.append(word)
        edge = page.place(word).left
    return run


def _crosses(place: Box, at: float, high: float) -> bool:
    return place.top + 0.2 * high < at < place.bottom - 0.2 * high


def _across(one: Box, other: Box) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)


def _touches(one: Box, other: Box) -> bool:
    return _across(one, other) and min(one.bottom, other.bottom) + 4 > max(one.top, other.top)


def _is_level(one: Box, other: Box) -> bool:
    """Whether two boxes stand in one row."""
    return min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5 * min(one.height, other.height)


def _made(
    key: tuple[Word, ...], value: tuple[Word, ...], kind: str, *, tick: Tick | None = None, blank: Box | None = None
) -> Field:
    words = (*key, *value)
    return Field(key, value, _SURE[kind] * sum(word.confidence for word in words) / len(words), tick, blank)


def place_of(page: Upright, words: Sequence[Word]) -> Box:
    """The box around WORDS."""
    return around([page.place(word) for word in words])
