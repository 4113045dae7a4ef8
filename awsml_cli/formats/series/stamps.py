"""Dates and times as people write them: which of the common layouts a column has, and each stamp in seconds.

A stamp with an offset is told in the zone of the column's first one, so that all are in one zone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from awsml_cli.formats.series.frequency import DAY, EPOCH

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?$"
)
_BETWEEN: Final = re.compile(r"[T ]\s*(?=\d{1,2}:\d\d)")
YEARS: Final = range(1500, 2501)  # others are a slip of the pen, and steps beside them would leave the calendar
CACHED: Final = 100_000  # texts remembered, so that memory stays bounded

Parts = tuple[int, int, int]


def _ordered(pattern: str, *order: int) -> Callable[[str], Parts | None]:
    fits = re.compile(pattern).fullmatch

    def parts(text: str) -> Parts | None:
        found = fits(text)
        if found is None:
            return None
        year, month, day = (int(found[at]) if at else 1 for at in order)
        return (year + 2000 if year < 100 else year, month, day)

    return parts


def _worded(pattern: str, year: int, month: int, day: int) -> Callable[[str], Parts | None]:
    fits = re.compile(pattern).fullmatch

    def parts(text: str) -> Parts | None:
        found = fits(text)
        if found is None or found[month][:3].lower() not in _MONTHS:
            return None
        return int(found[year]), _MONTHS[found[month][:3].lower()], int(found[day]) if day else 1

    return parts


# as Forecast and people call them -> year, month and day of a text; the order is that of likelihood
LAYOUTS: Final[dict[str, Callable[[str], Parts | None]]] = {
    "yyyy-MM-dd": _ordered(r"(\d{4})-(\d{1,2})-(\d{1,2})", 1, 2, 3),
    "yyyy/MM/dd": _ordered(r"(\d{4})/(\d{1,2})/(\d{1,2})", 1, 2, 3),
    "yyyy.MM.dd": _ordered(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", 1, 2, 3),
    "yyyyMMdd": _ordered(r"((?:19|20)\d\d)(\d\d)(\d\d)", 1, 2, 3),
    "MM/dd/yyyy": _ordered(r"(\d{1,2})/(\d{1,2})/(\d{4})", 3, 1, 2),
    "dd/MM/yyyy": _ordered(r"(\d{1,2})/(\d{1,2})/(\d{4})", 3, 2, 1),
    "dd.MM.yyyy": _ordered(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", 3, 2, 1),
    "dd-MM-yyyy": _ordered(r"(\d{1,2})-(\d{1,2})-(\d{4})", 3, 2, 1),
    "MM-dd-yyyy": _ordered(r"(\d{1,2})-(\d{1,2})-(\d{4})", 3, 1, 2),
    "MM/dd/yy": _ordered(r"(\d{1,2})/(\d{1,2})/(\d\d)", 3, 1, 2),
    "dd/MM/yy": _ordered(r"(\d{1,2})/(\d{1,2})/(\d\d)", 3, 2, 1),
    "dd.MM.yy": _ordered(r"(\d{1,2})\.(\d{1,2})\.(\d\d)", 3, 2, 1),
    "dd MMM yyyy": _worded(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})", 3, 2, 1),
    "MMM dd yyyy": _worded(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", 3, 1, 2),
    "MMM yyyy": _worded(r"([A-Za-z]{3,9})\.?[ -](\d{4})", 2, 1, 0),
    "yyyy-MM": _ordered(r"(\d{4})[-/](\d{1,2})", 1, 2, 0),
    "MM/yyyy": _ordered(r"(\d{1,2})/(\d{4})", 2, 1, 0),
    "yyyy": _ordered(r"((?:1[5-9]|20)\d\d)", 1, 0, 0),
}
_ISO_WEEK: Final = re.compile(r"(\d{4})-?W(\d\d)(?:-?([1-7]))?")
SECONDS, MILLISECONDS, WEEK = "epoch seconds", "epoch milliseconds", "yyyy-Www"


class Stamps:
    """Reads the stamps of one column that has LAYOUT, a name in LAYOUTS or one of the three beside them."""

    def __init__(self, layout: str) -> None:
        self.layout = layout
        self.offset: int | None = None  # seconds, of the first stamp that has one
        self.zones: set[int] = set()
        self._days: dict[str, int | None] = {}
        self._times: dict[str, tuple[int, int | None] | None] = {"": (0, None)}
        self._part = {SECONDS: None, MILLISECONDS: None, WEEK: _week}.get(layout) or LAYOUTS.get(layout)
        self._iso = layout == "yyyy-MM-dd"

    def seconds(self, text: str) -> int | None:
        """TEXT in seconds of the wall clock; None where it is no such stamp."""
        text = text.strip()
        if self.layout in (SECONDS, MILLISECONDS):
            return _epoch(text, self.layout)
        if self._iso and text[10:11] in ("", " ", "T"):
            head, rest = text[:10], text[11:]
        else:
            found = _BETWEEN.search(text)
            head, rest = (text, "") if found is None else (text[: found.start()], text[found.end() :])
        day = self._days.get(head, False)
        if day is False:
            day = self._day(head)
        time = self._times.get(rest, False)
        if time is False:
            time = self._time(rest)
        if day is None or time is None:
            return None
        within, offset = time  # type: ignore[misc]
        if offset is None:
            return day + within
        if self.offset is None:
            self.offset = offset
        self.zones.add(offset)
        return day + within - offset + self.offset

    def _day(self, head: str) -> int | None:
        if len(self._days) > CACHED:
            self._days.clear()
        parts = self._part(head) if self._part is not None else None
        try:
            day = None
            if parts is not None and parts[0] in YEARS:
                day = (date(*parts).toordinal() - EPOCH) * DAY
        except ValueError:
            day = None
        self._days[head] = day
        return day

    def _time(self, rest: str) -> tuple[int, int | None] | None:
        if len(self._times) > CACHED:
            self._times.clear()
        found = _TIME.match(rest.strip())
        told = None
        if found is not None:
            hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
            if found[4]:
                hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
            if hour < 24 and minute < 60 and second < 60:
                told = (hour * 3600 + minute * 60 + second, _offset(found[5]))
        self._times[rest] = told
        return told


def layouts(texts: Sequence[str]) -> list[str]:
    """The layouts that fit the most of TEXTS, at least six of ten: several where a day and a month look alike."""
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        return []
    fitting = {}
    for layout in (*LAYOUTS, WEEK, SECONDS, MILLISECONDS):
        reader = Stamps(layout)
        fitting[layout] = sum(reader.seconds(text) is not None for text in texts)
    best = max(fitting.values())
    if best * 10 < len(texts) * 6:
        return []
    return [layout for layout, count in fitting.items() if count == best]


def evenness(layout: str, texts: Iterable[str]) -> float:
    """The share of days in TEXTS, read as LAYOUT, that follow each other by the usual step; months are all as long."""
    reader = Stamps(layout)
    found = sorted({seconds for text in texts if (seconds := reader.seconds(text)) is not None})
    steps = [(later - earlier) // DAY for earlier, later in pairwise(found)]
    kinds = Counter("M" if 28 <= step <= 31 else "Y" if 365 <= step <= 366 else str(step) for step in steps)
    return max(kinds.values(), default=0) / max(1, len(steps))


def _week(text: str) -> Parts | None:
    found = _ISO_WEEK.fullmatch(text)
    if found is None:
        return None
    try:
        day = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
    return day.year, day.month, day.day


def _epoch(text: str, layout: str) -> int | None:
    digits = 10 if layout == SECONDS else 13
    if len(text) not in (digits - 1, digits) or not text.isdigit():
        return None
    return int(text) // (1 if layout == SECONDS else 1000)


def _offset(text: str | None) -> int | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return 0
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * (int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60)
