"""What is kept of Custom Labels: documents of three kinds, called by their ARNs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local.operations import Machine, Refused
from awsml_cli.local.operations.rekognition.pictures import invalid

PROJECT: Final = "custom labels project"
DATASET: Final = "custom labels dataset"
VERSION: Final = "custom labels version"
ACCOUNT: Final = "000000000000"
LISTED: Final = 100  # of one page


def arn(machine: Machine, *parts: str) -> str:
    """The ARN of what PARTS name, with the time at its end, as AWS's have."""
    path = "/".join(parts)
    return f"arn:aws:rekognition:{machine.region}:{ACCOUNT}:project/{path}/{int(clock.now() * 1000)}"


def name_of(arn: str) -> str:
    """The project's name in the ARN of it, or of something in it."""
    return arn.split("/")[1]


def the(machine: Machine, kind: str, arn: str) -> dict[str, Any]:
    """The document ARN of KIND; ResourceNotFoundException if there is none."""
    found = machine.store.document(kind, arn)
    if found is None:
        raise Refused("ResourceNotFoundException", f"The resource {arn} was not found.")
    return found


def within(machine: Machine, kind: str, project: str) -> list[tuple[str, dict[str, Any]]]:
    """The documents of KIND in the PROJECT with that ARN, the newest first."""
    return [(arn, one) for arn, one in machine.store.documents(kind) if one["Project"] == project]


def time_of(seconds: float) -> datetime:
    """A time that is kept, as AWS tells it."""
    return datetime.fromtimestamp(seconds, UTC)


def page_of(found: list[Any], params: Any, *, most: int = LISTED) -> tuple[list[Any], dict[str, str]]:
    """The page of FOUND that NextToken asks for, and the token of the next one."""
    token = params.get("NextToken") or "0"
    if not token.isdecimal():
        raise invalid("Invalid pagination token")
    first, size = int(token), min(params.get("MaxResults") or most, most)
    return found[first : first + size], {"NextToken": str(first + size)} if first + size < len(found) else {}


def in_use(message: str) -> Refused:
    """AWS's refusal of what something else is in the way of."""
    return Refused("ResourceInUseException", message)
