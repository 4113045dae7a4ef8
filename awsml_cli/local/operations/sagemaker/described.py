"""A training as AWS tells it: its states, times, numbers and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.local.operations import Answer, Machine
from awsml_cli.local.operations.sagemaker.kept import ENDED, TRAINING, arn, state_of, time_of
from awsml_cli.local.operations.sagemaker.wanted import DAY, artifact

# what a description repeats of what was asked
_TOLD: Final = (
    "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig",
    "VpcConfig", "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining",
    "CheckpointConfig", "DebugHookConfig", "ExperimentConfig", "DebugRuleConfigurations", "TensorBoardOutputConfig",
    "ProfilerConfig", "ProfilerRuleConfigurations", "Environment", "RetryStrategy", "RemoteDebugConfig",
    "InfraCheckConfig",
)  # fmt: skip
_SAID: Final = {
    "Starting": "Launching the hosts",
    "Downloading": "Downloading input data",
    "Training": "Training the model",
    "Stopping": "Stopping the training job",
    "Uploading": "Uploading the generated model",
    "Completed": "Training job completed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds",
}


def described(machine: Machine, name: str, job: Mapping[str, Any]) -> Answer:
    """What DescribeTrainingJob says of the training NAME."""
    params, steps = job["Asked"], job["Steps"]
    ended = job["Status"] in ENDED
    began = next((at for state, at in steps if state == "Training"), None)
    told: Answer = {member: params[member] for member in _TOLD if member in params}
    told |= {
        "TrainingJobName": name,
        "TrainingJobArn": arn(machine, TRAINING, name),
        "ModelArtifacts": {"S3ModelArtifacts": artifact(name, params)},
        "TrainingJobStatus": state_of(job),
        "SecondaryStatus": steps[-1][0],
        "StoppingCondition": params.get("StoppingCondition", {"MaxRuntimeInSeconds": DAY}),
        "CreationTime": time_of(job["Created"]),
        "LastModifiedTime": time_of(job["Ended"] if ended else steps[-1][1]),
        "SecondaryStatusTransitions": _transitions(steps, str(job.get("Reason", "")), over=ended),
    }
    if numbers := job.get("Numbers"):
        told["FinalMetricDataList"] = [
            {"MetricName": metric, "Value": value, "Timestamp": time_of(at)} for metric, (value, at) in numbers.items()
        ]
    if job.get("Reason"):
        told["FailureReason"] = job["Reason"]
    if began is not None:
        told["TrainingStartTime"] = time_of(began)
    if ended:
        told["TrainingEndTime"] = time_of(job["Ended"])
        if job.get("Took") is not None:  # AWS bills whole seconds, and at least one
            seconds = max(1, round(job["Took"]))
            told |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    return told


def _transitions(steps: list[list[Any]], reason: str, *, over: bool) -> list[dict[str, Any]]:
    told = []
    for number, (status, at) in enumerate(steps):
        until = steps[number + 1][1] if number + 1 < len(steps) else (at if over else None)
        one = {"Status": status, "StartTime": time_of(at), "StatusMessage": _SAID.get(status, reason)}
        told.append(one | ({"EndTime": time_of(until)} if until is not None else {}))
    return told
