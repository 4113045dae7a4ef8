"""`awsml local`: the engines on this machine."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services import local as service

app = CommandGroup("The engines on this machine, behind `--local`.")


@app.command(examples="awsml local engines -f json --query '[?installed].name'")
def engines(session: Session) -> Listing:
    """List the engines: what is installed, what each is good for, and the command that installs it."""
    return service.engines()
