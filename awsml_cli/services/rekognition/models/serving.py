"""Models that answer: started, billed by the hour until they are stopped, copied, measured, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, corpus, jobs, staging, wanted
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.hourly import LABELS_UNIT
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition.models import datasets
from awsml_cli.services.rekognition.models.projects import (
    BILLING,
    FEATURES,
    IN_USE,
    SERVICE,
    Model,
    find,
    job_of,
    model_of,
    project_named,
    project_or_none,
    versions,
    watched,
)
from awsml_cli.services.rekognition.models.training import OUTPUT, clear

STARTING: Final = watched("model", frozenset({"RUNNING"}), frozenset({"FAILED", "STOPPED", "EXPIRED"}))
STOPPING: Final = watched("model", frozenset({"STOPPED"}), frozenset({"FAILED", "EXPIRED"}))
COPYING: Final = watched("copy", frozenset({"COPYING_COMPLETED"}), frozenset({"COPYING_FAILED"}))


class Metric(Record):
    """How well a model does on the test: as a whole (`label` is empty), or at one label; the scores are 0 to 1."""

    columns: ClassVar = ("label", "f1_score", "precision", "recall", "threshold", "number_of_testing_images")

    label: str | None = None
    f1_score: float | None = None
    precision: float | None = None
    recall: float | None = None
    threshold: float | None = None
    number_of_testing_images: int | None = None
    number_of_training_images: int | None = None


class Confusion(Record):
    """Which share of the pictures of a label were taken for which."""

    columns: ClassVar = ("ground_truth_label", "predicted_label", "value")

    ground_truth_label: str
    predicted_label: str
    value: float


def metrics(session: Session, name: str, *, confusion: bool = False) -> Listing:
    """How well the model NAME does: a record for the whole and one for each label, or the CONFUSION of labels.

    Raises InputError for one that is not trained.
    """
    about = find(session, name)
    result = about.get("EvaluationResult") or {}
    place = (result.get("Summary") or {}).get("S3Object") or {}
    if not place:
        if result.get("F1Score") is None:
            raise InputError(
                f"{name} has no metrics: {str(about.get('Status', '')).lower().replace('_', ' ')}",
                hint=f"awsml rekognition models get {name}",
            )
        return Listing(iter([Metric.of(result)]), "Metrics")
    summary = json.loads(staging.fetch(session, bucket=place["Bucket"], key=place["Name"]))
    whole = summary.get("AggregatedEvaluationResults") or {}
    if confusion:
        found = (Confusion.of(one) for one in whole.get("ConfusionMatrix") or ())
        return Listing(found, "ConfusionMatrix")
    details = summary.get("EvaluationDetails") or {}
    rows = [Metric.of({**whole, **details})]
    rows += [Metric.of({**(one.get("Metrics") or {}), **one}) for one in summary.get("LabelEvaluationResults") or ()]
    return Listing(iter(rows), "Metrics")


def starting(name: str, units: int) -> Step:
    """What starting NAME would call, and cost in an hour."""
    hour = Charge(units, "inference units, for an hour", units * LABELS_UNIT)
    return step("rekognition:StartProjectVersion", name, charge=hour)


def stopping(name: str) -> Step:
    """What stopping NAME would call."""
    return step("rekognition:StopProjectVersion", name)


def start(
    session: Session,
    name: str,
    *,
    units: int = 1,
    most: int | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> Model:
    """Have the model NAME answer, with UNITS of inference (and up to MOST). Raises JobFailed, TimedOut.

    It bills from then on until it is stopped, which is said.
    """
    about = find(session, name)
    model = model_of(about)
    if about.get("Feature") == FEATURES["moderation"]:
        raise InputError(f"{model.name} is an adapter: it needs no start", hint="name it where moderation is asked for")
    if model.status not in ("STARTING", "RUNNING"):
        if not session.local:
            session.talk.warn(
                f"{model.name} bills {units * LABELS_UNIT:.2f} USD an hour, in use or not, until `awsml rekognition "
                f"models stop {model.name}`"
            )
        more = {"MaxInferenceUnits": most} if most else {}
        try:
            session.client(SERVICE).start_project_version(ProjectVersionArn=model.arn, MinInferenceUnits=units, **more)
        except ServiceError as error:
            if error.code != IN_USE or find(session, model.name).get("Status") not in ("STARTING", "RUNNING"):
                raise
    if not wait:
        return model_of(find(session, model.name))
    return model_of(jobs.wait(session, STARTING, job_of(session, model.name), timeout=timeout))


def start_for(session: Session, name: str, seconds: float, *, units: int, most: int | None) -> Model:
    """Have the model NAME answer for SECONDS, and stop it then, or when the wait is interrupted."""
    name = model_of(find(session, name)).name
    try:
        start(session, name, units=units, most=most)
        session.running[name] = f"awsml rekognition models stop {name}"
        end = clock.monotonic() + seconds
        while (left := end - clock.monotonic()) > 0:
            session.talk.progress(f"{name} answers; it is stopped in {left / 60:.0f} min")
            wanted.check()
            clock.sleep(min(left, 30.0))
    finally:
        session.talk.settled()
        _stop_by_all_means(session, name)
    return model_of(find(session, name))


def stop(session: Session, name: str, *, timeout: float | None = None, wait: bool = True) -> Model:
    """Stop the model NAME; one that does not run is no failure."""
    model = model_of(find(session, name))
    if model.status in ("STARTING", "RUNNING"):
        session.client(SERVICE).stop_project_version(ProjectVersionArn=model.arn)
    elif model.status != "STOPPING":
        return model
    if not wait:
        return model_of(find(session, model.name))
    return model_of(jobs.wait(session, STOPPING, job_of(session, model.name), timeout=timeout))


def copy(session: Session, name: str, project: str, *, bucket: str | None = None, wait: bool = True) -> Model:
    """Copy the model NAME into PROJECT, under the name of its version, or take the copy that is there."""
    about = find(session, name)
    model = model_of(about)
    version = model.name.partition("/")[2]
    target = str(project_named(session, project)["ProjectArn"])
    if next(versions(session, target, version), None) is None:
        source = str(project_named(session, model.name.partition("/")[0])["ProjectArn"])
        place = staging.bucket(session, bucket)
        session.client(SERVICE).copy_project_version(
            SourceProjectArn=source,
            SourceProjectVersionArn=model.arn,
            DestinationProjectArn=target,
            VersionName=version,
            OutputConfig={"S3Bucket": place, "S3KeyPrefix": f"{OUTPUT}{project}/{version}"},
        )
    path = f"{project}/{version}"
    return model_of(jobs.wait(session, COPYING, job_of(session, path)) if wait else find(session, path))


def doomed(session: Session, name: str) -> list[Model]:
    """The models that removing NAME, a version or a whole project, takes along. Raises InputError for one that runs."""
    if "/" in name:
        found = [model_of(find(session, name))]
    else:
        arn = project_named(session, name)["ProjectArn"]
        found = [model_of(one) for one in versions(session, arn)]
    for one in found:
        if one.status in BILLING:
            raise InputError(f"{one.name} runs", hint=f"awsml rekognition models stop {one.name}")
        if one.status == "TRAINING_IN_PROGRESS":
            raise InputError(f"{one.name} is being trained", hint="AWS cannot stop a training: wait until it has ended")
    return found


def remove(session: Session, name: str) -> None:
    """Remove NAME: PROJECT/VERSION, or a whole PROJECT with its models and datasets; and what AWS wrote about them."""
    client = session.client(SERVICE)
    for one in doomed(session, name):
        client.delete_project_version(ProjectVersionArn=one.arn)
        _gone(session, one)
        clear(session, one.name)
        _forget_output(session, one)
    if "/" in name:
        return
    about = project_or_none(session, name)
    if about is not None:
        datasets.remove_all(session, about)
        client.delete_project(ProjectArn=about["ProjectArn"])


def bucket_policy(session: Session, bucket: str) -> dict[str, Any]:
    """The policy with which BUCKET lets Rekognition, for this account alone, read pictures and write its findings.

    https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/su-console-policy.html
    """
    account = session.client("sts").get_caller_identity()["Account"]
    who: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "rekognition.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                **who,
                "Sid": "AwsmlRekognitionLook",
                "Action": ["s3:GetBucketAcl", "s3:GetBucketLocation"],
                "Resource": arn,
            },
            {
                **who,
                "Sid": "AwsmlRekognitionRead",
                "Action": ["s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectVersion", "s3:GetObjectTagging"],
                "Resource": f"{arn}/awsml/*",
            },
            {**who, "Sid": "AwsmlRekognitionWrite", "Action": "s3:PutObject", "Resource": f"{arn}/{OUTPUT}*"},
        ],
    }


def _stop_by_all_means(session: Session, name: str) -> None:
    try:
        stop(session, name)
        session.running.pop(name, None)
    except AwsmlError as error:
        session.talk.warn(f"{name} may still run and bill: {error.message}; awsml rekognition models stop {name}")


def _gone(session: Session, model: Model) -> None:
    """Wait until AWS has removed MODEL: its project cannot go before."""
    project, _, version = model.name.partition("/")
    pause = 1.0
    while True:
        about = project_or_none(session, project)
        if about is None or not _there(versions(session, about["ProjectArn"], version), model.arn):
            return
        session.talk.progress(f"removing {model.name}")
        wanted.check()
        clock.sleep(pause)
        pause = min(pause * 1.5, 15.0)


def _there(found: Iterator[dict[str, Any]], arn: str) -> bool:
    return any(one["ProjectVersionArn"] == arn for one in found)


def _forget_output(session: Session, model: Model) -> None:
    place = (model.raw or {}).get("OutputConfig") or {}
    prefix = str(place.get("S3KeyPrefix", ""))
    if not place.get("S3Bucket") or not prefix.startswith(OUTPUT):
        return
    try:
        corpus.empty(session, place["S3Bucket"], f"{prefix}/")
    except AwsmlError as error:
        session.talk.warn(f"s3://{place['S3Bucket']}/{prefix}/ is left at AWS: {error.message}")
