"""`awsml codeguru profile`, `groups`, `advice`: where a program's time goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options
from awsml_cli.commands.codeguru.group import app, groups_app, moment
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import codeguru as service

OWN: Final[dict[str, Callable[[Any], str | bytes]]] = {
    "folded": service.Profile.folded,
    "svg": service.Profile.svg,
}

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="The profiling group's name.")]
StartOption = Annotated[
    str | None, typer.Option("--start", metavar="TIME", help="From when on, as 2026-11-26T09:00 (UTC).")
]
EndOption = Annotated[str | None, typer.Option("--end", metavar="TIME", help="Until when.")]
PeriodOption = Annotated[str, typer.Option("--period", metavar="5m|1h|1d", help="Profiles of so long a time.")]


@groups_app.command(examples="awsml codeguru groups ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the profiling groups of this region."""
    return service.groups(session, limit=limit)


@groups_app.command(examples="awsml codeguru groups get web")
def get(session: Session, group: GroupArgument) -> Record:
    """Show what AWS says about GROUP."""
    return service.group(session, group)


@app.command(
    formats=OWN,
    examples="""
    awsml codeguru profile web
    awsml codeguru profile web -o web.svg
    awsml codeguru profile web -f folded | sort -k2 -n | tail -3""",
)
def profile(
    session: Session,
    group: GroupArgument,
    *,
    start: StartOption = None,
    end: EndOption = None,
    period: PeriodOption = "1h",
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="Only threads in this state, as RUNNABLE.")
    ] = None,
    depth: Annotated[
        int | None, typer.Option("--max-depth", metavar="N", min=1, max=10_000, help="No deeper than N frames.")
    ] = None,
    format: str = "auto",
) -> Record | Listing:
    """Show a profile: its frames, with the share of time of their own and with all they call."""
    made = service.profile(
        session, group, start=moment(start), end=moment(end), period=period, depth=depth, state=state
    )
    return made if format in (*OWN, "raw", "json", "yaml", "jsonl") else Listing(iter(made.frames), "frames")


@app.command(
    examples="""
    awsml codeguru profiles web
    awsml codeguru profiles web --period 1d --start 2026-11-20 --end 2026-11-26"""
)
def profiles(
    session: Session,
    group: GroupArgument,
    *,
    start: StartOption = None,
    end: EndOption = None,
    period: PeriodOption = "1h",
    limit: options.LimitOption = None,
) -> Listing:
    """List the profiles of GROUP that are kept; of the last day where no time is said."""
    return service.times(session, group, start=moment(start), end=moment(end), period=period, limit=limit)


@app.command(examples="awsml codeguru advice web --query '[].resolution'")
def advice(session: Session, group: GroupArgument, *, start: StartOption = None, end: EndOption = None) -> Listing:
    """List what CodeGuru Profiler recommends for GROUP."""
    return service.advice(session, group, start=moment(start), end=moment(end))
