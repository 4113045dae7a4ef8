"""A field of an identity document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from awsml_cli.local.engines.read.found import Line


@dataclass(frozen=True)
class Entry:
    """A field by AWS's type: its text as it stands there, `day` where that is a date. `confidence` is 0 to 100."""

    type: str
    text: str
    confidence: float
    day: date | None = None


def confidence(lines: Iterable[Line]) -> float:
    """The mean of that of LINES."""
    told = [line.confidence for line in lines]
    return sum(told) / len(told)
