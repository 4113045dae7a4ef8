"""A training at AWS: data uploaded, images pushed, the job made; the same command again is the same job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import PurePath
from typing import Any, Final

from awsml_cli.core import clock, corpus, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker.asked import Channel, Training
from awsml_cli.services.sagemaker.records import Started, TrainingJob
from awsml_cli.services.sagemaker.remote import jobs, preflight, there
from awsml_cli.services.sagemaker.remote.preflight import Problem
from awsml_cli.services.sagemaker.remote.there import or_none
from awsml_cli.services.sagemaker.remote.wanted import Remote

MODELS: Final = "awsml/models/"  # below the bucket, and kept: models are what the money was for
NAME_CHARACTERS: Final = 63
# terms that make a training another: what was not isolated, or had too small a disk, is not what is wanted now
_TERMS: Final = (
    *("volume_gb", "max_wait", "max_pending", "keep_alive"),
    *("kms_key", "subnets", "security_groups", "network_isolation"),
)
_USUAL: Final[Mapping[str, Any]] = {one.name: one.default for one in fields(Remote) if one.name in _TERMS}


def check(session: Session, wanted: Remote) -> None:
    """Raises ConfigError that names everything that is missing for what is WANTED, its image apart."""
    preflight.check(session, wanted, known=bucket_problems(session, wanted))


def bucket_problems(session: Session, wanted: Remote) -> Iterator[Problem]:
    """What is wrong with the bucket that is needed for what lies here, and for the model where nobody said a place."""
    if not wanted.output_s3 or any(not channel.remote for channel in wanted.asked.channels):
        yield from preflight.bucket(session, wanted.bucket)


def start(session: Session, wanted: Remote, *, base: str) -> JobId:
    """Start the training that is WANTED, called BASE and a digest of it all; one that was started already is that one.

    Raises ConfigError where its name is that of another.
    """
    with corpus.gathered(session, files_of(wanted.asked.channels)) as found:
        bucket = staging.bucket(session, wanted.bucket) if found.files or not wanted.output_s3 else None
        wanted = replace(wanted, output_s3=wanted.output_s3 or f"s3://{bucket}/{MODELS}")
        fresh = int(clock.now()) if session.fresh else None
        digest = key_of("training", without_places(wanted), found.digest, fresh)[:12]
        name = wanted.asked.name or f"{base[: NAME_CHARACTERS - 13]}-{digest}"
        job = JobId(jobs.SERVICE, session.region, name)
        before = found_by(session, job)
        if wanted.asked.name:
            taken = preflight.taken(session, "training", name, before, request(wanted, name, place_of(bucket, found)))
            preflight.refuse(taken, "this training", ConfigError)
        if before is not None:
            there.already(session, name, before["TrainingJobStatus"])
            return job
        place = ""
        if found.files:
            assert bucket is not None
            place, row = stage(session, found, bucket)
            corpus.needed_by(row, name)  # before it is: a run that is killed here leaves nothing that nobody knows of
        session.client(jobs.SERVICE).create_training_job(**request(wanted, name, place))
    return job


def plan(wanted: Remote, *, base: str) -> Iterator[Step]:
    """What starting would call, and what it costs at most."""
    files = [channel for channel in wanted.asked.channels if not channel.remote]
    if files:
        yield step("s3:PutObject", ", ".join(channel.uri for channel in files))
    yield step("sagemaker:CreateTrainingJob", wanted.asked.name or f"{base}-…", charge=wanted.cost())


def request(wanted: Remote, name: str, staged: str) -> dict[str, Any]:
    """CreateTrainingJob's parameters; the channels of this machine lie below STAGED."""
    asked = wanted.asked
    resources: dict[str, Any] = {"InstanceCount": asked.count, "VolumeSizeInGB": wanted.volume_gb}
    if wanted.prefer:
        resources["InstancePreferences"] = [{"InstanceType": one} for one in wanted.prefer]
    else:
        resources["InstanceType"] = asked.instance
    put(resources, KeepAlivePeriodInSeconds=wanted.keep_alive, VolumeKmsKeyId=wanted.kms_key)
    stopping: dict[str, Any] = {"MaxRuntimeInSeconds": asked.max_run}
    if wanted.spot:
        stopping["MaxWaitTimeInSeconds"] = wanted.max_wait or 2 * asked.max_run
    put(stopping, MaxPendingTimeInSeconds=wanted.max_pending)
    output: dict[str, Any] = {"S3OutputPath": wanted.output_s3}
    put(output, KmsKeyId=wanted.kms_key)
    algorithm: dict[str, Any] = {"TrainingImage": wanted.image, "TrainingInputMode": "File"}
    if asked.metrics:
        algorithm["MetricDefinitions"] = [{"Name": key, "Regex": text} for key, text in asked.metrics.items()]
        algorithm["EnableSageMakerMetricsTimeSeries"] = True
    made: dict[str, Any] = {
        "TrainingJobName": name,
        "RoleArn": wanted.role,
        "AlgorithmSpecification": algorithm,
        "HyperParameters": dict(asked.hyperparameters),
        "InputDataConfig": [channel_of(channel, staged) for channel in asked.channels],
        "OutputDataConfig": output,
        "ResourceConfig": resources,
        "StoppingCondition": stopping,
        "EnableManagedSpotTraining": wanted.spot,
        "EnableNetworkIsolation": wanted.network_isolation,
        "Environment": {**asked.environment, "SAGEMAKER_PROGRAM": asked.program},
        "Tags": [{"Key": key, "Value": value} for key, value in {"awsml": "train", **wanted.tags}.items()],
    }
    if not asked.channels:
        del made["InputDataConfig"]
    if wanted.checkpoint_s3:
        made["CheckpointConfig"] = {"S3Uri": wanted.checkpoint_s3}
    if wanted.retry:
        made["RetryStrategy"] = {"MaximumRetryAttempts": wanted.retry}
    if wanted.subnets:
        made["VpcConfig"] = {"Subnets": list(wanted.subnets), "SecurityGroupIds": list(wanted.security_groups)}
    return made


