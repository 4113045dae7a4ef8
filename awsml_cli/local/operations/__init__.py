"""AWS's operations as they are answered here: one function each, from its parameters to AWS's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsml_cli.local.store import Store

Params = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Machine:
    """What an operation works with: the store, its folder, and somebody to tell.

    `note` hears which engine answered, `warn` what the user must know about an answer.
    """

    store: Store
    home: Path
    region: str
    note: Callable[[str], None]
    warn: Callable[[str], None]


Operation = Callable[[Params, Machine], Answer]


class Refused(Exception):
    """AWS's own refusal: the code of a modelled error, its message, and the HTTP status."""

    def __init__(self, code: str, message: str, *, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def made_by(answer: Answer, *, engine: str, quality: str, machine: Machine) -> Answer:
    """ANSWER with the engine's name and quality class among its headers; the name is told, too."""
    machine.note(f"answered on this machine by {engine} ({quality})")
    headers = {"x-awsml-engine": engine, "x-awsml-quality": quality}
    return {**answer, "ResponseMetadata": {"HTTPHeaders": headers}}
