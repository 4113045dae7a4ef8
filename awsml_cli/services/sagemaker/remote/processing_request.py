"""A processing as CreateProcessingJob takes it, and what it needs, as whoever looks for what is missing knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.services.sagemaker.asked import Channel, Training
from awsml_cli.services.sagemaker.processed import CODE, ROOT, Output, Processing
from awsml_cli.services.sagemaker.remote import training
from awsml_cli.services.sagemaker.remote.wanted import Remote, Terms

VOLUME: Final = 30  # GB, where nothing was said
KEPT: Final = "awsml/processing/"  # below the bucket: what goes to a folder here, until it is fetched


@dataclass(frozen=True)
class Wanted:
    """ASKED, in IMAGE and under ROLE, on these TERMS."""

    asked: Processing
    image: str
    role: str | None
    terms: Terms

    @property
    def base(self) -> str:
        """What it is called, before its digest."""
        return self.asked.script.stem.replace("_", "-")[:40] if self.asked.script else "processing"


def request(wanted: Wanted, name: str, staged: str, bucket: str) -> dict[str, Any]:
    """CreateProcessingJob's parameters; inputs of this machine lie below STAGED, outputs for it go to BUCKET."""
    asked, terms = wanted.asked, wanted.terms
    cluster: dict[str, Any] = {
        "InstanceCount": asked.count,
        "InstanceType": asked.instance,
        "VolumeSizeInGB": terms.volume_gb or VOLUME,
    }
    training.put(cluster, VolumeKmsKeyId=terms.kms_key)
    program: dict[str, Any] = {"ImageUri": wanted.image}
    if asked.script is not None:
        program["ContainerEntrypoint"] = ["python3", f"{ROOT}/input/{CODE}/{asked.script.name}"]
    if asked.arguments:
        program["ContainerArguments"] = list(asked.arguments)
    made: dict[str, Any] = {
        "ProcessingJobName": name,
        "RoleArn": wanted.role,
        "AppSpecification": program,
        "ProcessingResources": {"ClusterConfig": cluster},
        "StoppingCondition": {"MaxRuntimeInSeconds": asked.max_run},
        "Tags": [{"Key": key, "Value": value} for key, value in {"awsml": "process", **terms.tags}.items()],
    }
    if asked.places:
        made["ProcessingInputs"] = [_input(one, staged, sharded=one.name in asked.sharded) for one in asked.places]
    if asked.outputs:
        made["ProcessingOutputConfig"] = {"Outputs": [_output(one, name, bucket) for one in asked.outputs]}
        training.put(made["ProcessingOutputConfig"], KmsKeyId=terms.kms_key)
    if asked.environment:
        made["Environment"] = dict(asked.environment)
    network: dict[str, Any] = {}
    training.put(network, EnableNetworkIsolation=terms.network_isolation)
    if terms.subnets:
        network["VpcConfig"] = {"Subnets": list(terms.subnets), "SecurityGroupIds": list(terms.security_groups)}
    training.put(made, NetworkConfig=network or None)
    return made


def needs(wanted: Wanted) -> Remote:
    """What it needs, as whoever looks for what is missing knows it."""
    asked, terms = wanted.asked, wanted.terms
    places = [one for one in asked.places if one.remote]
    places += [Channel(one.name, one.place) for one in asked.outputs if one.remote]
    what = Training(
        name=asked.name,
        program="",
        instance=asked.instance,
        count=asked.count,
        max_run=asked.max_run,
        channels=tuple(places),
    )
    return Remote(
        asked=what,
        image=wanted.image,
        role=wanted.role,
        volume_gb=terms.volume_gb or VOLUME,
        kms_key=terms.kms_key,
        subnets=terms.subnets,
        security_groups=terms.security_groups,
        network_isolation=bool(terms.network_isolation),
        max_cost=terms.max_cost,
    )


def _input(channel: Channel, staged: str, *, sharded: bool) -> dict[str, Any]:
    return {
        "InputName": channel.name,
        "S3Input": {
            "S3Uri": channel.uri if channel.remote else f"{staged}{channel.name}/",
            "LocalPath": f"{ROOT}/input/{channel.name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "ShardedByS3Key" if sharded else "FullyReplicated",
        },
    }


def _output(output: Output, name: str, bucket: str) -> dict[str, Any]:
    place = output.place if output.remote else f"s3://{bucket}/{KEPT}{name}/{output.name}/"
    path = f"{ROOT}/output/{output.name}"
    return {
        "OutputName": output.name,
        "S3Output": {"S3Uri": place, "LocalPath": path, "S3UploadMode": "EndOfJob"},
    }
