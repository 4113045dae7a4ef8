"""Forecasts as fan charts, with the history that they go on from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict, PrivateAttr

from awsml_cli.core.errors import InputError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source, read_bytes
from awsml_cli.formats.chart import scene
from awsml_cli.formats.chart.scene import Panel, Point, Scene
from awsml_cli.formats.series import tidy
from awsml_cli.formats.series.check import BLOCK, keys_of
from awsml_cli.formats.series.columns import number
from awsml_cli.formats.series.frequency import written
from awsml_cli.formats.series.stamps import Stamps
from awsml_cli.services.forecast import data
from awsml_cli.services.forecast.data import Reading

MOST: Final = 12  # panels of a chart, unless more are asked for


class Chart(Record):
    """What a chart shows: each series with its history and what comes, as points of time and value."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("series",)

    series: list[dict[str, Any]]

    _panels: Sequence[Panel] = PrivateAttr(default=())
    _beside: int | None = PrivateAttr(default=None)

    @property
    def scene(self) -> Scene:
        """Its shapes."""
        return scene.scene(self._panels, columns=self._beside)


def chart(
    session: Session,
    forecast: Source,
    history: Source | None,
    reading: Reading,
    *,
    items: Sequence[str],
    most: int,
    full: bool,
) -> list[Panel]:
    """The panels for the tidy table FORECAST and the table HISTORY that it was made from.

    Raises InputError for what is no forecast, and for ITEMS that are not in it.
    """
    rows, values = tidy.read(read_bytes(forecast, session).decode("utf-8", "replace"), name=forecast.shown)
    if missing := sorted(set(items) - {str(row["item_id"]) for row in rows}):
        raise InputError(f"{forecast.shown} has no item `{missing[0]}`")
    rows = [row for row in rows if not items or row["item_id"] in items]
    known = {_key(row) for row in rows}
    past = _history(session, history, reading, known) if history is not None else {}
    if history is not None and not past:
        raise InputError(f"{history.shown} has none of the series of {forecast.shown}")
    if len(known) > most:
        session.talk.warn(f"{most} of {len(known)} series are drawn; --only ITEM or --most N chooses")
    return scene.panels(rows, values, past, most=most, full=full)


def told(panels: Sequence[Panel], *, columns: int | None = None) -> Chart:
    """PANELS as data that can be drawn, so many COLUMNS of them beside each other."""
    shown = [
        {
            "title": panel.title,
            "history": _points(panel.history),
            "forecast": {name: _points(line) for name, line in panel.ahead.items()},
        }
        for panel in panels
    ]
    made = Chart(series=shown)
    made._panels, made._beside = panels, columns
    return made


def _points(line: Sequence[Point]) -> list[list[Any]]:
    return [[written(int(at), timed=True), value] for at, value in line]


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(value) for name, value in row.items() if name != "timestamp" and isinstance(value, str))


def _history(
    session: Session, source: Source, reading: Reading, known: set[tuple[str, ...]]
) -> dict[tuple[str, ...], list[Point]]:
    found: dict[tuple[str, ...], list[Point]] = {}
    alone = next(iter(known)) if len(known) == 1 else None
    with data.opened(session, source, reading) as table, table.rows() as rows:
        columns, stamps = table.columns, Stamps(table.columns.layout)
        while block := [row for row in islice(rows, BLOCK) if len(row) == columns.width]:
            keys = keys_of([[row[at] for row in block] for at in columns.key], len(block))
            for key, row in zip(keys, block, strict=True):
                whole = (key,) if isinstance(key, str) else key
                whole = alone if alone is not None and columns.item is None else whole
                at, value = stamps.seconds(row[columns.time]), number(row[columns.value], comma=columns.comma)
                if whole in known and at is not None and value is not None:
                    found.setdefault(whole, []).append((at, value))
    return {key: sorted(points) for key, points in found.items()}
