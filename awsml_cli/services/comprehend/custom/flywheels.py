"""Flywheels: a model that is trained again as data comes in, its datasets and its iterations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import jobs, paging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.asking import SERVICE


class Flywheel(Record):
    """A flywheel."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "model_type", "active_model_arn", "latest_flywheel_iteration")

    name: str
    flywheel_arn: str
    status: str | None = None
    message: str | None = None
    model_type: str | None = None
    active_model_arn: str | None = None
    data_lake_s3_uri: str | None = None
    latest_flywheel_iteration: str | None = None
    creation_time: Any = None


class Iteration(Record):
    """One more training: how the model that was and the one that came out do on the same test."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = (
        "flywheel_iteration_id",
        "status",
        "evaluated_f1_score",
        "trained_f1_score",
        "trained_model_arn",
    )

    flywheel_iteration_id: str
    flywheel_arn: str | None = None
    status: str | None = None
    message: str | None = None
    evaluated_model_arn: str | None = None
    evaluated_f1_score: float | None = None
    trained_model_arn: str | None = None
    trained_f1_score: float | None = None
    creation_time: Any = None
    end_time: Any = None


class Dataset(Record):
    """Examples in a flywheel."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("dataset_name", "dataset_type", "status", "number_of_documents", "dataset_arn")

    dataset_name: str
    dataset_arn: str
    dataset_type: str | None = None
    status: str | None = None
    message: str | None = None
    description: str | None = None
    number_of_documents: int | None = None
    creation_time: Any = None


