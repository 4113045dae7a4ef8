"""`awsml braket devices` and `device`: what there is to run circuits on."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.commands.braket.group import app
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import braket as service

RegionsOption = Annotated[
    str | None, typer.Option("--regions", metavar="LIST", help="These regions alone, as us-east-1,eu-north-1.")
]


def regions_of(text: str | None) -> list[str]:
    """The regions that TEXT names."""
    return [one.strip() for one in (text or "").split(",") if one.strip()]


@app.command(
    examples="""
    awsml braket devices
    awsml braket devices --regions us-east-1,eu-north-1 -f json
    awsml braket devices --query "[?device_type=='QPU' && device_status=='ONLINE'].name" """
)
def devices(
    session: Session,
    *,
    every: Annotated[bool, typer.Option("--all", help="Retired ones too.")] = False,
    regions: RegionsOption = None,
) -> Listing:
    """List the devices of all regions with their queues, qubits and prices."""
    return Listing(iter(service.devices(session, every=every, regions=regions_of(regions))), "devices")


@app.command(
    examples="""
    awsml braket device sv1
    awsml braket device Garnet -f json | jq .queue"""
)
def device(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME|ARN", help="The device: sv1, dm1, tn1, a name, or an ARN.")],
) -> Record:
    """Show a device as it is now."""
    return service.find(session, name)
