"""`awsml forecast plot`: a forecast as a fan chart, in the terminal, as SVG or PNG."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from awsml_cli.cli import streams
from awsml_cli.commands.forecast.check import one
from awsml_cli.commands.forecast.group import app
from awsml_cli.commands.forecast.words import Read
from awsml_cli.core.record import Drawing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.chart import png, svg, terminal
from awsml_cli.services.forecast import charts
from awsml_cli.services.forecast.charts import Chart

FORMATS: Final[dict[str, Callable[[Chart], str | bytes]]] = {
    "svg": lambda made: svg.svg(made.scene),
    "png": lambda made: png.png(made.scene),
}
HIGH: Final = 14  # lines of a panel in the terminal


@app.command(
    formats=FORMATS,
    examples="""
    awsml forecast plot forecast.csv --history sales.csv
    awsml forecast plot forecast.csv --history sales.csv --only tea -o tea.png
    awsml forecast run sales.csv --horizon 14 --role "$ROLE" | awsml forecast plot --history sales.csv -o sales.svg""",
)
def plot(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="CSV", help="The forecast, as `run` gives it; - is stdin.")] = "-",
    *,
    history: Annotated[
        str | None, typer.Option("--history", metavar="CSV", help="The table that it was made from.")
    ] = None,
    reading: Read,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ITEM", help="Draw this item; may be repeated.")
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, max=400, help="Draw no more series.")
    ] = charts.MOST,
    columns: Annotated[
        int | None, typer.Option("--columns", metavar="N", min=1, max=10, help="Charts beside each other.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show all of the history, not the last of it.")] = False,
    format: str = "auto",
) -> Record | Drawing:
    """Draw a forecast: history, median and band, one small chart for each series."""
    panels = charts.chart(
        session,
        one(file),
        one(history) if history else None,
        reading,
        items=tuple(only or ()),
        most=most,
        full=full,
    )
    if format in ("auto", "text"):
        width = min(shutil.get_terminal_size((80, 24)).columns, 120)
        return Drawing(terminal.text(panels, width=width, height=HIGH, coloured=streams.has_colour(sys.stdout)))
    return charts.told(panels, columns=columns)
