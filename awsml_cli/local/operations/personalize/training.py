"""Solutions, versions and recommenders: learnt by an engine of this machine, measured on what was held back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError
from awsml_cli.local import jobs
from awsml_cli.local.engines import recommend
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.operations.personalize import keeping, recipes
from awsml_cli.local.operations.personalize.keeping import BUCKET, add, every, find, in_use, invalid

STATUS: Final = {
    jobs.QUEUED: "CREATE PENDING",
    jobs.IN_PROGRESS: "CREATE IN_PROGRESS",
    jobs.COMPLETED: "ACTIVE",
    jobs.FAILED: "CREATE FAILED",
}
_SOLUTION: Final = (
    *("name", "solutionArn", "recipeArn", "datasetGroupArn", "eventType", "solutionConfig", "performHPO", "status"),
    *("performAutoTraining", "creationDateTime", "lastUpdatedDateTime"),
)
_VERSION: Final = (
    *("name", "solutionVersionArn", "solutionArn", "recipeArn", "datasetGroupArn", "eventType", "solutionConfig"),
    *("trainingHours", "trainingMode", "status", "failureReason", "creationDateTime", "lastUpdatedDateTime"),
)
_BRIEF: Final = ("solutionVersionArn", "status", "trainingMode", "failureReason", "creationDateTime")


def create_solution(params: Params, machine: Machine) -> Answer:
    """Keep what is to be trained. Raises ConfigError for a recipe that nothing here can follow."""
    find(machine, "datasetGroup", params["datasetGroupArn"])
    recipes.engine(params.get("recipeArn", ""))
    if params.get("performHPO") or params.get("performAutoTraining"):
        raise invalid("No engine on this machine looks for hyperparameters, or trains by itself.")
    return {"solutionArn": add(machine, "solution", params["name"], dict(params))}


def create_solution_version(params: Params, machine: Machine) -> Answer:
    """Keep a version, and have it trained."""
    recommend.prepare()
    solution = find(machine, "solution", params["solutionArn"])
    for _, one in every(machine, "solutionVersion", solutionArn=params["solutionArn"]):
        if params.get("name") and one.get("name") == params["name"]:
            raise Refused("ResourceAlreadyExistsException", f"There is a version {params['name']}.")
    inherited = ("recipeArn", "datasetGroupArn", "eventType", "solutionConfig")
    about = {name: solution[name] for name in inherited if name in solution}
    about |= {"trainingMode": "FULL", **params, "Status": jobs.QUEUED}
    arn = add(machine, "solutionVersion", f"{solution['name']}/{uuid.uuid4().hex[:8]}", about)
    machine.begin(keeping.kind("solutionVersion"), arn, partial(_work, machine))
    return {"solutionVersionArn": arn}


def describe_solution_version(params: Params, machine: Machine) -> Answer:
    """What has become of a training, waiting a few seconds for its end; begins it if nobody works on it."""
    arn = params["solutionVersionArn"]
    found = jobs.look(machine.store, keeping.kind("solutionVersion"), arn, partial(_work, machine))
    if found is None:
        find(machine, "solutionVersion", arn)
        raise AssertionError("unreachable")
    answer = {"solutionVersion": keeping.shown("solutionVersion", arn, _stated(found), _VERSION)}
    if found["Status"] != jobs.COMPLETED:
        return answer
    engine, quality = recipes.label(found["Kind"])
    return made_by(answer, engine=engine, quality=quality, machine=machine)


def list_solution_versions(params: Params, machine: Machine) -> Answer:
    """Versions, of one solution or all."""
    narrow = {"solutionArn": params["solutionArn"]} if "solutionArn" in params else {}
    told = []
    for arn, one in every(machine, "solutionVersion", **narrow):
        now = jobs.state(machine.store, keeping.kind("solutionVersion"), arn, one)
        told.append(keeping.shown("solutionVersion", arn, _stated({**one, "Status": now}), _BRIEF))
    return {"solutionVersions": told}


def stop_solution_version_creation(params: Params, machine: Machine) -> Answer:
    """Give a training up."""
    arn = params["solutionVersionArn"]
    found = find(machine, "solutionVersion", arn)
    if found["Status"] in (jobs.COMPLETED, jobs.FAILED):
        raise in_use(f"{arn} has ended.")
    jobs.stop(machine.store, keeping.kind("solutionVersion"), arn)
    keeping.change(machine, "solutionVersion", arn, Status=jobs.FAILED, Reason="It was stopped.", stopped=True)
    return {}


def get_solution_metrics(params: Params, machine: Machine) -> Answer:
    """How well a version does on what was held back."""
    arn = params["solutionVersionArn"]
    found = find(machine, "solutionVersion", arn)
    if found["Status"] != jobs.COMPLETED:
        raise in_use(f"{arn} is not trained yet.")
    return {"solutionVersionArn": arn, "metrics": found["Metrics"]}


def describe_solution(params: Params, machine: Machine) -> Answer:
    """A solution."""
    arn = params["solutionArn"]
    return {"solution": keeping.shown("solution", arn, find(machine, "solution", arn), _SOLUTION)}


def list_solutions(params: Params, machine: Machine) -> Answer:
    """Solutions, of one group or all."""
    narrow = {"datasetGroupArn": params["datasetGroupArn"]} if "datasetGroupArn" in params else {}
    names = ("name", "solutionArn", "status", "recipeArn", "creationDateTime", "lastUpdatedDateTime")
    found = every(machine, "solution", **narrow)
    return {"solutions": [keeping.shown("solution", arn, one, names) for arn, one in found]}


def delete_solution(params: Params, machine: Machine) -> Answer:
    """Remove a solution with its versions and what they learnt."""
    arn = params["solutionArn"]
    find(machine, "solution", arn)
    if any(True for _ in every(machine, "campaign", solutionArn=arn)):
        raise in_use("A campaign is based on the solution.")
    for version, one in list(every(machine, "solutionVersion", solutionArn=arn)):
        if jobs.state(machine.store, keeping.kind("solutionVersion"), version, one) == jobs.IN_PROGRESS:
            raise in_use("A training is under way.")
        if one.get("Model"):
            machine.store.remove(BUCKET, one["Model"])
        machine.store.remove_document(keeping.kind("solutionVersion"), version)
    machine.store.remove_document(keeping.kind("solution"), arn)
    return {}


def create_recommender(params: Params, machine: Machine) -> Answer:
    """Learn at once, and answer from then on."""
    recommend.prepare()
    group = find(machine, "datasetGroup", params["datasetGroupArn"])
    recipes.engine(params["recipeArn"])
    if recipes.ENGINES[params["recipeArn"].removeprefix(recipes.PREFIX)][1] != group.get("domain"):
        raise invalid("The recipe is not for the domain of the dataset group.")
    arn = add(machine, "recommender", params["name"], {**params, "status": "CREATE FAILED"})
    try:
        learnt = _work(machine, dict(params), lambda: False)
    except jobs.Failure as problem:
        machine.store.remove_document(keeping.kind("recommender"), arn)
        raise invalid(str(problem)) from None
    keeping.change(
        machine,
        "recommender",
        arn,
        status="ACTIVE",
        Model=learnt["Model"],
        Kind=learnt["Kind"],
        modelMetrics=learnt["Metrics"],
        parts=[learnt["Model"]],
    )
    return {"recommenderArn": arn}


def _stated(found: dict[str, Any]) -> dict[str, Any]:
    status = "CREATE STOPPED" if found.get("stopped") else STATUS[found["Status"]]
    reason = {"failureReason": found["Reason"]} if found.get("Reason") and not found.get("stopped") else {}
    hours = {}
    if found.get("Begun") and found.get("Ended"):
        hours = {"trainingHours": max(0.0, found["Ended"] - found["Begun"]) / 3600}
    return {**found, "status": status, **reason, **hours}


def _work(machine: Machine, about: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Learn what a version or recommender is to know, and measure it."""
    recommend.prepare()
    from awsml_cli.local.engines.recommend import history, measured, models

    def wanted() -> None:
        if stopping():
            raise jobs.Stopped

    kind = recipes.engine(about["recipeArn"])
    config = about.get("solutionConfig") or {}
    threshold = config.get("eventValueThreshold")
    try:
        known = history.read(
            paths_of(machine, about["datasetGroupArn"], "INTERACTIONS"),
            event=about.get("eventType"),
            threshold=float(threshold) if threshold else None,
        )
        if len(known) < limits.PERSONALIZE_INTERACTIONS:
            raise InputError(f"There are fewer than {limits.PERSONALIZE_INTERACTIONS} interactions after filtering.")
        settings = config.get("algorithmHyperParameters") or {}
        metrics = measured.measured(kind, known, settings, wanted=wanted)
        wanted()
        model = models.learn(kind, known, settings)
    except InputError as problem:
        raise jobs.Failure(problem.message) from None
    wanted()
    key = f"models/{uuid.uuid4().hex}.npz"
    machine.store.put(BUCKET, key, models.kept(model))
    return {"Model": key, "Kind": kind, "Metrics": metrics}


def paths_of(machine: Machine, group: str, sort: str) -> list[Any]:
    """The files of the dataset of SORT in the GROUP (its ARN)."""
    found = []
    for _, dataset in every(machine, "dataset", datasetGroupArn=group, datasetType=sort):
        for key in dataset["parts"]:
            one = machine.store.get(BUCKET, key)
            if one is not None:
                found.append(one.path)
    return found


OPERATIONS: dict[str, Operation] = {
    "CreateSolution": create_solution,
    "DescribeSolution": describe_solution,
    "ListSolutions": list_solutions,
    "DeleteSolution": delete_solution,
    "CreateSolutionVersion": create_solution_version,
    "DescribeSolutionVersion": describe_solution_version,
    "ListSolutionVersions": list_solution_versions,
    "StopSolutionVersionCreation": stop_solution_version_creation,
    "GetSolutionMetrics": get_solution_metrics,
    "CreateRecommender": create_recommender,
}
