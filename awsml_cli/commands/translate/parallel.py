"""`awsml translate parallel-data`: sentences and their translations, whose manner a job takes over."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.translate.group import parallel_data as group
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.translate import parallel as service

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]


@group.command(
    "put",
    examples="""
    awsml translate parallel-data put manuals memory.csv
    awsml translate parallel-data put manuals s3://my-bucket/memory.csv --no-wait""",
)
def put(
    session: Session,
    name: NameArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV or TMX, here or in S3.")],
    *,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is for.")] = None,
    kms_key: Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt it with this key.")] = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Make the parallel data NAME of FILE, or make it anew, and wait until it is active."""
    if session.dry_run:
        return service.making(name)
    return service.put(
        session, name, file, bucket=bucket, description=description, kms_key=kms_key, timeout=timeout, wait=wait
    )


@group.command(examples="awsml translate parallel-data ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the parallel data of this region."""
    return service.list_(session, limit=limit)


@group.command(examples="awsml translate parallel-data get manuals")
def get(session: Session, name: NameArgument) -> Record:
    """Show the parallel data NAME."""
    return service.get(session, name)


@group.command(examples="awsml translate parallel-data fetch manuals | head -3")
def fetch(session: Session, name: NameArgument) -> Blob:
    """Give the file of the parallel data NAME, as AWS has it."""
    return service.content(session, name)


@group.command(examples="awsml translate parallel-data rm manuals -y")
def rm(session: Session, name: NameArgument) -> Record | None:
    """Remove the parallel data NAME."""
    if session.dry_run:
        return service.removal(name)
    confirm(session, f"Remove the parallel data {name}?")
    service.remove(session, name)
    return None
