"""A forecast as a tidy table: `item_id,timestamp,p10,p50,p90,mean`, from Forecast's exports, as CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from awsml_cli.core.errors import ConfigError, InputError

Row = dict[str, Any]
TIMES = ("timestamp", "date")


def exported(parts: Iterable[bytes], *, timed: bool) -> list[Row]:
    """The rows of the PARTS of an export (CSV with a header each); stamps as they are in the table that was sent."""
    found: list[Row] = []
    for part in parts:
        for row in csv.DictReader(io.StringIO(part.decode("utf-8-sig"))):
            made: Row = {}
            for name, cell in row.items():
                key = str(name)
                if key in TIMES:
                    made["timestamp"] = _stamp(cell, timed=timed)
                elif key in ("mean", "naive") or (key[:1] == "p" and key[1:].isdigit()):
                    made[key] = float(cell) if cell not in ("", None) else None
                else:
                    made[key] = cell
            found.append(made)
    return found


def columns(rows: Sequence[Row], values: Sequence[str]) -> list[str]:
    """The order of a tidy table's columns: the item, its dimensions, the time, then VALUES."""
    known = list(rows[0]) if rows else ["item_id", "timestamp"]
    others = [one for one in known if one not in ("item_id", "timestamp", *values)]
    return ["item_id", *others, "timestamp", *values]


def csv_text(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> str:
    """ROWS as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def cell(value: Any) -> Any:
    """VALUE in a cell: numbers with ten digits at most, nothing where there is none."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else value


def parquet(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """ROWS as a Parquet file. Raises ConfigError for want of pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigError("Parquet is written by pyarrow, which is not installed",
                          hint="pip install 'awsml-cli[parquet]'") from None  # fmt: skip
    table = pyarrow.table({name: [row.get(name) for row in rows] for name in names})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    return sink.getvalue()


def read(text: str, *, name: str) -> tuple[list[Row], list[str]]:
    """The rows of a tidy CSV called NAME, and its columns of values. Raises InputError for what is none."""
    rows = exported([text.encode()], timed=True)
    values = [one for one in (rows[0] if rows else ()) if one == "mean" or (one[:1] == "p" and one[1:].isdigit())]
    if not rows or "timestamp" not in rows[0] or not values:
        raise InputError(
            f"{name} is no forecast", hint="a table such as `awsml forecast run` gives: item_id,timestamp,p10"
        )
    return rows, values


def _stamp(text: str, *, timed: bool) -> str:
    text = text.removesuffix("Z").replace("T", " ")
    return text[:19] if timed or len(text) == 10 else text[:10]
