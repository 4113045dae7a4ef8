"""A training started again with changes: what AWS says about the first, made into the request for the second.

Everything that CreateTrainingJob takes and DescribeTrainingJob tells is taken over, also what no option of ours names.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from awsml_cli.core import clock, corpus, paging, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import asked
from awsml_cli.services.sagemaker.asked import Channel, Training, Words
from awsml_cli.services.sagemaker.remote import jobs, preflight, there, training
from awsml_cli.services.sagemaker.remote.wanted import Remote, Terms


class Request(Step):
    """The call that starts it, with its whole request in AWS's own words."""

    request: dict[str, Any]


@dataclass(frozen=True)
class Clone:
    """The training FIRST once more: its REQUEST lacks the name, and the CHANNELS that are given anew."""

    first: JobId
    name: str | None
    request: dict[str, Any]
    channels: tuple[Channel, ...]
    bucket: str | None
    max_cost: float | None


def of(session: Session, job: JobId, words: Words, terms: Terms) -> Clone:
    """JOB with the changes that WORDS and TERMS make.

    Raises InputError where data were staged for the first alone, UsageError for what SageMaker would refuse.
    """
    answer = jobs.look(session, job)
    model = session.client(jobs.SERVICE).boto.meta.service_model
    request = {
        name: copy.deepcopy(answer[name])
        for name in model.operation_model("CreateTrainingJob").input_shape.members
        if name != "TrainingJobName" and answer.get(name) not in (None, "", [], {})
    }
    tags = paging.items(session.client(jobs.SERVICE).list_tags, "Tags", ResourceArn=answer["TrainingJobArn"])
    request["Tags"] = [one for one in tags if not one["Key"].startswith("aws:")]
    said = asked.training(None, words)
    given = {channel.name for channel in said.channels}
    kept = [one for one in request.pop("InputDataConfig", ()) if one["ChannelName"] not in given]
    if gone := [one["ChannelName"] for one in kept if f"/{staging.PREFIX}" in _place(one)]:
        raise InputError(
            f"the data of {', '.join(gone)} were uploaded for {job.name} alone, and go when it ends",
            hint=" ".join(f"--channel {name}=PATH" for name in gone),
        )
    request["InputDataConfig"] = kept
    _change(request, words, said, terms)
    made = Clone(job, words.name, request, said.channels, terms.bucket, terms.max_cost)
    if problems := list(asked.complaints(_wanted(made).asked)):
        raise UsageError("; ".join(problems))
    return made


def start(session: Session, wanted: Clone) -> JobId:
    """Start it. The same clone again is the same job, unless the session is fresh.

    Raises ConfigError that names everything that is missing, before anything is sent.
    """
    with _files(session, wanted) as found:
        fresh = int(clock.now()) if session.fresh else None
        channels = [(one.name, one.uri if one.remote else "", one.how) for one in wanted.channels]
        digest = key_of("clone", wanted.first.name, wanted.request, channels, found.digest, fresh)[:12]
        base = re.sub(r"-[0-9a-f]{12}$", "", wanted.first.name)[: training.NAME_CHARACTERS - 13]
        job = JobId(jobs.SERVICE, session.region, wanted.name or f"{base}-{digest}")
        bucket = staging.bucket(session, wanted.bucket) if found.files else None
        before = training.found_by(session, job)
        request = _request(wanted, job.name, training.place_of(bucket, found))
        taken = preflight.taken(session, "training", job.name, before, request) if wanted.name else ()
        preflight.check(session, _wanted(wanted), known=taken)
        if before is not None:
            there.already(session, job.name, before["TrainingJobStatus"])
            return job
        place = ""
        if found.files:
            assert bucket is not None
            place, row = training.stage(session, found, bucket)
            corpus.needed_by(row, job.name)
        session.client(jobs.SERVICE).create_training_job(**_request(wanted, job.name, place))
    return job


def plan(session: Session, wanted: Clone) -> Iterator[Step]:
    """What starting would call, the whole request with it, and what it costs at most."""
    files = [channel.uri for channel in wanted.channels if not channel.remote]
    if files:
        yield step("s3:PutObject", ", ".join(files))
    price = _wanted(wanted).cost()
    called = step("sagemaker:CreateTrainingJob", wanted.name or f"{wanted.first.name} again", charge=price)
    request = _request(wanted, wanted.name or "…", "s3://…/")
    yield Request(**called.fields(), request=request).with_raw(request)


def _request(wanted: Clone, name: str, staged: str) -> dict[str, Any]:
    channels = [*wanted.request["InputDataConfig"], *(training.channel_of(one, staged) for one in wanted.channels)]
    request = {**wanted.request, "TrainingJobName": name, "InputDataConfig": channels}
    return {key: value for key, value in request.items() if value not in ([], {})}


