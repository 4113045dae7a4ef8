"""What is on this machine: engines brought here and measured, and the state emptied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.commands.local.group import app
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.local import emptying, installing, measuring

NamesArgument = Annotated[
    list[str], typer.Argument(metavar="NAME", help="Engines, as `awsml local engines` calls them.")
]


@app.command(examples="awsml local install vader -y")
def install(session: Session, names: NamesArgument) -> Listing:
    """Install engines: exactly the packages that --dry-run shows, their digests and those of the weights checked."""
    return installing.install(session, names)


@app.command(
    examples="""
    awsml local bench vader fasttext-lid-176 -f json --query '[].[name, speed, unit, quality]'
    awsml local bench scikit-learn-nmf -f csv | cut -d, -f1,4"""
)
def bench(
    session: Session,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Engines; without any, all that are installed, which takes minutes."),
    ] = None,
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="A folder with packages that carry data and install none: vaderSentiment's source package of rated "
            "texts, npm's @vladmandic/face-api of photographs.",
        ),
    ] = None,
) -> Listing:
    """Measure engines here and now, speed in seconds of CPU and quality, beside what they declare."""
    return measuring.bench(session, names or [], data=data)


@app.command(
    examples="""
    awsml local reset --dry-run
    awsml local reset -y"""
)
def reset(session: Session) -> Listing:
    """Empty what this machine keeps in AWS's place: buckets, jobs, lexicons, collections, models of your own."""
    return emptying.reset(session)
