"""Datasets: lines of a manifest, each a picture in the local S3 and its labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from awsml_cli.core import clock, sources
from awsml_cli.core.errors import InputError
from awsml_cli.formats import ground_truth
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, blob
from awsml_cli.local.operations.rekognition.custom.kept import (
    DATASET,
    PROJECT,
    arn,
    name_of,
    page_of,
    the,
    time_of,
    within,
)
from awsml_cli.local.operations.rekognition.pictures import invalid


def create_dataset(params: Params, machine: Machine) -> Answer:
    """Make a dataset of a manifest, of another dataset, or empty."""
    project, kind = params["ProjectArn"], params["DatasetType"]
    the(machine, PROJECT, project)
    if any(data["Type"] == kind for _, data in within(machine, DATASET, project)):
        raise Refused("ResourceAlreadyExistsException", f"The project has a {kind} dataset.")
    source = params.get("DatasetSource") or {}
    lines: Sequence[str] = ()
    if source.get("DatasetArn"):
        lines = the(machine, DATASET, source["DatasetArn"])["Lines"]
    elif source:
        lines = _manifest((source.get("GroundTruthManifest") or {}).get("S3Object") or {}, machine)
    made = arn(machine, name_of(project), "dataset", kind.lower())
    machine.store.add_document(
        DATASET,
        made,
        {"Project": project, "Type": kind, "Lines": list(lines), "Created": clock.now(), "Changed": clock.now()},
    )
    return {"DatasetArn": made}


def describe_dataset(params: Params, machine: Machine) -> Answer:
    """How many pictures a dataset has, with how many labels, and how many are not there."""
    data = the(machine, DATASET, params["DatasetArn"])
    lines = [json.loads(line) for line in data["Lines"]]
    labels = [ground_truth.labels_of(line) for line in lines]
    return {
        "DatasetDescription": {
            "CreationTimestamp": time_of(data["Created"]),
            "LastUpdatedTimestamp": time_of(data["Changed"]),
            "Status": "CREATE_COMPLETE",
            "DatasetStats": {
                "LabeledEntries": sum(bool(one) for one in labels),
                "TotalEntries": len(lines),
                "TotalLabels": len({label for one in labels for label in one}),
                "ErrorEntries": sum(not is_there(line, machine) for line in lines),
            },
        }
    }


def list_dataset_entries(params: Params, machine: Machine) -> Answer:
    """The lines of a dataset that the filters let through."""
    lines = the(machine, DATASET, params["DatasetArn"])["Lines"]
    page, more = page_of([line for line in lines if _passes(json.loads(line), params, machine)], params)
    return {"DatasetEntries": page, **more}


def list_dataset_labels(params: Params, machine: Machine) -> Answer:
    """The labels of a dataset, and how many pictures have each."""
    counts = Counter(
        label
        for line in the(machine, DATASET, params["DatasetArn"])["Lines"]
        for label in ground_truth.labels_of(json.loads(line))
    )
    told = [
        {"LabelName": label, "LabelStats": {"EntryCount": count, "BoundingBoxCount": 0}}
        for label, count in sorted(counts.items())
    ]
    page, more = page_of(told, params)
    return {"DatasetLabelDescriptions": page, **more}


def update_dataset_entries(params: Params, machine: Machine) -> Answer:
    """Put lines in the place of those about the same pictures, or add them."""
    name = params["DatasetArn"]
    data = the(machine, DATASET, name)
    changes = _lines(blob(params["Changes"]["GroundTruth"]))
    kept = {json.loads(line)[ground_truth.SOURCE]: line for line in (*data["Lines"], *changes)}
    machine.store.change_document(DATASET, name, {"Lines": list(kept.values()), "Changed": clock.now()})
    return {}


def delete_dataset(params: Params, machine: Machine) -> Answer:
    """Forget a dataset; the pictures stay where they are."""
    the(machine, DATASET, params["DatasetArn"])
    machine.store.remove_document(DATASET, params["DatasetArn"])
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreateDataset": create_dataset,
    "DescribeDataset": describe_dataset,
    "ListDatasetEntries": list_dataset_entries,
    "ListDatasetLabels": list_dataset_labels,
    "UpdateDatasetEntries": update_dataset_entries,
    "DeleteDataset": delete_dataset,
}


def is_there(line: dict[str, Any], machine: Machine) -> bool:
    """Whether the picture of LINE is in the local S3."""
    return picture_at(line, machine) is not None


def picture_at(line: dict[str, Any], machine: Machine) -> Any:
    """The object that is the picture of LINE, or None."""
    bucket, key = sources.split_address(str(line[ground_truth.SOURCE]))
    return machine.store.get(bucket, key)


def _manifest(place: dict[str, Any], machine: Machine) -> list[str]:
    found = machine.store.get(place.get("Bucket", ""), place.get("Name", ""))
    if found is None:
        raise Refused("InvalidS3ObjectException", "Unable to get object metadata from S3. Check object key.")
    return _lines(found.path.read_bytes())


def _lines(data: bytes) -> list[str]:
    try:
        return [json.dumps(line, ensure_ascii=False) for line in ground_truth.read(data, name="the manifest")]
    except InputError as problem:
        raise invalid(problem.message) from None


def _passes(line: dict[str, Any], params: Params, machine: Machine) -> bool:
    """Whether LINE passes the filters of ListDatasetEntries."""
    labels = ground_truth.labels_of(line)
    wanted, part = params.get("ContainsLabels"), params.get("SourceRefContains")
    if wanted and not set(wanted) <= set(labels):
        return False
    if "Labeled" in params and bool(labels) != params["Labeled"]:
        return False
    if part and part not in line[ground_truth.SOURCE]:
        return False
    return "HasErrors" not in params or is_there(line, machine) != params["HasErrors"]
