"""How good a forecast is, as Amazon Forecast counts it; lower is better.

https://docs.aws.amazon.com/forecast/latest/dg/metrics.html: quantile losses and WAPE are shares of the sum of what was
observed, or where that is 0, not divided at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Series = Sequence[float]


def weighted_quantile_loss(observed: Sequence[Series], forecast: Sequence[Series], quantile: float) -> float:
    """wQL: twice the pinball loss at QUANTILE over all series and steps, by the sum of what was OBSERVED."""
    loss = sum(
        quantile * max(y - q, 0.0) + (1 - quantile) * max(q - y, 0.0)
        for ys, qs in zip(observed, forecast, strict=True)
        for y, q in zip(ys, qs, strict=True)
    )
    return 2 * loss / _weight(observed)


def wape(observed: Sequence[Series], forecast: Sequence[Series]) -> float:
    """The sum of absolute errors by that of what was OBSERVED."""
    errors = sum(abs(y - f) for ys, fs in zip(observed, forecast, strict=True) for y, f in zip(ys, fs, strict=True))
    return errors / _weight(observed)


def rmse(observed: Sequence[Series], forecast: Sequence[Series]) -> float:
    """The root of the mean squared error."""
    squares = [(y - f) ** 2 for ys, fs in zip(observed, forecast, strict=True) for y, f in zip(ys, fs, strict=True)]
    return math.sqrt(sum(squares) / len(squares)) if squares else 0.0


def mape(observed: Sequence[Series], forecast: Sequence[Series]) -> float:
    """The mean of absolute errors by what was OBSERVED, steps at which that is 0 left out."""
    shares = [
        abs((y - f) / y) for ys, fs in zip(observed, forecast, strict=True) for y, f in zip(ys, fs, strict=True) if y
    ]
    return sum(shares) / len(shares) if shares else 0.0


def mase(observed: Sequence[Series], forecast: Sequence[Series], history: Sequence[Series], season: int) -> float:
    """The mean absolute error by that of repeating the last SEASON in the HISTORY, averaged over the series.

    Series whose history does not change from season to season are left out: nothing scales their errors.
    """
    found = []
    for ys, fs, past in zip(observed, forecast, history, strict=True):
        lag = season if len(past) > season else 1
        steps = [abs(later - earlier) for later, earlier in zip(past[lag:], past, strict=False)]
        scale = sum(steps) / len(steps) if steps else 0.0
        if scale and ys:
            found.append(sum(abs(y - f) for y, f in zip(ys, fs, strict=True)) / len(ys) / scale)
    return sum(found) / len(found) if found else 0.0


def measured(
    observed: Sequence[Series],
    forecast: Mapping[str, Sequence[Series]],
    history: Sequence[Series],
    season: int,
) -> dict[str, float]:
    """Every metric of FORECAST, by AWS's types (`0.1`, `mean`): `wql` of each quantile, their average, the rest.

    WAPE, RMSE, MASE and MAPE are those of the mean, or where there is none, of the median.
    """
    quantiles = [one for one in forecast if one != "mean"]
    found = {f"wql {one}": weighted_quantile_loss(observed, forecast[one], float(one)) for one in quantiles}
    told = {**found, "average_wql": sum(found.values()) / len(found)} if found else {}
    point = forecast.get("mean") or forecast.get("0.5") or next(iter(forecast.values()))
    return {
        **told,
        "wape": wape(observed, point),
        "rmse": rmse(observed, point),
        "mase": mase(observed, point, history, season),
        "mape": mape(observed, point),
    }


def as_aws(told: Mapping[str, float], *, forecast_type: str = "mean") -> dict[str, object]:
    """What `measured` TOLD, in the shape of Forecast's Metrics."""
    losses = [
        {"Quantile": float(name.removeprefix("wql ")), "LossValue": value}
        for name, value in told.items()
        if name.startswith("wql ")
    ]
    error = {"ForecastType": forecast_type, **{one.upper(): told[one] for one in ("wape", "rmse", "mase", "mape")}}
    return {
        "RMSE": told["rmse"],
        "WeightedQuantileLosses": losses,
        "ErrorMetrics": [error],
        **({"AverageWeightedQuantileLoss": told["average_wql"]} if "average_wql" in told else {}),
    }


def _weight(observed: Sequence[Series]) -> float:
    whole = sum(abs(y) for ys in observed for y in ys)
    return whole or 1.0
