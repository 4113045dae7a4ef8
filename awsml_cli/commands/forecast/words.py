"""The words of a table of series, and of a forecast."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.formats.series.columns import Asked
from awsml_cli.services.forecast.data import Reading

TableArgument = Annotated[str, typer.Argument(metavar="CSV", help="The series: a file, - for stdin, s3://BUCKET/KEY.")]
HorizonOption = Annotated[
    int | None, typer.Option("--horizon", metavar="STEPS", min=1, help="How many steps to look ahead.")
]


def reading(
    item: Annotated[str | None, typer.Option("--item", metavar="COLUMN", help="The column of the item.")] = None,
    time: Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="The column of the time.")] = None,
    value: Annotated[str | None, typer.Option("--value", metavar="COLUMN", help="The column of the value.")] = None,
    dim: Annotated[
        list[str] | None,
        typer.Option("--dim", metavar="COLUMN", help="A column that parts series of one item; may be repeated."),
    ] = None,
    frequency: Annotated[
        str | None, typer.Option("--frequency", metavar="STEP", help="How often it is measured: D, W, M, H, 15min.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option("--date-format", metavar="LAYOUT", help="How dates are written, as dd/MM/yyyy.")
    ] = None,
    duplicates: Annotated[
        str,
        typer.Option(
            "--duplicates", metavar="HOW", help="Two rows of one time: error, sum, mean, first, last, min, max."
        ),
    ] = "error",
) -> Reading:
    """How a table is read."""
    return Reading(Asked(item, time, value, tuple(dim or ()), date_format), frequency, duplicates)


def output(ctx: typer.Context) -> str | None:
    """Where the answer goes, if it goes to a file in no other format than CSV."""
    named: str | None = ctx.params["output"]
    kind = ctx.params["format"]
    if named in (None, "-") or kind not in ("auto", "csv"):
        return None
    return None if named.endswith((".json", ".jsonl", ".yaml", ".yml", ".tsv", ".txt")) else named


Read = Annotated[Reading, Joined(reading)]
Written = Annotated[str | None, Joined(output)]
