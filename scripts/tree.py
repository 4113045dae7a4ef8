"""The commands as the program itself knows them, for the reference, the completions and the house tests.

Only Typer's public face is used: `typer.main.get_command`, and what the commands that it gives say about themselves.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from awsml_cli.main import GROUPS, main

WIDTH = 500  # columns; no line of a reference page is to depend on somebody's terminal


@dataclass(frozen=True)
class Parameter:
    """An argument or option: its NAME in the program, how it is written, what it means."""

    name: str
    written: str
    meaning: str
    option: bool
    required: bool


@dataclass(frozen=True)
class Command:
    """A command that can be run: its WORDS after `awsml`, and what its help says.

    `default` is true where the last word may be left out (`awsml transcribe FILE`).
    """

    words: tuple[str, ...]
    help: str
    usage: str
    examples: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    default: bool

    @property
    def name(self) -> str:
        """What a user types: `awsml transcribe`, `awsml transcribe jobs ls`."""
        return " ".join(("awsml", *(self.words[:-1] if self.default else self.words)))

    @property
    def required(self) -> list[str]:
        """Words that stand for what must be given, enough for the parser."""
        given: list[str] = []
        for parameter in self.parameters:
            if parameter.required:
                given += [parameter.written.split()[0].split(",")[0], "x"] if parameter.option else ["x"]
        return given


def group(name: str) -> Any:
    """The group NAME as Typer builds it."""
    module = importlib.import_module(f"awsml_cli.commands.{name.replace('-', '_')}")
    return typer.main.get_command(module.app.typer)


def commands() -> list[Command]:
    """Every command of every group, in the order of the help."""
    return [command for name in GROUPS for command in commands_of(name)]


def commands_of(name: str) -> list[Command]:
    """Every command of the group NAME, those of the groups inside it too."""
    return list(_walk(group(name), (name,)))


def formats_of(command: Command) -> list[str]:
    """The formats that COMMAND knows, as it says itself when it is asked for one that it does not know."""
    said = io.StringIO()
    before, home = os.getcwd(), os.environ.get("XDG_CONFIG_HOME")
    with tempfile.TemporaryDirectory() as nowhere, contextlib.redirect_stderr(said):
        os.environ["XDG_CONFIG_HOME"] = nowhere
        os.chdir(nowhere)
        try:
            code = main([*command.words, *command.required, "-f", "?"])
        finally:
            os.chdir(before)
            if home is None:
                del os.environ["XDG_CONFIG_HOME"]
            else:
                os.environ["XDG_CONFIG_HOME"] = home
    _, found, names = said.getvalue().partition("one of: ")
    if code != 2 or not found:
        raise AssertionError(f"`{command.name} -f ?` ended with {code} and said {said.getvalue()!r}")
    return names.strip().split(", ")


def _walk(node: Any, words: tuple[str, ...], *, default: bool = False) -> Iterator[Command]:
    inner = getattr(node, "commands", None)
    if inner is None:
        yield _command(node, words, default=default)
        return
    for name, command in inner.items():
        yield from _walk(command, (*words, name), default=name == getattr(node, "default", None))


def _command(node: Any, words: tuple[str, ...], *, default: bool) -> Command:
    said = " ".join(("awsml", *(words[:-1] if default else words)))
    context = node.make_context(said, [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH)
    node.name_values(context)
    return Command(
        words=words,
        help=" ".join((node.help or "").split()),
        usage=context.get_usage().removeprefix("Usage: "),
        examples=_examples(node.epilog or ""),
        parameters=tuple(_parameter(one, context) for one in node.params if one.name != "help"),
        default=default,
    )


def _parameter(one: Any, context: Any) -> Parameter:
    option = one.param_type_name == "option"
    written, meaning = one.get_help_record(context)
    if not option:
        written = one.metavar or str(one.name).upper()
    return Parameter(str(one.name), " ".join(written.split()), " ".join(meaning.split()), option, bool(one.required))


def _examples(epilog: str) -> tuple[str, ...]:
    """The examples at the end of a help page; a line that is set in goes on with the one above."""
    found: list[str] = []
    for line in epilog.partition("\b\n")[2].splitlines():
        if line.startswith(" ") and found:
            found[-1] += f"\n{line.rstrip()}"
        elif line.strip():
            found.append(line.rstrip())
    return tuple(found)
