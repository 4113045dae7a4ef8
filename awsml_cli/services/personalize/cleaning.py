"""Everything in a dataset group removed, in the order that AWS demands, each thing gone before the next is touched.

Campaigns and recommenders, filters and trackers, solutions, datasets, schemas, the group.
https://docs.aws.amazon.com/personalize/latest/dg/API_DeleteDatasetGroup.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.interactions import KINDS
from awsml_cli.services.personalize import resources
from awsml_cli.services.personalize.importing import schema_name
from awsml_cli.services.personalize.resources import (
    ATTRIBUTION,
    BATCH,
    BUSY,
    CAMPAIGN,
    DATASET,
    FILTER,
    GROUP,
    NEVER,
    RECOMMENDER,
    SCHEMA,
    SEGMENT,
    SERVICE,
    SOLUTION,
    TRACKER,
    VERSION,
    Deadline,
    listed,
    sort_of,
)

_MAKING: Final = ("CREATE PENDING", "CREATE IN_PROGRESS")


class Nothing(InputError):
    """There is no such dataset group."""


class Removed(Record):
    """Something that was removed."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("kind", "arn")

    kind: str
    arn: str


def clean(session: Session, name: str, *, until: Deadline = NEVER) -> Iterator[Removed]:
    """Remove the dataset group NAME and everything in it, each told when it is gone.

    A run that was killed is picked up: what is gone is passed over, and the schemas are remembered until they are gone.
    Raises InputError where there is nothing of that name, TimedOut.
    """
    group = _group(session, name)
    row = _remembered(session, name)
    if group is None and row is None:
        raise Nothing(f"there is no dataset group {name}", hint="awsml personalize ls")
    schemas = _schemas(session, group, row)
    row = _remember(session, name, schemas)
    if group is not None:
        yield from _inside(session, group, until)
    for arn in schemas:
        yield from _schema(session, arn, until)
    if group is not None:
        yield from _gone(session, group, until)
    Ledger().move(row, "clean")


def plan(session: Session, name: str) -> list[Step]:
    """What removing the group NAME would call."""
    group = _group(session, name)
    if group is None:
        raise InputError(f"there is no dataset group {name}", hint="awsml personalize ls")
    arns = [*_things(session, group), *_schemas(session, group, None), group]
    return [step(f"personalize:Delete{_noun(arn)}", arn.split(":", 5)[5]) for arn in arns]


def _noun(arn: str) -> str:
    return "".join(part.capitalize() for part in sort_of(arn).stem.split("_"))


def _group(session: Session, name: str) -> str | None:
    if name.startswith("arn:"):
        return name if resources.status_of(session, name) is not None else None
    return next((str(one[GROUP.arn]) for one in listed(session, GROUP) if one["name"] == name), None)


def _things(session: Session, group: str) -> Iterator[str]:
    """Everything in GROUP but its schemas, in the order in which it can be removed."""
    solutions = [str(one[SOLUTION.arn]) for one in listed(session, SOLUTION, datasetGroupArn=group)]
    for solution in solutions:
        yield from (str(one[CAMPAIGN.arn]) for one in listed(session, CAMPAIGN, solutionArn=solution))
    for sort in (RECOMMENDER, FILTER, TRACKER, ATTRIBUTION):
        yield from (str(one[sort.arn]) for one in listed(session, sort, datasetGroupArn=group))
    yield from solutions
    yield from (str(one[DATASET.arn]) for one in listed(session, DATASET, datasetGroupArn=group))


def _inside(session: Session, group: str, until: Deadline) -> Iterator[Removed]:
    for solution in [str(one[SOLUTION.arn]) for one in listed(session, SOLUTION, datasetGroupArn=group)]:
        _stop(session, solution, until)
    serving = (CAMPAIGN, RECOMMENDER, FILTER, TRACKER, ATTRIBUTION)
    arns = list(_things(session, group))
    stages: list[Callable[[str], bool]] = [
        lambda arn: sort_of(arn) in serving,
        lambda arn: sort_of(arn) is SOLUTION,
        lambda arn: sort_of(arn) is DATASET,
    ]
    for stage in stages:
        for arn in filter(stage, arns):
            yield from _gone(session, arn, until)


def _stop(session: Session, solution: str, until: Deadline) -> None:
    """Stop the trainings of SOLUTION that are under way, wait for its batch jobs: AWS removes nothing under them."""
    for one in listed(session, VERSION, solutionArn=solution):
        arn = str(one[VERSION.arn])
        if one["status"] in _MAKING:
            try:
                session.client(SERVICE).stop_solution_version_creation(solutionVersionArn=arn)
            except ServiceError as error:
                if error.code not in (BUSY, resources.GONE):
                    raise
            _over(session, arn, until)
        for sort in (BATCH, SEGMENT):
            for job in listed(session, sort, solutionVersionArn=arn):
                if job["status"] in _MAKING:
                    _over(session, str(job[sort.arn]), until)


def _over(session: Session, arn: str, until: Deadline) -> None:
    while (status := resources.status_of(session, arn)) is not None and status in (*_MAKING, "CREATE STOPPING"):
        resources.pause(session, arn, f"waiting for {arn.rpartition('/')[2]}", until)


def _gone(session: Session, arn: str, until: Deadline) -> Iterator[Removed]:
    resources.remove(session, arn, until=until)
    yield Removed(kind=sort_of(arn).noun, arn=arn)


def _schema(session: Session, arn: str, until: Deadline) -> Iterator[Removed]:
    """Remove a schema, unless datasets of other groups use it."""
    try:
        yield from _gone(session, arn, until)
    except ServiceError as error:
        if error.code != BUSY:
            raise
        session.talk.note(f"the schema {arn} stays: another dataset uses it")


def _schemas(session: Session, group: str | None, row: Entry | None) -> list[str]:
    found: list[str] = json.loads(row.input) if row is not None else []
    if group is not None:
        for one in listed(session, DATASET, datasetGroupArn=group):
            with suppress(InputError):  # it went between two looks
                about: dict[str, Any] = resources.describe(session, one[DATASET.arn])
                found.append(str(about.get("schemaArn", "")))
        name = group.rpartition("/")[2]
        mine = {schema_name(name, sort) for sort in KINDS}
        found += [str(one[SCHEMA.arn]) for one in listed(session, SCHEMA) if one["name"] in mine]
    return [arn for arn in dict.fromkeys(found) if arn]


def _remembered(session: Session, name: str) -> Entry | None:
    row = Ledger().find(key_of("personalize clean", name, session.region))
    return row if row is not None and row.state != "clean" else None


def _remember(session: Session, name: str, schemas: list[str]) -> Entry:
    key = key_of("personalize clean", name, session.region)
    row = Entry(key, SERVICE, session.region, f"{GROUP.word}/{name.rpartition('/')[2]}", state="ended")
    return Ledger().put(replace(row, input=json.dumps(schemas)))


def cleaned(session: Session, name: str, *, until: Deadline = NEVER) -> Listing:
    """What `clean` removes, as it goes."""
    return Listing(clean(session, name, until=until), "Removed")
