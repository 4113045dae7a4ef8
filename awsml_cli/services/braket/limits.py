"""Spending limits of QPUs: Braket takes no task that would go beyond one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from awsml_cli.core import batch, paging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.braket.devices import QPU, SERVICE, find
from awsml_cli.services.braket.records import Limit
from awsml_cli.services.braket.tasks import short


def limits(session: Session, *, regions: Sequence[str] = ()) -> Listing:
    """The limits in REGIONS, or in all where Braket is."""

    def of(region: str) -> list[Limit]:
        return [_limit(one, region) for one in _found(session, region)]

    def records() -> Iterator[Limit]:
        for found in batch.in_order(of, regions or session.regions(SERVICE), workers=8):
            yield from found

    return Listing(records(), "spendingLimits")


def set_limit(session: Session, device: str, amount: str, *, start: datetime | None, end: datetime | None) -> Limit:
    """Limit what is spent on DEVICE to AMOUNT dollars, between START and END if both are said.

    There is one limit a device: one that is there is changed. Raises UsageError for what cannot be limited.
    """
    if not re.fullmatch(r"\d+(\.\d{1,2})?", amount):
        raise UsageError(f"`{amount}` is no amount of dollars", hint="250 or 99.50")
    if (start is None) != (end is None):
        raise UsageError("a time has a beginning and an end", hint="--from 2026-12-01 --until 2027-01-01")
    about = find(session, device)
    if about.device_type != QPU:
        raise UsageError(f"{about.name} is a simulator: only QPUs have spending limits")
    client = session.client(SERVICE, region=about.region)
    words: dict[str, Any] = {"timePeriod": {"startAt": start, "endAt": end}} if start and end else {}
    there = next((one for one in _found(session, about.region) if one["deviceArn"] == about.device_arn), None)
    token = f"awsml-{key_of('limit', about.device_arn, amount, str(start), str(end), str(there))[:40]}"
    if there is None:
        client.create_spending_limit(deviceArn=about.device_arn, spendingLimit=amount, clientToken=token, **words)
    else:
        client.update_spending_limit(
            spendingLimitArn=there["spendingLimitArn"], spendingLimit=amount, clientToken=token, **words
        )
    made = next(one for one in _found(session, about.region) if one["deviceArn"] == about.device_arn)
    return _limit(made, about.region)


def remove_limit(session: Session, name: str) -> None:
    """Remove the limit NAME: its ARN, or the device that it limits. Raises InputError where there is none."""
    if name.startswith("arn:") and ":spending-limit/" in name:
        region, arn = name.split(":")[3], name
    else:
        about = find(session, name)
        region = about.region
        there = next((one for one in _found(session, region) if one["deviceArn"] == about.device_arn), None)
        if there is None:
            raise InputError(f"{about.name} has no spending limit", hint="awsml braket limits ls")
        arn = there["spendingLimitArn"]
    try:
        session.client(SERVICE, region=region).delete_spending_limit(spendingLimitArn=arn)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no spending limit {name}", hint="awsml braket limits ls") from None
        raise


def _found(session: Session, region: str) -> list[dict[str, Any]]:
    return list(paging.items(session.client(SERVICE, region=region).search_spending_limits, "spendingLimits"))


def _limit(one: dict[str, Any], region: str) -> Limit:
    period = one.get("timePeriod") or {}
    return Limit(
        arn=one["spendingLimitArn"],
        device=short(one["deviceArn"]),
        device_arn=one["deviceArn"],
        limit=float(one["spendingLimit"]),
        spent=float(one.get("totalSpend") or 0),
        queued=float(one.get("queuedSpend") or 0),
        starts=period.get("startAt"),
        ends=period.get("endAt"),
        region=region,
    ).with_raw(one)
