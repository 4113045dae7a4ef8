"""Groups, schemas, datasets, campaigns, recommenders, filters, trackers: made, seen, listed, removed in AWS's order."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats import filters
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.personalize import keeping
from awsml_cli.local.operations.personalize.keeping import add, every, find, in_use, invalid

_TIMES: Final = ("creationDateTime", "lastUpdatedDateTime")
_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "datasetGroup": ("name", "datasetGroupArn", "status", "domain"),
    "schema": ("name", "schemaArn", "schema", "domain"),
    "dataset": ("name", "datasetArn", "datasetGroupArn", "datasetType", "schemaArn", "status"),
    "campaign": ("name", "campaignArn", "solutionVersionArn", "minProvisionedTPS", "campaignConfig", "status"),
    "recommender": (
        *("name", "recommenderArn", "datasetGroupArn", "recipeArn", "recommenderConfig", "status", "modelMetrics"),
    ),
    "filter": ("name", "filterArn", "datasetGroupArn", "filterExpression", "status"),
    "eventTracker": ("name", "eventTrackerArn", "datasetGroupArn", "trackingId", "status"),
}
_BRIEF: Final[dict[str, tuple[str, ...]]] = {
    "datasetGroup": ("name", "datasetGroupArn", "status", "domain"),
    "schema": ("name", "schemaArn", "domain"),
    "dataset": ("name", "datasetArn", "datasetType", "status"),
    "campaign": ("name", "campaignArn", "status"),
    "recommender": ("name", "recommenderArn", "datasetGroupArn", "recipeArn", "recommenderConfig", "status"),
    "filter": ("name", "filterArn", "datasetGroupArn", "status"),
    "eventTracker": ("name", "eventTrackerArn", "status"),
}


def create_dataset_group(params: Params, machine: Machine) -> Answer:
    """Make a dataset group."""
    arn = add(machine, "datasetGroup", params["name"], dict(params))
    return {"datasetGroupArn": arn, **({"domain": params["domain"]} if "domain" in params else {})}


def create_schema(params: Params, machine: Machine) -> Answer:
    """Keep a schema. Raises Refused for what is no Avro."""
    try:
        fields = json.loads(params["schema"])["fields"]
    except (ValueError, KeyError, TypeError):
        raise invalid("The schema is not valid Avro.") from None
    return {"schemaArn": add(machine, "schema", params["name"], {**params, "fields": [one["name"] for one in fields]})}


def create_dataset(params: Params, machine: Machine) -> Answer:
    """Make the dataset of a type, of which a group has one."""
    group = find(machine, "datasetGroup", params["datasetGroupArn"])
    find(machine, "schema", params["schemaArn"])
    sort = params["datasetType"].upper()
    about = {**params, "datasetType": sort, "parts": []}
    return {"datasetArn": add(machine, "dataset", f"{group['name']}/{sort}", about)}


def create_campaign(params: Params, machine: Machine) -> Answer:
    """Have a version answer."""
    version = newest(machine, params["solutionVersionArn"])
    about = {"minProvisionedTPS": 1, **params, "solutionVersionArn": version, "solutionArn": version.rpartition("/")[0]}
    return {"campaignArn": add(machine, "campaign", params["name"], about)}


def update_campaign(params: Params, machine: Machine) -> Answer:
    """Have another version answer."""
    find(machine, "campaign", params["campaignArn"])
    changes = {name: params[name] for name in ("minProvisionedTPS", "campaignConfig") if name in params}
    if "solutionVersionArn" in params:
        changes["solutionVersionArn"] = newest(machine, params["solutionVersionArn"])
    keeping.change(machine, "campaign", params["campaignArn"], **changes)
    return {"campaignArn": params["campaignArn"]}


def newest(machine: Machine, version: str) -> str:
    """The version ARN; the newest trained one where it ends in `$LATEST`. Raises Refused where it is not trained."""
    if version.endswith("/$LATEST"):
        solution = version.removesuffix("/$LATEST")
        found = [arn for arn, one in every(machine, "solutionVersion", solutionArn=solution) if one.get("Model")]
        if not found:
            raise invalid(f"{solution} has no trained version.")
        return found[-1]
    if not find(machine, "solutionVersion", version).get("Model"):
        raise in_use(f"{version} is not trained yet.")
    return version


def create_filter(params: Params, machine: Machine) -> Answer:
    """Keep a filter. Raises Refused where it cannot be read."""
    find(machine, "datasetGroup", params["datasetGroupArn"])
    try:
        filters.parse(params["filterExpression"])
    except InputError as problem:
        raise invalid(problem.message) from None
    return {"filterArn": add(machine, "filter", params["name"], dict(params))}


def create_event_tracker(params: Params, machine: Machine) -> Answer:
    """Make the tracker of a group, of which there is one."""
    find(machine, "datasetGroup", params["datasetGroupArn"])
    tracking = str(uuid.uuid4())
    arn = add(machine, "eventTracker", params["name"], {**params, "trackingId": tracking})
    return {"eventTrackerArn": arn, "trackingId": tracking}


def start_recommender(params: Params, machine: Machine) -> Answer:
    """Let a recommender answer again."""
    return _recommender(params, machine, before="INACTIVE", after="ACTIVE")


def stop_recommender(params: Params, machine: Machine) -> Answer:
    """Let a recommender answer no more."""
    return _recommender(params, machine, before="ACTIVE", after="INACTIVE")


def list_metric_attributions(params: Params, machine: Machine) -> Answer:
    """There are none here."""
    return {"metricAttributions": []}


def _recommender(params: Params, machine: Machine, *, before: str, after: str) -> Answer:
    arn = params["recommenderArn"]
    status = find(machine, "recommender", arn)["status"]
    if status != before:
        raise in_use(f"{arn} is {status}.")
    keeping.change(machine, "recommender", arn, status=after)
    return {"recommenderArn": arn}


def _describe(member: str) -> Operation:
    def describe(params: Params, machine: Machine) -> Answer:
        arn = params[f"{member}Arn"]
        return {member: keeping.shown(member, arn, find(machine, member, arn), (*_SHOWN[member], *_TIMES))}

    return describe


def _list(member: str) -> Operation:
    name = "Filters" if member == "filter" else f"{member}s"

    def listed(params: Params, machine: Machine) -> Answer:
        narrow = {key: value for key, value in params.items() if key.endswith("Arn")}
        found = every(machine, member, **narrow)
        return {name: [keeping.shown(member, arn, one, (*_BRIEF[member], *_TIMES)) for arn, one in found]}

    return listed


def _delete(member: str) -> Operation:
    def delete(params: Params, machine: Machine) -> Answer:
        arn = params[f"{member}Arn"]
        about = find(machine, member, arn)
        if member in _NEEDED and (reason := _NEEDED[member](machine, arn)):
            raise in_use(reason)
        for key in about.get("parts", ()):
            machine.store.remove(keeping.BUCKET, key)
        machine.store.remove_document(keeping.kind(member), arn)
        if member == "dataset":
            for job, _ in list(every(machine, "datasetImportJob", datasetArn=arn)):
                machine.store.remove_document(keeping.kind("datasetImportJob"), job)
        return {}

    return delete


def _group_is_needed(machine: Machine, arn: str) -> str:
    for member in ("solution", "dataset", "eventTracker", "recommender", "filter"):
        if any(True for _ in every(machine, member, datasetGroupArn=arn)):
            return f"The dataset group has a {member}."
    return ""


def _schema_is_needed(machine: Machine, arn: str) -> str:
    return "A dataset uses the schema." if any(True for _ in every(machine, "dataset", schemaArn=arn)) else ""


_NEEDED: Final[dict[str, Callable[[Machine, str], str]]] = {
    "datasetGroup": _group_is_needed,
    "schema": _schema_is_needed,
}


def _upper(member: str) -> str:
    return member[:1].upper() + member[1:]


def _all() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for member in _SHOWN:
        made[f"Describe{_upper(member)}"] = _describe(member)
        made[f"List{_upper(member)}s"] = _list(member)
        made[f"Delete{_upper(member)}"] = _delete(member)
    return made


OPERATIONS: dict[str, Operation] = {
    **_all(),
    "CreateDatasetGroup": create_dataset_group,
    "CreateSchema": create_schema,
    "CreateDataset": create_dataset,
    "CreateCampaign": create_campaign,
    "UpdateCampaign": update_campaign,
    "CreateFilter": create_filter,
    "CreateEventTracker": create_event_tracker,
    "StartRecommender": start_recommender,
    "StopRecommender": stop_recommender,
    "ListMetricAttributions": list_metric_attributions,
}
