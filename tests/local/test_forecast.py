"""`awsml forecast … --local`: the same commands, answered by engines of this machine, better than the last season."""

from __future__ import annotations

import itertools
import json
import math
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program

from awsml_cli.formats.series import metrics, naive
from awsml_cli.local.engines import forecast as engine
from awsml_cli.local.engines.forecast import calendar, candidates, learning, npts, regressors

pytestmark = pytest.mark.skipif(not engine.DECLARATION.installed(), reason=engine.DECLARATION.install)
TYPES = ("0.1", "0.5", "0.9", "mean")


def air() -> list[float]:
    """Passengers of airlines by month, 1949 to 1960: 144 values, as statsforecast ships them."""
    from statsforecast.utils import AirPassengers

    return [float(one) for one in AirPassengers]


def scores(name: str, values: list[float], horizon: int, season: int) -> dict[str, float]:
    """How good a model is for the last steps of a series."""
    import numpy as np

    past, ahead = values[:-horizon], values[-horizon:]
    made = candidates.made(name, np.asarray(past), horizon, season, TYPES)
    return metrics.measured([ahead], {one: [made[one]] for one in TYPES}, [past], season)


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    months = [f"{1949 + n // 12}-{n % 12 + 1:02}-01" for n in range(144)]
    table = "".join(f"{month},{value:.0f}\n" for month, value in zip(months, air(), strict=True))
    Path("air.csv").write_text("month,passengers\n" + table)


