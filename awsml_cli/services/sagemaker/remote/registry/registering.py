"""A model registered as a version of its group: once, however often the command is run.

No note on one machine says so: what the newest version holds is compared, and the call's token is made of both.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.jobs import JobId, Kind, wait
from awsml_cli.core.limits import SAGEMAKER_PACKAGE_TOKEN
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import jobs, models, preflight
from awsml_cli.services.sagemaker.remote.registry import deciding, looking
from awsml_cli.services.sagemaker.remote.registry.looking import APPROVED, PENDING, SERVICE, Named
from awsml_cli.services.sagemaker.remote.registry.records import Shown, shown
from awsml_cli.services.sagemaker.remote.there import unless_there

PAUSE: Final = 2.0  # seconds between two looks at a version that AWS still makes, at most
LONGEST: Final = 600.0  # seconds that it may take
TAG: Final = {"Key": "awsml", "Value": "registry"}
# all that `_request` may say, as what makes two versions the same: AWS adds digests and more, which are not compared
_MEMBERS: Final[Mapping[str, Any]] = {
    "InferenceSpecification": {
        "Containers": {"Image": None, "ModelDataUrl": None, "Environment": None},
        "SupportedContentTypes": None,
        "SupportedResponseMIMETypes": None,
        "SupportedRealtimeInferenceInstanceTypes": None,
        "SupportedTransformInstanceTypes": None,
    },
    "ModelPackageDescription": None,
    "CustomerMetadataProperties": None,
    "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": None, "S3Uri": None}}},
}


@dataclass(frozen=True)
class Measured:
    """What a model was measured by: NUMBERS, or a report of them as JSON, in a FILE here or in S3."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    file: str | None = None


@dataclass(frozen=True)
class Registration:
    """What is to be a version of GROUP; TYPES are machines that it may be served on, any where none is named."""

    group: Named
    image: str | None
    model_data: str | None
    measured: Measured = field(default_factory=Measured)
    content_types: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    approve: bool = False


@dataclass(frozen=True)
class Trained:
    """What a training gives a registration: its model's id, its own image, its last metrics."""

    model_data: str
    image: str | None
    metrics: Mapping[str, float]


def measured(words: Sequence[str]) -> Measured:
    """What was said as NAME=NUMBER, or as one report: a file of JSON or s3://…. Raises UsageError."""
    found: dict[str, float] = {}
    files = []
    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("s3://") or not equals or Path(word).exists():
            files.append(word)
            continue
        try:
            found[name] = float(value)
        except ValueError:
            raise UsageError(f"--metrics takes NAME=NUMBER or a file, and `{word}` is neither") from None
    if files and (found or len(files) > 1):
        raise UsageError("--metrics takes one report, or numbers", hint="--metrics accuracy=0.93 --metrics loss=0.2")
    return Measured(found, files[0] if files else None)


def trained(session: Session, text: str) -> Trained:
    """What the training that TEXT names has left. Raises InputError where there is none, or it left no model."""
    job = jobs.named(text, session)
    answer = jobs.look(session, job)
    made = jobs.record(job, answer)
    if not made.model_artifacts or made.training_job_status not in ("Completed", "Stopped"):
        raise InputError(f"{job} has left no model: it is {made.training_job_status}")
    image = (answer.get("AlgorithmSpecification") or {}).get("TrainingImage")
    return Trained(str(job), image, made.metrics)


def register(session: Session, wanted: Registration, *, bucket: str | None) -> Shown:
    """Have WANTED, which was checked, as a version of its group, which is made if there is none.

    The newest version is that already where it holds the same; `--fresh` makes another. Raises JobFailed.
    """
    client, group = session.client(SERVICE), wanted.group
    assert wanted.model_data is not None
    request = _request(
        wanted,
        models.uploaded(session, wanted.model_data, bucket=bucket),
        _reported(session, wanted.measured, bucket),
        kinds=preflight.instance_types(session, "TransformInstanceType"),
    )
    if looking.group(session, group, needed=group.arn is not None) is None:
        session.talk.tell(f"{group.name}: creating the group")
        unless_there(client.create_model_package_group, ModelPackageGroupName=group.name, Tags=[TAG])
    last = looking.newest(session, group)
    before = client.describe_model_package(ModelPackageName=last["ModelPackageArn"]) if last else {}
    if (
        before
        and not session.fresh
        and before.get("ModelPackageStatus") != "Failed"
        and _said(before) == _said(request)
    ):
        session.talk.tell(f"{shown(before).package} is this very model; --fresh registers it once more")
        return _settled(session, before["ModelPackageArn"], approve=wanted.approve)
    moment = clock.now() if session.fresh else None
    token = key_of("model package", request, before.get("ModelPackageArn"), moment)[:SAGEMAKER_PACKAGE_TOKEN]
    status = APPROVED if wanted.approve else PENDING
    answer = client.create_model_package(
        **request, ModelPackageGroupName=group.group, ModelApprovalStatus=status, ClientToken=token
    )
    return _settled(session, answer["ModelPackageArn"], approve=wanted.approve)


