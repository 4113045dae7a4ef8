"""`awsml a2i loop`: something is put before people."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.a2i.flows import FlowArgument
from awsml_cli.commands.a2i.group import loop_app
from awsml_cli.core import sources
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import a2i as service
from awsml_cli.services.a2i.records import StartedLoop

LoopArgument = Annotated[str, typer.Argument(metavar="LOOP", help="The loop's id, its name or its ARN.")]


@loop_app.command(
    keeps=True,
    examples="""
    awsml a2i loop start my-flow question.json --no-wait
    jq -n '{text: "Is this a cat?"}' | awsml a2i loop start my-flow --no-wait
    awsml a2i loop start my-flow question.json --free-of pii,adult --timeout 86400 -f json""",
)
def start(
    session: Session,
    flow: FlowArgument,
    content: Annotated[
        str, typer.Argument(metavar="FILE", help="What people are shown, a JSON object, or - for stdin.")
    ] = "-",
    *,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the loop; made from its content otherwise.")
    ] = None,
    free_of: Annotated[
        str | None, typer.Option("--free-of", metavar="LIST", help="What it does not hold: pii, adult.")
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Ask people, wait for them, and show what they said."""
    (source,) = sources.paths([content])
    text = sources.whole_text(source, session)
    if session.dry_run:
        return step("sagemaker-a2i-runtime:StartHumanLoop", flow)
    words = [one.strip() for one in (free_of or "").split(",") if one.strip()]
    job = service.start_loop(session, flow, text, name=name, free_of=words, what=source.shown)
    if not wait:
        session.running.pop(str(job), None)
        return StartedLoop(id=str(job))
    return service.answers(session, job, timeout=timeout)


@loop_app.command(examples="awsml a2i loop ls my-flow")
def ls(session: Session, flow: FlowArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the loops of FLOW."""
    return service.loops(session, flow, limit=limit)


@loop_app.command(examples="awsml a2i loop get my-loop --query human_loop_status")
def get(session: Session, loop: LoopArgument) -> Record:
    """Show what AWS says about LOOP now."""
    return service.get_loop(session, service.named(session, loop))


@loop_app.command(examples="awsml a2i loop wait my-loop --timeout 86400")
def wait(session: Session, loop: LoopArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until LOOP has ended."""
    return service.wait_loop(session, service.named(session, loop), timeout=timeout)


@loop_app.command(
    examples="""
    awsml a2i loop answers my-loop
    awsml a2i loop answers my-loop -f json | jq '.[].answer_content'"""
)
def answers(session: Session, loop: LoopArgument, *, timeout: options.TimeoutOption = None) -> Listing:
    """Show what people said in LOOP, waiting for them if need be."""
    return service.answers(session, service.named(session, loop), timeout=timeout)


@loop_app.command(examples="awsml a2i loop result my-loop")
def result(session: Session, loop: LoopArgument, *, timeout: options.TimeoutOption = None) -> Listing:
    """Show what people said in LOOP; the same as `answers`."""
    return service.answers(session, service.named(session, loop), timeout=timeout)


@loop_app.command(examples="awsml a2i loop stop my-loop -y")
def stop(session: Session, loop: LoopArgument) -> Record:
    """Stop LOOP: nobody is asked any more."""
    job = service.named(session, loop)
    if session.dry_run:
        return step("sagemaker-a2i-runtime:StopHumanLoop", str(job))
    confirm(session, f"Stop {job}?")
    return service.stop_loop(session, job)


@loop_app.command(examples="awsml a2i loop rm my-loop -y")
def rm(session: Session, loop: LoopArgument) -> Record | None:
    """Remove LOOP, which has ended; its answers stay in S3."""
    job = service.named(session, loop)
    if session.dry_run:
        return step("sagemaker-a2i-runtime:DeleteHumanLoop", str(job))
    confirm(session, f"Remove {job}?")
    service.remove_loop(session, job)
    return None
