"""`awsml sagemaker local`: training and serving on this machine, with the commands and answers of AWS."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Blob, Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker import asked, project
from awsml_cli.services.sagemaker.containers import engine
from awsml_cli.services.sagemaker.containers.hosting import Containers
from awsml_cli.services.sagemaker.local import runners, serving, training, transform
from awsml_cli.services.sagemaker.local.runners import Runner
from awsml_cli.services.sagemaker.local.serving import Server
from awsml_cli.services.sagemaker.project import Target
from awsml_cli.services.sagemaker.records import Endpoint

local = app.group("local", "On this machine: the same project, commands and answers as on AWS.")


@dataclass(frozen=True)
class Place:
    """Whether it runs in a container, of which engine, or by which Python."""

    container: bool
    engine: str | None
    python: str | None


def _place(
    container: Annotated[
        bool, typer.Option("--container/--no-container", help="In a container as on AWS, or as processes here.")
    ] = True,
    *,
    engine: group.EngineOption = None,
    python: group.PythonOption = None,
) -> Place:
    """What was said about it."""
    return Place(container, engine, python)


Placed = Annotated[Place, Joined(_place)]
PortOption = Annotated[int, typer.Option("--port", metavar="N", min=0, help="Where it listens; a free port otherwise.")]


@local.command(
    keeps=True,
    examples="""
    awsml sagemaker local train churn --no-container
    awsml sagemaker local train churn --no-container --hp epochs=5 --count 2 -f json
    awsml sagemaker local train churn --no-container --channel training=s3://my-bucket/points/:FastFile -f json
    awsml sagemaker local train churn --no-container --query model_artifacts""",
)
def train(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    words: group.TrainingWords,
    place: Placed,
    grace: Annotated[
        float, typer.Option("--grace", metavar="SECONDS", min=0, help="From SIGTERM to SIGKILL; SageMaker gives 120.")
    ] = training.GRACE,
    checkpoints: Annotated[
        Path | None,
        typer.Option("--checkpoints", metavar="FOLDER", help="Keep checkpoints here, for the next run."),
    ] = None,
) -> Record:
    """Train the project here, as SageMaker would: its log on stderr, its model in output/.

    Data in S3 are fetched, and kept as long as they are not another's; --no-cache keeps none.
    """
    found = project.load(folder)
    wanted = asked.training(found, words)
    runner = _runner(session, found, "train", place, instance=wanted.instance, several=wanted.count > 1)
    return training.train(session, runner, wanted, grace=grace, checkpoints=checkpoints)


@local.command(
    examples="""
    awsml sagemaker local serve churn --no-container --detach; awsml sagemaker local delete churn"""
)
def serve(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    model_data: group.ModelDataOption = None,
    place: Placed,
    port: PortOption = 0,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running; `local delete` ends it.")] = False,
    startup_timeout: group.StartupOption = serving.STARTUP,
) -> Record | Listing:
    """Serve the project's model here until Ctrl-C, or until `local delete`."""
    runner = _runner(session, project.load(folder), "serve", place)
    model = serving.model_of(runner, model_data)
    if detach:
        return serving.detach(session, runner, model, port=port, startup=startup_timeout)

    def until_ended() -> Iterator[Record]:
        with serving.served(session, runner, model, port=port, startup=startup_timeout) as server:
            yield Endpoint(
                endpoint_name=runner.project.about.name,
                endpoint_status="InService",
                url=server.url,
                model_name=str(model),
            )
            server.host.process.wait()

    return Listing(until_ended(), "Endpoints")


