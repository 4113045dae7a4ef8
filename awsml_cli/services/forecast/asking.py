"""What is asked of Amazon Forecast, request by request; each makes its thing unless it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import things
from awsml_cli.services.forecast.plans import TYPES, Plan
from awsml_cli.services.forecast.things import SERVICE

ALGORITHM: Final = "arn:aws:forecast:::algorithm/"


def dataset(session: Session, plan: Plan, part: str, name: str) -> str:
    """The ARN of the dataset for the table PART."""
    frequency = {} if part == "items" else {"DataFrequency": plan.frequency}
    return things.made(
        session,
        things.DATASET,
        name,
        lambda: session.client(SERVICE).create_dataset(
            DatasetName=name,
            Domain=plan.wanted.domain,
            DatasetType=TYPES[part],
            Schema={"Attributes": plan.schemas[part]},
            **frequency,
        ),
    )


def group(session: Session, plan: Plan, datasets: Sequence[str]) -> str:
    """The ARN of the group of DATASETS."""
    return things.made(
        session,
        things.GROUP,
        plan.name,
        lambda: session.client(SERVICE).create_dataset_group(
            DatasetGroupName=plan.name, Domain=plan.wanted.domain, DatasetArns=list(datasets)
        ),
    )


def imported(
    session: Session,
    plan: Plan,
    part: str,
    dataset: str,
    *,
    name: str | None = None,
    path: str | None = None,
    add: bool = False,
) -> str:
    """The ARN of the import of the table PART into DATASET; with ADD to what is there, else in its place."""
    stamps = {} if part == "items" else {"TimestampFormat": stamp_format(timed=plan.timed)}
    places = {}
    if part == "target" and plan.places is not None:
        places = {"GeolocationFormat": plan.places, "UseGeolocationForTimeZone": True}
    called = name or plan.name
    lies = path or f"s3://{plan.bucket}/{plan.key(part)}"
    return things.made(
        session,
        things.IMPORT,
        called,
        lambda: session.client(SERVICE).create_dataset_import_job(
            DatasetImportJobName=called,
            DatasetArn=dataset,
            DataSource=place(lies, plan.role),
            Format="CSV",
            **({"ImportMode": "INCREMENTAL"} if add else {}),
            **stamps,
            **places,
        ),
        dataset,
    )


def predictor(session: Session, plan: Plan, group: str) -> str:
    """The ARN of the predictor that PLAN names, learnt from GROUP: an AutoPredictor, or by the algorithm asked for."""
    create = _legacy if plan.wanted.algorithm else _auto
    return things.made(session, things.PREDICTOR, plan.name, lambda: create(session, plan, group), group)


def forecast(
    session: Session, name: str, predictor: str, types: Sequence[str], selector: dict[str, Any] | None = None
) -> str:
    """The ARN of the forecast NAME of PREDICTOR; SELECTOR says which series, where not all."""
    more = {"TimeSeriesSelector": selector} if selector else {}
    return things.made(
        session,
        things.FORECAST,
        name,
        lambda: session.client(SERVICE).create_forecast(
            ForecastName=name, PredictorArn=predictor, ForecastTypes=list(types), **more
        ),
        predictor,
    )


def export(session: Session, name: str, forecast: str, to: str, role: str, *, format: str = "CSV") -> str:
    """The ARN of the export NAME of FORECAST into the folder TO."""
    return things.made(
        session,
        things.EXPORT,
        name,
        lambda: session.client(SERVICE).create_forecast_export_job(
            ForecastExportJobName=name, ForecastArn=forecast, Destination=place(to, role), Format=format
        ),
        forecast,
    )


def explained_export(session: Session, name: str, explained: str, to: str, role: str) -> str:
    """The ARN of the export NAME of the explanation EXPLAINED into the folder TO."""
    return things.made(
        session,
        things.EXPLAINED_EXPORT,
        name,
        lambda: session.client(SERVICE).create_explainability_export(
            ExplainabilityExportName=name, ExplainabilityArn=explained, Destination=place(to, role)
        ),
        explained,
    )


def backtest(session: Session, name: str, predictor: str, to: str, role: str) -> str:
    """The ARN of the export NAME of the backtest of PREDICTOR into two folders below TO."""
    return things.made(
        session,
        things.BACKTEST,
        name,
        lambda: session.client(SERVICE).create_predictor_backtest_export_job(
            PredictorBacktestExportJobName=name, PredictorArn=predictor, Destination=place(to, role), Format="CSV"
        ),
        predictor,
    )


def stamp_format(*, timed: bool) -> str:
    """How Forecast is told that stamps are written."""
    return "yyyy-MM-dd HH:mm:ss" if timed else "yyyy-MM-dd"


def _auto(session: Session, plan: Plan, group: str) -> Any:
    wanted = plan.wanted
    more = [
        *([{"Name": "holiday", "Configuration": {"CountryCode": [wanted.holidays]}}] if wanted.holidays else []),
        *([{"Name": "weather"}] if wanted.weather else []),
    ]
    filled = [{"AttributeName": limits.FORECAST_DOMAINS[wanted.domain], "Transformations": filling(wanted.fill)}]
    return session.client(SERVICE).create_auto_predictor(
        PredictorName=plan.name,
        ForecastHorizon=wanted.horizon,
        ForecastTypes=list(wanted.forecast_types),
        ForecastFrequency=plan.frequency,
        DataConfig={
            "DatasetGroupArn": group,
            **({"AttributeConfigs": filled} if wanted.fill else {}),
            **({"AdditionalDatasets": more} if more else {}),
        },
        **({"ForecastDimensions": list(plan.dims)} if plan.dims else {}),
        **({"OptimizationMetric": wanted.metric} if wanted.metric else {}),
        **({"ExplainPredictor": True} if wanted.explain else {}),
    )


def _legacy(session: Session, plan: Plan, group: str) -> Any:
    wanted = plan.wanted
    more = [
        *([{"Name": "holiday", "Value": wanted.holidays}] if wanted.holidays else []),
        *([{"Name": "weather", "Value": "true"}] if wanted.weather else []),
    ]
    target = limits.FORECAST_DOMAINS[wanted.domain]
    method = {"FeaturizationMethodName": "filling", "FeaturizationMethodParameters": filling(wanted.fill)}
    filled = [{"AttributeName": target, "FeaturizationPipeline": [method]}]
    chosen = (
        {"PerformAutoML": True}
        if wanted.algorithm == "AutoML"
        else {"AlgorithmArn": f"{ALGORITHM}{wanted.algorithm}", "PerformHPO": wanted.hpo}
    )
    return session.client(SERVICE).create_predictor(
        PredictorName=plan.name,
        ForecastHorizon=wanted.horizon,
        ForecastTypes=list(wanted.forecast_types),
        InputDataConfig={"DatasetGroupArn": group, **({"SupplementaryFeatures": more} if more else {})},
        FeaturizationConfig={
            "ForecastFrequency": plan.frequency,
            **({"ForecastDimensions": list(plan.dims)} if plan.dims else {}),
            **({"Featurizations": filled} if wanted.fill else {}),
        },
        **chosen,
        **({"OptimizationMetric": wanted.metric} if wanted.metric else {}),
    )


def filling(fill: str | None) -> dict[str, str]:
    """How gaps inside and after a series are filled, in AWS's parameters."""
    if fill is None:
        return {}
    told = {"aggregation": "sum", "frontfill": "none", "middlefill": fill, "backfill": fill}
    if fill[-1:].isdigit():
        told |= {"middlefill": "value", "middlefill_value": fill, "backfill": "value", "backfill_value": fill}
    return told


def place(to: str, role: str) -> dict[str, Any]:
    """A file or folder in S3 and who may use it, as every request wants it."""
    return {"S3Config": {"Path": to, "RoleArn": role}}
