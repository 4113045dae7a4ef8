"""`awsml comprehend endpoints`: where a model of one's own answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.comprehend.group import endpoints_group as group
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.custom import endpoints as service
from awsml_cli.services.comprehend.custom import models

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The endpoint's name, or its ARN.")]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="MODEL", help="The model's name or ARN, or a flywheel's ARN.")
]


@group.command(
    examples="""
    awsml comprehend endpoints create mails-live --model mails
    awsml comprehend endpoints create mails-live --model mails --units 2 --dry-run"""
)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The endpoint's name.")],
    *,
    model: ModelOption = None,
    units: Annotated[int, typer.Option("--units", min=1, max=10, help="Units of 100 characters a second.")] = 1,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Have a model answer at once; it is billed by the second until it is removed."""
    if model is None:
        raise UsageError("which model shall answer?", hint="--model NAME; `awsml comprehend models ls`")
    if session.dry_run:
        return service.making(name, units)
    arn = model if ":flywheel/" in model else models.described(session, model).arn
    return service.create(session, name, arn, units=units, timeout=timeout, wait=wait)


@group.command(examples="awsml comprehend endpoints ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the endpoints of this region, and what they cost in an hour."""
    return service.listed(session, limit=limit)


@group.command(examples="awsml comprehend endpoints get mails-live --query hourly")
def get(session: Session, name: NameArgument) -> Record:
    """Show the endpoint NAME."""
    return service.get(session, name)


@group.command(examples="awsml comprehend endpoints update mails-live --units 3 --no-wait")
def update(
    session: Session,
    name: NameArgument,
    *,
    units: Annotated[int | None, typer.Option("--units", min=1, max=10, help="Units from now on.")] = None,
    model: ModelOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Give the endpoint NAME more or fewer units, or another model."""
    if units is None and model is None:
        raise UsageError("what shall change?", hint="--units N, --model MODEL")
    if session.dry_run:
        return service.making(name, units or 1)
    arn = models.described(session, model).arn if model else None
    return service.update(session, name, units=units, model=arn, wait=wait)


@group.command(examples="awsml comprehend endpoints rm mails-live --dry-run")
def rm(session: Session, name: NameArgument) -> Record | None:
    """Remove the endpoint NAME, and with it what it costs."""
    if session.dry_run:
        return service.removal(name)
    confirm(session, f"Remove the endpoint {name}?")
    service.remove(session, name)
    return None