@local.command(
    examples="""
    awsml sagemaker local invoke churn --no-container -d '[[1.0, 2.0]]'
    echo 1.0,2.0 | awsml sagemaker local invoke churn --no-container --content-type text/csv --accept text/csv"""
)
def invoke(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    data: Annotated[
        str, typer.Option("-d", "--data", metavar="TEXT", help="What is asked; @FILE is a file, - is stdin.")
    ] = "-",
    model_data: group.ModelDataOption = None,
    content_type: group.ContentTypeOption = "application/json",
    accept: group.AcceptOption = "application/json",
    place: Placed,
) -> Blob:
    """Ask the server that runs here, or one that is started for this question."""
    found = project.load(folder)
    body = body_of(session, data)
    served = serving.running(found.about.name) if model_data is None else None
    if served is not None:
        port = int(str(served.url).rpartition(":")[2])
        answer = serving.checked(serving.ask(port, body, content_type=content_type, accept=accept))
    else:
        runner = _runner(session, found, "serve", place)
        model = serving.model_of(runner, model_data)
        with serving.served(session, runner, model) as server:
            answer = serving.checked(serving.ask(server.port, body, content_type=content_type, accept=accept))
    return Blob(lambda _to_file: [answer.body], content_type=answer.content_type)


@local.command(
    many=True,
    examples="""
    awsml sagemaker local transform churn points.csv --no-container --content-type text/csv -o answers/
    awsml sagemaker local transform churn points.csv --no-container --content-type text/csv | jq length""",
)
def transform_(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The project.")],
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs, s3://, or -.")],
    *,
    model_data: group.ModelDataOption = None,
    content_type: group.ContentTypeOption = "application/json",
    accept: group.AcceptOption = "application/json",
    split_type: Annotated[
        str, typer.Option("--split-type", metavar="TYPE", help="How it is cut: None, or Line.")
    ] = "None",
    batch_strategy: Annotated[
        str, typer.Option("--batch-strategy", metavar="NAME", help="Records a request: MultiRecord, or SingleRecord.")
    ] = "MultiRecord",
    max_payload: Annotated[
        int, typer.Option("--max-payload", metavar="MB", min=1, max=100, help="The most of one request.")
    ] = 6,
    place: Placed,
) -> Many:
    """Send files through the model, as a batch transform does: NAME becomes NAME.out with -o FOLDER/."""
    transform.check(split_type, batch_strategy)
    runner = _runner(session, project.load(folder), "serve", place)
    model = serving.model_of(runner, model_data)
    found = [_transformed(source) for source in sources.paths(inputs)]
    given = transform.variables(batch_strategy, max_payload)
    start = _once(session, lambda: serving.served(session, runner, model, variables=given))

    def answers(source: Source) -> Iterator[bytes]:
        return transform.answers(
            session,
            source,
            start().port,
            content_type=content_type,
            accept=accept,
            split=split_type,
            strategy=batch_strategy,
            max_payload=max_payload,
        )

    def outcomes() -> Iterator[Outcome]:
        for source in found:
            blob = Blob(lambda _to_file, source=source: answers(source), content_type=accept)  # type: ignore[misc]
            yield Outcome(source, value=blob)

    return Many(found, outcomes())


@local.command(examples="awsml sagemaker local delete churn")
def delete(session: Session, folder: group.FolderArgument = None) -> None:
    """End the server of the project that `local serve --detach` has left running."""
    name = project.load(folder).about.name
    if not serving.delete(name):
        session.talk.warn(f"{name} is not served here")


def body_of(session: Session, data: str) -> bytes:
    """The bytes that DATA means: itself, the file @NAME, or stdin. Raises InputError, UsageError."""
    if data == "-" and sys.stdin.isatty():
        raise UsageError("what shall be asked?", hint="-d TEXT, -d @FILE, or pipe it in")
    if data == "-" or data.startswith("@"):
        (source,) = sources.paths([data.removeprefix("@")])
        return sources.read_bytes(source, session)
    return data.encode()


def _runner(session: Session, found: project.Project, target: Target, place: Place, **more: Any) -> Runner:
    """What starts hosts: processes, or containers of the image, which is built first where it has changed."""
    if not place.container:
        return runners.Processes.of(found, target, python=place.python)
    return Containers.of(session, found, target, engine.find(place.engine, runs=True), **more)


def _transformed(source: Source) -> Source:
    """SOURCE, whose answer is called like it with `.out` behind."""
    return replace(source, ending=f"{source.relative.suffix.lstrip('.')}.out".lstrip("."))


def _once(session: Session, start: Callable[[], AbstractContextManager[Server]]) -> Callable[[], Server]:
    """What starts a server when it is first wanted, to be ended with the run."""
    return lambda: session.once("server", lambda: session.hold(start()))
