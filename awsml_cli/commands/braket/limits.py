"""`awsml braket limits`: how much may be spent on a QPU."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from awsml_cli.commands.braket.devices import RegionsOption, regions_of
from awsml_cli.commands.braket.group import limits_app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.braket import limits as service


@limits_app.command(examples="awsml braket limits ls")
def ls(session: Session, *, regions: RegionsOption = None) -> Listing:
    """List the spending limits of all regions, with what was spent and what is queued."""
    return service.limits(session, regions=regions_of(regions))


@limits_app.command(
    "set",
    examples="""
    awsml braket limits set Garnet 250
    awsml braket limits set Garnet 99.50 --from 2026-12-01 --until 2027-01-01""",
)
def set_(
    session: Session,
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="The QPU: its name, or its ARN.")],
    amount: Annotated[str, typer.Argument(metavar="USD", help="No more than that, as 250 or 99.50.")],
    *,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="From when on, with --until.")] = None,
    end: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Until when, with --from.")] = None,
) -> Record:
    """Limit what is spent on DEVICE; a limit that is there is changed."""
    if session.dry_run:
        return step("braket:CreateSpendingLimit", device)
    return service.set_limit(session, device, amount, start=_moment(start), end=_moment(end))


@limits_app.command(examples="awsml braket limits rm Garnet --dry-run")
def rm(
    session: Session,
    limit: Annotated[str, typer.Argument(metavar="DEVICE|ARN", help="The device, or the limit's ARN.")],
) -> Record | None:
    """Remove the spending limit of a device."""
    if session.dry_run:
        return step("braket:DeleteSpendingLimit", limit)
    confirm(session, f"Remove the spending limit of {limit}?")
    service.remove_limit(session, limit)
    return None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no time", hint="2026-12-01 or 2026-12-01T09:00 (UTC)") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
