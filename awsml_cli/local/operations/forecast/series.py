"""The series that were taken in here: read as arrays, their gaps filled as Forecast would."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from awsml_cli.core import sources
from awsml_cli.formats.series import frequency
from awsml_cli.formats.series.frequency import DAY, EPOCH, Frequency
from awsml_cli.formats.series.stamps import Stamps
from awsml_cli.local import jobs
from awsml_cli.local.engines.forecast import calendar, regressors
from awsml_cli.local.operations import Machine, Params
from awsml_cli.local.operations.forecast import things

Series = dict[tuple[str, ...], Any]


def kept(machine: Machine, one: Mapping[str, Any]) -> Path:
    """The file that belongs to a thing."""
    folder = machine.home / "forecast"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / str(one["File"])


def target(
    machine: Machine, group: str, params: Params
) -> tuple[Series, Frequency, dict[tuple[str, ...], int], list[str]]:
    """The target series of GROUP as arrays, how often they are measured, their last steps, the dimensions' names."""
    import numpy as np

    target = _dataset(machine, group, "TARGET")
    if target is None:
        raise jobs.Failure("The group has no target series.")
    asked = params.get("ForecastFrequency") or params["FeaturizationConfig"]["ForecastFrequency"]
    every = frequency.named(asked)
    if every is None:
        raise jobs.Failure(f"{asked} is no frequency.")
    names = [one["AttributeName"] for one in target["Params"]["Schema"]["Attributes"]]
    stamps = Stamps("yyyy-MM-dd")
    seconds: dict[str, int] = {}
    rows = []
    with kept(machine, target).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            at = seconds.get(row[1])
            if at is None:
                at = seconds[row[1]] = stamps.seconds(row[1]) or 0
            rows.append(((row[0], *row[3:]), at, row[2]))
    every = every.anchored(seconds.values())
    steps = {at: every.index(at)[0] for at in seconds.values()}
    points: dict[tuple[str, ...], dict[int, float]] = {}
    for key, at, value in rows:
        if value:
            line = points.setdefault(key, {})
            line[steps[at]] = line.get(steps[at], 0.0) + float(value)
    fill = _fill(params)
    found = {key: np.asarray(_whole(line, fill), dtype=float) for key, line in points.items()}
    return found, every, {key: max(line) for key, line in points.items()}, names[3:]


def related(
    machine: Machine, group: str, every: Frequency, lines: Series, lasts: Mapping[tuple[str, ...], int], horizon: int
) -> tuple[dict[tuple[str, ...], Any], list[str]]:
    """What goes along with the series LINES of GROUP, and its names: a row for each step and each of the HORIZON.

    Series that it does not reach to the end of the horizon have none. Gaps have what was before them.
    """
    import numpy as np

    dataset = _dataset(machine, group, "RELATED")
    if dataset is None:
        return {}, []
    schema = dataset["Params"]["Schema"]["Attributes"]
    names = [one["AttributeName"] for one in schema]
    numbers = [at for at, one in enumerate(schema) if one["AttributeType"] in ("float", "integer")]
    told = [at for at, one in enumerate(schema) if one["AttributeType"] in ("string", "geolocation")]
    target = _dataset(machine, group, "TARGET")
    assert target is not None
    mine = [one["AttributeName"] for one in target["Params"]["Schema"]["Attributes"]]
    parts = [0, *(1 + at for at, name in enumerate(mine[3:]) if name in [names[each] for each in told[1:]])]
    stamps = Stamps("yyyy-MM-dd")
    points: dict[tuple[str, ...], dict[int, list[float]]] = {}
    with kept(machine, dataset).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            at = every.index(stamps.seconds(row[1]) or 0)[0]
            cells = [float(row[each]) if row[each] else np.nan for each in numbers]
            points.setdefault(tuple(row[each] for each in told), {})[at] = cells
    found = {}
    for key, values in lines.items():
        steps = points.get(tuple(key[at] for at in parts), {})
        first, last = lasts[key] - len(values) + 1, lasts[key] + horizon
        if not steps or max(steps) < last or min(steps) > lasts[key]:
            continue
        nothing = [np.nan] * len(numbers)
        table = np.asarray([steps.get(at, nothing) for at in range(first, last + 1)], dtype=float)
        found[key] = np.nan_to_num(_filled(table))
    return found, [names[at] for at in numbers]


