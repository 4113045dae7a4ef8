"""`awsml sagemaker registry`: models registered as versions, looked at, approved, rejected, removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.commands.sagemaker.builders import Builder, BuilderWords
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.terms import ImageOption
from awsml_cli.core.errors import UsageError
from awsml_cli.core.limits import SAGEMAKER_PACKAGE_DESCRIPTION
from awsml_cli.core.plan import Step, confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import project
from awsml_cli.services.sagemaker.asked import pair
from awsml_cli.services.sagemaker.containers import images
from awsml_cli.services.sagemaker.project import Project
from awsml_cli.services.sagemaker.remote import models
from awsml_cli.services.sagemaker.remote.registry import checking, deciding, looking, registering
from awsml_cli.services.sagemaker.remote.registry.looking import APPROVED, REJECTED
from awsml_cli.services.sagemaker.remote.registry.registering import Registration

group = app.group("registry", "The registry of models at AWS: registered, approved, looked at, removed.")

PackageArgument = Annotated[
    str, typer.Argument(metavar="PACKAGE", help="GROUP:VERSION, an ARN, or a GROUP: its newest version.")
]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the version.")]


@group.command(
    examples="""
    awsml sagemaker registry ls
    awsml sagemaker registry ls wine --status approved --limit 1 -f json
    awsml sagemaker registry ls wine --query '[].image' | head -1"""
)
def ls(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="GROUP", help="Show the versions of this one.")] = None,
    *,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Only approved, rejected or pending versions.")
    ] = None,
    unversioned: Annotated[
        bool, typer.Option("--unversioned", help="Packages of no group, as those of AWS Marketplace.")
    ] = False,
    limit: options.LimitOption = None,
) -> Listing:
    """List the groups of this region, or the versions of one, the newest first."""
    wanted = looking.status_of(status)
    if unversioned and name is not None:
        raise UsageError("--unversioned packages are of no group", hint="leave out the group")
    if name is not None:
        return looking.versions(session, looking.named(session, name), status=wanted, limit=limit)
    if wanted is not None:
        raise UsageError("--status is that of the versions of a group", hint="name the group")
    return looking.unversioned(session, limit=limit) if unversioned else looking.groups(session, limit=limit)


@group.command(
    examples="""
    awsml sagemaker registry show wine:1
    awsml sagemaker registry show wine --approved --query metrics"""
)
def show(
    session: Session,
    package: PackageArgument,
    *,
    approved: Annotated[bool, typer.Option("--approved", help="The newest version that is approved.")] = False,
) -> Record:
    """Show all about a version: its image, data, metrics, properties, and whether it may be served."""
    which = looking.named(session, package)
    if approved and which.version is not None:
        raise UsageError(
            "--approved looks for a version, and one is named", hint=f"awsml sagemaker registry show {which}"
        )
    return looking.show(session, which, approved=approved)


@dataclass(frozen=True)
class Terms:
    """What was said about a version, beside its model and its image."""

    content_types: tuple[str, ...]
    response_types: tuple[str, ...]
    types: tuple[str, ...]
    environment: dict[str, str]
    description: str | None
    properties: dict[str, str]
    approve: bool


def _terms(
    content_type: Annotated[
        list[str] | None, typer.Option("--content-type", metavar="TYPE", help="What it takes; may be repeated.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="TYPE", help="What it answers in; may be repeated.")
    ] = None,
    instance: Annotated[
        list[str] | None,
        typer.Option("--instance", metavar="TYPE", help="Where it may be served; any otherwise; may be repeated."),
    ] = None,
    env: Annotated[list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="May be repeated.")] = None,
    description: Annotated[
        str | None, typer.Option("--description", metavar="TEXT", help="What this version is.")
    ] = None,
    property_: Annotated[
        list[str] | None, typer.Option("--property", metavar="KEY=VALUE", help="Kept with it; may be repeated.")
    ] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Approve it at once.")] = False,
) -> Terms:
    """What was said about it."""
    return Terms(
        tuple(content_type or ()),
        tuple(accept or ()),
        tuple(dict.fromkeys(instance or ())),
        dict(pair(word, "--env") for word in env or ()),
        description,
        dict(pair(word, "--property", takes="KEY=VALUE") for word in property_ or ()),
        approve,
    )


@group.command(
    keeps=True,
    examples="""
    awsml sagemaker registry register wine --model-data model.tar.gz --image $IMAGE --metrics accuracy=0.93
    awsml sagemaker registry register wine --from-job old-training --image $IMAGE --approve --query package
    awsml sagemaker registry register --project churn --engine podman --model-data model.tar.gz --dry-run""",
)
def register(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="GROUP", help="The model's group; it is called as the project otherwise.")
    ] = None,
    *,
    model_data: Annotated[
        str | None,
        typer.Option("--model-data", metavar="MODEL", help="A model.tar.gz, a folder, s3://… or a training's id."),
    ] = None,
    from_job: Annotated[
        str | None, typer.Option("--from-job", metavar="TRAINING", help="The model and metrics of this training.")
    ] = None,
    image: ImageOption = None,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metrics", metavar="NAME=N", help="What it was measured by, or a JSON file; may be repeated."),
    ] = None,
    terms: Annotated[Terms, Joined(_terms)],
    folder: Annotated[
        Path | None, typer.Option("--project", metavar="FOLDER", help="The project; this folder if none is named.")
    ] = None,
    builder: BuilderWords,
    bucket: options.BucketOption = None,
) -> Record | Listing:
    """Register a model as the next version of its group; in a project's folder the newest, with its image."""
    if model_data is not None and from_job is not None:
        raise UsageError("--model-data and --from-job cannot both be")
    found = project.find(folder)
    called = name or (found.about.name if found else None)
    if called is None:
        raise UsageError("which model is it a version of?", hint="awsml sagemaker registry register GROUP")
    which = looking.named(session, called)
    if which.version is not None or which.unversioned:
        raise UsageError(f"AWS numbers the versions of {which.name}", hint=f"register {which.name}")
    measured = registering.measured(metrics or [])
    builds = image is None and found is not None
    if from_job is not None:
        left = registering.trained(session, from_job)
        model_data = left.model_data
        if image is None and not builds:
            image = left.image
            session.talk.tell(f"the image is that of the training: {image}")
        if not metrics:
            measured = replace(measured, numbers=left.metrics)
    elif model_data is None and found is not None:
        model_data = models.default(session, found)
    wanted = Registration(
        group=which,
        image=image,
        model_data=model_data,
        measured=measured,
        content_types=terms.content_types,
        response_types=terms.response_types,
        types=terms.types,
        environment={**(found.serve.environment if found and builds else {}), **terms.environment},
        description=terms.description,
        properties=terms.properties,
        approve=terms.approve,
    )
    checking.check(session, wanted, built=builds)
    if session.dry_run:
        return Listing(_plan(session, wanted, found if builds else None, builder, bucket), "Plan")
    if builds and found is not None:
        built = images.push(session, _build(found), builder.of(session, bucket))
        wanted = replace(wanted, image=built.image)
    return registering.register(session, wanted, bucket=bucket)


