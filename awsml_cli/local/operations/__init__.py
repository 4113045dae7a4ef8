"""AWS's operations as they are answered here: one function each, from its parameters to AWS's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from awsml_cli.local import jobs
from awsml_cli.local.store import Store

Params = Mapping[str, Any]
Answer = dict[str, Any]


def _always() -> bool:
    """The caller is in this process."""
    return True


def _unheard(_group: str, _stream: str, _line: str) -> None:
    """Nobody keeps logs."""


@dataclass(frozen=True)
class Machine:
    """What an operation works with: the store, its folder, and somebody to tell.

    `note` hears which engine answered, `warn` what the user must know about an answer; `address` is where the caller
    reaches this machine over HTTP (`http://127.0.0.1:4566`), empty where it does not. `near` says whether
    the caller is this machine's own user: others may run no code here. `log` keeps a line of a log: its group, its
    stream, and the line.
    """

    store: Store
    home: Path
    region: str
    note: Callable[[str], None]
    warn: Callable[[str], None]
    address: str = ""
    near: Callable[[], bool] = _always
    log: Callable[[str, str, str], None] = _unheard

    def url(self, bucket: str, key: str) -> str:
        """Where the caller finds an object that AWS would give an address for: over HTTP, or `s3://`."""
        return f"{self.address}/{bucket}/{quote(key)}" if self.address else f"s3://{bucket}/{key}"

    def begin(self, kind: str, name: str, work: jobs.Work) -> None:
        """Have a new job worked on, where that can go on without the caller: whoever waits for its result need not ask.

        Where it cannot, the first question about the job begins it.
        """
        if self.address:
            jobs.begin(self.store, kind, name, work)


Operation = Callable[[Params, Machine], Answer]


class Refused(Exception):
    """AWS's own refusal: the code of a modelled error, its message, and the HTTP status."""

    def __init__(self, code: str, message: str, *, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def blob(value: Any) -> bytes:
    """VALUE, a binary parameter, as bytes: botocore lets text through and sends it as UTF-8."""
    return value.encode() if isinstance(value, str) else bytes(value)


def moment(value: Any) -> datetime:
    """VALUE, a time, in whichever of the ways botocore lets it through: a datetime, seconds since 1970, or text."""
    from botocore.utils import parse_to_aware_datetime

    found: datetime = parse_to_aware_datetime(value)
    return found


def made_by(answer: Answer, *, engine: str, quality: str, machine: Machine) -> Answer:
    """ANSWER with the engine's name and quality class among its headers; the name is told, too."""
    machine.note(f"answered on this machine by {engine} ({quality})")
    headers = {"x-awsml-engine": engine, "x-awsml-quality": quality}
    return {**answer, "ResponseMetadata": {"HTTPHeaders": headers}}
