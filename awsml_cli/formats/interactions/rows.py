"""The rows of a table, looked at batch after batch.

A batch goes through tests that run in C; only one that fails a test is looked at row by row. Memory stays constant.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from awsml_cli.core import limits
from awsml_cli.formats.interactions.columns import BOOLEANS, Column, are_numbers
from awsml_cli.formats.interactions.kinds import EVENT, TIME, USER, VALUE, Kind, is_time
from awsml_cli.formats.interactions.moments import moment, seconds
from awsml_cli.formats.interactions.reading import Batch
from awsml_cli.formats.interactions.report import Report

REMEMBERED: Final = 1_000_000  # users or ids that are kept in mind, at most
_SHOUTED: Final = frozenset({"True", "False", "TRUE", "FALSE"})


class Rows:
    """The rows of a table, batch after batch."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.width = len(report.columns)
        self.tests = [_test(report.kind, column) for column in report.columns]
        self.users: dict[str, int] | None = {}
        self.twice = 0
        self.ids: set[str] = set()
        self.named = report.names

    def see(self, batch: Batch) -> None:
        """Take in a batch."""
        columns = batch.columns(self.width)
        if columns is None:
            columns = [list(cells) for cells in zip(*self._ragged(batch), strict=True)]
        if not columns or not columns[0]:
            return
        self.report.rows += len(columns[0])
        if batch.quoted:
            self._quoted(batch)
        different = [self._different(at, cells) for at, cells in enumerate(columns)]
        if not all(test(values) for test, values in zip(self.tests, different, strict=True)):
            self._closely(batch)
        for column, cells, values in zip(self.report.columns, columns, different, strict=True):
            self._inside(column, cells, values)
        self._twice(batch, columns)

    def _different(self, at: int, cells: list[str]) -> Collection[str]:
        """The cells of a column, each once where few are different."""
        name = self.named[at]
        return cells if name in self.report.kind.ids or name == TIME else set(cells)

    def enough(self) -> None:
        """Note where there is too little to learn from."""
        wanted = limits.PERSONALIZE_INTERACTIONS
        if self.report.rows < wanted:
            self.report.lacks(None, f"{self.report.rows} interactions; a training needs at least {wanted}")
        if self.users is not None and USER in self.named:
            told = f"{self.twice} users have two interactions or more; a training needs {limits.PERSONALIZE_USERS}"
            if len(self.users) < REMEMBERED:
                self.report.lacks(USER, told)

    def _inside(self, column: Column, cells: list[str], different: Collection[str]) -> None:
        kind, name = self.report.kind, column.name
        if name in kind.ids:
            if name == USER and self.users is not None and kind.name == "Interactions":
                self._count(cells)
        elif name == TIME:
            self._times(cells)
        else:
            assert isinstance(different, set)
            column.see(different)
            if name == EVENT:
                self._events(different, cells)

    def _events(self, different: set[str], cells: list[str]) -> None:
        if len(self.report.events) <= limits.PERSONALIZE_EVENT_TYPES * 2:
            for event in different:
                self.report.events[event] += cells.count(event)

    def _times(self, values: Sequence[str]) -> None:
        low, high = min(values), max(values)
        if len(low) == len(high) and low.isdigit() and high.isdigit():
            first, last = int(low), int(high)
            self.report.first = first if self.report.first is None else min(first, self.report.first)
            self.report.last = last if self.report.last is None else max(last, self.report.last)

    def _count(self, users: Iterable[str]) -> None:
        """Count users until enough have two interactions."""
        assert self.users is not None
        seen = self.users
        for user in users:
            count = seen.get(user, 0) + 1
            if count == 2:
                self.twice += 1
                if self.twice == limits.PERSONALIZE_USERS:
                    self.users = None
                    return
            if count > 1 or len(seen) < REMEMBERED:
                seen[user] = count

    def _twice(self, batch: Batch, columns: list[list[str]]) -> None:
        if self.report.kind.name == "Interactions":
            if len(set(batch.lines)) < len(batch.lines):
                self._same(batch)
            return
        if len(self.report.kind.ids) != 1 or self.report.kind.ids[0] not in self.named:
            return
        at = self.named.index(self.report.kind.ids[0])
        fresh = set(columns[at])
        if len(fresh) == len(columns[at]) and self.ids.isdisjoint(fresh):
            self.ids |= fresh if len(self.ids) < REMEMBERED else set()
            return
        for line, row in batch.numbered():
            if len(row) == self.width and row[at] in self.ids:
                self.report.warn(line, self.named[at], "it has a row already; AWS keeps the last", value=row[at])
            elif len(row) == self.width:
                self.ids.add(row[at])

    def _same(self, batch: Batch) -> None:
        seen: set[str] = set()
        for line, text in enumerate(batch.lines, batch.line):
            if text in seen and text.strip():
                self.report.warn(line, None, "the same row stands before it", value=text.strip(), mend="left out")
            seen.add(text)

    def _ragged(self, batch: Batch) -> list[list[str]]:
        """The rows that have as many cells as the header; the others are noted, empty lines are not."""
        kept = []
        for line, row in batch.numbered():
            if len(row) == self.width:
                kept.append(row)
            elif row:
                text = f"it has {len(row)} cells; the header has {self.width}"
                self.report.add(line, None, text, value=self.report.delimiter.join(row), mend="left out")
        return kept

    def _quoted(self, batch: Batch) -> None:
        """Quotes are for texts with a comma in them alone."""
        for line, text in enumerate(batch.lines, batch.line):
            if '"' in text and not self._needs_quotes(text):
                self.report.add(line, None, "values are quoted", value=text.strip(), mend="without quotes")

    def _needs_quotes(self, text: str) -> bool:
        if self.report.kind.name not in ("Items", "Users"):
            return False
        return any("," in cell or '"' in cell for cell in next(csv.reader([text], delimiter=self.report.delimiter)))

    def _closely(self, batch: Batch) -> None:
        for line, row in batch.numbered():
            if len(row) == self.width:
                for column, test, value in zip(self.report.columns, self.tests, row, strict=True):
                    if not test((value,)):
                        self._wrong(line, column.name, value)

    def _wrong(self, line: int, name: str, value: str) -> None:
        add, kind = self.report.add, self.report.kind
        if name in kind.ids:
            if not value.strip():
                add(line, name, "the id is missing", mend="left out")
            else:
                add(
                    line,
                    name,
                    f"the id is longer than {limits.PERSONALIZE_ID} characters",
                    value=value,
                    mend="left out",
                )
        elif is_time(name):
            self._bad_time(line, name, value)
        elif name == VALUE or kind.reserved.get(name) in ("float", "int", "long"):
            add(line, name, "it is no number", value=value, mend="left empty")
        elif value.lower() in BOOLEANS:
            add(line, name, "booleans are true and false, in lower case", value=value, mend="in lower case")
        elif not value and name == EVENT:
            add(line, name, "the event type is missing", mend="left out")
        else:
            most = limits.PERSONALIZE_CATEGORY
            add(line, name, f"it is longer than {most} characters", value=value, mend=f"cut to {most} characters")

    def _bad_time(self, line: int, name: str, value: str) -> None:
        add = self.report.add
        if not value.strip():
            add(line, name, "the time is missing", mend="left out")
        elif value.isdigit() and seconds(value) is not None:
            add(line, name, "milliseconds; Personalize takes seconds", value=value, mend="in seconds")
        elif moment(value) is not None:
            add(line, name, "a date; Personalize takes Unix seconds", value=value, mend="in seconds")
        else:
            add(line, name, "it is no time", value=value, mend="left out")


