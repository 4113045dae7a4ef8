"""The tables that a forecast is made from: opened, checked as a whole, and written in Forecast's own shape."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import limits, places, sources, staging
from awsml_cli.core.errors import InputError, OutputError, UsageError
from awsml_cli.core.record import Blob, Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.series import check, frequency, mend, table
from awsml_cli.formats.series.check import Checker, Limits, Report
from awsml_cli.formats.series.columns import Asked
from awsml_cli.formats.series.frequency import Frequency
from awsml_cli.formats.series.table import Table

DUPLICATES: Final = ("error", *mend.COMBINED)


class Finding(Record):
    """One thing to say of a table: `level` is found, note, mended or error; `row` counts from 1, the header too."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("level", "row", "column", "what")

    level: str
    kind: str
    row: int | None = None
    column: str | None = None
    what: str


@dataclass(frozen=True)
class Reading:
    """How a table is read: its columns, frequency, and what becomes of two rows of one time."""

    asked: Asked = field(default_factory=Asked)
    frequency: str | None = None
    duplicates: str = "error"

    def wanted(self) -> Frequency | None:
        """The frequency asked for. Raises UsageError for what is none, or not known by Forecast."""
        if self.duplicates not in DUPLICATES:
            raise UsageError(f"duplicates are not `{self.duplicates}`", hint=f"one of: {', '.join(DUPLICATES)}")
        if self.frequency is None:
            return None
        found = frequency.named(self.frequency)
        if found is None or not found.taken:
            raise UsageError(f"`{self.frequency}` is no frequency of Forecast's", hint="Y, M, W, D, H, 15min, 2W …")
        return found


@dataclass(frozen=True)
class Sound:
    """A table that was checked, with what was found."""

    table: Table
    report: Report
    checker: Checker
    reading: Reading

    def written(self, *, related: bool = False) -> Iterator[bytes]:
        """Its rows in Forecast's shape."""
        single = Path(self.table.name).stem if self.table.name != "-" else "series"
        return mend.mended(
            self.table,
            doubled=self.checker.doubled,
            duplicates=self.reading.duplicates,
            single=single,
            related=related,
        )


def bounds(horizon: int | None, *, algorithm: str | None = None) -> Limits:
    """What a table is checked against for a HORIZON, with ALGORITHM or AutoPredictor.

    https://docs.aws.amazon.com/forecast/latest/dg/API_CreateAutoPredictor.html, …/API_CreatePredictor.html
    """
    shares = limits.FORECAST_HORIZON_SHARE
    share = shares["auto"] if algorithm is None else shares["deep" if algorithm in DEEP else "other"]
    return Limits(horizon=horizon, most_horizon=limits.FORECAST_HORIZON, share=share, least_rows=5)


DEEP: Final = ("CNN-QR", "DeepAR+", "AutoML")


@contextmanager
def opened(session: Session, source: Source, reading: Reading, *, related: bool = False) -> Iterator[Table]:
    """The table SOURCE; what is no file is kept in one meanwhile. Raises InputError, UsageError."""
    wanted = reading.wanted()
    with _file(session, source) as path:
        yield table.opened(path, name=source.shown, asked=reading.asked, wanted=wanted, related=related)


def checked(found: Table, reading: Reading, bounds: Limits) -> Sound:
    """Everything that there is to say of the table FOUND."""
    report, checker = found.checked(bounds, duplicates=reading.duplicates)
    return Sound(found, report, checker, reading)


def check_one(
    session: Session, source: Source, reading: Reading, *, horizon: int | None, write: bool
) -> Checked | Blob:
    """What is wrong with the table SOURCE, all at once; with WRITE, the table mended, and what is wrong on stderr."""
    if write:
        return Blob(lambda _: _mended(session, source, reading, horizon))
    with opened(session, source, reading) as found:
        one = checked(found, reading, bounds(horizon))
    unfit = None
    if one.report.errors or one.report.mended:
        hint = (
            "mend the rows named above"
            if one.report.errors
            else "-o mended.csv writes it in order; `run` does so by itself"
        )
        unfit = InputError(f"{source.shown} cannot be sent as it is: {counted(one.report)}", hint=hint)
    return Checked(Listing(findings(one), "Findings"), failure=unfit)


