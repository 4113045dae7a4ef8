"""Rekognition's video jobs: looked at, waited for, fetched; AWS lists none, so the list is of those that began here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from awsml_cli.core import tokened
from awsml_cli.core.cache import Cache, remember
from awsml_cli.core.jobs import JobId, Kind
from awsml_cli.core.ledger import Ledger
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats.timeline import Look
from awsml_cli.services.rekognition.video import job as work
from awsml_cli.services.rekognition.video.asked import SERVICE, Asked
from awsml_cli.services.rekognition.video.reading import answer_key
from awsml_cli.services.rekognition.video.records import Analysis, Job, analysis


def list_jobs(session: Session, *, limit: int | None = None) -> Listing:
    """The jobs of this region that began on this machine and of which something may be left at AWS."""

    def records() -> Iterator[Job]:
        for entry in tokened.begun_here(session, SERVICE, limit=limit):
            yield Job(id=entry.id, job_status=entry.state.upper(), input=entry.input)

    return Listing(records(), "Jobs")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return _record(job, work.describe(session, job, work.split(job)[0]))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    return _record(job, tokened.waited(session, _kind(job), job, timeout=timeout))


def result(
    session: Session,
    job: JobId,
    look: Look,
    *,
    sort: str = "time",
    aggregate: str = "timestamps",
    timeout: float | None = None,
) -> Analysis:
    """What JOB has found, waited for if it is not there yet, and kept here from then on."""
    asked = Asked(work.split(job)[0], sort=sort, aggregate=aggregate)
    asked.check()
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    cache = Cache(session.config)
    if entry is not None and not session.fresh and (kept := cache.find(answer_key(entry.key, asked))) is not None:
        tokened.tidy(session, entry)
        return analysis(kept, look)
    tokened.waited(session, _kind(job), job, timeout=timeout)
    answer = work.fetch(session, job, asked.get_params())
    made = analysis(answer, look)
    if entry is not None and session.keep is not False:
        remember(session, answer_key(entry.key, asked), answer)
    return made


def remove_job(session: Session, job: JobId) -> None:
    """Remove what JOB needed in S3; the job itself is forgotten by AWS after seven days."""
    tokened.tidy(session, tokened.known(job))


def _kind(job: JobId) -> Kind:
    return work.watched(work.split(job)[0])


def _record(job: JobId, answer: dict[str, Any]) -> Job:
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    return Job.of(answer, id=str(job), input=entry.input if entry else None)
