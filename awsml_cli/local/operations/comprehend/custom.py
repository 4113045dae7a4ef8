"""Classifiers of one's own, and endpoints at which they answer: kept in the store, trained at the first look.

https://docs.aws.amazon.com/comprehend/latest/dg/how-document-classification.html
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from awsml_cli.core import clock, limits, sources
from awsml_cli.core.errors import ConfigError
from awsml_cli.local import jobs
from awsml_cli.local.engines import classify
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.store import BUCKET

KIND: Final = "document-classifier"
ENDPOINT: Final = "comprehend-endpoint"
SHARE: Final = 0.1  # of the documents that are held back where no test is given
SURE: Final = 0.5  # from which on one of several labels is a document's
_STATES: Final = {
    jobs.QUEUED: "SUBMITTED",
    jobs.IN_PROGRESS: "TRAINING",
    jobs.COMPLETED: "TRAINED",
    jobs.FAILED: "IN_ERROR",
}
_TOLD: Final = ("LanguageCode", "InputDataConfig", "OutputDataConfig", "DataAccessRoleArn", "Mode", "VersionName")

Rows = list[tuple[list[str], str]]
"""Documents: the labels of each, and its text."""


def create_document_classifier(params: Params, machine: Machine) -> Answer:
    """Keep a classifier that is to be trained. Raises ConfigError for want of the engine."""
    if not classify.DECLARATION.installed():
        raise classify.DECLARATION.missing()
    if params["InputDataConfig"].get("DataFormat", "COMPREHEND_CSV") != "COMPREHEND_CSV":
        raise ConfigError("no engine on this machine can learn from an augmented manifest", hint="give a CSV file")
    if not params["InputDataConfig"].get("S3Uri"):
        raise Refused("InvalidRequestException", "The S3Uri of the training documents is missing.")
    name, version = params["DocumentClassifierName"], params.get("VersionName")
    if not re.fullmatch(r"[a-zA-Z0-9](?:-*[a-zA-Z0-9])*", name):
        raise Refused("InvalidRequestException", "The name can only have letters, digits and hyphens.")
    arn = _arn(machine, f"document-classifier/{name}{f'/version/{version}' if version else ''}")
    kept = {member: params[member] for member in _TOLD if member in params}
    token = params.get("ClientRequestToken")
    model = {**kept, "Name": name, "Token": token, "Status": jobs.QUEUED, "Created": clock.now()}
    if not machine.store.add_document(KIND, arn, model):
        known = machine.store.document(KIND, arn) or {}
        if not token or known.get("Token") != token:
            raise Refused("ResourceInUseException", "Concurrent modification of resources: the name is taken.")
    machine.begin(KIND, arn, partial(_train, machine, arn))
    return {"DocumentClassifierArn": arn}


def describe_document_classifier(params: Params, machine: Machine) -> Answer:
    """What has become of a classifier; trains it if nobody does."""
    arn = params["DocumentClassifierArn"]
    model = jobs.look(machine.store, KIND, arn, partial(_train, machine, arn))
    if model is None:
        raise _absent()
    answer = {"DocumentClassifierProperties": _properties(arn, model, machine)}
    if model["Status"] != jobs.COMPLETED:
        return answer
    engine = classify.DECLARATION
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


def list_document_classifiers(params: Params, machine: Machine) -> Answer:
    """Classifiers, newest first, on one page."""
    wanted = params.get("Filter", {})
    found = []
    for arn, model in machine.store.documents(KIND):
        told = {**model, "Status": jobs.state(machine.store, KIND, arn, model)}
        about = _properties(arn, told, machine)
        if wanted.get("DocumentClassifierName") in (None, model["Name"]) and wanted.get("Status") in (
            None,
            about["Status"],
        ):
            found.append(about)
    return {"DocumentClassifierPropertiesList": found}


def delete_document_classifier(params: Params, machine: Machine) -> Answer:
    """Forget a classifier that answers at no endpoint."""
    arn = params["DocumentClassifierArn"]
    if any(endpoint["ModelArn"] == arn for _, endpoint in machine.store.documents(ENDPOINT)):
        raise Refused("ResourceInUseException", "The model answers at an endpoint.")
    jobs.stop(machine.store, KIND, arn)
    if not machine.store.remove_document(KIND, arn):
        raise _absent()
    machine.store.remove(BUCKET, _key(arn))
    return {}


def stop_training_document_classifier(params: Params, machine: Machine) -> Answer:
    """Give up a training."""
    arn = params["DocumentClassifierArn"]
    model = machine.store.document(KIND, arn)
    if model is None:
        raise _absent()
    jobs.stop(machine.store, KIND, arn)
    if model["Status"] not in (jobs.COMPLETED, jobs.FAILED):
        changes = {"Status": jobs.FAILED, "Stopped": True, "Ended": clock.now()}
        machine.store.change_document(KIND, arn, changes)
    return {}


def list_entity_recognizers(params: Params, machine: Machine) -> Answer:
    """None: no engine of this machine learns them, and lists of models are asked for both sorts."""
    return {"EntityRecognizerPropertiesList": []}


def create_endpoint(params: Params, machine: Machine) -> Answer:
    """Have a classifier answer; it does at once."""
    model = params.get("ModelArn")
    if model is None:
        raise ConfigError("no flywheel turns on this machine", hint="give the model itself")
    known = machine.store.document(KIND, model)
    if known is None or known["Status"] != jobs.COMPLETED:
        raise Refused(
            "ResourceUnavailableException" if known else "ResourceNotFoundException", "No such model is trained."
        )
    arn = _arn(machine, f"document-classifier-endpoint/{params['EndpointName']}")
    kept = {"ModelArn": model, "Units": params["DesiredInferenceUnits"], "Created": clock.now()}
    if not machine.store.add_document(ENDPOINT, arn, kept):
        raise Refused("ResourceInUseException", "There is an endpoint of this name.")
    return {"EndpointArn": arn, "ModelArn": model}


def describe_endpoint(params: Params, machine: Machine) -> Answer:
    """What answers at an endpoint."""
    return {"EndpointProperties": _serving(params["EndpointArn"], _endpoint(params["EndpointArn"], machine))}


def list_endpoints(params: Params, machine: Machine) -> Answer:
    """Endpoints, newest first, on one page."""
    return {"EndpointPropertiesList": [_serving(arn, kept) for arn, kept in machine.store.documents(ENDPOINT)]}


def update_endpoint(params: Params, machine: Machine) -> Answer:
    """Another model, or another number of units, at an endpoint."""
    arn = params["EndpointArn"]
    kept = _endpoint(arn, machine)
    model = params.get("DesiredModelArn", kept["ModelArn"])
    known = machine.store.document(KIND, model)
    if known is None or known["Status"] != jobs.COMPLETED:
        raise Refused("ResourceNotFoundException", "No such model is trained.")
    units = params.get("DesiredInferenceUnits", kept["Units"])
    machine.store.change_document(ENDPOINT, arn, {"ModelArn": model, "Units": units})
    return {"DesiredModelArn": model}


def delete_endpoint(params: Params, machine: Machine) -> Answer:
    """Forget an endpoint."""
    if not machine.store.remove_document(ENDPOINT, params["EndpointArn"]):
        raise _absent()
    return {}


def classify_document(params: Params, machine: Machine) -> Answer:
    """The classes of a text, or its labels, as the model at an endpoint says."""
    text = params.get("Text")
    if text is None:
        raise ConfigError("no engine on this machine can classify a document of pages", hint="give its text")
    if not text.strip():
        raise Refused("InvalidRequestException", "Input text is empty.")
    if len(text.encode()) > limits.COMPREHEND_LONG_DOCUMENT_BYTES:
        raise Refused("TextSizeLimitExceededException", "Input text size exceeds limit.")
    model = _model(_endpoint(params["EndpointArn"], machine)["ModelArn"], machine)
    least = SURE if model.several else 0.0
    told = [{"Name": name, "Score": score} for name, score in model.scores(text).items() if score >= least]
    answer: Answer = {"Labels" if model.several else "Classes": told}
    engine = classify.DECLARATION
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


OPERATIONS: dict[str, Operation] = {
    "CreateDocumentClassifier": create_document_classifier,
    "DescribeDocumentClassifier": describe_document_classifier,
    "ListDocumentClassifiers": list_document_classifiers,
    "DeleteDocumentClassifier": delete_document_classifier,
    "StopTrainingDocumentClassifier": stop_training_document_classifier,
    "ListEntityRecognizers": list_entity_recognizers,
    "CreateEndpoint": create_endpoint,
    "DescribeEndpoint": describe_endpoint,
    "ListEndpoints": list_endpoints,
    "UpdateEndpoint": update_endpoint,
    "DeleteEndpoint": delete_endpoint,
    "ClassifyDocument": classify_document,
}


def _train(machine: Machine, arn: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Learn from the documents, measure on those held back, keep what was learnt."""
    about, several = job["InputDataConfig"], job.get("Mode") == "MULTI_LABEL"
    sign = about.get("LabelDelimiter", "|") if several else None
    rows = _rows(about["S3Uri"], sign, machine)
    held = _rows(about["TestS3Uri"], sign, machine) if about.get("TestS3Uri") else []
    if not held:
        rows, held = _parted(rows)
    try:
        model = classify.learn([text for _, text in rows], [labels for labels, _ in rows], several=several)
    except ValueError as problem:
        raise jobs.Failure(str(problem)) from None
    if stopping():
        raise jobs.Stopped
    scores = _measured(model, held)
    machine.store.put(BUCKET, _key(arn), model.packed())
    counts = {
        "NumberOfLabels": len(model.labels),
        "NumberOfTrainedDocuments": len(rows),
        "NumberOfTestDocuments": len(held),
    }
    return {"Metadata": {**counts, "EvaluationMetrics": scores}}


