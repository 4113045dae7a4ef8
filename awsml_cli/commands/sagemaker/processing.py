"""`awsml sagemaker process` and `processing`: a script or an image run once over data, at AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.terms import TrainingTerms
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import processed
from awsml_cli.services.sagemaker.remote import processing
from awsml_cli.services.sagemaker.remote.processing_request import Wanted
from awsml_cli.services.sagemaker.remote.wanted import Terms

jobs = app.group("processing", "Processings at AWS: what runs, what has ended, what they left.")

ProcessingArgument = Annotated[
    str, typer.Argument(metavar="JOB", help="The processing's name, or its id as it was printed.")
]


@app.command(
    keeps=True,
    examples="""
    awsml sagemaker process clean.py --image $IMAGE --role $ROLE --input data=points.csv --result clean=out/
    awsml sagemaker process clean.py --image $IMAGE --role $ROLE --input data=s3://my-bucket/data/ --dry-run
    awsml sagemaker process --image $IMAGE --role $ROLE --no-wait""",
)
def process(
    session: Session,
    script: Annotated[
        Path | None, typer.Argument(metavar="SCRIPT", help="A Python script; the image's own program if none is named.")
    ] = None,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGUMENT", help="What it is called with, behind --.")
    ] = None,
    *,
    input: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="NAME=PLACE",
            help="Read at /opt/ml/processing/input/NAME: a path or s3://…, :sharded for a part each; may be repeated.",
        ),
    ] = None,
    result: Annotated[
        list[str] | None,
        typer.Option(
            "--result",
            metavar="NAME=PLACE",
            help="What it leaves in /opt/ml/processing/output/NAME: to a folder or s3://…; may be repeated.",
        ),
    ] = None,
    instance: Annotated[
        str, typer.Option("--instance", metavar="TYPE", help="The type of machine, as ml.m5.large.")
    ] = "ml.m5.large",
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many machines.")] = 1,
    max_run: Annotated[
        str, typer.Option("--max-run", metavar="TIME", help="How long it may run, as 90s, 30m, 2h or 1d.")
    ] = "1h",
    env: Annotated[
        list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="A variable for it; may be repeated.")
    ] = None,
    name: group.NameOption = None,
    terms: TrainingTerms,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Run a script or an image over data at AWS: inputs uploaded, its log told, what it leaves fetched."""
    if not terms.image:
        raise UsageError("in which image shall it run?", hint="--image URI")
    _refuse(terms)
    asked = processed.processing(
        script,
        arguments or (),
        inputs=input or (),
        outputs=result or (),
        environment=env or (),
        instance=instance,
        count=count,
        max_run=max_run,
        name=name,
    )
    wanted = Wanted(asked, terms.image, terms.role or session.config.role, terms)
    if session.dry_run:
        return Listing(processing.plan(wanted), "Plan")
    approve(session, lambda: processing.plan(wanted))
    job = processing.start(session, wanted)
    return processing.finished(session, job, wanted, wait=wait, timeout=timeout)


@jobs.command(
    examples="""
    awsml sagemaker processing ls
    awsml sagemaker processing ls --status InProgress -f json"""
)
def ls(
    session: Session,
    *,
    status: group.StatusOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the processings of this region, the newest first."""
    return processing.listed(session, status=status, limit=limit)


@jobs.command(examples="awsml sagemaker processing get my-processing --query processing_job_status")
def get(session: Session, job: ProcessingArgument) -> Record:
    """Show what AWS says about a processing now."""
    return processing.describe(session, processing.named(job, session))


@jobs.command(examples="awsml sagemaker processing wait my-processing")
def wait_(session: Session, job: ProcessingArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a processing has ended, telling its log."""
    return processing.wait_for(session, processing.named(job, session), timeout=timeout)


@jobs.command(examples="awsml sagemaker processing result old-processing --to out/")
def result(
    session: Session,
    job: ProcessingArgument,
    *,
    to: group.ToOption = Path(),
) -> Listing:
    """Fetch what a processing has left, each output into a folder of its name."""
    return Listing(processing.download(session, processing.named(job, session), to), "Files")


@jobs.command(examples="awsml sagemaker processing stop my-processing --dry-run")
def stop(session: Session, job: ProcessingArgument) -> Record:
    """Stop a processing: its program has 120 seconds."""
    return group.stopped(session, processing.named(job, session), "the processing", processing)


def _refuse(terms: Terms) -> None:
    """Raises UsageError for terms that trainings know and processings do not."""
    barred = {
        "--spot": terms.spot, "--max-wait": terms.max_wait, "--checkpoint-s3": terms.checkpoint_s3,
        "--prefer": terms.prefer, "--max-pending": terms.max_pending, "--keep-alive": terms.keep_alive,
        "--retry": terms.retry,
    }  # fmt: skip
    if words := [word for word, given in barred.items() if given]:
        raise UsageError(f"SageMaker's processings know no {words[0]}", hint="it is about trainings")
    if terms.output_s3:
        raise UsageError("--output-s3 is where a model goes, and a processing leaves none", hint="--result NAME=s3://…")
