"""Event trackers: where events of a dataset group are sent to; a group has one."""

from __future__ import annotations

from itertools import islice
from typing import Any, ClassVar

from pydantic import ConfigDict

from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize.resources import (
    GROUP,
    NEVER,
    TRACKER,
    Deadline,
    describe,
    ensure,
    listed,
    ready,
    remove,
    resolve,
)


class Tracker(Record):
    """An event tracker; `tracking_id` is what `events --tracking-id` takes."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "tracking_id", "event_tracker_arn")

    name: str
    status: str | None = None
    tracking_id: str | None = None
    event_tracker_arn: str
    dataset_group_arn: str | None = None
    creation_date_time: Any = None


def create(session: Session, name: str, group: str, *, until: Deadline = NEVER) -> Tracker:
    """Make the tracker NAME in the dataset GROUP (name or ARN), or take the one that is there."""
    arn = resolve(session, GROUP, group)
    made = ensure(session, TRACKER, name, within={"datasetGroupArn": arn}, until=until, datasetGroupArn=arn)
    return _record(ready(session, made, until=until))


def ls(session: Session, *, limit: int | None = None) -> Listing:
    """The trackers of this region."""
    found = islice(listed(session, TRACKER), limit)
    return Listing((_record(describe(session, one["eventTrackerArn"])) for one in found), "eventTrackers")


def rm(session: Session, name: str, *, until: Deadline = NEVER) -> None:
    """Remove the tracker NAME. Raises InputError where there is none."""
    remove(session, resolve(session, TRACKER, name), until=until)


def plan(operation: str, name: str) -> Step:
    """What making or removing the tracker NAME would call."""
    return step(f"personalize:{operation}EventTracker", name)


def _record(answer: dict[str, Any]) -> Tracker:
    return Tracker.of(answer).with_raw(answer)
