"""Engines that forecast: public series whose last year is held back, against repeating the season before."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.formats.series import metrics
from awsml_cli.local.engines import forecast
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring.measured import Measured, Place, Way, each, of_package, spent

TYPES: Final = ("0.1", "0.5", "0.9", "mean")
LONGEST: Final = 180  # steps of the past that a model is given
NAIVE: Final = "SeasonalNaive"
# public holidays as the countries' own laws name them
HOLIDAYS: Final = {
    ("US", 2025): {(1, 1), (1, 20), (2, 17), (5, 26), (6, 19), (7, 4), (9, 1), (10, 13), (11, 11), (11, 27), (12, 25)},
    ("DE", 2025): {(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)},
    ("FR", 2025): {(1, 1), (4, 21), (5, 1), (5, 8), (5, 29), (6, 9), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)},
}  # fmt: skip
MADE: Final = 12  # series for the network that learns from many
STEPS: Final = 98  # days of each
AHEAD: Final = 14


@dataclass(frozen=True)
class Series:
    """Public values in the order of time, of SEASON steps; the last HORIZON are held back."""

    name: str
    values: Sequence[float]
    season: int
    horizon: int


def forecasting(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Each of the public series, by one model, against the seasonal naive forecast."""
    name = "Prophet" if engine is forecast.PROPHET else "AutoARIMA"
    _measured(name, next(public()))  # what is loaded
    for one in public():
        begun = clock.working()
        found = _measured(name, one)
        took = spent(begun)
        naive = _measured(NAIVE, one)
        told = ", ".join(
            f"{key} {found[of]:.3f} ({naive[of]:.3f})"
            for key, of in (("WAPE", "wape"), ("MASE", "mase"), ("wQL", "average_wql"))
        )
        data = f"{one.name}, {one.horizon} steps ahead, by {name}; in brackets the last season once more"
        yield Measured(data, took, "seconds a series", told)


def public() -> Iterator[Series]:
    """Series that are anybody's: passengers, output, spots on the sun, the water of El Niño."""
    try:
        from statsforecast.utils import AirPassengers
    except ImportError:
        raise ConfigError("AirPassengers come with statsforecast", hint=forecast.DECLARATION.install) from None
    yield Series("AirPassengers", [float(one) for one in AirPassengers], 12, 12)
    for name, file, column, season, horizon in (
        ("US output a quarter", "datasets/macrodata/macrodata.csv", "realgdp", 4, 8),
        ("sunspots a year", "datasets/sunspots/sunspots.csv", "SUNACTIVITY", 11, 11),
        ("El Niño, degrees a month", "datasets/elnino/elnino.csv", "", 12, 12),
    ):
        path = of_package("statsmodels", file, brought_by=forecast.DECLARATION.install)
        with path.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        if column:
            values = [float(row[column]) for row in rows]
        else:  # a row a year, a column a month
            values = [float(value) for row in rows for key, value in row.items() if key != "YEAR"]
        yield Series(name, values[-LONGEST - horizon :], season, horizon)


def keeping(engine: Declaration, place: Place) -> Iterator[Measured]:
    """The holidays of three countries in 2025."""
    from awsml_cli.local.engines.forecast import calendar

    days = [date(2025, 1, 1) + timedelta(number) for number in range(365)]
    steps = [(day, day + timedelta(1)) for day in days]

    def found(country: str) -> set[tuple[int, int]]:
        return {
            (day.month, day.day)
            for day, row in zip(days, calendar.columns(country, steps, len(steps)), strict=True)
            if any(row)
        }

    took = each(lambda: [found(country) for country, _ in HOLIDAYS]) / len(HOLIDAYS)
    right = sum(len(found(country) & there) for (country, _), there in HOLIDAYS.items())
    surplus = sum(len(found(country) - there) for (country, _), there in HOLIDAYS.items())
    wanted = sum(map(len, HOLIDAYS.values()))
    told = f"{right} of {wanted} days, {surplus} others"
    yield Measured("holidays of the United States, Germany and France in 2025", took, "seconds a year", told)


def together(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Series that are made with a week and a trend in them, learnt together."""
    import numpy as np

    from awsml_cli.local.engines.forecast import candidates, deep

    made = [np.asarray(one) for one in weeks()]
    past, ahead = [one[:-AHEAD] for one in made], [[float(each) for each in one[-AHEAD:]] for one in made]
    begun = clock.working()
    found = deep.forecast(past, AHEAD, 7, TYPES)
    took = spent(begun) / MADE
    naive = [candidates.made(NAIVE, one, AHEAD, 7, TYPES) for one in past]
    ours, theirs = (metrics.wape(ahead, [one["mean"] for one in told]) for told in (found, naive))
    told = f"WAPE {ours:.3f} (last week once more: {theirs:.3f})"
    yield Measured(f"{MADE} series of days that are made, {AHEAD} ahead", took, "seconds a series", told)


def weeks() -> list[list[float]]:
    """Daily series with a week, a slow rise, and noise."""
    chance = random.Random(3)  # noqa: S311
    found = []
    for _ in range(MADE):
        level, rise, swing, turn = (
            chance.uniform(50, 150),
            chance.uniform(0, 0.3),
            chance.uniform(10, 30),
            chance.random(),
        )
        found.append(
            [
                level + rise * day + swing * math.sin(2 * math.pi * (day / 7 + turn)) + chance.gauss(0, 3)
                for day in range(STEPS)
            ]
        )
    return found


def _measured(name: str, series: Series) -> Mapping[str, float]:
    """The metrics of the model NAME on what is held back of SERIES."""
    import numpy as np

    from awsml_cli.local.engines.forecast import candidates

    past, ahead = list(series.values[: -series.horizon]), list(series.values[-series.horizon :])
    made: dict[str, Any] = candidates.made(name, np.asarray(past), series.horizon, series.season, TYPES)
    return metrics.measured([ahead], {one: [made[one]] for one in TYPES}, [past], series.season)


WAYS: Final[dict[str, Way]] = {
    forecast.DECLARATION.name: forecasting,
    forecast.PROPHET.name: forecasting,
    forecast.HOLIDAYS.name: keeping,
    forecast.DEEPAR.name: together,
}
