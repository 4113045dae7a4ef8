"""`awsml comprehend flywheels` and `datasets`: a model that is trained again as data comes in."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.job_words import RoleOption
from awsml_cli.commands.comprehend.group import datasets_group, flywheels_group
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.custom import flywheels as service
from awsml_cli.services.comprehend.custom import models

NameArgument = Annotated[str, typer.Argument(metavar="FLYWHEEL", help="The flywheel's name, or its ARN.")]


@flywheels_group.command(
    examples='awsml comprehend flywheels create wheel --model mails --lake s3://my-bucket/lake/ --role "$ROLE"'
)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The flywheel's name.")],
    *,
    model: Annotated[str, typer.Option("--model", metavar="MODEL", help="The model to begin with: name or ARN.")],
    lake: Annotated[str, typer.Option("--lake", metavar="S3URI", help="The folder in S3 for its data.")],
    role: RoleOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Make a flywheel around a model of your own."""
    if session.dry_run:
        return service.planned("CreateFlywheel", name)
    arn = models.described(session, model).arn
    return service.create(session, name, model=arn, lake=lake, role=role, timeout=timeout, wait=wait)


@flywheels_group.command(examples="awsml comprehend flywheels ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the flywheels of this region."""
    return service.listed(session, limit=limit)


@flywheels_group.command(examples="awsml comprehend flywheels get my-wheel")
def get(session: Session, name: NameArgument) -> Record:
    """Show a flywheel."""
    return service.get(session, name)


@flywheels_group.command(examples="awsml comprehend flywheels run my-wheel --timeout 7200")
def run(
    session: Session, name: NameArgument, *, timeout: options.TimeoutOption = None, wait: options.WaitOption = True
) -> Record:
    """Train once more with what has come in, and tell whether it got better."""
    if session.dry_run:
        return service.planned("StartFlywheelIteration", name)
    return service.run(session, name, timeout=timeout, wait=wait)


@flywheels_group.command(examples="awsml comprehend flywheels history my-wheel -f csv")
def history(session: Session, name: NameArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the trainings of a flywheel, and how well each did."""
    return service.history(session, name, limit=limit)


@flywheels_group.command(examples="awsml comprehend flywheels rm my-wheel --dry-run")
def rm(session: Session, name: NameArgument) -> Record | None:
    """Remove a flywheel; its models and its data stay."""
    if session.dry_run:
        return service.planned("DeleteFlywheel", name)
    confirm(session, f"Remove the flywheel {name}?")
    service.remove(session, name)
    return None


@datasets_group.command(
    examples="""
    awsml comprehend datasets add my-wheel november s3://my-bucket/november.csv
    awsml comprehend datasets add my-wheel test s3://my-bucket/test.csv --for-test --dry-run"""
)
def add(
    session: Session,
    flywheel: NameArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The dataset's name.")],
    examples: Annotated[str, typer.Argument(metavar="S3URI", help="A CSV in S3: label, text; or annotations.")],
    *,
    for_test: Annotated[bool, typer.Option("--for-test", help="They are for the test, not the training.")] = False,
    documents: Annotated[
        str | None, typer.Option("--documents", metavar="S3URI", help="What annotations of entities are about.")
    ] = None,
    timeout: options.TimeoutOption = None,
) -> Record:
    """Give a flywheel more examples, and wait until they are taken in."""
    if session.dry_run:
        return service.planned("CreateDataset", name)
    return service.add_dataset(
        session, flywheel, name, uri=examples, test=for_test, documents=documents, timeout=timeout
    )


@datasets_group.command("ls", examples="awsml comprehend datasets ls my-wheel")
def datasets_ls(session: Session, flywheel: NameArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the examples that a flywheel has."""
    return service.datasets(session, flywheel, limit=limit)
