"""The words that several commands of the group take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.personalize.tables import Reading

DOMAINS = ("ECOMMERCE", "VIDEO_ON_DEMAND")

InteractionsArgument = Annotated[
    str, typer.Argument(metavar="CSV", help="The interactions: who did something with what, and when; - is stdin.")
]
UsersOption = Annotated[str | None, typer.Option("--users", metavar="CSV", help="What is known of the users.")]
ItemsOption = Annotated[str | None, typer.Option("--items", metavar="CSV", help="What is known of the items.")]
DomainOption = Annotated[
    str | None, typer.Option("--domain", metavar="NAME", help="For recommenders: ECOMMERCE or VIDEO_ON_DEMAND.")
]
RenameOption = Annotated[
    list[str] | None,
    typer.Option("--rename", metavar="OLD=NEW", help="Take the column OLD for NEW, as sku=ITEM_ID; may be repeated."),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", metavar="NAME,…", help="The columns of interactions without a header, in order."),
]
RecipeOption = Annotated[
    str, typer.Option("--recipe", metavar="NAME", help="As user-personalization-v2; `recipes` lists them.")
]
EventTypeOption = Annotated[
    str | None, typer.Option("--event-type", metavar="NAME", help="Learn from events of this type alone.")
]
ThresholdOption = Annotated[
    float | None, typer.Option("--min-value", metavar="N", help="Learn from events with at least this value alone.")
]
SettingOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A hyperparameter of the recipe; may be repeated."),
]
HpoOption = Annotated[bool, typer.Option("--hpo", help="Let AWS look for the best hyperparameters; that costs more.")]
AutoTrainOption = Annotated[
    bool, typer.Option("--auto-train", help="Let AWS train anew every seven days, and bill each time.")
]
NameOption = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="Name of the dataset group; made from the tables otherwise."),
]
RoleOption = Annotated[
    str | None, typer.Option("--role", metavar="ARN", help="Role that lets Personalize read and write the bucket.")
]
TpsOption = Annotated[
    int, typer.Option("--tps", metavar="N", min=1, help="Transactions a second that are kept ready, and billed.")
]
NumberOption = Annotated[
    int | None, typer.Option("-n", "--limit", metavar="N", min=1, max=500, help="No more than N answers to each.")
]
UserOption = Annotated[
    list[str] | None, typer.Option("--user", metavar="ID", help="For whom; may be repeated; - is stdin, one a line.")
]
ItemOption = Annotated[list[str] | None, typer.Option("--item", metavar="ID", help="An item; may be repeated.")]
JoinOption = Annotated[
    Path | None, typer.Option("--items", metavar="CSV", help="Put what this table says of each item beside it.")
]
GroupOption = Annotated[str | None, typer.Option("--group", metavar="NAME", help="The dataset group: its name or ARN.")]


@dataclass(frozen=True)
class Tables:
    """The tables that were named, by sort, and how they are read."""

    named: dict[str, str]
    how: Reading


def reading(rename: list[str] | None, columns: str | None = None, domain: str | None = None) -> Reading:
    """How tables are read. Raises UsageError for what cannot be meant."""
    pairs = [word.partition("=") for word in rename or ()]
    if bad := [old for old, sign, new in pairs if not (old and sign and new)]:
        raise UsageError(f"--rename takes OLD=NEW, and `{bad[0]}` is not that", hint="--rename sku=ITEM_ID")
    names = tuple(one.strip() for one in (columns or "").split(",") if one.strip())
    return Reading({old: new for old, _, new in pairs}, names, domain_of(domain))


def domain_of(word: str | None) -> str | None:
    """The domain as AWS spells it. Raises UsageError for another."""
    if word is None:
        return None
    told = word.upper().replace("-", "_")
    if told not in DOMAINS:
        raise UsageError(f"there is no domain `{word}`", hint=f"one of: {', '.join(DOMAINS)}")
    return told


def tables(
    interactions: InteractionsArgument,
    *,
    users: UsersOption = None,
    items: ItemsOption = None,
    rename: RenameOption = None,
    columns: ColumnsOption = None,
    domain: DomainOption = None,
) -> Tables:
    """What was named."""
    named = {"interactions": interactions, "users": users, "items": items}
    return Tables({sort: name for sort, name in named.items() if name is not None}, reading(rename, columns, domain))


def pairs(words: list[str] | None, option: str) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping. Raises UsageError for another form."""
    found = [word.partition("=") for word in words or ()]
    if bad := [name for name, sign, _ in found if not (name and sign)]:
        raise UsageError(f"{option} takes NAME=VALUE, and `{bad[0]}` is not that")
    return {name: value for name, _, value in found}


def ids(session: Session, given: list[str] | None, files: Sequence[str] = ()) -> Iterator[str]:
    """The ids GIVEN; `-` among them stands for those in stdin, one a line, as they come. Then those in FILES."""
    for one in given or ():
        if one != "-":
            yield one
        else:
            yield from _lines(session, Source("-"))
    for source in sources.paths(files):
        yield from _lines(session, source)


def _lines(session: Session, source: Source) -> Iterator[str]:
    rest = ""
    for piece in sources.read_text(source, session):
        *whole, rest = (rest + piece).split("\n")
        yield from (_id(line) for line in whole if line.strip())
    if rest.strip():
        yield _id(rest)


def _id(line: str) -> str:
    """The id in a LINE: the line itself, or the `input` of what `--errors` wrote."""
    line = line.strip()
    if line.startswith("{") and '"error"' in line:
        try:
            return str(json.loads(line)["input"])
        except (ValueError, KeyError):
            pass
    return line


def needed(group: str | None) -> str:
    """The dataset group. Raises UsageError where none was named."""
    if group is None:
        raise UsageError("in which dataset group?", hint="--group NAME; `awsml personalize ls`")
    return group


def where(ctx: typer.Context) -> tuple[str, str | None]:
    """`-f` and `-o` as they were given."""
    return ctx.params["format"], ctx.params["output"]


TablesWords = Annotated[Tables, Joined(tables)]
Where = Annotated[tuple[str, str | None], Joined(where)]
