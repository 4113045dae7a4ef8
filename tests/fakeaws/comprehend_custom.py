"""Comprehend's models of one's own: trained with each look, serving at endpoints, turned by flywheels.

A classifier's F1 score is the share of its test documents that hold their label as a word: what tests make of them.
"""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("SUBMITTED", "TRAINING", "TRAINED")
MAKING = ("CREATING", "IN_SERVICE")
TURN = ("TRAINING", "EVALUATING", "COMPLETED")
PAGE = 2


class Custom:
    """Models, endpoints, flywheels and datasets by ARN. `failing` is what the next training ends with."""

    aws: FakeAws

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.endpoints: dict[str, dict[str, Any]] = {}
        self.flywheels: dict[str, dict[str, Any]] = {}
        self.iterations: dict[str, dict[str, Any]] = {}
        self.datasets: dict[str, dict[str, Any]] = {}
        self.failing = ""
        self.warning = ""

    def create_document_classifier(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to train a classifier."""
        where = params["InputDataConfig"]
        train = self._rows(where["S3Uri"])
        test = self._rows(where["TestS3Uri"]) if "TestS3Uri" in where else train
        right = sum(label.split("|")[0] in text for label, text in test) / len(test)
        scores = {"Accuracy": right, "Precision": right, "Recall": right, "F1Score": right}
        about = {
            "NumberOfLabels": len({label for label, _ in train}),
            "NumberOfTrainedDocuments": len(train),
            "NumberOfTestDocuments": len(test),
            "EvaluationMetrics": scores,
        }
        return {"DocumentClassifierArn": self._train("document-classifier", params, "ClassifierMetadata", about)}

    def create_entity_recognizer(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to train a recognizer."""
        where = params["InputDataConfig"]
        rows = self._rows((where.get("Annotations") or where["EntityList"])["S3Uri"])
        self._object(where["Documents"]["S3Uri"])
        kinds = [
            {
                "Type": one["Type"],
                "EvaluationMetrics": {"Precision": 90.0, "Recall": 80.0, "F1Score": 84.7},
                "NumberOfTrainMentions": sum(one["Type"] in row for row in rows),
            }
            for one in where["EntityTypes"]
        ]
        about = {"EvaluationMetrics": {"Precision": 91.0, "Recall": 81.0, "F1Score": 85.7}, "EntityTypes": kinds}
        return {"EntityRecognizerArn": self._train("entity-recognizer", params, "RecognizerMetadata", about)}

    def describe_document_classifier(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a classifier, which moves its training on."""
        return {"DocumentClassifierProperties": self._looked(params["DocumentClassifierArn"], "DocumentClassifierArn")}

    def describe_entity_recognizer(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a recognizer, which moves its training on."""
        return {"EntityRecognizerProperties": self._looked(params["EntityRecognizerArn"], "EntityRecognizerArn")}

    def list_document_classifiers(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List classifiers, in pages of two."""
        return self._listed(params, "document-classifier", "DocumentClassifier", "DocumentClassifierName")

    def list_entity_recognizers(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List recognizers, in pages of two."""
        return self._listed(params, "entity-recognizer", "EntityRecognizer", "RecognizerName")

    def stop_training_document_classifier(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a training."""
        self._model(params["DocumentClassifierArn"])["stopped"] = True
        return {}

    def stop_training_entity_recognizer(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a training."""
        self._model(params["EntityRecognizerArn"])["stopped"] = True
        return {}

    def delete_document_classifier(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a classifier that no endpoint serves."""
        return self._forget(params["DocumentClassifierArn"])

    def delete_entity_recognizer(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a recognizer that no endpoint serves."""
        return self._forget(params["EntityRecognizerArn"])

    def create_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to serve a model."""
        kind = "entity-recognizer" if ":entity-recognizer/" in params.get("ModelArn", "") else "document-classifier"
        arn = f"arn:aws:comprehend:{wire.REGION}:{wire.ACCOUNT}:{kind}-endpoint/{params['EndpointName']}"
        if arn in self.endpoints:
            raise AwsError("ResourceInUseException", "There is an endpoint of this name.")
        if "ModelArn" in params:
            self._model(params["ModelArn"])
        units = params["DesiredInferenceUnits"]
        shown = {name: params[name] for name in ("ModelArn", "FlywheelArn") if name in params}
        about = {"EndpointArn": arn, "DesiredInferenceUnits": units, "CurrentInferenceUnits": units, **shown}
        self.endpoints[arn] = {"about": about, "looks": 0}
        return {"EndpointArn": arn}

    def describe_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an endpoint, which moves it on."""
        return {"EndpointProperties": self._serving(self._endpoint(params["EndpointArn"]), look=True)}

    def list_endpoints(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List endpoints, in pages of two."""
        return _page([self._serving(one) for one in self.endpoints.values()], "EndpointPropertiesList", params)

    def update_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Change an endpoint."""
        held = self._endpoint(params["EndpointArn"])
        units = params.get("DesiredInferenceUnits", held["about"]["DesiredInferenceUnits"])
        held["about"] |= {"DesiredInferenceUnits": units, "CurrentInferenceUnits": units}
        if "DesiredModelArn" in params:
            held["about"]["ModelArn"] = params["DesiredModelArn"]
        held["looks"] = 0
        return {}

    def delete_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop serving."""
        self._endpoint(params["EndpointArn"])
        del self.endpoints[params["EndpointArn"]]
        return {}

    def create_flywheel(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a flywheel."""
        model = params["ActiveModelArn"]
        self._model(model)
        arn = f"arn:aws:comprehend:{wire.REGION}:{wire.ACCOUNT}:flywheel/{params['FlywheelName']}"
        kind = "ENTITY_RECOGNIZER" if ":entity-recognizer/" in model else "DOCUMENT_CLASSIFIER"
        shown = {name: params[name] for name in ("ActiveModelArn", "DataAccessRoleArn", "DataLakeS3Uri")}
        self.flywheels[arn] = {"FlywheelArn": arn, "ModelType": kind, "Status": "ACTIVE", **shown}
        return {"FlywheelArn": arn, "ActiveModelArn": model}

    def describe_flywheel(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a flywheel."""
        return {"FlywheelProperties": self._flywheel(params["FlywheelArn"])}

    def list_flywheels(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List flywheels, in pages of two."""
        names = ("FlywheelArn", "ActiveModelArn", "DataLakeS3Uri", "Status", "ModelType", "LatestFlywheelIteration")
        found = [{name: one[name] for name in names if name in one} for one in self.flywheels.values()]
        return _page(found, "FlywheelSummaryList", params)

    def delete_flywheel(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a flywheel."""
        self._flywheel(params["FlywheelArn"])
        del self.flywheels[params["FlywheelArn"]]
        return {}

    def start_flywheel_iteration(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Turn a flywheel once."""
        wheel = self._flywheel(params["FlywheelArn"])
        number = f"20261123T00000{len(self.iterations)}Z"
        wheel["LatestFlywheelIteration"] = number
        self.iterations[number] = {"looks": 0, "failure": self.failing, "arn": params["FlywheelArn"]}
        return {"FlywheelArn": params["FlywheelArn"], "FlywheelIterationId": number}

    def describe_flywheel_iteration(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a turn, which moves it on."""
        self.iterations[params["FlywheelIterationId"]]["looks"] += 1
        return {"FlywheelIterationProperties": self._turn(params["FlywheelIterationId"])}

    def list_flywheel_iteration_history(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List turns, the newest first."""
        found = [self._turn(number) for number, one in self.iterations.items() if one["arn"] == params["FlywheelArn"]]
        return _page(found[::-1], "FlywheelIterationPropertiesList", params)

    def create_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take in examples."""
        self._flywheel(params["FlywheelArn"])
        where = params["InputDataConfig"]
        inner = (
            where.get("DocumentClassifierInputDataConfig") or where["EntityRecognizerInputDataConfig"]["Annotations"]
        )
        count = len(self._rows(inner["S3Uri"]))
        arn = f"{params['FlywheelArn']}/dataset/{params['DatasetName']}"
        shown = {name: params[name] for name in ("DatasetName", "DatasetType")}
        self.datasets[arn] = {"DatasetArn": arn, "Status": "COMPLETED", "NumberOfDocuments": count, **shown}
        return {"DatasetArn": arn}

    def describe_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at examples."""
        return {"DatasetProperties": self.datasets[params["DatasetArn"]]}

    def list_datasets(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List examples, in pages of two."""
        found = [one for arn, one in self.datasets.items() if arn.startswith(params["FlywheelArn"])]
        return _page(found, "DatasetPropertiesList", params)

    def _train(self, kind: str, params: dict[str, Any], metadata: str, about: dict[str, Any]) -> str:
        name = params.get("DocumentClassifierName") or params["RecognizerName"]
        version = f"/version/{params['VersionName']}" if "VersionName" in params else ""
        arn = f"arn:aws:comprehend:{wire.REGION}:{wire.ACCOUNT}:{kind}/{name}{version}"
        for held in self.models.values():
            if held["token"] == params.get("ClientRequestToken"):
                return str(held["arn"])
        if arn in self.models:
            raise AwsError("ResourceInUseException", f"{arn} exists already.")
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        kept = ("LanguageCode", "VersionName", "InputDataConfig", "DataAccessRoleArn", "Mode")
        shown = {one: params[one] for one in kept if one in params}
        self.models[arn] = {
            **{"arn": arn, "name": name, "kind": kind, "looks": 0, "stopped": False, "failure": self.failing},
            **{
                "token": params.get("ClientRequestToken"),
                "about": shown | {"SubmitTime": now},
                "warning": self.warning,
            },
            **{"metadata": {metadata: about}},
        }
        return arn

    def _looked(self, arn: str, member: str) -> dict[str, Any]:
        self._model(arn)["looks"] += 1
        return self._properties(arn, member)

    def _properties(self, arn: str, member: str) -> dict[str, Any]:
        held = self.models[arn]
        status = WALK[min(held["looks"], len(WALK)) - 1] if held["looks"] else WALK[0]
        if held["stopped"]:
            status = "STOPPED"
        told: dict[str, Any] = {}
        if status == "TRAINED":
            told = held["metadata"]
            if held["failure"]:
                status, told = "IN_ERROR", {"Message": held["failure"]}
            elif held["warning"]:
                status, told = "TRAINED_WITH_WARNING", {**told, "Message": held["warning"]}
        return {member: arn, "Status": status, **held["about"], **told}

    def _listed(self, params: dict[str, Any], kind: str, noun: str, member: str) -> dict[str, Any]:
        wanted = params.get("Filter", {}).get(member)
        found = [
            self._properties(arn, f"{noun}Arn")
            for arn, held in self.models.items()
            if held["kind"] == kind and wanted in (None, held["name"])
        ]
        return _page(found, f"{noun}PropertiesList", params)

    def _forget(self, arn: str) -> dict[str, Any]:
        self._model(arn)
        if any(held["about"].get("ModelArn") == arn for held in self.endpoints.values()):
            raise AwsError("ResourceInUseException", "The model is used by an endpoint.")
        del self.models[arn]
        return {}

    def _model(self, arn: str) -> dict[str, Any]:
        if arn not in self.models:
            raise AwsError("ResourceNotFoundException", f"There is no model {arn}.")
        return self.models[arn]

    def _endpoint(self, arn: str) -> dict[str, Any]:
        if arn not in self.endpoints:
            raise AwsError("ResourceNotFoundException", f"There is no endpoint {arn}.")
        return self.endpoints[arn]

    def _serving(self, held: dict[str, Any], *, look: bool = False) -> dict[str, Any]:
        held["looks"] += look
        status = MAKING[min(held["looks"], len(MAKING)) - 1] if held["looks"] else MAKING[0]
        return {**held["about"], "Status": status}

    def _flywheel(self, arn: str) -> dict[str, Any]:
        if arn not in self.flywheels:
            raise AwsError("ResourceNotFoundException", f"There is no flywheel {arn}.")
        return self.flywheels[arn]

    def _turn(self, number: str) -> dict[str, Any]:
        held = self.iterations[number]
        status = TURN[min(held["looks"], len(TURN)) - 1] if held["looks"] else TURN[0]
        base = {"FlywheelArn": held["arn"], "FlywheelIterationId": number, "Status": status}
        if status != "COMPLETED":
            return base
        if held["failure"]:
            return {**base, "Status": "FAILED", "Message": held["failure"]}
        return {
            **base,
            "EvaluatedModelMetrics": {"AverageF1Score": 0.8},
            "TrainedModelMetrics": {"AverageF1Score": 0.9},
            "TrainedModelArn": self.flywheels[held["arn"]]["ActiveModelArn"],
        }

    def _rows(self, uri: str) -> list[list[str]]:
        return [row for row in csv.reader(io.StringIO(self._object(uri).decode())) if row]

    def _object(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        found = self.aws.objects(bucket)
        if key not in found:
            raise AwsError("InvalidRequestException", f"There is nothing at {uri}.")
        return found[key]


def _page(found: list[dict[str, Any]], member: str, params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("NextToken", "0"))
    page: dict[str, Any] = {member: found[first : first + PAGE]}
    return page | ({"NextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
