"""Human loops: something is put before people, waited for, and what they said is fetched from S3."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from awsml_cli.core import jobs, limits, paging, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.client import Client
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.a2i.flows import find_flow, flows
from awsml_cli.services.a2i.pages import RUNTIME, known
from awsml_cli.services.a2i.records import Answer, Loop

SERVICE: Final = "a2i"
CLASSIFIERS: Final = {"pii": "FreeOfPersonallyIdentifiableInformation", "adult": "FreeOfAdultContent"}


def runtime(session: Session, *, region: str | None = None) -> Client:
    """The client for loops."""
    known(session)
    return session.client(RUNTIME, region=region)


def named(session: Session, text: str) -> JobId:
    """The loop that TEXT names: `a2i:REGION:NAME`, an ARN, or a name of this region. Raises InputError."""
    if text.startswith("arn:"):
        parts = text.split(":")
        return JobId(SERVICE, parts[3] if len(parts) > 3 else "", text.rpartition("/")[2])
    return job_id(text, service=SERVICE, region="" if ":" in text else session.region)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB. Raises InputError where there is no such loop."""
    try:
        return dict(runtime(session, region=job.region).describe_human_loop(HumanLoopName=job.name))
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no human loop {job}", hint="awsml a2i loop ls FLOW") from None
        raise


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="human loop",
    describe=describe,
    status=lambda answer: str(answer.get("HumanLoopStatus", "")),
    reason=lambda answer: " ".join(str(answer.get(name, "")) for name in ("FailureCode", "FailureReason")).strip(),
    done=frozenset({"Completed"}),
    failed=frozenset({"Failed", "Stopped"}),
    group="loop",
)


def start_loop(
    session: Session,
    flow: str,
    content: str,
    *,
    name: str | None = None,
    free_of: Sequence[str] = (),
    what: str = "stdin",
) -> JobId:
    """Put CONTENT, a JSON object, before the people of FLOW; the same once more is the same loop, unless it is fresh.

    WHAT is what messages call CONTENT. Raises InputError, UsageError for what AWS would refuse.
    """
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise InputError(f"{what} is not JSON: {problem}") from None
    if not isinstance(found, dict):
        raise InputError(f"{what} holds no object: people are shown its members", hint='{"text": "…"}')
    if len(content) > limits.A2I_INPUT_CHARACTERS:
        raise InputError(f"{what} has {len(content):,} characters; a loop takes {limits.A2I_INPUT_CHARACTERS:,}")
    if unknown := [one for one in free_of if one not in CLASSIFIERS]:
        raise UsageError(f"nobody can be told of `{unknown[0]}`", hint=f"--free-of {' or '.join(CLASSIFIERS)}")
    arn = flow if flow.startswith("arn:") else find_flow(session, flow).flow_definition_arn
    fresh = [session.once("run", lambda: uuid.uuid4().hex)] if session.fresh else []
    asked = name or f"awsml-{key_of(arn, found, *fresh)[:40]}"
    words = {"DataAttributes": {"ContentClassifiers": [CLASSIFIERS[one] for one in free_of]}} if free_of else {}
    job = JobId(SERVICE, session.region, asked)
    try:
        runtime(session).start_human_loop(
            HumanLoopName=asked, FlowDefinitionArn=arn, HumanLoopInput={"InputContent": content}, **words
        )
    except ServiceError as error:
        if error.code != "ConflictException":
            raise
        if name is not None:
            raise InputError(f"there is a human loop `{name}`", hint=f"awsml a2i loop get {name}") from None
        session.talk.note(f"{job} was started before")
    session.running[str(job)] = KIND.command("wait", job)
    return job


def loops(session: Session, flow: str, *, limit: int | None = None) -> Listing:
    """The loops of FLOW, the newest first."""
    arn = flow if flow.startswith("arn:") else find_flow(session, flow).flow_definition_arn
    found = paging.items(
        runtime(session).list_human_loops, "HumanLoopSummaries", FlowDefinitionArn=arn, SortOrder="Descending"
    )
    return Listing((_loop(session.region, one) for one in islice(found, limit)), "HumanLoopSummaries")


def loops_of_all(session: Session, *, limit: int | None = None) -> Iterator[Loop]:
    """The loops of all flows of this region, as many of each as LIMIT says."""
    for flow in flows(session).records:
        yield from loops(session, flow.fields()["flow_definition_arn"], limit=limit).records  # type: ignore[misc]


def get_loop(session: Session, job: JobId) -> Loop:
    """What AWS says about a loop now."""
    return _loop(job.region, describe(session, job))


def wait_loop(session: Session, job: JobId, *, timeout: float | None = None) -> Loop:
    """Wait until people have answered. Raises JobFailed, TimedOut."""
    return _loop(job.region, jobs.wait(session, KIND, job, timeout=timeout))


def stop_loop(session: Session, job: JobId) -> Loop:
    """Stop a loop; nobody is asked any more."""
    _changed(session, "stop_human_loop", job)
    return get_loop(session, job)


def remove_loop(session: Session, job: JobId) -> None:
    """Remove a loop that has ended; its answers stay in S3."""
    _changed(session, "delete_human_loop", job)


def answers(session: Session, job: JobId, *, timeout: float | None = None) -> Listing:
    """What people said in the loop JOB, waited for if they have not yet. Raises JobFailed, TimedOut, ServiceError."""
    answer = jobs.wait(session, KIND, job, timeout=timeout)
    session.running.pop(str(job), None)
    place = str((answer.get("HumanLoopOutput") or {}).get("OutputS3Uri", ""))
    bucket, key = sources.split_uri(place)
    data = staging.fetch(session, bucket=bucket, key=key, region=job.region)
    try:
        said = json.loads(data)["humanAnswers"]
        made = [_answer(one) for one in said]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ServiceError(
            f"what {place} holds is no output of a human loop: {problem}", code="UnusableAnswer"
        ) from None
    return Listing(iter(made), "humanAnswers")


def _answer(one: dict[str, Any]) -> Answer:
    return Answer(
        worker_id=one.get("workerId"),
        seconds=one.get("timeSpentInSeconds"),
        answer_content=one.get("answerContent"),
        acceptance_time=one.get("acceptanceTime"),
        submission_time=one.get("submissionTime"),
    ).with_raw(one)


def _changed(session: Session, method: str, job: JobId) -> None:
    try:
        getattr(runtime(session, region=job.region), method)(HumanLoopName=job.name)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no human loop {job}", hint="awsml a2i loop ls FLOW") from None
        raise


def _loop(region: str, one: dict[str, Any]) -> Loop:
    return Loop.of(
        one,
        id=str(JobId(SERVICE, region, one["HumanLoopName"])),
        flow=str(one.get("FlowDefinitionArn", "")).rpartition("/")[2],
        output=(one.get("HumanLoopOutput") or {}).get("OutputS3Uri"),
    )
