"""`awsml sagemaker build`, `push` and `check`: the images of a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.builders import BuilderWords
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.local import body_of
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import project
from awsml_cli.services.sagemaker.asked import pair
from awsml_cli.services.sagemaker.containers import check as contract
from awsml_cli.services.sagemaker.containers import engine as engines
from awsml_cli.services.sagemaker.containers import images, logins, stored
from awsml_cli.services.sagemaker.containers.engine import Engine
from awsml_cli.services.sagemaker.containers.hosting import Containers
from awsml_cli.services.sagemaker.local import serving

TargetOption = Annotated[
    list[str] | None, typer.Option("--target", metavar="STAGE", help="Only train or serve; both otherwise.")
]
BaseOption = Annotated[
    str | None, typer.Option("--base", metavar="IMAGE", help="Another base, as the build argument BASE.")
]
ArgumentOption = Annotated[
    list[str] | None, typer.Option("--build-arg", metavar="NAME=VALUE", help="A build argument; may be repeated.")
]
SecretOption = Annotated[
    list[str] | None, typer.Option("--secret", metavar="ID=…,SRC=…", help="A secret of the build, in no layer of it.")
]
RepositoryOption = Annotated[
    str | None, typer.Option("--repository", metavar="NAME", help="In ECR; awsml/PROJECT otherwise.")
]
TagOption = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Of its content otherwise.")]


@app.command(
    examples="""
    awsml sagemaker build churn --engine podman --dry-run
    awsml sagemaker build churn --engine buildah --target serve --base python:3.12-slim --dry-run --query '[].on'
    awsml sagemaker build churn --remote codebuild --codebuild-role $ROLE --target train --dry-run"""
)
def build(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    target: TargetOption = None,
    builder: BuilderWords,
    bucket: options.BucketOption = None,
    base: BaseOption = None,
    build_arg: ArgumentOption = None,
    secret: SecretOption = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Build every layer anew.")] = False,
) -> Listing:
    """Build the project's images, those whose content has changed; with --remote there, and pushed to Amazon ECR."""
    wanted = _builds(project.load(folder), target, base, build_arg, secret, cached=not no_cache)
    chosen = builder.of(session, bucket)
    if no_cache and not isinstance(chosen, Engine):
        raise UsageError("CodeBuild keeps no layers, and an image that is pushed stays as it is")

    def records() -> Iterator[Record]:
        for one in wanted:
            if session.dry_run:
                yield from images.plan(one, chosen, push=False)
            elif isinstance(chosen, Engine):
                yield images.build(session, one, chosen)
            else:
                yield images.push(session, one, chosen)

    return Listing(records(), "Images")


@app.command(
    examples="""
    awsml sagemaker push churn --engine podman --dry-run
    awsml sagemaker push churn --engine docker --target train --repository team/churn --dry-run"""
)
def push(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    target: TargetOption = None,
    builder: BuilderWords,
    bucket: options.BucketOption = None,
    base: BaseOption = None,
    build_arg: ArgumentOption = None,
    secret: SecretOption = None,
    repository: RepositoryOption = None,
    tag: TagOption = None,
    code_only: Annotated[
        bool, typer.Option("--code-only", help="Only the code, on top of what was pushed: no engine, under a second.")
    ] = False,
) -> Listing:
    """Push the project's images to Amazon ECR, built first where their content has changed."""
    wanted = _builds(project.load(folder), target, base, build_arg, secret, cached=True)
    if tag and len(wanted) > 1:
        raise UsageError("one tag cannot be two images", hint="--target train or --target serve")
    chosen = None if code_only else builder.of(session, bucket)

    def records() -> Iterator[Record]:
        for one in wanted:
            if session.dry_run:
                yield from images.plan(one, chosen, push=True, repository_name=repository)
            elif chosen is None:
                yield images.push_code(session, one, repository_name=repository, tag=tag)
            else:
                yield images.push(session, one, chosen, repository_name=repository, tag=tag)

    return Listing(records(), "Images")


@app.command(
    examples="""
    awsml sagemaker check --help | head -1""",
)
def check(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    image: Annotated[
        str | None, typer.Option("--image", metavar="IMAGE", help="Any image; the project's own otherwise.")
    ] = None,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="Only what the registry holds of --image; nothing is run here.")
    ] = False,
    data: Annotated[
        str | None, typer.Option("-d", "--data", metavar="TEXT", help="What it shall be asked; @FILE is a file.")
    ] = None,
    content_type: group.ContentTypeOption = "application/json",
    model_data: group.ModelDataOption = None,
    engine: group.EngineOption = None,
    startup_timeout: group.StartupOption = 60.0,
) -> Checked:
    """Run an image as SageMaker would and report which promises of its contract hold."""
    if manifest and not (image and stored.is_stored(image)):
        raise UsageError("--manifest is for an image in a registry", hint="--image REGISTRY/NAME:TAG")
    done: list[contract.Check] = []
    if image and stored.is_stored(image):
        done = list(stored.report(session, image)) if manifest else stored.report_if_can(session, image)
    if not manifest:
        found = project.load(folder)
        chosen = engines.find(engine, runs=True)
        if image and any(one.result != "skip" for one in done):
            logins.fetch(session, image, chosen)
        runner = Containers(found, "serve", chosen, image) if image else Containers.of(session, found, "serve", chosen)
        model = serving.model_of(runner, model_data)
        question = contract.Question(body_of(session, data), content_type) if data is not None else None
        done += contract.report(session, runner, model, question, startup=startup_timeout)
    failed = [one.check for one in done if one.result == "fail"]
    return Checked(
        Listing(iter(done), "Checks"), failure=f"{len(failed)} failed: {', '.join(failed)}" if failed else None
    )


def _builds(
    found: project.Project,
    targets: list[str] | None,
    base: str | None,
    arguments: list[str] | None,
    secrets: list[str] | None,
    *,
    cached: bool,
) -> list[images.Build]:
    given = {**found.build.arguments, **dict(pair(word, "--build-arg") for word in arguments or ())}
    if base:
        given["BASE"] = base
    for target in targets or ():
        if target not in ("train", "serve"):
            raise UsageError(f"there is no stage `{target}`", hint="--target train, or --target serve")
    return [
        images.Build(found, one, given, secrets or (), cached)
        for one in ("train", "serve")
        if one in (targets or (one,))
    ]
