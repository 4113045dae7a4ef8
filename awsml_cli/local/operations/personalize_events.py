"""What Personalize is told as it happens: rows that the next training learns from."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from awsml_cli.local.operations import Answer, Machine, Operation, Params, moment
from awsml_cli.local.operations.personalize.imports import add_part
from awsml_cli.local.operations.personalize.keeping import every, find, invalid


def put_events(params: Params, machine: Machine) -> Answer:
    """Add events to the interactions of the tracker's group. Raises Refused for an unknown tracker."""
    dataset = _told(machine, params["trackingId"], "INTERACTIONS")
    rows = [
        {
            "USER_ID": params.get("userId") or params["sessionId"],
            "ITEM_ID": event["itemId"],
            "TIMESTAMP": str(int(moment(event["sentAt"]).timestamp())),
            "EVENT_TYPE": event["eventType"],
            "EVENT_VALUE": f"{event['eventValue']:g}" if "eventValue" in event else "",
            **_columns(event.get("properties", "{}")),
        }
        for event in params["eventList"]
        if event.get("itemId")
    ]
    _add(machine, dataset, rows)
    return {}


def put_action_interactions(params: Params, machine: Machine) -> Answer:
    """Add what users did with actions to the tracker's group. Raises Refused for an unknown tracker."""
    rows = [
        {
            "USER_ID": one.get("userId") or one["sessionId"],
            "ACTION_ID": one["actionId"],
            "TIMESTAMP": str(int(moment(one["timestamp"]).timestamp())),
            "EVENT_TYPE": one["eventType"],
            **_columns(one.get("properties", "{}")),
        }
        for one in params["actionInteractions"]
    ]
    _add(machine, _told(machine, params["trackingId"], "ACTION_INTERACTIONS"), rows)
    return {}


def put_actions(params: Params, machine: Machine) -> Answer:
    """Add or change actions."""
    rows = [{"ACTION_ID": one["actionId"], **_columns(one.get("properties", "{}"))} for one in params["actions"]]
    _add(machine, params["datasetArn"], rows)
    return {}


def put_items(params: Params, machine: Machine) -> Answer:
    """Add or change items."""
    rows = [{"ITEM_ID": one["itemId"], **_columns(one.get("properties", "{}"))} for one in params["items"]]
    _add(machine, params["datasetArn"], rows)
    return {}


def put_users(params: Params, machine: Machine) -> Answer:
    """Add or change users."""
    rows = [{"USER_ID": one["userId"], **_columns(one.get("properties", "{}"))} for one in params["users"]]
    _add(machine, params["datasetArn"], rows)
    return {}


def _told(machine: Machine, tracking: str, sort: str) -> str:
    """The dataset of SORT in the group that the tracker with the id TRACKING belongs to. Raises Refused."""
    group = next((one["datasetGroupArn"] for _, one in every(machine, "eventTracker", trackingId=tracking)), None)
    if group is None:
        raise invalid(f"Tracking id {tracking} is not known.")
    dataset = next((arn for arn, _ in every(machine, "dataset", datasetGroupArn=group, datasetType=sort)), "")
    if not dataset:
        raise invalid(f"The dataset group has no {sort.lower().replace('_', ' ')}.")
    return dataset


def _add(machine: Machine, dataset: str, rows: list[dict[str, Any]]) -> None:
    """Add ROWS to the DATASET (its ARN), with the columns of its schema."""
    fields = find(machine, "schema", find(machine, "dataset", dataset)["schemaArn"])["fields"]
    if not rows:
        return
    out = io.StringIO()
    table = csv.DictWriter(out, fields, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    add_part(machine, dataset, out.getvalue())


def _columns(properties: str) -> dict[str, str]:
    """Properties in AWS's camelCase as columns: `numRatings` is `NUM_RATINGS`."""
    told = {}
    for name, value in json.loads(properties).items():
        column = "".join(f"_{one}" if one.isupper() and at else one for at, one in enumerate(name)).upper()
        told[column] = value if isinstance(value, str) else json.dumps(value)
        told.setdefault(name, told[column])
    return told


OPERATIONS: dict[str, Operation] = {
    "PutActionInteractions": put_action_interactions,
    "PutActions": put_actions,
    "PutEvents": put_events,
    "PutItems": put_items,
    "PutUsers": put_users,
}
