"""How tables are taken in, models learnt, series forecast and exported here, in Amazon Forecast's own shapes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from typing import Any, Final

from awsml_cli.core import clock, sources
from awsml_cli.core.errors import ConfigError, InputError
from awsml_cli.formats.series import frequency, metrics
from awsml_cli.formats.series.stamps import Stamps
from awsml_cli.local import jobs
from awsml_cli.local.engines import forecast as engine
from awsml_cli.local.engines.forecast import calendar, candidates, learning, regressors
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.operations.forecast import series, things
from awsml_cli.local.operations.forecast.series import kept

USUAL: Final = ("0.1", "0.5", "0.9")
OPTIMIZED: Final = {"AverageWeightedQuantileLoss": "average_wql"}  # other metrics are called alike, in small letters
SAVING: Final = 2.0  # seconds between two notes of how far the work is


def create_dataset(params: Params, machine: Machine) -> Answer:
    """Keep a dataset."""
    return things.make(machine, "Dataset", params)


def create_dataset_group(params: Params, machine: Machine) -> Answer:
    """Keep a group of datasets."""
    for arn in params.get("DatasetArns", ()):
        things.thing(machine, arn)
    return things.make(machine, "DatasetGroup", params)


def update_dataset_group(params: Params, machine: Machine) -> Answer:
    """Put other datasets into a group."""
    arn = params["DatasetGroupArn"]
    one = things.thing(machine, arn)
    changed = {**one["Params"], "DatasetArns": list(params["DatasetArns"])}
    machine.store.change_document(things.KIND, arn, {"Params": changed})
    return {}


def create_dataset_import_job(params: Params, machine: Machine) -> Answer:
    """Begin to take a table in."""
    arn = params["DatasetArn"]
    within = things.thing(machine, arn)["Name"]
    return things.make(machine, "DatasetImportJob", params, parent=arn, within=within)


def create_auto_predictor(params: Params, machine: Machine) -> Answer:
    """Begin to look for the best model. Raises ConfigError for what no engine here can do."""
    for name, wanted in (
        ("the weather", any(one["Name"] == "weather" for one in params["DataConfig"].get("AdditionalDatasets", ()))),
        ("why", params.get("ExplainPredictor")),
    ):
        if wanted:
            raise _nobody(name)
    if (country := series.country(params)) is not None:
        calendar.asked(country)
    return _predictor(params, machine, params["DataConfig"]["DatasetGroupArn"], auto=True)


def create_predictor(params: Params, machine: Machine) -> Answer:
    """Begin to learn with one algorithm, or the best of all. Raises ConfigError for one that is not here."""
    if any(one["Name"] == "weather" for one in params["InputDataConfig"].get("SupplementaryFeatures", ())):
        raise _nobody("the weather")
    country = series.country(params)
    if params.get("AlgorithmArn"):
        algorithm = params["AlgorithmArn"].rpartition("/")[2]
        if not _minds(algorithm) and country is not None:
            raise ConfigError(
                f"no engine on this machine minds holidays in {algorithm}",
                hint="--algorithm arima or prophet, or none, which tries them all",
            )
    if country is not None:
        calendar.asked(country)
    return _predictor(params, machine, params["InputDataConfig"]["DatasetGroupArn"], auto=False)


def describe_auto_predictor(params: Params, machine: Machine) -> Answer:
    """What there is to say of a predictor made by CreateAutoPredictor; of others nothing."""
    one = things.thing(machine, params["PredictorArn"])
    if not one.get("Auto"):
        raise Refused("InvalidInputException", "The predictor was not made by CreateAutoPredictor.")
    kept = (
        *("ForecastHorizon", "ForecastTypes", "ForecastFrequency", "DataConfig", "OptimizationMetric"),
        "ForecastDimensions",
    )
    told = things.described("Predictor", params, machine)
    return {**told, **{name: one["Params"][name] for name in kept if name in one["Params"]}}


def describe_predictor(params: Params, machine: Machine) -> Answer:
    """What there is to say of a predictor."""
    told = things.described("Predictor", params, machine)
    about = things.thing(machine, params["PredictorArn"])["Params"]
    told |= {name: about[name] for name in ("InputDataConfig", "FeaturizationConfig") if name in about}
    return {**told, "IsAutoPredictor": bool(things.thing(machine, params["PredictorArn"]).get("Auto"))}


def get_accuracy_metrics(params: Params, machine: Machine) -> Answer:
    """How good the models of a predictor were in the backtest: the chosen ones together."""
    one = things.active(machine, params["PredictorArn"])
    measured = [("SUMMARY", one["Summary"]), *(("COMPUTED", told) for told in one["Windows"])]
    windows = [
        {"EvaluationType": kind, "ItemCount": one["Items"], "Metrics": metrics.as_aws(told)} for kind, told in measured
    ]
    answer: Answer = {
        "PredictorEvaluationResults": [{"TestWindows": windows}],
        "IsAutoPredictor": bool(one.get("Auto")),
    }
    names = "+".join(dict.fromkeys(one["Chosen"].values()))
    answer["PredictorEvaluationResults"][0]["AlgorithmArn"] = f"arn:aws:forecast:::algorithm/{names}"
    return made_by(answer, engine=_label(one["Chosen"]), quality=engine.DECLARATION.quality, machine=machine)


def create_forecast(params: Params, machine: Machine) -> Answer:
    """Begin to forecast every series, or those that a selector names."""
    things.active(machine, params["PredictorArn"])
    return things.make(machine, "Forecast", params, parent=params["PredictorArn"])


def create_forecast_export_job(params: Params, machine: Machine) -> Answer:
    """Begin to write a forecast into a bucket."""
    if params.get("Format", "CSV") != "CSV":
        raise _nobody("Parquet exports (awsml writes Parquet itself: -o forecast.parquet)")
    things.active(machine, params["ForecastArn"])
    return things.make(machine, "ForecastExportJob", params, parent=params["ForecastArn"])


def _predictor(params: Params, machine: Machine, group: str, *, auto: bool) -> Answer:
    if not engine.DECLARATION.installed() and not params.get("AlgorithmArn", "").endswith("/NPTS"):
        raise engine.DECLARATION.missing()
    datasets = [things.thing(machine, arn) for arn in things.thing(machine, group)["Params"].get("DatasetArns", ())]
    for one in datasets:
        if one["Params"]["DatasetType"] == "ITEM_METADATA":
            machine.warn("no engine of this machine learns from what is known of the items; that is not used")
        name = params.get("AlgorithmArn", "").rpartition("/")[2]
        if one["Params"]["DatasetType"] == "RELATED_TIME_SERIES" and name and not _minds(name):
            machine.warn(f"{name} looks at the target series alone; what goes along with it is not used")
    return things.make(machine, "Predictor", params, parent=group, Auto=auto)


def _import(machine: Machine, arn: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Keep a copy of the table, once every row is what the schema says."""
    dataset = things.thing(machine, job["Params"]["DatasetArn"])
    schema = dataset["Params"]["Schema"]["Attributes"]
    bucket, prefix = sources.split_address(job["Params"]["DataSource"]["S3Config"]["Path"])
    objects = machine.store.objects(bucket, prefix=prefix, after="", limit=1000) if bucket else []
    if not objects:
        raise jobs.Failure(f"There is no data at {job['Params']['DataSource']['S3Config']['Path']}.")
    with kept(machine, dataset).open("wb") as out:
        for one in objects:
            with one.path.open("rb") as file:
                shutil.copyfileobj(file, out)
    rows = 0
    stamps = Stamps("yyyy-MM-dd")
    with kept(machine, dataset).open(encoding="utf-8", newline="") as file:
        for rows, row in enumerate(csv.reader(file), 1):
            if len(row) != len(schema):
                raise jobs.Failure(f"Row {rows} has {len(row)} columns, the schema {len(schema)}.")
            for cell, attribute in zip(row, schema, strict=True):
                kind = attribute["AttributeType"]
                if kind == "timestamp" and stamps.seconds(cell) is None:
                    raise jobs.Failure(f"Row {rows}: `{cell}` is no timestamp.")
                if kind in ("float", "integer") and not _is_number(cell):
                    raise jobs.Failure(f"Row {rows}: `{cell}` is no number.")
            if stopping():
                raise jobs.Stopped
    machine.store.change_document(things.KIND, job["Params"]["DatasetArn"], {"Rows": rows})
    return {"Rows": rows}


