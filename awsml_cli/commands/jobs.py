"""`awsml jobs`: what runs, has ended and bills while it idles at AWS, across services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.cli.job_ids import CANNOT, GROUPS, group_of
from awsml_cli.core import batch, corpus, lifecycle, staging
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import a2i, braket, codeguru, comprehend, textract, transcribe
from awsml_cli.services.braket import hybrid
from awsml_cli.services.forecast import steps as forecast
from awsml_cli.services.personalize import things
from awsml_cli.services.polly import tasks
from awsml_cli.services.rekognition import media_analysis, models, video
from awsml_cli.services.running import KINDS, running
from awsml_cli.services.sagemaker.remote import jobs as sagemaker
from awsml_cli.services.sagemaker.remote import pipelines, processing, transform_jobs, tuning
from awsml_cli.services.sagemaker.remote.builds import jobs as builds
from awsml_cli.services.textract import insights
from awsml_cli.services.transcribe import vocabularies
from awsml_cli.services.translate import jobs as translate
from awsml_cli.services.translate import terminologies

app = CommandGroup("What runs and has ended at AWS, across services.", default="ls", wordless=True)

RUNNING, ENDED, FAILED, IDLE = "running", "ended", "failed", "idle"
STATES: Final = {
    **dict.fromkeys(("COMPLETED", "SUCCEEDED", "PARTIAL_SUCCESS", "COMPLETED_WITH_ERROR", "ENDED", "ACTIVE"), ENDED),
    **dict.fromkeys(("FAILED", "STOPPED", "CANCELLED", "IN_ERROR", "CREATE_FAILED", "CREATE_STOPPED"), FAILED),
    **dict.fromkeys(("CREATE FAILED", "CREATE STOPPED", "COMPLETEDWITHFAILURES", "FAULT", "TIMED_OUT"), FAILED),
}  # what AWS calls it otherwise has not ended
STATED: Final = (RUNNING, ENDED, FAILED, IDLE)
Source = Callable[[Session, int | None], Iterable[Record]]
_BEGUN: Final = (
    *("creation_time", "created_at", "created_time_stamp", "creation_timestamp", "submit_time", "submitted_time"),
    "start_time",
)
_OVER: Final = (
    *("completion_time", "completion_timestamp", "end_time", "training_end_time", "processing_end_time", "ended_at"),
)

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]
ServiceOption = Annotated[
    list[str] | None, typer.Option("--service", metavar="NAME", help="Only jobs of this service; may be repeated.")
]


class Job(Record):
    """A job of any service, or what bills while it idles: `state` is one of STATED, `status` AWS's own word."""

    columns: ClassVar = ("id", "state", "status", "started", "ended")

    id: str
    service: str
    state: str
    status: str
    started: datetime | None = None
    ended: datetime | None = None


class Left(Record):
    """What was removed, or would be: something staged, under `place`, for a job that has ended."""

    columns: ClassVar = ("job", "place")

    job: str
    place: str


@app.command(
    examples="""
    awsml jobs
    awsml jobs --state running -f json
    awsml jobs --service transcribe --service translate --limit 5
    awsml jobs --state running | cut -f1
    awsml jobs --state idle"""
)
def ls(
    session: Session,
    *,
    service: ServiceOption = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="Only these: running, ended, failed or idle.")
    ] = None,
    limit: options.LimitOption = 20,
) -> Listing:
    """List the jobs of this region and what bills while it idles, the newest first; of each sort as --limit says."""
    if state not in (None, *STATED):
        raise UsageError(f"a job is never `{state}`", hint=f"one of: {', '.join(STATED)}")
    if unknown := [one for one in service or () if one not in SOURCES]:
        raise UsageError(f"`{unknown[0]}` has no jobs", hint=f"one of: {', '.join(SOURCES)}")
    if not service:
        lifecycle.quiet(session)
    wanted = [(name, source) for name in service or SOURCES for source in SOURCES[name] if state != IDLE]
    if state in (None, IDLE):
        idle = {kind.service for kind in KINDS}
        wanted += [(name, partial(_idle, name)) for name in service or SOURCES if name in idle]
    found = _gathered(session, wanted, limit)
    found.sort(key=lambda one: one.started or datetime.min.replace(tzinfo=UTC), reverse=True)
    return Listing(iter([one for one in found if state in (None, one.state)]), "Jobs")


