"""The seasonal naive forecast: the last season once more, and how far it was off before as its band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from awsml_cli.formats.series import metrics

_NORMAL = NormalDist()


def forecast(history: Sequence[float], horizon: int, season: int, types: Sequence[str]) -> dict[str, list[float]]:
    """HORIZON steps after HISTORY for each of AWS's forecast TYPES (`0.1`, `mean`).

    The band is that of errors as large as those of repeating the season before, growing with each season ahead.
    """
    lag = season if len(history) >= 2 * season else 1
    past = [value for value in history if value == value]
    if not past:
        return {one: [0.0] * horizon for one in types}
    errors = [later - earlier for later, earlier in zip(past[lag:], past, strict=False)]
    sigma = math.sqrt(sum(error * error for error in errors) / len(errors)) if errors else 0.0
    middle = [past[len(past) - lag + step % lag] for step in range(horizon)]
    found = {}
    for one in types:
        z = 0.0 if one == "mean" else _NORMAL.inv_cdf(float(one))
        found[one] = [value + z * sigma * math.sqrt(step // lag + 1) for step, value in enumerate(middle)]
    return found


def scored(
    series: Sequence[Sequence[float]], horizon: int, season: int, types: Sequence[str], *, windows: int = 1
) -> dict[str, float] | None:
    """How good it would have been for the last WINDOWS of HORIZON steps of SERIES; None where all are too short."""
    observed, made, history = [], [], []
    for window in range(windows):
        for one in series:
            end = len(one) - window * horizon
            past = one[: max(0, end - horizon)]
            if len(past) < max(3, min(2 * season, len(one) // 2)) or len(past) < horizon:
                continue
            observed.append(one[end - horizon : end])
            history.append(past)
            made.append(forecast(past, horizon, season, types))
    if not observed:
        return None
    return metrics.measured(observed, {one: [each[one] for each in made] for one in types}, history, season)