def _learn(machine: Machine, arn: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Find the model for the series of a group."""
    params = job["Params"]
    lines, every, lasts = series.target(machine, job["Parent"], params)[:3]
    algorithm = str(params.get("AlgorithmArn", "")).rpartition("/")[2]
    beside: dict[tuple[str, ...], Any] = {}
    names: list[str] = []
    what, reach = regressors.RELATED, 0
    if not algorithm or _minds(algorithm):
        beside, what, names, reach = series.along(machine, job["Parent"], params, every, lines, lasts)
    if names and reach < len(lines):
        machine.warn(
            f"{', '.join(names)} reach to the end of the horizon for {reach} of {len(lines)} series; "
            "the engines of this machine need them so long, and look at the others alone"
        )
    types = tuple(params.get("ForecastTypes") or USUAL)
    metric = params.get("OptimizationMetric", "AverageWeightedQuantileLoss")
    try:
        found = learning.learn(
            lines,
            params["ForecastHorizon"],
            every.season,
            types,
            metric=OPTIMIZED.get(metric, metric.lower()),
            only=candidates.of_aws(algorithm) if algorithm else None,
            beside=beside,
            what=what,
            progress=_progress(machine, arn),
            stopping=stopping,
        )
    except InterruptedError:
        raise jobs.Stopped from None
    except InputError as problem:
        raise jobs.Failure(str(problem)) from None
    for name, why in found.left_out.items():
        machine.note(f"{name} was left out: {why}")
    for name, told in found.scores.items():
        wql = f"average wQL {told['average_wql']:.4g}, " if "average_wql" in told else ""
        machine.note(f"tried {name}: {wql}WAPE {told['wape']:.4g}")
    return {
        "Chosen": found.chosen,
        "Summary": found.summary,
        "Windows": found.windows,
        "Items": found.items,
        "Seconds": found.seconds,
    }


def _forecast(machine: Machine, arn: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Forecast every series, and keep that as an export has it."""
    predictor = things.thing(machine, job["Parent"])
    params = predictor["Params"]
    lines, every, lasts, dims = series.target(machine, predictor["Parent"], params)
    types = tuple(job["Params"].get("ForecastTypes") or params.get("ForecastTypes") or USUAL)
    beside = series.along(machine, predictor["Parent"], params, every, lines, lasts)[0]
    if selector := job["Params"].get("TimeSeriesSelector"):
        some = series.wanted(machine, selector, dims)
        lines = {key: line for key, line in lines.items() if key in some}
        if not lines:
            raise jobs.Failure("None of the series that are named is there.")
    made = learning.forecast(
        lines,
        predictor["Chosen"],
        params["ForecastHorizon"],
        every.season,
        types,
        seconds=predictor["Seconds"],
        beside=beside,
        progress=_progress(machine, arn),
        stopping=stopping,
    )
    names = [one if one == "mean" else f"p{round(float(one) * 100)}" for one in types]
    path = kept(machine, job)
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["item_id", *dims, "date", *names])
            for key, told in made:
                for step in range(params["ForecastHorizon"]):
                    at = frequency.written(every.at(lasts[key] + step + 1), timed=True).replace(" ", "T") + "Z"
                    writer.writerow([*key, at, *(f"{told[one][step]:.10g}" for one in types)])
    except InterruptedError:
        raise jobs.Stopped from None
    return {}


