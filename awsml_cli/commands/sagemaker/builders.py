"""Where the images of a project are built, as it is said: by an engine here, or at AWS CodeBuild."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.commands.sagemaker import group
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers import engine as engines
from awsml_cli.services.sagemaker.containers.engine import Engine
from awsml_cli.services.sagemaker.remote.builds import CALLED, CodeBuild, places


@dataclass(frozen=True)
class Builder:
    """An ENGINE of this machine, or what builds elsewhere, under ROLE on a machine of the size COMPUTE."""

    engine: str | None = None
    elsewhere: str | None = None
    role: str | None = None
    compute: str = places.COMPUTE

    def of(self, session: Session, bucket: str | None = None) -> Engine | CodeBuild:
        """What builds; a dry run needs no engine that is there."""
        if self.elsewhere is not None:
            return CodeBuild(self.role or session.config.role, self.compute, bucket)
        if session.dry_run and self.engine in engines.KNOWN:
            return Engine(self.engine, self.engine, buildkit=self.engine == "docker")
        return engines.find(self.engine)


def _said(
    engine: group.EngineOption = None,
    *,
    remote: Annotated[
        str | None, typer.Option("--remote", metavar="SERVICE", help="Build there, without an engine here: codebuild.")
    ] = None,
    codebuild_role: Annotated[
        str | None,
        typer.Option("--codebuild-role", metavar="ARN", help="Role that CodeBuild takes on; it must trust codebuild."),
    ] = None,
    compute: Annotated[
        str | None, typer.Option("--compute", metavar="SIZE", help="CodeBuild's machine: small, medium or large.")
    ] = None,
) -> Builder:
    """What was said about it."""
    if remote not in (None, CALLED):
        raise UsageError(f"nothing is built at `{remote}`", hint=f"--remote {CALLED}")
    if remote is None and (codebuild_role or compute):
        raise UsageError("--codebuild-role and --compute are about CodeBuild", hint=f"--remote {CALLED}")
    if remote is not None and engine is not None:
        raise UsageError("either an engine builds here, or CodeBuild there", hint="leave out --engine or --remote")
    if compute is not None and compute not in places.computes():
        raise UsageError(f"CodeBuild has no machine `{compute}`", hint=f"one of: {', '.join(places.computes())}")
    return Builder(engine, remote, codebuild_role, compute or places.COMPUTE)


BuilderWords = Annotated[Builder, Joined(_said)]