class TestRun:
    def test_the_whole_way_without_an_account(self, awsml: Program) -> None:
        words = ["--horizon", "12", "--algorithm", "ets", "--baseline", "--local"]
        run = awsml("forecast", "run", "air.csv", *words, "-f", "json")
        told = json.loads(run.text)
        assert run.exit_code == 0, run.stderr
        assert [one["timestamp"] for one in told["predictions"]][::11] == ["1961-01-01", "1961-12-01"]
        assert list(told["predictions"][0]) == ["item_id", "timestamp", "p10", "p50", "p90", "mean", "naive"]
        wapes = {one["algorithm"]: one["wape"] for one in told["accuracy"]}
        assert wapes["AutoETS"] < wapes["seasonal naive"]
        assert "seasonal naive: average wQL" in run.stderr

    def test_nothing_is_left_and_again_it_is_kept(self, awsml: Program) -> None:
        words = ["forecast", "run", "air.csv", "--horizon", "6", "--algorithm", "npts", "--local"]
        runs = [awsml(*words) for _ in range(2)]
        assert (runs[0].exit_code, runs[0].text == runs[1].text, runs[0].text.count("\n")) == (0, True, 7)
        assert awsml("forecast", "ls", "--local").text == ""

    def test_step_by_step(self, awsml: Program) -> None:
        for words in (
            ["import", "air", "air.csv"],
            ["train", "air", "--horizon", "12", "--algorithm", "npts"],
            ["predict", "air", "--quantiles", "p5,p95"],
        ):
            run = awsml("forecast", *words, "--local")
            assert run.exit_code == 0, run.stderr
        asked = awsml("forecast", "query", "air", "air", "--until", "1961-02-01", "--local")
        assert (asked.text.splitlines()[0], len(asked.text.splitlines())) == ("item_id,timestamp,p5,p95", 3)
        assert awsml("forecast", "metrics", "air", "--local").text.startswith("NPTS\tSUMMARY")
        assert awsml("forecast", "export", "air", "--local").text.count("\n") == 13
        assert awsml("forecast", "clean", "air", "--local", "-y").exit_code == 0
        assert awsml("forecast", "ls", "--local").text == ""

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--algorithm", "cnn-qr"], "no engine on this machine learns CNN-QR"),
            (["--holidays", "XQ"], "knows the holidays of XQ"),
            (["--holidays", "US", "--algorithm", "ets"], "minds holidays in ETS"),
            (["--explain"], "minds why"),
        ],
    )
    def test_what_no_engine_can_is_said_and_leaves_nothing(self, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("forecast", "run", "air.csv", "--horizon", "6", "--local", *words)
        left = [awsml("forecast", *words, "--local").text for words in (["ls"], ["jobs", "ls"])]
        assert (run.exit_code, said in run.stderr, left) == (3, True, ["", ""]), run.stderr

    def test_series_too_short_fail_as_at_aws(self, awsml: Program) -> None:
        Path("x.csv").write_text("date,y\n" + "".join(f"2024-01-{day:02},{day}\n" for day in range(1, 9)))
        assert awsml("forecast", "run", "x.csv", "--horizon", "2", "--algorithm", "npts", "--local").exit_code == 0
        assert awsml("forecast", "run", "x.csv", "--horizon", "3", "--local").exit_code == 2


class TestModels:
    @pytest.mark.parametrize("name", ["MSTL", "DynamicOptimizedTheta", "AutoETS", "AutoARIMA"])
    def test_they_beat_the_last_season_on_airpassengers(self, name: str) -> None:
        ours, baseline = scores(name, air(), 12, 12), scores("SeasonalNaive", air(), 12, 12)
        assert (ours["average_wql"] < baseline["average_wql"], ours["wape"] < baseline["wape"]) == (True, True)

    def test_the_best_is_chosen(self) -> None:
        import numpy as np

        found = learning.learn({("air",): np.asarray(air())}, 12, 12, TYPES)
        by_name = {name.partition(" ")[2]: told["average_wql"] for name, told in found.scores.items()}
        assert found.chosen["smooth"] == min(by_name, key=lambda name: by_name[name])
        assert len(found.windows) == 3

    def test_series_that_are_mostly_nothing_compete_apart(self) -> None:
        import numpy as np

        rng = np.random.default_rng(1)
        rare = rng.poisson(0.3, 200).astype(float)
        found = learning.learn({("rare",): rare, ("air",): np.asarray(air())}, 12, 1, TYPES)
        assert set(found.chosen) == {"rare", "smooth"}
        made = dict(learning.forecast({("rare",): rare}, found.chosen, 5, 1, TYPES))
        assert all(value >= 0 for line in made[("rare",)].values() for value in line)

    def test_quantiles_are_in_order_and_nothing_falls_below_zero(self) -> None:
        import numpy as np

        values = np.abs(np.random.default_rng(0).normal(1, 2, 120)).round()
        for name in candidates.installed(list(candidates.MODELS)):
            if name == "Prophet":
                continue
            made = candidates.made(name, values, 9, 7, TYPES)
            assert all(
                0 <= low <= mid <= high for low, mid, high in zip(*(made[one] for one in TYPES[:3]), strict=True)
            ), name

    def test_npts_draws_from_the_same_place_in_the_season(self) -> None:
        import numpy as np

        values = np.tile([1.0, 5.0, 9.0], 20)
        made: Any = npts.forecast(values, 4, 3, TYPES)
        assert [made[one] for one in TYPES] == [[1.0, 5.0, 9.0, 1.0]] * 4

    @pytest.mark.parametrize("values", [[3.0, 4.0], [5.0] * 30, [0.0] * 30, [1e12, 1.0, 1e12, 1.0, 1e12]])
    def test_odd_series_have_a_forecast_too(self, values: list[float]) -> None:
        import numpy as np

        for name in candidates.installed([one for one in candidates.MODELS if one != "Prophet"]):
            made = candidates.made(name, np.asarray(values), 3, 7, TYPES)
            assert all(math.isfinite(value) for line in made.values() for value in line), name


def promoted(count: int) -> tuple[list[float], list[tuple[int, int]]]:
    """Sales by day with a week's season and a trend, which offers lift by 30 and a price lowers, and these two."""
    import numpy as np

    rng = np.random.default_rng(3)
    along = [
        (int(offer), 5 + int(dear))
        for offer, dear in zip(rng.random(count) < 0.15, rng.integers(0, 3, count), strict=True)
    ]
    noise = rng.normal(0, 2, count)
    values = [
        50 + 0.05 * day + 8 * math.sin(day * 2 * math.pi / 7) + 30 * offer - 4 * price + float(noise[day])
        for day, (offer, price) in enumerate(along)
    ]
    return values, along


needs_prophet = pytest.mark.skipif(not engine.PROPHET.installed(), reason=engine.PROPHET.install)
needs_holidays = pytest.mark.skipif(not engine.HOLIDAYS.installed(), reason=engine.HOLIDAYS.install)


def takings(days: int) -> list[tuple[date, float]]:
    """A shop's takings by day from 2022: a week's season, noise, and hardly any on Germany's holidays."""
    import holidays
    import numpy as np

    closed = holidays.country_holidays("DE", years=(2022, 2023, 2024))
    noise = np.random.default_rng(0).normal(0, 3, days)
    dates = [date(2022, 1, 10) + timedelta(number) for number in range(days)]
    return [
        (day, 100 + 10 * math.sin(at * 2 * math.pi / 7) - 60 * (day in closed) + float(noise[at]))
        for at, day in enumerate(dates)
    ]


@needs_prophet
class TestProphet:
    def test_the_whole_way_and_nobody_hears_of_its_chains(self, awsml: Program) -> None:
        words = ["--horizon", "12", "--algorithm", "prophet", "--baseline", "--local", "-f", "json"]
        run = awsml("forecast", "run", "air.csv", *words)
        assert (run.exit_code, "cmdstanpy" in run.stderr) == (0, False), run.stderr
        told = json.loads(run.text)["accuracy"]
        ours, naive = told[0], told[-1]
        assert (ours["algorithm"], naive["algorithm"]) == ("Prophet", "seasonal naive")
        assert ours["wape"] < naive["wape"]

    def test_seasons_that_grow_with_the_level_are_multiplied(self) -> None:
        assert scores("Prophet", air(), 12, 12)["wape"] < 0.05

    def test_seasons_that_do_not_are_added(self) -> None:
        import numpy as np

        steps = np.arange(120)
        values = 50 + steps + 8 * np.sin(steps * 2 * np.pi / 12) + np.random.default_rng(0).normal(0, 1, 120)
        assert scores("Prophet", list(values), 12, 12)["wape"] < 0.02

    def test_it_knows_the_year_of_daily_series_and_what_goes_along(self) -> None:
        """The highest temperature in Seattle by day, beside the lowest (vega_datasets)."""
        weather = pytest.importorskip("vega_datasets").data.seattle_weather()
        values, beside = weather["temp_max"].to_numpy(float), weather[["temp_min"]].to_numpy(float)

        def wape(called: str) -> float:
            made = candidates.made(called, values[:-28], 28, 7, TYPES, beside)
            told = metrics.measured([list(values[-28:])], {one: [made[one]] for one in TYPES}, [list(values[:-28])], 7)
            return told["wape"]

        alone, along, naive = wape("Prophet"), wape(*regressors.named(["Prophet"])), wape("SeasonalNaive")
        assert (alone < 0.7 * naive, along < 0.7 * alone) == (True, True), (alone, along, naive)


@needs_holidays
class TestHolidays:
    @pytest.mark.parametrize("algorithm", ["arima", pytest.param("prophet", marks=needs_prophet)])
    def test_new_year_is_foretold(self, awsml: Program, algorithm: str) -> None:
        rows = [f"{day},a,{value:.2f}\n" for day, value in takings(720)]
        Path("shop.csv").write_text("date,sku,units\n" + "".join(rows))
        words = ["--horizon", "5", "--holidays", "DE", "--algorithm", algorithm, "--local", "-f", "json"]
        run = awsml("forecast", "run", "shop.csv", *words)
        told = json.loads(run.text)
        assert (run.exit_code, told["accuracy"][0]["algorithm"].endswith(" with holidays")) == (0, True), run.stderr
        medians = {one["timestamp"]: one["p50"] for one in told["predictions"]}
        assert [day for day, median in medians.items() if median < 60] == ["2024-01-01"]

    @pytest.mark.parametrize("name", regressors.named(["DynamicOptimizedTheta", "MSTL"], regressors.HOLIDAYS))
    def test_so_it_is_by_a_regression(self, name: str) -> None:
        import numpy as np

        days, values = zip(*takings(725), strict=True)
        beside = calendar.columns("DE", [(day, day + timedelta(1)) for day in days], 720)
        made = candidates.made(name, np.asarray(values[:720]), 5, 7, TYPES, beside)
        assert [days[720 + at] for at, one in enumerate(made["mean"]) if one < 60] == [date(2024, 1, 1)]

    def test_days_of_a_longer_step_are_counted_and_rare_ones_share_a_column(self) -> None:
        months = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(25)]
        table = calendar.columns("US", list(itertools.pairwise(months)), 14)
        # those of January and February came twice; the others share the last column. The first of 2023 was a Sunday, and
        # so was kept on the Monday too; November has Veterans Day (kept on the day before, too) and Thanksgiving
        assert (table.shape, table[0].tolist(), table[10].tolist()) == ((24, 4), [1, 2, 0, 0], [0, 0, 0, 3])

    def test_two_that_always_come_together_are_one_to_arima(self) -> None:
        import numpy as np

        rng = np.random.default_rng(0)
        one = (rng.random(100) < 0.2).astype(float)
        values = 50 + 20 * one + rng.normal(0, 1, 100)
        beside = np.column_stack([one, one, np.zeros(100)])
        made = candidates.made(*regressors.named(["AutoARIMA"]), values[:90], 10, 1, TYPES, beside)
        assert max(abs(mean - 50 - 20 * each) for mean, each in zip(made["mean"], one[90:], strict=True)) < 2