def _export(machine: Machine, arn: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Write a forecast into its bucket, in one part."""
    bucket, prefix = sources.split_address(job["Params"]["Destination"]["S3Config"]["Path"])
    if not machine.store.has_bucket(bucket):
        raise jobs.Failure(f"There is no bucket {bucket} on this machine.")
    at = things.moment(clock.now()).strftime("%Y-%m-%dT%H-%M-%SZ")
    key = f"{prefix.rstrip('/')}/{job['Name']}_{at}_part0.csv".lstrip("/")
    with kept(machine, things.thing(machine, job["Parent"])).open("rb") as file:
        machine.store.put(bucket, key, io.BytesIO(file.read()))
    return {}


def _progress(machine: Machine, arn: str) -> Callable[[float, float], None]:
    """Notes in the store how many seconds are left, now and then."""
    noted = 0.0

    def note(done: float, left: float) -> None:
        nonlocal noted
        now = clock.monotonic()
        if now - noted > SAVING:
            noted = now
            machine.store.change_document(things.KIND, arn, {"Left": left})

    return note


def _minds(algorithm: str) -> bool:
    """Whether AWS's ALGORITHM here minds what goes along with the target."""
    return candidates.of_aws(algorithm) in regressors.BASES


def _is_number(cell: str) -> bool:
    try:
        return not cell or float(cell) - float(cell) == 0
    except ValueError:
        return False


def _label(chosen: Mapping[str, str]) -> str:
    names = dict.fromkeys(chosen.values())
    return f"{engine.DECLARATION.label()} ({', '.join(names)})"


def _nobody(what: str) -> ConfigError:
    return ConfigError(f"no engine on this machine minds {what}", hint="run it without --local, or leave that out")


things.WORKERS.update(
    {"DatasetImportJob": _import, "Predictor": _learn, "Forecast": _forecast, "ForecastExportJob": _export}
)
OPERATIONS: dict[str, Operation] = {
    "CreateDataset": create_dataset,
    "CreateDatasetGroup": create_dataset_group,
    "UpdateDatasetGroup": update_dataset_group,
    "CreateDatasetImportJob": create_dataset_import_job,
    "CreateAutoPredictor": create_auto_predictor,
    "CreatePredictor": create_predictor,
    "DescribeAutoPredictor": describe_auto_predictor,
    "DescribePredictor": describe_predictor,
    "GetAccuracyMetrics": get_accuracy_metrics,
    "CreateForecast": create_forecast,
    "CreateForecastExportJob": create_forecast_export_job,
}
