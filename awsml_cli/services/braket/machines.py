"""What the machines of a hybrid job cost: they are SageMaker's, at SageMaker's prices, billed by the second.

https://aws.amazon.com/braket/pricing/, "Amazon Braket Hybrid Jobs"; `core.hourly` has the prices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from awsml_cli.core import prices
from awsml_cli.core.hourly import INSTANCES


def charge(seconds: float | None, *, kind: str, count: int) -> prices.Charge | None:
    """What SECONDS of COUNT machines of a KIND cost; None where the time or the price is not known."""
    hour = INSTANCES.get(kind)
    return None if not seconds or hour is None else prices.machines(seconds, hour=hour, count=count)


def billed(answer: Mapping[str, Any]) -> float | None:
    """For how many seconds the machines of the job in ANSWER are billed; None where AWS does not say it.

    The API does not document the unit of `billableDuration`: of seconds and milliseconds it is the one that comes
    nearer to the time between beginning and end.
    """
    time, begun, ended = answer.get("billableDuration"), answer.get("startedAt"), answer.get("endedAt")
    if not time or not begun or not ended:
        return None
    whole = max((ended - begun).total_seconds(), 1.0)
    return float(min(time, time / 1000, key=lambda seconds: abs(math.log(seconds / whole))))


def price(answer: Mapping[str, Any]) -> float | None:
    """What the machines of the job in ANSWER have cost, in US dollars; None where that is not known."""
    machines = answer.get("instanceConfig") or {}
    kind, count = machines.get("instanceType", ""), machines.get("instanceCount") or 1
    found = charge(billed(answer), kind=kind, count=count)
    return None if found is None else round(found.dollars, 6)
