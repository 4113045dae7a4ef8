"""What there is to say about a tuning and its trials: records, a line of each, and the live table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from awsml_cli.core import prices
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Record

SHOWN: Final = 8  # trials of the live table
ENDED: Final = ("Completed", "Failed", "Stopped")


class Trial(Record):
    """A training of a tuning: the values that it was given, and what came of them. Times are in seconds."""

    columns: ClassVar = ("training_job_name", "training_job_status", "objective_value", "hyperparameters")

    training_job_name: str
    training_job_status: str
    objective_value: float | None = None
    hyperparameters: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    training_time_in_seconds: float | None = None
    failure_reason: str | None = None


class TuningJob(Record):
    """A tuning: `best_…` is the best trial so far, `trials` counts them by state; `price` is in US dollars."""

    columns: ClassVar[tuple[str, ...]] = (
        "tuning_job_name",
        "tuning_job_status",
        "best_training_job",
        "best_value",
        "best_hyperparameters",
    )

    id: str
    tuning_job_name: str
    tuning_job_status: str
    strategy: str | None = None
    objective: str | None = None
    best_training_job: str | None = None
    best_value: float | None = None
    best_hyperparameters: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    trials: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it
    failure_reason: str | None = None
    creation_time: Any = None
    end_time: Any = None
    price: float | None = None


class Started(TuningJob):
    """A tuning that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


def table(trials: Sequence[Trial], objective: Mapping[str, Any]) -> list[str]:
    """Those of TRIALS that run, and the best by AWS's OBJECTIVE, as lines of a table."""
    sign = -1.0 if objective.get("Type") == "Maximize" else 1.0
    best = sorted(
        (one for one in trials if one.objective_value is not None),
        key=lambda one: sign * float(one.objective_value or 0.0),
    )
    running = [one for one in trials if one.training_job_status not in ENDED]
    shown = [*running, *(one for one in best if one not in running)][:SHOWN]
    if not shown:
        return []
    rows = [("TRIAL", "STATUS", str(objective.get("MetricName", "objective")).upper(), "WITH")]
    rows += [
        (one.training_job_name, one.training_job_status, _number(one.objective_value), said(one.hyperparameters))
        for one in shown
    ]
    wide = [max(len(row[place]) for row in rows) for place in range(3)]
    return ["  ".join([*(cell.ljust(w) for cell, w in zip(row, wide, strict=False)), row[3]]) for row in rows]


def line(one: Trial, objective: Mapping[str, Any]) -> str:
    """What became of a trial that has ended."""
    value = f", {objective.get('MetricName')} {one.objective_value:g}" if one.objective_value is not None else ""
    why = f": {one.failure_reason}" if one.failure_reason else ""
    return f"{one.training_job_name}: {one.training_job_status}{value} with {said(one.hyperparameters)}{why}"


def record(job: JobId, answer: Mapping[str, Any], *, trials: Sequence[Trial] = ()) -> TuningJob:
    """What there is to say of AWS's ANSWER about JOB; what it cost, where its TRIALS are known."""
    config = answer.get("HyperParameterTuningJobConfig") or {}
    found = answer.get("BestTrainingJob") or {}
    best = trial(found) if found.get("TrainingJobName") else None
    resources = (answer.get("TrainingJobDefinition") or {}).get("ResourceConfig") or {}
    spent = sum(one.training_time_in_seconds or 0.0 for one in trials)
    price = prices.instances(resources.get("InstanceType"), int(resources.get("InstanceCount") or 1), spent)
    return TuningJob(
        id=str(job),
        tuning_job_name=job.name,
        tuning_job_status=answer["HyperParameterTuningJobStatus"],
        strategy=config.get("Strategy") or answer.get("Strategy"),
        objective=(config.get("HyperParameterTuningJobObjective") or {}).get("MetricName"),
        best_training_job=best.training_job_name if best else None,
        best_value=best.objective_value if best else None,
        best_hyperparameters=best.hyperparameters if best else {},
        trials={_snake(name): count for name, count in (answer.get("TrainingJobStatusCounters") or {}).items()},
        failure_reason=answer.get("FailureReason"),
        creation_time=answer.get("CreationTime"),
        end_time=answer.get("HyperParameterTuningEndTime"),
        price=round(price.dollars, 4) if price and trials else None,
    ).with_raw(answer)


def trial(found: Mapping[str, Any]) -> Trial:
    """A trial as AWS tells of it."""
    value = (found.get("FinalHyperParameterTuningJobObjectiveMetric") or {}).get("Value")
    begun, ended = found.get("TrainingStartTime"), found.get("TrainingEndTime")
    return Trial(
        training_job_name=found["TrainingJobName"],
        training_job_status=found["TrainingJobStatus"],
        objective_value=value,
        hyperparameters=found.get("TunedHyperParameters") or {},
        training_time_in_seconds=(ended - begun).total_seconds() if begun and ended else None,
        failure_reason=found.get("FailureReason"),
    ).with_raw(found)


def said(values: Mapping[str, str]) -> str:
    """VALUES of hyperparameters in a line; those of words come in quotation marks, which go."""
    return ", ".join(f"{name}={value.strip(chr(34))}" for name, value in sorted(values.items()))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
