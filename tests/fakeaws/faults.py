"""What can be scripted to go wrong, as the wire sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Killed(BaseException):
    """The client process died here. A BaseException: no `except Exception` of the program can outlive it."""


@dataclass(eq=False)
class AwsError(Exception):
    """An error answer of AWS. STATUS is the model's own, else 400; MEMBERS are the error's further fields."""

    code: str
    message: str = ""
    status: int | None = None
    times: int = 1
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass
class Reset:
    """The connection is reset before any answer; nothing was done."""

    times: int = 1


@dataclass
class Refused:
    """Nobody answers at that address."""

    times: int = 1


@dataclass
class Hang:
    """The answer does not come before the client's patience ends; nothing was done."""

    times: int = 1


@dataclass
class HalfAnswer:
    """The work is done and answered, but the line breaks in the middle of the body. ANSWER replaces the usual one."""

    answer: Mapping[str, Any] | None = None
    times: int = 1


@dataclass
class Raw:
    """These very bytes, whatever the protocol: a captive portal's page, an empty body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    times: int = 1


Fault = AwsError | Reset | Refused | Hang | HalfAnswer | Raw
