"""The engines: what there is."""

from __future__ import annotations

from awsml_cli.commands.local.group import app
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.local import engines as service


@app.command(examples="awsml local engines -f json --query '[?installed].name'")
def engines(session: Session) -> Listing:
    """List the engines: what is installed, what each is good for, and the command that installs it."""
    return service.engines()
