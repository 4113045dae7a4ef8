"""`awsml braket tasks` and `cost`: what goes on at AWS, and what it has cost."""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.braket.devices import RegionsOption, regions_of
from awsml_cli.commands.braket.group import app, tasks_app
from awsml_cli.commands.braket.run import OWN, HowOptions, shown
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import braket as service
from awsml_cli.services.braket import hybrid

TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The task's id, or its ARN.")]


@tasks_app.command(
    examples="""
    awsml braket tasks ls
    awsml braket tasks ls --regions us-east-1,eu-north-1 --status QUEUED -f json"""
)
def ls(
    session: Session,
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only tasks of this status, as QUEUED.")] = None,
    device: Annotated[str | None, typer.Option("--device", metavar="NAME", help="Only tasks of this device.")] = None,
    regions: RegionsOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the tasks of this region, or of those named."""
    return service.list_tasks(session, status=status, device=device, regions=regions_of(regions), limit=limit)


@tasks_app.command(examples='awsml braket tasks get "$(awsml braket run bell.qasm --no-wait)"')
def get(session: Session, task: TaskArgument) -> Record:
    """Show what AWS says about TASK now."""
    return service.get_task(session, service.named(session, task))


@tasks_app.command(examples='awsml braket tasks wait "$(awsml braket run bell.qasm --no-wait)" --timeout 3600')
def wait(session: Session, task: TaskArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until TASK has ended."""
    return service.wait_task(session, service.named(session, task), timeout=timeout)


@tasks_app.command(
    formats=OWN,
    keeps=True,
    examples="""
    awsml braket tasks result "$(awsml braket run bell.qasm --no-wait)"
    awsml braket tasks result "$(awsml braket run bell.qasm --no-wait)" -f svg > bell.svg""",
)
def result(
    session: Session, task: TaskArgument, *, timeout: options.TimeoutOption = None, how: HowOptions
) -> Record | Listing:
    """Show what TASK has measured, waiting for it if need be."""
    return shown(service.result(session, service.named(session, task), timeout=timeout), how)


@tasks_app.command(examples='awsml braket tasks stop "$(awsml braket run bell.qasm --no-wait)" -y')
def stop(session: Session, task: TaskArgument) -> Record:
    """Cancel TASK."""
    named = service.named(session, task)
    if session.dry_run:
        return step("braket:CancelQuantumTask", str(named))
    confirm(session, f"Cancel {named}?")
    return service.stop_task(session, named)


@app.command(
    examples="""
    awsml braket cost "$(awsml braket run bell.qasm --query id --fresh)"
    awsml braket tasks ls --query '[].id' -f text | xargs -r awsml braket cost -f csv
    awsml braket cost braket-job:us-east-1:my-hybrid-job"""
)
def cost(
    session: Session,
    tasks: Annotated[list[str], typer.Argument(metavar="TASK", help="Ids of tasks or of hybrid jobs, or their ARNs.")],
) -> Listing:
    """Say what finished tasks and hybrid jobs have cost, in US dollars."""
    costs = [
        hybrid.costs(session, [hybrid.named(session, one)])
        if _is_job(one)
        else service.costs(session, [service.named(session, one)])
        for one in tasks
    ]
    return Listing(chain.from_iterable(costs), "costs")


def _is_job(text: str) -> bool:
    """Whether TEXT names a hybrid job: by its id or its ARN, since a bare name could be a task's too."""
    return text.startswith(f"{hybrid.JOBS}:") or (text.startswith("arn:") and ":job/" in text)
