"""What A2I's commands show: pages, flows, loops and answers."""

from __future__ import annotations

from typing import Any, ClassVar

from awsml_cli.core.record import Record


class Page(Record):
    """A page that reviewers see; `url` is where AWS keeps its template."""

    columns: ClassVar = ("human_task_ui_name", "human_task_ui_status", "creation_time", "human_task_ui_arn")

    human_task_ui_name: str
    human_task_ui_arn: str | None = None
    human_task_ui_status: str | None = None
    creation_time: Any = None
    url: str | None = None
    content_sha256: str | None = None


class Flow(Record):
    """A flow: who is asked what, when, and where the answers go. `price` is in US dollars a task and reviewer."""

    columns: ClassVar = ("flow_definition_name", "flow_definition_status", "creation_time", "flow_definition_arn")

    flow_definition_name: str
    flow_definition_arn: str
    flow_definition_status: str | None = None
    creation_time: Any = None
    failure_reason: str | None = None
    source: str | None = None
    workteam: str | None = None
    page: str | None = None
    title: str | None = None
    reviewers: int | None = None
    price: float | None = None
    conditions: Any = None
    output: str | None = None


class Loop(Record):
    """A loop; `id` is enough for `awsml jobs`."""

    columns: ClassVar = ("id", "human_loop_status", "flow", "creation_time")

    id: str
    human_loop_name: str
    human_loop_status: str
    flow: str
    human_loop_arn: str | None = None
    creation_time: Any = None
    failure_reason: str | None = None
    failure_code: str | None = None
    output: str | None = None


class StartedLoop(Record):
    """A loop that nobody waited for."""

    columns: ClassVar = ("id",)

    id: str


class Answer(Record):
    """What one reviewer said; `seconds` is how long they took."""

    columns: ClassVar = ("worker_id", "seconds", "answer_content")

    worker_id: str | None = None
    seconds: float | None = None
    answer_content: Any = None
    acceptance_time: Any = None
    submission_time: Any = None
