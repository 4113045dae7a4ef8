"""Polly's asynchronous tasks: up to 100,000 billed characters in one, the audio left in S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, limits, paging, prices, sources, staging
from awsml_cli.core.errors import InputError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.polly.speech import Options, billed, settle
from awsml_cli.services.polly.voices import ENGINES, SERVICE


class Task(Record):
    """A task; `output_uri` is where its audio is, or will be."""

    columns: ClassVar = ("id", "task_status", "voice_id", "output_format", "request_characters", "output_uri")

    id: str
    task_id: str
    task_status: str
    task_status_reason: str | None = None
    engine: str | None = None
    voice_id: str | None = None
    output_format: str | None = None
    output_uri: str | None = None
    request_characters: int | None = None
    creation_time: Any = None


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="speech synthesis task",
    describe=lambda session, job: describe(session, job),
    status=lambda answer: str(answer.get("TaskStatus", "")),
    reason=lambda answer: str(answer.get("TaskStatusReason", "")),
    done=frozenset({"completed"}),
    failed=frozenset({"failed"}),
)


def start_task(session: Session, text: str, options: Options, *, bucket: str | None, prefix: str = "") -> Task:
    """Start a task that speaks TEXT into BUCKET (the staging bucket otherwise), below PREFIX.

    Raises InputError for more than 100,000 billed or 200,000 characters.
    """
    options.check()
    _check(text, options)
    settled = settle(session, options, text)
    place = staging.bucket(session, bucket)
    answer = session.client(SERVICE).start_speech_synthesis_task(
        **settled.params, Text=text, OutputS3BucketName=place, **({"OutputS3KeyPrefix": prefix} if prefix else {})
    )["SynthesisTask"]
    return _task(JobId(SERVICE, session.region, answer["TaskId"]), answer)


def plan(name: str, text: str, options: Options) -> Step:
    """What a task for TEXT would cost. Nothing is sent."""
    _check(text, options)
    charge = prices.speech(billed(text, options), engine=options.engine or ENGINES[0])
    return step("polly:StartSpeechSynthesisTask", name, charge=charge)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's description of a task."""
    client = session.client(SERVICE, region=job.region)
    return dict(client.get_speech_synthesis_task(TaskId=job.name)["SynthesisTask"])


def get_task(session: Session, job: JobId) -> Task:
    """What AWS says about a task now."""
    return _task(job, describe(session, job))


def wait_task(session: Session, job: JobId, *, timeout: float | None = None) -> Task:
    """Wait until a task has ended. Raises JobFailed, TimedOut."""
    return _task(job, jobs.wait(session, KIND, job, timeout=timeout))


def list_tasks(session: Session, *, status: str | None = None) -> Listing:
    """The tasks of the last 72 hours."""
    filters = {"Status": status} if status else {}
    found = paging.items(session.client(SERVICE).list_speech_synthesis_tasks, "SynthesisTasks", **filters)
    return Listing((_task(JobId(SERVICE, session.region, one["TaskId"]), one) for one in found), "SynthesisTasks")


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Blob:
    """The audio of a task, waited for if it is not there yet; it stays in S3 too."""

    def chunks(seekable: bool) -> Iterator[bytes]:
        address = str(jobs.wait(session, KIND, job, timeout=timeout).get("OutputUri", ""))
        bucket, key = _place(address)
        body = session.client("s3", region=job.region).get_object(Bucket=bucket, Key=key)["Body"]
        yield from body.iter_chunks(1 << 16)

    return Blob(chunks)


def _task(job: JobId, answer: dict[str, Any]) -> Task:
    return Task.of(answer, id=str(job))


def _check(text: str, options: Options) -> None:
    if not text.strip():
        raise InputError("there is nothing to speak")
    count = billed(text, options)
    if count > limits.POLLY_TASK_BILLED_CHARACTERS or len(text) > limits.POLLY_TASK_CHARACTERS:
        raise InputError(
            f"{count:,} characters; a task takes {limits.POLLY_TASK_BILLED_CHARACTERS:,}",
            hint="`awsml polly` without `tasks` has no limit of length",
        )


def _place(address: str) -> tuple[str, str]:
    """Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY` (or of an `s3://` address)."""
    if address.startswith("s3://"):
        return sources.split_uri(address)
    return sources.split_uri("s3://" + address.partition("://")[2].partition("/")[2])
