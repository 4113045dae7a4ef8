"""What Braket's commands show: devices, tasks, what was measured, jobs and limits."""

from __future__ import annotations

from typing import Any, ClassVar

from awsml_cli.core.record import Record
from awsml_cli.formats import counts


class Device(Record):
    """A device in its region.

    `queue` is how many tasks wait in front (AWS says `>4000` for many), `price` what a shot or a minute costs in US
    dollars, by `unit`; a QPU has a price a task besides, `task_price`, and `cost` says both in words. What the device
    does not say is None.
    """

    columns: ClassVar = (
        "name",
        "provider_name",
        "device_type",
        "device_status",
        "qubits",
        "queue",
        "cost",
        "region",
    )

    name: str
    device_arn: str
    provider_name: str
    device_type: str
    device_status: str
    region: str
    qubits: int | None = None
    queue: str | None = None
    priority_queue: str | None = None
    jobs_queue: str | None = None
    price: float | None = None
    unit: str | None = None
    task_price: float | None = None
    cost: str | None = None
    shots: tuple[int, int] | None = None
    gates: tuple[str, ...] = ()
    native_gates: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    location: str | None = None
    status_reason: str | None = None


class Task(Record):
    """A quantum task; `id` is enough for `awsml jobs`."""

    columns: ClassVar = ("id", "status", "device", "shots", "created_at")

    id: str
    quantum_task_arn: str
    status: str
    device: str
    device_arn: str
    shots: int
    created_at: Any = None
    ended_at: Any = None
    output_s3_bucket: str | None = None
    output_s3_directory: str | None = None
    failure_reason: str | None = None
    queue_position: str | None = None
    num_successful_shots: int | None = None


class StartedTask(Record):
    """A task that nobody waited for."""

    columns: ClassVar = ("id",)

    id: str


class Cost(Record):
    """What a task, or the machines of a hybrid job, have cost in US dollars; None while that is not known."""

    columns: ClassVar = ("id", "status", "device", "shots", "seconds", "price")

    id: str
    status: str
    device: str
    shots: int | None = None
    seconds: float | None = None
    price: float | None = None


class Count(Record):
    """How often a bit string was measured."""

    columns: ClassVar[tuple[str, ...]] = ("bitstring", "count")

    bitstring: str
    count: int
    probability: float


class DrawnCount(Count):
    """The same for a person, with a bar."""

    columns: ClassVar[tuple[str, ...]] = ("bitstring", "count", "probability", "bar")

    bar: str


class Result(Record):
    """The value of a result type that the program asks for."""

    columns: ClassVar = ("result", "targets", "value")

    result: str
    targets: Any = None
    value: Any = None


class Measured(Record):
    """What a task has measured.

    `counts` by bit string, the most frequent first; `results` are the result types that the program asks for. `price`
    is in US dollars, None where it is not known; `seconds` how long the simulator worked.
    """

    columns: ClassVar = ("id", "device", "shots", "price")

    id: str
    device: str
    shots: int
    counts: dict[str, int]
    probabilities: dict[str, float]
    measured_qubits: tuple[int, ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    seconds: float | None = None
    price: float | None = None

    def rows(self, *, drawn: bool) -> list[Record]:
        """The counts as records, with bars if DRAWN; the result types where nothing was counted."""
        if not self.counts:
            return [
                Result(
                    result=" ".join(str(part) for part in (one["type"], *(one.get("observable") or ()))),
                    targets=one.get("targets"),
                    value=one.get("value"),
                )
                for one in self.results
            ]
        most = max(self.probabilities.values())
        rows: list[Record] = []
        for bits, count in self.counts.items():
            share = self.probabilities[bits]
            common: dict[str, Any] = {"bitstring": bits, "count": count, "probability": share}
            rows.append(DrawnCount(**common, bar=counts.bar(share, most)) if drawn else Count(**common))
        return rows

    @property
    def title(self) -> str:
        """What stands above its histogram."""
        return f"{self.shots:,} shots on {self.device}"


def svg(measured: Measured) -> str:
    """The histogram as SVG."""
    return counts.render_svg(measured.counts, title=measured.title)


def png(measured: Measured) -> bytes:
    """The histogram as PNG."""
    return counts.render_png(measured.counts, title=measured.title)


class HybridJob(Record):
    """A hybrid job; `price` is what its machines have cost in US dollars, None where that is not known."""

    columns: ClassVar = ("id", "status", "device", "created_at", "ended_at")

    id: str
    job_arn: str
    job_name: str
    status: str
    device: str
    created_at: Any = None
    started_at: Any = None
    ended_at: Any = None
    failure_reason: str | None = None
    billable_duration: int | None = None
    price: float | None = None
    output: str | None = None


class JobResult(Record):
    """What a hybrid job has saved."""

    columns: ClassVar = ("id", "result")

    id: str
    result: Any = None


class LogLine(Record):
    """A line of a job's log; `at` is in milliseconds since 1970."""

    columns: ClassVar = ("message",)
    prose: ClassVar = None

    message: str
    at: int | None = None
    stream: str | None = None


class Limit(Record):
    """A spending limit of a QPU, in US dollars; what is queued counts besides what was spent."""

    columns: ClassVar = ("device", "limit", "spent", "queued", "starts", "ends", "arn")

    arn: str
    device: str
    device_arn: str
    limit: float
    spent: float = 0.0
    queued: float = 0.0
    starts: Any = None
    ends: Any = None
    region: str
