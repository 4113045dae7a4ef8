"""Textract's jobs: looked at, waited for, fetched; AWS lists none, so the list is of those that began here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from awsml_cli.core import tokened
from awsml_cli.core.cache import Cache, remember
from awsml_cli.core.errors import ServiceError
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
        for entry in tokened.begun_here(session, SERVICE, limit=limit):
            yield Job(id=entry.id, job_status=entry.state.upper(), input=entry.input)

    return Listing(records(), "Jobs")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return _record(job, work.describe(session, job, _reading(session, job)))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    return _record(job, tokened.waited(session, work.kind(_reading(session, job)), job, timeout=timeout))


def result(session: Session, job: JobId, look: Look, *, timeout: float | None = None) -> Reading:
    """What JOB has read, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    cache = Cache(session.config)
    if entry is not None and not session.fresh and (kept := cache.find(entry.key)) is not None:
        tokened.tidy(session, entry)
        return reading(kept, look)
    kind = _reading(session, job)
    tokened.waited(session, work.kind(kind), job, timeout=timeout)
    answer = work.fetch(session, job, kind)
    if entry is not None and session.keep is not False:
        remember(session, entry.key, answer)
    return reading(answer, look, warn=session.talk.warn)


def remove_job(session: Session, job: JobId) -> None:
    """Remove what JOB needed in S3; the job itself is forgotten by AWS after seven days."""
    tokened.tidy(session, tokened.known(job))


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
