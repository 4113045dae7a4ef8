"""Imports: a table in S3 becomes part of a dataset at once, if it is as the schema says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

from awsml_cli.core import sources
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.personalize import keeping
from awsml_cli.local.operations.personalize.keeping import BUCKET, add, every, find
from awsml_cli.local.store import Object

_SHOWN: Final = (
    *("jobName", "datasetImportJobArn", "datasetArn", "dataSource", "roleArn", "status", "failureReason", "importMode"),
    *("creationDateTime", "lastUpdatedDateTime"),
)


def create_dataset_import_job(params: Params, machine: Machine) -> Answer:
    """Take a table in; one that cannot be taken is a job that failed, as at AWS."""
    dataset = find(machine, "dataset", params["datasetArn"])
    about: dict[str, Any] = {"importMode": "FULL", **params}
    arn = add(machine, "datasetImportJob", params["jobName"], about)
    objects = list(_objects(machine, params["dataSource"]["dataLocation"]))
    reason = _wrong(machine, dataset, objects, params["dataSource"]["dataLocation"])
    if reason:
        keeping.change(machine, "datasetImportJob", arn, status="CREATE FAILED", failureReason=reason)
        return {"datasetImportJobArn": arn}
    machine.store.add_bucket(BUCKET)
    before = list(dataset["parts"])
    parts = [_copied(machine, one) for one in objects]
    if about["importMode"] == "FULL":
        for key in before:
            machine.store.remove(BUCKET, key)
        before = []
    keeping.change(machine, "dataset", params["datasetArn"], parts=[*before, *parts])
    return {"datasetImportJobArn": arn}


def describe_dataset_import_job(params: Params, machine: Machine) -> Answer:
    """What became of a job."""
    arn = params["datasetImportJobArn"]
    found = find(machine, "datasetImportJob", arn)
    return {"datasetImportJob": keeping.shown("datasetImportJob", arn, found, _SHOWN)}


def list_dataset_import_jobs(params: Params, machine: Machine) -> Answer:
    """Jobs, of one dataset or all."""
    narrow = {"datasetArn": params["datasetArn"]} if "datasetArn" in params else {}
    names = tuple(name for name in _SHOWN if name not in ("datasetArn", "dataSource", "roleArn"))
    found = every(machine, "datasetImportJob", **narrow)
    return {"datasetImportJobs": [keeping.shown("datasetImportJob", arn, one, names) for arn, one in found]}


def add_part(machine: Machine, dataset: str, table: str) -> None:
    """Add a TABLE, as text, to the DATASET (its ARN)."""
    machine.store.add_bucket(BUCKET)
    key = f"parts/{uuid.uuid4().hex}.csv"
    machine.store.put(BUCKET, key, table.encode())
    parts = find(machine, "dataset", dataset)["parts"]
    keeping.change(machine, "dataset", dataset, parts=[*parts, key])


def _objects(machine: Machine, place: str) -> Iterator[Object]:
    """The object at PLACE, or all of a folder."""
    bucket, key = sources.split_address(place)
    if (one := machine.store.get(bucket, key)) is not None:
        yield one
        return
    yield from machine.store.objects(bucket, prefix=key if key.endswith("/") else f"{key}/")


def _wrong(machine: Machine, dataset: dict[str, Any], objects: list[Object], place: str) -> str:
    if not objects:
        return f"There is nothing at {place}."
    fields = find(machine, "schema", dataset["schemaArn"])["fields"]
    for one in objects:
        with one.path.open(encoding="utf-8", newline="") as file:
            head = file.readline().strip().split(",")
        if set(head) != set(fields):
            return f"The table has the columns {', '.join(head)}, and the schema {', '.join(fields)}."
    return ""


def _copied(machine: Machine, one: Object) -> str:
    key = f"parts/{uuid.uuid4().hex}.csv"
    with one.path.open("rb") as file:
        machine.store.put(BUCKET, key, file)
    return key


OPERATIONS: dict[str, Operation] = {
    "CreateDatasetImportJob": create_dataset_import_job,
    "DescribeDatasetImportJob": describe_dataset_import_job,
    "ListDatasetImportJobs": list_dataset_import_jobs,
}
