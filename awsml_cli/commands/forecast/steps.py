"""`awsml forecast import`, `train`, `metrics`, `predict`, `query` …: each step alone, with things that stay."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.job_words import RoleOption
from awsml_cli.commands.forecast.check import one
from awsml_cli.commands.forecast.group import app
from awsml_cli.commands.forecast.run import Wished, With, prepared
from awsml_cli.commands.forecast.words import HorizonOption, Read, TableArgument
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import plans, steps, things
from awsml_cli.services.forecast import wanted as wishes

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="The dataset group's name, or its ARN.")]
PredictorArgument = Annotated[str, typer.Argument(metavar="PREDICTOR", help="The predictor's name, or its ARN.")]
CalledOption = Annotated[str | None, typer.Option("--name", help="What is made is called so; else like what it is of.")]


@app.command(
    name="import",
    examples="""
    awsml forecast import shops shops.csv --dim shop --duplicates sum --role "$ROLE"
    awsml forecast import teas sales.csv --role "$ROLE" --dry-run""",
)
def import_(
    session: Session,
    group: GroupArgument,
    file: TableArgument,
    *,
    reading: Read,
    beside: With,
    add: Annotated[bool, typer.Option("--add", help="Add to the data that is there, not in its place.")] = False,
    domain: Annotated[str | None, typer.Option("--domain", help="Forecast's domain, as RETAIL; else CUSTOM.")] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing:
    """Take a table into a dataset group, checked before and made with its datasets unless they are there."""
    words = {**beside.words, "domain": domain}
    with prepared(session, file, 1, reading, words, {}) as ready:
        if session.dry_run:
            return Listing(iter([each for each in plans.steps(ready) if _takes(each.operation)]), "Plan")
        return steps.imported(session, group, ready, add=add, timeout=timeout, wait=wait)


@app.command(
    examples="""
    awsml forecast train teas --horizon 14 --name teas_in_june
    awsml forecast train teas --horizon 14 --algorithm deepar+ --hpo --dry-run"""
)
def train(
    session: Session,
    group: GroupArgument,
    *,
    horizon: HorizonOption = None,
    name: CalledOption = None,
    wished: Wished,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Learn from a dataset group: with AutoPredictor, or one algorithm; the same name is not learnt twice."""
    words = wished.words
    wish = wishes.wanted(
        horizon,
        quantiles=words["quantiles"] or (),
        metric=words["metric"],
        algorithm=words["algorithm"],
        hpo=bool(words["hpo"]),
        holidays=words["holidays"],
        weather=words["weather"],
        explain=bool(words["explain"]),
        fill=words["fill"],
    )
    if words["baseline"] or words["domain"]:
        raise UsageError("--baseline and --domain are for `run`", hint="leave them out")
    called = name or group.rpartition("/")[2]
    if session.dry_run:
        operation = "CreatePredictor" if wish.algorithm else "CreateAutoPredictor"
        return step(f"forecast:{operation}", f"{called}, 0.24 USD for each hour of an instance")
    return steps.trained(session, group, called, wish, timeout=timeout, wait=wait)


@app.command(examples="awsml forecast metrics teas -f json")
def metrics(session: Session, predictor: PredictorArgument) -> Listing:
    """Tell how good a predictor is in its backtest; lower is better."""
    return steps.measured(session, predictor)


@app.command(
    examples="""
    awsml forecast predict teas --name teas_next
    awsml forecast predict teas --only tea --role "$ROLE"
    awsml forecast predict teas --quantiles p5,p95 --dry-run"""
)
def predict(
    session: Session,
    predictor: PredictorArgument,
    *,
    name: CalledOption = None,
    quantiles: Annotated[
        list[str] | None, typer.Option("--quantiles", metavar="Q", help="Which: 0.1,0.5,0.9,mean; p10 is 0.1.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ITEM", help="Forecast this item; may be repeated.")
    ] = None,
    series: Annotated[
        str | None, typer.Option("--series", metavar="CSV", help="Forecast the series in this table: item, dimensions.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Forecast every series of a predictor, or some; the forecast stays, to be asked and exported."""
    types = wishes.forecast_types(quantiles or ()) or wishes.QUANTILES
    table = one(series) if series else None
    if session.dry_run:
        return step("forecast:CreateForecast", name or predictor.rpartition("/")[2])
    return steps.predicted(
        session, predictor, name, types, items=only or (), table=table, role=role, bucket=bucket, timeout=timeout,
        wait=wait,
    )  # fmt: skip


@app.command(
    examples="""
    awsml forecast ls
    awsml forecast ls predictor --query '[].name'"""
)
def ls(
    session: Session,
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="Only things of this kind, as predictor.")] = None,
    *,
    limit: options.LimitOption = None,
) -> Listing:
    """List what Forecast keeps in this region."""
    if kind is not None and kind not in things.SORTS:
        raise UsageError(f"there is no kind `{kind}`", hint=f"one of: {', '.join(things.SORTS)}")
    return things.listed(session, kind=kind, limit=limit)


@app.command(
    examples="""
    awsml forecast clean teas --dry-run
    awsml forecast clean teas -y"""
)
def clean(session: Session, group: GroupArgument) -> Listing | None:
    """Remove a dataset group with all that hangs on it, its datasets and what is staged for them."""
    found = steps.tree(session, group)
    if session.dry_run:
        return Listing(iter(found), "Plan")
    confirm(session, f"Remove the group {group}, its {len(found) - 1} dataset(s) and all that hangs on them?")
    steps.cleaned(session, group)
    return None


def _takes(operation: str) -> bool:
    return operation.startswith("s3:") or "Dataset" in operation