def _change(request: dict[str, Any], words: Words, said: Training, terms: Terms) -> None:
    """Write into REQUEST what was SAID, and nothing else."""
    algorithm = request.setdefault("AlgorithmSpecification", {})
    resources = request.setdefault("ResourceConfig", {})
    stopping = request.setdefault("StoppingCondition", {})
    request["HyperParameters"] = {**request.get("HyperParameters", {}), **said.hyperparameters}
    request["Environment"] = {**request.get("Environment", {}), **said.environment}
    if said.metrics:
        metrics = {one["Name"]: one["Regex"] for one in algorithm.get("MetricDefinitions", ())} | dict(said.metrics)
        algorithm["MetricDefinitions"] = [{"Name": key, "Regex": text} for key, text in metrics.items()]
    _machines(resources, words, terms)
    training.put(algorithm, TrainingImage=terms.image)
    training.put(
        stopping,
        MaxRuntimeInSeconds=said.max_run if words.max_run else None,
        MaxWaitTimeInSeconds=terms.max_wait,
        MaxPendingTimeInSeconds=terms.max_pending,
    )
    training.put(
        request,
        RoleArn=terms.role,
        EnableManagedSpotTraining=terms.spot,
        EnableNetworkIsolation=terms.network_isolation,
        CheckpointConfig={"S3Uri": terms.checkpoint_s3} if terms.checkpoint_s3 else None,
        RetryStrategy={"MaximumRetryAttempts": terms.retry} if terms.retry else None,
    )
    if request.get("EnableManagedSpotTraining"):
        longest = int(stopping.get("MaxRuntimeInSeconds") or 0)
        if terms.max_wait is None and int(stopping.get("MaxWaitTimeInSeconds") or 0) < longest:
            stopping["MaxWaitTimeInSeconds"] = 2 * longest
    else:
        stopping.pop("MaxWaitTimeInSeconds", None)
    output = request.setdefault("OutputDataConfig", {})
    training.put(output, S3OutputPath=terms.output_s3, KmsKeyId=terms.kms_key)
    if terms.subnets:
        request["VpcConfig"] = {"Subnets": list(terms.subnets), "SecurityGroupIds": list(terms.security_groups)}
    tags = {one["Key"]: one["Value"] for one in request["Tags"]} | dict(terms.tags)
    request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]


def _machines(resources: dict[str, Any], words: Words, terms: Terms) -> None:
    """Change the machines of RESOURCES; one type, preferred types and groups exclude each other."""
    if resources.get("InstanceGroups") and (words.instance or words.count or terms.prefer):
        raise UsageError(
            "this training has several groups of machines, which --instance, --count and --prefer cannot change",
            hint="awsml sagemaker train begins a new one",
        )
    if words.instance or terms.prefer:
        resources.pop("InstancePreferences", None)
        resources.pop("InstanceType", None)
    training.put(resources, InstanceType=words.instance, InstanceCount=words.count)
    if terms.prefer:
        resources.pop("InstanceType", None)
        resources["InstancePreferences"] = [{"InstanceType": one} for one in terms.prefer]
    training.put(
        resources,
        VolumeSizeInGB=terms.volume_gb,
        VolumeKmsKeyId=terms.kms_key,
        KeepAlivePeriodInSeconds=terms.keep_alive,
    )


def _wanted(clone: Clone) -> Remote:
    """What the request asks for, as whoever looks for what is missing knows it."""
    request = clone.request
    resources, stopping = request["ResourceConfig"], request["StoppingCondition"]
    groups = resources.get("InstanceGroups") or [resources]
    preferred = tuple(one["InstanceType"] for one in resources.get("InstancePreferences", ()))
    kept = [Channel(one["ChannelName"], _place(one)) for one in request["InputDataConfig"]]
    algorithm = request["AlgorithmSpecification"]
    what = Training(
        name=clone.name,
        program=request["Environment"].get("SAGEMAKER_PROGRAM", ""),
        instance=groups[0].get("InstanceType") or (preferred[0] if preferred else ""),
        count=sum(int(one.get("InstanceCount") or 1) for one in groups),
        max_run=int(stopping.get("MaxRuntimeInSeconds") or 86_400),  # what AWS takes where nothing is said
        hyperparameters=request["HyperParameters"],
        channels=(*(one for one in kept if one.remote), *clone.channels),
        metrics={one["Name"]: one["Regex"] for one in algorithm.get("MetricDefinitions", ())},
        environment=request["Environment"],
    )
    return Remote(
        asked=what,
        image=algorithm.get("TrainingImage"),
        role=request.get("RoleArn"),
        output_s3=request["OutputDataConfig"].get("S3OutputPath"),
        spot=bool(request.get("EnableManagedSpotTraining")),
        max_wait=stopping.get("MaxWaitTimeInSeconds"),
        checkpoint_s3=(request.get("CheckpointConfig") or {}).get("S3Uri"),
        prefer=preferred,
        max_cost=clone.max_cost,
    )


def _files(session: Session, wanted: Clone) -> AbstractContextManager[Corpus]:
    return corpus.gathered(session, training.files_of(wanted.channels))


def _place(channel: dict[str, Any]) -> str:
    return str(((channel.get("DataSource") or {}).get("S3DataSource") or {}).get("S3Uri", ""))
