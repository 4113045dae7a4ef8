"""`awsml sagemaker pipelines`: started, watched and stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker.group import NameOption, app, stopped
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.asked import pair
from awsml_cli.services.sagemaker.remote import pipelines

group = app.group("pipelines", "Pipelines at AWS: started, watched step by step, stopped.")

PipelineArgument = Annotated[str, typer.Argument(metavar="PIPELINE", help="The pipeline's name.")]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="The run's id as it was printed, or PIPELINE/EXECUTION.")
]


@group.command(
    examples="""
    awsml sagemaker pipelines ls
    awsml sagemaker pipelines ls --limit 5 -f json"""
)
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the pipelines of this region, the newest first."""
    return pipelines.listed(session, limit=limit)


@group.command(examples="awsml sagemaker pipelines executions nightly --limit 3")
def executions(session: Session, pipeline: PipelineArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the runs of a pipeline, the newest first."""
    return pipelines.executions(session, pipeline, limit=limit)


@group.command(
    keeps=True,
    examples="""
    awsml sagemaker pipelines start nightly --param epochs=3
    awsml sagemaker pipelines start nightly --no-wait""",
)
def start(
    session: Session,
    pipeline: PipelineArgument,
    *,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="One of its parameters; may be repeated.")
    ] = None,
    name: NameOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Start a pipeline and watch its steps to the end."""
    parameters = dict(pair(word, "--param") for word in param or ())
    if session.dry_run:
        return Listing(pipelines.plan(session, pipeline, parameters), "Plan")
    job = pipelines.start(session, pipeline, parameters, name=name)
    return pipelines.finished(session, job, wait=wait, timeout=timeout)


@group.command(examples="awsml sagemaker pipelines watch nightly/abcdefghijk1")
def watch(session: Session, run: RunArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Watch a run of a pipeline step by step, to its end; Ctrl-C leaves it alone."""
    return pipelines.watch(session, pipelines.named(run, session), timeout=timeout)


@group.command(examples="awsml sagemaker pipelines get nightly/abcdefghijk1 --query pipeline_execution_status")
def get(session: Session, run: RunArgument) -> Record:
    """Show what AWS says about a run now."""
    return pipelines.describe(session, pipelines.named(run, session))


@group.command(examples="awsml sagemaker pipelines steps nightly/abcdefghijk1 -f csv")
def steps(session: Session, run: RunArgument) -> Listing:
    """List the steps of a run, with the jobs that they started."""
    return pipelines.steps(session, pipelines.named(run, session))


@group.command(examples="awsml sagemaker pipelines stop nightly/abcdefghijk1 --dry-run")
def stop(session: Session, run: RunArgument) -> Record:
    """Stop a run of a pipeline, and what its steps have started."""
    return stopped(session, pipelines.named(run, session), "the run", pipelines)