Test = Callable[[Collection[str]], bool]


def _test(kind: Kind, column: Column) -> Test:
    """Whether all values of a batch are right, as fast as it can be told."""
    name = column.name
    if name in kind.ids:
        return _are_ids
    if name == TIME:
        return _are_times
    if is_time(name):
        return lambda values: _are_times([value for value in values if value])
    if name == VALUE or kind.reserved.get(name) in ("float", "int", "long"):
        return lambda values: are_numbers({value for value in values if value})
    if name == EVENT:
        return lambda values: "" not in values
    if kind.name == "Interactions" and name not in kind.reserved:
        return _are_categories
    return _are_free


def _are_ids(values: Collection[str]) -> bool:
    sizes = set(map(len, values))
    return 0 not in sizes and max(sizes) <= limits.PERSONALIZE_ID


def _are_times(values: Collection[str]) -> bool:
    if not values:
        return True
    joined = "".join(values)
    return joined.isdigit() and joined.isascii() and set(map(len, values)) <= {8, 9, 10}


def _are_categories(values: Collection[str]) -> bool:
    return _are_free(values) and max(map(len, values)) <= limits.PERSONALIZE_CATEGORY


def _are_free(values: Collection[str]) -> bool:
    return set(values).isdisjoint(_SHOUTED)
