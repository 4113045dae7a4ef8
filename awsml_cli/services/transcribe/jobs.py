"""Transcription jobs at AWS: looked at, listed, waited for, fetched, removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from awsml_cli.core import jobs, paging, staging
from awsml_cli.core.cache import Cache
from awsml_cli.core.errors import JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe import vocabularies
from awsml_cli.services.transcribe.family import SERVICE, TRANSCRIPTION, Family, family_of
from awsml_cli.services.transcribe.records import PLAIN, Look, Transcription, transcription

STATUSES: Final = ("QUEUED", "IN_PROGRESS", "COMPLETED", "FAILED")
GONE: Final = ("NotFoundException", "BadRequestException")  # what AWS calls a job that is not there


def job_record(job: JobId, answer: dict[str, Any]) -> Record:
    """The record of a job that AWS described as ANSWER."""
    return family_of(job).record.of(answer, id=str(job))


def list_jobs(
    session: Session, family: Family = TRANSCRIPTION, *, status: str | None = None, limit: int | None = None
) -> Listing:
    """The jobs of FAMILY in this region, the newest first, page after page as they are read."""
    if status is not None and status not in STATUSES:
        raise UsageError(f"a job is never `{status}`", hint=f"one of: {', '.join(STATUSES)}")
    filters = {"Status": status} if status else {}

    def records() -> Iterator[Record]:
        found = paging.items(family.call(session, "list", plural=True), family.listed, **filters)
        for answer in islice(found, limit):
            yield job_record(JobId(family.service, session.region, answer[family.name]), answer)

    return Listing(records(), family.listed)


def get_job(session: Session, job: JobId) -> Record:
    """What AWS says about JOB now."""
    return job_record(job, family_of(job).describe(session, job))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Record:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    answer = _waited(session, job, timeout=timeout)
    _remove_staged(session, job)
    return job_record(job, answer)


def result(session: Session, job: JobId, *, look: Look = PLAIN, timeout: float | None = None) -> Transcription:
    """The transcript of JOB, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(job.service, job.region, job.name)
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
    return step(f"{SERVICE}:Delete{family_of(job).member}", str(job))


def remove_job(session: Session, job: JobId) -> None:
    """Delete JOB with everything of it that lies in S3. One that is gone already is no failure."""
    entry = Ledger().find_job(job.service, job.region, job.name)
    if entry is None:
        delete(session, job)
        return
    tidy(session, entry)
    if entry.vocabulary:
        vocabularies.sweep(session)


def fetch(session: Session, job: JobId, answer: dict[str, Any]) -> bytes:
    """The document of the ended JOB that AWS described as ANSWER: from our bucket or the address given."""
    family = family_of(job)
    entry = Ledger().find_job(job.service, job.region, job.name)
    if family is TRANSCRIPTION and entry is not None and entry.output and entry.bucket:
        return staging.fetch(session, bucket=entry.bucket, key=entry.output, region=job.region)
    return family.documents(session, job, answer)


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove everything of ENTRY's work that may lie at AWS: the staged input, the output, the job."""
    if entry.state == "clean":
        return entry
    delete(session, JobId(entry.service, entry.region, entry.job))
    written = family_of(entry).files(entry.job) if entry.output else ()
    if "/redacted-" in (entry.output or ""):
        written = (*written, *map(redacted, written))
    for key in (entry.staged, *written):
        if key and entry.bucket:
            staging.remove(session, bucket=entry.bucket, key=key, region=entry.region)
    return Ledger().move(entry, "clean")


def redacted(key: str) -> str:
    """Where a job that redacts writes what it would else write to KEY."""
    folder, _, name = key.rpartition("/")
    return f"{folder}/redacted-{name}"


def _waited(session: Session, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    try:
        return jobs.wait(session, family_of(job).kind, job, timeout=timeout)
    except JobFailed:
        _remove_staged(session, job)
        raise


def _remove_staged(session: Session, job: JobId) -> None:
    entry = Ledger().find_job(job.service, job.region, job.name)
    if entry is not None and entry.staged and entry.bucket and entry.state != "clean":
        staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)
    if entry is not None and entry.vocabulary and entry.state != "clean":
        Ledger().put(replace(entry, vocabulary=None))
        vocabularies.sweep(session)


def delete(session: Session, job: JobId) -> None:
    """Delete the job alone. One that is gone already is no failure."""
    try:
        family = family_of(job)
        family.call(session, "delete", region=job.region)(**{family.name: job.name})
    except ServiceError as error:
        if error.code not in GONE:
            raise
