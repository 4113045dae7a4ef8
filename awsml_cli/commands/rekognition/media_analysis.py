"""`awsml rekognition media-analysis`: moderation of many pictures in one job (closed to new customers)."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.rekognition.group import app
from awsml_cli.core import sources
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import media_analysis as service

bulk_app = app.group("media-analysis", "Moderation of many pictures in one job, for accounts that have it.")

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]


@bulk_app.command(
    examples="""
    awsml rekognition media-analysis start birds/
    awsml rekognition media-analysis start birds/ --no-wait
    awsml rekognition media-analysis start s3://my-bucket/birds.manifest --min-confidence 80 -f csv""",
)
def start(
    session: Session,
    pictures: Annotated[
        list[str] | None,
        typer.Argument(metavar="PICTURE|MANIFEST", help="Files, folders, globs, or a manifest in S3."),
    ] = None,
    *,
    min_confidence: Annotated[
        str | None, typer.Option("--min-confidence", help="Leave out what is less sure: 0.9, 90 or 90%.")
    ] = None,
    adapter: Annotated[str | None, typer.Option("--adapter", metavar="ARN", help="Ask an adapter of yours.")] = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Listing | Record:
    """Look for what is not for everybody in up to 10,000 pictures: picture, label, confidence."""
    given = sources.paths(sources.names(pictures, files_from=files_from, null=null), endings=service.PICTURES)
    if session.dry_run:
        return Listing(iter(list(service.plan(given))), "Plan")
    least = options.confidence(min_confidence) * 100 if min_confidence is not None else None
    job = service.start(session, given, service.Asked(least, adapter, bucket))
    return service.result(session, job, timeout=timeout) if wait else service.get(session, job)


@bulk_app.command(examples="awsml rekognition media-analysis ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the bulk analyses of this region."""
    return service.listed(session, limit=limit)


@bulk_app.command(
    examples="awsml rekognition media-analysis get "
    '"$(awsml rekognition media-analysis start birds/ --no-wait --query id -f text)"'
)
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get(session, _job(session, job))


@bulk_app.command(
    examples="awsml rekognition media-analysis wait "
    '"$(awsml rekognition media-analysis start birds/ --no-wait --query id -f text)" --timeout 3600'
)
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.waited(session, _job(session, job), timeout=timeout)


@bulk_app.command(
    keeps=True,
    examples="awsml rekognition media-analysis result "
    '"$(awsml rekognition media-analysis start birds/ --no-wait --query id -f text)" -f csv',
)
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Listing:
    """Show what JOB has found, waiting for it if need be."""
    return service.result(session, _job(session, job), timeout=timeout)


def _job(session: Session, text: str) -> JobId:
    return job_id(text, service=service.SERVICE, region="" if ":" in text else session.region)
