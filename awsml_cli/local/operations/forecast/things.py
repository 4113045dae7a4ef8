"""What Amazon Forecast would keep, as documents of the store: made, described, listed, removed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused

KIND: Final = "forecast thing"
ACCOUNT: Final = "000000000000"
STATES: Final = {
    jobs.QUEUED: "CREATE_PENDING",
    jobs.IN_PROGRESS: "CREATE_IN_PROGRESS",
    jobs.COMPLETED: "ACTIVE",
    jobs.FAILED: "CREATE_FAILED",
}
# noun -> (the word in its ARN, its list's name, the parameter that names what it belongs to)
NOUNS: Final[dict[str, tuple[str, str, str | None]]] = {
    "Dataset": ("dataset", "Datasets", None),
    "DatasetGroup": ("dataset-group", "DatasetGroups", None),
    "DatasetImportJob": ("dataset-import-job", "DatasetImportJobs", "DatasetArn"),
    "Predictor": ("predictor", "Predictors", "DatasetGroupArn"),
    "Forecast": ("forecast", "Forecasts", "PredictorArn"),
    "ForecastExportJob": ("forecast-export-job", "ForecastExportJobs", "ForecastArn"),
}
# other things that there can be none of here, whose lists are empty
_NONE: Final = {
    "ListExplainabilities": "Explainabilities",
    "ListExplainabilityExports": "ExplainabilityExports",
    "ListPredictorBacktestExportJobs": "PredictorBacktestExportJobs",
    "ListWhatIfAnalyses": "WhatIfAnalyses",
    "ListWhatIfForecasts": "WhatIfForecasts",
    "ListWhatIfForecastExports": "WhatIfForecastExports",
}
_TOLD: Final = {  # of what was asked
    "Dataset": ("Domain", "DatasetType", "DataFrequency", "Schema"),
    "DatasetGroup": ("Domain", "DatasetArns"),
}
Worker = Callable[[Machine, str, dict[str, Any], Callable[[], bool]], dict[str, Any]]
WORKERS: Final[dict[str, Worker]] = {}
"""How the things of a noun are made: from the document to the members that it has more when it is there."""


def make(
    machine: Machine, noun: str, params: Params, *, parent: str | None = None, within: str = "", **more: Any
) -> Answer:
    """Keep a new thing, with MORE members, and have it made. Raises Refused where there is one of this name."""
    name = params[f"{noun}Name"]
    place = "/".join(part for part in (within, name) if part)
    arn = f"arn:aws:forecast:{machine.region}:{ACCOUNT}:{NOUNS[noun][0]}/{place}"
    document = {
        "Noun": noun,
        "Name": name,
        "Params": dict(params),
        "Parent": parent,
        "File": uuid.uuid4().hex,
        "Created": clock.now(),
        "Status": jobs.QUEUED if noun in WORKERS else jobs.COMPLETED,
        **more,
    }
    if not machine.store.add_document(KIND, arn, document):
        raise Refused("ResourceAlreadyExistsException", f"There is a {noun} {name} already.")
    if noun in WORKERS:
        machine.begin(KIND, arn, partial(WORKERS[noun], machine, arn))
    return {f"{noun}Arn": arn}


def thing(machine: Machine, arn: str) -> dict[str, Any]:
    """The document of the thing ARN. Raises Refused where there is none."""
    found = machine.store.document(KIND, arn)
    if found is None:
        raise Refused("ResourceNotFoundException", f"There is no {arn}.")
    return found


def active(machine: Machine, arn: str) -> dict[str, Any]:
    """The document of the thing ARN, which must be there. Raises Refused where it is not yet."""
    found = thing(machine, arn)
    if found["Status"] != jobs.COMPLETED:
        raise Refused("ResourceInUseException", f"{arn} is not ACTIVE.")
    return found


def looked(machine: Machine, arn: str) -> dict[str, Any]:
    """The document of the thing ARN, a few seconds waited for; the work on it is begun if nobody works on it."""
    one = thing(machine, arn)
    worker = WORKERS.get(one["Noun"])
    if worker is None:
        return one
    found = jobs.look(machine.store, KIND, arn, partial(worker, machine, arn))
    assert found is not None
    return found


def described(noun: str, params: Params, machine: Machine) -> Answer:
    """What there is to say of a thing."""
    arn = params[f"{noun}Arn"]
    one = looked(machine, arn)
    told: Answer = {
        f"{noun}Arn": arn,
        f"{noun}Name": one["Name"],
        "Status": STATES[one["Status"]],
        "CreationTime": moment(one["Created"]),
    }
    told |= {name: one["Params"][name] for name in _TOLD.get(noun, ()) if name in one["Params"]}
    if one.get("Reason"):
        told["Message"] = one["Reason"]
    if one["Status"] == jobs.IN_PROGRESS and noun != "ForecastExportJob":
        left = (machine.store.document(KIND, arn) or {}).get("Left")
        if left is not None:
            told["EstimatedTimeRemainingInMinutes"] = max(1, round(left / 60))
    return told


def listed(noun: str, params: Params, machine: Machine) -> Answer:
    """All things of NOUN that the filters let through, on one page."""
    _, plural, parent = NOUNS[noun]
    found = []
    for arn, one in machine.store.documents(KIND):
        if one["Noun"] != noun:
            continue
        if any(each["Key"] == parent and each["Value"] != one["Parent"] for each in params.get("Filters", ())):
            continue
        told: Answer = {f"{noun}Arn": arn, f"{noun}Name": one["Name"], "CreationTime": moment(one["Created"])}
        if noun not in ("Dataset", "DatasetGroup"):
            told["Status"] = STATES[jobs.state(machine.store, KIND, arn, one)]
        if noun == "Predictor":
            told["IsAutoPredictor"] = bool(one.get("Auto"))
        found.append(told)
    return {plural: found}


def deleted(noun: str, params: Params, machine: Machine) -> Answer:
    """Remove a thing that nothing hangs on."""
    arn = params[f"{noun}Arn"]
    thing(machine, arn)
    if below(machine, arn):
        raise Refused("ResourceInUseException", f"{arn} is in use.")
    _remove(machine, arn)
    return {}


def delete_resource_tree(params: Params, machine: Machine) -> Answer:
    """Remove a thing with all that hangs on it."""
    arn = params["ResourceArn"]
    thing(machine, arn)
    for one in [*below(machine, arn), arn]:
        _remove(machine, one)
    return {}


def stop_resource(params: Params, machine: Machine) -> Answer:
    """Give up the work on a thing."""
    arn = params["ResourceArn"]
    thing(machine, arn)
    jobs.stop(machine.store, KIND, arn)
    machine.store.change_document(KIND, arn, {"Status": jobs.FAILED, "Reason": "It was stopped."})
    return {}


def below(machine: Machine, arn: str) -> list[str]:
    """What hangs on the thing ARN, the lowest first."""
    found = []
    for one, document in machine.store.documents(KIND):
        if document["Parent"] == arn:
            found += [*below(machine, one), one]
    return found


def moment(seconds: float) -> datetime:
    """A time as AWS gives it."""
    return datetime.fromtimestamp(int(seconds), UTC)


def _remove(machine: Machine, arn: str) -> None:
    one = machine.store.document(KIND, arn)
    if one is None:
        return
    jobs.stop(machine.store, KIND, arn)
    machine.store.remove_document(KIND, arn)
    (machine.home / "forecast" / one["File"]).unlink(missing_ok=True)


def _nothing(plural: str, params: Params, machine: Machine) -> Answer:
    return {plural: []}


OPERATIONS: dict[str, Operation] = {
    **{f"Describe{noun}": partial(described, noun) for noun in NOUNS},
    **{f"List{plural}": partial(listed, noun) for noun, (_, plural, _) in NOUNS.items()},
    **{f"Delete{noun}": partial(deleted, noun) for noun in NOUNS},
    **{name: partial(_nothing, plural) for name, plural in _NONE.items()},
    "DeleteResourceTree": delete_resource_tree,
    "StopResource": stop_resource,
}
