"""Textract's jobs: looked at, waited for, fetched; AWS lists none, so the list is of those that began here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from awsml_cli.core import jobs
from awsml_cli.core.cache import Cache
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Ledger
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats.blocks import Look
from awsml_cli.services.textract import job as work
from awsml_cli.services.textract.asked import OPERATIONS, SERVICE
from awsml_cli.services.textract.records import Job, Reading, reading


def list_jobs(session: Session, *, limit: int | None = None) -> Listing:
    """The jobs of this region that began on this machine and of which something may be left at AWS."""

    def records() -> Iterator[Job]:
        found = (entry for entry in Ledger().open() if entry.service == SERVICE and entry.region == session.region)
        for entry in islice(found, limit):
            yield Job(id=entry.id, job_status=entry.state.upper(), input=entry.input)

    return Listing(records(), "Jobs")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return _record(job, work.describe(session, job, _reading(session, job)))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    return _record(job, _waited(session, job, _reading(session, job), timeout=timeout))


def result(session: Session, job: JobId, look: Look, *, timeout: float | None = None) -> Reading:
    """What JOB has read, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    cache = Cache(session.config)
    if entry is not None and not session.fresh and (kept := cache.find(entry.key)) is not None:
        work.tidy(session, entry)
        return reading(kept, look)
    kind = _reading(session, job)
    _waited(session, job, kind, timeout=timeout)
    answer = work.fetch(session, job, kind)
    if entry is not None and session.keep is not False:
        work.remember(session, entry.key, answer)
    return reading(answer, look, warn=session.talk.warn)


def remove_job(session: Session, job: JobId) -> None:
    """Remove what JOB needed in S3; the job itself is forgotten by AWS after seven days."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is None:
        raise InputError(f"{job} did not begin on this machine: nothing of it is to be removed")
    work.tidy(session, entry)


def _waited(session: Session, job: JobId, kind: str, *, timeout: float | None) -> dict[str, Any]:
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    try:
        answer = jobs.wait(session, work.kind(kind), job, timeout=timeout)
    except JobFailed:
        if entry is not None:
            work.tidy(session, entry)
        raise
    if entry is not None:
        work.tidy(session, entry)
    return answer


def _reading(session: Session, job: JobId) -> str:
    """Which kind of reading JOB is: its id does not say so, but only one operation knows it. Raises ServiceError."""

    def find_out() -> str:
        last: ServiceError | None = None
        for kind, operation in OPERATIONS.items():
            if operation.get is None:
                continue
            try:
                work.describe(session, job, kind)
                return kind
            except ServiceError as error:
                if error.code not in (work.GONE, "InvalidParameterException"):
                    raise
                last = error
        assert last is not None
        raise last

    return session.once(("textract job", str(job)), find_out)


def _record(job: JobId, answer: dict[str, Any]) -> Job:
    pages = (answer.get("DocumentMetadata") or {}).get("Pages")
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    return Job.of(answer, id=str(job), pages=pages, input=entry.input if entry else None)
