"""A table of series in Forecast's own shape: no header, columns in the order of a schema, stamps as it wants them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from awsml_cli.formats.series.check import BLOCK, Key, keys_of
from awsml_cli.formats.series.columns import MISSING, number, taken_name
from awsml_cli.formats.series.frequency import Frequency
from awsml_cli.formats.series.stamps import CACHED, Stamps
from awsml_cli.formats.series.table import Table

# how several rows of one time become one
COMBINED: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "min": min,
    "max": max,
}


def schema(table: Table, *, target: str = "target_value", related: bool = False) -> list[dict[str, str]]:
    """The columns of what `mended` gives, as Forecast's schema; TARGET is what the domain calls the value."""
    columns = table.columns
    taken = ["item_id", "timestamp", target]
    dims: list[str] = []
    for at in columns.dims:
        dims.append(taken_name(columns.names[at], others=[*taken, *dims]))
    words = [("item_id", "string"), ("timestamp", "timestamp")]
    values = [(target, "float")]
    if related:
        values = []
        for at in columns.others:
            name = taken_name(columns.names[at], others=[*taken, *dims, *(one for one, _ in values)])
            values.append((name, "float"))
    attributes = [*words, *values, *((name, "string") for name in dims)]
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in attributes]


def mended(
    table: Table,
    *,
    doubled: set[tuple[Key, int]],
    duplicates: str,
    single: str,
    related: bool = False,
) -> Iterator[bytes]:
    """The rows of TABLE in Forecast's shape, a block at a time.

    Rows without a value are left out. Those of DOUBLED, several of one time, become one as DUPLICATES says and stand at
    the end; SINGLE is the item of a table that has no column of items. Read twice, the table must not change.
    """
    columns, stamps = table.columns, _Written(table.columns.layout, table.frequency)
    valued = columns.others if related else (columns.value,)
    held: dict[tuple[Key, int], list[Any]] = {}
    with table.rows() as rows:
        while block := [row for row in islice(rows, BLOCK) if len(row) == columns.width]:
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            keys = keys_of([[row[at] for row in block] for at in columns.key], len(block))
            for key, row in zip(keys, block, strict=True):
                told = stamps.of(row[columns.time])
                cells = [_plain(row[at], comma=columns.comma) for at in valued]
                if told is None or not any(cells):
                    continue
                stamp, step = told
                item = row[columns.item] if columns.item is not None else single
                dims = [row[at] for at in columns.dims]
                if (key, step) in doubled:
                    held.setdefault((key, step), []).append((item, stamp, cells, dims))
                    continue
                writer.writerow((item, stamp, *cells, *dims))
            yield out.getvalue().encode()
    if held:
        yield _together(held, COMBINED["sum" if duplicates == "error" else duplicates])


class _Written:
    """Stamps in Forecast's writing, put at the beginning of their step, and the number of that."""

    def __init__(self, layout: str, frequency: Frequency) -> None:
        self._stamps = Stamps(layout)
        self._frequency = frequency
        self._known: dict[str, tuple[str, int] | None] = {}

    def of(self, text: str) -> tuple[str, int] | None:
        """TEXT written anew; None where it is no stamp."""
        if text not in self._known:
            if len(self._known) > CACHED:
                self._known.clear()
            seconds = self._stamps.seconds(text)
            if seconds is None:
                self._known[text] = None
            else:
                step = self._frequency.index(seconds)[0]
                self._known[text] = (self._frequency.stamp(step), step)
        return self._known[text]


def _together(held: dict[tuple[Key, int], list[Any]], combine: Callable[[Sequence[float]], float]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for rows in held.values():
        item, stamp, _, dims = rows[0]
        columns = zip(*(cells for _, _, cells, _ in rows), strict=True)
        made = [combine(found) if (found := [float(cell) for cell in column if cell]) else "" for column in columns]
        writer.writerow((item, stamp, *(f"{one:.10g}" if one != "" else "" for one in made), *dims))
    return out.getvalue().encode()


def _plain(text: str, *, comma: bool) -> str:
    """The number TEXT as Forecast reads it; empty where there is none."""
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if found - found == 0 and "_" not in text:
        return text.strip()
    if text.strip().lower() in MISSING:
        return ""
    told = number(text, comma=comma)
    return "" if told is None else f"{told:.15g}"
