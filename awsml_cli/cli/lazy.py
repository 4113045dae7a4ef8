"""Groups that are imported when they are named, commands that are built when they are asked for, default commands.

One of the two clever places (decision 0003): the only one that touches `typer.core`. A placeholder command stands for
each group, so that help, suggestions and completion work untouched; `resolve_command` puts the real one in.
"""

from __future__ import annotations

import copy
import importlib
import sys
from collections import UserDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.models import TyperInfo

from awsml_cli.cli.job_ids import forwarded


class LazyGroup(TyperGroup):
    """The root: a group is imported from `awsml_cli.commands` when it is named."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Put the real group in the place of its placeholder; a job's id leads to its service."""
        args = forwarded(args)
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else command, rest


class DefaultGroup(TyperGroup):
    """A group whose first word may be left out: `awsml polly Hello` is `awsml polly speech Hello`.

    Only the first word can be a subcommand, and a subcommand's name wins; with no words at all the default
    command runs if something is piped in, or if it needs none, and else the help is shown at a terminal.
    """

    default = ""
    wordless = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front, unless the first word is a subcommand or asks for help."""
        named = bool(args) and (args[0] in self.commands or args[0] in ("-h", "--help"))
        if not named and (args or self.wordless or not (ctx.resilient_parsing or sys.stdin.isatty())):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Its commands, and the options of the default one."""
        command = self.commands[self.default]
        inner = command.make_context(self.default, [], parent=ctx, resilient_parsing=True)
        return [*super().shell_complete(ctx, incomplete), *command.shell_complete(inner, incomplete)]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The default command's help, with the other commands between its options and its examples."""
        command = self.commands[self.default]
        inner = command.make_context(ctx.info_name, [], parent=ctx.parent, resilient_parsing=True)
        command.format_usage(inner, formatter)
        command.format_help_text(inner, formatter)
        command.format_options(inner, formatter)
        self.format_commands(ctx, formatter)
        command.format_epilog(inner, formatter)


def with_default(name: str, *, wordless: bool) -> type[TyperGroup]:
    """The class of a group whose default command is NAME; WORDLESS says that it runs without any words, too."""
    return type("DefaultGroup", (DefaultGroup,), {"default": name, "wordless": wordless})


class Command(TyperCommand):
    """A command whose help calls a value by what its option asks for, and says no type of Python."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The help of its parameters."""
        self.name_values(ctx)
        super().format_options(ctx, formatter)

    def name_values(self, ctx: Any) -> None:
        """Let help say `--min-confidence CONFIDENCE`, not `<str>`, and `DOCUMENT`, not `DOCUMENT <list[str]>`."""
        named: list[Any] = self.get_params(ctx)
        for one in named:
            if isinstance(one, TyperArgument):
                vars(one)["display_type_rich"] = _untyped
            elif one.metavar is None and one.display_type(ctx).startswith(_PYTHONS):
                one.metavar = str(one.name).strip("_").rpartition("_")[2].upper()


_PYTHONS = ("<str", "<int", "<float", "<list[")


def _untyped(ctx: Any) -> None:
    """What is said of an argument's type: nothing."""


class BareOptionsCommand(Command):
    """A command with options whose value may be left out: `--speakers` is `--speakers=10`."""

    bare: Mapping[str, str] = {}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give each bare option its value, up to `--`."""
        end = args.index("--") if "--" in args else len(args)
        words = [f"{word}={self.bare[word]}" if word in self.bare else word for word in args[:end]]
        return super().parse_args(ctx, [*words, *args[end:]])


def with_bare(options: Mapping[str, str]) -> type[TyperCommand]:
    """The class of a command whose OPTIONS have these values when they are given bare."""
    return type("Command", (BareOptionsCommand,), {"bare": options})


class OpenCommand(Command):
    """A command that takes options nobody declared: `--help` behind two words asks about what they name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Turn `SERVICE OPERATION --help` into `SERVICE OPERATION --describe`."""
        named = len(args) > 2 and not any(word.startswith("-") for word in args[:2])
        words = ["--describe" if named and word in ("-h", "--help") else word for word in args]
        return super().parse_args(ctx, words)


class Unbuilt(UserDict[str, Any]):
    """Commands by name, each built when it is first asked for: to build one takes some milliseconds."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__()
        self.data = dict(makers)
        self.waiting = set(makers)

    def __getitem__(self, name: str) -> Any:
        """The command NAME."""
        if name in self.waiting:
            self.data[name] = self.data[name]()
            self.waiting.remove(name)
        return self.data[name]


def load(name: str) -> Any:
    """The real group NAME: `awsml_cli.commands.<name>.app`."""
    module = importlib.import_module(f"awsml_cli.commands.{name.replace('-', '_')}")
    return built(module.app.typer)


def built(program: typer.Typer, **said: Any) -> Any:
    """The group that PROGRAM describes, and what was SAID where it was added; its commands are yet to be built."""
    words: dict[str, Any] = {
        "pretty_exceptions_short": program.pretty_exceptions_short,
        "rich_markup_mode": program.rich_markup_mode,
    }
    alone = copy.copy(program)
    alone.registered_commands, alone.registered_groups = [], []
    group = typer.main.get_group_from_info(TyperInfo(alone, **said), suggest_commands=program.suggest_commands, **words)
    commands = {
        str(info.name): partial(typer.main.get_command_from_info, info, **words) for info in program.registered_commands
    }
    groups = {
        str(info.name): partial(built, info.typer_instance, name=info.name)
        for info in program.registered_groups
        if info.typer_instance is not None
    }
    group.commands = Unbuilt({**commands, **groups})
    return group
