"""`awsml sagemaker train`, `logs` and `jobs`: trainings at AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.builders import Builder, BuilderWords
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.terms import TrainingTerms, refuse
from awsml_cli.core import clock
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import Step, approve
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import asked, durations, project
from awsml_cli.services.sagemaker.containers import images
from awsml_cli.services.sagemaker.project import Project
from awsml_cli.services.sagemaker.remote import cloning, jobs, training
from awsml_cli.services.sagemaker.remote.wanted import Terms

jobs_app = app.group("jobs", "Trainings at AWS: what runs, what has ended, what they left.")

SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="The log of the last 30m, 2h, 1d; all of it otherwise.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The training's name, or its id as it was printed.")]


@app.command(
    keeps=True,
    examples="""
    awsml sagemaker train churn --image $IMAGE --role $ROLE
    awsml sagemaker train --image $IMAGE --role $ROLE --channel training=points.csv --hp epochs=3 --no-wait
    awsml sagemaker train churn --engine podman --role $ROLE --dry-run
    awsml sagemaker train churn --image $IMAGE --role $ROLE --query model_artifacts""",
)
def train(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    words: group.TrainingWords,
    terms: TrainingTerms,
    builder: BuilderWords,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Train at AWS: the image built and pushed if it has changed, data uploaded, the log followed to the end."""
    if terms.image is None:
        group.at_aws(session, folder, here="train")
    found = project.find(folder) if terms.image else project.load(folder)
    wanted = asked.training(found, words)
    refuse(words, terms)
    remote, base = terms.of(found, wanted, role=session.config.role), found.about.name if found else "training"
    if session.dry_run:
        return Listing(iter([*image_plan(session, found, terms, builder), *training.plan(remote, base=base)]), "Plan")
    approve(session, lambda: training.plan(remote, base=base))
    training.check(session, remote)  # what is missing is said before an image is built
    image = image_of(session, found, terms, builder)
    job = training.start(session, replace(remote, image=image), base=base)
    return training.finished(session, job, wait=wait, timeout=timeout)


@app.command(
    examples="""
    awsml sagemaker logs my-training
    awsml sagemaker logs my-training --host algo-1 --grep loss -f jsonl
    awsml sagemaker logs my-training --follow | grep -i loss"""
)
def logs(
    session: Session,
    job: JobArgument,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until it has ended.")] = False,
    host: Annotated[str | None, typer.Option("--host", metavar="NAME", help="Only this machine, as algo-1.")] = None,
    grep: Annotated[str | None, typer.Option("--grep", metavar="REGEX", help="Only lines that hold this.")] = None,
    since: SinceOption = None,
) -> Listing:
    """Show the log of a training, of all its machines in order of time."""
    try:
        pattern = re.compile(grep or "")
    except re.error as problem:
        raise UsageError(f"`{grep}` is no regular expression: {problem}") from None
    found = jobs.logs(
        session,
        jobs.named(job, session),
        follow=follow,
        host=host,
        grep=lambda text: pattern.search(text) is not None,
        since=_begin(since),
    )
    return Listing(found, "Events")


@jobs_app.command(
    examples="""
    awsml sagemaker jobs ls
    awsml sagemaker jobs ls --status InProgress -f json"""
)
def ls(
    session: Session,
    *,
    status: group.StatusOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the trainings of this region, the newest first."""
    return jobs.listed(session, status=status, limit=limit)


@jobs_app.command(examples="awsml sagemaker jobs describe my-training --query training_job_status")
def describe(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a training now."""
    return jobs.describe(session, jobs.named(job, session))


@jobs_app.command(examples="awsml sagemaker jobs wait my-training --quiet")
def wait_(
    session: Session,
    job: JobArgument,
    *,
    timeout: options.TimeoutOption = None,
    show_logs: Annotated[bool, typer.Option("--logs/--no-logs", help="Tell its log meanwhile.")] = True,
) -> Record:
    """Wait until a training has ended."""
    return jobs.wait(session, jobs.named(job, session), timeout=timeout, logs=show_logs)


@jobs_app.command(
    examples="""
    awsml sagemaker jobs attach my-training --since 10m
    awsml sagemaker jobs attach my-training --query metrics"""
)
def attach(
    session: Session, job: JobArgument, *, since: SinceOption = None, timeout: options.TimeoutOption = None
) -> Record:
    """Follow a training that runs, as `train` does: its log, states and metrics, to the end; Ctrl-C leaves it alone."""
    return jobs.wait(session, jobs.named(job, session), timeout=timeout, since=_begin(since))


@jobs_app.command(
    keeps=True,
    examples="""
    awsml sagemaker jobs clone old-training --hp epochs=9 --no-wait
    awsml sagemaker jobs clone old-training --role $ROLE --instance ml.m5.xlarge --dry-run -f raw""",
)
def clone(
    session: Session,
    job: JobArgument,
    *,
    words: group.TrainingWords,
    terms: TrainingTerms,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Start a training once more, with whatever is said changed and all else as it was."""
    first = jobs.named(job, session)
    session = session.at(first.region)
    refuse(words, terms)
    wanted = cloning.of(session, first, words, terms)
    if session.dry_run:
        return Listing(cloning.plan(session, wanted), "Plan")
    approve(session, lambda: cloning.plan(session, wanted))
    return training.finished(session, cloning.start(session, wanted), wait=wait, timeout=timeout)


@jobs_app.command(examples="awsml sagemaker jobs stop my-training --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Stop a training: its script has 120 seconds to save what it has."""
    return group.stopped(session, jobs.named(job, session), "the training", jobs)


@jobs_app.command(
    examples="""
    awsml sagemaker jobs download old-training --to models/
    awsml sagemaker jobs download old-training --to models/ | head -1"""
)
def download(
    session: Session,
    job: JobArgument,
    *,
    to: group.ToOption = Path(),
) -> Listing:
    """Fetch the model, and whatever else a training has left."""
    return Listing(jobs.download(session, jobs.named(job, session), to), "Files")


def image_of(session: Session, found: Project | None, terms: Terms, builder: Builder) -> str:
    """The image to train with: the one that was said, or the project's own, built and pushed where it has changed."""
    if terms.image is not None:
        return terms.image
    assert found is not None
    wanted = images.Build(found, "train", found.build.arguments)
    return images.push(session, wanted, builder.of(session, terms.bucket)).image


def image_plan(session: Session, found: Project | None, terms: Terms, builder: Builder) -> Iterator[Step]:
    """What getting that image would call."""
    if terms.image is None and found is not None:
        wanted = images.Build(found, "train", found.build.arguments)
        yield from images.plan(wanted, builder.of(session, terms.bucket), push=True)


def _begin(since: str | None) -> int | None:
    """SINCE, said as a span of time, as the moment in milliseconds of the epoch."""
    return int((clock.now() - durations.seconds(since)) * 1000) if since else None
