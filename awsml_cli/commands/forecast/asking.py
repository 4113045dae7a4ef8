"""`awsml forecast explain`, `query`, `export`, `backtest`, `what-if`: what is asked of predictors and forecasts."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.job_words import RoleOption
from awsml_cli.commands.forecast.check import one
from awsml_cli.commands.forecast.group import app
from awsml_cli.commands.forecast.shape import FORMATS, Shaped, listed
from awsml_cli.commands.forecast.steps import PredictorArgument
from awsml_cli.commands.forecast.words import Read
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import backtests, steps, supposing
from awsml_cli.services.forecast.answers import Forecast

ForecastArgument = Annotated[str, typer.Argument(metavar="FORECAST", help="The forecast's name, or its ARN.")]


@app.command(examples='awsml forecast explain teas --role "$ROLE" -f csv')
def explain(
    session: Session,
    predictor: PredictorArgument,
    *,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
) -> Listing:
    """Tell how much each attribute moved what a predictor, or a forecast, says."""
    if session.dry_run:
        return Listing(iter([step("forecast:CreateExplainability", predictor)]), "Plan")
    return Listing(steps.explained(session, predictor, role=role, bucket=bucket, timeout=timeout), "Impacts")


@app.command(
    formats=FORMATS,
    examples="""
    awsml forecast query teas tea
    awsml forecast query teas tea --from 2023-07-02 --until 2023-07-04 -f json""",
)
def query(
    session: Session,
    forecast: ForecastArgument,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item, as it is called in the table.")],
    *,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="DIM=VALUE", help="Which series of the item; may be repeated."),
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first step.")] = None,
    end: Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last step.")] = None,
    shape: Shaped,
) -> Record | Listing | Parts:
    """Ask a forecast about one series."""
    filters = {"item_id": item}
    for each in where or ():
        name, sign, value = each.partition("=")
        if not sign:
            raise UsageError(f"`{each}` says no value", hint="--where shop=north")
        filters[name] = value
    return shape.of(steps.queried(session, forecast, filters, start=start, end=end))


@app.command(
    formats=FORMATS,
    examples="""
    awsml forecast export teas --role "$ROLE" -o forecast.csv
    awsml forecast export teas --role "$ROLE" --to s3://my-bucket/forecasts/""",
)
def export(
    session: Session,
    forecast: ForecastArgument,
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="S3URI", help="Leave it in this folder of S3, as Forecast writes it.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    shape: Shaped,
) -> Record | Listing | Parts:
    """Give a whole forecast as a tidy table, or leave it in S3."""
    if session.dry_run:
        return step("forecast:CreateForecastExportJob", forecast)
    made = steps.exported(session, forecast, to=to, role=role, bucket=bucket, timeout=timeout)
    return shape.of(made) if isinstance(made, Forecast) else made


@app.command(
    formats=FORMATS,
    examples="""
    awsml forecast backtest teas --role "$ROLE" -o backtest.csv
    awsml forecast backtest teas --role "$ROLE" --accuracy -f json""",
)
def backtest(
    session: Session,
    predictor: PredictorArgument,
    *,
    accuracy: Annotated[
        bool, typer.Option("--accuracy", help="Tell how good it is for each series, not what it said.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="S3URI", help="Leave both in this folder of S3, as they are."),
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    shape: Shaped,
) -> Record | Listing | Parts:
    """Give what a predictor would have said of the past, beside what came, or the errors of each series."""
    if session.dry_run:
        return step("forecast:CreatePredictorBacktestExportJob", predictor)
    made = backtests.backtested(session, predictor, accuracy=accuracy, to=to, role=role, bucket=bucket, timeout=timeout)
    if isinstance(made, Forecast):
        return shape.of(made)
    return listed(made, list(made[0]) if made else [], "Accuracy") if isinstance(made, list) else made


@app.command(
    name="what-if",
    formats=FORMATS,
    examples="""
    awsml forecast what-if teas --change 'price*0.9' --role "$ROLE"
    awsml forecast what-if teas --replace prices.csv --role "$ROLE"
    awsml forecast what-if teas --change 'price+1' --where item_id=tea --dry-run""",
)
def what_if(
    session: Session,
    forecast: ForecastArgument,
    *,
    change: Annotated[
        list[str] | None, typer.Option("--change", metavar="'NAME*N'", help="What would be otherwise; may be repeated.")
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option("--replace", metavar="CSV", help="Rows of the related series that would be otherwise."),
    ] = None,
    reading: Read,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="NAME=VALUE", help="Only where this holds; may be repeated.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    shape: Shaped,
) -> Record | Listing | Parts:
    """Tell what a forecast would say if a related series were otherwise."""
    if (change is None) is (replace is None):
        raise UsageError("what would be otherwise?", hint="--change 'price*0.9', or --replace prices.csv")
    if where and replace is not None:
        raise UsageError("--where goes with --change alone", hint="leave the other rows out of the table")
    what = supposing.Change.of(change or (), where or ())
    if replace is not None:
        what = supposing.Change(table=one(replace), reading=reading)
    if session.dry_run:
        return Listing(
            iter([step(f"forecast:Create{noun}", forecast) for noun in ("WhatIfAnalysis", "WhatIfForecast")]), "Plan"
        )
    return shape.of(supposing.supposed(session, forecast, what, role=role, bucket=bucket, timeout=timeout))
