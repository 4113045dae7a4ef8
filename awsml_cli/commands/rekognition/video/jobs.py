"""`awsml rekognition video jobs`: what goes on at AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.videos import HowOptions, LookOptions, as_wanted
from awsml_cli.commands.rekognition.video.group import FORMATS, AggregateOption, SortOption, WordsOption, jobs_app
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import video as service

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]


@jobs_app.command(examples="awsml rekognition video jobs ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the jobs that began here and are not fetched yet."""
    return service.list_jobs(session, limit=limit)


@jobs_app.command(examples='awsml rekognition video jobs get "$(awsml rekognition video labels match.mp4 --no-wait)"')
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, _job(session, job))


@jobs_app.command(
    examples='awsml rekognition video jobs wait "$(awsml rekognition video labels match.mp4 --no-wait)" --timeout 600'
)
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, _job(session, job), timeout=timeout)


@jobs_app.command(
    formats=FORMATS,
    keeps=True,
    examples='awsml rekognition video jobs result "$(awsml rekognition video labels match.mp4 --no-wait)" -f vtt',
)
def result(
    session: Session,
    job: JobArgument,
    *,
    sort: SortOption = "time",
    aggregate: AggregateOption = "timestamps",
    words: WordsOption = False,
    look: LookOptions,
    how: HowOptions,
    timeout: options.TimeoutOption = None,
) -> Any:
    """Show what JOB has found, waiting for it if need be."""
    seen = replace(look, words=words)
    made = service.result(session, _job(session, job), seen, sort=sort, aggregate=aggregate, timeout=timeout)
    return as_wanted(made, how)


@jobs_app.command(examples='awsml rekognition video jobs rm "$(awsml rekognition video labels match.mp4 --no-wait)" -y')
def rm(session: Session, job: JobArgument) -> None:
    """Remove what JOB needed in S3; AWS forgets the job by itself."""
    wanted = _job(session, job)
    if session.dry_run:
        return
    if not (session.assume_yes or session.talk.confirm(f"Remove what {wanted} needed?")):
        raise ConfigError(f"{wanted} was not removed: nobody confirmed it", hint="-y removes without a question")
    service.remove_job(session, wanted)


def _job(session: Session, text: str) -> JobId:
    return job_id(text, service=service.SERVICE, region="" if ":" in text else session.region)
