"""What there is to say about pipelines, their runs and the steps of those."""

from __future__ import annotations

from typing import Any, ClassVar

from awsml_cli.core.record import Record


class Pipeline(Record):
    """A pipeline, and when it was last run."""

    columns: ClassVar = ("pipeline_name", "last_execution_time", "pipeline_description")

    pipeline_name: str
    pipeline_arn: str | None = None
    pipeline_description: str | None = None
    creation_time: Any = None
    last_modified_time: Any = None
    last_execution_time: Any = None


class Execution(Record):
    """A run of a pipeline."""

    columns: ClassVar[tuple[str, ...]] = ("id", "pipeline_execution_status", "creation_time", "failure_reason")

    id: str
    pipeline_name: str
    pipeline_execution_status: str
    pipeline_execution_arn: str | None = None
    pipeline_execution_display_name: str | None = None
    failure_reason: str | None = None
    creation_time: Any = None
    last_modified_time: Any = None


class Started(Execution):
    """A run that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


class PipelineStep(Record):
    """A step of a run: `job` is the id of what it started, where other commands know it. Times are in seconds."""

    columns: ClassVar = ("step_name", "step_status", "seconds", "job", "failure_reason")

    step_name: str
    step_status: str
    seconds: float | None = None
    job: str | None = None
    failure_reason: str | None = None
    start_time: Any = None
    end_time: Any = None
