"""Which calls a command makes, as the tests see them: `scripts/needs` writes them down for `awsml iam`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from fakeaws.core import Call
from house import ROOT, commands

from awsml_cli.cli.job_ids import forwarded
from awsml_cli.core.permissions import action

RECORD = os.environ.get(
    "RECORD_NEEDS"
)  # the file that calls are written to, a JSON line for each run (tests lose what begins with AWSML_)
TABLE = ROOT / "awsml_cli/services/iam/needs.json"


@cache
def _known() -> dict[tuple[str, ...], str]:
    found = {}
    for command in commands():
        found[command.words] = " ".join(command.words)
        if command.default:
            found[command.words[:-1]] = " ".join(command.words)
    return found


def command_of(args: Sequence[str]) -> str | None:
    """The command that ARGS run, all of its words said."""
    words = []
    for word in forwarded(args):
        if word.startswith("-"):
            break
        words.append(word)
    while words:
        if tuple(words) in _known():
            return _known()[tuple(words)]
        words.pop()
    return None


def actions(calls: Iterable[Call]) -> set[str]:
    """The permissions that CALLS need."""
    found = {action(call.service, call.operation) for call in calls}
    if any("rolearn" in name.lower() or name == "serviceRole" for call in calls for name in call.params):
        found.add("iam:PassRole")
    return found


def note(args: Sequence[str], calls: Sequence[Call]) -> None:
    """Write down what the run of ARGS called, if somebody wants to know."""
    command = command_of(args) if RECORD and calls else None
    if command is not None:
        with Path(str(RECORD)).open("a") as file:
            file.write(json.dumps([command, sorted(actions(calls))]) + "\n")


def missing(args: Sequence[str], calls: Sequence[Call]) -> list[str]:
    """The permissions that the run of ARGS needed and the table does not know of."""
    command = command_of(args)
    return sorted(actions(calls) - set(json.loads(TABLE.read_text()).get(command or "", ())))


def write(recorded: Path, *, how: str) -> None:
    """Write the table of what was RECORDED: `anew`, or to `add` it to what the table says of commands that are there."""
    table: dict[str, set[str]] = {}
    if how == "add":
        there = set(_known().values())
        table = {command: set(found) for command, found in json.loads(TABLE.read_text()).items() if command in there}
    for line in recorded.read_text().splitlines():
        command, found = json.loads(line)
        table.setdefault(command, set()).update(found)
    told = {command: sorted(found) for command, found in sorted(table.items())}
    TABLE.write_text(json.dumps(told, indent=1) + "\n")
