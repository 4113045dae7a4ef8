"""Quantum tasks: looked at, waited for, fetched, stopped, and what they have cost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from awsml_cli.core import batch, jobs, paging, prices, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats import counts
from awsml_cli.services.braket.devices import QPU, SERVICE, find
from awsml_cli.services.braket.records import Cost, Device, Measured, Task

LOCAL_ACCOUNT: Final = "000000000000"
RESULTS: Final = "results.json"
ENDED_WITHOUT: Final = frozenset({"FAILED", "CANCELLED"})
_ARN: Final = re.compile(r"arn:aws[a-z-]*:braket:(?P<region>[a-z0-9-]+):\d{12}:quantum-task/(?P<name>[\w-]+)")


def named(session: Session, text: str) -> JobId:
    """The task that TEXT names: `braket:REGION:ID`, an ARN, or an id of this region. Raises InputError."""
    found = _ARN.fullmatch(text)
    if found is None:
        job = job_id(text, service=SERVICE, region="" if ":" in text else session.region)
        if not re.fullmatch(r"[\w-]{1,128}", job.name):
            raise InputError(f"`{text}` is not the id of a quantum task", hint="braket:REGION:ID, or its ARN")
        return job
    job = JobId(SERVICE, found["region"], found["name"])
    remember(session, job, text)
    return job


def of_arn(session: Session, arn: str) -> JobId:
    """The task with this ARN of AWS's."""
    job = JobId(SERVICE, arn.split(":")[3], arn.rpartition("/")[2])
    remember(session, job, arn)
    return job


def remember(session: Session, job: JobId, arn: str) -> None:
    """Know the ARN of JOB from now on."""
    session.once(("quantum task", str(job)), lambda: arn)


def arn_of(session: Session, job: JobId) -> str:
    """The ARN of JOB; where only its id is known, in this account."""

    def make() -> str:
        account = LOCAL_ACCOUNT if session.local else session.client("sts").get_caller_identity()["Account"]
        return f"arn:aws:braket:{job.region}:{account}:quantum-task/{job.name}"

    return session.once(("quantum task", str(job)), make)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB. Raises InputError where there is no such task."""
    client = session.client(SERVICE, region=job.region)
    try:
        return dict(
            client.get_quantum_task(quantumTaskArn=arn_of(session, job), additionalAttributeNames=["QueueInfo"])
        )
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no quantum task {job}", hint="awsml braket tasks ls") from None
        raise


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="quantum task",
    describe=describe,
    status=lambda answer: str(answer.get("status", "")),
    reason=lambda answer: str(answer.get("failureReason", "")),
    done=frozenset({"COMPLETED"}),
    failed=ENDED_WITHOUT,
    group="tasks",
)


def list_tasks(
    session: Session,
    *,
    status: str | None = None,
    device: str | None = None,
    regions: Sequence[str] = (),
    limit: int | None = None,
) -> Listing:
    """The tasks of REGIONS or of this one, the newest first; LIMIT of them at the most."""
    filters = [{"name": "status", "operator": "EQUAL", "values": [status.upper()]}] if status else []
    if device:
        filters.append({"name": "deviceArn", "operator": "EQUAL", "values": [find(session, device).device_arn]})

    def of(region: str) -> list[Task]:
        client = session.client(SERVICE, region=region)
        found = islice(paging.items(client.search_quantum_tasks, "quantumTasks", filters=filters), limit)
        return [record(of_arn(session, one["quantumTaskArn"]), one) for one in found]

    def records() -> Iterator[Task]:
        if not regions:
            client = session.client(SERVICE)
            found = islice(paging.items(client.search_quantum_tasks, "quantumTasks", filters=filters), limit)
            yield from (record(of_arn(session, one["quantumTaskArn"]), one) for one in found)
            return
        merged = [task for tasks in batch.in_order(of, regions, workers=8) for task in tasks]
        merged.sort(key=lambda one: str(one.created_at or ""), reverse=True)
        yield from islice(merged, limit)

    return Listing(records(), "quantumTasks")


def get_task(session: Session, job: JobId) -> Task:
    """What AWS says about a task now."""
    return record(job, describe(session, job))


def wait_task(session: Session, job: JobId, *, timeout: float | None = None) -> Task:
    """Wait until a task has ended. Raises JobFailed, TimedOut."""
    return record(job, jobs.wait(session, KIND, job, timeout=timeout))


def stop_task(session: Session, job: JobId) -> Task:
    """Cancel a task; one that has ended stays as it is. Raises ServiceError."""
    client = session.client(SERVICE, region=job.region)
    token = f"awsml-{key_of('stop', str(job))[:40]}"
    try:
        client.cancel_quantum_task(quantumTaskArn=arn_of(session, job), clientToken=token)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no quantum task {job}", hint="awsml braket tasks ls") from None
        if error.code != "ConflictException":
            raise
        session.talk.warn(f"{job} had ended already")
    return get_task(session, job)


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Measured:
    """What a task has measured, waited for if it has not ended; what was fetched once is kept here."""
    cache, key = Cache(session.config), key_of(SERVICE, "result", str(job))
    keeps = not session.local and session.keep is not False
    if keeps and not session.fresh and (kept := cache.find(key)) is not None:
        whole = json.loads(kept)
        return measured(session, job, whole["task"], whole["results"].encode())
    answer = jobs.wait(session, KIND, job, timeout=timeout)
    data = fetch(session, job, answer)
    made = measured(session, job, answer, data)
    if keeps:
        answer.pop("ResponseMetadata", None)
        kept = json.dumps({"task": answer, "results": data.decode()}, default=str).encode()
        try:
            cache.keep(key, kept)
        except AwsmlError as error:
            session.talk.warn(error.message)
    return made


def fetch(session: Session, job: JobId, answer: dict[str, Any]) -> bytes:
    """The results.json of an ended task, as Braket wrote it. Raises ServiceError where it is not there."""
    bucket, key = answer["outputS3Bucket"], _key(answer)
    try:
        return staging.fetch(session, bucket=bucket, key=key, region=job.region)
    except ServiceError as error:
        if error.code in ("NoSuchKey", "NoSuchBucket", "404"):
            raise ServiceError(
                f"{job} is completed, and its result is not in s3://{bucket}/{key}",
                hint="the bucket's rules or somebody else may have removed it",
                code="NoResult",
            ) from None
        raise


def measured(session: Session, job: JobId, answer: dict[str, Any], data: bytes) -> Measured:
    """The record of a task with its results.json DATA. Raises ServiceError where that cannot be used."""
    try:
        found = counts.parse(data)
    except InputError as error:
        raise ServiceError(
            f"the result of {job} cannot be used: {error.message}",
            hint=f"what Braket wrote is at s3://{answer['outputS3Bucket']}/{_key(answer)}",
            code="UnusableAnswer",
        ) from None
    shots = int(answer.get("shots") or found.shots)
    made = Measured(
        id=str(job),
        device=short(answer["deviceArn"]),
        shots=shots,
        counts=found.counts,
        probabilities=found.probabilities,
        measured_qubits=found.qubits,
        results=found.results,
        seconds=found.seconds,
        price=None if session.local else _price(session, answer, seconds=found.seconds),
    )
    return made.with_raw(data)


def costs(session: Session, tasks: Iterable[JobId]) -> Iterator[Cost]:
    """What each of TASKS has cost; of a simulator's by the time it says to have worked."""
    for job in tasks:
        answer = describe(session, job)
        seconds = _seconds(session, job, answer)
        yield Cost(
            id=str(job),
            status=answer["status"],
            device=short(answer["deviceArn"]),
            shots=answer["shots"],
            seconds=seconds,
            price=_price(session, answer, seconds=seconds),
        )


