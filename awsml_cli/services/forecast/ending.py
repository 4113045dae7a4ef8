"""How a single step ends: waited for, what was staged for it removed, its rows made a tidy table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from awsml_cli.core import corpus, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import JobFailed
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.core.staging import Media
from awsml_cli.services.forecast import things
from awsml_cli.services.forecast.answers import Forecast
from awsml_cli.services.forecast.things import SERVICE, Thing


@contextmanager
def staged(session: Session, bucket: str | None, name: str) -> Iterator[tuple[str, str]]:
    """A folder in the staging bucket for an export, which is emptied when it has been read."""
    held, folder = staging.bucket(session, bucket), f"{staging.PREFIX}{name}/"
    row = Entry(key_of("forecast export", name, session.region), SERVICE, session.region, "", bucket=held)
    row = Ledger().put(replace(row, staged=folder))
    yield held, folder
    corpus.empty(session, held, folder)
    Ledger().move(row, "clean")


def sent(session: Session, media: Media, *, bucket: str, name: str) -> tuple[str, Entry]:
    """Where MEDIA is staged for the thing NAME, and the row that says so; `needed_by` says until when."""
    key = f"{staging.PREFIX}{name}/{media.source.name}"
    row = Entry(key_of("forecast input", key, session.region), SERVICE, session.region, "", bucket=bucket, staged=key)
    Ledger().put(row)
    staging.put(session, media, bucket=bucket, key=key)
    return f"s3://{bucket}/{key}", row


def needed_by(row: Entry, arn: str) -> None:
    """Note that what ROW tells of is needed until the thing ARN is there, whoever waits for it."""
    Ledger().put(replace(row, job=arn.split(":", 5)[5], state="started"))


def waited(session: Session, arn: str, timeout: float | None) -> None:
    """Wait until the thing ARN is there, and remove what was staged for it. Raises JobFailed, TimedOut."""
    job = JobId(SERVICE, session.region, arn.split(":", 5)[5])
    try:
        things.step_of(arn)(session, timeout)
    except JobFailed:
        _unstage(session, job)
        raise
    _unstage(session, job)


def _unstage(session: Session, job: JobId) -> None:
    row = Ledger().find_job(SERVICE, session.region, job.name)
    if row is not None and row.bucket and row.staged and row.state != "clean" and not row.plan:
        staging.remove(session, bucket=row.bucket, key=row.staged)
        Ledger().move(row, "clean")


def ended(session: Session, arn: str, *, timeout: float | None, wait: bool) -> Thing:
    """The thing ARN, waited for where that is wanted."""
    if wait:
        waited(session, arn, timeout)
    return thing_of(session, arn)


def thing_of(session: Session, arn: str) -> Thing:
    """The record of the thing ARN as it is now."""
    sort = things.sort_of(arn)
    return things.thing(session, sort, things.describe(session, sort, arn))


def told(session: Session, arn: str, rows: list[dict[str, Any]], types: Sequence[str]) -> Forecast:
    """The record of ROWS of a tidy table, which the thing ARN says; TYPES are its columns of values, else all."""
    names = list(types) or [one for one in (rows[0] if rows else ()) if one == "mean" or one[1:].isdigit()]
    return Forecast(
        id=f"{SERVICE}:{session.region}:{arn.split(':', 5)[5]}",
        name=arn.rpartition("/")[2],
        frequency="",
        forecast_horizon=len({row["timestamp"] for row in rows}),
        forecast_types=names,
        predictions=rows,
    )


def dated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """ROWS without the time of day, where all of them are at midnight."""
    if all(str(row["timestamp"])[10:] in ("", " 00:00:00") for row in rows):
        return [{**row, "timestamp": str(row["timestamp"])[:10]} for row in rows]
    return rows


def short(arn: str) -> str:
    """A name for what is made from the thing ARN."""
    return re.sub(r"\W", "_", arn.rpartition("/")[2])[:63]
