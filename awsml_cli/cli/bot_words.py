"""The words that say which bot is meant, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.core.errors import UsageError

BotArgument = Annotated[str, typer.Argument(metavar="BOT", help="The bot's name, or its id.")]
AliasOption = Annotated[
    str | None, typer.Option("--alias", metavar="NAME", help="The bot's alias, or its id; needless where there is one.")
]
LocaleOption = Annotated[
    str | None, typer.Option("--locale", metavar="LOCALE", help="Its locale, as en_US; needless where there is one.")
]
SessionOption = Annotated[
    str | None, typer.Option("--session", metavar="ID", help="The conversation to go on with, or to begin.")
]
AttributeOption = Annotated[
    list[str] | None,
    typer.Option("--attribute", metavar="NAME=VALUE", help="An attribute of the session; may be repeated."),
]
RequestAttributeOption = Annotated[
    list[str] | None,
    typer.Option("--request-attribute", metavar="NAME=VALUE", help="One that goes with each turn; may be repeated."),
]
VersionOption = Annotated[
    str, typer.Option("--version", metavar="N", help="The bot's version, a number; DRAFT is what is worked on.")
]


@dataclass(frozen=True)
class Spoken:
    """Where a conversation takes place, as it was said."""

    bot: str
    alias: str | None
    locale: str | None


def spoken(bot: BotArgument, *, alias: AliasOption = None, locale: LocaleOption = None) -> Spoken:
    """What was said."""
    return Spoken(bot, alias, locale)


def pairs(words: list[str] | None, option: str) -> dict[str, str]:
    """NAME=VALUE of every one of WORDS. Raises UsageError for one without a sign of equality."""
    for word in words or ():
        if "=" not in word or word.startswith("="):
            raise UsageError(f"{option} takes NAME=VALUE, not `{word}`")
    return dict(word.split("=", 1) for word in words or ())


With = Annotated[Spoken, Joined(spoken)]
