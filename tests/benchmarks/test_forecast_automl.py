"""AutoML over a thousand daily series of two years keeps to the CPU that it gives itself, and is told it truly."""

from __future__ import annotations

import os

import pytest

from awsml_cli.core import clock
from awsml_cli.local.engines import forecast as engine
from awsml_cli.local.engines.forecast import candidates, learning

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not engine.DECLARATION.installed(), reason=engine.DECLARATION.install),
]
TYPES = ("0.1", "0.5", "0.9")
SCREENING = 6.0  # seconds of CPU here, in place of 80


def test_a_thousand_daily_series_of_two_years(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(learning, "SCREENING", SCREENING)
    monkeypatch.setattr(
        learning, "ENOUGH", 1001
    )  # DeepAR, which learns in as many steps whatever it is given, stays out
    rng, day = np.random.default_rng(0), np.arange(730)
    some = [
        size * (1 + 0.3 * np.sin(day * 2 * np.pi / 7) + rng.normal(0, 0.1, 730)) for size in rng.uniform(10, 99, 30)
    ]
    series = {(f"s{number}",): some[number % 30] for number in range(1000)}
    for name in candidates.installed(list(candidates.SMOOTH)):
        candidates.made(name, some[0][:64], 28, 7, TYPES)  # what is loaded and compiled once
    begun = clock.working()
    found = learning.learn(series, 28, 7, TYPES)
    assert clock.working() - begun < 3 * SCREENING, "a fit that is under way is not given up"
    chosen = found.chosen["smooth"]
    each = found.seconds[chosen]
    assert each * len(series) / (os.cpu_count() or 1) <= learning.WHOLE
    begun = clock.working()
    made = list(learning.forecast(dict(list(series.items())[:30]), found.chosen, 28, 7, TYPES, seconds={chosen: 0.0}))
    assert (len(made), (clock.working() - begun) / 30 < 2 * each + 0.01) == (30, True), (chosen, each)
