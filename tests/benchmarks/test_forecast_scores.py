"""How good the forecasts of this machine are on real public series that ship in packages, against the last season.

The model is chosen on what comes before the last horizon, and measured on that. `FORECAST_SCORES=all pytest -s` measures
the long series too, and shows the rows of the table in `docs/explanation/forecasts-here.md`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from awsml_cli.formats.series import metrics
from awsml_cli.local.engines import forecast as engine
from awsml_cli.local.engines.forecast import candidates, learning

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not engine.DECLARATION.installed(), reason=engine.DECLARATION.install),
]
TYPES = ("0.1", "0.5", "0.9", "mean")


def air() -> list[float]:
    """Airline passengers by month, 1949 to 1960 (statsforecast)."""
    from statsforecast.utils import AirPassengers

    return [float(one) for one in AirPassengers]


def co2() -> list[float]:
    """Carbon dioxide at Mauna Loa by month, 1958 to 2001 (statsmodels)."""
    from statsmodels.datasets import co2

    return [float(one) for one in co2.load_pandas().data["co2"].resample("MS").mean().ffill()]


def elnino() -> list[float]:
    """Temperature of the Pacific by month, 1950 to 2010 (statsmodels)."""
    from statsmodels.datasets import elnino

    return [float(one) for one in elnino.load_pandas().data.drop(columns="YEAR").to_numpy().ravel()]


def sunspots() -> list[float]:
    """Sunspots by year, 1700 to 2008 (statsmodels)."""
    from statsmodels.datasets import sunspots

    return [float(one) for one in sunspots.load_pandas().data["SUNACTIVITY"]]


def temperatures() -> list[float]:
    """The temperature in Seattle by hour, autumn 2010 (vega_datasets)."""
    data = pytest.importorskip("vega_datasets").data
    return [float(one) for one in data.seattle_temps()["temp"]][-24 * 40 :]


def weather() -> list[float]:
    """The highest temperature of the day in Seattle, 2014 to 2015 (vega_datasets)."""
    data = pytest.importorskip("vega_datasets").data
    return [float(one) for one in data.seattle_weather()["temp_max"]][-730:]


def employment() -> list[float]:
    """Jobs in construction in the United States by month, 2006 to 2015 (vega_datasets)."""
    data = pytest.importorskip("vega_datasets").data
    return [float(one) for one in data.us_employment()["construction"]]


SERIES: dict[str, tuple[Callable[[], list[float]], int, int]] = {  # values, horizon, season
    "air passengers, month": (air, 12, 12),
    "CO2, month": (co2, 24, 12),
    "El Niño, month": (elnino, 12, 12),
    "sunspots, year": (sunspots, 10, 1),
    "Seattle temperature, hour": (temperatures, 48, 24),
    "Seattle temperature, day": (weather, 28, 7),
    "US construction jobs, month": (employment, 12, 12),
}


def scored(values: list[float], horizon: int, season: int) -> tuple[str, dict[str, float], dict[str, float]]:
    """The model that is chosen, how good it is for the last horizon, and how good the last season is."""
    import numpy as np

    past, ahead = np.asarray(values[:-horizon]), values[-horizon:]
    name = next(iter(learning.learn({("x",): past}, horizon, season, TYPES).chosen.values()))

    def of(model: str) -> dict[str, float]:
        made = candidates.made(model, past, horizon, season, TYPES)
        return metrics.measured([ahead], {one: [made[one]] for one in TYPES}, [list(past)], season)

    return name, of(name), of("SeasonalNaive")


QUICK = ("air passengers, month", "El Niño, month", "sunspots, year", "US construction jobs, month")


@pytest.mark.parametrize("name", SERIES if os.environ.get("FORECAST_SCORES") == "all" else QUICK)
def test_what_is_chosen_beats_the_last_season(name: str) -> None:
    read, horizon, season = SERIES[name]
    model, ours, naive = scored(read(), horizon, season)
    cells = [f"{one[key]:.4f}" for key in ("average_wql", "wape", "mase") for one in (ours, naive)]
    print(f"\n| {name} | {horizon} | {model} | {' | '.join(cells)} |")
    assert (ours["average_wql"] < naive["average_wql"], ours["wape"] < naive["wape"]) == (True, True)
