"""The group `awsml sagemaker`, and the words that several of its commands know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Protocol

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.cli.documents import DocumentGroup
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, confirm
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.asked import Words

app = DocumentGroup("Models trained and served with Amazon SageMaker.")

FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="FOLDER", help="The project; this folder if none is named.")
]
EndpointArgument = Annotated[str, typer.Argument(metavar="NAME", help="The endpoint.")]
NameOption = Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call it; made up otherwise.")]
StatusOption = Annotated[
    str | None, typer.Option("--status", metavar="STATUS", help="Only these, as InProgress, Completed, Failed.")
]
ToOption = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where to.")]
PythonOption = Annotated[
    str | None, typer.Option("--python", metavar="PROGRAM", help="The Python that runs it without a container.")
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="As docker, podman, buildah, nerdctl, finch.",
    ),
]
ModelDataOption = Annotated[
    str | None,
    typer.Option("--model-data", metavar="PATH", help="A model.tar.gz or a folder; the newest here otherwise."),
]
ContentTypeOption = Annotated[
    str, typer.Option("--content-type", metavar="TYPE", help="What the input is, as text/csv.")
]
AcceptOption = Annotated[str, typer.Option("--accept", metavar="TYPE", help="What the answer is to be, as text/csv.")]
StartupOption = Annotated[
    float, typer.Option("--startup-timeout", metavar="SECONDS", min=1, help="How long the first ping may take.")
]


def at_aws(session: Session, folder: Path | None, *, here: str) -> None:
    """Refuse `--local` where a project's image would go to a registry of AWS's. Raises ConfigError.

    HERE is the command that does the same on this machine.
    """
    if session.local:
        words = " ".join(("awsml sagemaker local", here, *((str(folder),) if folder else ())))
        raise ConfigError("this takes an image to AWS, which --local does not", hint=words)


class Stops(Protocol):
    """A service whose jobs can be stopped."""

    def stop(self, session: Session, job: JobId) -> Record:
        """Ask JOB to stop."""

    def stopping(self, job: JobId) -> Step:
        """What stopping would call."""


def stopped(session: Session, job: JobId, what: str, service: Stops) -> Record:
    """JOB, which is WHAT, as `the training`, asked by its SERVICE to stop, or what that would call."""
    if session.dry_run:
        return service.stopping(job)
    confirm(session, f"Stop {what} {job.name}?")
    return service.stop(session, job)


def words(
    hp: Annotated[
        list[str] | None,
        typer.Option("--hp", metavar="KEY=VALUE", help="A hyperparameter, or a JSON file of them; may be repeated."),
    ] = None,
    *,
    channel: Annotated[
        list[str] | None,
        typer.Option(
            "--channel",
            metavar="NAME=PLACE[:MODE]",
            help="Data: a path or s3://…, read as File, FastFile or Pipe; also :ShardedByS3Key, :ManifestFile and "
            "others of SageMaker's words; may be repeated.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="NAME=REGEX", help="A number in the log, in the group ( ); may be repeated."),
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="A variable for it; may be repeated.")
    ] = None,
    instance: Annotated[
        str | None, typer.Option("--instance", metavar="TYPE", help="The type of machine, as ml.m5.large.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="How many machines.")] = None,
    max_run: Annotated[
        str | None, typer.Option("--max-run", metavar="TIME", help="How long it may run, as 90s, 30m, 2h or 1d.")
    ] = None,
    name: NameOption = None,
) -> Words:
    """What was said about a training."""
    return Words(
        hyperparameters=tuple(hp or ()),
        channels=tuple(channel or ()),
        metrics=tuple(metric or ()),
        environment=tuple(env or ()),
        instance=instance,
        count=count,
        max_run=max_run,
        name=name,
    )


TrainingWords = Annotated[Words, Joined(words)]
