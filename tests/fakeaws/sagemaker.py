"""SageMaker: trainings that move on with each look and write their logs, models, endpoints with all their parts, answers.

`script` is what the next training's machines write, `failing` what it fails with; `secondary` are the states it walks through.
`answers` maps what an endpoint is asked to what it says; else it says back what it was asked.
"""

from __future__ import annotations

import datetime
import io
import itertools
import re
import tarfile
from typing import Any

from fakeaws import wire
from fakeaws.a2i import Resources
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.sagemaker_hosting import Components, Transforms
from fakeaws.sagemaker_pipelines import Pipelines
from fakeaws.sagemaker_processing import Processings
from fakeaws.sagemaker_registry import Packages
from fakeaws.sagemaker_tuning import Tunings

WALK = ("Starting", "Downloading", "Training", "Restarting", "Uploading", "Completed")
RUNTIME = 120  # seconds of each training
PAGE = 2
GROUP = "/aws/sagemaker/TrainingJobs"


class SageMaker(Components, Transforms, Tunings, Processings, Pipelines, Packages, Resources):
    """A2I's pages and flows, trainings, models, configurations and endpoints by name."""

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)
        self.update_failing = ""  # why an update is taken back
        self.trainings: dict[str, dict[str, Any]] = {}
        self.models: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}
        self.endpoints: dict[str, dict[str, Any]] = {}
        self.script: list[tuple[str, str]] = [("algo-1", "epoch=1 loss=0.5"), ("algo-1", "epoch=2 loss=0.25")]
        self.failing = ""
        self.endpoint_failing = ""
        self.spot_saving = 0.7
        self.walk = WALK
        self.logs = wire.Logs()

    # trainings

    def create_training_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a training."""
        name = params["TrainingJobName"]
        if name in self.trainings:
            raise AwsError("ResourceInUse", f"Training job names must be unique within an AWS account: {name}")
        self.trainings[name] = {
            "params": params, "looks": 0, "stopped": False, "failing": self.failing, "script": list(self.script),
            "begun": self._now(), "steps": [], "region": call.region, "written": 0,
        }  # fmt: skip
        return {"TrainingJobArn": self._arn("training-job", name)}

    def describe_training_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a training, which moves it on."""
        held = self._training(params["TrainingJobName"])
        if self._ended(held) is None:
            self._move(held)
        return self._about(held)

    def stop_training_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask a training to stop."""
        held = self._training(params["TrainingJobName"])
        if self._ended(held) is not None:
            raise AwsError(
                "ValidationException", "The request was rejected because the training job is in status Completed."
            )
        held["stopped"] = True
        self._step(held, "Stopping")
        return {}

    def list_tags(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give the tags of a training."""
        held = self._training(params["ResourceArn"].rpartition("/")[2])
        return {"Tags": held["params"].get("Tags", [])}

    def list_training_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List trainings, the newest first, in pages of two."""
        found = [
            {name: about[name] for name in ("TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingJobStatus")}
            for about in map(self._about, reversed(self.trainings.values()))
        ]
        if "StatusEquals" in params:
            found = [one for one in found if one["TrainingJobStatus"] == params["StatusEquals"]]
        begin = int(params.get("NextToken", 0))
        more = {"NextToken": str(begin + PAGE)} if begin + PAGE < len(found) else {}
        return {"TrainingJobSummaries": found[begin : begin + PAGE], **more}

    def _training(self, name: str) -> dict[str, Any]:
        if name not in self.trainings:
            raise AwsError("ValidationException", "Requested resource not found.")
        return self.trainings[name]

    def _move(self, held: dict[str, Any]) -> None:
        if held["stopped"]:
            self._step(held, "Stopped")
            self._leave_model(held)
            return
        status = self.walk[min(held["looks"], len(self.walk) - 1)]
        held["looks"] += 1
        if status in ("Training", "Restarting", "Uploading"):
            self._write(held, 1 if status == "Training" else len(held["script"]))
        if status == "Uploading" and held["failing"]:
            status = "Failed"
        if status == "Completed":
            self._leave_model(held)
        self._step(held, status)

    def _write(self, held: dict[str, Any], until: int) -> None:
        """Have the machines write their lines up to the one of that number."""
        for number, (host, text) in enumerate(held["script"][held["written"] : until], held["written"]):
            stream = f"{held['params']['TrainingJobName']}/{host}-{int(held['begun'].timestamp())}"
            at = int(held["begun"].timestamp() * 1000) + number
            self.logs.put(GROUP, stream, [(at, text)], held["region"])
        held["written"] = max(held["written"], until)

    def _leave_model(self, held: dict[str, Any]) -> None:
        bucket, key = self._artifact(held).removeprefix("s3://").split("/", 1)
        self.aws.store.put(bucket, key, archive({"model.json": b'{"weights": [1.0, 3.0, -2.0]}'}))

    def _artifact(self, held: dict[str, Any]) -> str:
        params = held["params"]
        return (
            f"{params['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{params['TrainingJobName']}/output/model.tar.gz"
        )

    def _step(self, held: dict[str, Any], status: str) -> None:
        now = self._now()
        if held["steps"]:
            held["steps"][-1]["EndTime"] = now
        said = held["failing"] if status == "Failed" else ""
        held["steps"].append({"Status": status, "StartTime": now, "StatusMessage": said})

    def _ended(self, held: dict[str, Any]) -> str | None:
        last = held["steps"][-1]["Status"] if held["steps"] else ""
        return last if last in ("Completed", "Failed", "Stopped") else None

    def _about(self, held: dict[str, Any]) -> dict[str, Any]:
        params, ended = held["params"], self._ended(held)
        last = held["steps"][-1]["Status"] if held["steps"] else "Starting"
        status = ended or ("Stopping" if last == "Stopping" else "InProgress")
        kept = ("TrainingJobName", "RoleArn", "AlgorithmSpecification", "HyperParameters", "InputDataConfig", "OutputDataConfig",
                "ResourceConfig", "StoppingCondition", "EnableManagedSpotTraining", "CheckpointConfig", "Environment",
                "VpcConfig", "EnableNetworkIsolation", "RetryStrategy", "DebugHookConfig")  # fmt: skip
        about: dict[str, Any] = {
            "TrainingJobArn": self._arn("training-job", params["TrainingJobName"]),
            "ModelArtifacts": {"S3ModelArtifacts": self._artifact(held) if ended in ("Completed", "Stopped") else ""},
            "TrainingJobStatus": status,
            "SecondaryStatus": last,
            "CreationTime": held["begun"],
            "SecondaryStatusTransitions": held["steps"],
            **{name: params[name] for name in kept if name in params},
        }
        if ended:
            saved = self.spot_saving if params.get("EnableManagedSpotTraining") else 0
            about |= {"TrainingTimeInSeconds": RUNTIME, "BillableTimeInSeconds": round(RUNTIME * (1 - saved))}
            about["TrainingEndTime"] = self._now()
        if ended == "Failed":
            about["FailureReason"] = held["failing"]
        if metrics := self._metrics(held):
            about["FinalMetricDataList"] = metrics
        return about

    def _metrics(self, held: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest value of each metric in what has been written so far."""
        newest: dict[str, float] = {}
        for one in held["params"]["AlgorithmSpecification"].get("MetricDefinitions", ()):
            for _, text in held["script"][: held["written"]]:
                for found in re.finditer(one["Regex"], text):
                    newest[one["Name"]] = float(found[1])
        return [{"MetricName": name, "Value": value, "Timestamp": self._now()} for name, value in newest.items()]

    # models, configurations, endpoints

    def create_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a model; one of a package has to be approved, and isolated where it is the marketplace's."""
        for one in [params.get("PrimaryContainer") or {}, *params.get("Containers", ())]:
            if "ModelPackageName" in one:
                self.approved(one["ModelPackageName"])
                self.isolated(one["ModelPackageName"], params.get("EnableNetworkIsolation", False))
        return {"ModelArn": self._make(self.models, "model", params["ModelName"], params)}

    def describe_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show a model."""
        held = self._find(self.models, params["ModelName"], "model")
        shown = {
            name: held[name]
            for name in ("ModelName", "PrimaryContainer", "ExecutionRoleArn", "Containers")
            if name in held
        }
        return {**shown, "CreationTime": held["made"], "ModelArn": self._arn("model", params["ModelName"])}

    def delete_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a model."""
        self._find(self.models, params["ModelName"], "model")
        del self.models[params["ModelName"]]
        return {}

    def list_notebook_instances(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """There is none."""
        return {"NotebookInstances": []}

    def list_clusters(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """There is none."""
        return {"ClusterSummaries": []}

    def list_mlflow_tracking_servers(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """There is none."""
        return {"TrackingServerSummaries": []}

    def list_models(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List models."""
        return {
            "Models": [
                {"ModelName": name, "ModelArn": self._arn("model", name), "CreationTime": held["made"]}
                for name, held in self.models.items()
                if params.get("NameContains", "") in name
            ]
        }

    def create_endpoint_config(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a configuration of models that are there."""
        for variant in params["ProductionVariants"]:
            if "ModelName" in variant:
                self._find(self.models, variant["ModelName"], "model")
        return {"EndpointConfigArn": self._make(self.configs, "endpoint-config", params["EndpointConfigName"], params)}

    def describe_endpoint_config(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show a configuration."""
        held = self._find(self.configs, params["EndpointConfigName"], "endpoint configuration")
        shown = {
            name: held[name]
            for name in ("EndpointConfigName", "ProductionVariants", "AsyncInferenceConfig", "DataCaptureConfig")
            if name in held
        }
        arn = self._arn("endpoint-config", params["EndpointConfigName"])
        return {**shown, "EndpointConfigArn": arn, "CreationTime": held["made"]}

    def delete_endpoint_config(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a configuration."""
        self._find(self.configs, params["EndpointConfigName"], "endpoint configuration")
        del self.configs[params["EndpointConfigName"]]
        return {}

    def list_endpoint_configs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List configurations."""
        return {
            "EndpointConfigs": [
                {
                    "EndpointConfigName": name,
                    "EndpointConfigArn": self._arn("endpoint-config", name),
                    "CreationTime": held["made"],
                }
                for name, held in self.configs.items()
            ]
        }

    def create_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to serve."""
        self._find(self.configs, params["EndpointConfigName"], "endpoint configuration")
        arn = self._make(self.endpoints, "endpoint", params["EndpointName"], params)
        self.endpoints[params["EndpointName"]] |= {"looks": 0, "failing": self.endpoint_failing, "updating": False}
        return {"EndpointArn": arn}

    def update_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Serve by another configuration."""
        held = self._find(self.endpoints, params["EndpointName"], "endpoint")
        self._find(self.configs, params["EndpointConfigName"], "endpoint configuration")
        if held["updating"] and held["looks"] <= 2:
            raise AwsError("ValidationException", "Cannot update in-progress endpoint")
        held |= {"before": held["EndpointConfigName"], "EndpointConfigName": params["EndpointConfigName"]}
        held |= {"looks": 0, "updating": True, "back": self.update_failing}
        return {"EndpointArn": self._arn("endpoint", params["EndpointName"])}

    def describe_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an endpoint, which moves it on."""
        held = self._find(self.endpoints, params["EndpointName"], "endpoint")
        held["looks"] += 1
        return self._endpoint(held)

    def list_endpoints(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List endpoints."""
        found = [self._endpoint(held) for held in self.endpoints.values()]
        kept = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
        return {"Endpoints": [{name: one[name] for name in kept} for one in found]}

    def delete_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop serving."""
        self._find(self.endpoints, params["EndpointName"], "endpoint")
        if any(one["EndpointName"] == params["EndpointName"] for one in self.components.values()):
            raise AwsError("ValidationException", "Cannot delete an endpoint that has inference components.")
        del self.endpoints[params["EndpointName"]]
        return {}

    def _endpoint(self, held: dict[str, Any]) -> dict[str, Any]:
        settled = "Failed" if held["failing"] else "InService"
        status = settled if held["looks"] > 2 else "Updating" if held["updating"] else "Creating"
        if held.get("back") and held["looks"] >= 2:
            held["EndpointConfigName"] = held["before"]
            status = "RollingBack" if held["looks"] == 2 else "InService"
        config = self.configs.get(str(held["EndpointConfigName"]), {"ProductionVariants": []})
        variants = [
            {"VariantName": one["VariantName"], "CurrentInstanceCount": one.get("InitialInstanceCount", 0)}
            for one in config["ProductionVariants"]
        ]
        about = {
            "EndpointName": held["EndpointName"],
            "EndpointArn": self._arn("endpoint", held["EndpointName"]),
            "EndpointConfigName": held["EndpointConfigName"],
            "ProductionVariants": variants,
            "EndpointStatus": status,
            "CreationTime": held["made"],
            "LastModifiedTime": held["made"],
        }
        why = held["failing"] if status == "Failed" else held.get("back")
        return about | ({"FailureReason": why} if why else {})

    def _make(self, place: dict[str, dict[str, Any]], kind: str, name: str, params: dict[str, Any]) -> str:
        if name in place:
            raise AwsError(
                "ValidationException",
                f'Cannot create already existing {kind.replace("-", " ")} "{self._arn(kind, name)}".',
            )
        place[name] = {**params, "made": self._now()}
        return self._arn(kind, name)

    def _find(self, place: dict[str, dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
        if name not in place:
            raise AwsError("ValidationException", f'Could not find {kind} "{name}".')
        return place[name]

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{wire.REGION}:{wire.ACCOUNT}:{kind}/{name}"

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(int(self.aws.clock.now()), datetime.UTC)


class SageMakerRuntime:
    """What endpoints answer: the last of `asked` is how one was asked."""

    name = "sagemaker-runtime"

    def __init__(self, aws: FakeAws, sagemaker: SageMaker) -> None:
        self.aws = aws
        self.sagemaker = sagemaker
        self.answers: dict[bytes, tuple[bytes, str]] = {}
        self.failing = ""
        self.failing_at = b""  # what a request has to hold for that
        self._numbers = itertools.count(1)

    def invoke_endpoint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Answer."""
        self._endpoint(params["EndpointName"])
        if self.failing and self.failing_at in bytes(params.get("Body", b"")):
            members = {"OriginalStatusCode": 500, "OriginalMessage": self.failing, "LogStreamArn": "arn:aws:logs:x"}
            raise AwsError(
                "ModelError", f'Received server error (500) from model with message "{self.failing}".', members=members
            )
        body, kind = self._answer(params)
        return {"Body": body, "ContentType": kind, "InvokedProductionVariant": "main"}

    def invoke_endpoint_with_response_stream(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Answer piece by piece."""
        self._endpoint(params["EndpointName"])
        body, kind = self._answer(params)
        pieces = [body[place : place + 4] for place in range(0, len(body), 4)]
        return {"Body": [{"PayloadPart": {"Bytes": piece}} for piece in pieces], "ContentType": kind}

    def invoke_endpoint_async(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take a request, and leave its answer in S3."""
        held = self._endpoint(params["EndpointName"])
        config = self.sagemaker.configs[held["EndpointConfigName"]]["AsyncInferenceConfig"]
        bucket, key = params["InputLocation"].removeprefix("s3://").split("/", 1)
        body = self.aws.store.get(bucket, key) or b""
        number = next(self._numbers)
        failed = f"{config['OutputConfig']['S3OutputPath'].rstrip('/')}-failures/{number}-error.out"
        place = f"{config['OutputConfig']['S3OutputPath'].rstrip('/')}/{number}.out"
        where, said = (
            (failed, self.failing.encode()) if self.failing else (place, self.answers.get(body, (body, ""))[0])
        )
        bucket, key = where.removeprefix("s3://").split("/", 1)
        self.aws.store.put(bucket, key, said)
        return {"InferenceId": str(number), "OutputLocation": place, "FailureLocation": failed}

    def _answer(self, params: dict[str, Any]) -> tuple[bytes, str]:
        body = params.get("Body", b"")
        body = body.encode() if isinstance(body, str) else bytes(body)
        return self.answers.get(body, (body, params.get("ContentType", "application/octet-stream")))

    def _endpoint(self, name: str) -> dict[str, Any]:
        if name not in self.sagemaker.endpoints:
            raise AwsError("ValidationError", f"Endpoint {name} of account {wire.ACCOUNT} not found.")
        return self.sagemaker.endpoints[name]


def archive(files: dict[str, bytes]) -> bytes:
    """Pack FILES as a model is."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as made:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
