"""`awsml lex hooks`: the Lambda functions that an alias calls; `channels`: what has no operation."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.commands.lex.group import app, hooks_group
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex import aliasing as service
from awsml_cli.services.lex import channels as reach

FunctionArgument = Annotated[str, typer.Argument(metavar="ARN", help="The Lambda function's ARN.")]

WantedArgument = Annotated[
    list[str] | None, typer.Argument(metavar="…", help="Whatever was wanted of one: refused, since nothing can do it.")
]


@hooks_group.command(examples="awsml lex hooks ls Flowers --alias live")
def ls(session: Session, spoken: words.With) -> Listing:
    """List the function that an alias calls in each locale."""
    return service.hooks(session, spoken.bot, alias=spoken.alias, locale=spoken.locale)


@hooks_group.command(
    "set",
    examples="""
    awsml lex hooks set Flowers arn:aws:lambda:us-east-1:123456789012:function:orders --alias live
    awsml lex hooks set Flowers arn:aws:lambda:us-east-1:123456789012:function:orders --locale en_US --dry-run""",
)
def set_hook(
    session: Session,
    bot: words.BotArgument,
    function: FunctionArgument,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
) -> Listing | Record:
    """Have an alias call a function in one locale, or in all of them."""
    service.check_function(function)
    if session.dry_run:
        return service.setting(bot, alias)
    return service.set_hook(session, bot, alias=alias, locale=locale, function=function)


@hooks_group.command(examples="awsml lex hooks rm Flowers --alias live -y")
def rm(session: Session, spoken: words.With) -> Listing | Record:
    """Have an alias call no function any more, in one locale or in all of them."""
    if session.dry_run:
        return service.setting(spoken.bot, spoken.alias)
    confirm(session, f"Take the hooks of {spoken.bot} {spoken.alias or ''} away?".replace("  ", " "))
    return service.set_hook(session, spoken.bot, alias=spoken.alias, locale=spoken.locale, function=None)


@app.command(
    others=True,
    examples="""
    awsml lex channels
    awsml lex channels -f json | jq -r '.[].instead'""",
)
def channels(
    session: Session,
    wanted: WantedArgument = None,
) -> Listing:
    """Say how a bot is reached from Facebook, Slack, Twilio or a telephone, which AWS's API cannot set up."""
    if wanted:
        reach.refuse(wanted[0])
    return reach.channels()
