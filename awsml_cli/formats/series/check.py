"""What is wrong with a table of series, all of it at once, with row and column; read once, in constant memory.

Rows go in blocks through functions of C, and one by one only where something is odd, so that a check costs about as
much again as reading the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, islice, pairwise
from operator import ne
from typing import Final

from awsml_cli.formats.series.columns import MISSING, Columns, number, refused, taken_name
from awsml_cli.formats.series.frequency import Frequency
from awsml_cli.formats.series.seen import Seen
from awsml_cli.formats.series.stamps import CACHED, Stamps

BLOCK: Final = 512  # rows looked at together; more of them alive only make work for the collector
RUN: Final = 8  # rows of one series behind each other from which on they are looked at together
SHOWN: Final = 10  # of problems of one kind; the rest is counted
FOUND, NOTE, MENDED, ERROR = "found", "note", "mended", "error"

Key = str | tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Something to say of a table: its LEVEL (found, note, mended, error), where, and what in words.

    `mended` is what is put right where the table is written anew or sent; an `error` is not. It stands for `count`.
    """

    level: str
    kind: str
    what: str
    row: int | None = None
    column: str | None = None
    count: int = 1


@dataclass(frozen=True)
class Limits:
    """What a table is checked against: the shortest and the longest horizon, and how many points a series needs."""

    horizon: int | None = None
    most_horizon: int = 500
    share: float = 0.25
    least_rows: int = 1


@dataclass
class Report:
    """What was found: how many rows and series, the first and the last stamp, and every problem."""

    columns: Columns
    frequency: Frequency
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    series: int = 0
    first: str = ""
    last: str = ""
    shortest: int = 0
    longest: int = 0
    missing: int = 0
    ends: dict[Key, int] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        """The problems that cannot be put right."""
        return [one for one in self.problems if one.level == ERROR]

    @property
    def mended(self) -> list[Problem]:
        """The problems that are put right where the table is written anew."""
        return [one for one in self.problems if one.level == MENDED]


