"""`awsml braket jobs`: hybrid jobs, a script of one's own beside a device."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.braket.group import jobs_app
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.braket import hybrid as service

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, its name or its ARN.")]


@jobs_app.command(
    keeps=True,
    examples="""
    awsml braket jobs start vqe.py --device sv1 --role "$ROLE" --no-wait
    awsml braket jobs start vqe.py --device Garnet --role "$ROLE" --hyper steps=5 --dry-run""",
)
def start(
    session: Session,
    script: Annotated[Path, typer.Argument(metavar="SCRIPT", help="A Python file, or a folder with --entry.")],
    *,
    device: Annotated[
        str, typer.Option("--device", metavar="NAME", help="The device that it uses, or local:NAME.")
    ] = "sv1",
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="Role of the job.")] = None,
    entry: Annotated[
        str | None, typer.Option("--entry", metavar="MODULE[:FUNCTION]", help="What is run; the file itself otherwise.")
    ] = None,
    hyper: Annotated[
        list[str] | None, typer.Option("--hyper", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    data: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME=S3URI", help="Data for the job; may be repeated.")
    ] = None,
    instance: Annotated[
        str, typer.Option("--instance", metavar="TYPE", help="The machine that runs it.")
    ] = "ml.m5.large",
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many of these machines.")] = 1,
    volume: Annotated[int, typer.Option("--volume", metavar="GB", min=1, help="Room on its disk.")] = 30,
    image: Annotated[str | None, typer.Option("--image", metavar="URI", help="A container of your own.")] = None,
    runtime: Annotated[
        int | None, typer.Option("--max-runtime", metavar="SECONDS", min=1, max=432_000, help="End it after that.")
    ] = None,
    bucket: Annotated[
        str | None, typer.Option("--bucket", metavar="NAME", help="Where results go: a bucket amazon-braket-….")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the job; made from its script otherwise.")] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Run SCRIPT as a hybrid job, and show what it has saved."""
    arn = role or session.config.role
    if not arn:
        raise ConfigError("a hybrid job needs a role", hint="--role ARN, or `awsml config set role ARN`")
    asked = service.JobAsked(
        script, device, arn, entry, image, instance, count, volume, runtime, _pairs(hyper, "--hyper"),
        _pairs(data, "--input"), bucket, name,
    )  # fmt: skip
    if session.dry_run:
        return Listing(iter(service.plan_job(asked)), "Plan")
    job = service.start_job(session, asked)
    if not wait:
        session.running.pop(str(job), None)
        return service.get_job(session, job)
    return service.result(session, job, timeout=timeout)


@jobs_app.command(examples="awsml braket jobs ls --status RUNNING")
def ls(
    session: Session,
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only jobs of this status, as RUNNING.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the hybrid jobs of this region."""
    return service.list_jobs(session, status=status, limit=limit)


@jobs_app.command(examples="awsml braket jobs get my-hybrid-job --query status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, service.named(session, job))


@jobs_app.command(examples="awsml braket jobs wait my-hybrid-job --timeout 86400")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, service.named(session, job), timeout=timeout)


@jobs_app.command(examples="awsml braket jobs result my-hybrid-job --query result.energy")
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Show what JOB has saved, waiting for it if need be."""
    return service.result(session, service.named(session, job), timeout=timeout)


@jobs_app.command(
    examples="""
    awsml braket jobs logs my-hybrid-job
    awsml braket jobs logs my-hybrid-job --follow | tail -3"""
)
def logs(
    session: Session,
    job: JobArgument,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until it has ended.")] = False,
) -> Listing:
    """Show the log of JOB, line by line."""
    return service.logs(session, service.named(session, job), follow=follow)


@jobs_app.command(examples="awsml braket jobs stop my-hybrid-job --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Cancel JOB."""
    named = service.named(session, job)
    if session.dry_run:
        return step("braket:CancelJob", str(named))
    confirm(session, f"Cancel {named}?")
    return service.stop_job(session, named)


def _pairs(words: list[str] | None, option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not name or not sign:
            raise UsageError(f"`{word}` is no NAME=VALUE", hint=f"{option} NAME=VALUE")
        found[name] = value
    return found
