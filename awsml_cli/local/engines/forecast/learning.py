"""Which model is the best for a table of series: candidates compete in a rolling backtest on a sample of them.

Series that are mostly nothing compete apart from the others. A candidate that would take too long for all series is
left out, which its time on the sample tells.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import InputError
from awsml_cli.formats.series import metrics
from awsml_cli.local.engines.forecast import DEEPAR, candidates, deep, regressors

SAMPLE: Final = 24  # series of a class that candidates are tried on
WINDOWS: Final = 3  # of the backtest at most
SCREENING: Final = 80.0  # seconds of CPU that all candidates together have
WHOLE: Final = 180.0  # seconds that the chosen one may take for every series, on all cores
ENOUGH: Final = 8  # series alike, from which on DeepAR competes: it learns what they have in common
RARELY: Final = 0.4  # share of zeros from which on a series is mostly nothing
APART: Final = 20.0  # seconds of work from which on other processes are worth their start
SMOOTH, RARE = "smooth", "rare"

Key = tuple[str, ...]
Told = Callable[[float, float], None]
Row = tuple[Any, dict[str, Any], Any, int]  # observed, forecast, history, the window counted from the end


@dataclass
class Learnt:
    """What was found out: the model for each class, and how good each that was tried is on the test windows."""

    chosen: dict[str, str]
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    summary: dict[str, float] = field(default_factory=dict)
    windows: list[dict[str, float]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    items: int = 0
    seconds: dict[str, float] = field(default_factory=dict)  # of one series, by class


def learn(
    series: Mapping[Key, Any],
    horizon: int,
    season: int,
    types: Sequence[str],
    *,
    metric: str = "average_wql",
    only: str | None = None,
    beside: Mapping[Key, Any] | None = None,
    what: str = regressors.RELATED,
    progress: Told = lambda done, left: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Learnt:
    """Find the model for SERIES (arrays by key), for HORIZON steps; ONLY measures that one.

    BESIDE are the series that go along with some of them, a row for each step and each of the horizon; models that mind
    them compete with the others, and are called by WHAT they are. PROGRESS hears how many seconds of work are done and
    left; with STOPPING nothing more is begun.
    """
    classes = parted(series)
    found = Learnt({}, items=0)
    cores = os.cpu_count() or 1
    begun = clock.monotonic()
    pooled: dict[str, list[Row]] = {}
    for kind, keys in classes.items():
        sample = spread(keys, SAMPLE)
        tried = [(series[key], (beside or {}).get(key)) for key in sample]
        names = [only] if only else candidates.installed(list(candidates.RARE if kind == RARE else candidates.SMOOTH))
        if not only and kind == SMOOTH and DEEPAR.installed() and len(tried) >= ENOUGH:
            names.append(candidates.DEEP)
        if (only or kind == SMOOTH) and any(one is not None for _, one in tried):
            names = regressors.named(names, what) or names if only else names + regressors.named(names, what)
        budget = SCREENING * len(keys) / len(series)
        best: tuple[str, list[Row]] | None = None
        for place, name in enumerate(names):
            if stopping():
                raise InterruptedError
            progress(clock.monotonic() - begun, _left(names, place, budget, len(keys), found, kind))
            if name == candidates.DEEP:
                trial = _deeply([values for values, _ in tried], horizon, season, types, stopping, count=len(keys))
            else:
                trial = _tried(name, tried, horizon, season, types, cap=budget / max(1, len(names) - 2))
            whole = trial.seconds * len(keys) / cores
            found.seconds[name] = trial.seconds
            if not trial.rows:
                found.left_out[name] = "no series is long enough"
                continue
            if whole > WHOLE and not only and best is not None:
                found.left_out[name] = f"would take {whole:.0f} s"
                continue
            found.scores[f"{kind} {name}"] = _measured(trial.rows, types, season)
            if best is None or _better(trial.rows, best[1], metric, types, season):
                best = (name, trial.rows)
        found.chosen[kind] = best[0] if best else only or "SeasonalNaive"
        pooled[kind] = best[1] if best else []
        found.items += len(tried)
    rows = [row for each in pooled.values() for row in each]
    if not rows:
        raise InputError("no series is long enough to be tested on")
    found.summary = _measured(rows, types, season)
    for window in sorted({row[3] for row in rows}):
        found.windows.append(_measured([row for row in rows if row[3] == window], types, season))
    return found


def forecast(
    series: Mapping[Key, Any],
    learnt: Mapping[str, str],
    horizon: int,
    season: int,
    types: Sequence[str],
    *,
    seconds: Mapping[str, float] | None = None,
    beside: Mapping[Key, Any] | None = None,
    progress: Told = lambda done, left: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Key, dict[str, list[float]]]]:
    """The next steps of every series by the models that were LEARNT, in order; on all cores where that is worth it."""
    kinds = {key: kind for kind, keys in parted(series).items() for key in keys}
    work = [
        (
            *(key, learnt.get(kinds[key]) or next(iter(learnt.values())), values, horizon, season, tuple(types)),
            (beside or {}).get(key),
        )
        for key, values in series.items()
    ]
    deeply = [one for one in work if one[1] == candidates.DEEP]
    if deeply:
        told = deep.forecast([one[2] for one in deeply], horizon, season, types, stopping=stopping)
        known = {one[0]: candidates.ordered(each, one[2], horizon) for one, each in zip(deeply, told, strict=True)}
        others = {key: values for key, values in series.items() if key not in known}
        if others:
            known |= forecast(
                others, learnt, horizon, season, types, seconds=seconds, beside=beside, progress=progress,
                stopping=stopping,
            )  # fmt: skip
        yield from ((key, known[key]) for key in series)
        return
    seconds = seconds or {}
    whole = sum(seconds.get(name, 0.02) for _, name, *_ in work)
    cores = min(os.cpu_count() or 1, len(work))
    begun = clock.monotonic()
    if whole < APART or cores < 2:
        for place, one in enumerate(work):
            if stopping():
                raise InterruptedError
            progress(clock.monotonic() - begun, whole * (1 - place / len(work)))
            yield _one(one)
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        try:
            for place, made in enumerate(pool.map(_one, work, chunksize=max(1, min(16, len(work) // (cores * 4))))):
                spent = clock.monotonic() - begun
                progress(spent, spent / (place + 1) * (len(work) - place - 1))
                if stopping():
                    raise InterruptedError
                yield made
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def parted(series: Mapping[Key, Any]) -> dict[str, list[Key]]:
    """The keys of SERIES by class: those that are mostly nothing, and the others."""
    found: dict[str, list[Key]] = {SMOOTH: [], RARE: []}
    for key, values in series.items():
        zeros = float((values == 0).mean()) if len(values) else 1.0
        found[RARE if zeros >= RARELY else SMOOTH].append(key)
    return {kind: keys for kind, keys in found.items() if keys}


def spread(keys: Sequence[Key], count: int) -> list[Key]:
    """At most COUNT of KEYS, evenly far apart."""
    if len(keys) <= count:
        return list(keys)
    return [keys[place * len(keys) // count] for place in range(count)]


@dataclass
class _Trial:
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0  # of one forecast of one series


def _tried(
    name: str, tried: Sequence[tuple[Any, Any]], horizon: int, season: int, types: Sequence[str], *, cap: float
) -> _Trial:
    """How the model NAME does on each of the series TRIED (with what goes along), at most CAP seconds long."""
    found, count = _Trial(), 0
    candidates.made(name, tried[0][0][:16], 1, 1, types)  # what a first call loads is not its time
    begun = clock.working()
    for window in range(WINDOWS):
        for values, along in tried:
            end = len(values) - window * horizon
            history = values[: end - horizon]
            if not _tests(history, values, horizon, season):
                continue
            # what will be along is known beforehand, of the past as of what comes
            made = candidates.made(name, history, horizon, season, types, None if along is None else along[:end])
            found.rows.append((values[end - horizon : end], made, history, window))
            count += 1
            if clock.working() - begun > cap:
                found.seconds = (clock.working() - begun) / count
                return found
    found.seconds = (clock.working() - begun) / max(1, count)
    return found


def _tests(history: Any, values: Any, horizon: int, season: int) -> bool:
    """Whether HISTORY, a beginning of VALUES, is long enough for what comes after it to be a test."""
    return len(history) >= max(3, horizon, min(2 * season, len(values) // 2))


def _deeply(
    tried: Sequence[Any], horizon: int, season: int, types: Sequence[str], stopping: Callable[[], bool], *, count: int
) -> _Trial:
    """How DeepAR does on the last window of the series TRIED, having learnt from what is before it in all of them.

    It learns from COUNT series in as many steps, so a forecast of one takes the less the more there are.
    """
    long = [values for values in tried if _tests(values[:-horizon], values, horizon, season)]
    if not long:
        return _Trial()
    begun = clock.working()
    told = deep.forecast([values[:-horizon] for values in long], horizon, season, types, stopping=stopping)
    rows: list[Row] = []
    for values, made in zip(long, told, strict=True):
        history = values[:-horizon]
        rows.append((values[-horizon:], candidates.ordered(made, history, horizon), history, 0))
    return _Trial(rows, (clock.working() - begun) / max(count, len(long)))


def _measured(rows: Sequence[Row], types: Sequence[str], season: int) -> dict[str, float]:
    observed = [[float(one) for one in ys] for ys, *_ in rows]
    by_type = {one: [made[one] for _, made, *_ in rows] for one in types}
    return metrics.measured(observed, by_type, [[float(one) for one in past] for _, _, past, _ in rows], season)


def _better(rows: Sequence[Row], than: Sequence[Row], metric: str, types: Sequence[str], season: int) -> bool:
    """Whether ROWS are better THAN others, where both were tried: a slow candidate sees fewer series."""
    count = min(len(rows), len(than))
    one, other = (_measured(each[:count], types, season) for each in (rows, than))
    return one.get(metric, one["wape"]) < other.get(metric, other["wape"])


def _left(names: Sequence[str], place: int, budget: float, series: int, found: Learnt, kind: str) -> float:
    """A guess of the seconds that the candidates from PLACE on take: as long as those before, within their budget."""
    done = [found.seconds[name] for name in names[:place] if name in found.seconds]
    each = max(done, default=0.05) * min(series, SAMPLE) * WINDOWS
    return min(budget, each * (len(names) - place))


def _one(work: tuple[Any, ...]) -> tuple[Key, dict[str, list[float]]]:
    key, name, values, horizon, season, types, beside = work
    return key, candidates.made(name, values, horizon, season, types, beside)
