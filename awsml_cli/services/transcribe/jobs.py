"""Transcription jobs at AWS: looked at, listed, waited for, fetched, removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from awsml_cli.core import jobs, paging, sources, staging
from awsml_cli.core.cache import Cache
from awsml_cli.core.errors import JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe import vocabularies
from awsml_cli.services.transcribe.options import SERVICE
from awsml_cli.services.transcribe.records import PLAIN, Job, Look, Transcription, transcription

STATUSES: Final = ("QUEUED", "IN_PROGRESS", "COMPLETED", "FAILED")
GONE: Final = ("NotFoundException", "BadRequestException")  # what AWS calls a job that is not there


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="transcription job",
    describe=lambda session, job: describe(session, job),
    status=lambda answer: str(answer.get("TranscriptionJobStatus", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"COMPLETED"}),
    failed=frozenset({"FAILED"}),
)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's description of JOB. Raises ServiceError where there is no such job."""
    client = session.client(SERVICE, region=job.region)
    answer = client.get_transcription_job(TranscriptionJobName=job.name)
    return dict(answer["TranscriptionJob"])


def job_record(job: JobId, answer: dict[str, Any]) -> Job:
    """The record of a job that AWS described as ANSWER."""
    return Job.of(answer, id=str(job))


def list_jobs(session: Session, *, status: str | None = None, limit: int | None = None) -> Listing:
    """The jobs of this region, the newest first, page after page as they are read."""
    if status is not None and status not in STATUSES:
        raise UsageError(f"a job is never `{status}`", hint=f"one of: {', '.join(STATUSES)}")
    filters = {"Status": status} if status else {}

    def records() -> Iterator[Job]:
        found = paging.items(session.client(SERVICE).list_transcription_jobs, "TranscriptionJobSummaries", **filters)
        for answer in islice(found, limit):
            yield job_record(JobId(SERVICE, session.region, answer["TranscriptionJobName"]), answer)

    return Listing(records(), "TranscriptionJobSummaries")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return job_record(job, describe(session, job))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    answer = _waited(session, job, timeout=timeout)
    _remove_staged(session, job)
    return job_record(job, answer)


def result(session: Session, job: JobId, *, look: Look = PLAIN, timeout: float | None = None) -> Transcription:
    """The transcript of JOB, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    cache = Cache(session.config)
    if entry is not None and (kept := cache.find(entry.key)) is not None and not session.fresh:
        _remove_staged(session, job)
        return transcription(kept, look)
    answer = _waited(session, job, timeout=timeout)
    document = fetch(session, job, answer)
    if entry is not None and session.keep is not False:
        cache.keep(entry.key, document)
    _remove_staged(session, job)
    return transcription(document, look.asked(answer.get("LanguageCode")))


def removal(job: JobId) -> Step:
    """What removing JOB would call."""
    return step("transcribe:DeleteTranscriptionJob", str(job))


def remove_job(session: Session, job: JobId) -> None:
    """Delete JOB with everything of it that lies in S3. One that is gone already is no failure."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is None:
        delete(session, job)
        return
    tidy(session, entry)
    if entry.vocabulary:
        vocabularies.sweep(session)


def fetch(session: Session, job: JobId, answer: dict[str, Any]) -> bytes:
    """The transcript document of the ended JOB that AWS described as ANSWER: from our bucket or the address given."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None and entry.output and entry.bucket:
        return staging.fetch(session, bucket=entry.bucket, key=entry.output, region=job.region)
    transcript = answer.get("Transcript", {})
    address = str(transcript.get("RedactedTranscriptFileUri") or transcript.get("TranscriptFileUri") or "")
    own = _own_object(address, region=job.region)
    if own is not None and "?" not in address:
        return staging.fetch(session, bucket=own[0], key=own[1], region=job.region)

    def again() -> str:
        fresh = describe(session, job).get("Transcript", {})
        return str(fresh.get("RedactedTranscriptFileUri") or fresh.get("TranscriptFileUri") or "")

    return session.download(address, renew=again)


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove everything of ENTRY's work that may lie at AWS: the staged input, the output, the job."""
    if entry.state == "clean":
        return entry
    delete(session, JobId(SERVICE, entry.region, entry.job))
    for key in (entry.staged, entry.output, _unredacted(entry.output)):
        if key and entry.bucket:
            staging.remove(session, bucket=entry.bucket, key=key, region=entry.region)
    return Ledger().move(entry, "clean")


def redacted(key: str) -> str:
    """Where a job that redacts writes what it would else write to KEY."""
    folder, _, name = key.rpartition("/")
    return f"{folder}/redacted-{name}"


def _unredacted(key: str | None) -> str | None:
    folder, _, name = (key or "").rpartition("/")
    return f"{folder}/{name.removeprefix('redacted-')}" if name.startswith("redacted-") else None


def _waited(session: Session, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    try:
        return jobs.wait(session, KIND, job, timeout=timeout)
    except JobFailed:
        _remove_staged(session, job)
        raise


def _remove_staged(session: Session, job: JobId) -> None:
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None and entry.staged and entry.bucket and entry.state != "clean":
        staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)
    if entry is not None and entry.vocabulary and entry.state != "clean":
        Ledger().put(replace(entry, vocabulary=None))
        vocabularies.sweep(session)


def delete(session: Session, job: JobId) -> None:
    """Delete the job alone. One that is gone already is no failure."""
    try:
        session.client(SERVICE, region=job.region).delete_transcription_job(TranscriptionJobName=job.name)
    except ServiceError as error:
        if error.code not in GONE:
            raise


def _own_object(address: str, *, region: str) -> tuple[str, str] | None:
    """Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY`, which is how Transcribe writes its own output."""
    for host in (
        f"https://s3.{region}.amazonaws.com/",
        f"https://s3-{region}.amazonaws.com/",
        "https://s3.amazonaws.com/",
    ):
        if address.startswith(host):
            return sources.split_uri("s3://" + address.removeprefix(host).partition("?")[0])
    return None
