"""`awsml sumerian`: gone, and what took its place."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services import lifecycle as service

app = CommandGroup("Retired: what took its place.", default="explain", wordless=True)

WordsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="…", help="Whatever was wanted of it: refused, with exit code 6.")
]


@app.command(
    others=True,
    examples="""
    awsml sumerian
    awsml sumerian -f json | jq -r .replacement""",
)
def explain(session: Session, words: WordsArgument = None) -> Record:
    """Say what became of Amazon Sumerian, and what took its place."""
    if words:
        service.refuse("Sumerian")
    return service.system("Sumerian")