def country(params: Params) -> str | None:
    """The country whose holidays a predictor is to mind."""
    for one in params.get("DataConfig", {}).get("AdditionalDatasets", ()):
        if one["Name"] == "holiday":
            return str(one["Configuration"]["CountryCode"][0])
    for one in params.get("InputDataConfig", {}).get("SupplementaryFeatures", ()):
        if one["Name"] == "holiday":
            return str(one["Value"])
    return None


def along(
    machine: Machine,
    group: str,
    params: Params,
    every: Frequency,
    lines: Series,
    lasts: Mapping[tuple[str, ...], int],
) -> tuple[dict[tuple[str, ...], Any], str, list[str], int]:
    """All that goes along with the series LINES, related series and holidays: a row for each step and of the horizon.

    Then what that is called, the names of related series, and how many of LINES have such.
    """
    import numpy as np

    horizon = params["ForecastHorizon"]
    found, names = related(machine, group, every, lines, lasts, horizon)
    wanted = country(params)
    reach = len(found)
    if wanted is None:
        return found, regressors.RELATED, names, reach
    what = f"{regressors.RELATED} and {regressors.HOLIDAYS}" if found else regressors.HOLIDAYS
    firsts = {key: lasts[key] - len(values) + 1 for key, values in lines.items()}
    begin, end = min(firsts.values()), max(lasts.values())
    days = [date.fromordinal(every.at(at) // DAY + EPOCH) for at in range(begin, end + horizon + 2)]
    table = calendar.columns(wanted, list(pairwise(days)), end - begin + 1)
    for key, first in firsts.items():
        mine = table[first - begin : lasts[key] + horizon + 1 - begin]
        found[key] = np.column_stack([found[key], mine]) if key in found else mine
    return found, what, names, reach


def _filled(table: Any) -> Any:
    """TABLE, its gaps with what stands before them, those at the beginning with what comes first."""
    import numpy as np

    for column in table.T:
        known = np.flatnonzero(~np.isnan(column))
        if len(known):
            before = known[np.maximum(np.searchsorted(known, np.arange(len(column)), side="right") - 1, 0)]
            column[:] = column[before]
    return table


def wanted(machine: Machine, selector: Mapping[str, Any], dims: list[str]) -> set[tuple[str, ...]]:
    """The series that a TimeSeriesSelector names, by item and DIMS. Raises Failure for a table that names none."""
    told = selector["TimeSeriesIdentifiers"]
    bucket, key = sources.split_address(told["DataSource"]["S3Config"]["Path"])
    one = machine.store.get(bucket, key)
    names = [each["AttributeName"] for each in told["Schema"]["Attributes"]]
    if one is None or sorted(names) != sorted(["item_id", *dims]):
        raise jobs.Failure(f"There is no table of series with {', '.join(names)} at {key}.")
    with one.path.open(encoding="utf-8", newline="") as file:
        rows = [dict(zip(names, row, strict=True)) for row in csv.reader(file) if row]
    return {(row["item_id"], *(row[name] for name in dims)) for row in rows}


def _dataset(machine: Machine, group: str, word: str) -> dict[str, Any] | None:
    """The dataset of GROUP whose type begins with WORD, once it holds rows."""
    arns = things.thing(machine, group)["Params"].get("DatasetArns", ())
    for one in (things.thing(machine, arn) for arn in arns):
        if one["Params"]["DatasetType"].startswith(word) and one.get("Rows"):
            return one
    return None


def _whole(points: Mapping[int, float], fill: str) -> list[float]:
    """POINTS from the first to the last step, gaps filled as asked; with zero, as Forecast fills the target."""
    values = list(points.values())
    usual = {
        "zero": lambda: 0.0,
        "nan": lambda: 0.0,
        "mean": lambda: sum(values) / len(values),
        "median": lambda: sorted(values)[len(values) // 2],
        "min": lambda: min(values),
        "max": lambda: max(values),
    }
    gap = usual[fill]() if fill in usual else float(fill)
    return [points.get(at, gap) for at in range(min(points), max(points) + 1)]


def _fill(params: Params) -> str:
    told: Mapping[str, str] = {}
    for one in params.get("DataConfig", {}).get("AttributeConfigs", ()):
        told = one["Transformations"]
    for one in params.get("FeaturizationConfig", {}).get("Featurizations", ()):
        told = one["FeaturizationPipeline"][0]["FeaturizationMethodParameters"]
    filled = told.get("middlefill", "zero")
    return told.get("middlefill_value", "0") if filled == "value" else filled
