"""`awsml running`: what bills while it idles."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Checked, Listing
from awsml_cli.core.session import Session
from awsml_cli.services import running as service

app = CommandGroup("What bills while it idles, over all regions.", default="ls", wordless=True)

KindOption = Annotated[
    list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind; may be repeated.")
]
RegionsOption = Annotated[
    str | None, typer.Option("--regions", metavar="LIST", help="Look in these regions alone, as eu-west-1,us-east-1.")
]


@app.command(
    examples="""
    awsml running
    awsml running --regions us-east-1,eu-west-1 -f json
    awsml running --kind comprehend-endpoint --regions us-east-1 --query "[].stop"
    awsml running --regions us-east-1 | cut -f6
    awsml running --regions us-east-1 --check || echo "something bills" """
)
def ls(
    session: Session,
    *,
    kind: KindOption = None,
    regions: RegionsOption = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 7 where something bills.")] = False,
) -> Listing | Checked:
    """List what bills by the hour, used or not: its price, since when, and the command that ends it."""
    known = [one.name for one in service.KINDS]
    if unknown := [one for one in kind or () if one not in known]:
        raise UsageError(f"there is no kind `{unknown[0]}`", hint=f"one of: {', '.join(known)}")
    places = [one.strip() for one in (regions or "").split(",") if one.strip()]
    service.check_regions(session, places)
    found = service.running(session, kinds=kind, regions=places)
    if total := sum(one.hourly or 0.0 for one in found):
        more = ", and what has no known price" if any(one.hourly is None for one in found) else ""
        session.talk.warn(f"{total:.2f} USD an hour, {total * 24:.2f} a day{more}")
    listing = Listing(iter(found), "Running")
    return Checked(listing, failure=f"{len(found)} things bill" if found else None) if check else listing