def finished(session: Session, job: JobId, *, wait: bool, timeout: float | None) -> TrainingJob:
    """JOB, waited for if that is wanted."""
    if not wait:
        return Started.of(jobs.describe(session, job).fields())
    return jobs.wait(session, job, timeout=timeout)


def channel_of(channel: Channel, staged: str) -> dict[str, Any]:
    """CHANNEL as CreateTrainingJob takes it; one of this machine lies below STAGED."""
    uri = channel.uri if channel.remote else f"{staged}{channel.name}/"
    source: dict[str, Any] = {
        "S3DataType": channel.kind,
        "S3Uri": uri,
        "S3DataDistributionType": channel.distribution,
    }
    put(source, AttributeNames=list(channel.attributes) or None)
    made = {"ChannelName": channel.name, "DataSource": {"S3DataSource": source}, "InputMode": channel.mode}
    put(made, RecordWrapperType=channel.wrapper if channel.wrapper != "None" else None)
    return made


def files_of(channels: Sequence[Channel]) -> list[Source]:
    """The files of the channels that lie here, each below its channel's name."""
    found = []
    for channel in channels:
        if not channel.remote:
            for source in sources.paths([channel.uri]):
                found.append(replace(source, relative=PurePath(channel.name) / source.relative))
    return found


def stage(session: Session, found: Corpus, bucket: str, *, service: str = jobs.SERVICE) -> tuple[str, Any]:
    """Upload the files FOUND for a job of SERVICE: the address of their folder, and the ledger's row for it."""
    session.talk.tell(f"uploading {len(found.files)} files, {sum(one.size for one in found.files):,} bytes")
    return corpus.stage(session, found, bucket=bucket, name=_folder(service, found), service=service)


def place_of(bucket: str | None, found: Corpus, *, service: str = jobs.SERVICE) -> str:
    """The address of the folder that the files FOUND are staged in for a job of SERVICE."""
    return f"s3://{bucket}/{staging.PREFIX}{_folder(service, found)}/"


def _folder(service: str, found: Corpus) -> str:
    return f"{service}-{found.digest[:16]}"


def found_by(session: Session, job: JobId) -> dict[str, Any] | None:
    """AWS's answer about a training of this name, None where there is none."""
    found = or_none(session.client(jobs.SERVICE).describe_training_job, TrainingJobName=job.name)
    return None if found is None else dict(found)


def without_places(wanted: Remote) -> list[Any]:
    """What makes a training this one: all of it but where on this machine its data lie."""
    asked: Training = wanted.asked
    channels = [(one.name, one.uri if one.remote else "", one.how) for one in asked.channels]
    rest = [
        getattr(wanted, name) for name in ("image", "role", "output_s3", "spot", "checkpoint_s3", "prefer", "retry")
    ]
    rest += terms_of(wanted)
    words = [getattr(asked, name) for name in ("program", "instance", "count", "max_run")]
    return [
        *(channels, rest, words),
        *(sorted(asked.hyperparameters.items()), sorted(asked.environment.items()), sorted(asked.metrics.items())),
    ]


def terms_of(wanted: Remote) -> list[Any]:
    """Those terms of WANTED that make a job another; what is as with most leaves its name as it is."""
    return [(name, value) for name, usual in _USUAL.items() if (value := getattr(wanted, name)) != usual]


def put(target: dict[str, Any], **values: Any) -> None:
    """Set in TARGET those of VALUES that there are."""
    target.update({name: value for name, value in values.items() if value is not None})
