"""`awsml quota`: how much of a service an account may use."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services import quotas as service

app = CommandGroup("How much of a service this account may use.", default="ls")


@app.command(
    examples="""
    awsml quota transcribe
    awsml quota polly --contains second -f csv
    awsml quota translate | grep -i second
    awsml quota textract -f json --query "[?adjustable].[quota_name, value]" """
)
def ls(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="SERVICE", help="As its commands are called: transcribe, polly.")],
    *,
    contains: Annotated[
        str | None, typer.Option("--contains", metavar="TEXT", help="Only quotas with TEXT in their names.")
    ] = None,
) -> Listing:
    """List the quotas of SERVICE in this region: what holds here, and what AWS gives everybody."""
    return service.quotas(session, name, contains=contains)
