"""A CSV file of series: its delimiter, columns and frequency found out from its beginning, its rows read at will."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError
from awsml_cli.formats.series import frequency
from awsml_cli.formats.series.check import Checker, Key, Limits, Report, keys_of
from awsml_cli.formats.series.columns import Asked, Columns, recognised
from awsml_cli.formats.series.frequency import Frequency
from awsml_cli.formats.series.stamps import Stamps

DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE: Final = 20_000  # rows from which columns and frequency are found out
WATCHED: Final = 20  # series that are followed where the sample holds too few stamps of each
ENOUGH: Final = 4  # stamps of them
JUDGED: Final = 2_000  # of them those whose every cell is looked at


@dataclass(frozen=True)
class Table:
    """A file of series at PATH, called NAME, with its columns and its frequency."""

    path: Path
    name: str
    delimiter: str
    columns: Columns
    frequency: Frequency

    @contextmanager
    def rows(self) -> Iterator[Any]:
        """A csv.reader over its rows, the header taken off. Raises InputError for what is no CSV in UTF-8."""
        with _opened(self.path, self.name) as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            if self.columns.header:
                next(reader, None)
            yield reader

    def checked(self, limits: Limits, *, duplicates: str = "error") -> tuple[Report, Checker]:
        """Everything that there is to say of it. DUPLICATES says how two rows of one time are mended, if they are."""
        checker = Checker(self.columns, self.frequency, name=self.name, duplicates=duplicates)
        with self.rows() as rows:
            checker.read(rows, line=lambda: rows.line_num)
        return checker.report(limits), checker


def opened(path: Path, *, name: str, asked: Asked, wanted: Frequency | None = None, related: bool = False) -> Table:
    """The table at PATH, called NAME, its frequency WANTED or found out. Raises InputError where it cannot be told."""
    with _opened(path, name) as file:
        head = file.readline()
        delimiter = max(DELIMITERS, key=lambda mark: head.count(mark))
        file.seek(0)
        rows = [row for row in islice(csv.reader(file, delimiter=delimiter), SAMPLE) if any(row)]
    columns = recognised(rows[:JUDGED], asked, name=name, related=related)
    body = [row for row in (rows[1:] if columns.header else rows) if len(row) == columns.width]
    series = _stamps(body, columns)
    if wanted is not None:
        found = wanted.anchored(stamp for one in series.values() for stamp in one)
    else:
        told = frequency.detected(series.values()) or frequency.detected(
            _further(path, name, delimiter, columns, series)
        )
        if told is None:
            raise InputError(f"{name}: no series has two rows, so nothing says how often it is measured",
                             hint="--frequency D")  # fmt: skip
        found = told
    return Table(path, name, delimiter, columns, found)


def _further(path: Path, name: str, delimiter: str, columns: Columns, series: dict[Key, list[int]]) -> list[list[int]]:
    """More stamps of some of the SERIES: of a table in which each step has more rows than the sample."""
    watched: dict[Key, set[int]] = {key: set(series[key]) for key in islice(series, WATCHED)}
    reader = Stamps(columns.layout)
    with _opened(path, name) as file:
        for row in csv.reader(file, delimiter=delimiter):
            if len(row) != columns.width:
                continue
            key = keys_of([[row[at]] for at in columns.key], 1)[0]
            if key in watched and (seconds := reader.seconds(row[columns.time])) is not None:
                watched[key].add(seconds)
                if all(len(one) >= ENOUGH for one in watched.values()):
                    break
    return [sorted(one) for one in watched.values()]


def _stamps(body: list[list[str]], columns: Columns) -> dict[Key, list[int]]:
    reader = Stamps(columns.layout)
    found: dict[Key, set[int]] = {}
    parts = [[row[at] for row in body] for at in columns.key]
    for key, row in zip(keys_of(parts, len(body)), body, strict=True):
        seconds = reader.seconds(row[columns.time])
        if seconds is not None:
            found.setdefault(key, set()).add(seconds)
    return {key: sorted(one) for key, one in found.items()}


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        sources.refuse_bytes(path, name=name)
        raise
    except csv.Error as problem:
        raise InputError(f"{name} is no CSV: {problem}") from None
    except OSError as problem:
        raise InputError(f"cannot read {name}: {problem.strerror or problem}") from None
