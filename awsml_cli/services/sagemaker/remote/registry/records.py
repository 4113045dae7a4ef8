"""What there is to say about groups of model packages, and about each version of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from awsml_cli.core.record import Record


class Group(Record):
    """A group: the versions of one model."""

    columns: ClassVar = (
        "model_package_group_name",
        "creation_time",
        "model_package_group_status",
        "model_package_group_description",
    )

    model_package_group_name: str
    model_package_group_arn: str | None = None
    model_package_group_status: str | None = None
    model_package_group_description: str | None = None
    creation_time: Any = None


class Package(Record):
    """A version of a model, or a package without versions: `package` is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = (
        "package",
        "model_approval_status",
        "creation_time",
        "image",
        "model_data_url",
    )

    package: str
    model_package_group_name: str | None = None
    model_package_version: int | None = None
    model_package_arn: str
    model_package_description: str | None = None
    model_package_status: str | None = None
    model_approval_status: str | None = None
    creation_time: Any = None
    image: str | None = None
    model_data_url: str | None = None


class Shown(Package):
    """All of it: `metrics` are those of the file at `metrics_s3`, where that could be read.

    `product_id` is that of a package of AWS Marketplace.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *Package.columns,
        "metrics",
        "properties",
        "model_package_description",
        "approval_description",
    )

    approval_description: str | None = None
    status_reasons: list[str] = []  # noqa: RUF012 - pydantic copies it
    environment: dict[str, str] = {}  # noqa: RUF012
    content_types: list[str] = []  # noqa: RUF012
    response_types: list[str] = []  # noqa: RUF012
    instance_types: list[str] = []  # noqa: RUF012
    properties: dict[str, str] = {}  # noqa: RUF012
    metrics: dict[str, float] = {}  # noqa: RUF012
    metrics_s3: str | None = None
    product_id: str | None = None
    stage: str | None = None
    stage_status: str | None = None
    last_modified_time: Any = None


class Removed(Record):
    """What has been removed."""

    columns: ClassVar = ("kind", "name")

    kind: str
    name: str


def shown(answer: Mapping[str, Any]) -> Shown:
    """What there is to say of AWS's whole ANSWER about a package."""
    inference = answer.get("InferenceSpecification") or {}
    cycle = answer.get("ModelLifeCycle") or {}
    quality = ((answer.get("ModelMetrics") or {}).get("ModelQuality") or {}).get("Statistics") or {}
    details = answer.get("ModelPackageStatusDetails") or {}
    checks = [one for key in ("ValidationStatuses", "ImageScanStatuses") for one in details.get(key) or ()]
    return Shown.of(
        answer,
        package=_name(answer),
        **_container(inference),
        environment=(_first(inference).get("Environment") or {}),
        content_types=inference.get("SupportedContentTypes") or [],
        response_types=inference.get("SupportedResponseMIMETypes") or [],
        instance_types=inference.get("SupportedRealtimeInferenceInstanceTypes") or [],
        properties=answer.get("CustomerMetadataProperties") or {},
        metrics_s3=quality.get("S3Uri"),
        product_id=next((one["ProductId"] for one in inference.get("Containers") or () if one.get("ProductId")), None),
        stage=cycle.get("Stage"),
        stage_status=cycle.get("StageStatus"),
        status_reasons=[one["FailureReason"] for one in checks if one.get("FailureReason")],
    )


def package(one: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> Package:
    """ONE that AWS lists, with the image and data of what it says ABOUT it."""
    return Package.of(one, package=_name(one), **_container((about or {}).get("InferenceSpecification") or {}))


def _name(one: Mapping[str, Any]) -> str:
    """What the other commands take for it."""
    if one.get("ModelPackageVersion") is None:
        return str(one.get("ModelPackageName") or one["ModelPackageArn"].rpartition("/")[2])
    return f"{one['ModelPackageGroupName']}:{one['ModelPackageVersion']}"


def _container(inference: Mapping[str, Any]) -> dict[str, str | None]:
    first = _first(inference)
    source = (first.get("ModelDataSource") or {}).get("S3DataSource") or {}
    return {"image": first.get("Image"), "model_data_url": first.get("ModelDataUrl") or source.get("S3Uri")}


def _first(inference: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(inference.get("Containers") or ()), {})


def numbers(data: Any, name: str = "") -> dict[str, float]:
    """The numbers in DATA by their names: `{"mse": {"value": 0.1}}`, as SageMaker's reports have them, is `mse`."""
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        return {name: float(data)} if name else {}
    if not isinstance(data, Mapping):
        return {}
    if "value" in data:
        return numbers(data["value"], name)
    found: dict[str, float] = {}
    for key, value in data.items():
        for what, number in numbers(value, str(key)).items():
            found.setdefault(what, number)
    return found
