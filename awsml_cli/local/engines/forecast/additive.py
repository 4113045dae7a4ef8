"""Prophet: a trend that bends, seasons and what goes along, added up or multiplied.

Steps are taken for days, so a season is told in steps and no calendar is needed: holidays come as series that go along,
one for each, which Prophet gives the same weight as its own.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from typing import Any, Final, Literal

from awsml_cli.local.engines.forecast import PROPHET

Made = dict[str, list[float]]
DRAWS: Final = 300
SEED: Final = 0
Mode = Literal["additive", "multiplicative"]
MODES: Final[tuple[Mode, ...]] = ("additive", "multiplicative")
QUIET: Final = ("prophet", "prophet.plot", "cmdstanpy")  # that plotly is not there, that a chain begins, and so on
WAVES: Final = 10  # of a season at most: what Prophet takes for a year
LONGER: Final = {7: 365.25, 24: 168.0, 1440: 10080.0}  # a day's steps have a year, an hour's a week, a minute's a week
CYCLES: Final = 2  # of a season that have to be there: Prophet's own rule


def forecast(values: Any, horizon: int, season: int, types: Sequence[str], beside: Any = None) -> Made:
    """HORIZON steps after the array VALUES; BESIDE has a row for each step of both, a column for each series.

    Where there is a season, it is added to the trend or grows with it, whichever is nearer to VALUES: both ways have as
    many parameters. Raises ConfigError where Prophet is not installed.
    """
    if not PROPHET.installed():
        raise PROPHET.missing()
    for name in QUIET:
        logging.getLogger(name).disabled = True  # a level would be set anew when it is imported
    import numpy as np
    import pandas as pd

    count = len(values)
    seasons = [length for length in (season, LONGER.get(season, 0)) if length > 1 and count >= CYCLES * length]
    table = pd.DataFrame({"ds": pd.date_range("2000-01-01", periods=count + horizon, freq="D")})
    for at in range(0 if beside is None else beside.shape[1]):
        if np.ptp(beside[:count, at]) > 0:
            table[f"along {at}"] = beside[: count + horizon, at]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = [_fitted(table, values, seasons, mode) for mode in (MODES if seasons else MODES[:1])]
        model, means = min(fitted, key=lambda one: float(np.sum((one[1][:count] - values) ** 2)))
        np.random.seed(SEED)  # Prophet draws from this one
        drawn = model.predictive_samples(table[count:].reset_index(drop=True))["yhat"]
    return {
        one: [float(each) for each in (means[count:] if one == "mean" else np.quantile(drawn, float(one), axis=1))]
        for one in types
    }


def _fitted(table: Any, values: Any, seasons: Sequence[float], mode: Mode) -> tuple[Any, Any]:
    """A model of VALUES, the first of TABLE's steps, whose seasons are added or multiplied, and all means it gives."""
    from prophet import Prophet

    model = Prophet(
        yearly_seasonality=False,
        weekly_seasonality=False,
        daily_seasonality=False,
        seasonality_mode=mode,
        uncertainty_samples=0,
    )
    for length in seasons:
        model.add_seasonality(f"every {length:g}", period=length, fourier_order=min(WAVES, max(1, int(length // 2))))
    for name in table.columns[1:]:
        model.add_regressor(name)
    model.fit(table[: len(values)].assign(y=values), seed=SEED)
    means = model.predict(table)["yhat"].to_numpy()
    model.uncertainty_samples = DRAWS
    return model, means
