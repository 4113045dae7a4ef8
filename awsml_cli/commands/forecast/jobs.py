"""`awsml forecast jobs`: runs that were begun and not waited for."""

from __future__ import annotations

from awsml_cli.cli import options
from awsml_cli.cli.job_words import JobArgument
from awsml_cli.commands.forecast.group import jobs_group
from awsml_cli.commands.forecast.run import tell
from awsml_cli.commands.forecast.shape import FORMATS, Shaped
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import pipeline, steps


@jobs_group.command(examples="awsml forecast jobs ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the runs that this machine has begun and not tidied away, with the step that each is at."""
    return pipeline.runs(session, limit=limit)


@jobs_group.command(examples="awsml forecast jobs get my_run --query status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what has become of a run, its step and the minutes that this has left."""
    made: Record = steps.look(session, pipeline.job_of(session, job))
    return made


@jobs_group.command(examples="awsml forecast jobs wait my_run")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Go on with a run until its forecast is there, and tidy it away; or wait for one thing, as a predictor."""
    made: Record = steps.waited(session, pipeline.job_of(session, job), timeout=timeout)
    return made


@jobs_group.command(formats=FORMATS, examples="awsml forecast jobs result my_run -o forecast.csv")
def result(
    session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None, shape: Shaped
) -> Record | Listing | Parts:
    """Give the forecast of a run, going on with it until it is there."""
    made = pipeline.resumed(session, pipeline.job_of(session, job), timeout=timeout)
    tell(session, made)
    return shape.of(made)


@jobs_group.command(examples="awsml forecast jobs stop my_run --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Stop the step that a run is at, or the work on one thing; it cannot be gone on with."""
    which = pipeline.job_of(session, job)
    if session.dry_run:
        return step("forecast:StopResource", steps.look(session, which).arn or which.name)
    made: Record = steps.stopped(session, which)
    return made


@jobs_group.command(examples="awsml forecast jobs rm my_run -y")
def rm(session: Session, job: JobArgument) -> Record | None:
    """Remove all that a run has made at AWS, and its files."""
    which = pipeline.job_of(session, job)
    if session.dry_run:
        return step("forecast:DeleteResourceTree", which.name)
    confirm(session, f"Remove the run {which.name} with all that it has made?")
    pipeline.cleaned(session, which)
    return None