@pytest.mark.skipif(not engine.DEEPAR.installed(), reason=engine.DEEPAR.install)
class TestDeepAR:
    def test_it_learns_from_all_series_and_beats_the_last_season(self, awsml: Program) -> None:
        import numpy as np

        rng, rows, real = np.random.default_rng(0), [], {}
        for number in range(20):
            size = rng.uniform(10, 100)
            told = size * (1 + 0.4 * np.sin(2 * np.pi * np.arange(154) / 7)) + rng.normal(0, size * 0.1, 154)
            real[f"s{number}"] = told[140:]
            rows += [f"{date(2024, 1, 1) + timedelta(n)},s{number},{told[n]:.3f}\n" for n in range(140)]
        Path("many.csv").write_text("date,sku,units\n" + "".join(rows))
        words = ["--horizon", "14", "--algorithm", "deepar+", "--baseline", "--local", "-f", "json"]
        run = awsml("forecast", "run", "many.csv", *words)
        told = json.loads(run.text)
        wapes = {one["algorithm"]: one["wape"] for one in told["accuracy"]}
        assert (run.exit_code, wapes["DeepAR"] < wapes["seasonal naive"]) == (0, True), run.stderr
        assert len(told["predictions"]) == 20 * 14


def test_without_its_packages_deepar_says_what_to_install(awsml: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    there = metadata.version

    def version(name: str) -> str:
        if name == engine.DEEPAR.package:
            raise metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(metadata, "version", version)
    run = awsml("forecast", "run", "air.csv", "--horizon", "6", "--local", "--algorithm", "deepar+")
    assert (run.exit_code, "pip install 'awsml-cli[deepar]'" in run.stderr) == (3, True), run.stderr


class TestRelatedSeries:
    @pytest.mark.parametrize(
        "name", [pytest.param(one, marks=needs_prophet) if one == "Prophet" else one for one in regressors.BASES]
    )
    def test_a_model_that_minds_them_errs_less_than_half_as_much(self, name: str) -> None:
        import numpy as np

        values, along = promoted(150)
        past, ahead, beside = np.asarray(values[:-14]), values[-14:], np.asarray(along, dtype=float)

        def wape(called: str) -> float:
            made = candidates.made(called, past, 14, 7, TYPES, beside)
            told = metrics.measured([ahead], {one: [made[one]] for one in TYPES}, [list(past)], 7)
            return told["wape"]

        assert wape(*regressors.named([name])) < wape(name) / 2

    def test_the_lowest_temperature_helps_to_foretell_the_highest(self) -> None:
        """The weather in Seattle by day, 2014 to 2015 (vega_datasets): a real series beside a real one."""
        weather = pytest.importorskip("vega_datasets").data.seattle_weather()[-730:]
        values, beside = weather["temp_max"].to_numpy(float), weather[["temp_min"]].to_numpy(float)

        def wape(called: str) -> float:
            made = candidates.made(called, values[:-28], 28, 7, TYPES, beside)
            told = metrics.measured([list(values[-28:])], {one: [made[one]] for one in TYPES}, [list(values[:-28])], 7)
            return told["wape"]

        assert wape(*regressors.named(["DynamicOptimizedTheta"])) < 0.8 * wape("DynamicOptimizedTheta")

    @pytest.fixture
    def shop(self) -> list[tuple[int, int]]:
        """Tables of 113 days of sales of two items, and of offers and prices for 120."""
        values, along = promoted(120)
        days = [str(date(2024, 1, 1) + timedelta(n)) for n in range(120)]
        Path("sales.csv").write_text(
            "date,sku,units\n"
            + "".join(
                f"{day},{sku},{value:.3f}\n" for sku in "ab" for day, value in zip(days[:113], values, strict=False)
            )
        )
        Path("prices.csv").write_text(
            "date,sku,offer,price\n"
            + "".join(
                f"{day},{sku},{offer},{price}\n"
                for sku in "ab"
                for day, (offer, price) in zip(days, along, strict=True)
            )
        )
        return along

    def test_they_are_minded_where_they_help(self, awsml: Program, shop: list[tuple[int, int]]) -> None:
        words = ["--horizon", "7", "--related", "prices.csv", "--quantiles", "mean", "--local", "-f", "json"]
        run = awsml("forecast", "run", "sales.csv", *words)
        told = json.loads(run.text)
        assert (run.exit_code, told["accuracy"][0]["algorithm"].endswith(" with related series")) == (0, True), (
            run.stderr
        )
        means = [one["mean"] for one in told["predictions"] if one["item_id"] == "a"]
        real = promoted(120)[0][113:]
        assert max(abs(mean - value) for mean, value in zip(means, real, strict=True)) < 10

    def test_those_that_end_with_the_target_are_said_to_be_of_no_use(
        self, awsml: Program, shop: list[tuple[int, int]]
    ) -> None:
        rows = Path("prices.csv").read_text().splitlines(keepends=True)
        Path("prices.csv").write_text("".join(rows[:114] + rows[121:234]))
        Path("items.csv").write_text("sku,colour\na,red\nb,blue\n")
        words = ["import", "shop", "sales.csv", "--related", "prices.csv", "--items", "items.csv", "--local"]
        assert awsml("forecast", *words).exit_code == 0
        run = awsml("forecast", "train", "shop", "--horizon", "7", "--local", "-v")
        assert "offer, price reach to the end of the horizon for 0 of 2 series" in run.stderr
        assert "known of the items; that is not used" in run.stderr

    def test_a_part_of_the_series(self, awsml: Program, shop: list[tuple[int, int]]) -> None:
        awsml("forecast", "import", "shop", "sales.csv", "--local")
        awsml("forecast", "train", "shop", "--horizon", "7", "--algorithm", "npts", "--local")
        assert awsml("forecast", "predict", "shop", "--only", "b", "--name", "some", "--local").exit_code == 0
        rows = awsml("forecast", "export", "some", "--local").text.splitlines()[1:]
        assert ({row.split(",")[0] for row in rows}, len(rows)) == ({"b"}, 7)


class TestProgress:
    def test_the_seconds_that_are_left_are_told_as_it_goes(self) -> None:
        import numpy as np

        series = {(f"s{number}",): np.tile([1.0, 5.0, 9.0], 20) + number for number in range(40)}
        learning_told: list[tuple[float, float]] = []
        told: list[tuple[float, float]] = []
        found = learning.learn(series, 6, 3, TYPES, only="NPTS", progress=lambda *one: learning_told.append(one))
        made = list(
            learning.forecast(
                series, found.chosen, 6, 3, TYPES, seconds=found.seconds, progress=lambda *one: told.append(one)
            )
        )
        left = [each for _, each in told]
        assert (len(learning_told), len(made), left == sorted(left, reverse=True), left[-1] < left[0]) == (
            1,
            40,
            True,
            True,
        )


class TestBaseline:
    def test_the_last_season_once_more_with_a_growing_band(self) -> None:
        made = naive.forecast([1, 2, 3, 2, 3, 4], 6, 3, TYPES)
        assert made["mean"] == [2, 3, 4, 2, 3, 4]
        assert made["0.9"][0] - made["0.5"][0] < made["0.9"][3] - made["0.5"][3]