def counted(report: Report) -> str:
    """How many problems there are, in words."""
    mended_ = sum(one.count for one in report.mended)
    said = [_errors(report)] if report.errors else []
    return ", ".join([*said, *([f"{mended_:,} to be mended"] if mended_ else [])])


def findings(one: Sound) -> Iterator[Finding]:
    """What was found out about a table, then what is wrong with it."""
    report, columns, every = one.report, one.table.columns, one.table.frequency
    span = f"{report.first} to {report.last}"
    told = [
        ("rows", None, f"{report.rows:,} rows, {report.series:,} series, {every.words} ({every}), {span}"),
        ("time", columns.names[columns.time], f"is the time, written {columns.layout}"),
        ("value", columns.names[columns.value], "is the value"),
        *([("item", columns.names[columns.item], "is the item")] if columns.item is not None else []),
        *(("dimension", columns.names[at], "is a dimension") for at in columns.dims),
    ]
    for kind, column, what in told:
        yield Finding(level=check.FOUND, kind=kind, column=column, what=what)
    for problem in report.problems:
        yield Finding.of(vars(problem))


def refuse(*found: tuple[str, Report]) -> None:
    """Raises InputError with every error of the tables FOUND, each a name and what is said of it."""
    bad = [(name, report) for name, report in found if report.errors]
    if not bad:
        return
    tables = (
        "\n  ".join([f"{name} cannot be sent: {_errors(report)}", *map(_line, report.errors)]) for name, report in bad
    )
    raise InputError("\n".join(tables), hint=f"awsml forecast check {bad[0][0]}")


def tell(session: Session, name: str, report: Report) -> None:
    """Say what was mended in the table NAME."""
    for one in report.mended:
        session.talk.warn(f"{name}: {_line(one)}")
    for one in report.problems:
        if one.level == check.NOTE:
            session.talk.note(f"{name}: {_line(one)}")


def _errors(report: Report) -> str:
    count = sum(one.count for one in report.errors)
    return f"{count:,} error{'s' * (count != 1)}"


def _line(one: check.Problem) -> str:
    place = ", ".join([*([f"row {one.row}"] if one.row else []), *([one.column] if one.column else [])])
    return f"{place}: {one.what}" if place else one.what


def _mended(session: Session, source: Source, reading: Reading, horizon: int | None) -> Iterator[bytes]:
    with opened(session, source, reading) as found:
        one = checked(found, reading, bounds(horizon))
        refuse((source.shown, one.report))
        tell(session, source.shown, one.report)
        yield from one.written()


@contextmanager
def _file(session: Session, source: Source) -> Iterator[Path]:
    if source.path is not None:
        yield source.path
        return
    with staging.spooled(source, (part for part in sources.read_chunks(source, session) if part)) as media:
        yield media.path


@contextmanager
def spooled(chunks: Iterator[bytes], name: str) -> Iterator[staging.Media]:
    """CHUNKS as a private temporary file with its digest, to be staged under NAME."""
    folder = places.private_dir(places.state_dir() / "spool")
    handle, path = tempfile.mkstemp(dir=folder, prefix="series-", suffix=".csv")
    try:
        with os.fdopen(handle, "wb") as file:
            try:
                file.writelines(chunks)
            except OSError as problem:
                raise OutputError(
                    f"cannot write {path}: {problem.strerror or problem}", hint="make room there"
                ) from None
        with staging.spooled(Source(name, path=Path(path))) as media:
            yield media
    finally:
        os.unlink(path)


def attributes(one: Sound, *, target: str, related: bool = False) -> list[dict[str, Any]]:
    """Its columns as a schema of Forecast's."""
    return mend.schema(one.table, target=target, related=related)