def plan(session: Session, wanted: Registration) -> Iterator[Step]:
    """What registering would call; it costs nothing."""
    for place in (wanted.model_data, wanted.measured.file or ("metrics" if wanted.measured.numbers else None)):
        if place is not None and not place.startswith(("s3://", f"{jobs.SERVICE}:")):
            yield step("s3:PutObject", place)
    if looking.group(session, wanted.group, needed=False) is None:
        yield step("sagemaker:CreateModelPackageGroup", wanted.group.name)
    yield step("sagemaker:CreateModelPackage", wanted.group.name)


def _reported(session: Session, metrics: Measured, bucket: str | None) -> str | None:
    """Where the report of METRICS lies in S3; one of this machine is put there, under its digest."""
    if metrics.file is not None and metrics.file.startswith("s3://"):
        return metrics.file
    if metrics.file is not None:
        data = Path(metrics.file).read_bytes()
    elif metrics.numbers:
        told = {name: {"value": value} for name, value in sorted(metrics.numbers.items())}
        data = json.dumps({"metrics": told}).encode()
    else:
        return None
    place = staging.bucket(session, bucket)
    key = f"{models.PREFIX}{key_of('metrics', data.decode('utf-8', 'replace'))[:32]}/metrics.json"
    if staging.size_of(session, bucket=place, key=key) is None:
        session.client("s3").put_object(Bucket=place, Key=key, Body=io.BytesIO(data), ContentType="application/json")
    return f"s3://{place}/{key}"


def _request(wanted: Registration, model: str, report: str | None, *, kinds: Sequence[str]) -> dict[str, Any]:
    """What makes a version this one: CreateModelPackage's parameters without its group, approval and token."""
    container: dict[str, Any] = {"Image": wanted.image, "ModelDataUrl": model}
    if wanted.environment:
        container["Environment"] = dict(wanted.environment)
    inference: dict[str, Any] = {"Containers": [container]}
    lists = {
        "SupportedContentTypes": wanted.content_types,
        "SupportedResponseMIMETypes": wanted.response_types,
        "SupportedRealtimeInferenceInstanceTypes": wanted.types,
        "SupportedTransformInstanceTypes": [kind for kind in wanted.types if kind in kinds],
    }
    inference |= {name: list(value) for name, value in lists.items() if value}
    made: dict[str, Any] = {"InferenceSpecification": inference}
    if wanted.description:
        made["ModelPackageDescription"] = wanted.description
    if wanted.properties:
        made["CustomerMetadataProperties"] = dict(wanted.properties)
    if report is not None:
        source = {"ContentType": "application/json", "S3Uri": report}
        made["ModelMetrics"] = {"ModelQuality": {"Statistics": source}}
    return made


def _said(there: Any, members: Mapping[str, Any] = _MEMBERS) -> Any:
    """What is THERE of MEMBERS alone; what is empty is as what is not there."""
    if isinstance(there, list):
        return [_said(one, members) for one in there]
    found = {
        name: _said(there[name], below) if below else there[name] for name, below in members.items() if there.get(name)
    }
    return {name: value for name, value in found.items() if value}


def _settled(session: Session, arn: str, *, approve: bool) -> Shown:
    """The version ARN when AWS has made it, approved if that is wanted. Raises JobFailed, TimedOut."""
    version = looking.named(session, arn)
    kind = Kind(
        service=SERVICE,
        noun="registration",
        describe=lambda session, _: dict(session.client(SERVICE).describe_model_package(ModelPackageName=arn)),
        status=lambda answer: str(answer["ModelPackageStatus"]),
        reason=lambda answer: "; ".join(shown(answer).status_reasons),
        done=frozenset({"Completed"}),
        failed=frozenset({"Failed"}),
        longest=PAUSE,
        look=f"awsml sagemaker registry show {version}",
    )
    made = shown(wait(session, kind, JobId(SERVICE, session.region, str(version)), timeout=LONGEST))
    if approve and made.model_approval_status != APPROVED:
        return deciding.decide(session, version, APPROVED, reason=None)
    return made