def create(
    session: Session, name: str, *, model: str, lake: str, role: str | None, wait: bool = True, timeout: float | None
) -> Flywheel:
    """Make the flywheel NAME around MODEL, an ARN, with its data LAKE, a folder in S3."""
    role = role or session.config.role
    if not role:
        raise ConfigError("AWS needs a role that may read and write the data lake", hint="--role ARN")
    if not lake.startswith("s3://"):
        raise UsageError(f"the data lake lies in S3, and `{lake}` does not", hint="s3://BUCKET/FOLDER/")
    answer = session.client(SERVICE).create_flywheel(
        FlywheelName=name,
        ActiveModelArn=model,
        DataAccessRoleArn=role,
        DataLakeS3Uri=lake,
        ClientRequestToken=key_of(name, model, lake)[:40],
    )
    arn = str(answer["FlywheelArn"])
    job = JobId(SERVICE, session.region, arn)
    return _flywheel(jobs.wait(session, KIND, job, timeout=timeout) if wait else _describe(session, arn))


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The flywheels of this region."""
    return Listing(islice(_all(session), limit), "FlywheelSummaryList")


def get(session: Session, name: str) -> Flywheel:
    """The flywheel NAME. Raises InputError where there is none."""
    return _flywheel(_describe(session, _arn(session, name)))


def run(session: Session, name: str, *, timeout: float | None = None, wait: bool = True) -> Iteration:
    """Train once more with what has come in, and wait for it. Raises JobFailed, TimedOut."""
    arn = _arn(session, name)
    started = session.client(SERVICE).start_flywheel_iteration(FlywheelArn=arn)
    job = JobId(SERVICE, session.region, f"{arn} {started['FlywheelIterationId']}")
    return _iteration(jobs.wait(session, TURN, job, timeout=timeout) if wait else _turn(session, job))


def history(session: Session, name: str, *, limit: int | None = None) -> Listing:
    """The iterations of the flywheel NAME, the newest first."""
    call = session.client(SERVICE).list_flywheel_iteration_history
    found = paging.items(call, "FlywheelIterationPropertiesList", FlywheelArn=_arn(session, name))
    return Listing((_iteration(one) for one in islice(found, limit)), "FlywheelIterationPropertiesList")


def remove(session: Session, name: str) -> None:
    """Remove the flywheel NAME; its models and its data lake stay."""
    session.client(SERVICE).delete_flywheel(FlywheelArn=_arn(session, name))


def planned(operation: str, name: str) -> Step:
    """What OPERATION on NAME would call."""
    return step(f"comprehend:{operation}", name)


def add_dataset(
    session: Session, flywheel: str, name: str, *, uri: str, test: bool, documents: str | None, timeout: float | None
) -> Dataset:
    """Give FLYWHEEL the examples at URI, a CSV in S3, for the training or the TEST, and wait until they are taken in.

    Annotations of entities need their DOCUMENTS, in S3 too.
    """
    wheel = get(session, flywheel)
    if not uri.startswith("s3://"):
        raise UsageError(f"the examples of a flywheel lie in S3, and `{uri}` does not", hint="s3://BUCKET/train.csv")
    where: dict[str, Any] = {"DocumentClassifierInputDataConfig": {"S3Uri": uri}}
    if wheel.model_type == "ENTITY_RECOGNIZER":
        if not documents:
            raise UsageError("annotations of entities need their documents", hint="--documents s3://BUCKET/docs.txt")
        where = {
            "EntityRecognizerInputDataConfig": {
                "Annotations": {"S3Uri": uri},
                "Documents": {"S3Uri": documents, "InputFormat": "ONE_DOC_PER_LINE"},
            }
        }
    answer = session.client(SERVICE).create_dataset(
        FlywheelArn=wheel.flywheel_arn,
        DatasetName=name,
        DatasetType="TEST" if test else "TRAIN",
        InputDataConfig={"DataFormat": "COMPREHEND_CSV", **where},
        ClientRequestToken=key_of(wheel.flywheel_arn, name, uri)[:40],
    )
    job = JobId(SERVICE, session.region, str(answer["DatasetArn"]))
    return Dataset.of(jobs.wait(session, TAKEN, job, timeout=timeout))


def datasets(session: Session, flywheel: str, *, limit: int | None = None) -> Listing:
    """The examples that FLYWHEEL has."""
    call = session.client(SERVICE).list_datasets
    found = paging.items(call, "DatasetPropertiesList", FlywheelArn=_arn(session, flywheel))
    return Listing((Dataset.of(one) for one in islice(found, limit)), "DatasetPropertiesList")


def _all(session: Session) -> Iterator[Flywheel]:
    for answer in paging.items(session.client(SERVICE).list_flywheels, "FlywheelSummaryList"):
        yield _flywheel(answer)


def _arn(session: Session, name: str) -> str:
    if name.startswith("arn:"):
        return name
    for one in _all(session):
        if one.name == name:
            return one.flywheel_arn
    raise InputError(f"there is no flywheel {name}", hint="awsml comprehend flywheels ls")


def _describe(session: Session, arn: str) -> dict[str, Any]:
    return dict(session.client(SERVICE).describe_flywheel(FlywheelArn=arn)["FlywheelProperties"])


def _turn(session: Session, job: JobId) -> dict[str, Any]:
    arn, _, number = job.name.partition(" ")
    call = session.client(SERVICE).describe_flywheel_iteration
    return dict(call(FlywheelArn=arn, FlywheelIterationId=number)["FlywheelIterationProperties"])


def _taken(session: Session, job: JobId) -> dict[str, Any]:
    return dict(session.client(SERVICE).describe_dataset(DatasetArn=job.name)["DatasetProperties"])


def _flywheel(answer: dict[str, Any]) -> Flywheel:
    return Flywheel.of(answer, name=answer["FlywheelArn"].rpartition("/")[2]).with_raw(answer)


def _iteration(answer: dict[str, Any]) -> Iteration:
    scores = {
        f"{sort.lower()}_f1_score": (answer.get(f"{sort}ModelMetrics") or {}).get("AverageF1Score")
        for sort in ("Evaluated", "Trained")
    }
    return Iteration.of(answer, **scores).with_raw(answer)


def _kind(noun: str, describe: Any, done: str) -> jobs.Kind:
    return jobs.Kind(
        service=SERVICE,
        noun=noun,
        describe=describe,
        status=lambda answer: str(answer.get("Status", "")),
        reason=lambda answer: str(answer.get("Message", "")),
        done=frozenset({done}),
        failed=frozenset({"FAILED", "STOPPED"}),
        group="flywheels",
        resource=True,
    )


KIND: Final = _kind("flywheel", lambda session, job: _describe(session, job.name), "ACTIVE")
TURN: Final = _kind("iteration", _turn, "COMPLETED")
TAKEN: Final = _kind("dataset", _taken, "COMPLETED")
