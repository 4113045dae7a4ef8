"""`awsml translate terminology`: words whose translation is given, kept at AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.translate.group import terminology as group
from awsml_cli.core.errors import InputError
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.translate import terminologies as service
from awsml_cli.services.translate import terms

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]


@group.command("put", examples="awsml translate terminology put products terms.csv")
def put(
    session: Session,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV or TMX; its first row names the languages.")],
    *,
    direction: Annotated[
        str, typer.Option("--direction", help="From the first language alone (uni), or from any to any (multi).")
    ] = "uni",
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is for.")] = None,
    kms_key: Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt it with this key.")] = None,
) -> Record:
    """Make the terminology NAME of FILE, or make it anew."""
    found = read(file)
    if session.dry_run:
        return service.making(name)
    return service.put(session, name, found, direction=direction, description=description, kms_key=kms_key)


@group.command(examples="awsml translate terminology ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the terminologies of this region."""
    return service.list_(session, limit=limit)


@group.command(examples="awsml translate terminology get products")
def get(session: Session, name: NameArgument) -> Record:
    """Show the terminology NAME."""
    return service.get(session, name)


@group.command(examples="awsml translate terminology fetch products | head -3")
def fetch(session: Session, name: NameArgument) -> Blob:
    """Give the file of the terminology NAME, as it was imported."""
    return service.content(session, name)


@group.command(examples="awsml translate terminology rm products -y")
def rm(session: Session, name: NameArgument) -> Record | None:
    """Remove the terminology NAME."""
    if session.dry_run:
        return service.removal(name)
    confirm(session, f"Remove the terminology {name}?")
    service.remove(session, name)
    return None


def read(file: Path) -> terms.Terms:
    """The terms in FILE. Raises InputError."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {file}: {problem.strerror or problem}") from None
    return terms.read(content, name=str(file))
