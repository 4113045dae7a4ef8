"""The group `awsml codeguru`, and what its commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.errors import UsageError

app = CommandGroup("Reviews of code and profiles of programs with CodeGuru.")
reviews_app = app.group("reviews", "CodeGuru Reviewer's reviews: list, look at, wait for, show.")
groups_app = app.group("groups", "CodeGuru Profiler's profiling groups.")

WordsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="…", help="Whatever was wanted of it: refused, with exit code 6.")
]


def moment(text: str | None) -> datetime | None:
    """The time that TEXT names, in UTC where it says no zone. Raises UsageError."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no time", hint="2026-11-26T09:00 (UTC)") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
