"""`awsml config`: settings, and which project files are trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core import config
from awsml_cli.core.errors import InputError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

app = CommandGroup("Settings, and which project files are trusted.")


class Setting(Record):
    """A setting and where it comes from."""

    columns: ClassVar = ("name", "value", "origin")

    name: str
    value: Any = None
    origin: str


class Trust(Record):
    """A project file, and what it may set from now on."""

    columns: ClassVar = ("path", "settings")

    path: str
    settings: list[str]


@app.command(examples="awsml config ls -f yaml")
def ls(session: Session) -> Listing:
    """Show every setting that holds here, and where it comes from."""
    held = session.config

    def records() -> Iterator[Setting]:
        for name in config.SETTINGS:
            yield Setting(name=name, value=getattr(held, name), origin=held.origin.get(name, "default"))

    return Listing(records(), "Settings")


@app.command("set", examples="awsml config set region eu-west-1")
def set_(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The setting.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value.")],
) -> Setting:
    """Write a setting into your own file."""
    path = config.set_user(name, value)
    return Setting(name=name, value=value, origin=str(path))


@app.command(examples="awsml config path")
def path(session: Session) -> Setting:
    """Show where your own file is."""
    return Setting(name="path", value=str(config.user_file()), origin="default")


@app.command(examples="awsml config trust .awsml.toml")
def trust(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The project file.")] = Path(config.PROJECT_FILE),
) -> Trust:
    """Let a project file, as it stands now, choose bucket, endpoint, profile and role."""
    if not file.is_file():
        raise InputError(f"no such file: {file}")
    return Trust(path=str(file.resolve()), settings=config.trust(file))
