"""`awsml textract jobs`: what goes on at AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.readings import HowOptions, LookOptions, as_wanted, drawn
from awsml_cli.commands.textract.group import ALL, jobs_app
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import textract as service

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@jobs_app.command(examples="awsml textract jobs ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the jobs that began here and are not fetched yet."""
    return service.list_jobs(session, limit=limit)


@jobs_app.command(examples='awsml textract jobs get "$(awsml textract scan.pdf --no-wait)"')
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, _job(session, job))


@jobs_app.command(examples='awsml textract jobs wait "$(awsml textract scan.pdf --no-wait)" --timeout 600')
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, _job(session, job), timeout=timeout)


@jobs_app.command(
    formats=ALL,
    keeps=True,
    examples='awsml textract jobs result "$(awsml textract scan.pdf --no-wait)" -f md > scan.md',
)
def result(
    session: Session,
    job: JobArgument,
    *,
    as_: Annotated[str, typer.Option("--as", help=f"What to look at: {', '.join(service.VIEWS)}.")] = "text",
    look: LookOptions,
    how: HowOptions,
    timeout: options.TimeoutOption = None,
) -> Any:
    """Show what JOB has read, waiting for it if need be."""
    if as_ not in service.VIEWS:
        raise UsageError(f"unknown view `{as_}`", hint=f"--as {', '.join(service.VIEWS)}")
    look = replace(look, view=as_, drawn=drawn if how.draws else None)
    made = service.result(session, _job(session, job), look, timeout=timeout)
    return made if how.format in ("csv", "tsv") else as_wanted(made, how, several=False)


@jobs_app.command(examples='awsml textract jobs rm "$(awsml textract scan.pdf --no-wait)" -y')
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
