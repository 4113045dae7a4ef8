"""Things of Personalize's as documents of the store: added under their ARN, found, listed, refused as AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local.operations import Machine, Refused

ACCOUNT: Final = "000000000000"
ACTIVE: Final = "ACTIVE"
BUCKET: Final = "awsml-personalize"  # what was imported and learnt lies there
WORDS: Final = {
    "datasetGroup": "dataset-group",
    "schema": "schema",
    "dataset": "dataset",
    "datasetImportJob": "dataset-import-job",
    "solution": "solution",
    "solutionVersion": "solution",
    "campaign": "campaign",
    "recommender": "recommender",
    "filter": "filter",
    "eventTracker": "event-tracker",
    "batchInferenceJob": "batch-inference-job",
    "batchSegmentJob": "batch-segment-job",
}


def kind(member: str) -> str:
    """The store's kind for things that AWS calls MEMBER."""
    return f"personalize {member}"


def add(machine: Machine, member: str, tail: str, about: dict[str, Any]) -> str:
    """Keep a thing called MEMBER, and return its ARN, which ends in TAIL. Raises Refused where there is one."""
    arn = f"arn:aws:personalize:{machine.region}:{ACCOUNT}:{WORDS[member]}/{tail}"
    content = {"status": ACTIVE, **about, "made": clock.now()}
    if not machine.store.add_document(kind(member), arn, content):
        raise Refused("ResourceAlreadyExistsException", f"Another resource with Arn {arn} already exists.")
    return arn


def find(machine: Machine, member: str, arn: str) -> dict[str, Any]:
    """The thing ARN. Raises Refused where there is none."""
    found = machine.store.document(kind(member), arn)
    if found is None:
        raise Refused("ResourceNotFoundException", f"{arn} could not be found.")
    return found


def change(machine: Machine, member: str, arn: str, **changes: Any) -> None:
    """Change members of the thing ARN."""
    machine.store.change_document(kind(member), arn, changes)


def every(machine: Machine, member: str, **narrow: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The things called MEMBER whose members are as NARROW says, the oldest first."""
    for arn, about in reversed(machine.store.documents(kind(member))):
        if all(about.get(name) == value for name, value in narrow.items()):
            yield arn, about


def shown(member: str, arn: str, about: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The members NAMES of a thing as AWS answers them."""
    made = datetime.fromtimestamp(int(about["made"]), UTC)
    told = {**about, f"{member}Arn": arn, "creationDateTime": made, "lastUpdatedDateTime": made}
    return {name: told[name] for name in names if told.get(name) is not None}


def in_use(reason: str) -> Refused:
    """AWS's refusal of what others need."""
    return Refused("ResourceInUseException", reason)


def invalid(reason: str) -> Refused:
    """AWS's refusal of what cannot be meant."""
    return Refused("InvalidInputException", reason)
