"""Projects of Custom Labels and the models in them, as AWS describes them: found by name, listed, removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, paging
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.hourly import LABELS_UNIT
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "rekognition"
ROWS: Final = "rekognition-models"  # what the ledger calls the work of a training
GONE: Final = "ResourceNotFoundException"
IN_USE: Final = "ResourceInUseException"
FEATURES: Final = {"labels": "CUSTOM_LABELS", "moderation": "CONTENT_MODERATION"}
BILLING: Final = ("STARTING", "RUNNING", "STOPPING")


class Project(Record):
    """A project: what its models are for, and its datasets."""

    columns: ClassVar = ("name", "status", "feature", "datasets", "project_arn")

    name: str
    project_arn: str
    status: str | None = None
    feature: str | None = None
    datasets: int = 0
    creation_timestamp: Any = None


class Model(Record):
    """A version of a model; `hourly` is what it bills now, in US dollars."""

    columns: ClassVar = ("name", "status", "f1_score", "hourly", "arn")

    name: str
    arn: str
    status: str | None = None
    status_message: str | None = None
    feature: str | None = None
    f1_score: float | None = None
    hourly: float = 0.0
    min_inference_units: int | None = None
    max_inference_units: int | None = None
    billable_training_time_in_seconds: int | None = None
    creation_timestamp: Any = None
    training_end_timestamp: Any = None


def projects(session: Session, *, limit: int | None = None) -> Listing:
    """The projects of this region."""
    return Listing(islice(map(_project, _projects(session)), limit), "ProjectDescriptions")


def listed(session: Session, project: str | None = None, *, limit: int | None = None) -> Listing:
    """The models of this region, or of PROJECT, every version."""
    found = [project_named(session, project)] if project else _projects(session)
    models = (model_of(one) for about in found for one in versions(session, about["ProjectArn"]))
    return Listing(islice(models, limit), "ProjectVersionDescriptions")


def described(session: Session, name: str) -> Model:
    """The model NAME (see `find`)."""
    return model_of(find(session, name))


def find(session: Session, name: str) -> dict[str, Any]:
    """What AWS says of NAME: PROJECT/VERSION, an ARN, or PROJECT for its newest. Raises InputError where it is not."""
    if name.startswith("arn:"):
        parts = name.split("/")
        if len(parts) < 5 or parts[2] != "version":
            raise InputError(f"`{name}` is no model's ARN", hint="awsml rekognition models ls")
        project, version = parts[1], parts[3]
    else:
        project, _, version = name.partition("/")
    arn = project_named(session, project)["ProjectArn"]
    found = list(versions(session, arn, version or None))
    if name.startswith("arn:"):
        found = [one for one in found if one["ProjectVersionArn"] == name]
    if not found:
        raise InputError(f"there is no model {name}", hint="awsml rekognition models ls")
    return max(found, key=lambda one: (str(one.get("CreationTimestamp", "")), one["ProjectVersionArn"]))


def project_named(session: Session, name: str) -> dict[str, Any]:
    """What AWS says of the project NAME. Raises InputError where there is none."""
    found = project_or_none(session, name)
    if found is None:
        raise InputError(f"there is no project {name}", hint="awsml rekognition models projects")
    return found


def project_or_none(session: Session, name: str) -> dict[str, Any] | None:
    """What AWS says of the project NAME, None where there is none."""
    try:
        return next(_projects(session, ProjectNames=[name]), None)
    except ServiceError as error:
        if error.code == GONE:
            return None
        raise


def versions(session: Session, project: str, version: str | None = None) -> Iterator[dict[str, Any]]:
    """What AWS says of the versions in PROJECT (an ARN), or of the one called VERSION."""
    names = {"VersionNames": [version]} if version else {}
    call = session.client(SERVICE).describe_project_versions
    try:
        yield from paging.items(call, "ProjectVersionDescriptions", ProjectArn=project, **names)
    except ServiceError as error:
        if error.code != GONE:
            raise


def removal(arn: str) -> Step:
    """What removing the version or the project ARN would call."""
    return step("rekognition:DeleteProjectVersion" if "/version/" in arn else "rekognition:DeleteProject", arn)


def model_of(answer: Mapping[str, Any]) -> Model:
    """The record of a version that AWS described as ANSWER."""
    arn = str(answer["ProjectVersionArn"])
    units = answer.get("MinInferenceUnits") or 0
    bills = answer.get("Status") in BILLING and answer.get("Feature") != FEATURES["moderation"]
    return Model.of(
        answer,
        name="/".join(arn.split("/")[1:4:2]),
        arn=arn,
        f1_score=(answer.get("EvaluationResult") or {}).get("F1Score"),
        hourly=round(units * LABELS_UNIT, 4) if bills else 0.0,
    )


def watched(noun: str, done: frozenset[str], failed: frozenset[str]) -> jobs.Kind:
    """How something that goes on with a version is looked at: NOUN, and the words that end it."""
    return jobs.Kind(
        service=SERVICE,
        noun=noun,
        describe=lambda session, job: find(session, job.name),
        status=lambda answer: str(answer.get("Status", "")),
        reason=lambda answer: str(answer.get("StatusMessage", "")),
        done=done,
        failed=failed,
        group="models",
        resource=True,
    )


def job_of(session: Session, name: str) -> JobId:
    """NAME, PROJECT/VERSION, as what is waited for."""
    return JobId(SERVICE, session.region, name)


def _projects(session: Session, **filters: Any) -> Iterator[dict[str, Any]]:
    yield from paging.items(session.client(SERVICE).describe_projects, "ProjectDescriptions", **filters)


def _project(answer: Mapping[str, Any]) -> Project:
    name = str(answer["ProjectArn"]).split("/")[1]
    return Project.of({**answer, "Datasets": len(answer.get("Datasets") or ())}, name=name).with_raw(answer)