@app.command(examples="awsml jobs get transcribe:us-east-1:my-job")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a job of any service now."""
    raise _refused(job, "get")


@app.command(examples="awsml jobs wait comprehend:us-east-1:sentiment/0123abcd")
def wait(session: Session, job: JobArgument) -> Record:
    """Wait until a job of any service has ended; the options are those of its service's command."""
    raise _refused(job, "wait")


@app.command(examples="awsml jobs result comprehend:us-east-1:sentiment/0123abcd -f csv")
def result(session: Session, job: JobArgument) -> Record:
    """Give what a job of any service made; the options are those of its service's command."""
    raise _refused(job, "result")


@app.command(examples="awsml jobs stop comprehend:us-east-1:sentiment/0123abcd --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Stop a job, where its service can."""
    raise _refused(job, "stop")


@app.command(examples="awsml jobs rm transcribe:eu-west-1:my-job -y")
def rm(session: Session, job: JobArgument) -> Record:
    """Remove a job with what it left, where its service can."""
    raise _refused(job, "rm")


@app.command(
    examples="""
    awsml jobs clean
    awsml jobs clean --dry-run -f json"""
)
def clean(session: Session) -> Listing:
    """Remove what was staged for jobs that have ended, and words made for runs that are over."""

    def records() -> Iterator[Left]:
        for row in Ledger().open():
            if row.staged and row.bucket and row.service in GROUPS and _is_over(session, row):
                yield Left(job=row.id if row.job else "", place=f"s3://{row.bucket}/{row.staged}")
                if not session.dry_run:
                    _unstage(session, row)
        for row, over in models.sweep(session):
            if over:
                yield Left(job=row.id, place=f"s3://{row.bucket}/{row.staged}")
                if not session.dry_run:
                    models.clear(session, row.job)
        if not session.dry_run:
            vocabularies.sweep(session)
            terminologies.sweep(session)

    return Listing(records(), "Left")


def _gathered(session: Session, wanted: list[tuple[str, Source]], limit: int | None) -> list[Job]:
    """The jobs of all WANTED; a service that refuses is told and the others are listed, unless all refuse."""
    problems: list[AwsmlError] = []

    def one(place: tuple[str, Source]) -> list[Job]:
        try:
            found = place[1](session, limit)
            return [one if isinstance(one, Job) else _job(place[0], one.fields()) for one in found]
        except ServiceError as error:
            if error.status == HTTPStatus.NOT_IMPLEMENTED:
                return []  # whoever answers in AWS's place has no such jobs
            problems.append(error)
            session.talk.warn(f"{place[0]}: {error.message}")
            return []
        except ConfigError:
            if not session.local:
                raise
            return []  # no engine of this machine has such jobs

    found = [job for jobs in batch.in_order(one, wanted, workers=8) for job in jobs]
    if problems and len(problems) == len(wanted):
        raise problems[0]
    return found


def _job(service: str, fields: Mapping[str, Any]) -> Job:
    status = next(str(value) for name, value in fields.items() if name.endswith(("status", "state")) and value)
    state = STATES.get(status.upper(), RUNNING)
    times = {
        name: next((fields[one] for one in names if fields.get(one)), None)
        for name, names in (("started", _BEGUN), ("ended", _OVER))
    }
    return Job(id=fields["id"], service=service, state=state, status=status, **times)


def _is_over(session: Session, row: Entry) -> bool:
    """Whether the job of ROW has ended, or there is none."""
    if not row.job:
        return True
    try:
        fields = LOOKS[GROUPS[row.service][0]](session, JobId(row.service, row.region, row.job)).fields()
    except InputError:
        return True
    except ServiceError as error:
        if "NotFound" in error.code or error.code == "BadRequestException":
            return True
        raise
    return _job(row.service, fields).state != RUNNING


def _unstage(session: Session, row: Entry) -> None:
    assert row.bucket is not None
    assert row.staged is not None
    if row.staged.endswith("/"):
        corpus.empty(session, row.bucket, row.staged, region=row.region)
    else:
        staging.remove(session, bucket=row.bucket, key=row.staged, region=row.region)
    Ledger().put(replace(row, staged=None))


def _refused(job: str, verb: str) -> UsageError:
    """Why VERB was not handed on to the service of JOB."""
    if group := group_of(job):
        can = [one for one in ("stop", "rm") if one not in CANNOT.get(group, ())]
        way = f"awsml jobs {can[0]} {job}" if can else "it ends by itself, and AWS forgets it by itself"
        return UsageError(f"{group[0]} has no `{verb}` for its jobs", hint=way)
    if (kind := job.partition(":")[0]) in [one.name for one in KINDS]:
        return UsageError(f"{job} is no job: it serves", hint=f"awsml running --kind {kind} says what ends it")
    return UsageError(
        f"`{job}` is not a job's id", hint=f"SERVICE:REGION:NAME, as in `awsml jobs`; or awsml SERVICE jobs {verb} NAME"
    )


def _idle(service: str, session: Session, limit: int | None) -> list[Record]:
    """What of SERVICE serves in this region, and bills for it."""
    kinds = [kind.name for kind in KINDS if kind.service == service]
    return [
        Job(
            id=f"{one.kind}:{one.region}:{one.name}",
            service=service,
            state=IDLE,
            status=one.status,
            started=one.since,
        )
        for one in running(session, kinds=kinds, regions=[session.region])[:limit]
    ]


def _transcriptions(family: transcribe.Family, session: Session, limit: int | None) -> Iterable[Record]:
    return transcribe.list_jobs(session, family, limit=limit).records


def _analyses(group: str, name: str, session: Session, limit: int | None) -> Iterable[Record]:
    family = comprehend.FAMILIES[group][name]
    return comprehend.listed(session, family, group=group, status=None, limit=limit).records


SAGEMAKER: Final[dict[str, Any]] = {
    one.SERVICE: one for one in (sagemaker, transform_jobs, tuning, processing, pipelines, builds)
}
SOURCES: Final[dict[str, list[Source]]] = {
    "transcribe": [partial(_transcriptions, family) for family in transcribe.FAMILIES.values()],
    "translate": [lambda session, limit: translate.listed(session, status=None, limit=limit).records],
    "polly": [lambda session, limit: tasks.list_tasks(session, limit=limit).records],
    "sagemaker": [
        lambda session, limit: sagemaker.listed(session, status=None, limit=limit).records,
        lambda session, limit: transform_jobs.listed(session, status=None, limit=limit).records,
        lambda session, limit: tuning.listed(session, status=None, limit=limit).records,
        lambda session, limit: processing.listed(session, status=None, limit=limit).records,
        lambda session, limit: pipelines.jobs_of_all(session, limit=limit),
        lambda session, limit: builds.of_all(session, limit=limit),
    ],
    "textract": [
        lambda session, limit: textract.list_jobs(session, limit=limit).records,
        lambda session, limit: insights.list_jobs(session, limit=limit).records,
    ],
    "codeguru": [lambda session, limit: codeguru.list_reviews(session, limit=limit).records],
    "a2i": [lambda session, limit: a2i.loops_of_all(session, limit=limit)],
    "braket": [
        lambda session, limit: braket.list_tasks(session, limit=limit).records,
        lambda session, limit: hybrid.list_jobs(session, limit=limit).records,
    ],
    "rekognition": [
        lambda session, limit: video.list_jobs(session, limit=limit).records,
        lambda session, limit: media_analysis.listed(session, limit=limit).records,
    ],
    "forecast": [lambda session, limit: forecast.jobs(session, limit=limit)],
    "personalize": [lambda session, limit: things.jobs(session, limit=limit).records],
    **{
        group: [partial(_analyses, group, name) for name in comprehend.FAMILIES[group]]
        for group in (comprehend.COMPREHEND, comprehend.MEDICAL)
    },
}
LOOKS: Final[dict[str, Callable[[Session, JobId], Record]]] = {
    "transcribe": transcribe.get_job,
    "translate": translate.get,
    "polly": tasks.get_task,
    "sagemaker": lambda session, job: SAGEMAKER[job.service].describe(session, job),
    "textract": lambda session, job: (insights if job.service == insights.SERVICE else textract).get_job(session, job),
    "braket": lambda session, job: (hybrid.get_job if job.service == hybrid.JOBS else braket.get_task)(session, job),
    "codeguru": codeguru.get_review,
    "a2i": a2i.get_loop,
    "rekognition": lambda session, job: (media_analysis.get if "media" in job.service else video.get_job)(session, job),
    "forecast": forecast.look,
    "personalize": things.get,
    "comprehend": comprehend.get_job,
    "medical": comprehend.get_job,
}
