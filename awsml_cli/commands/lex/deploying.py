"""`awsml lex deploy`, `build` and `export`: a bot from files to an alias that answers, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.cli import options
from awsml_cli.cli.destination import Destination
from awsml_cli.commands.lex.group import app
from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.record import Blob, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import bots
from awsml_cli.services.lex import aliasing, building, exporting
from awsml_cli.services.lex import deploying as service


@app.command(
    examples="""
    awsml lex deploy flowers --alias live --role "$ROLE"
    awsml lex deploy flowers --alias beta --dry-run
    awsml lex export Flowers | awsml lex deploy - --alias beta"""
)
def deploy(
    session: Session,
    bot: Annotated[str, typer.Argument(metavar="FOLDER|ZIP", help="The bot's files, as Lex V2 exports them.")],
    *,
    alias: Annotated[str, typer.Option("--alias", metavar="NAME", help="Where it is to answer.")] = "live",
    merge: Annotated[
        str, typer.Option("--merge", metavar="HOW", help="With a bot of its name: overwrite, append or fail.")
    ] = "overwrite",
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="The role of a new bot.")] = None,
    hook: Annotated[
        list[str] | None,
        typer.Option("--hook", metavar="[LOCALE=]ARN", help="A Lambda function that it calls; may be repeated."),
    ] = None,
    child_directed: Annotated[
        bool | None, typer.Option("--child-directed/--no-child-directed", help="Whether it is for children (COPPA).")
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What the version is to say of itself.")] = "",
    fresh: options.FreshOption = False,
    timeout: options.TimeoutOption = None,
) -> Listing | Record:
    """Have a bot answer at an alias: import its files, build it, make a version, point the alias to it."""
    session.fresh = fresh
    archive = _archive(session, bot)
    asked = service.Asked(alias, merge, role, child_directed, description, _hooks(hook))
    asked.check(archive)
    if session.dry_run:
        return Listing(iter(service.plan(archive, asked)), "Plan")
    return service.deploy(session, archive, asked, timeout=timeout)


@app.command(examples="awsml lex build Flowers --locale en_US")
def build(
    session: Session,
    bot: words.BotArgument,
    *,
    locale: Annotated[
        list[str] | None, typer.Option("--locale", metavar="LOCALE", help="Only this; may be repeated.")
    ] = None,
    timeout: options.TimeoutOption = None,
) -> Listing:
    """Build the locales of a bot's draft, and wait for them."""
    if session.dry_run:
        return Listing(iter(building.building(bot, locale or ["every locale"])), "Plan")
    return building.build(session, bot, locale or (), timeout=timeout)


def _zip(record: Record) -> bytes:
    raise AssertionError("an archive is bytes already")


@app.command(
    formats={"zip": _zip},
    examples="""
    awsml lex export Flowers -o saved/
    awsml lex export Flowers --version 1 -o flowers.zip
    awsml lex export Flowers > flowers.zip""",
)
def export(
    session: Session,
    bot: words.BotArgument,
    *,
    destination: Destination,
    version: words.VersionOption = "DRAFT",
    timeout: options.TimeoutOption = None,
) -> Blob | Listing | Many:
    """Fetch a bot as files: into a folder (-o FOLDER/), or as a ZIP file."""
    if destination.format not in ("auto", "zip", "raw"):
        raise UsageError(f"a bot is not exported as {destination.format}", hint="-o FOLDER/, or -f zip")
    if session.dry_run:
        return Listing(iter(exporting.exporting(bot)), "Plan")
    if destination.folder and destination.format == "auto":
        return exporting.folder(session, bot, version=version, timeout=timeout)
    return exporting.archive(session, bot, version=version, timeout=timeout)


def _archive(session: Session, name: str) -> bots.Archive:
    """The bot in the folder or ZIP file NAME. Raises InputError where there is none."""
    path = Path(name)
    if name != "-" and not sources.is_remote(name) and path.is_dir():
        files = {one.relative.as_posix(): sources.read_bytes(one, session) for one in sources.paths([name])}
        return bots.from_files(files, name=name)
    found = sources.paths([name])
    if len(found) != 1:
        raise InputError(f"`{name}` is {len(found)} files, and one bot is deployed")
    (source,) = found
    return bots.from_zip(_read(session, source), name=source.shown)


def _read(session: Session, source: Source) -> bytes:
    data = sources.read_bytes(source, session)
    if not data:
        raise InputError(f"{source.shown} is empty")
    if not data.startswith(b"PK"):
        raise InputError(f"{source.shown} is no ZIP file", hint="a folder, or a ZIP file that Lex V2 exported")
    return data


def _hooks(given: list[str] | None) -> dict[str, str]:
    hooks = {}
    for word in given or ():
        locale, _, arn = word.rpartition("=")
        hooks[locale.replace("-", "_")] = aliasing.check_function(arn)
    return hooks
