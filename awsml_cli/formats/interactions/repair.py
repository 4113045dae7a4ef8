"""A table with all mended that can be: names, commas, quotes, seconds, booleans; rows that cannot be are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from awsml_cli.core import limits
from awsml_cli.formats.interactions.joined import Text
from awsml_cli.formats.interactions.kinds import EVENT, VALUE, Kind, is_time
from awsml_cli.formats.interactions.moments import moment, seconds
from awsml_cli.formats.interactions.reading import batches
from awsml_cli.formats.interactions.report import Report


@dataclass(slots=True)
class Tally:
    """How many rows went out, and how many were left out."""

    kept: int = 0
    left_out: int = 0


def repaired(file: Text, report: Report, tally: Tally | None = None) -> Iterator[str]:
    """The table in FILE (from its beginning), which REPORT is about, mended, some lines at a time."""
    tally = tally or Tally()
    if not report.headless:
        file.readline()
    yield ",".join(report.names) + "\n"
    before: set[str] = set()
    for batch in batches(file, delimiter=report.delimiter):
        made = []
        for _, row in batch.numbered():
            line = _line(report, row)
            if line is None or (line in before and report.kind.name == "Interactions"):
                tally.left_out += bool(row)
                continue
            before.add(line)
            made.append(line)
        before.clear()
        tally.kept += len(made)
        yield "".join(made)


def _line(report: Report, row: Sequence[str]) -> str | None:
    """ROW mended, or None where that cannot be."""
    if len(row) != len(report.columns):
        return None
    cells = []
    for column, value in zip(report.columns, row, strict=True):
        mended = _value(report.kind, column.name, value)
        if mended is None:
            return None
        if "," in mended or '"' in mended:
            if report.kind.name not in ("Items", "Users"):
                return None
            mended = '"' + mended.replace('"', '""') + '"'
        cells.append(mended)
    return ",".join(cells) + "\n"


def _value(kind: Kind, name: str, value: str) -> str | None:
    value = value.replace("\r", " ").replace("\n", " ")
    if name in kind.ids:
        return value if value.strip() and len(value) <= limits.PERSONALIZE_ID else None
    if is_time(name):
        return _time(value, empty=name not in kind.needed)
    if name == VALUE or kind.reserved.get(name) in ("float", "int", "long"):
        return value if _is_number(value) else ""
    if value.lower() in ("true", "false"):
        return value.lower()
    if name == EVENT and not value:
        return None
    return value[: limits.PERSONALIZE_CATEGORY] if kind.name == "Interactions" else value


def _time(value: str, *, empty: bool) -> str | None:
    if value.isdigit() and value.isascii() and len(value) in (8, 9, 10):
        return value
    found = seconds(value) if value.isdigit() else moment(value)
    if found is None:
        return "" if empty and not value.strip() else None
    return str(found)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return not set(value) - set("0123456789+-.eE")
