"""`awsml sagemaker init`: a project that trains and serves at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.commands.sagemaker.group import app
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import scaffold


@app.command(
    examples="""
    awsml sagemaker init wine
    awsml sagemaker init prices --framework xgboost --gpu --dry-run
    awsml sagemaker init faces --framework pytorch --gpu --framework-version 2.10 --dry-run
    awsml sagemaker init ranks --stack toolkit --dry-run
    awsml sagemaker init numbers | wc -l"""
)
def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make; its name is the project's.")],
    *,
    framework: Annotated[
        str, typer.Option("--framework", metavar="NAME", help="What it stands on: plain, sklearn, xgboost, pytorch.")
    ] = "plain",
    gpu: Annotated[bool, typer.Option("--gpu", help="Train and serve on GPUs.")] = False,
    stack: Annotated[
        str, typer.Option("--stack", metavar="NAME", help="What serves it: fastapi, or toolkit, which is AWS's own.")
    ] = scaffold.STACKS[0],
    framework_version: Annotated[
        str | None,
        typer.Option("--framework-version", metavar="VERSION", help="Of PyTorch or XGBoost with --gpu, as 2.10."),
    ] = None,
    cuda: Annotated[
        str | None, typer.Option("--cuda", metavar="VERSION", help="One that it is made for; else what fits.")
    ] = None,
) -> Listing:
    """Make a project that trains and serves at once, with an example to replace."""
    about = scaffold.about(folder, framework=framework, gpu=gpu, stack=stack)
    made_for = scaffold.stack(about, framework_version, cuda)
    contents = scaffold.files(about, made_for)
    if session.dry_run:
        return Listing(iter([scaffold.Written(path=str(folder / name)) for name in contents]), "Files")
    written = scaffold.write(folder, contents)
    if made_for is not None:
        session.talk.tell(f"{made_for.framework} {made_for.version} with {made_for.parts}")
    session.talk.note(f"next: awsml sagemaker local train {folder} --no-container")
    return Listing(iter(written), "Files")
