"""`awsml sagemaker builds`: images that AWS CodeBuild builds, and has built."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker.group import app, stopped
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.builds import jobs

builds = app.group("builds", "Images built at AWS CodeBuild with --remote: what runs, and what has ended.")
BuildArgument = Annotated[str, typer.Argument(metavar="BUILD", help="Its id, as it was printed.")]


@builds.command(
    examples="""
    awsml sagemaker builds ls
    awsml sagemaker builds ls --limit 5 -f json"""
)
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the builds of this region that `awsml` has started, the newest first."""
    return jobs.listed(session, limit=limit)


@builds.command(examples="awsml sagemaker builds describe awsml-build-0123abcd/1 --query build_status")
def describe(session: Session, build: BuildArgument) -> Record:
    """Show what AWS says about a build now."""
    return jobs.describe(session, jobs.named(build, session))


@builds.command(examples="awsml sagemaker builds wait awsml-build-0123abcd/1 --quiet")
def wait_(session: Session, build: BuildArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Follow a build, its phases and its log, until it has ended."""
    return jobs.wait(session, jobs.named(build, session), timeout=timeout)


@builds.command(
    examples="""
    awsml sagemaker builds logs awsml-build-0123abcd/1
    awsml sagemaker builds logs awsml-build-0123abcd/1 --follow | grep -i error"""
)
def logs(
    session: Session,
    build: BuildArgument,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until it has ended.")] = False,
) -> Listing:
    """Show the log of a build."""
    return Listing(jobs.logs(session, jobs.named(build, session), follow=follow), "Events")


@builds.command(examples="awsml sagemaker builds stop awsml-build-0123abcd/1 --dry-run")
def stop(session: Session, build: BuildArgument) -> Record:
    """Stop a build; what is pushed by then stays."""
    return stopped(session, jobs.named(build, session), "the build", jobs)
