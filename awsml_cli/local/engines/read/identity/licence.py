"""Driving licences whose fields are numbered, as those of Europe and North America are: ISO/IEC 18013-1, annex A.

1 family name, 2 given names, 3 birth, 4a issued, 4b expires, 4d or 5 number, 8 address, 9 classes, 12 restrictions.
Both names, and birth or expiry, must be there; else it is no licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from awsml_cli.local.engines.read.found import Line, box
from awsml_cli.local.engines.read.identity.entry import Entry

_NUMBERED = re.compile(r"(?P<number>1|2|3|4a|4b|4d|5|8|9|9a|12)(?:[.:)]\s*|\s+|$)(?P<value>.*)", re.IGNORECASE)
# what American licences say between the number and the value (AAMVA DL/ID Card Design Standard, annex A)
_LABEL = re.compile(r"(?:LN|FN|DOB|ISS|EXP|DLN?|DD|CLASS|END|RESTR?|REST)\b[.:]?\s*")
_DATE = re.compile(r"(?P<first>\d{1,2})(?P<sign>[./-])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})")
_AMERICAN = re.compile(r"4d\b|\bUSA\b|\bDL\b", re.IGNORECASE)
_TYPES: Final = {
    "1": "LAST_NAME",
    "2": "FIRST_NAME",
    "3": "DATE_OF_BIRTH",
    "4a": "DATE_OF_ISSUE",
    "4b": "EXPIRATION_DATE",
    "8": "ADDRESS",
    "9": "CLASS",
    "9a": "ENDORSEMENTS",
    "12": "RESTRICTIONS",
}
_DATES: Final = frozenset({"3", "4a", "4b"})
SURE: Final = 0.9  # of the words' confidence: a rule is behind it


def fields(lines: Sequence[Line]) -> Iterator[Entry]:
    """The fields of the licence that LINES are of; nothing if they are of none."""
    found = dict(_numbered(lines))
    american = any(_AMERICAN.search(line.text) for line in lines)
    days = {number: _day(found[number][0], american=american) for number in _DATES if number in found}
    if not {"1", "2"} <= set(found) or not (days.get("3") or days.get("4b")):
        return
    for number, (text, sure) in found.items():
        if number in _DATES:
            day, rest = days[number], ""
            if day is not None:
                shown = _DATE.search(text)
                assert shown is not None
                text, rest = shown.group(), text[shown.end() :].strip(" ,")
            yield Entry(_TYPES[number], text, sure, day)
            if number == "3" and rest:
                yield Entry("PLACE_OF_BIRTH", rest, sure)
        elif number == "2":
            first, _, middle = text.partition(" ")
            yield Entry("FIRST_NAME", first, sure)
            if middle:
                yield Entry("MIDDLE_NAME", middle, sure)
        elif number in _TYPES:
            yield Entry(_TYPES[number], text, sure)
    number = "4d" if american else "5"  # in Europe 4d is another number of its holder's
    if number in found:
        yield Entry("DOCUMENT_NUMBER", found[number][0], found[number][1])
    yield Entry("ID_TYPE", "DRIVER LICENSE FRONT", min(sure for _, sure in found.values()))


def _numbered(lines: Sequence[Line]) -> Iterator[tuple[str, tuple[str, float]]]:
    """Number, and text and confidence, of the lines that begin with one."""
    for line in lines:
        told = _NUMBERED.fullmatch(line.text)
        if told is None:
            continue
        value, sure = told["value"], line.confidence
        if not value:
            beside = _beside(line, lines)
            if beside is None:
                continue
            value, sure = beside.text, beside.confidence
        value = _LABEL.sub("", value, count=1) if _LABEL.match(value) else value
        if value:
            yield told["number"].lower(), (value, SURE * sure)


def _beside(line: Line, lines: Sequence[Line]) -> Line | None:
    """The line nearest to the right of LINE, on its level."""
    left, top, right, bottom = box(line.corners)
    near = [
        (box(other.corners)[0] - right, other)
        for other in lines
        if other is not line
        and box(other.corners)[0] >= (left + right) / 2
        and box(other.corners)[1] < (top + bottom) / 2 < box(other.corners)[3]
    ]
    return min(near, key=lambda one: one[0])[1] if near else None


def _day(text: str, *, american: bool) -> date | None:
    """The day in TEXT: the day before the month, but where the year's other parts say otherwise or Americans write."""
    found = _DATE.search(text)
    if found is None:
        return None
    first, second = int(found["first"]), int(found["second"])
    month_first = (american and found["sign"] != "." and first <= 12) or second > 12
    try:
        return date(int(found["year"]), first if month_first else second, second if month_first else first)
    except ValueError:
        return None
