"""The machine-readable zone: two lines of 44 or 36 letters, or three of 30, with digits that check the rest.

ICAO Doc 9303, parts 3 to 6. Letters and digits that look alike are told apart by their place, and, where both may
stand, by the check digit. A field whose digit does not agree is told with a tenth of its confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Final

from awsml_cli.local.engines.read.found import Line
from awsml_cli.local.engines.read.identity.entry import Entry, confidence

FILLER: Final = "<"
SHORTEST: Final = 24  # signs of a line that may be of a zone
AMBIGUOUS: Final = 6  # signs of a field at most that are tried both ways
WRONG: Final = 0.1  # of the confidence, for a field whose check digit does not agree
_FILLERS: Final = str.maketrans({"«": "<<", "‹": "<", "く": "<", "〈": "<", "＜": "<", "《": "<<", " ": ""})
_LINE = re.compile(r"[A-Z0-9<]+")
_TO_DIGIT: Final = str.maketrans("OQDILZSGB", "000112568")
_TO_LETTER: Final = str.maketrans("0125685", "OIZSGBS")
_OTHER: Final = {"O": "0", "0": "O", "I": "1", "1": "I", "B": "8", "8": "B", "S": "5", "5": "S", "Z": "2", "2": "Z"}
_WEIGHTS: Final = (7, 3, 1)
_YEARS_AHEAD: Final = 50  # that a document may be valid at most


@dataclass(frozen=True)
class _Layout:
    """Where fields stand: line, first and last sign (one past). A check digit follows each that has one."""

    lines: int
    width: int
    names: tuple[int, int, int]
    number: tuple[int, int, int]
    birth: tuple[int, int, int]
    expiry: tuple[int, int, int]
    whole: tuple[tuple[int, int, int], ...]  # what the last check digit is for, and
    last: tuple[int, int]  # where it stands
    letters: tuple[tuple[int, int, int], ...]  # what are never digits


_LAYOUTS: Final = (
    _Layout(
        2, 44, (0, 5, 44), (1, 0, 9), (1, 13, 19), (1, 21, 27),
        ((1, 0, 10), (1, 13, 20), (1, 21, 43)), (1, 43), ((0, 0, 44), (1, 10, 13), (1, 20, 21)),
    ),
    _Layout(
        2, 36, (0, 5, 36), (1, 0, 9), (1, 13, 19), (1, 21, 27),
        ((1, 0, 10), (1, 13, 20), (1, 21, 35)), (1, 35), ((0, 0, 36), (1, 10, 13), (1, 20, 21)),
    ),
    _Layout(
        3, 30, (2, 0, 30), (0, 5, 14), (1, 0, 6), (1, 8, 14),
        ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)), (1, 29),
        ((0, 0, 1), (0, 2, 5), (1, 7, 8), (1, 15, 18), (2, 0, 30)),
    ),
)  # fmt: skip


def fields(lines: Sequence[Line], *, today: float) -> Iterator[Entry]:
    """The fields of the zone among LINES; nothing where there is none, or its check digits do not agree."""
    for layout in _LAYOUTS:
        for group in _groups(lines, layout):
            zone = _Zone([_cleaned(line.text) for line in group], layout)
            if zone.agree:
                yield from zone.fields(confidence(group), today)
                return


def check_digit(text: str) -> int:
    """The digit that checks TEXT: its signs as numbers (A is 10, the filler 0), weighted by 7, 3, 1, modulo 10."""
    return sum(_WEIGHTS[at % 3] * (0 if sign == FILLER else int(sign, 36)) for at, sign in enumerate(text)) % 10


def _groups(lines: Sequence[Line], layout: _Layout) -> Iterator[list[Line]]:
    """Neighbouring lines that may be a zone of LAYOUT."""
    candidates = [line for line in lines if _is_candidate(_cleaned(line.text))]
    for first in range(len(candidates) - layout.lines + 1):
        group = candidates[first : first + layout.lines]
        if all(abs(len(_cleaned(line.text)) - layout.width) <= 2 for line in group):
            yield group


def _is_candidate(text: str) -> bool:
    return len(text) >= SHORTEST and FILLER in text and _LINE.fullmatch(text) is not None


def _cleaned(text: str) -> str:
    return text.translate(_FILLERS).upper()


class _Zone:
    """A zone as it was read, put right where its layout tells how."""

    def __init__(self, lines: list[str], layout: _Layout) -> None:
        self._layout = layout
        self._lines = [_fitted(line, layout.width) for line in lines]
        for place in layout.letters:
            self._put(place, self._at(place).translate(_TO_LETTER))
        for place in (layout.birth, layout.expiry):
            line, first, last = place
            self._put((line, first, last + 1), self._at((line, first, last + 1)).translate(_TO_DIGIT))
        line, _, last = layout.number
        self._put((line, last, last + 1), self._at((line, last, last + 1)).translate(_TO_DIGIT))
        self._put(layout.number, _agreeing(self._at(layout.number), self._check(layout.number)))
        line, at = layout.last
        self._put((line, at, at + 1), self._at((line, at, at + 1)).translate(_TO_DIGIT))

    @property
    def agree(self) -> bool:
        """Whether two of the fields' check digits agree: one does by chance in what is no zone."""
        layout = self._layout
        return sum(self._is_right(place) for place in (layout.number, layout.birth, layout.expiry)) >= 2

    def fields(self, sure: float, today: float) -> Iterator[Entry]:
        """The fields by AWS's types; SURE is the confidence with which the lines were read."""
        layout = self._layout
        last_name, _, names = self._at(layout.names).partition(2 * FILLER)
        first, _, middle = names.strip(FILLER).partition(FILLER)
        yield Entry("LAST_NAME", _spaced(last_name), sure)
        yield Entry("FIRST_NAME", _spaced(first), sure)
        if middle:
            yield Entry("MIDDLE_NAME", _spaced(middle), sure)
        number = self._at(layout.number).strip(FILLER)
        yield Entry("DOCUMENT_NUMBER", number, self._sure(layout.number, sure))
        ends: Mapping[str, tuple[tuple[int, int, int], bool]] = {
            "DATE_OF_BIRTH": (layout.birth, False),
            "EXPIRATION_DATE": (layout.expiry, True),
        }
        for name, (place, ahead) in ends.items():
            text = self._at(place)
            yield Entry(name, text, self._sure(place, sure), _day(text, today, ahead=ahead))
        passport = self._lines[0].startswith("P")
        yield Entry("ID_TYPE", "PASSPORT" if passport else "IDENTITY CARD", sure)
        whole = "".join(self._at(place) for place in layout.whole)
        line, at = layout.last
        right = self._at((line, at, at + 1)) == str(check_digit(whole))
        yield Entry("MRZ_CODE", "\n".join(self._lines), sure if right else WRONG * sure)

    def _sure(self, place: tuple[int, int, int], sure: float) -> float:
        return sure if self._is_right(place) else WRONG * sure

    def _is_right(self, place: tuple[int, int, int]) -> bool:
        return self._check(place) == str(check_digit(self._at(place)))

    def _check(self, place: tuple[int, int, int]) -> str:
        """The sign after PLACE, which checks it."""
        line, _, last = place
        return self._lines[line][last]

    def _at(self, place: tuple[int, int, int]) -> str:
        line, first, last = place
        return self._lines[line][first:last]

    def _put(self, place: tuple[int, int, int], text: str) -> None:
        line, first, last = place
        self._lines[line] = self._lines[line][:first] + text + self._lines[line][last:]


