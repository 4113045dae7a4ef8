"""`awsml forecast run` and `jobs`: the whole way at Amazon Forecast, whatever happens on it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Reset
from fakeaws.program import KILLED, Program

ROLE = "arn:aws:iam::123456789012:role/forecaster"
DAYS = [date(2024, 1, 1) + timedelta(n) for n in range(60)]
SALES = "date,sku,units\n" + "".join(
    f"{day},{sku},{n % 7 + base}\n" for sku, base in (("a", 3), ("b", 30)) for n, day in enumerate(DAYS)
)
GO = ["forecast", "run", "sales.csv", "--horizon", "7", "--role", ROLE]
CALLS = 42  # of a run
MADE = ("Dataset", "DatasetGroup", "DatasetImportJob", "Predictor", "Forecast", "ForecastExportJob")


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("sales.csv").write_text(SALES)


def nothing_left(aws: Aws) -> bool:
    return (aws.forecast.things, aws.objects("staging")) == ({}, {})


def params(aws: Aws, operation: str) -> dict[str, Any]:
    (call,) = aws.calls_of(operation)
    return call.params


class TestTheWholeWay:
    def test_a_tidy_table_in_a_pipe_and_nothing_left(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO)
        rows = list(csv.reader(io.StringIO(run.text)))
        assert (run.exit_code, len(rows), rows[:2]) == (
            0,
            15,
            [["item_id", "timestamp", "p10", "p50", "p90", "mean"], ["a", "2024-03-01", "5.88", "7", "8.12", "7"]],
        )
        assert (nothing_left(aws), aws.forecast.made) == (True, dict.fromkeys(MADE, 1))

    def test_that_it_is_closed_is_said_once(self, aws: Aws, awsml: Program) -> None:
        assert awsml(*GO).stderr.count("Amazon Forecast has been closed to new customers") == 1

    def test_the_requests(self, aws: Aws, awsml: Program) -> None:
        words = ["--holidays", "de", "--metric", "wape", "--quantiles", "p10,50%,.95,mean", "--fill", "zero"]
        assert awsml(*GO, *words).exit_code == 0
        asked, dataset = params(aws, "CreateAutoPredictor"), params(aws, "CreateDataset")
        assert (asked["ForecastHorizon"], asked["ForecastFrequency"], asked["ForecastTypes"], asked["OptimizationMetric"]) == (
            7, "D", ["0.1", "0.5", "0.95", "mean"], "WAPE",
        )  # fmt: skip
        assert asked["DataConfig"]["AdditionalDatasets"] == [
            {"Name": "holiday", "Configuration": {"CountryCode": ["DE"]}}
        ]
        assert asked["DataConfig"]["AttributeConfigs"][0]["Transformations"]["middlefill"] == "zero"
        assert [one["AttributeName"] for one in dataset["Schema"]["Attributes"]] == [
            "item_id", "timestamp", "target_value",
        ]  # fmt: skip
        assert params(aws, "CreateDatasetImportJob")["TimestampFormat"] == "yyyy-MM-dd"

    def test_the_answer_is_kept_and_asked_for_again_it_is_free(self, aws: Aws, awsml: Program) -> None:
        first = awsml(*GO)
        before = len(aws.calls)
        again = awsml(*GO, "-f", "json")
        assert (len(aws.calls), json.loads(again.text)["predictions"][0]["item_id"]) == (before, "a")
        assert first.text.splitlines()[0] == "item_id,timestamp,p10,p50,p90,mean"

    def test_fresh_asks_anew(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        awsml(*GO)
        clock.sleep(1)
        assert (awsml(*GO, "--fresh").exit_code, aws.forecast.made["Predictor"]) == (0, 2)

    def test_every_format(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        told = {name: awsml(*GO, "-f", name) for name in ("csv", "tsv", "jsonl", "table", "json", "yaml", "raw")}
        assert {name: run.exit_code for name, run in told.items()} == dict.fromkeys(told, 0)
        assert told["tsv"].text.splitlines()[0] == "item_id\ttimestamp\tp10\tp50\tp90\tmean"
        assert json.loads(told["jsonl"].text.splitlines()[0])["timestamp"] == "2024-03-01"
        assert json.loads(told["json"].text)["accuracy"][0]["wape"] == 0.12
        assert awsml(*GO, "--query", "average_weighted_quantile_loss").text == "0.1\n"
        assert "item_id" in awsml(*GO, tty={"stdout"}).text.splitlines()[0]

    def test_as_parquet(self, aws: Aws, awsml: Program) -> None:
        parquet = pytest.importorskip("pyarrow.parquet")
        assert awsml(*GO, "-o", "x.parquet").exit_code == 0
        table = parquet.read_table("x.parquet").to_pylist()
        assert (len(table), table[0]["item_id"], table[0]["p10"]) == (14, "a", 5.88)

    def test_one_algorithm(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--algorithm", "deepar+", "--hpo")
        asked = params(aws, "CreatePredictor")
        assert (run.exit_code, asked["AlgorithmArn"], asked["PerformHPO"]) == (
            0, "arn:aws:forecast:::algorithm/Deep_AR_Plus", True,
        )  # fmt: skip

    def test_dimensions_related_series_and_items(self, aws: Aws, awsml: Program) -> None:
        longer = [DAYS[0] + timedelta(n) for n in range(70)]
        Path("shops.csv").write_text(
            "date,sku,order,units\n" + "".join(f"{day},a,{shop},{n}\n" for shop in "xy" for n, day in enumerate(DAYS))
        )
        Path("prices.csv").write_text(
            "date,sku,order,price\n" + "".join(f"{day},a,{shop},5\n" for shop in "xy" for day in longer)
        )
        Path("items.csv").write_text("sku,colour\na,red\n")
        words = ["--dim", "order", "--related", "prices.csv", "--items", "items.csv", "--explain", "--baseline"]
        run = awsml("forecast", "run", "shops.csv", "--horizon", "7", "--role", ROLE, *words, "-f", "json")
        told = json.loads(run.text)
        assert run.exit_code == 0, run.stderr
        assert sorted(call.params["DatasetType"] for call in aws.calls_of("CreateDataset")) == [
            "ITEM_METADATA", "RELATED_TIME_SERIES", "TARGET_TIME_SERIES",
        ]  # fmt: skip
        assert params(aws, "CreateAutoPredictor")["ForecastDimensions"] == ["c_order"]
        assert (told["predictions"][0]["c_order"], told["predictions"][0]["naive"]) == ("x", 53.0)
        assert [one["evaluation_type"] for one in told["accuracy"]] == ["SUMMARY", "COMPUTED", "BASELINE"]
        assert (told["impact"][0]["attribute"], told["impact"][0]["normalized_impact_score"]) == ("price", 0.4)
        assert nothing_left(aws)

    def test_the_weather_at_a_place(self, aws: Aws, awsml: Program) -> None:
        Path("shops.csv").write_text(
            "date,sku,place,units\n" + "".join(f"{day},a,DE_10115,{n}\n" for n, day in enumerate(DAYS))
        )
        words = ["--horizon", "7", "--role", ROLE, "--dim", "place", "--weather", "place"]
        assert awsml("forecast", "run", "shops.csv", *words).exit_code == 0
        assert params(aws, "CreateDataset")["Schema"]["Attributes"][3] == {
            "AttributeName": "place", "AttributeType": "geolocation",
        }  # fmt: skip
        imported = params(aws, "CreateDatasetImportJob")
        assert (imported["GeolocationFormat"], imported["UseGeolocationForTimeZone"]) == ("CC_POSTALCODE", True)
        assert params(aws, "CreateAutoPredictor")["DataConfig"]["AdditionalDatasets"] == [{"Name": "weather"}]

    def test_related_series_must_reach_the_horizon(self, aws: Aws, awsml: Program) -> None:
        longer = [DAYS[0] + timedelta(n) for n in range(63)]
        Path("prices.csv").write_text("date,sku,price\n" + "".join(f"{day},a,5\n" for day in longer))
        run = awsml(*GO, "--related", "prices.csv")
        assert (run.exit_code, "must reach 7 steps beyond the target: `a` ends at 2024-03-03" in run.stderr, aws.calls) == (
            2, True, [],
        )  # fmt: skip

    def test_a_file_holds_it_all(self, aws: Aws, awsml: Program) -> None:
        told = f"data: sales.csv\nhorizon: 5\nquantiles: [p20, mean]\nrole: {ROLE}\nholidays: FR\nitem: sku\n"
        Path("forecast.yaml").write_text(told)
        run = awsml("forecast", "run", "forecast.yaml")
        assert (run.exit_code, run.text.splitlines()[0], len(run.text.splitlines())) == (
            0, "item_id,timestamp,p20,mean", 11,
        )  # fmt: skip
        assert awsml("forecast", "run", "forecast.yaml", "--horizon", "6").text.count("\n") == 13

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("horizon: 5", "does not say which data"),
            ("data: x\nhorizn: 5", "`horizn`, which means nothing"),
            ("a: [", "no YAML"),
        ],
    )
    def test_a_file_that_says_nothing_useful(self, awsml: Program, text: str, said: str) -> None:
        Path("forecast.yaml").write_text(text)
        run = awsml("forecast", "run", "forecast.yaml")
        assert (run.exit_code, said in run.stderr) == (2, True)

    def test_a_dry_run_sends_nothing_and_says_units_and_price(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--dry-run", "-f", "json")
        plan = {one["operation"]: one for one in json.loads(run.text)}
        assert (run.exit_code, aws.calls) == (0, [])
        assert (plan["forecast:CreateForecast"]["units"], plan["forecast:CreateForecast"]["price"]) == (56.0, 2.0)
        assert "0.24 USD for each hour" in plan["forecast:CreateAutoPredictor"]["on"]

    def test_keep_leaves_everything(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--keep")
        assert (run.exit_code, len(aws.forecast.things), len(aws.objects("staging"))) == (0, 6, 3)


class TestBadInput:
    def test_every_error_is_said_before_anything_is_sent(self, aws: Aws, awsml: Program) -> None:
        Path("sales.csv").write_text(
            SALES.replace("2024-01-05,a,7", "2024-01-55,a,7").replace("2024-01-09,b,31", "2024-01-09,b,x")
        )
        run = awsml(*GO)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "row 70, units: `x` is no number" in run.stderr
        assert "row 6, date: `2024-01-55` is no date like yyyy-MM-dd" in run.stderr

    @pytest.mark.parametrize(
        "words",
        [
            [*GO, "-o", "./sales.csv"],
            [*GO[:2], "prices.csv", *GO[3:], "--related", "sales.csv", "-o", "sales.csv"],
            ["forecast", "run", "forecast.yaml", "-o", "sales.csv"],
            ["personalize", "run", "personalize.yaml", "-o", "sales.csv"],
            ["forecast", "check", "sales.csv", "-o", "sales.csv"],
            ["forecast", "plot", "prices.csv", "--history", "sales.csv", "-o", "sales.csv"],
            ["personalize", "recommend", "shop", "--user", "u1", "--items", "sales.csv", "-o", "sales.csv"],
        ],
    )
    def test_an_input_is_never_written_over(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        Path("prices.csv").write_text(SALES)
        Path("forecast.yaml").write_text("data: sales.csv\nhorizon: 7\n")
        Path("personalize.yaml").write_text("interactions: prices.csv\nitems: sales.csv\n")
        run = awsml(*words)
        assert (run.exit_code, aws.calls, Path("sales.csv").read_text()) == (2, [], SALES), run.stderr
        assert "sales.csv would be written over the input sales.csv" in run.stderr.replace("./", "")

    def test_errors_of_both_tables_are_said_at_once(self, aws: Aws, awsml: Program) -> None:
        Path("sales.csv").write_text(SALES.replace("2024-01-05,a,7", "2024-01-05,a,x"))
        Path("prices.csv").write_text("date,sku,price\n2024-01-01,a,1\n2024-01-02,a,much\n2024-01-03,a,2\n")
        run = awsml(*GO, "--related", "prices.csv")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith(
            "error: sales.csv cannot be sent: 1 error\n"
            "  row 6, units: `x` is no number\n"
            "prices.csv cannot be sent: 1 error\n"
            "  row 3, price: `much` is no number\n"
        )

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["forecast", "run", "sales.csv"], 2, "how many steps"),
            ([*GO[:4], "30", "--role", ROLE], 2, "the horizon 30 is over the limit 15"),
            (GO[:5], 3, "Forecast needs a role"),
            ([*GO, "--quantiles", "2"], 2, "`2` is no quantile"),
            ([*GO, "--quantiles", ".1,.2,.3,.4,.5,.6"], 2, "6 quantiles"),
            ([*GO, "--algorithm", "magic"], 2, "no algorithm `magic`"),
            ([*GO, "--algorithm", "ETS", "--hpo"], 2, "CNN-QR and DeepAR+ alone"),
            ([*GO, "--metric", "luck"], 2, "no metric `luck`"),
            ([*GO, "--holidays", "Germany"], 2, "is no country"),
            ([*GO, "--weather", "place"], 2, "`place` is no dimension"),
            ([*GO, "--fill", "x"], 2, "are not filled with `x`"),
            ([*GO, "--domain", "x"], 2, "no domain `x`"),
            (["forecast", "jobs", "get", "nobody"], 2, "this machine knows no run nobody"),
        ],
    )  # fmt: skip
    def test_what_cannot_be(self, aws: Aws, awsml: Program, words: list[str], code: int, said: str) -> None:
        run = awsml(*words)
        assert (run.exit_code, said in run.stderr, aws.forecast.made) == (code, True, {}), run.stderr


class TestInterrupted:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("number", "after"),
        [*((number, True) for number in range(1, CALLS + 1)), *((number, False) for number in range(1, CALLS + 1, 4))],
    )
    def test_killed_at_any_call_and_repeated_nothing_is_made_twice_and_nothing_stays(
        self, aws: Aws, awsml: Program, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = awsml(*GO)
        aws.kill_at(10**6)
        run = awsml(*GO)
        assert (killed.exit_code, run.exit_code, len(run.text.splitlines())) == (KILLED, 0, 15), run.stderr
        assert (nothing_left(aws), aws.forecast.made) == (True, dict.fromkeys(MADE, 1))

    def test_no_wait_gives_an_id_with_which_it_goes_on(self, aws: Aws, awsml: Program) -> None:
        started = awsml(*GO, "--no-wait")
        (id,) = started.text.split()
        assert (started.exit_code, id.startswith("forecast:us-east-1:awsml_sales_")) == (0, True)
        seen = json.loads(awsml("jobs", "get", id, "-f", "json").text)
        assert (seen["step"], seen["estimated_time_remaining_in_minutes"]) == ("import", 5)
        assert id in awsml("forecast", "jobs", "ls").text
        result = awsml("jobs", "result", id)
        assert (result.exit_code, len(result.text.splitlines()), nothing_left(aws)) == (0, 15, True)
        assert awsml("jobs", "wait", id, "--query", "status").text == "ENDED\n"

    def test_after_the_timeout_the_hint_works(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--timeout", "0")
        hint = run.stderr.partition("hint: awsml ")[2].split()
        assert (run.exit_code, hint[:3]) == (8, ["forecast", "jobs", "result"])
        assert (awsml(*hint).exit_code, nothing_left(aws)) == (0, True)

    def test_ctrl_c_names_what_runs(self, aws: Aws, awsml: Program) -> None:
        def interrupted(_: object) -> None:
            raise KeyboardInterrupt

        aws.respond("forecast", "DescribeAutoPredictor", interrupted)
        run = awsml(*GO)
        assert (run.exit_code, "awsml forecast jobs wait forecast:us-east-1:" in run.stderr) == (130, True)

    def test_stopped_and_removed(self, aws: Aws, awsml: Program) -> None:
        (id,) = awsml(*GO, "--no-wait").text.split()
        assert awsml("jobs", "stop", id, "--query", "status").text == "STOPPED\n"
        assert (awsml("forecast", "jobs", "rm", id, "-y").exit_code, nothing_left(aws)) == (0, True)
        assert awsml("forecast", "jobs", "ls").text == ""

    def test_progress_is_that_of_the_minutes_left(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, tty={"stderr"})
        assert "training awsml_sales" in run.stderr
        assert "about 12 min left" in run.stderr


class TestFaults:
    @pytest.mark.parametrize("noun", MADE[2:])
    def test_a_step_that_fails_says_why_and_leaves_nothing(self, aws: Aws, awsml: Program, noun: str) -> None:
        aws.forecast.failing[noun] = "It was not to be."
        run = awsml(*GO)
        assert (run.exit_code, "It was not to be." in run.stderr, nothing_left(aws)) == (4, True, True)
        assert awsml(*GO).exit_code == 0

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "operation",
        [
            *("ListDatasets", "CreateDataset", "ListDatasetGroups", "CreateDatasetGroup", "ListDatasetImportJobs"),
            *("CreateDatasetImportJob", "DescribeDatasetImportJob", "ListPredictors", "CreateAutoPredictor"),
            *("DescribeAutoPredictor", "GetAccuracyMetrics", "ListForecasts", "CreateForecast", "DescribeForecast"),
            *("ListForecastExportJobs", "CreateForecastExportJob", "DescribeForecastExportJob"),
            *("DeleteResourceTree", "DescribeDatasetGroup", "DescribeDataset"),
        ],
    )
    def test_throttles_resets_and_halves_are_got_over(self, aws: Aws, awsml: Program, operation: str) -> None:
        aws.respond("forecast", operation, AwsError("ThrottlingException", times=3), Reset())
        if not operation.startswith(("Create", "Delete")):
            aws.respond("forecast", operation, HalfAnswer())
        run = awsml(*GO)
        assert (run.exit_code, nothing_left(aws), aws.forecast.made) == (0, True, dict.fromkeys(MADE, 1)), run.stderr

    @pytest.mark.parametrize("operation", ["CreateDataset", "CreateAutoPredictor", "CreateForecast"])
    def test_denied_names_the_right_that_is_missing_and_what_stays(
        self, aws: Aws, awsml: Program, operation: str
    ) -> None:
        aws.respond("forecast", operation, AwsError("AccessDeniedException", "no", status=400))
        run = awsml(*GO)
        assert (run.exit_code, f"forecast:{operation}" in run.stderr) == (4, True)
        assert "stays for another try; `awsml forecast jobs rm awsml_sales_" in run.stderr
        assert (awsml(*GO).exit_code, nothing_left(aws)) == (0, True)

    def test_what_failed_before_is_made_again(self, aws: Aws, awsml: Program) -> None:
        aws.forecast.failing["Predictor"] = "Not enough data."
        assert awsml(*GO, "--keep").exit_code == 4
        assert (awsml(*GO, "--keep").exit_code, aws.forecast.made["Predictor"], aws.forecast.made["Dataset"]) == (
            0,
            2,
            1,
        )