@group.command(
    examples="""
    awsml sagemaker registry approve wine:2 --reason 'accuracy over 0.9'
    awsml sagemaker registry approve wine --query package"""
)
def approve(session: Session, package: PackageArgument, *, reason: ReasonOption = None) -> Record:
    """Approve a version, so that it may be served."""
    return _decide(session, package, APPROVED, reason)


@group.command(examples="awsml sagemaker registry reject wine:1 --reason 'it is worse than the last'")
def reject(session: Session, package: PackageArgument, *, reason: ReasonOption = None) -> Record:
    """Reject a version; an endpoint that serves it goes on."""
    return _decide(session, package, REJECTED, reason)


@group.command(
    examples="""
    awsml sagemaker registry rm wine:1 -y
    awsml sagemaker registry rm wine --dry-run"""
)
def rm(
    session: Session,
    package: Annotated[
        str, typer.Argument(metavar="PACKAGE", help="GROUP:VERSION, an ARN, or a GROUP with all its versions.")
    ],
) -> Listing:
    """Remove a version, or a group with all its versions; what was made of them goes on."""
    which = looking.named(session, package)
    found = deciding.condemned(session, which)
    if session.dry_run:
        return Listing(iter(deciding.removal(found)), "Plan")
    many = f"{which.name} with all of its versions ({len(found) - 1})" if len(found) > 1 else found[0].name
    confirm(session, f"Remove {many}?")
    return Listing(deciding.remove(session, which, found), "Removed")


def _decide(session: Session, package: str, status: str, reason: str | None) -> Record:
    if len(reason or "") > SAGEMAKER_PACKAGE_DESCRIPTION:
        raise UsageError(f"a reason has {SAGEMAKER_PACKAGE_DESCRIPTION:,} characters at most")
    which = looking.named(session, package)
    if session.dry_run:
        return deciding.deciding(session, which, status)
    return deciding.decide(session, which, status, reason=reason)


def _build(found: Project) -> images.Build:
    return images.Build(found, "serve", found.build.arguments)


def _plan(
    session: Session, wanted: Registration, found: Project | None, builder: Builder, bucket: str | None
) -> Iterator[Step]:
    if found is not None:
        yield from images.plan(_build(found), builder.of(session, bucket), push=True)
    yield from registering.plan(session, wanted)