def _fitted(line: str, width: int) -> str:
    """LINE with fillers more or fewer in its longest row of them, so that it is WIDTH signs long."""
    runs = sorted(re.finditer(f"{FILLER}+", line), key=lambda run: len(run.group()))
    if not runs or len(line) == width:
        return line[:width].ljust(width, FILLER)
    start, end = runs[-1].span()
    return (line[:start] + FILLER * max(end - start + width - len(line), 0) + line[end:])[:width].ljust(width, FILLER)


def _agreeing(text: str, digit: str) -> str:
    """TEXT, with signs that look alike exchanged where only that makes its check DIGIT agree."""
    places = [at for at, sign in enumerate(text) if sign in _OTHER][:AMBIGUOUS]
    for exchanged in sorted(product((False, True), repeat=len(places)), key=sum):
        signs = list(text)
        for at, other in zip(places, exchanged, strict=True):
            signs[at] = _OTHER[signs[at]] if other else signs[at]
        if str(check_digit("".join(signs))) == digit:
            return "".join(signs)
    return text


def _day(text: str, today: float, *, ahead: bool) -> date | None:
    """The day that TEXT, YYMMDD, is: the last such one, or, AHEAD, the one within the years of a document."""
    now = datetime.fromtimestamp(today, UTC).date()
    if not text.isdecimal():
        return None
    try:
        day = date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        late = day.year > now.year + _YEARS_AHEAD if ahead else day > now
        return day.replace(year=day.year - 100) if late else day
    except ValueError:
        return None


def _spaced(text: str) -> str:
    return text.strip(FILLER).replace(FILLER, " ")
