"""Something that bills while it idles, and a sort of such things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from awsml_cli.core.client import Client
from awsml_cli.core.hourly import INSTANCES
from awsml_cli.core.record import Record

# statuses of what has never run, or is on its way out: it does not bill
NOT_UP: Final = re.compile("(CREATE |Create)?(FAILED|Failed)|(DELETE |DELETING|Deleting).*")


class Running(Record):
    """Something that bills: `hourly` is in US dollars, None where the price is not known; `stop` ends it."""

    columns: ClassVar = ("kind", "name", "region", "status", "hourly", "stop")

    kind: str
    name: str
    region: str
    status: str
    hourly: float | None = None
    since: Any = None
    stop: str
    arn: str | None = None


@dataclass(frozen=True)
class Kind:
    """A sort of thing that bills: boto3's SERVICE, and how those of one region are found."""

    name: str
    service: str
    find: Callable[[Client, str], Iterator[Running]]


def together(machines: Iterable[tuple[str, int]]) -> float | None:
    """What MACHINES, types with their counts, cost in an hour; None where a price is not known."""
    whole = 0.0
    for kind, count in machines:
        if count and kind not in INSTANCES:
            return None
        whole += INSTANCES.get(kind, 0.0) * count
    return round(whole, 4)
