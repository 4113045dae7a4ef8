"""How a forecast is shown: a tidy CSV in a pipe, a table at a terminal, one object as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from pydantic import create_model

from awsml_cli.cli import destination, streams
from awsml_cli.cli.app import Joined
from awsml_cli.core.record import Listing, Parts, Record
from awsml_cli.formats.series import tidy
from awsml_cli.services.forecast.answers import Forecast

FORMATS: Final = {"parquet": lambda made: tidy.parquet(made.predictions, made.names)}
ROWS: Final = ("csv", "tsv", "jsonl", "table")


@dataclass(frozen=True)
class Shape:
    """What the common options say about the answer."""

    format: str
    output: str | None
    query: str | None

    def of(self, made: Forecast) -> Record | Listing | Parts:
        """The forecast as this run wants to see it."""
        if self.query is not None or self.format in ("json", "yaml", "raw", "parquet"):
            return made
        watched = self.format == "auto" and self.output is None and streams.is_terminal(sys.stdout)
        if watched or self.format in ROWS:
            return rows(made)
        return Parts(iter([tidy.csv_text(made.predictions, made.names)]), lambda _: made)


def shape(ctx: typer.Context) -> Shape:
    """The common options as they were given."""
    words = ctx.params
    settled = destination.settle(words["format"], words["output"], own=FORMATS)
    return Shape(settled.format, settled.output, words["query"])


def rows(made: Forecast) -> Listing:
    """The rows of a forecast as records, whose columns are those of the tidy table."""
    return listed(made.predictions, made.names, "Predictions")


def listed(found: Iterable[dict[str, Any]], names: Sequence[str], noun: str) -> Listing:
    """Rows FOUND as records with the columns NAMES."""
    fields: dict[str, Any] = dict.fromkeys(names, (Any, None))
    sort = create_model("Prediction", __base__=Record, **fields)
    sort.columns = tuple(names)
    return Listing((sort(**row).with_raw(row) for row in found), noun)


Shaped = Annotated[Shape, Joined(shape)]