def _seconds(session: Session, job: JobId, answer: dict[str, Any]) -> float | None:
    """How long a simulator says to have worked; None where there is no result to say it."""
    if answer["status"] != "COMPLETED" or "/quantum-simulator/" not in answer["deviceArn"]:
        return None
    try:
        return counts.parse(fetch(session, job, answer)).seconds
    except (InputError, ServiceError) as error:
        session.talk.warn(f"{job}: {error.message}")
        return None


def _price(session: Session, answer: dict[str, Any], *, seconds: float | None) -> float | None:
    """What an ended task has cost: nothing where it failed or was stopped, None while it runs or is not known."""
    if answer.get("status") in ENDED_WITHOUT:
        return 0.0
    if answer.get("status") != "COMPLETED":
        return None
    try:
        device: Device = find(session, answer["deviceArn"])
    except (AwsmlError, ValueError) as problem:
        session.talk.note(f"the price of {short(answer['deviceArn'])} is not known: {problem}")
        return None
    if device.price is None:
        return None
    if device.device_type == QPU:
        shots = answer.get("numSuccessfulShots") or answer["shots"]
        return round(prices.quantum_task(shots, shot=device.price).dollars, 6) if device.unit == "shot" else None
    return round(prices.simulation(seconds, minute=device.price).dollars, 6) if seconds is not None else None


def record(job: JobId, answer: dict[str, Any]) -> Task:
    """The record of AWS's ANSWER about a task."""
    arn = answer["deviceArn"]
    position = (answer.get("queueInfo") or {}).get("position")
    return Task.of(answer, id=str(job), device=short(arn), queue_position=position)


def short(arn: str) -> str:
    """What a device is called in a row: the end of its ARN."""
    return arn.rpartition("/")[2]


def _key(answer: Mapping[str, Any]) -> str:
    """Where in its bucket Braket writes the result of the task that ANSWER tells of."""
    return f"{answer['outputS3Directory'].rstrip('/')}/{RESULTS}"
