"""Versions of models: trained in the background, measured, started, asked, stopped, copied, removed."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local import jobs
from awsml_cli.local.engines.see import classes, head
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.operations.rekognition.custom import training
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
from awsml_cli.local.operations.rekognition.pictures import CUSTOM_SIDE, given, invalid

TRAINED: Final = "TRAINING_COMPLETED"
_AT_REST: Final = frozenset({TRAINED, "STOPPED", "COPYING_COMPLETED"})


def create_project_version(params: Params, machine: Machine) -> Answer:
    """Keep a training of the project's datasets, which the first look at it begins.

    Raises ConfigError for want of the engine, and for places in pictures, which it cannot learn.
    """
    project, name = params["ProjectArn"], params["VersionName"]
    the(machine, PROJECT, project)
    if not head.DECLARATION.installed():
        raise head.DECLARATION.missing()
    if any(one["Name"] == name for _, one in within(machine, VERSION, project)):
        raise in_use(f"There is a version {name}.")
    if params.get("TrainingData") or params.get("TestingData") or params.get("FeatureConfig"):
        raise ConfigError("no engine on this machine trains but on a project's own datasets", hint="CreateDataset")
    lines = {data["Type"]: data["Lines"] for _, data in within(machine, DATASET, project)}
    if not lines.get("TRAIN") or not lines.get("TEST"):
        raise invalid("The project needs a training and a test dataset.")
    if any(training.has_boxes(part) for part in lines.values()):
        raise ConfigError(
            "no engine on this machine can learn where on a picture something is",
            hint="labels of whole pictures it can",
        )
    made = arn(machine, name_of(project), "version", name)
    job = {
        "Arn": made,
        "Project": project,
        "Name": name,
        "Description": params.get("VersionDescription"),
        "OutputConfig": params["OutputConfig"],
        "Train": lines["TRAIN"],
        "Test": lines["TEST"],
        "Status": jobs.QUEUED,
        "State": TRAINED,
        "Created": clock.now(),
    }
    machine.store.add_document(VERSION, made, job)
    machine.begin(VERSION, made, partial(training.work, machine))
    return {"ProjectVersionArn": made}


def describe_project_versions(params: Params, machine: Machine) -> Answer:
    """The versions of a project, or those that are named; begins what waits to be trained, and waits a few seconds."""
    project, names = params["ProjectArn"], params.get("VersionNames")
    the(machine, PROJECT, project)
    here = [one for one, about in within(machine, VERSION, project) if not names or about["Name"] in names]
    page, more = page_of(here, params)
    looked = [jobs.look(machine.store, VERSION, one, partial(training.work, machine)) for one in page]
    answer = {"ProjectVersionDescriptions": [_told(one) for one in looked if one is not None], **more}
    return _signed(answer, machine) if any(_status(one) == TRAINED for one in looked if one) else answer


def start_project_version(params: Params, machine: Machine) -> Answer:
    """Have a version answer, at once."""
    _move(params["ProjectVersionArn"], _AT_REST, "RUNNING", machine)
    return {"Status": "RUNNING"}


def stop_project_version(params: Params, machine: Machine) -> Answer:
    """Have a version answer no more, at once."""
    _move(params["ProjectVersionArn"], frozenset({"RUNNING"}), "STOPPED", machine)
    return {"Status": "STOPPED"}


def delete_project_version(params: Params, machine: Machine) -> Answer:
    """Forget a version that neither runs nor is being trained."""
    name = params["ProjectVersionArn"]
    about = the(machine, VERSION, name)
    state = jobs.state(machine.store, VERSION, name, about)
    if state == jobs.IN_PROGRESS or (state == jobs.COMPLETED and about["State"] == "RUNNING"):
        raise in_use("The version runs, or is being trained.")
    machine.store.remove_document(VERSION, name)
    training.forget(machine, name)
    return {"Status": "DELETING"}


def copy_project_version(params: Params, machine: Machine) -> Answer:
    """Copy a trained version into another project."""
    source = _ended(params["SourceProjectVersionArn"], machine)
    project, name = params["DestinationProjectArn"], params["VersionName"]
    the(machine, PROJECT, project)
    if any(one["Name"] == name for _, one in within(machine, VERSION, project)):
        raise in_use(f"There is a version {name}.")
    made = arn(machine, name_of(project), "version", name)
    training.copy(machine, source["Arn"], made)
    place = {"Arn": made, "Project": project, "Name": name, "Source": source["Arn"], "State": "COPYING_COMPLETED"}
    machine.store.add_document(VERSION, made, {**source, **place, "Created": clock.now()})
    return {"ProjectVersionArn": made}


def detect_custom_labels(params: Params, machine: Machine) -> Answer:
    """The labels of a picture by a version that runs: those above their thresholds, or above MinConfidence."""
    name = params["ProjectVersionArn"]
    if _ended(name, machine)["State"] != "RUNNING":
        raise Refused("ResourceNotReadyException", "The model is not running: StartProjectVersion.")
    picture = given(params["Image"], machine, sides=CUSTOM_SIDE)
    model = training.model(machine, name)
    likely = model.likely(classes.features(picture.image, home=machine.home)[None])[0].tolist()
    least = params.get("MinConfidence")
    told = [
        {"Name": label, "Confidence": 100 * sure}
        for label, sure, threshold in zip(model.labels, likely, model.thresholds, strict=True)
        if (sure >= threshold if least is None else 100 * sure >= least)
    ]
    found = sorted(told, key=lambda one: -one["Confidence"])
    return _signed({"CustomLabels": found[: params.get("MaxResults")]}, machine)


OPERATIONS: dict[str, Operation] = {
    "CreateProjectVersion": create_project_version,
    "DescribeProjectVersions": describe_project_versions,
    "StartProjectVersion": start_project_version,
    "StopProjectVersion": stop_project_version,
    "DeleteProjectVersion": delete_project_version,
    "CopyProjectVersion": copy_project_version,
    "DetectCustomLabels": detect_custom_labels,
}


def _signed(answer: Answer, machine: Machine) -> Answer:
    engines = f"{classes.DECLARATION.label()}, {head.DECLARATION.label()}"
    return made_by(answer, engine=engines, quality=head.DECLARATION.quality, machine=machine)


def _ended(name: str, machine: Machine) -> dict[str, Any]:
    """The version NAME, whose training has gone well; ResourceNotReadyException otherwise."""
    about = the(machine, VERSION, name)
    if about["Status"] != jobs.COMPLETED:
        raise Refused("ResourceNotReadyException", "The model is not trained.")
    return about


def _move(name: str, before: frozenset[str], after: str, machine: Machine) -> None:
    about = the(machine, VERSION, name)
    if about["Status"] != jobs.COMPLETED or about["State"] not in before:
        raise in_use(f"The version is {_status(about)}.")
    machine.store.change_document(VERSION, name, {"State": after})


def _status(about: dict[str, Any]) -> str:
    if about["Status"] == jobs.COMPLETED:
        return str(about["State"])
    return "TRAINING_FAILED" if about["Status"] == jobs.FAILED else "TRAINING_IN_PROGRESS"


def _told(about: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ProjectVersionArn": about["Arn"],
        "CreationTimestamp": time_of(about["Created"]),
        "Status": _status(about),
        "OutputConfig": about["OutputConfig"],
        "Feature": "CUSTOM_LABELS",
    }
    if about.get("Description"):
        told["VersionDescription"] = about["Description"]
    if about.get("Source"):
        told["SourceProjectVersionArn"] = about["Source"]
    if about.get("Reason"):
        told["StatusMessage"] = about["Reason"]
    if about.get("Ended"):
        told["TrainingEndTimestamp"] = time_of(about["Ended"])
    if about["Status"] == jobs.COMPLETED:
        place = {"Bucket": about["OutputConfig"]["S3Bucket"], "Name": about["Summary"]}
        told["EvaluationResult"] = {"F1Score": about["F1"], "Summary": {"S3Object": place}}
        told["BillableTrainingTimeInSeconds"] = 0
    return told
