"""Projects: made, listed with their datasets, removed when they are empty."""

from __future__ import annotations

from typing import Any

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.rekognition.custom.kept import (
    DATASET,
    PROJECT,
    VERSION,
    arn,
    in_use,
    name_of,
    page_of,
    the,
    time_of,
    within,
)


def create_project(params: Params, machine: Machine) -> Answer:
    """Make a project. Raises ConfigError for an adapter, which no engine here can train."""
    if params.get("Feature", "CUSTOM_LABELS") != "CUSTOM_LABELS":
        raise ConfigError("no engine on this machine can train an adapter for moderation", hint="leave --feature out")
    name = params["ProjectName"]
    if any(name_of(one) == name for one, _ in machine.store.documents(PROJECT)):
        raise in_use(f"There is a project {name}.")
    made = arn(machine, name)
    machine.store.add_document(PROJECT, made, {"Created": clock.now()})
    return {"ProjectArn": made}


def describe_projects(params: Params, machine: Machine) -> Answer:
    """The projects, or those that are named, with their datasets."""
    names, features = params.get("ProjectNames"), params.get("Features") or ["CUSTOM_LABELS"]
    found = [
        _told(one, about, machine)
        for one, about in machine.store.documents(PROJECT)
        if (not names or name_of(one) in names) and "CUSTOM_LABELS" in features
    ]
    page, more = page_of(found, params)
    return {"ProjectDescriptions": page, **more}


def delete_project(params: Params, machine: Machine) -> Answer:
    """Forget a project; ResourceInUseException while it has models or datasets."""
    project = params["ProjectArn"]
    the(machine, PROJECT, project)
    if within(machine, VERSION, project) or within(machine, DATASET, project):
        raise in_use("The project has models or datasets.")
    machine.store.remove_document(PROJECT, project)
    return {"Status": "DELETING"}


OPERATIONS: dict[str, Operation] = {
    "CreateProject": create_project,
    "DescribeProjects": describe_projects,
    "DeleteProject": delete_project,
}


def _told(project: str, about: dict[str, Any], machine: Machine) -> dict[str, Any]:
    return {
        "ProjectArn": project,
        "CreationTimestamp": time_of(about["Created"]),
        "Status": "CREATED",
        "Feature": "CUSTOM_LABELS",
        "Datasets": [
            {
                "DatasetType": data["Type"],
                "DatasetArn": dataset,
                "Status": "CREATE_COMPLETE",
                "CreationTimestamp": time_of(data["Created"]),
            }
            for dataset, data in within(machine, DATASET, project)
        ],
    }
