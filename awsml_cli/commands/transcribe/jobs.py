"""`awsml transcribe jobs`: jobs listed, looked at, waited for, fetched, removed."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.transcript_options import LookOptions
from awsml_cli.commands.transcribe.group import FORMATS
from awsml_cli.commands.transcribe.group import jobs as group
from awsml_cli.core.errors import UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import transcribe as service

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, or its name.")]

KindOption = Annotated[
    str, typer.Option("--kind", metavar="KIND", help="Of which kind: transcription, call, medical or scribe.")
]
_KINDS = {
    "transcription": service.TRANSCRIPTION,
    "call": service.CALL,
    "medical": service.MEDICAL,
    "scribe": service.SCRIBE,
}


@group.command(examples="awsml transcribe jobs ls --status FAILED -f json")
def ls(
    session: Session,
    *,
    kind: KindOption = "transcription",
    status: Annotated[str | None, typer.Option("--status", help="QUEUED, IN_PROGRESS, COMPLETED or FAILED.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the jobs of this region, the newest first."""
    return service.list_jobs(session, _family(kind), status=status.upper() if status else None, limit=limit)


@group.command(examples="awsml transcribe jobs get transcribe:eu-west-1:my-job --query transcription_job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, _job(session, job))


@group.command(examples="awsml transcribe jobs wait my-job --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, _job(session, job), timeout=timeout)


@group.command(formats=FORMATS, keeps=True, examples="awsml transcribe jobs result my-job -f srt > talk.srt")
def result(session: Session, job: JobArgument, *, look: LookOptions, timeout: options.TimeoutOption = None) -> Record:
    """Show the transcript of JOB, waiting for it if need be."""
    return service.result(session, _job(session, job), look=service.Look(**look), timeout=timeout)


@group.command(examples="awsml transcribe jobs rm my-job -y")
def rm(session: Session, job: JobArgument) -> Record | None:
    """Remove JOB, and what it left in S3."""
    wanted = _job(session, job)
    if session.dry_run:
        return service.removal(wanted)
    confirm(session, f"Remove {wanted}?")
    service.remove_job(session, wanted)
    return None


def _family(kind: str) -> service.Family:
    if kind not in _KINDS:
        raise UsageError(f"there is no kind `{kind}` of job", hint=f"one of: {', '.join(_KINDS)}")
    return _KINDS[kind]


def _job(session: Session, text: str) -> JobId:
    begin = text.partition(":")[0] if ":" in text else service.SERVICE
    known = begin if begin in service.FAMILIES else service.SERVICE
    return job_id(text, service=known, region="" if ":" in text else session.region)
