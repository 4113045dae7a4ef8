"""NPTS, the non-parametric time series forecaster: what is to come is drawn from what was, the recent the likelier.

Each step ahead has the distribution of the values at the same place in earlier seasons, weighed by their age; that of
a series without seasons is of all values. https://docs.aws.amazon.com/forecast/latest/dg/aws-forecast-recipe-npts.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SEASONS_BACK = 4.0  # after which a value counts half
LEAST = 3  # values at a place in the season; with fewer, all values count


def forecast(values: Any, horizon: int, season: int, types: Sequence[str]) -> dict[str, list[float]]:
    """HORIZON steps after the array VALUES for each of AWS's forecast TYPES (`0.1`, `mean`)."""
    import numpy as np

    count = len(values)
    if season > 1 and count < LEAST * season:
        season = 1
    age = (count - 1 - np.arange(count)) / max(season, 1)
    half = SEASONS_BACK if season > 1 else max(SEASONS_BACK, count / 8)
    weights = np.exp2(-age / half)
    made: dict[str, list[float]] = {one: [0.0] * horizon for one in types}
    for phase in range(min(season, horizon)):
        place = (count + phase) % season
        there = np.arange(count) % season == place if season > 1 else np.ones(count, dtype=bool)
        told = quantiles(values[there], weights[there], types)
        for step in range(phase, horizon, season):
            for one in types:
                made[one][step] = told[one]
    return made


def quantiles(values: Any, weights: Any, types: Sequence[str]) -> dict[str, float]:
    """The weighed mean and quantiles of VALUES."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    ordered = values[order]
    share = np.cumsum(weights[order])
    share = (share - weights[order] / 2) / share[-1]
    return {
        one: float(np.average(values, weights=weights))
        if one == "mean"
        else float(np.interp(float(one), share, ordered))
        for one in types
    }
