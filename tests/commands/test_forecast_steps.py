"""`awsml forecast import`, `train`, `predict`, `query`, `export`, `what-if`, `explain`, `ls`, `clean`, and `plot`."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as Xml
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program

ROLE = ["--role", "arn:aws:iam::123456789012:role/forecaster"]
DAYS = [date(2024, 1, 1) + timedelta(n) for n in range(60)]
SALES = "date,sku,units\n" + "".join(
    f"{day},{sku},{n % 7 + base}\n" for sku, base in (("a", 3), ("b", 30)) for n, day in enumerate(DAYS)
)


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("sales.csv").write_text(SALES)


@pytest.fixture
def trained(awsml: Program) -> None:
    """A group, a predictor and a forecast called `shop`."""
    for words in (["import", "shop", "sales.csv", *ROLE], ["train", "shop", "--horizon", "7"], ["predict", "shop"]):
        run = awsml("forecast", *words)
        assert run.exit_code == 0, run.stderr


class TestSteps:
    def test_an_import_leaves_nothing_staged_and_is_made_once(self, aws: Aws, awsml: Program) -> None:
        runs = [awsml("forecast", "import", "shop", "sales.csv", *ROLE, "-f", "json") for _ in range(2)]
        assert [json.loads(run.text)[0]["status"] for run in runs] == ["ACTIVE", "ACTIVE"]
        assert (aws.forecast.made["DatasetImportJob"], aws.objects("staging")) == (1, {})

    def test_other_data_are_another_import_into_the_same_dataset(self, aws: Aws, awsml: Program) -> None:
        awsml("forecast", "import", "shop", "sales.csv", *ROLE)
        Path("sales.csv").write_text(SALES + "2024-03-01,a,9\n")
        awsml("forecast", "import", "shop", "sales.csv", *ROLE, "--add")
        modes = [call.params.get("ImportMode") for call in aws.calls_of("CreateDatasetImportJob")]
        assert (modes, aws.forecast.made["Dataset"]) == ([None, "INCREMENTAL"], 1)

    @pytest.mark.parametrize("number", range(1, 14, 3))
    def test_an_import_that_was_killed_is_taken_up(self, aws: Aws, awsml: Program, number: int) -> None:
        aws.kill_at(number, after=True)
        killed = awsml("forecast", "import", "shop", "sales.csv", *ROLE)
        aws.kill_at(10**6)
        run = awsml("forecast", "import", "shop", "sales.csv", *ROLE)
        assert (killed.exit_code in (0, KILLED), run.exit_code, aws.objects("staging")) == (True, 0, {})
        assert aws.forecast.made == {"Dataset": 1, "DatasetGroup": 1, "DatasetImportJob": 1}

    def test_a_name_is_learnt_once(self, aws: Aws, awsml: Program, trained: None) -> None:
        again = awsml("forecast", "train", "shop", "--horizon", "7")
        assert (again.exit_code, aws.forecast.made["Predictor"]) == (0, 1)
        assert (
            awsml("forecast", "train", "shop", "--horizon", "7", "--name", "other", "--algorithm", "ets").exit_code == 0
        )
        assert [line.split("\t")[0] for line in awsml("forecast", "metrics", "other").text.splitlines()] == [
            "ETS",
            "ETS",
        ]

    def test_metrics(self, awsml: Program, trained: None) -> None:
        told = json.loads(awsml("forecast", "metrics", "shop", "-f", "json").text)
        assert [(one["evaluation_type"], one["wape"]) for one in told] == [("SUMMARY", 0.12), ("COMPUTED", 0.12)]
        assert told[0]["weighted_quantile_losses"] == {"0.1": 0.1, "0.5": 0.1, "0.9": 0.1}

    def test_one_series_is_asked_for(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "query", "shop", "b", "--from", "2024-03-02", "--until", "2024-03-03")
        assert run.text.splitlines() == [
            "item_id,timestamp,p10,p50,p90,mean", "b,2024-03-02,29.4,35,40.6,35", "b,2024-03-03,30.24,36,41.76,36",
        ]  # fmt: skip
        assert awsml("forecast", "query", "shop", "nobody").exit_code == 4

    def test_the_whole_is_exported_and_the_export_removed(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "export", "shop", *ROLE)
        assert (run.exit_code, len(run.text.splitlines()), aws.objects("staging")) == (0, 15, {})
        assert not any(one["noun"] == "ForecastExportJob" for one in aws.forecast.things.values())
        aws.bucket("mine")
        left = awsml("forecast", "export", "shop", *ROLE, "--to", "s3://mine/out/", "--query", "status")
        assert (left.text, len(aws.objects("mine"))) == ("ACTIVE\n", 2)

    def test_what_if(self, aws: Aws, awsml: Program, trained: None) -> None:
        words = ["what-if", "shop", "--change", "price*2", "--where", "item_id=a", *ROLE]
        run = awsml("forecast", *words)
        (asked,) = aws.calls_of("CreateWhatIfForecast")
        assert (run.exit_code, run.text.splitlines()[1]) == (0, "a,2024-03-01,11.76,14,16.24,14")
        assert asked.params["TimeSeriesTransformations"] == [
            {
                "Action": {"AttributeName": "price", "Operation": "MULTIPLY", "Value": 2.0},
                "TimeSeriesConditions": [{"AttributeName": "item_id", "AttributeValue": "a", "Condition": "EQUALS"}],
            }
        ]
        assert (awsml("forecast", *words).exit_code, len(aws.calls_of("CreateWhatIfForecast"))) == (0, 1)

    def test_what_if_by_a_table_of_replacements(self, aws: Aws, awsml: Program) -> None:
        longer = [DAYS[0] + timedelta(n) for n in range(67)]
        Path("prices.csv").write_text(
            "date,sku,price\n" + "".join(f"{day},{sku},5\n" for sku in "ab" for day in longer)
        )
        Path("dearer.csv").write_text("sku;date;price\na;03.03.2024;8,5\na;04.03.2024;9,5\n")
        awsml("forecast", "import", "shop", "sales.csv", "--related", "prices.csv", *ROLE)
        awsml("forecast", "train", "shop", "--horizon", "7")
        awsml("forecast", "predict", "shop")
        words = ["what-if", "shop", "--replace", "dearer.csv", "--date-format", "dd.MM.yyyy", *ROLE]
        run = awsml("forecast", *words)
        (asked,) = aws.calls_of("CreateWhatIfForecast")
        told = asked.params["TimeSeriesReplacementsDataSource"]
        assert ([one["AttributeName"] for one in told["Schema"]["Attributes"]], told["TimestampFormat"]) == (
            ["item_id", "timestamp", "price"], "yyyy-MM-dd",
        )  # fmt: skip
        assert (run.exit_code, run.text.splitlines()[2:5]) == (
            0, ["a,2024-03-02,6.72,8,9.28,8", "a,2024-03-03,75.6,90,104.4,90", "a,2024-03-04,25.2,30,34.8,30"],
        )  # fmt: skip
        assert (awsml("forecast", *words).exit_code, len(aws.calls_of("CreateWhatIfForecast"))) == (0, 1)
        assert aws.objects("staging") == {}

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ("date,sku,colour\n2024-03-01,a,1\n", "have no `colour`; they have item_id, timestamp, price, shop"),
            ("date,sku,price\n2024-03-01,a,1\n", "does not say the shop of its series"),
            ("date,sku,price\n2024-03-01,a,x\n2024-03-02,a,1\n2024-03-03,a,2\n", "row 2, price: `x` is no number"),
        ],
    )
    def test_replacements_are_those_of_the_related_series(
        self, aws: Aws, awsml: Program, table: str, said: str
    ) -> None:
        longer = [DAYS[0] + timedelta(n) for n in range(67)]
        for name, days, base in (("sales", DAYS, 1), ("prices", longer, 5)):
            rows = "".join(f"{day},a,{shop},{n % 7 + base}\n" for shop in "xy" for n, day in enumerate(days))
            Path(f"{name}.csv").write_text(f"date,sku,shop,{'units' if base == 1 else 'price'}\n" + rows)
        awsml("forecast", "import", "shop", "sales.csv", "--dim", "shop", "--related", "prices.csv", *ROLE)
        awsml("forecast", "train", "shop", "--horizon", "7")
        awsml("forecast", "predict", "shop")
        Path("other.csv").write_text(table)
        run = awsml("forecast", "what-if", "shop", "--replace", "other.csv", *ROLE)
        assert (run.exit_code, said in run.stderr, aws.calls_of("CreateWhatIfForecast")) == (2, True, []), run.stderr

    def test_some_series_are_forecast(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "predict", "shop", "--only", "b", *ROLE, "--query", "name")
        (asked,) = aws.calls_of("CreateForecast")[1:]
        told = asked.params["TimeSeriesSelector"]["TimeSeriesIdentifiers"]
        assert told["Schema"]["Attributes"] == [{"AttributeName": "item_id", "AttributeType": "string"}]
        rows = awsml("forecast", "export", run.text.strip(), *ROLE).text.splitlines()
        assert (run.exit_code, {row.split(",")[0] for row in rows[1:]}, len(rows)) == (0, {"b"}, 8)
        again = awsml("forecast", "predict", "shop", "--only", "b", *ROLE, "--query", "name")
        assert (again.text, aws.forecast.made["Forecast"], aws.objects("staging")) == (run.text, 2, {})

    def test_series_of_a_table_by_item_and_dimension(self, aws: Aws, awsml: Program) -> None:
        rows = "".join(
            f"{day},{sku},{shop},{n % 7 + 1}\n" for sku in "ab" for shop in "xy" for n, day in enumerate(DAYS)
        )
        Path("shops.csv").write_text("date,sku,shop,units\n" + rows)
        awsml("forecast", "import", "shop", "shops.csv", "--dim", "shop", *ROLE)
        awsml("forecast", "train", "shop", "--horizon", "7")
        Path("wanted.csv").write_text("shop,sku,why\ny,a,new\nx,b,old\ny,a,again\n")
        run = awsml("forecast", "predict", "shop", "--series", "wanted.csv", "--name", "some", *ROLE)
        told = awsml("forecast", "export", "some", *ROLE).text.splitlines()[1:]
        assert (run.exit_code, {tuple(row.split(",")[:2]) for row in told}) == (0, {("a", "y"), ("b", "x")}), run.stderr
        alone = awsml("forecast", "predict", "shop", "--only", "a", *ROLE)
        assert (alone.exit_code, "an item of shop_01EXAMPLE is several series: by shop" in alone.stderr) == (2, True)

    @pytest.mark.parametrize("number", range(2, 12, 3))
    def test_a_part_that_was_killed_is_taken_up(self, aws: Aws, awsml: Program, trained: None, number: int) -> None:
        words = ["forecast", "predict", "shop", "--only", "b", *ROLE]
        aws.kill_at(len(aws.calls) + number, after=True)
        killed = awsml(*words)
        aws.kill_at(10**6)
        run = awsml(*words)
        assert (killed.exit_code in (0, KILLED), run.exit_code, aws.objects("staging")) == (True, 0, {}), run.stderr
        assert aws.forecast.made["Forecast"] == 2

    def test_no_wait_leaves_the_part_until_it_is_done(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "predict", "shop", "--only", "b", *ROLE, "--no-wait", "--query", "id")
        assert (run.exit_code, len(aws.objects("staging"))) == (0, 1)
        assert (awsml("jobs", "wait", run.text.strip()).exit_code, aws.objects("staging")) == (0, {})

    def test_the_backtest_beside_what_came(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "backtest", "shop", *ROLE)
        assert (run.exit_code, run.text.splitlines()[:2], run.text.count("\n")) == (
            0,
            [
                "item_id,backtestwindow_start_time,backtestwindow_end_time,timestamp,target_value,p50,mean",
                "a,2024-02-23,2024-02-29,2024-02-23,7,7.7,7.7",
            ],
            15,
        ), run.stderr
        told = json.loads(awsml("forecast", "backtest", "shop", "--accuracy", *ROLE, "-f", "json").text)
        assert (told[0]["backtest_window"], told[0]["wQL[0.5]"], told[0]["MAPE"], len(told)) == (
            "Computed", 0.1, None, 4,
        )  # fmt: skip
        left = [one["noun"] for one in aws.forecast.things.values() if "Export" in one["noun"]]
        assert (left, aws.objects("staging")) == ([], {})

    def test_the_backtest_left_in_s3(self, aws: Aws, awsml: Program, trained: None) -> None:
        aws.bucket("mine")
        run = awsml("forecast", "backtest", "shop", *ROLE, "--to", "s3://mine/why/", "--query", "kind")
        folders = {key.split("/")[1] for key in aws.objects("mine")}
        assert (run.text, folders) == (
            "predictor-backtest-export-job\n", {"forecasted-values", "accuracy-metrics-values"},
        )  # fmt: skip

    def test_explained(self, aws: Aws, awsml: Program, trained: None) -> None:
        run = awsml("forecast", "explain", "shop", *ROLE)
        assert [line.split("\t")[:2] for line in run.text.splitlines()] == [["price", "0.4"], ["Holiday_DE", "-0.1"]]

    def test_listed_and_cleaned(self, aws: Aws, awsml: Program, trained: None) -> None:
        kinds = [line.split("\t")[0] for line in awsml("forecast", "ls").text.splitlines()]
        assert kinds == ["dataset-group", "dataset", "dataset-import-job", "predictor", "forecast"]
        ids = [line.split("\t")[0] for line in awsml("jobs", "--service", "forecast").text.splitlines()]
        assert "forecast:us-east-1:predictor/shop_01EXAMPLE" in ids
        assert awsml("jobs", "get", ids[0], "--query", "status").text == "ACTIVE\n"
        assert len(awsml("forecast", "clean", "shop", "--dry-run").text.splitlines()) == 2
        assert awsml("forecast", "clean", "shop").exit_code == 2
        assert (awsml("forecast", "clean", "shop", "-y").exit_code, aws.forecast.things) == (0, {})

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["import", "my-shop", "sales.csv", *ROLE], "takes no name `my-shop`"),
            (["train", "nobody", "--horizon", "7"], "there is no dataset-group nobody"),
            (["metrics", "nobody"], "there is no predictor nobody"),
            (["metrics", "arn:aws:forecast:us-east-1:1:forecast/x"], "is no training"),
            (["query", "nobody", "a"], "there is no forecast nobody"),
            (["query", "x", "a", "--where", "shop"], "says no value"),
            (["what-if", "x", "--change", "cheaper"], "is no change"),
            (["what-if", "x"], "what would be otherwise?"),
            (["what-if", "x", "--change", "price*2", "--replace", "sales.csv"], "what would be otherwise?"),
            (["what-if", "x", "--replace", "sales.csv", "--where", "a=b"], "--where goes with --change alone"),
            (["backtest", "nobody"], "there is no predictor nobody"),
            (["what-if", "x", "--change", "price*2", "--where", "red"], "is no condition"),
            (["ls", "cats"], "there is no kind `cats`"),
            (["clean", "nobody", "-y"], "there is no dataset-group nobody"),
        ],
    )  # fmt: skip
    def test_what_is_not_there(self, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("forecast", *words)
        assert (run.exit_code, said in run.stderr) == (2, True), run.stderr


class TestPlot:
    @pytest.fixture(autouse=True)
    def forecast(self) -> None:
        head = "item_id,timestamp,p10,p50,p90,mean\n"
        days = [DAYS[-1] + timedelta(n) for n in range(1, 8)]
        rows = "".join(f"{sku},{day},{n},{n + 3},{n + 6},{n + 3}\n" for sku in "ab" for n, day in enumerate(days))
        Path("forecast.csv").write_text(head + rows)

    def test_as_characters(self, awsml: Program) -> None:
        run = awsml("forecast", "plot", "forecast.csv", "--history", "sales.csv", "--only", "a", env={"COLUMNS": "60"})
        lines = run.text.splitlines()
        assert (run.exit_code, len(lines), lines[0].strip(), max(map(len, lines)) <= 60) == (0, 16, "a", True)
        assert re.fullmatch(r"[\u2800-\u28ff\d\s.kM\n]+", "\n".join(lines[1:-1]))
        assert "Feb" in lines[-1]

    def test_at_a_terminal_median_and_band_have_colours(self, awsml: Program) -> None:
        shown = awsml("forecast", "plot", "forecast.csv", "--history", "sales.csv", tty={"stdout"})
        plain = awsml(
            "forecast", "plot", "forecast.csv", "--history", "sales.csv", tty={"stdout"}, env={"NO_COLOR": "1"}
        )
        assert ({"\x1b[31m", "\x1b[33m"} <= set(re.findall(r"\x1b\[\d+m", shown.text)), "\x1b" in plain.text) == (
            True,
            False,
        )

    def test_as_svg_small_charts_for_several_series(self, awsml: Program) -> None:
        run = awsml("forecast", "plot", "forecast.csv", "--history", "sales.csv", "-o", "x.svg")
        drawn = Xml.parse("x.svg").getroot()
        tags = [one.tag.rpartition("}")[2] for one in drawn]
        titles = [one.text for one in drawn if one.get("font-weight") == "bold"]
        assert (run.exit_code, tags.count("polygon"), titles, drawn.get("width")) == (0, 2, ["a", "b"], "760")

    def test_names_are_escaped(self, awsml: Program) -> None:
        Path("forecast.csv").write_text("item_id,timestamp,p50\n<b>&,2024-01-01,1\n<b>&,2024-01-02,2\n")
        text = awsml("forecast", "plot", "forecast.csv", "-f", "svg").text
        assert ("&lt;b&gt;&amp;" in text, "<b>" in text) == (True, False)

    def test_as_png(self, awsml: Program) -> None:
        image = pytest.importorskip("PIL.Image")
        assert awsml("forecast", "plot", "forecast.csv", "--history", "sales.csv", "-o", "x.png").exit_code == 0
        with image.open("x.png") as picture:
            colours = {colour for _, colour in picture.convert("RGB").getcolors(10**6)}
            assert (picture.size, (0xD1, 0x49, 0x5B) in colours) == ((1520, 420), True)

    def test_as_data_and_from_a_pipe(self, awsml: Program) -> None:
        run = awsml("forecast", "plot", "-f", "json", stdin=Path("forecast.csv").read_bytes())
        told = json.loads(run.text)["series"]
        assert (told[0]["title"], told[0]["forecast"]["p50"][0]) == ("a", ["2024-03-01 00:00:00", 3.0])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["sales.csv"], "is no forecast"),
            (["forecast.csv", "--only", "nobody"], "has no item `nobody`"),
            (["nothing.csv"], "no such file"),
        ],
    )
    def test_what_cannot_be_drawn(self, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("forecast", "plot", *words)
        assert (run.exit_code, said in run.stderr) == (2, True), run.stderr

    def test_a_history_of_other_series(self, awsml: Program) -> None:
        Path("other.csv").write_text(SALES.replace(",a,", ",x,").replace(",b,", ",y,"))
        run = awsml("forecast", "plot", "forecast.csv", "--history", "other.csv")
        assert (run.exit_code, "has none of the series" in run.stderr) == (2, True)
