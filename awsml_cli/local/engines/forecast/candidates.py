"""The models that compete, by name: each gives a series' next steps, for every quantile asked for."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.formats.series import naive
from awsml_cli.local.engines.forecast import DECLARATION, DEEPAR, PROPHET, additive, npts, regressors

Made = dict[str, list[float]]
Model = Callable[[Any, int, int, Sequence[str]], Made]
ETS_SEASON: Final = 24  # the longest season that exponential smoothing models
ARIMA_STEPS: Final = 400  # of the past; the search over one of 700 hourly steps took 54 s
ARIMA_SEASON: Final = 12  # the longest season that is searched over; a longer one is taken out before


def _fitted(make: Callable[[int], Any], *, shortest: int = 3) -> Model:
    """A model of statsforecast's, made by MAKE for a season; its band is that of its own variance."""

    def forecast(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
        season = season if len(values) >= 2 * season + shortest else 1
        levels = sorted({level for one in types if (level := _level(one))})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            told = make(season).forecast(y=values, h=horizon, **({"level": levels} if levels else {}))
        found = {}
        for one in types:
            side = "mean" if not _level(one) else f"{'lo' if float(one) < 0.5 else 'hi'}-{_level(one)}"
            found[one] = [float(each) for each in told[side]]
        if not all(math.isfinite(each) for line in found.values() for each in line):
            raise ArithmeticError("the model gives no number")
        return found

    return forecast


def _level(one: str) -> int:
    return 0 if one == "mean" else round(abs(2 * float(one) - 1) * 100)


def _arima(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    from statsforecast.models import MSTL, AutoARIMA

    bounds: dict[str, Any] = {"max_p": 3, "max_q": 3, "max_P": 1, "max_Q": 1, "nmodels": 30, "approximation": True}
    recent = values[-ARIMA_STEPS:]
    if season <= ARIMA_SEASON:
        return _fitted(lambda m: AutoARIMA(season_length=m, **bounds))(recent, horizon, season, types)
    if len(recent) < 2 * season + 3:
        return _fitted(lambda _: AutoARIMA(**bounds))(recent, horizon, 1, types)
    made = _fitted(lambda m: MSTL(season_length=m, trend_forecaster=AutoARIMA(**bounds)))
    return made(recent, horizon, season, types)


def _ets(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    from statsforecast.models import AutoETS

    return _fitted(lambda m: AutoETS(season_length=m))(values, horizon, season if season <= ETS_SEASON else 1, types)


def _theta(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    from statsforecast.models import DynamicOptimizedTheta

    return _fitted(lambda m: DynamicOptimizedTheta(season_length=m))(values, horizon, season, types)


def _auto_theta(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    from statsforecast.models import AutoTheta

    return _fitted(lambda m: AutoTheta(season_length=m))(values, horizon, season, types)


def _mstl(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    from statsforecast.models import MSTL, AutoETS

    if season == 1 or len(values) < 2 * season + 3:
        return _ets(values, horizon, 1, types)
    made = _fitted(lambda m: MSTL(season_length=m, trend_forecaster=AutoETS(model="ZZN")))
    return made(values, horizon, season, types)


def _naive(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
    return naive.forecast([float(one) for one in values], horizon, season, types)


def _rare(name: str) -> Model:
    """A model for demand that is mostly nothing: its level, with the spread of what was."""

    def forecast(values: Any, horizon: int, season: int, types: Sequence[str]) -> Made:
        import numpy as np
        from statsforecast import models

        arguments = {"TSB": {"alpha_d": 0.2, "alpha_p": 0.2}}.get(name, {})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level = float(getattr(models, name)(**arguments).forecast(y=values, h=1)["mean"][0])
        spread = npts.quantiles(values, np.ones(len(values)), types)
        usual = float(np.mean(values)) or 1.0
        return {one: [level if one == "mean" else spread[one] * level / usual] * horizon for one in types}

    return forecast


SMOOTH: Final[dict[str, Model]] = {
    "SeasonalNaive": _naive,
    "NPTS": npts.forecast,
    "MSTL": _mstl,
    "DynamicOptimizedTheta": _theta,
    "AutoTheta": _auto_theta,
    "AutoETS": _ets,
    "AutoARIMA": _arima,
    "Prophet": additive.forecast,
}
RARE: Final[dict[str, Model]] = {
    "NPTS": npts.forecast,
    **{name: _rare(name) for name in ("CrostonSBA", "ADIDA", "IMAPA", "TSB")},
    "SeasonalNaive": _naive,
    "AutoETS": _ets,
}
MODELS: Final = {**SMOOTH, **RARE}
DEEP: Final = "DeepAR"  # learns from all series at once, so it is asked by `learning` and not by `made`
OF_AWS: Final = {"ARIMA": "AutoARIMA", "ETS": "AutoETS", "NPTS": "NPTS", "Prophet": "Prophet"}


def of_aws(algorithm: str) -> str:
    """The model here for AWS's ALGORITHM. Raises ConfigError where there is none."""
    if algorithm == "Deep_AR_Plus":
        if not DEEPAR.installed():
            raise DEEPAR.missing()
        return DEEP
    name = OF_AWS.get(algorithm)
    if name is None:
        raise ConfigError(
            f"no engine on this machine learns {algorithm}",
            hint=f"--algorithm {', '.join(OF_AWS)}, or none, which tries them all",
        )
    if name == "Prophet" and not PROPHET.installed():
        raise PROPHET.missing()
    if not DECLARATION.installed() and name != "NPTS":
        raise DECLARATION.missing()
    return name


def installed(names: Sequence[str]) -> list[str]:
    """Those of NAMES whose packages are here."""
    return [
        name
        for name in names
        if name in ("NPTS", "SeasonalNaive") or (PROPHET.installed() if name == "Prophet" else DECLARATION.installed())
    ]


def made(name: str, values: Any, horizon: int, season: int, types: Sequence[str], beside: Any = None) -> Made:
    """What the model NAME says of the array VALUES; the seasonal naive forecast where it cannot.

    BESIDE are the series that go along, a row for each step of VALUES and of the horizon; without them, a model that
    minds them is the one that does not. Quantiles are put in order, and where nothing was ever below zero, nothing will
    be.
    """
    try:
        model = MODELS[regressors.base(name)]
        if beside is not None and name != regressors.base(name):
            found = regressors.forecast(model, name, values, beside, horizon, season, types)
        else:
            found = model(values, horizon, season, types)
    except ConfigError:
        raise
    except (ArithmeticError, ValueError, IndexError, TypeError, AttributeError, RuntimeError):
        found = _naive(values, horizon, season, types)
    return ordered(found, values, horizon)


def ordered(found: Made, values: Any, horizon: int) -> Made:
    """FOUND with its quantiles in order, and nothing below zero where nothing of VALUES is."""
    if len(values) and min(values) >= 0:
        found = {one: [max(0.0, each) for each in line] for one, line in found.items()}
    ranked = sorted((one for one in found if one != "mean"), key=float)
    for step in range(horizon):
        for one, value in zip(ranked, sorted(found[one][step] for one in ranked), strict=True):
            found[one][step] = value
    return found
