"""What is asked of a forecast: horizon, quantiles, algorithm and the rest; said as options, in a file, or in both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError, UsageError

ALGORITHMS: Final = {
    **{"arima": "ARIMA", "cnn-qr": "CNN-QR", "deepar+": "Deep_AR_Plus", "deepar": "Deep_AR_Plus", "ets": "ETS"},
    **{"npts": "NPTS", "prophet": "Prophet", "automl": "AutoML"},
}
HPO: Final = ("CNN-QR", "Deep_AR_Plus")
METRICS: Final = {
    **{"wape": "WAPE", "rmse": "RMSE", "mase": "MASE", "mape": "MAPE"},
    **dict.fromkeys(("wql", "average-wql", "averageweightedquantileloss"), "AverageWeightedQuantileLoss"),
}
QUANTILES: Final = ("0.1", "0.5", "0.9", "mean")
FILLS: Final = ("zero", "mean", "median", "min", "max", "nan", "value")


@dataclass(frozen=True)
class Wanted:
    """What is asked of a forecast; `horizon` in steps, `forecast_types` as AWS spells them."""

    horizon: int
    forecast_types: tuple[str, ...] = QUANTILES
    metric: str | None = None
    algorithm: str | None = None
    hpo: bool = False
    holidays: str | None = None
    weather: str | None = None
    explain: bool = False
    fill: str | None = None
    domain: str = "CUSTOM"
    baseline: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer, as `p10` and `mean`."""
        return tuple(column(one) for one in self.forecast_types)

    def plain(self) -> dict[str, Any]:
        """As JSON can say it."""
        return asdict(self)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Wanted:
        """What `plain` said."""
        return cls(**{**told, "forecast_types": tuple(told["forecast_types"])})


def wanted(
    horizon: int | None,
    *,
    quantiles: Sequence[str] = (),
    metric: str | None = None,
    algorithm: str | None = None,
    hpo: bool = False,
    holidays: str | None = None,
    weather: str | None = None,
    explain: bool = False,
    fill: str | None = None,
    domain: str = "CUSTOM",
    baseline: bool = False,
) -> Wanted:
    """What was asked for, in AWS's words. Raises UsageError for what Forecast does not know."""
    if horizon is None:
        raise UsageError("how many steps shall be looked ahead?", hint="--horizon 28")
    chosen = _of("algorithm", algorithm, ALGORITHMS)
    if hpo and chosen not in HPO:
        raise UsageError("--hpo is for CNN-QR and DeepAR+ alone", hint="--algorithm DeepAR+")
    if chosen is not None and explain:
        raise UsageError("AutoPredictor alone explains itself", hint="leave --algorithm out")
    if domain.upper() not in limits.FORECAST_DOMAINS:
        raise UsageError(f"there is no domain `{domain}`", hint=f"one of: {', '.join(limits.FORECAST_DOMAINS)}")
    if holidays is not None and not re.fullmatch(r"[A-Za-z]{2}", holidays):
        raise UsageError(f"`{holidays}` is no country", hint="--holidays DE")
    if fill is not None and fill not in FILLS[:-1] and not re.fullmatch(r"-?\d+(\.\d+)?", fill):
        raise UsageError(f"gaps are not filled with `{fill}`", hint=f"{', '.join(FILLS[:-1])}, or a number")
    return Wanted(
        horizon,
        forecast_types(quantiles) or QUANTILES,
        metric=_of("metric", metric, METRICS),
        algorithm=chosen,
        hpo=hpo,
        holidays=holidays.upper() if holidays else None,
        weather=weather,
        explain=explain,
        fill=fill,
        domain=domain.upper(),
        baseline=baseline,
    )


def forecast_types(said: Sequence[str]) -> tuple[str, ...]:
    """QUANTILES as AWS spells them: `0.1`, `p10`, `10%` and `mean`. Raises UsageError for what is none."""
    found = []
    for one in (part.strip() for text in said for part in text.split(",") if part.strip()):
        if one.lower() == "mean":
            found.append("mean")
            continue
        number = re.fullmatch(r"(?:p(\d{1,2})|(\d{1,2})%|0?\.(\d{1,2}))", one.lower())
        if number is None:
            raise UsageError(f"`{one}` is no quantile", hint="--quantiles 0.1,0.5,0.9,mean (0.01 to 0.99)")
        hundredths = int(number[1] or number[2] or number[3].ljust(2, "0"))
        if not hundredths:
            raise UsageError(f"`{one}` is no quantile", hint="0.01 to 0.99")
        found.append(f"{hundredths / 100:g}")
    found = list(dict.fromkeys(found))
    if len(found) > limits.FORECAST_QUANTILES:
        raise UsageError(f"{len(found)} quantiles; Forecast gives at most {limits.FORECAST_QUANTILES}")
    return tuple(found)


def column(forecast_type: str) -> str:
    """What an answer calls FORECAST_TYPE: `p10` for 0.1."""
    return forecast_type if forecast_type == "mean" else f"p{round(float(forecast_type) * 100)}"


KEYS: Final = (
    *("data", "related", "items", "item", "time", "value", "dims", "frequency", "date_format", "duplicates"),
    *("role", "bucket", "name", "quantiles", "keep"),
    *(one.name for one in fields(Wanted) if one.name != "forecast_types"),
)


def from_file(path: Path) -> dict[str, Any]:
    """What the file at PATH says, by KEYS; paths in it are told from where it lies. Raises InputError."""
    import yaml

    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise InputError(f"{path} is no YAML: {' '.join(str(problem).split())}") from None
    if not isinstance(told, dict) or "data" not in told:
        raise InputError(f"{path} does not say which data", hint="data: sales.csv")
    told = {str(key).replace("-", "_"): value for key, value in told.items()}
    if unknown := sorted(set(told) - set(KEYS)):
        raise InputError(f"{path} says `{unknown[0]}`, which means nothing", hint=f"one of: {', '.join(KEYS)}")
    for key in ("data", "related", "items"):
        if isinstance(told.get(key), str) and "://" not in told[key]:
            told[key] = str(path.parent / told[key])
    return told


def _of(noun: str, said: str | None, known: Mapping[str, str]) -> str | None:
    if said is None:
        return None
    found = known.get(said.lower())
    if found is None:
        names = ", ".join(dict.fromkeys(known.values()))
        raise UsageError(f"there is no {noun} `{said}`", hint=f"one of: {names}")
    return found