class Checker:
    """Looks at the rows of one table."""

    def __init__(self, columns: Columns, frequency: Frequency, *, name: str, duplicates: str = "error") -> None:
        self.columns = columns
        self.frequency = frequency
        self.series: dict[Key, Seen] = {}
        self.doubled: set[tuple[Key, int]] = set()  # steps of which there are several rows
        self.rows = 0
        self._name = name
        self._duplicates = duplicates
        self._stamps = Stamps(columns.layout)
        self._known: dict[str, int | float | None] = {}
        self._kinds: dict[str, list[Problem]] = {}
        self._counts: dict[str, int] = {}
        self._zone: int | None = None

    def read(self, rows: Iterator[list[str]], *, line: Callable[[], int]) -> None:
        """Look at all ROWS; LINE tells the number of the line that was read last."""
        columns = self.columns
        width, whole = columns.width, {columns.width}
        took = [columns.time, columns.value, *columns.key]
        while True:
            before = line()
            block = list(islice(rows, BLOCK))
            if not block:
                return
            plain = line() - before == len(block)  # no row goes over several lines
            numbers: Sequence[int] = range(before + 1, before + 1 + len(block))
            if set(map(len, block)) != whole:
                block, numbers = self._whole(block, numbers, width)
                if not block:
                    continue
            cells = list(zip(*block, strict=True))
            self._look(*(cells[at] for at in took), numbers=numbers if plain else range(before + 1, line() + 1))

    def _whole(self, block: list[list[str]], numbers: Sequence[int], width: int) -> tuple[list[list[str]], list[int]]:
        """The rows that have as many cells as there are columns; blank lines are none."""
        kept, lines = [], []
        for row, at in zip(block, numbers, strict=True):
            if len(row) == width:
                kept.append(row)
                lines.append(at)
            elif any(cell.strip() for cell in row):
                self._say(ERROR, "cells", f"{len(row)} cells instead of {width}", at)
        return kept, lines

    def _look(self, times: Sequence[str], values: Sequence[str], *parts: Sequence[str], numbers: Sequence[int]) -> None:
        self.rows += len(times)
        try:
            total = sum(map(float, values))
        except ValueError:
            total = float("nan")
        if total - total != 0:
            self._values(values, numbers)
        known, series = self._known, self.series
        if len(known) > CACHED:
            known.clear()
        steps = list(map(known.get, times))
        if None in steps:
            for place, step in enumerate(steps):
                if step is None:
                    steps[place] = self._step(times[place], numbers[place])
        keys = keys_of(parts, len(times))
        turns = list(compress(range(1, len(keys)), map(ne, keys, islice(keys, 1, None))))
        if len(turns) * RUN > len(keys):
            self._follow(keys, steps, times, numbers)
            return
        for start, end in pairwise((0, *turns, len(keys))):
            begin = start
            key = keys[begin]
            if key not in series:
                self._odd(key, steps[begin], None, times[begin], numbers[begin])
                begin += 1
            seen, part = series.get(key), steps[begin:end]
            if seen is not None and seen.next is not None and part == list(range(seen.next, seen.next + len(part))):
                seen.next += len(part)
            else:
                self._follow(keys[begin:end], part, times[begin:end], numbers[begin:end])

    def _follow(
        self,
        keys: Sequence[Key],
        steps: Sequence[int | float | None],
        times: Sequence[str],
        numbers: Sequence[int],
    ) -> None:
        """Take rows one by one."""
        series = self.series
        for place, (key, step) in enumerate(zip(keys, steps, strict=True)):
            seen = series.get(key)
            if seen is not None and step is not None and step == seen.next:
                seen.next += 1
            else:
                self._odd(key, step, seen, times[place], numbers[place])

    def _step(self, text: str, at: int) -> int | float | None:
        """The number of the step that TEXT is in; half of one more where it stands between two."""
        if text in self._known:
            found = self._known[text]
        else:
            seconds = self._stamps.seconds(text)
            if seconds is None:
                found = None
            else:
                step, right = self.frequency.index(seconds)
                found = step if right else step + 0.5
            self._known[text] = found
        if found is None:
            said = "there is no date" if not text.strip() else f"`{text}` is no date like {self.columns.layout}"
            self._say(ERROR, "date", said, at, self.columns.time)
        return found

    def _values(self, values: Sequence[str], numbers: Sequence[int]) -> None:
        comma = self.columns.comma
        for text, at in zip(values, numbers, strict=True):
            try:
                found = float(text)
            except ValueError:
                found = float("nan")
            if found - found == 0:
                continue
            if text.strip().lower() in MISSING:
                self._say(NOTE, "missing value", "there is no value", at, self.columns.value)
            elif number(text, comma=comma) is not None:
                self._say(MENDED, "number", f"`{text}` becomes {number(text, comma=comma):g}", at, self.columns.value)
            else:
                self._say(ERROR, "number", f"`{text}` is no number", at, self.columns.value)

    def _odd(self, key: Key, step: int | float | None, seen: Seen | None, text: str, at: int) -> None:
        """A row that does not follow the one before it in its series."""
        if step is None:
            return
        if seen is None:
            blank = not all(part.strip() for part in ((key,) if isinstance(key, str) else key))
            if blank and (self.columns.item is not None or self.columns.dims):
                self._say(ERROR, "item", "the item has no name", at, self.columns.item)
            seen = self.series[key] = Seen(int(step), at)
            seen.loose += step != int(step)
            return
        if step != (whole := int(step)):
            seen.loose += 1
            if not seen.add(whole):
                self.doubled.add((key, whole))
            said = f"`{text}` is not at the beginning of its {self.frequency.words.removeprefix('every ')}"
            self._say(NOTE, "off the step", said, at, self.columns.time)
            return
        before = seen.last
        if not seen.add(whole):
            self.doubled.add((key, whole))
            level = ERROR if self._duplicates == "error" and not seen.loose else MENDED
            self._say(level, "duplicate", f"a second row for {shown(key)} at `{text}`", at, self.columns.time)
        elif whole < before:
            self._say(NOTE, "order", "the rows of a series are not in order", at, self.columns.time)

    def _say(self, level: str, kind: str, what: str, row: int | None = None, column: int | None = None) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        kept = self._kinds.setdefault(kind, [])
        if len(kept) < SHOWN:
            kept.append(Problem(level, kind, what, row, self.columns.names[column] if column is not None else None))

    def report(self, limits: Limits) -> Report:
        """All that there is to say, after the last row."""
        found = Report(self.columns, self.frequency, rows=self.rows, series=len(self.series))
        self._names(found)
        self._zones()
        self._series(found, limits)
        for kind, kept in self._kinds.items():
            found.problems += kept
            more = self._counts[kind] - len(kept)
            if more:
                found.problems.append(Problem(kept[0].level, kind, f"{more:,} more like the last", count=more))
        self._horizon(found, limits)
        return found

    def _names(self, found: Report) -> None:
        columns = self.columns
        if columns.header:
            found.problems.append(Problem(NOTE, "header", "the header is taken off: Forecast wants none", 1))
        if columns.item is None:
            found.problems.append(Problem(NOTE, "item", "there is no column of items: the table is one series"))
        for at in (*columns.dims, *columns.others):
            name = columns.names[at]
            if (why := refused(name)) is not None:
                said = f"Forecast does not take the name `{name}` ({why}); it becomes `{taken_name(name)}`"
                found.problems.append(Problem(MENDED, "name", said, 1 if columns.header else None, name))
        for name in columns.rest:
            found.problems.append(
                Problem(NOTE, "column", "is not used; --dim makes it part of what a series is", column=name)
            )

    def _zones(self) -> None:
        zones = self._stamps.zones
        if len(zones) > 1:
            said = f"{len(zones)} time zones; every stamp is told in the first one's"
            self._say(MENDED, "time zone", said, None, self.columns.time)
        elif zones:
            self._say(
                NOTE, "time zone", "Forecast knows no time zone; the clock's time is kept", None, self.columns.time
            )

    def _series(self, found: Report, limits: Limits) -> None:
        low = high = None
        other: dict[int, list[Key]] = {}
        for key, seen in self.series.items():
            count = seen.count
            first, last = seen.span
            found.ends[key] = last
            low, high = min(low, first) if low is not None else first, max(high, last) if high is not None else last
            found.longest = max(found.longest, count)
            found.shortest = min(found.shortest or count, count)
            missing = last - first + 1 - count
            found.missing += missing
            usual = seen.gaps.most_common(1)
            if usual and count >= 4 and usual[0][1] * 2 > count:
                other.setdefault(usual[0][0], []).append(key)
            elif seen.loose * 2 > count and seen.loose > 2:
                self._say(
                    ERROR, "frequency", f"{shown(key)} is measured more often than {self.frequency.words}", seen.row
                )
            elif missing:
                at = self.frequency.stamp(seen.missing(1)[0])
                self._say(NOTE, "gap", f"{shown(key)} lacks {missing:,} of {last - first + 1:,}, the first at {at}")
        for gap, keys in other.items():
            said = f"{shown(keys[0])} comes every {gap} steps, others {self.frequency.words}"
            if len(keys) == len(self.series):
                said = f"every series comes every {gap} steps of {self.frequency}"
            elif len(keys) > 1:
                some = f"{len(keys)} series, {shown(keys[0])} among them,"
                said = f"{some} come every {gap} steps, others {self.frequency.words}"
            self._say(ERROR, "frequency", said, self.series[keys[0]].row)
        if low is not None and high is not None:
            found.first, found.last = self.frequency.stamp(low), self.frequency.stamp(high)

    def _horizon(self, found: Report, limits: Limits) -> None:
        if not self.frequency.taken:
            said = f"Forecast takes no {self.frequency}: a count that reaches the next unit is written in that"
            found.problems.append(Problem(ERROR, "frequency", said))
        if limits.horizon is None or not found.series:
            return
        most = min(limits.most_horizon, int(found.longest * limits.share))
        if limits.horizon > most:
            share = "a quarter" if limits.share == 0.25 else "a third" if limits.share < 0.5 else "the length"
            why = f"{share} of {found.longest} steps, at most {limits.most_horizon}"
            said = f"the horizon {limits.horizon} is over the limit {most}: {why}"
            found.problems.append(Problem(ERROR, "horizon", said))
        short = [key for key, seen in self.series.items() if seen.count < limits.least_rows]
        for key in short[:SHOWN]:
            seen = self.series[key]
            said = f"{shown(key)} is too short: {seen.count} of at least {limits.least_rows} values"
            found.problems.append(Problem(ERROR if len(short) == len(self.series) else NOTE, "short", said, seen.row))
        if len(short) > SHOWN:
            found.problems.append(Problem(NOTE, "short", f"{len(short) - SHOWN:,} more series are too short"))


def keys_of(parts: Sequence[Sequence[str]], count: int) -> Sequence[Key]:
    """What each of COUNT rows belongs to, by the PARTS of its key: a name, several of them, or nothing."""
    if not parts:
        return ("",) * count
    return parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))


def shown(key: Key) -> str:
    """KEY for a person."""
    if key == "":
        return "the series"
    return f"`{key}`" if isinstance(key, str) else "`" + " / ".join(key) + "`"
