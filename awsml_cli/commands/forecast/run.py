"""`awsml forecast run`: from a table to a forecast and an empty account, in one command."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

from awsml_cli.cli import destination, options
from awsml_cli.cli.app import Joined
from awsml_cli.cli.job_words import RoleOption
from awsml_cli.commands.forecast.check import one
from awsml_cli.commands.forecast.group import app
from awsml_cli.commands.forecast.shape import FORMATS, Shaped
from awsml_cli.commands.forecast.words import HorizonOption, Read, reading
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import answers, pipeline, plans
from awsml_cli.services.forecast import wanted as service
from awsml_cli.services.forecast.answers import Forecast
from awsml_cli.services.forecast.data import Reading
from awsml_cli.services.forecast.plans import Prepared

SourceArgument = Annotated[
    str, typer.Argument(metavar="CSV|YAML", help="The series, or a forecast.yaml that says everything.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="What its things are called at Forecast.")]


class Started(Record):
    """A run that goes on at AWS."""

    columns: ClassVar = ("id",)

    id: str
    status: str
    step: str | None = None


@dataclass(frozen=True)
class Asked:
    """What was said of a forecast; what was not said is None."""

    words: dict[str, Any]


def asked(
    quantiles: Annotated[
        list[str] | None,
        typer.Option("--quantiles", metavar="Q", help="Which: 0.1,0.5,0.9,mean; p10 and 10% are 0.1."),
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", help="What is to be small: wql, wape, rmse, mase or mape.")
    ] = None,
    algorithm: Annotated[
        str | None,
        typer.Option("--algorithm", help="One of ARIMA, CNN-QR, DeepAR+, ETS, NPTS, Prophet, or AutoML of them."),
    ] = None,
    hpo: Annotated[bool, typer.Option("--hpo", help="Look for the best parameters, which costs more hours.")] = False,
    holidays: Annotated[
        str | None, typer.Option("--holidays", metavar="CC", help="Mind the holidays of this country, as DE.")
    ] = None,
    weather: Annotated[
        str | None, typer.Option("--weather", metavar="COLUMN", help="Mind the weather at the place in this dimension.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how much each attribute moved it.")] = False,
    fill: Annotated[
        str | None,
        typer.Option("--fill", metavar="HOW", help="Fill gaps with zero, mean, median, min, max or a number."),
    ] = None,
    domain: Annotated[str | None, typer.Option("--domain", help="Forecast's domain, as RETAIL; else CUSTOM.")] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Put the last season once more beside it, for comparison.")
    ] = False,
) -> Asked:
    """What was asked for."""
    return Asked(
        {
            "quantiles": quantiles,
            "metric": metric,
            "algorithm": algorithm,
            "hpo": hpo or None,
            "holidays": holidays,
            "weather": weather,
            "explain": explain or None,
            "fill": fill,
            "domain": domain,
            "baseline": baseline or None,
        }
    )


@dataclass(frozen=True)
class Beside:
    """The other tables, and where and in whose name the work is done."""

    words: dict[str, Any]


def beside(
    related: Annotated[
        str | None, typer.Option("--related", metavar="CSV", help="Series that go with them, as prices.")
    ] = None,
    items: Annotated[
        str | None, typer.Option("--items", metavar="CSV", help="What is known of each item, as its colour.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    name: NameOption = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything at AWS when it is done.")] = False,
) -> Beside:
    """What was said."""
    words = {"related": related, "items": items, "role": role, "bucket": bucket, "name": name, "keep": keep or None}
    return Beside(words)


Wished = Annotated[Asked, Joined(asked)]
With = Annotated[Beside, Joined(beside)]


@app.command(
    formats=FORMATS,
    keeps=True,
    examples="""
    awsml forecast run sales.csv --horizon 28 --role "$ROLE"
    awsml forecast run sales.csv --horizon 28 --role "$ROLE" --quantiles p10,p90,mean -o forecast.csv
    awsml forecast run forecast.yaml --role "$ROLE" --dry-run
    awsml forecast run sales.csv --horizon 14 --role "$ROLE" | awsml forecast plot --history sales.csv -o sales.svg""",
)
def run(
    session: Session,
    file: SourceArgument,
    *,
    horizon: HorizonOption = None,
    reading: Read,
    wished: Wished,
    beside: With,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    shape: Shaped,
) -> Record | Listing | Parts:
    """Forecast the series of a table: check, send, learn, forecast, fetch, tidy away; repeated, go on where it was."""
    told: dict[str, Any] = {}
    if file.endswith((".yaml", ".yml")):
        told = service.from_file(Path(file))
        file = str(told.pop("data"))
        destination.spare(shape.output, (file, told.get("related"), told.get("items")))
    with prepared(session, file, horizon, reading, {**wished.words, **beside.words}, told) as ready:
        if session.dry_run:
            return Listing(iter(plans.steps(ready)), "Plan")
        approve(session, lambda: plans.steps(ready))
        made = pipeline.run(session, ready, timeout=timeout, wait=wait)
    if not isinstance(made, Forecast):
        return Started(id=made.id, status=made.status, step=made.step)
    tell(session, made)
    return shape.of(made)


def tell(session: Session, made: Forecast) -> None:
    """Say how good the predictor is, to those who asked for a comparison or for details."""
    said = answers.said(made)
    if said and any(one["evaluation_type"] == "BASELINE" for one in made.accuracy):
        session.talk.warn(said)
    elif said:
        session.talk.note(said)


def prepared(
    session: Session,
    file: str,
    horizon: int | None,
    reading: Reading,
    words: dict[str, Any],
    told: dict[str, Any],
) -> AbstractContextManager[Prepared]:
    """What is to be run: options where they were given, else what a file TOLD."""
    said = {**told, **{name: value for name, value in words.items() if value is not None}}
    quantiles = said.get("quantiles") or ()
    quantiles = [str(one) for one in quantiles] if not isinstance(quantiles, str) else [quantiles]
    wish = service.wanted(
        horizon if horizon is not None else said.get("horizon"),
        quantiles=quantiles,
        domain=said.get("domain") or "CUSTOM",
        fill=None if said.get("fill") is None else str(said["fill"]),
        metric=said.get("metric"),
        algorithm=said.get("algorithm"),
        holidays=said.get("holidays"),
        weather=said.get("weather"),
        hpo=bool(said.get("hpo")),
        explain=bool(said.get("explain")),
        baseline=bool(said.get("baseline")),
    )
    related, items = said.get("related"), said.get("items")
    return plans.prepared(
        session,
        one(file),
        merged(reading, told),
        wish,
        related=one(related) if related else None,
        metadata=Path(items) if items else None,
        role=said.get("role"),
        bucket=said.get("bucket"),
        name=said.get("name"),
        keep=bool(said.get("keep")),
    )


def merged(said: Reading, told: dict[str, Any]) -> Reading:
    """How a table is read: as was SAID, else as a file TOLD."""
    if not told:
        return said
    dims = told.get("dims") or ()
    file = reading(
        **{name: told.get(name) for name in ("item", "time", "value", "frequency", "date_format")},
        dim=[dims] if isinstance(dims, str) else list(dims),
        duplicates=told.get("duplicates") or "error",
    )
    mine, theirs = said.asked, file.asked
    both = type(mine)(
        mine.item or theirs.item,
        mine.time or theirs.time,
        mine.value or theirs.value,
        mine.dims or theirs.dims,
        mine.layout or theirs.layout,
    )
    duplicates = said.duplicates if said.duplicates != "error" else file.duplicates
    return Reading(both, said.frequency or file.frequency, duplicates)
