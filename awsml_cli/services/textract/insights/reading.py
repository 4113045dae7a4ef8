"""Look into a document: find out what is asked, keep the answer, leave nothing at AWS; and the jobs behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from awsml_cli.core import jobs, tokened
from awsml_cli.core.cache import Cache, alone, key_of, remember
from awsml_cli.core.errors import JobFailed, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.textract import inputs
from awsml_cli.services.textract.asked import Asked as Reading
from awsml_cli.services.textract.insights import job as work
from awsml_cli.services.textract.insights.answer import Insights, insights, packed
from awsml_cli.services.textract.insights.job import SERVICE, Work
from awsml_cli.services.textract.insights.projects import Asked, Wanted, asked
from awsml_cli.services.textract.records import Job, StartedJob

WRITTEN = {"md": "MARKDOWN", "html": "HTML"}  # formats, and what a project must write for them


def look_into(
    session: Session,
    source: Source,
    wanted: Wanted,
    *,
    format: str = "auto",
    bucket: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> Insights | StartedJob:
    """Look into SOURCE, of up to 3,000 pages and 500 MB, as WANTED says.

    FORMAT is what will be made of the answer: one that the project does not write is refused before anything is
    sent. TIMEOUT is in seconds; without WAIT the job's id is the answer. Raises InputError for what cannot be read,
    ConfigError where a bucket is missing, JobFailed with AWS's reason, TimedOut where the job goes on.
    """
    wanted.check()
    with inputs.opened(session, source, Reading()) as given:
        what = asked(session, wanted)
        _check(what, format)
        key = key_of(SERVICE, session.region, given.digest, what.identity)
        with alone(key):  # a copy of the same document waits for the first one's answer
            begun = Work(session, given, what, key=key)
            kept = None if session.fresh else Cache(session.config).find(key)
            if kept is not None:
                begun.tidy()
                return insights(kept)
            job = begun.start(bucket)
            if not wait:
                session.running.pop(str(job), None)
                return StartedJob(id=str(job))
            answer = packed(begun.finish(timeout))
            made = insights(answer)
            if session.keep is False or remember(session, key, answer):
                begun.kept()
                begun.tidy()
            return made


def plan(documents: Sequence[Source], wanted: Wanted) -> Iterator[Step]:
    """What looking into DOCUMENTS would call; no price is published where we could read it. Nothing is sent."""
    wanted.check()
    for source in documents:
        if source.path is not None:
            yield step("s3:PutObject", source.name)
        yield step("textract:StartDocumentInsights", source.name)


def list_jobs(session: Session, *, limit: int | None = None) -> Listing:
    """The insights jobs of this region that began on this machine and of which something may be left at AWS."""

    def records() -> Iterator[Job]:
        for entry in tokened.begun_here(session, SERVICE, limit=limit):
            yield Job(id=entry.id, job_status=entry.state.upper(), input=entry.input)

    return Listing(records(), "Jobs")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return _record(job, work.describe(session, job))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB; what it has written stays for `result`. Raises JobFailed, TimedOut."""
    try:
        return _record(job, jobs.wait(session, work.KIND, job, timeout=timeout))
    except JobFailed:
        if (entry := Ledger().find_job(SERVICE, job.region, job.name)) is not None:
            work.tidy(session, entry)
        raise


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Insights:
    """What JOB has found, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    key = entry.key if entry is not None else key_of(SERVICE, str(job))
    kept = None if session.fresh else Cache(session.config).find(key)
    if kept is None:
        wait_job(session, job, timeout=timeout)
        work.partly(session, work.describe(session, job), str(job))
        kept = packed(work.fetch(session, job))
        made = insights(kept)
        if session.keep is not False and not remember(session, key, kept):
            return made
    if entry is not None:
        work.tidy(session, entry)
    return insights(kept)


def remove_job(session: Session, job: JobId) -> None:
    """Remove what JOB needed in S3, and what it has written there."""
    work.tidy(session, tokened.known(job))


def _check(what: Asked, format: str) -> None:
    """Raises UsageError for a FORMAT that will not be there."""
    needed = WRITTEN.get(format)
    if needed is not None and what.writes is not None and needed not in what.writes:
        if not what.writes:
            raise UsageError(f"blueprints find fields and write no {format}", hint="-f json, csv or text; or --project")
        raise UsageError(
            f"this project writes no {format}, but {', '.join(sorted(what.writes)).lower().replace('_', ' ')}",
            hint="awsml api textract update-project changes its ExtractionConfiguration",
        )


def _record(job: JobId, answer: dict[str, object]) -> Job:
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    said = work.KIND.reason(answer) or None
    status = work.KIND.status(answer)
    return Job.of(answer, id=str(job), job_status=status, status_message=said, input=entry.input if entry else None)
