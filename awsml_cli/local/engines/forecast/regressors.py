"""Models that mind what goes along, as prices: given to ARIMA and Prophet, or taken out of the series by a regression.

The regression is one of changes over a season on changes, so neither trend nor season are taken for the work of a
price. What it leaves is forecast by a model that knows the series alone, and what it explains is added again.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

from awsml_cli.local.engines.forecast import additive

Made = dict[str, list[float]]
Model = Callable[[Any, int, int, Sequence[str]], Made]
RELATED, HOLIDAYS = "related series", "holidays"  # what may go along
BASES: Final = ("DynamicOptimizedTheta", "MSTL", "AutoARIMA", "Prophet")
LONGEST_SEASON: Final = 12  # that AutoARIMA is given; see candidates.ARIMA_SEASON
STEPS: Final = 400  # of the past that AutoARIMA is given
LEAST: Final = 3  # changes for each series that goes along, and more


def named(bases: Sequence[str], what: str = RELATED) -> list[str]:
    """The models that mind WHAT goes along, of those that are called BASES."""
    return [f"{one} with {what}" for one in bases if one in BASES]


def base(name: str) -> str:
    """The model behind NAME, which knows the series alone."""
    return name.partition(" with ")[0]


def forecast(
    model: Model, name: str, values: Any, beside: Any, horizon: int, season: int, types: Sequence[str]
) -> Made:
    """HORIZON steps after the array VALUES by MODEL, which is called NAME.

    BESIDE has a row for each step of VALUES and of the horizon, a column for each series that goes along. Raises
    ArithmeticError where there is too little to tell what these do.
    """
    import numpy as np

    count = len(values)
    moving = beside[:count].std(axis=0) > 0
    beside = beside[:, moving]
    if not beside.shape[1]:
        return model(values, horizon, season, types)
    if base(name) == "Prophet":
        return additive.forecast(values, horizon, season, types, beside)
    if base(name) == "AutoARIMA" and season <= LONGEST_SEASON and count >= 2 * season + 3:
        return _arima(values, beside, horizon, season, types)
    lag = season if count >= 3 * season else 1
    changes, causes = values[lag:] - values[:-lag], beside[lag:count] - beside[: count - lag]
    if len(changes) < LEAST + 2 * beside.shape[1] or not causes.any():
        raise ArithmeticError("there is too little to tell what related series do")
    weights = np.linalg.lstsq(causes, changes, rcond=None)[0]
    left = model(values - beside[:count] @ weights, horizon, season, types)
    added = beside[count : count + horizon] @ weights
    return {one: [float(each + more) for each, more in zip(line, added, strict=True)] for one, line in left.items()}


def _arima(values: Any, beside: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    import numpy as np
    from statsforecast.models import AutoARIMA

    count = len(values)
    beside = beside[:, _independent(beside[max(0, count - STEPS) : count])]
    if not beside.shape[1]:
        raise ArithmeticError("nothing that goes along has changed of late")
    past, ahead = beside[max(0, count - STEPS) : count], beside[count : count + horizon]
    levels = sorted({level for one in types if one != "mean" and (level := round(abs(2 * float(one) - 1) * 100))})
    model = AutoARIMA(season_length=season, max_p=3, max_q=3, max_P=1, max_Q=1, nmodels=30, approximation=True)
    more: dict[str, Any] = {"level": levels} if levels else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = model.forecast(y=values[-STEPS:], h=horizon, X=past, X_future=ahead, **more)
    made: Made = {}
    for one in types:
        level = 0 if one == "mean" else round(abs(2 * float(one) - 1) * 100)
        side = "mean" if not level else f"{'lo' if float(one) < 0.5 else 'hi'}-{level}"
        made[one] = [float(each) for each in told[side]]
    if not all(np.isfinite(line).all() for line in made.values()):
        raise ArithmeticError("the model gives no number")
    return made


def _independent(table: Any) -> list[int]:
    """The columns of TABLE that are neither the same all the time nor told by those before: ARIMA bears no others."""
    import numpy as np

    found: list[int] = []
    for at in range(table.shape[1]):
        if np.linalg.matrix_rank(np.column_stack([np.ones(len(table)), table[:, [*found, at]]])) == len(found) + 2:
            found.append(at)
    return found
