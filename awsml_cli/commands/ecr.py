"""`awsml ecr`: repositories of images, what is in them and what is wrong with it."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import ecr as service

app = CommandGroup("Images in Amazon ECR: listed, scanned, removed.")

ImageArgument = Annotated[str, typer.Argument(metavar="IMAGE", help="As REPOSITORY:TAG or REPOSITORY@sha256:….")]


@app.command(
    examples="""
    awsml ecr ls
    awsml ecr ls team/churn --limit 5 -f json
    awsml ecr ls team/churn --query '[].image' | head -1"""
)
def ls(
    session: Session,
    repository: Annotated[str | None, typer.Argument(metavar="REPOSITORY", help="Show the images of this one.")] = None,
    *,
    limit: options.LimitOption = None,
) -> Listing:
    """List the repositories of this region, or the images of one, the newest first."""
    if repository is None:
        return service.repositories(session, limit=limit)
    return service.images(session, repository, limit=limit)


@app.command(examples="awsml ecr rm team/churn:v1 --dry-run")
def rm(session: Session, image: ImageArgument) -> Record:
    """Remove one image; its repository stays."""
    if session.dry_run:
        return service.removal(image)
    confirm(session, f"Remove the image {image}?")
    return service.remove(session, image)


@app.command(
    examples="""
    awsml ecr scan team/churn:v1
    awsml ecr scan team/churn:v1 --fail-on CRITICAL -f json"""
)
def scan(
    session: Session,
    image: ImageArgument,
    *,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="SEVERITY", help="Exit 7 where one is so bad, as HIGH, or worse.")
    ] = None,
    timeout: options.TimeoutOption = None,
) -> Record | Listing | Checked:
    """Look for known weaknesses in an image, the worst first."""
    severity = fail_on.upper() if fail_on else None
    if severity is not None and severity not in service.SEVERITIES:
        raise UsageError(f"there is no severity `{fail_on}`", hint=f"one of: {', '.join(service.SEVERITIES)}")
    if session.dry_run:
        return step("ecr:StartImageScan", image)
    found = service.scan(session, image, timeout=timeout)
    listing = Listing(iter(found), "findings")
    if severity is None:
        return listing
    bad = service.worse(found, severity)
    return Checked(listing, failure=f"{len(bad)} findings are {severity} or worse" if bad else None)