def _rows(uri: str, sign: str | None, machine: Machine) -> Rows:
    """The documents of the CSV file, or of the files in the folder, at URI: a label, then the text."""
    bucket, prefix = sources.split_address(uri)
    found: Rows = []
    for one in machine.store.objects(bucket, prefix=prefix, after="", limit=1000):
        for row in csv.reader(io.StringIO(one.path.read_text(encoding="utf-8-sig", errors="replace"))):
            if len(row) >= 2 and row[0].strip():
                labels = [label.strip() for label in row[0].split(sign)] if sign else [row[0].strip()]
                found.append((labels, row[1]))
    if not found:
        raise jobs.Failure(f"There are no documents at {uri}.")
    return found


def _parted(rows: Rows) -> tuple[Rows, Rows]:
    """ROWS without a share of them, and that share: always the same of the same rows."""
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)  # noqa: S311 - which documents are held back is no secret
    held = set(order[: max(1, round(len(rows) * SHARE))])
    return [row for at, row in enumerate(rows) if at not in held], [rows[at] for at in sorted(held)]


def _measured(model: classify.Classifier, rows: Rows) -> dict[str, float]:
    """AWS's metrics: https://docs.aws.amazon.com/comprehend/latest/dg/cer-doc-class.html; averages over labels."""
    right, wrong = 0, 0
    hits: dict[str, list[int]] = {label: [0, 0, 0] for label in model.labels}  # both, found, there
    for labels, text in rows:
        scores = model.scores(text)
        found = {name for name, score in scores.items() if score >= SURE} if model.several else {next(iter(scores))}
        right += found == set(labels)
        wrong += len(found ^ set(labels))
        for label in found | set(labels):
            if label in hits:
                hits[label][0] += label in found and label in labels
                hits[label][1] += label in found
                hits[label][2] += label in labels
    seen = [counts for counts in hits.values() if counts[1] or counts[2]]
    both = sum(counts[0] for counts in seen)
    micro = both / max(1, sum(counts[1] for counts in seen)), both / max(1, sum(counts[2] for counts in seen))
    macro = _mean(one / max(1, two) for one, two, _ in seen), _mean(one / max(1, three) for one, _, three in seen)
    return {
        "Accuracy": right / len(rows),
        "Precision": macro[0],
        "Recall": macro[1],
        "F1Score": _mean(2 * one / max(1, two + three) for one, two, three in seen),
        "MicroPrecision": micro[0],
        "MicroRecall": micro[1],
        "MicroF1Score": 2 * micro[0] * micro[1] / (sum(micro) or 1.0),
        "HammingLoss": wrong / (len(rows) * len(model.labels)),
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _model(arn: str, machine: Machine) -> classify.Classifier:
    kept = machine.store.get(BUCKET, _key(arn))
    if kept is None:
        raise _absent()
    return classify.unpacked(kept.path.read_bytes())


def _endpoint(arn: str, machine: Machine) -> dict[str, Any]:
    kept = machine.store.document(ENDPOINT, arn)
    if kept is None:
        raise _absent()
    return kept


def _properties(arn: str, model: Mapping[str, Any], machine: Machine) -> Answer:
    status = "STOPPED" if model.get("Stopped") else _STATES[model["Status"]]
    answer: Answer = {
        "DocumentClassifierArn": arn,
        "Status": status,
        "SubmitTime": _time(model["Created"]),
        **{member: model[member] for member in _TOLD if member in model},
    }
    if model.get("Reason"):
        answer["Message"] = model["Reason"]
    if model.get("Ended"):
        answer["EndTime"] = _time(model["Ended"])
    if model.get("Metadata"):
        answer["ClassifierMetadata"] = model["Metadata"]
    return answer


def _serving(arn: str, kept: Mapping[str, Any]) -> Answer:
    return {
        "EndpointArn": arn,
        "Status": "IN_SERVICE",
        "ModelArn": kept["ModelArn"],
        "DesiredInferenceUnits": kept["Units"],
        "CurrentInferenceUnits": kept["Units"],
        "CreationTime": _time(kept["Created"]),
    }


def _arn(machine: Machine, rest: str) -> str:
    return f"arn:aws:comprehend:{machine.region}:000000000000:{rest}"


def _key(arn: str) -> str:
    """Where what was learnt is kept in our own bucket."""
    return f"models/comprehend/{arn.partition(':document-classifier/')[2]}.npz"


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _absent() -> Refused:
    return Refused("ResourceNotFoundException", "The specified resource was not found.")
