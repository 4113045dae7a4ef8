"""Tags, of whatever has an ARN here."""

from __future__ import annotations

from typing import Any

from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.sagemaker import kept
from awsml_cli.local.operations.sagemaker.kept import invalid


def add_tags(params: Params, machine: Machine) -> Answer:
    """Tag a thing."""
    arn = _there(params, machine)
    tags = {**_tags(arn, machine), **{one["Key"]: one["Value"] for one in params["Tags"]}}
    machine.store.set_document(kept.TAGS, arn, tags)
    return {"Tags": _told(tags)}


def list_tags(params: Params, machine: Machine) -> Answer:
    """A thing's tags."""
    return {"Tags": _told(_tags(_there(params, machine), machine))}


def delete_tags(params: Params, machine: Machine) -> Answer:
    """Take tags off a thing."""
    arn = _there(params, machine)
    left = {key: value for key, value in _tags(arn, machine).items() if key not in params["TagKeys"]}
    machine.store.set_document(kept.TAGS, arn, left)
    return {}


OPERATIONS: dict[str, Operation] = {"AddTags": add_tags, "ListTags": list_tags, "DeleteTags": delete_tags}


def _there(params: Params, machine: Machine) -> str:
    """The ARN of something that is here, in this region."""
    arn = str(params["ResourceArn"])
    noun, _, name = arn.rpartition(":")[2].partition("/")
    absent = invalid(f"Could not find the resource {arn}.")
    if noun not in kept.NOUNS or arn != kept.arn(machine, noun, name):
        raise absent
    kept.the(machine, noun, name, absent=absent)
    return arn


def _tags(arn: str, machine: Machine) -> dict[str, str]:
    return machine.store.document(kept.TAGS, arn) or {}


def _told(tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
