"""What there is to say about trainings and endpoints, here and at AWS alike."""

from __future__ import annotations

from typing import Any, ClassVar

from awsml_cli.core.record import Record


class TrainingJob(Record):
    """A training. Times are in seconds; `metrics` are the last values; `price` is in US dollars, None if not known."""

    columns: ClassVar[tuple[str, ...]] = (
        "training_job_name",
        "training_job_status",
        "model_artifacts",
        "training_time_in_seconds",
        "price",
    )

    id: str | None = None
    training_job_name: str
    training_job_status: str
    secondary_status: str | None = None
    failure_reason: str | None = None
    model_artifacts: str | None = None
    output_data: str | None = None
    metrics: dict[str, float] = {}  # noqa: RUF012 - pydantic copies it
    instance_type: str | None = None
    instance_count: int = 1
    training_time_in_seconds: float | None = None
    billable_time_in_seconds: float | None = None
    creation_time: Any = None
    training_end_time: Any = None
    price: float | None = None


class Started(TrainingJob):
    """A training that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


class Endpoint(Record):
    """Something that answers: at AWS by its name, here at its `url` as well; `expires` is when it will be deleted.

    `components` is None where they may not be seen.
    """

    columns: ClassVar = ("endpoint_name", "endpoint_status", "url")

    endpoint_name: str
    endpoint_status: str
    url: str | None = None
    endpoint_arn: str | None = None
    failure_reason: str | None = None
    model_name: str | None = None
    endpoint_config_name: str | None = None
    creation_time: Any = None
    log: str | None = None
    expires: Any = None
    components: list[str] | None = []  # noqa: RUF012 - pydantic copies it


class InferenceComponent(Record):
    """A model's copies on machines that an endpoint shares out; what each copy needs, its memory in MB."""

    columns: ClassVar = (
        "inference_component_name",
        "inference_component_status",
        "current_copy_count",
        "memory_mb",
        "model_name",
    )

    inference_component_name: str
    inference_component_status: str | None = None
    endpoint_name: str | None = None
    model_name: str | None = None
    current_copy_count: int | None = None
    desired_copy_count: int | None = None
    memory_mb: int | None = None
    cpu_cores: float | None = None
    accelerators: float | None = None
    failure_reason: str | None = None
    creation_time: Any = None
