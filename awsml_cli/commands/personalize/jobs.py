"""`awsml personalize jobs`: what AWS works on for Personalize, listed, looked at, waited for, stopped, read."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.personalize.group import jobs_group as group
from awsml_cli.commands.personalize.words import JoinOption
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import batches, resources, things, training
from awsml_cli.services.personalize.asking import Items, Look
from awsml_cli.services.personalize.resources import SERVICE, Deadline

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]


@group.command(examples="awsml personalize jobs ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List imports, trainings, batch and segment jobs of this region."""
    return things.jobs(session, limit=limit)


@group.command(examples="awsml personalize jobs get personalize:us-east-1:batch-inference-job/my-batch --query status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return things.get(session, _job(session, job))


@group.command(examples="awsml personalize jobs wait personalize:us-east-1:batch-inference-job/my-batch --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended: an import, a training, a campaign, a batch."""
    return things.wait(session, _job(session, job), until=Deadline(timeout))


@group.command(examples="awsml personalize jobs result personalize:us-east-1:batch-inference-job/my-batch")
def result(
    session: Session, job: JobArgument, *, items: JoinOption = None, timeout: options.TimeoutOption = None
) -> Listing:
    """Give what JOB made: a batch's answers, a training's metrics; it is waited for if need be."""
    wanted = _job(session, job)
    arn = things.arn_of(session, wanted)
    things.wait(session, wanted, until=Deadline(timeout))
    if resources.sort_of(arn) is resources.VERSION:
        return training.metrics(session, arn)
    if resources.sort_of(arn) in (resources.BATCH, resources.SEGMENT):
        return batches.results(session, arn, Look(several=True, items=Items(items) if items else None))
    return Listing(iter([things.get(session, wanted)]), "Things")


@group.command(examples="awsml personalize jobs stop personalize:us-east-1:solution/my-solution/1234 --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Stop a training; AWS stops nothing else."""
    if session.dry_run:
        return step("personalize:StopSolutionVersionCreation", job)
    return things.stop(session, _job(session, job))


def _job(session: Session, text: str) -> JobId:
    return job_id(text, service=SERVICE, region=session.region)
