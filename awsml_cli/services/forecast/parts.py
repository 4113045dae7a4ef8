"""A part of the series, to be forecast alone: a table of their items and dimensions, in Forecast's shape."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media
from awsml_cli.formats.series.columns import ITEMS, taken_name
from awsml_cli.services.forecast import asking, data, things

ITEM = "item_id"


@dataclass(frozen=True)
class Part:
    """Some series: as a file, how many, and the columns that tell one from another."""

    media: Media
    count: int
    columns: tuple[str, ...]

    def selector(self, path: str, role: str) -> dict[str, Any]:
        """As AWS wants it, once the file lies at PATH."""
        words = [{"AttributeName": name, "AttributeType": "string"} for name in self.columns]
        return {
            "TimeSeriesIdentifiers": {
                "DataSource": {"S3Config": asking.place(path, role)["S3Config"]},
                "Schema": {"Attributes": words},
                "Format": "CSV",
            }
        }


def chosen(session: Session, predictor: str, items: Sequence[str], table: Source | None) -> Part:
    """The series of ITEMS, and those that TABLE (CSV) names, of the PREDICTOR (an ARN).

    Raises InputError where the predictor's dimensions are not said, and for rows that are no series.
    """
    about = things.describe(session, things.PREDICTOR, predictor)
    told = about.get("ForecastDimensions") or (about.get("FeaturizationConfig") or {}).get("ForecastDimensions") or ()
    columns = (ITEM, *(str(one) for one in told))
    if items and len(columns) > 1:
        raise InputError(
            f"an item of {predictor.rpartition('/')[2]} is several series: by {', '.join(columns[1:])}",
            hint=f"--series CSV, with the columns {', '.join(columns)}",
        )
    rows: dict[tuple[str, ...], None] = dict.fromkeys((one,) for one in items)
    if table is not None:
        rows.update(dict.fromkeys(_rows(session, table, columns)))
    if not rows:
        raise InputError(f"{table.shown if table else 'nothing'} names no series")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    media = session.hold(data.spooled(iter([out.getvalue().encode()]), "series.csv"))
    return Part(media, len(rows), columns)


def _rows(session: Session, table: Source, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The series that TABLE names: by its header, or without one by the order of COLUMNS."""
    text = sources.whole_text(table, session)
    head = text.partition("\n")[0]
    found = csv.reader(io.StringIO(text), delimiter=max(",;\t|", key=head.count))
    rows: Iterable[tuple[int, list[str]]] = ((number, row) for number, row in enumerate(found, 1) if any(row))
    first = next(iter(rows), None)
    if first is None:
        return
    places = _places(first[1], columns)
    if places is None:
        if len(first[1]) != len(columns):
            raise InputError(
                f"{table.shown} has {len(first[1])} columns; a series is told by {', '.join(columns)}",
                hint="a header with these names, or these columns alone, in order",
            )
        rows, places = chain([first], rows), tuple(range(len(columns)))
    for number, row in rows:
        if len(row) != len(first[1]) or not all(row[at] for at in places):
            raise InputError(f"{table.shown}, row {number}: a series is told by {', '.join(columns)}")
        yield tuple(row[at] for at in places)


def _places(head: Sequence[str], columns: tuple[str, ...]) -> tuple[int, ...] | None:
    """Where COLUMNS stand in HEAD; None where that is no header."""
    named: Mapping[str, int] = {taken_name(cell): at for at, cell in reversed(list(enumerate(head)))}
    lowered = [cell.strip().lower() for cell in head]
    item = named.get(ITEM, next((lowered.index(one) for one in ITEMS if one in lowered), None))
    if item is None or any(name not in named for name in columns[1:]):
        return None
    return (item, *(named[name] for name in columns[1:]))
