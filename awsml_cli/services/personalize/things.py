"""Everything that Personalize keeps for this account, a line each, and what becomes of what is being made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import corpus
from awsml_cli.core.errors import InputError, JobFailed
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import resources
from awsml_cli.services.personalize.resources import (
    BATCH,
    CAMPAIGN,
    DATASET,
    FILTER,
    GROUP,
    IMPORT,
    NEVER,
    RECOMMENDER,
    SCHEMA,
    SEGMENT,
    SERVICE,
    SOLUTION,
    SORTS,
    TRACKER,
    VERSION,
    Deadline,
    Sort,
    listed,
)


class Thing(Record):
    """Something that Personalize keeps, or works on; `within` is the dataset group it belongs to."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("kind", "name", "status", "within", "arn")

    kind: str
    name: str
    status: str
    within: str | None = None
    arn: str
    id: str
    failure_reason: str | None = None
    creation_date_time: Any = None
    creation_time: Any = None
    end_time: Any = None


_INSIDE: Final = (SOLUTION, RECOMMENDER, FILTER, TRACKER, DATASET)
MAKING: Final = (IMPORT, BATCH, SEGMENT)


def ls(session: Session, name: str | None = None, *, limit: int | None = None) -> Listing:
    """The dataset groups and all in them, of the group NAME alone where one is named; then the schemas."""
    return Listing(islice(_all(session, name), limit), "Things")


def _all(session: Session, name: str | None) -> Iterator[Thing]:
    found = False
    for one in listed(session, GROUP):
        group = one["name"]
        if name is not None and name not in (group, one[GROUP.arn]):
            continue
        found = True
        yield _thing(session, GROUP, one, group)
        yield from _inside(session, one[GROUP.arn], group)
    if name is not None and not found:
        raise InputError(f"there is no dataset group {name}", hint="awsml personalize ls")
    if name is None:
        yield from (_thing(session, SCHEMA, one, None) for one in listed(session, SCHEMA))


def _inside(session: Session, arn: str, group: str) -> Iterator[Thing]:
    for sort in _INSIDE:
        for one in listed(session, sort, datasetGroupArn=arn):
            yield _thing(session, sort, one, group)
            if sort is SOLUTION:
                for inner in (VERSION, CAMPAIGN):
                    for other in listed(session, inner, solutionArn=one[SOLUTION.arn]):
                        yield _thing(session, inner, other, group)


def jobs(session: Session, *, limit: int | None = None) -> Listing:
    """Imports, trainings, batch and segment jobs of this region."""
    return Listing(islice(_jobs(session), limit), "Jobs")


def _jobs(session: Session) -> Iterator[Thing]:
    for sort in (*MAKING, VERSION):
        yield from (_thing(session, sort, one, None) for one in listed(session, sort))


def get(session: Session, job: JobId) -> Thing:
    """What AWS says about JOB, anything of Personalize's, now. Raises InputError where there is none."""
    arn = arn_of(session, job)
    return _thing(session, resources.sort_of(arn), resources.describe(session, arn), None)


def wait(session: Session, job: JobId, *, until: Deadline = NEVER) -> Thing:
    """Wait until JOB has ended; what was staged for it is removed. Raises JobFailed, TimedOut."""
    arn = arn_of(session, job)
    try:
        answer = resources.ready(session, arn, until=until)
    except JobFailed:
        corpus.clear(session, job)
        raise
    corpus.clear(session, job)
    return _thing(session, resources.sort_of(arn), answer, None)


def stop(session: Session, job: JobId) -> Thing:
    """Stop a training. Raises InputError for what AWS cannot stop."""
    arn = arn_of(session, job)
    if resources.sort_of(arn) is not VERSION:
        raise InputError(f"AWS cannot stop a {resources.sort_of(arn).noun}; it ends by itself")
    session.client(SERVICE).stop_solution_version_creation(solutionVersionArn=arn)
    return get(session, job)


def arn_of(session: Session, job: JobId) -> str:
    """The ARN of JOB: its name is the last part of it."""
    if job.name.startswith("arn:"):
        return job.name
    if "/" not in job.name:
        for sort in SORTS:
            for one in listed(session, sort) if sort in MAKING else ():
                if one.get("jobName") == job.name:
                    return str(one[sort.arn])
        raise InputError(f"there is no job {job.name}", hint="awsml personalize jobs ls")
    account = "000000000000"
    if not session.local:
        account = str(session.once("account", lambda: session.client("sts").get_caller_identity()["Account"]))
    partition = (
        "aws-cn" if job.region.startswith("cn-") else "aws-us-gov" if job.region.startswith("us-gov-") else "aws"
    )
    return f"arn:{partition}:{SERVICE}:{job.region}:{account}:{job.name}"


def _thing(session: Session, sort: Sort, answer: dict[str, Any], group: str | None) -> Thing:
    arn = str(answer[sort.arn])
    name = str(answer.get(sort.named) or arn.rpartition("/")[2])
    return Thing.of(
        answer,
        kind=sort.noun,
        name=name,
        status=str(answer.get("status", resources.ACTIVE)),
        within=group,
        arn=arn,
        id=str(resources.job_of(session, arn)),
        creationTime=answer.get("creationDateTime"),
    ).with_raw(answer)
