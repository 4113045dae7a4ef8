"""`awsml personalize events`, `users put`, `items put`, `actions put`: what happens, as it happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.lost import Lost
from awsml_cli.commands.personalize.group import actions_group, app, items_group, users_group
from awsml_cli.commands.personalize.words import needed
from awsml_cli.core import sources
from awsml_cli.core.errors import AwsmlError, PartialFailure, UsageError
from awsml_cli.core.plan import step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import deeds
from awsml_cli.services.personalize import events as service
from awsml_cli.services.personalize.events import Line, Tally

FileOption = Annotated[str, typer.Option("--file", metavar="PATH", help="Read this file; stdin otherwise.")]
GroupOfOption = Annotated[
    str | None, typer.Option("--group", metavar="NAME", help="The dataset group: its name, or the dataset's ARN.")
]


@app.command(
    examples="""
    awsml personalize events --tracking-id my-tracker-id --file events.jsonl
    tail -f clicks.jsonl | awsml personalize events --tracking-id my-tracker-id --event-type click
    awsml personalize events --tracking-id my-tracker-id --actions --file taken.jsonl
    awsml personalize events --tracking-id my-tracker-id --errors failed.jsonl --file events.jsonl -f json"""
)
def events(
    session: Session,
    *,
    tracking_id: Annotated[
        str | None, typer.Option("--tracking-id", metavar="ID", help="The tracker's id, as `trackers ls` tells it.")
    ] = None,
    file: FileOption = "-",
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="Of events that name no user.")] = None,
    session_id: Annotated[
        str | None, typer.Option("--session", metavar="ID", help="Of events that name no session; else it is the user.")
    ] = None,
    event_type: Annotated[
        str | None, typer.Option("--event-type", metavar="NAME", help="Of events that name no type.")
    ] = None,
    actions: Annotated[bool, typer.Option("--actions", help="They are about actions (actionId), not items.")] = False,
    errors: options.ErrorsOption = None,
) -> Record:
    """Send events, JSON lines or a CSV, to a tracker as they come: ten a call, each session in its order."""
    if tracking_id is None:
        raise UsageError("to which tracker?", hint="--tracking-id ID; `awsml personalize trackers ls`")
    if session.dry_run:
        return step(f"personalize-events:Put{'ActionInteractions' if actions else 'Events'}", tracking_id)
    defaults = service.Defaults(user, session_id, event_type)
    put = deeds.put_action_interactions if actions else service.put_events
    return _sent(session, file, errors, lambda text, tally: put(session, tracking_id, text, defaults, tally))


@users_group.command(
    "put",
    examples="""
    awsml personalize users put --group my-shop --file users.csv
    echo '{"userId": "u9", "age": 31}' | awsml personalize users put --group my-shop""",
)
def put_users(
    session: Session, *, group: GroupOfOption = None, file: FileOption = "-", errors: options.ErrorsOption = None
) -> Record:
    """Add or change users, JSON lines or a CSV, ten a call."""
    return _put(session, "users", group, file, errors)


@items_group.command(
    "put",
    examples="""
    awsml personalize items put --group my-shop --file items.csv
    echo '{"itemId": "i9", "genre": "Drama"}' | awsml personalize items put --group my-shop""",
)
def put_items(
    session: Session, *, group: GroupOfOption = None, file: FileOption = "-", errors: options.ErrorsOption = None
) -> Record:
    """Add or change items, JSON lines or a CSV, ten a call."""
    return _put(session, "items", group, file, errors)


@actions_group.command(
    "put",
    examples="""
    awsml personalize actions put --group my-shop --file actions.csv
    echo '{"actionId": "subscribe", "value": 5}' | awsml personalize actions put --group my-shop""",
)
def put_actions(
    session: Session, *, group: GroupOfOption = None, file: FileOption = "-", errors: options.ErrorsOption = None
) -> Record:
    """Add or change actions that users may take, JSON lines or a CSV, ten a call."""
    return _put(session, "actions", group, file, errors)


def _put(session: Session, sort: str, group: str | None, file: str, errors: Path | None) -> Record:
    place = needed(group)
    if session.dry_run:
        return step(f"personalize-events:Put{sort.capitalize()}", place)
    dataset = service.dataset_of(session, place, sort)
    return _sent(session, file, errors, lambda text, tally: service.put_records(session, dataset, sort, text, tally))


def _sent(session: Session, file: str, errors: Path | None, send: Callable[[sources.Chunks, Tally], None]) -> Record:
    (source,) = sources.paths([file])
    lost = Lost(errors)

    def failed(line: Line, error: AwsmlError) -> None:
        lost.tell(line.text, error, about="" if error.message.startswith("line ") else f"line {line.number}: ")

    tally = Tally(failed)
    send(sources.read_text(source, session), tally)
    if tally.wrong:
        raise PartialFailure(f"{tally.wrong} of {tally.wrong + tally.sent} lines failed; the others are sent")
    return tally.record
