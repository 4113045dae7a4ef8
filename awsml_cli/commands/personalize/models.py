"""`awsml personalize import`, `train`, `metrics`, `deploy`, `recipes`: the steps alone."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.personalize.group import app
from awsml_cli.commands.personalize.words import (
    AutoTrainOption,
    ColumnsOption,
    DomainOption,
    EventTypeOption,
    HpoOption,
    ItemsOption,
    NameOption,
    RecipeOption,
    RenameOption,
    RoleOption,
    SettingOption,
    ThresholdOption,
    TpsOption,
    UsersOption,
    domain_of,
    pairs,
    reading,
)
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import importing, pipeline, recipes, resources, serving, tables, training
from awsml_cli.services.personalize.importing import FULL, INCREMENTAL, Into
from awsml_cli.services.personalize.resources import Deadline

SolutionArgument = Annotated[
    str, typer.Argument(metavar="SOLUTION", help="The solution: its name, its ARN, or the ARN of a version.")
]


@app.command(
    "import",
    examples="""
    awsml personalize import interactions.csv --name shop -y
    awsml personalize import interactions.csv --name shop --items items.csv --users users.csv --no-wait -y
    awsml personalize import more.csv --name shop --mode incremental -y
    awsml personalize import interactions.csv more.csv --name shop -y
    awsml personalize import interactions.csv --name shop --dry-run""",
)
def import_(
    session: Session,
    interactions: Annotated[
        list[str] | None,
        typer.Argument(metavar="CSV", help="The interactions, in one file or several; - is stdin."),
    ] = None,
    *,
    name: NameOption = None,
    users: UsersOption = None,
    items: ItemsOption = None,
    actions: Annotated[str | None, typer.Option("--actions", metavar="CSV", help="What users may do next.")] = None,
    action_interactions: Annotated[
        str | None, typer.Option("--action-interactions", metavar="CSV", help="Who took which action.")
    ] = None,
    mode: Annotated[
        str, typer.Option("--mode", metavar="MODE", help="`full` replaces what is there, `incremental` adds to it.")
    ] = "full",
    rename: RenameOption = None,
    columns: ColumnsOption = None,
    domain: DomainOption = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing:
    """Import tables into a dataset group, which is made if it is not there; the same table only once."""
    if mode.upper() not in (FULL, INCREMENTAL):
        raise UsageError(f"there is no mode `{mode}`", hint="full or incremental")
    how = reading(rename, columns, domain)
    named = {
        "interactions": interactions,
        "users": users,
        "items": items,
        "actions": actions,
        "action-interactions": action_interactions,
    }
    given: dict[str, str | list[str]] = {sort: one for sort, one in named.items() if one}
    if not given:
        raise UsageError("name a table to import", hint="awsml personalize import interactions.csv --name GROUP")
    found = tables.looked_at(session, given, how, least=mode.upper() == FULL)
    tables.refuse(found)
    called = pipeline.group_named(name) if name else pipeline.Run(found, "", domain=how.domain).group
    into = Into(called, domain=how.domain, role=role, bucket=bucket, mode=mode.upper())
    if session.dry_run:
        return Listing(iter(importing.plan(found, into)), "Plan")
    until = Deadline(timeout)
    _, begun = importing.begin(session, found, into, until=until)
    return Listing(iter(importing.finished(session, begun, until=until) if wait else begun), "Imports")


@app.command(
    examples="""
    awsml personalize train my-shop --recipe user-personalization-v2
    awsml personalize train my-shop --recipe sims --event-type view --no-wait
    awsml personalize train my-shop --recipe personalized-ranking-v2 --dry-run"""
)
def train(
    session: Session,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="The dataset group: its name or ARN.")],
    *,
    recipe: RecipeOption = pipeline.RECIPE,
    solution: Annotated[
        str | None, typer.Option("--solution", metavar="NAME", help="Name of the solution; made otherwise.")
    ] = None,
    event_type: EventTypeOption = None,
    min_value: ThresholdOption = None,
    settings: SettingOption = None,
    hpo: HpoOption = False,
    auto_train: AutoTrainOption = False,
    update: Annotated[bool, typer.Option("--update", help="Train on with what came in since.")] = False,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Train a solution in a dataset group, once for the same settings, and tell how well it does."""
    if session.dry_run:
        return Listing(iter(training.plan(solution or group, recipe, rows=None)), "Plan")
    until = Deadline(timeout)
    arn = recipes.find(session, recipe)
    place = resources.resolve(session, resources.GROUP, group)
    told = pairs(settings, "--set")
    made = training.solution_name(place.rpartition("/")[2], arn, event_type, min_value, told, hpo, auto_train)
    what = training.Training(
        solution or made,
        arn,
        place,
        event=event_type,
        threshold=min_value,
        settings=told,
        hpo=hpo,
        auto=auto_train,
        mode="UPDATE" if update else "FULL",
    )
    version = training.begin(session, what, until=until)
    if not wait:
        return training.described(session, version)
    training.finished(session, version, until=until)
    return training.metrics(session, version)


@app.command(
    examples="""
    awsml personalize metrics my-solution
    awsml personalize metrics my-solution -f json"""
)
def metrics(session: Session, solution: SolutionArgument) -> Listing:
    """Tell how well the newest training of a solution does on what was held back from it."""
    return training.metrics(session, training.version_of(session, solution))


@app.command(
    examples="""
    awsml personalize deploy my-solution --campaign front-page
    awsml personalize deploy my-solution --campaign front-page --tps 2 --dry-run"""
)
def deploy(
    session: Session,
    solution: SolutionArgument,
    *,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="NAME", help="The campaign's name; the solution's otherwise.")
    ] = None,
    tps: TpsOption = 1,
    latest: Annotated[bool, typer.Option("--latest", help="Follow each new training of the solution.")] = False,
    metadata: Annotated[bool, typer.Option("--metadata", help="Let answers carry columns of the items.")] = False,
    exploration: Annotated[
        float | None, typer.Option("--exploration", min=0, max=1, help="The share of items that are tried out.")
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Have the newest training of a solution answer at a campaign; it is billed by the hour until it is removed."""
    if session.dry_run:
        return serving.deploying(campaign or solution, tps)
    version = training.version_of(session, solution)
    name = campaign or serving.solution_of(version)
    if not session.local:
        hourly = tps * serving.TPS_HOUR
        session.talk.warn(f"the campaign bills {hourly:.2f} USD an hour until `awsml personalize campaigns rm {name}`")
    return serving.deploy(
        session,
        version,
        name,
        tps=tps,
        latest=latest,
        metadata=metadata,
        exploration=exploration,
        until=Deadline(timeout),
        wait=wait,
    )


@app.command(
    examples="""
    awsml personalize recipes
    awsml personalize recipes --domain ECOMMERCE -f json"""
)
def recipes_(session: Session, *, domain: DomainOption = None, limit: options.LimitOption = None) -> Listing:
    """List the recipes that Personalize has now, and what each is asked about."""
    return recipes.listed(session, domain=domain_of(domain), limit=limit)
