"""Amazon Forecast, with state: everything is made pending, goes on with each look, and knows how many minutes are left.

A forecast is the last week of a series once more, with bands of a tenth; metrics are what tests make of them.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("CREATE_PENDING", "CREATE_IN_PROGRESS", "ACTIVE")
GOING = ("DELETE_PENDING", "DELETE_IN_PROGRESS")
MINUTES = (12, 5)  # that are left while something is made
PAGE = 2
SEASON = 7
# noun -> (word in the ARN, list's key, the member that names what it belongs to)
NOUNS = {
    "Dataset": ("dataset", "Datasets", None),
    "DatasetGroup": ("dataset-group", "DatasetGroups", None),
    "DatasetImportJob": ("dataset-import-job", "DatasetImportJobs", "DatasetArn"),
    "Predictor": ("predictor", "Predictors", "DatasetGroupArn"),
    "Forecast": ("forecast", "Forecasts", "PredictorArn"),
    "ForecastExportJob": ("forecast-export-job", "ForecastExportJobs", "ForecastArn"),
    "Explainability": ("explainability", "Explainabilities", "ResourceArn"),
    "ExplainabilityExport": ("explainability-export", "ExplainabilityExports", "ExplainabilityArn"),
    "WhatIfAnalysis": ("what-if-analysis", "WhatIfAnalyses", "ForecastArn"),
    "WhatIfForecast": ("what-if-forecast", "WhatIfForecasts", "WhatIfAnalysisArn"),
    "WhatIfForecastExport": ("what-if-forecast-export", "WhatIfForecastExports", None),
    "PredictorBacktestExportJob": ("predictor-backtest-export-job", "PredictorBacktestExportJobs", "PredictorArn"),
}
AT_ONCE = ("Dataset", "DatasetGroup")
KEPT = {  # of what was asked, what is told
    "Dataset": ("Domain", "DatasetType", "DataFrequency", "Schema"),
    "DatasetGroup": ("Domain", "DatasetArns"),
    "Forecast": ("PredictorArn", "DatasetGroupArn", "ForecastTypes", "TimeSeriesSelector"),
}


class Forecast:
    """Things by ARN. `failing` says with which message the next thing of a noun fails; `made` counts what was created."""

    name = "forecast"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.things: dict[str, dict[str, Any]] = {}
        self.failing: dict[str, str] = {}
        self.made: dict[str, int] = {}
        for noun, (word, plural, parent) in NOUNS.items():
            snake = word.replace("-", "_")
            if not hasattr(self, f"describe_{snake}"):
                setattr(self, f"describe_{snake}", _bound(self._described, noun))
            setattr(self, f"delete_{snake}", _bound(self._deleted, noun))
            listing = {"Explainabilities": "explainabilities", "WhatIfAnalyses": "what_if_analyses"}.get(plural)
            setattr(self, f"list_{listing or snake + 's'}", _bound(self._listed, noun, plural, parent))

    # making

    def create_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a dataset at once."""
        return self._make("Dataset", params)

    def create_dataset_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a group of datasets of one domain."""
        for arn in params.get("DatasetArns", ()):
            if self._thing(arn)["params"]["Domain"] != params["Domain"]:
                raise AwsError("InvalidInputException", "The domain of a dataset is not that of the group.")
        return self._make("DatasetGroup", params)

    def update_dataset_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Put other datasets into a group."""
        self._thing(params["DatasetGroupArn"])["params"]["DatasetArns"] = params["DatasetArns"]
        return {}

    def create_dataset_import_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to read a table, whose form is looked at when it is there."""
        self._thing(params["DatasetArn"])
        return self._make("DatasetImportJob", params, within=params["DatasetArn"].rpartition("/")[2])

    def create_auto_predictor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to learn."""
        arn = params["DataConfig"]["DatasetGroupArn"]
        made = self._predictor(params, arn, auto=True)
        if params.get("ExplainPredictor"):
            about = {"ExplainabilityName": params["PredictorName"], "ResourceArn": made["PredictorArn"]}
            about["ExplainabilityConfig"] = {"TimeSeriesGranularity": "ALL", "TimePointGranularity": "ALL"}
            explained = self._make("Explainability", about)["ExplainabilityArn"]
            self._thing(made["PredictorArn"])["explained"] = explained
        return made

    def create_predictor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to learn with one algorithm, or all of them."""
        return self._predictor(params, params["InputDataConfig"]["DatasetGroupArn"], auto=False)

    def create_forecast(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to forecast; an account has ten at most."""
        predictor = self._active(params["PredictorArn"])
        if sum(one["noun"] == "Forecast" for one in self.things.values()) >= 10:
            raise AwsError("LimitExceededException", "The limit of 10 forecasts is reached.")
        part = None
        if selector := params.get("TimeSeriesSelector"):
            told = selector["TimeSeriesIdentifiers"]
            names = [one["AttributeName"] for one in told["Schema"]["Attributes"]]
            dims = predictor["params"].get("ForecastDimensions") or []
            if sorted(names) != sorted(["item_id", *dims]):
                raise AwsError("InvalidInputException", f"The series are told by {names}, not by {dims}.")
            part = self._table(told["DataSource"], told["Schema"])
        made = self._make("Forecast", {**params, "DatasetGroupArn": predictor["group"]})
        self.things[made["ForecastArn"]]["part"] = part
        return made

    def create_forecast_export_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to write a forecast, in two files."""
        self._active(params["ForecastArn"])
        made = self._make("ForecastExportJob", params)
        rows = self.rows(params["ForecastArn"])
        self._export(made["ForecastExportJobArn"], params["Destination"], params["ForecastExportJobName"], rows)
        return made

    def create_explainability(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to explain."""
        self._active(params["ResourceArn"])
        return self._make("Explainability", params)

    def create_explainability_export(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to write an explanation."""
        self._active(params["ExplainabilityArn"])
        made = self._make("ExplainabilityExport", params)
        rows = [
            {"price-NormalizedImpactScore": 0.4, "price-RawImpactScore": 3.5, "Holiday_DE-NormalizedImpactScore": -0.1}
        ]
        name = params["ExplainabilityExportName"]
        self._export(made["ExplainabilityExportArn"], params["Destination"], name, rows)
        return made

    def create_predictor_backtest_export_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to write what the backtest said: each series' last horizon, foretold a tenth too high."""
        predictor = self._active(params["PredictorArn"])
        made = self._make("PredictorBacktestExportJob", params)
        horizon = predictor["params"]["ForecastHorizon"]
        values: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for key, series in sorted(self._series(predictor).items()):
            stamps = sorted(series)[-horizon:]
            window = {
                "backtestwindow_start_time": f"{stamps[0]}T00:00:00",
                "backtestwindow_end_time": f"{stamps[-1]}T00:00:00",
            }
            for stamp in stamps:
                row = {**dict(key), "timestamp": f"{stamp}T00:00:00Z", "target_value": series[stamp], **window}
                values.append({**row, "p50": round(series[stamp] * 1.1, 6), "mean": round(series[stamp] * 1.1, 6)})
            for kind in ("Computed", "Summary"):
                told = {"wQL[0.5]": 0.1, "WAPE": 0.1, "RMSE": 1.5, "MAPE": "not defined"}
                errors.append({**dict(key), "backtest_window": kind, **window, **told})
        arn, name = made["PredictorBacktestExportJobArn"], params["PredictorBacktestExportJobName"]
        self._export(arn, params["Destination"], name, values, folder="forecasted-values")
        self._export(arn, params["Destination"], name, errors, folder="accuracy-metrics-values")
        return made

    def create_what_if_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin an analysis of a forecast."""
        self._active(params["ForecastArn"])
        return self._make("WhatIfAnalysis", params)

    def create_what_if_forecast(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to forecast with something changed."""
        self._active(params["WhatIfAnalysisArn"])
        if "TimeSeriesTransformations" not in params and "TimeSeriesReplacementsDataSource" not in params:
            raise AwsError("InvalidInputException", "Transformations or replacements are needed.")
        rows: list[dict[str, str]] = []
        if replaced := params.get("TimeSeriesReplacementsDataSource"):
            analysis = self._thing(params["WhatIfAnalysisArn"])
            group = self._thing(self._thing(analysis["params"]["ForecastArn"])["params"]["DatasetGroupArn"])
            related = [self._thing(arn)["params"] for arn in group["params"]["DatasetArns"]]
            related = [one for one in related if one["DatasetType"] == "RELATED_TIME_SERIES"]
            known = [one["AttributeName"] for each in related for one in each["Schema"]["Attributes"]]
            names = [one["AttributeName"] for one in replaced["Schema"]["Attributes"]]
            if not set(names) <= set(known):
                raise AwsError("InvalidInputException", f"The related series have {known}, not {names}.")
            rows = self._table(replaced, replaced["Schema"])
        made = self._make("WhatIfForecast", params)
        self.things[made["WhatIfForecastArn"]]["replaced"] = {(row["item_id"], row["timestamp"]) for row in rows}
        return made

    def create_what_if_forecast_export(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to write forecasts with something changed: what is multiplied is that much more, and where
        something was replaced, ten times as much."""
        made = self._make("WhatIfForecastExport", params)
        rows: list[dict[str, Any]] = []
        for arn in params["WhatIfForecastArns"]:
            one = self._active(arn)
            analysis = self._thing(one["params"]["WhatIfAnalysisArn"])
            factor = 1.0
            for change in one["params"].get("TimeSeriesTransformations", ()):
                if change["Action"]["Operation"] == "MULTIPLY":
                    factor *= change["Action"]["Value"]
            for row in self.rows(analysis["params"]["ForecastArn"]):
                times = 10.0 if (row["item_id"], row["date"][:10]) in one["replaced"] else factor
                values = {key: round(value * times, 6) for key, value in row.items() if isinstance(value, float)}
                rows.append({**row, **values, "what_if_forecast_name": one["name"]})
        self._export(made["WhatIfForecastExportArn"], params["Destination"], params["WhatIfForecastExportName"], rows)
        return made

    # looking

    def describe_auto_predictor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an AutoPredictor, which moves it on; others are refused."""
        one = self._thing(params["PredictorArn"])
        if not one["auto"]:
            raise AwsError("InvalidInputException", "The predictor was not made by CreateAutoPredictor.")
        kept = ("ForecastHorizon", "ForecastTypes", "ForecastFrequency", "DataConfig", "OptimizationMetric")
        kept += ("ForecastDimensions",)
        more = {name: one["params"][name] for name in kept if name in one["params"]}
        if "explained" in one:
            explained = self._thing(one["explained"])
            more["ExplainabilityInfo"] = {"ExplainabilityArn": one["explained"], "Status": _status(explained)}
        return {**self._described("Predictor", params, call), **more}

    def describe_predictor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a predictor, which moves it on."""
        one = self._thing(params["PredictorArn"])
        told = self._described("Predictor", params, call)
        del told["PredictorArn"]  # the model takes it for a name of at most 63 characters
        kept = ("ForecastHorizon", "ForecastTypes", "InputDataConfig", "FeaturizationConfig")
        more = {name: one["params"][name] for name in kept if name in one["params"]}
        return {**told, **more, "IsAutoPredictor": one["auto"]}

    def get_accuracy_metrics(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """How good a predictor is: always the same."""
        one = self._active(params["PredictorArn"])
        asked = one["params"]
        types = asked.get("ForecastTypes") or ["0.1", "0.5", "0.9"]
        losses = [{"Quantile": float(each), "LossValue": 0.1} for each in types if each != "mean"]
        errors = [{"ForecastType": "mean", "WAPE": 0.12, "RMSE": 3.4, "MASE": 0.8, "MAPE": 0.15}]
        metrics = {"RMSE": 3.4, "WeightedQuantileLosses": losses, "ErrorMetrics": errors}
        windows = [
            {
                "EvaluationType": kind,
                "ItemCount": len(self._series(one)),
                "Metrics": {**metrics, "AverageWeightedQuantileLoss": 0.1},
            }
            for kind in ("SUMMARY", "COMPUTED")
        ]
        names = ["ETS", "NPTS"] if asked.get("PerformAutoML") else [asked.get("AlgorithmArn", "").rpartition("/")[2]]
        results = [{"TestWindows": windows, **({"AlgorithmArn": _algorithm(name)} if name else {})} for name in names]
        return {"PredictorEvaluationResults": results, "IsAutoPredictor": one["auto"]}

    # removing

    def delete_resource_tree(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to remove a thing with all that hangs on it."""
        arn = params["ResourceArn"]
        self._thing(arn)
        for one in self._below(arn):
            if _status(self.things[one]) in WALK[:2]:
                raise AwsError("ResourceInUseException", f"{one} is being made.")
        for one in [arn, *self._below(arn)]:
            self.things[one]["going"] = self.things[one].get("going", 0)
        return {}

    def stop_resource(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop making a thing."""
        one = self._thing(params["ResourceArn"])
        one["stopped"] = one["looks"] < len(WALK)
        return {}

    # inside

    def rows(self, arn: str) -> list[dict[str, Any]]:
        """The rows that the forecast ARN exports."""
        one = self._thing(arn)
        predictor = self._thing(one["params"]["PredictorArn"])
        asked = predictor["params"]
        types = one["params"].get("ForecastTypes") or ["0.1", "0.5", "0.9"]
        every = asked.get("ForecastFrequency") or asked["FeaturizationConfig"]["ForecastFrequency"]
        found: list[dict[str, Any]] = []
        wanted = one.get("part")
        for key, series in sorted(self._series(predictor).items()):
            if wanted is not None and dict(key) not in wanted:
                continue
            last = max(series)
            values = [series[stamp] for stamp in sorted(series)][-SEASON:]
            for step in range(1, asked["ForecastHorizon"] + 1):
                value = values[(step - 1) % len(values)]
                row: dict[str, Any] = dict(key)
                row["date"] = _after(last, every, step)
                for name in types:
                    column = "mean" if name == "mean" else f"p{round(float(name) * 100)}"
                    row[column] = float(value if name == "mean" else round(value * (0.8 + 0.4 * float(name)), 6))
                found.append(row)
        return found

    def _series(self, predictor: dict[str, Any]) -> dict[tuple[tuple[str, str], ...], dict[str, float]]:
        """The target series that a predictor learns from, by their items and dimensions."""
        found: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}
        for arn in self._thing(predictor["group"])["params"].get("DatasetArns", ()):
            dataset = self._thing(arn)
            if dataset["params"]["DatasetType"] != "TARGET_TIME_SERIES":
                continue
            names = [one["AttributeName"] for one in dataset["params"]["Schema"]["Attributes"]]
            for line in dataset.get("rows", ()):
                row = dict(zip(names, line, strict=True))
                stamp, value = row.pop("timestamp"), float(row.pop(names[2]))
                found.setdefault(tuple(row.items()), {})[stamp] = value
        return found

    def _predictor(self, params: dict[str, Any], group: str, *, auto: bool) -> dict[str, Any]:
        held = self._thing(group)
        kinds = {self._thing(arn)["params"]["DatasetType"]: arn for arn in held["params"].get("DatasetArns", ())}
        if "rows" not in self.things.get(kinds.get("TARGET_TIME_SERIES", ""), {}):
            raise AwsError("InvalidInputException", "The target dataset holds no data.")
        made = self._make("Predictor", params, suffix="_01EXAMPLE")
        self._thing(made["PredictorArn"]).update(group=group, auto=auto)
        return made

    def _make(self, noun: str, params: dict[str, Any], *, within: str = "", suffix: str = "") -> dict[str, Any]:
        word = NOUNS[noun][0]
        name = params[f"{noun}Name"]
        place = "/".join(part for part in (within, name + suffix) if part)
        arn = f"arn:aws:forecast:{wire.REGION}:{wire.ACCOUNT}:{word}/{place}"
        if arn in self.things:
            raise AwsError("ResourceAlreadyExistsException", f"{noun} {name} exists already.")
        self.made[noun] = self.made.get(noun, 0) + 1
        self.things[arn] = {
            **{"noun": noun, "name": name, "arn": arn, "params": params, "auto": None, "group": None},
            **{"looks": len(WALK) if noun in AT_ONCE else 0, "failure": self.failing.pop(noun, "")},
            **{"at": datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)},
        }
        return {f"{noun}Arn": arn}

    def _described(self, noun: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        one = self._thing(params[f"{noun}Arn"])
        if "going" in one:
            one["going"] += 1
            if one["going"] > len(GOING):
                for arn in [one["arn"], *self._below(one["arn"])]:
                    self.things.pop(arn, None)
                raise AwsError("ResourceNotFoundException", f"There is no {noun} {one['arn']}.")
        one["looks"] += 1
        status = _status(one)
        if status == "ACTIVE" and noun == "DatasetImportJob" and "read" not in one:
            self._read(one)
            status = _status(one)
        told = {f"{noun}Arn": one["arn"], f"{noun}Name": one["name"], "Status": status, "CreationTime": one["at"]}
        told |= {name: one["params"][name] for name in KEPT.get(noun, ()) if name in one["params"]}
        if status == "CREATE_FAILED":
            told["Message"] = one["failure"]
        minutes = WALK.index(status) if status in WALK[:2] else None
        if minutes is not None and not (noun in AT_ONCE or noun.endswith(("ExportJob", "ExplainabilityExport"))):
            told["EstimatedTimeRemainingInMinutes"] = MINUTES[minutes]
        return told

    def _listed(self, noun: str, plural: str, parent: str | None, params: dict[str, Any], call: Call) -> dict[str, Any]:
        found = []
        for one in self.things.values():
            if one["noun"] != noun:
                continue
            belongs = one["group"] if noun == "Predictor" else one["params"].get(parent or "")
            if any(each["Key"] == parent and each["Value"] != belongs for each in params.get("Filters", ())):
                continue
            told = {f"{noun}Arn": one["arn"], f"{noun}Name": one["name"], "CreationTime": one["at"]}
            if noun not in AT_ONCE:
                told["Status"] = _status(one)
            if noun == "Predictor":
                told["IsAutoPredictor"] = one["auto"]
            found.append(told)
        first = int(params.get("NextToken", 0))
        more = {"NextToken": str(first + PAGE)} if len(found) > first + PAGE else {}
        return {plural: found[first : first + PAGE], **more}

    def _deleted(self, noun: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        one = self._thing(params[f"{noun}Arn"])
        if self._below(one["arn"]):
            raise AwsError("ResourceInUseException", f"{one['arn']} is used.")
        one["going"] = one.get("going", 0)
        return {}

    def _below(self, arn: str) -> list[str]:
        """What hangs on the thing ARN, however far down."""
        found = []
        for one in self.things.values():
            if arn in (one["group"], *(one["params"].get(each) for each in _PARENTS)) and one["arn"] != arn:
                found += [one["arn"], *self._below(one["arn"])]
        return found

    def _read(self, one: dict[str, Any]) -> None:
        """Take in the table of an import, or fail as Forecast does."""
        dataset = self._thing(one["params"]["DatasetArn"])
        bucket, _, key = one["params"]["DataSource"]["S3Config"]["Path"].removeprefix("s3://").partition("/")
        one["read"] = True
        objects = {name: data for name, data in self.aws.objects(bucket).items() if name.startswith(key)}
        rows = [row for data in objects.values() for row in csv.reader(io.StringIO(data.decode()))]
        schema = dataset["params"]["Schema"]["Attributes"]
        kinds = [each["AttributeType"] for each in schema]
        if not rows:
            one["failure"] = f"There is no data at {key}."
        for number, row in enumerate(rows, 1):
            if len(row) != len(schema):
                one["failure"] = f"Row {number} has {len(row)} columns, the schema {len(schema)}."
                break
            for value, kind in zip(row, kinds, strict=True):
                if kind == "timestamp" and not re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", value):
                    one["failure"] = f"Row {number}: `{value}` is no timestamp."
                if kind == "float" and not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value):
                    one["failure"] = f"Row {number}: `{value}` is no number."
            if one["failure"]:
                break
        if not one["failure"]:
            dataset["rows"] = rows

    def _table(self, source: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, str]]:
        """The rows of a table in S3 by the columns of its schema; refused where it is none."""
        names = [one["AttributeName"] for one in schema["Attributes"]]
        bucket, _, key = source["S3Config"]["Path"].removeprefix("s3://").partition("/")
        rows = list(csv.reader(io.StringIO(self.aws.objects(bucket).get(key, b"").decode())))
        if not rows or any(len(row) != len(names) for row in rows):
            raise AwsError("InvalidInputException", f"There is no table with {names} at {key}.")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _export(self, arn: str, to: dict[str, Any], name: str, rows: list[dict[str, Any]], *, folder: str = "") -> None:
        bucket, _, prefix = to["S3Config"]["Path"].removeprefix("s3://").partition("/")
        half = len(rows) // 2
        for number, part in enumerate((rows[:half], rows[half:])):
            out = io.StringIO()
            if part:
                writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(part)
            place = f"{prefix.rstrip('/')}/{folder}".rstrip("/")
            key = f"{place}/{name}_2026-11-26T00-00-00Z_part{number}.csv"
            self.aws.put(bucket, key, out.getvalue().encode())

    def _thing(self, arn: str) -> dict[str, Any]:
        if arn not in self.things:
            raise AwsError("ResourceNotFoundException", f"There is no {arn}.")
        return self.things[arn]

    def _active(self, arn: str) -> dict[str, Any]:
        one = self._thing(arn)
        if _status(one) != "ACTIVE":
            raise AwsError("ResourceInUseException", f"{arn} is not ACTIVE.")
        return one


class ForecastQuery:
    """What forecasts say of one item."""

    name = "forecastquery"

    def __init__(self, forecast: Forecast) -> None:
        self._forecast = forecast

    def query_forecast(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """The steps of one series, from a date to a date."""
        return self._told(self._forecast.rows(params["ForecastArn"]), params)

    def query_what_if_forecast(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """The steps of one series with something changed."""
        one = self._forecast._active(params["WhatIfForecastArn"])
        analysis = self._forecast._thing(one["params"]["WhatIfAnalysisArn"])
        return self._told(self._forecast.rows(analysis["params"]["ForecastArn"]), params)

    def _told(self, rows: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
        wanted = params["Filters"]
        first, last = params.get("StartDate", ""), params.get("EndDate", "9999")
        told: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            if (
                any(row.get(name) != value for name, value in wanted.items())
                or not first <= row["date"].removesuffix("Z") <= last
            ):
                continue
            for name, value in row.items():
                if isinstance(value, float):
                    told.setdefault(name, []).append({"Timestamp": row["date"].removesuffix("Z"), "Value": value})
        if not told:
            raise AwsError("ResourceNotFoundException", f"There is no item {wanted}.")
        return {"Forecast": {"Predictions": told}}


_PARENTS = (
    *("DatasetArn", "PredictorArn", "ForecastArn", "ResourceArn", "ExplainabilityArn", "WhatIfAnalysisArn"),
    "DatasetGroupArn",
)


def _status(one: dict[str, Any]) -> str:
    if "going" in one:
        return GOING[min(one["going"], len(GOING)) - 1] if one["going"] else GOING[0]
    if one.get("stopped"):
        return "CREATE_STOPPED"
    status = WALK[min(one["looks"], len(WALK)) - 1] if one["looks"] else WALK[0]
    return "CREATE_FAILED" if status == "ACTIVE" and one["failure"] else status


def _algorithm(name: str) -> str:
    return f"arn:aws:forecast:::algorithm/{name}"


def _after(stamp: str, every: str, step: int) -> str:
    moment = datetime.datetime.fromisoformat(stamp)
    if every == "M":
        months = moment.year * 12 + moment.month - 1 + step
        moment = moment.replace(year=months // 12, month=months % 12 + 1)
    else:
        unit = {"D": "days", "W": "weeks", "H": "hours"}[every[-1]] if every[-1] != "n" else "minutes"
        count = int(re.match(r"\d*", every)[0] or 1)  # type: ignore[index]
        moment += datetime.timedelta(**{unit: step * count})
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _bound(function: Any, *first: Any) -> Any:
    return lambda params, call: function(*first, params, call)
