"""`awsml services`: what lives at AWS, what takes no new customers, what is gone."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services import lifecycle as service

app = CommandGroup("Every system of AWS machine learning, and if it still lives.", default="ls", wordless=True)

StateOption = Annotated[
    str | None, typer.Option("--state", metavar="STATE", help="Only these: active, closed or retired.")
]


@app.command(
    examples="""
    awsml services
    awsml services --state retired -f csv
    awsml services -f json --query "[?state != 'active'].[name, replacement]"
    awsml services -f tsv | grep -i lex"""
)
def ls(session: Session, *, state: StateOption = None) -> Listing:
    """List the systems with state, date, replacement and source."""
    return service.systems(state)
