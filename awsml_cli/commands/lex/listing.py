"""`awsml lex bots`, `aliases`, `locales`, `intents` …: what there is, and `rm`."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.cli import options
from awsml_cli.commands.lex.group import app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex import listings as service

IntentArgument = Annotated[str, typer.Argument(metavar="INTENT", help="The intent's name, or its id.")]


@app.command(examples="awsml lex bots -f json --query '[].bot_name'")
def bots(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the bots of this region."""
    return service.bots(session, limit=limit)


@app.command(examples="awsml lex versions Flowers")
def versions(session: Session, bot: words.BotArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the versions of a bot."""
    return service.versions(session, bot, limit=limit)


@app.command(examples="awsml lex aliases Flowers -f csv")
def aliases(session: Session, bot: words.BotArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the aliases of a bot, and the version that each points to."""
    return service.aliases(session, bot, limit=limit)


@app.command(examples="awsml lex locales Flowers --version 1")
def locales(
    session: Session,
    bot: words.BotArgument,
    *,
    version: words.VersionOption = "DRAFT",
    limit: options.LimitOption = None,
) -> Listing:
    """List the locales of a bot."""
    return service.locales(session, bot, version=version, limit=limit)


@app.command(examples="awsml lex intents Flowers --locale en_US")
def intents(
    session: Session,
    bot: words.BotArgument,
    *,
    locale: words.LocaleOption = None,
    version: words.VersionOption = "DRAFT",
    limit: options.LimitOption = None,
) -> Listing:
    """List the intents in a locale of a bot."""
    return service.intents(session, bot, locale=locale, version=version, limit=limit)


@app.command(examples="awsml lex slots Flowers Order")
def slots(
    session: Session,
    bot: words.BotArgument,
    intent: IntentArgument,
    *,
    locale: words.LocaleOption = None,
    version: words.VersionOption = "DRAFT",
    limit: options.LimitOption = None,
) -> Listing:
    """List the slots of an intent."""
    return service.slots(session, bot, intent, locale=locale, version=version, limit=limit)


@app.command(examples="awsml lex slot-types Flowers")
def slot_types(
    session: Session,
    bot: words.BotArgument,
    *,
    locale: words.LocaleOption = None,
    version: words.VersionOption = "DRAFT",
    limit: options.LimitOption = None,
) -> Listing:
    """List the types of slots in a locale of a bot."""
    return service.slot_types(session, bot, locale=locale, version=version, limit=limit)


@app.command(examples="awsml lex utterances Flowers --alias live --last 2w --missed")
def utterances(
    session: Session,
    spoken: words.With,
    *,
    last: Annotated[str, typer.Option("--last", metavar="SPAN", help="So far back: 24h, 7d or 2w.")] = "7d",
    missed: Annotated[bool, typer.Option("--missed", help="Only those that were not understood.")] = False,
    limit: options.LimitOption = None,
) -> Listing:
    """List what was said to a bot, and how often it was understood and not."""
    return service.utterances(
        session, spoken.bot, alias=spoken.alias, locale=spoken.locale, last=last, missed=missed, limit=limit
    )


@app.command(
    examples="""
    awsml lex rm Flowers --alias live --dry-run
    awsml lex rm Flowers -y"""
)
def rm(
    session: Session,
    bot: words.BotArgument,
    *,
    alias: Annotated[str | None, typer.Option("--alias", metavar="NAME", help="Only this alias.")] = None,
    version: Annotated[str | None, typer.Option("--version", metavar="N", help="Only this version.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", metavar="LOCALE", help="Only this locale.")] = None,
) -> Record | None:
    """Remove a bot with all its versions and aliases, or one of its parts."""
    parts = {"alias": alias, "version": version, "locale": locale}
    named = [f"the {kind} {name} of " for kind, name in parts.items() if name is not None]
    if len(named) > 1:
        raise UsageError("--alias, --version and --locale cannot be together", hint="remove one after the other")
    if session.dry_run:
        return service.removal(bot, **parts)
    whole = "" if named else ", with all its versions and aliases"
    confirm(session, f"Remove {''.join(named)}the bot {bot}{whole}?")
    service.remove(session, bot, **parts)
    return None
