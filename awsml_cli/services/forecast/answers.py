"""What a run gives: the forecast as a tidy table, how good the predictor is, what had how much weight."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from awsml_cli.core.record import Listing, Record
from awsml_cli.formats.series import tidy


class Metric(Record):
    """How good an algorithm is in one window, or in all of them (`evaluation_type` SUMMARY); lower is better."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = (
        *("algorithm", "evaluation_type", "test_window_start", "average_weighted_quantile_loss"),
        *("wape", "rmse", "mase", "mape"),
    )

    algorithm: str
    evaluation_type: str
    test_window_start: Any = None
    test_window_end: Any = None
    item_count: int | None = None
    average_weighted_quantile_loss: float | None = None
    weighted_quantile_losses: dict[str, float] = Field(default_factory=dict)
    wape: float | None = None
    rmse: float | None = None
    mase: float | None = None
    mape: float | None = None


class Impact(Record):
    """How much an attribute moved the forecast, from -1 to 1 where it is normalized; of an item and time, or of all."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("attribute", "normalized_impact_score", "raw_impact_score", "item_id", "timestamp")

    attribute: str
    normalized_impact_score: float | None = None
    raw_impact_score: float | None = None
    item_id: str | None = None
    timestamp: str | None = None


class Forecast(Record):
    """A forecast, with the metrics of what made it; `predictions` are the rows of the tidy table."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "frequency", "forecast_horizon", "average_weighted_quantile_loss", "wape")

    id: str
    name: str
    frequency: str
    forecast_horizon: int
    forecast_types: list[str]
    average_weighted_quantile_loss: float | None = None
    wape: float | None = None
    accuracy: list[dict[str, Any]] = Field(default_factory=list)
    impact: list[dict[str, Any]] = Field(default_factory=list)
    predictions: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The columns of the tidy table."""
        return tidy.columns(self.predictions, self.forecast_types)


def metrics(answer: Mapping[str, Any]) -> Listing:
    """The records of what GetAccuracyMetrics answered: each algorithm's summary, then its windows."""
    return Listing(_metrics(answer), "PredictorEvaluationResults")


def _metrics(answer: Mapping[str, Any]) -> Iterator[Metric]:
    for result in answer.get("PredictorEvaluationResults") or ():
        name = str(result.get("AlgorithmArn") or "AutoPredictor").rpartition("/")[2]
        windows = result.get("TestWindows") or ()
        for one in sorted(windows, key=lambda each: each.get("EvaluationType") != "SUMMARY"):
            told = one.get("Metrics") or {}
            errors = {
                key.lower(): value
                for error in reversed(told.get("ErrorMetrics") or ())
                for key, value in error.items()
                if key != "ForecastType"
            }
            losses = {str(each["Quantile"]): each["LossValue"] for each in told.get("WeightedQuantileLosses") or ()}
            yield Metric.of(
                one,
                algorithm=name,
                average_weighted_quantile_loss=told.get("AverageWeightedQuantileLoss"),
                weighted_quantile_losses=losses,
                rmse=errors.get("rmse", told.get("RMSE")),
                **{key: errors.get(key) for key in ("wape", "mase", "mape")},
            )


def naive(told: Mapping[str, float], *, items: int) -> Metric:
    """The record of how good repeating the last season would have been."""
    return Metric(
        algorithm="seasonal naive",
        evaluation_type="BASELINE",
        item_count=items,
        average_weighted_quantile_loss=told.get("average_wql"),
        weighted_quantile_losses={name[4:]: value for name, value in told.items() if name.startswith("wql ")},
        **{key: told[key] for key in ("wape", "rmse", "mase", "mape")},
    )


def impacts(text: str) -> Iterator[Impact]:
    """The records of an export of an explanation: a column for each attribute and kind of score."""
    for row in csv.DictReader(io.StringIO(text)):
        scores: dict[str, dict[str, float]] = {}
        for column, value in row.items():
            attribute, _, kind = str(column).rpartition("-")
            if attribute and value:
                word = "normalized_impact_score" if kind.startswith("Norm") else "raw_impact_score"
                scores.setdefault(attribute, {})[word] = float(value)
        place = {"item_id": row.get("item_id"), "timestamp": row.get("timestamp") or row.get("date")}
        for attribute, told in scores.items():
            yield Impact(attribute=attribute, **place, **told)


def forecast(raw: bytes, *, id: str, types: Sequence[str] = ()) -> Forecast:
    """The record of what was kept of a run; TYPES are the columns of values that are wanted, else those it has."""
    told = json.loads(raw)
    rows = tidy.exported([one.encode() for one in told["parts"]], timed=told["timed"])
    accuracy = list(_metrics(told["metrics"]))
    if told.get("baseline"):
        windows = sum(one.evaluation_type == "COMPUTED" for one in accuracy if one.algorithm == accuracy[0].algorithm)
        scores = told["baseline"]["metrics"][max(0, windows - 1)]
        if scores:  # in as many windows as those that it stands beside
            accuracy.append(naive(scores, items=told["baseline"]["items"]))
        by_place = {tuple(key): value for key, value in told["baseline"]["values"]}
        for row in rows:
            row["naive"] = by_place.get(_place(row))
    types = [*(types or told["types"]), *(["naive"] if told.get("baseline") else [])]
    summary = next((one for one in accuracy if one.evaluation_type == "SUMMARY"), accuracy[0] if accuracy else None)
    made = Forecast(
        id=id,
        name=told["name"],
        frequency=told["frequency"],
        forecast_horizon=told["horizon"],
        forecast_types=types,
        average_weighted_quantile_loss=summary.average_weighted_quantile_loss if summary else None,
        wape=summary.wape if summary else None,
        accuracy=[one.fields() for one in accuracy],
        impact=[one.fields() for text in told.get("impact") or () for one in impacts(text)],
        predictions=rows,
    )
    return made.with_raw(told)


def said(made: Forecast) -> str | None:
    """How good the predictor is, in a sentence."""
    rows = [Metric(**one) for one in made.accuracy]
    shown = [one for one in rows if one.evaluation_type in ("SUMMARY", "BASELINE")] or rows[:1]
    parts = [
        f"{one.algorithm}: average wQL {_short(one.average_weighted_quantile_loss)}, WAPE {_short(one.wape)}"
        for one in shown
    ]
    return "; ".join(parts) or None


def _short(value: float | None) -> str:
    return "?" if value is None else f"{value:.4g}"


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row of the tidy table is about: the item, its dimensions, the time."""
    others = [
        str(value) for name, value in row.items() if isinstance(value, str) and name not in ("item_id", "timestamp")
    ]
    return (str(row["item_id"]), *others, str(row["timestamp"]))
