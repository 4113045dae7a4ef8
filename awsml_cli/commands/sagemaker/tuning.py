"""`awsml sagemaker tune` and `tunings`: hyperparameters looked for at AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.builders import BuilderWords
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.remote import image_of, image_plan
from awsml_cli.commands.sagemaker.terms import TrainingTerms, refuse
from awsml_cli.core.plan import approve, confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import asked, project, tuned
from awsml_cli.services.sagemaker.remote import tuning
from awsml_cli.services.sagemaker.tuned import Words

tunings = app.group("tunings", "Tunings at AWS: their trials, and the best of them.")

TuningArgument = Annotated[str, typer.Argument(metavar="JOB", help="The tuning's name, or its id as it was printed.")]


def _words(
    ranges: Annotated[
        list[str] | None,
        typer.Option(
            "--range", metavar="NAME=RANGE", help="What to try: 1..10, 0.01..1:log, or a,b,c; may be repeated."
        ),
    ] = None,
    *,
    objective: Annotated[
        str | None, typer.Option("--objective", metavar="METRIC", help="The metric that tells which trial is better.")
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="GOAL", help="What is better: minimize, or maximize.")
    ] = None,
    trials: Annotated[int | None, typer.Option("--trials", metavar="N", min=1, help="How many, at most.")] = None,
    parallel: Annotated[int | None, typer.Option("--parallel", metavar="N", min=1, help="How many at once.")] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", metavar="NAME", help="As bayesian, random, hyperband, grid.")
    ] = None,
    early_stopping: Annotated[
        bool | None,
        typer.Option("--early-stopping/--no-early-stopping", help="End trials that will not be the best."),
    ] = None,
    warm_start: Annotated[
        list[str] | None,
        typer.Option("--warm-start", metavar="TUNING", help="Go on from what this one found; may be repeated."),
    ] = None,
    warm_start_type: Annotated[
        str,
        typer.Option("--warm-start-type", metavar="TYPE", help="Same data and algorithm: identical; else: transfer."),
    ] = "identical",
) -> Words:
    """What was said about a tuning."""
    return Words(
        ranges=tuple(ranges or ()),
        objective=objective,
        goal=goal,
        trials=trials,
        parallel=parallel,
        strategy=strategy,
        early_stopping=early_stopping,
        warm_start=tuple(word.rpartition(":")[2] for word in warm_start or ()),
        warm_start_type=warm_start_type,
    )


@app.command(
    keeps=True,
    examples="""
    awsml sagemaker tune churn --image $IMAGE --role $ROLE --range rate=0.01..1:log --trials 4
    awsml sagemaker tune churn --image $IMAGE --role $ROLE --range epochs=5,10 --strategy grid --dry-run
    awsml sagemaker tune churn --image $IMAGE --role $ROLE --no-wait""",
)
def tune(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    words: group.TrainingWords,
    terms: TrainingTerms,
    search: Annotated[Words, Joined(_words)],
    builder: BuilderWords,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Look for the best hyperparameters: many trainings at AWS, a live table of them, the best one at the end."""
    if terms.image is None:
        group.at_aws(session, folder, here="train")
    found = project.find(folder) if terms.image else project.load(folder)
    refuse(words, terms)
    wanted = tuned.tuning(found, asked.training(found, words), search)
    base = found.about.name if found else "tuning"
    remote = terms.of(found, wanted.training, role=session.config.role)
    if session.dry_run:
        steps = [*image_plan(session, found, terms, builder), *tuning.plan(remote, wanted, base=base)]
        return Listing(iter(steps), "Plan")
    approve(session, lambda: tuning.plan(remote, wanted, base=base))
    tuning.check(session, remote, wanted)  # what is missing is said before an image is built
    image = image_of(session, found, terms, builder)
    job = tuning.start(session, replace(remote, image=image), wanted, base=base)
    return tuning.finished(session, job, wait=wait, timeout=timeout)


@tunings.command(
    examples="""
    awsml sagemaker tunings ls
    awsml sagemaker tunings ls --status InProgress -f json"""
)
def ls(
    session: Session,
    *,
    status: group.StatusOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the tunings of this region, the newest first."""
    return tuning.listed(session, status=status, limit=limit)


@tunings.command(examples="awsml sagemaker tunings get my-tuning --query best_hyperparameters")
def get(session: Session, job: TuningArgument) -> Record:
    """Show what AWS says about a tuning now, with the best so far."""
    return tuning.describe(session, tuning.named(job, session))


@tunings.command(
    examples="""
    awsml sagemaker tunings trials my-tuning --limit 3
    awsml sagemaker tunings trials my-tuning -f csv"""
)
def trials(session: Session, job: TuningArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the trials of a tuning, the best first."""
    return tuning.trials(session, tuning.named(job, session), limit=limit)


@tunings.command(examples="awsml sagemaker tunings wait my-tuning")
def wait_(session: Session, job: TuningArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a tuning has ended, with a live table of its trials."""
    return tuning.wait_for(session, tuning.named(job, session), timeout=timeout)


@tunings.command(examples="awsml sagemaker tunings result old-tuning --query model_artifacts")
def result(session: Session, job: TuningArgument) -> Record:
    """Give the training that did best, its model for `deploy`."""
    return tuning.best(session, tuning.named(job, session))


@tunings.command(examples="awsml sagemaker tunings stop my-tuning --dry-run")
def stop(session: Session, job: TuningArgument) -> Record:
    """Stop a tuning and the trials that run; the best so far stays."""
    return group.stopped(session, tuning.named(job, session), "the tuning", tuning)


@tunings.command(examples="awsml sagemaker tunings rm old-tuning --dry-run")
def rm(session: Session, job: TuningArgument) -> Record | None:
    """Have AWS forget a tuning that has ended; its trainings and their models stay."""
    named = tuning.named(job, session)
    if session.dry_run:
        return tuning.removing(named)
    confirm(session, f"Remove the tuning {named.name}?")
    tuning.remove(session, named)
    return None
