"""How often a series is measured: `D`, `15min`, `3M`; found out from stamps, and the steps that it parts time into.

Stamps are seconds of the wall clock since 1970-01-01. https://docs.aws.amazon.com/forecast/latest/dg/howitworks-datasets-groups.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

DAY: Final = 86400
_SECONDS: Final = {"min": 60, "H": 3600, "D": DAY, "W": 7 * DAY}
_DAYS: Final = {"M": range(28, 32), "Y": range(365, 367)}
# what Forecast takes: a count that reaches the next larger unit is written in that unit
MOST: Final = {"min": 59, "H": 23, "D": 6, "W": 4, "M": 11, "Y": 1}
# steps after which a series is likely to look as before; where there are too few of them, it has no season
SEASONS: Final = {"min": 1440, "H": 24, "D": 7, "W": 52, "M": 12, "Y": 1}
WORDS: Final = {"min": "minute", "H": "hour", "D": "day", "W": "week", "M": "month", "Y": "year"}
_SAID: Final = {
    **{"minute": "min", "minutely": "min", "t": "min", "hour": "H", "hourly": "H", "day": "D", "daily": "D"},
    **{"week": "W", "weekly": "W", "month": "M", "monthly": "M", "year": "Y", "yearly": "Y", "quarter": "3M"},
    **{"quarterly": "3M", "q": "3M"},
}
EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Frequency:
    """COUNT times UNIT (`min`, `H`, `D`, `W`, `M`, `Y`).

    Its steps begin at ANCHOR: seconds, or for months and years 32 times a month (from 0) and a day.
    """

    count: int
    unit: str
    anchor: int = 0

    def __str__(self) -> str:
        return self.unit if self.count == 1 and self.unit != "min" else f"{self.count}{self.unit}"

    @property
    def words(self) -> str:
        """How a person says it."""
        return f"every {WORDS[self.unit]}" if self.count == 1 else f"every {self.count} {WORDS[self.unit]}s"

    @property
    def season(self) -> int:
        """Steps after which a series is likely to look as before; 1 where it has no season."""
        if self.unit == "M":
            return 12 // self.count if 12 % self.count == 0 else 1
        return max(1, SEASONS[self.unit] // self.count)

    @property
    def taken(self) -> bool:
        """Whether Forecast takes it."""
        return self.count <= MOST[self.unit]

    @property
    def timed(self) -> bool:
        """Whether its stamps have a time of day."""
        return self.unit in ("min", "H")

    def index(self, seconds: int) -> tuple[int, bool]:
        """The number of the step that a stamp is in, and whether it stands at the step's beginning."""
        if self.unit in _SECONDS:
            step = _SECONDS[self.unit] * self.count
            index, rest = divmod(seconds - self.anchor, step)
            return index, rest == 0
        day = date.fromordinal(seconds // DAY + EPOCH)
        months = day.year * 12 + day.month - 1
        if self.unit == "Y":
            return day.year // self.count, months % 12 == self.anchor // 32 and self._at_anchor(day)
        first = self.anchor // 32 % self.count
        index, rest = divmod(months - first, self.count)
        return index, rest == 0 and self._at_anchor(day)

    def _at_anchor(self, day: date) -> bool:
        wanted = self.anchor % 32
        return day.day == wanted or (wanted >= 28 and (day + timedelta(1)).day == 1)

    def at(self, index: int) -> int:
        """Where the step INDEX begins, in seconds."""
        if self.unit in _SECONDS:
            return index * _SECONDS[self.unit] * self.count + self.anchor
        if self.unit == "Y":
            year, month = index * self.count, self.anchor // 32
        else:
            year, month = divmod(index * self.count + self.anchor // 32 % self.count, 12)
        wanted = max(1, self.anchor % 32)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(1)).day
        return (date(year, month + 1, min(wanted, last)).toordinal() - EPOCH) * DAY

    def stamp(self, index: int) -> str:
        """The step INDEX as Forecast writes it: with the time where steps are shorter than a day."""
        return written(self.at(index), timed=self.timed)

    def anchored(self, stamps: Iterable[int]) -> Frequency:
        """The same, its steps beginning where most of STAMPS stand."""
        return Frequency(self.count, self.unit, _anchor(self.count, self.unit, stamps))


def written(seconds: int, *, timed: bool) -> str:
    """A stamp as Forecast wants it: `yyyy-MM-dd`, or `yyyy-MM-dd HH:mm:ss` where it is TIMED."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if timed else f"{moment.date()}"


def named(text: str) -> Frequency | None:
    """The frequency that TEXT names (`D`, `15min`, `weekly`, `3M`); None where it names none."""
    text = text.strip()
    if text.lower() in _SAID:
        text = _SAID[text.lower()]
    found = re.fullmatch(r"(\d*)\s*(min|[HhDdWwMmYy])", text)
    if found is None:
        return None
    unit = found[2] if found[2] == "min" else found[2].upper()
    count = int(found[1] or 1)
    return Frequency(count, unit) if count else None


def detected(series: Iterable[Sequence[int]]) -> Frequency | None:
    """How often the stamps in SERIES (each in order, no two the same) follow each other; None where nothing follows."""
    gaps: Counter[int] = Counter()
    stamps: list[int] = []
    for one in series:
        gaps.update(later - earlier for earlier, later in pairwise(one))
        stamps += one
    if not gaps:
        return None
    months = sum(count for gap, count in gaps.items() if gap % DAY == 0 and gap // DAY in _DAYS["M"])
    whole = sum(gaps.values())
    if months * 2 > whole and set(gaps) != {28 * DAY}:
        count, unit = 1, "M"
    else:
        count, unit = _of_gap(gaps.most_common(1)[0][0])
    return Frequency(count, unit, _anchor(count, unit, stamps))


def _of_gap(gap: int) -> tuple[int, str]:
    days = gap / DAY
    if 364 < days < 367:
        return 1, "Y"
    months = round(days / 30.4369)
    if 2 <= months <= 11 and abs(days - months * 30.4369) < 2.5 and days % 28:
        return months, "M"
    for unit in ("W", "D", "H", "min"):
        if gap % _SECONDS[unit] == 0:
            return gap // _SECONDS[unit], unit
    return 1, "min"


def _anchor(count: int, unit: str, stamps: Iterable[int]) -> int:
    """Where in its step the most of STAMPS stand."""
    rests: Counter[int] = Counter()
    if unit in _SECONDS:
        step = _SECONDS[unit] * count
        rests.update(stamp % step for stamp in stamps)
        return rests.most_common(1)[0][0] if rests else 0
    days = [date.fromordinal(stamp // DAY + EPOCH) for stamp in stamps]
    if not days:
        return 1
    ends = all((day + timedelta(1)).day == 1 for day in days)
    month: Counter[int] = Counter((day.month - 1) % (12 if unit == "Y" else count) for day in days)
    rests.update(day.day for day in days)
    return month.most_common(1)[0][0] * 32 + (31 if ends else rests.most_common(1)[0][0])
