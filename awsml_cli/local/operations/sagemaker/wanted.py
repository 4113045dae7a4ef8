"""What a training is asked to be: checked, and in the words of the runner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.local.operations import Machine, Params
from awsml_cli.local.operations.sagemaker import hosts, places
from awsml_cli.local.operations.sagemaker.hosts import Brought
from awsml_cli.local.operations.sagemaker.kept import cannot, invalid, refuse
from awsml_cli.services.sagemaker import asked as words
from awsml_cli.services.sagemaker.asked import Channel, Training

DAY: Final = 86_400  # seconds that a training may run, where it is not said
_CANNOT: Final = {
    "ServerlessJobConfig": "serverless trainings",
    "SessionChainingConfig": "chained sessions",
    "ModelPackageConfig": "packages of models",
    "MlflowConfig": "MLflow",
}


def check(params: Params, machine: Machine) -> None:
    """Raise for what AWS would refuse, and for what is not done here."""
    refuse(params, _CANNOT)
    for member in ("AlgorithmSpecification", "ResourceConfig"):
        if member not in params:
            raise invalid(f"{member} is missing.")
    resources = params["ResourceConfig"]
    refuse(resources, {"InstanceGroups": "groups of machines"}, "ResourceConfig.")
    refuse(
        params["AlgorithmSpecification"], {"AlgorithmName": "algorithms of a marketplace"}, "AlgorithmSpecification."
    )
    places.bucket_of(machine, params["OutputDataConfig"]["S3OutputPath"], "OutputDataConfig.S3OutputPath")
    checkpoints = params.get("CheckpointConfig", {})
    if checkpoints:
        places.bucket_of(machine, checkpoints["S3Uri"], "CheckpointConfig.S3Uri")
        if checkpoints.get("LocalPath", "/opt/ml/checkpoints").rstrip("/") != "/opt/ml/checkpoints":
            raise cannot("checkpoints anywhere but in /opt/ml/checkpoints")
    for channel in params.get("InputDataConfig", ()):
        _check_channel(channel, machine)
    channels = tuple(Channel(one["ChannelName"], "") for one in params.get("InputDataConfig", ()))
    if problems := list(words.complaints(training(params["TrainingJobName"], params, channels))):
        raise invalid("; ".join(problems))
    brought(params).check(machine)


def _check_channel(channel: Mapping[str, Any], machine: Machine) -> None:
    name = channel["ChannelName"]
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        raise cannot(f"data but those in S3 (the channel {name})")
    if source["S3DataType"] != "S3Prefix":
        raise cannot(f"manifests (the channel {name})", "S3DataType S3Prefix")
    places.bucket_of(machine, source["S3Uri"], f"the channel {name}")


def brought(params: Params) -> Brought:
    """What a training brings to be run."""
    algorithm, given = params["AlgorithmSpecification"], params.get("HyperParameters", {})
    around = params.get("Environment", {})
    code = given.get("sagemaker_submit_directory") or around.get("SAGEMAKER_SUBMIT_DIRECTORY") or ""
    program = given.get("sagemaker_program") or around.get("SAGEMAKER_PROGRAM") or "train.py"
    return Brought(
        image=algorithm.get("TrainingImage", ""),
        code=code if (code := places.plain(code)).startswith("s3://") else "",
        program=places.plain(program),
        words=tuple(algorithm.get("ContainerEntrypoint", ())),
        arguments=tuple(algorithm.get("ContainerArguments", ())),
    )


def training(name: str, params: Params, channels: tuple[Channel, ...]) -> Training:
    """The training NAME, with its data in CHANNELS."""
    resources, found = params["ResourceConfig"], brought(params)
    given, around = dict(params.get("HyperParameters", {})), dict(params.get("Environment", {}))
    if found.code:  # where AWS's toolkit finds it, without a way to S3
        given["sagemaker_submit_directory"] = hosts.CODE
        if "SAGEMAKER_SUBMIT_DIRECTORY" in around:
            around["SAGEMAKER_SUBMIT_DIRECTORY"] = hosts.CODE
    return Training(
        name=name,
        program=found.program,
        instance=resources.get("InstanceType", "local"),
        count=int(resources.get("InstanceCount") or 1),
        max_run=int(params.get("StoppingCondition", {}).get("MaxRuntimeInSeconds") or DAY),
        hyperparameters=given,
        channels=channels,
        metrics={one["Name"]: one["Regex"] for one in params["AlgorithmSpecification"].get("MetricDefinitions", ())},
        environment=around,
    )


def output(name: str, params: Params) -> str:
    """Where what a training leaves is put."""
    return f"{params['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{name}/output"


def artifact(name: str, params: Params) -> str:
    """Where its model is put."""
    bare = params["OutputDataConfig"].get("CompressionType") == "NONE"
    return f"{output(name, params)}/{'model/' if bare else 'model.tar.gz'}"
