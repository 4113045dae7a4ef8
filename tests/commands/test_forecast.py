"""`awsml forecast check`: what is wrong with a table of series, all of it at once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import Program

DAYS = [date(2024, 1, 1) + timedelta(n) for n in range(60)]
GOOD = "date,sku,units\n" + "".join(f"{day},{sku},{n % 7}\n" for sku in "ab" for n, day in enumerate(DAYS))


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sales.csv").write_text(GOOD)


def findings(awsml: Program, *words: str, code: int = 0) -> list[dict[str, object]]:
    run = awsml("forecast", "check", *words, "-f", "json")
    assert run.exit_code == code, run.stderr
    return list(json.loads(run.text))


def errors(awsml: Program, *words: str) -> list[tuple[object, object, object]]:
    found = findings(awsml, *words, code=2)
    return [(one["row"], one["column"], one["what"]) for one in found if one["level"] in ("error", "mended")]


class TestWhatIsFoundOut:
    def test_columns_frequency_and_span(self, aws: Aws, awsml: Program) -> None:
        run = awsml("forecast", "check", "sales.csv", "--horizon", "14")
        assert (run.exit_code, run.text) == (
            0,
            "found\t\t\t120 rows, 2 series, every day (D), 2024-01-01 to 2024-02-29\n"
            "found\t\tdate\tis the time, written yyyy-MM-dd\n"
            "found\t\tunits\tis the value\n"
            "found\t\tsku\tis the item\n"
            "note\t1\t\tthe header is taken off: Forecast wants none\n",
        )
        assert aws.calls == []

    @pytest.mark.parametrize(
        ("stamps", "layout", "every"),
        [
            (["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"], "yyyy-MM-dd", "M"),
            (["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"], "yyyy-MM-dd", "M"),
            (["31/01/2024", "29/02/2024", "31/03/2024"], "dd/MM/yyyy", "M"),
            (["01/13/2024", "01/14/2024", "01/15/2024"], "MM/dd/yyyy", "D"),
            (["1.1.2024", "8.1.2024", "15.1.2024", "22.1.2024"], "dd.MM.yyyy", "W"),
            (["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"], "yyyy-MM-dd", "H"),
            (["2024-01-01 00:00", "2024-01-01 00:15", "2024-01-01 00:30"], "yyyy-MM-dd", "15min"),
            (["20240101", "20240102", "20240103"], "yyyyMMdd", "D"),
            (["2024-01", "2024-04", "2024-07"], "yyyy-MM", "3M"),
            (["2020", "2021", "2022"], "yyyy", "Y"),
            (["Jan 1, 2024", "Jan 2, 2024", "Jan 3, 2024"], "MMM dd yyyy", "D"),
            (["2024-W01", "2024-W02", "2024-W03"], "yyyy-Www", "W"),
            (["1704067200", "1704070800", "1704074400"], "epoch seconds", "H"),
        ],
    )
    def test_dates_in_common_layouts(self, awsml: Program, stamps: list[str], layout: str, every: str) -> None:
        Path("x.csv").write_text("time;y\n" + "".join(f'"{one}";{n}\n' for n, one in enumerate(stamps)))
        told = {str(one["kind"]): str(one["what"]) for one in findings(awsml, "x.csv")}
        assert (f"({every})" in told["rows"], told["time"]) == (True, f"is the time, written {layout}")

    def test_what_can_be_read_two_ways_is_asked(self, awsml: Program) -> None:
        Path("x.csv").write_text("date,y\n01/02/2024,1\n02/02/2024,2\n03/02/2024,3\n")
        run = awsml("forecast", "check", "x.csv")
        assert (run.exit_code, "MM/dd/yyyy and as dd/MM/yyyy" in run.stderr) == (2, True)
        assert awsml("forecast", "check", "x.csv", "--date-format", "dd/MM/yyyy").exit_code == 0

    def test_a_table_in_the_order_of_time(self, awsml: Program) -> None:
        rows = "".join(f"{day},sku {n},1\n" for day in DAYS[:3] for n in range(21_000))
        Path("x.csv").write_text("date,sku,units\n" + rows)
        assert findings(awsml, "x.csv")[0]["what"] == (
            "63,000 rows, 21,000 series, every day (D), 2024-01-01 to 2024-01-03"
        )

    def test_a_table_without_a_header(self, awsml: Program) -> None:
        Path("x.csv").write_text(GOOD.partition("\n")[2])
        kinds = [one["kind"] for one in findings(awsml, "x.csv")]
        assert kinds == ["rows", "time", "value", "item"]

    def test_several_columns_that_could_be_it_are_named(self, awsml: Program) -> None:
        Path("x.csv").write_text("date,colour,taste,a,b\n2024-01-01,red,sweet,1,2\n2024-01-02,red,sweet,1,2\n")
        run = awsml("forecast", "check", "x.csv")
        assert (run.exit_code, "which column is the item: colour, taste?" in run.stderr) == (2, True)
        words = ["--item", "colour", "--dim", "taste", "--value", "a"]
        assert awsml("forecast", "check", "x.csv", *words).exit_code == 0


class TestWhatIsWrong:
    def test_everything_at_once_with_row_and_column(self, awsml: Program) -> None:
        rows = GOOD.splitlines()
        rows[3] = "2024-01-03,a,many"
        rows[5] = "2024-13-05,a,1"
        rows[8] = "2024-01-08,a"
        rows[70] = rows[69]
        Path("x.csv").write_text("\n".join(rows))
        assert errors(awsml, "x.csv", "--horizon", "20") == [
            (9, None, "2 cells instead of 3"),
            (4, "units", "`many` is no number"),
            (6, "date", "`2024-13-05` is no date like yyyy-MM-dd"),
            (71, "date", "a second row for `b` at `2024-01-09`"),
            (None, None, "the horizon 20 is over the limit 14: a quarter of 59 steps, at most 500"),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("date,sku,y\n" + "".join(f"{day},a,1\n" for day in DAYS)
             + "".join(f"{day},b,1\n" for day in DAYS[::7]), "`b` comes every 7 steps, others every day"),
            ("date,sku,y\n" + "".join(f"{day},a,1\n" for day in DAYS)
             + "".join(f"{DAYS[0]} {hour:02}:00,b,1\n" for hour in range(24)), "`b` is measured more often than every day"),
            ("date,y\n2024-01-01,1\n2024-01-08,1\n2024-01-15,x1\n", "`x1` is no number"),
            ("date,sku,y\n2024-01-01,,1\n2024-01-02,a,1\n2024-01-03,a,1\n", "the item has no name"),
        ],
    )  # fmt: skip
    def test_errors(self, awsml: Program, text: str, said: str) -> None:
        Path("x.csv").write_text(text)
        assert said in [what for _, _, what in errors(awsml, "x.csv")]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "x.csv holds no rows"),
            ("date,y\n", "x.csv holds no rows but its header"),
            ("a,b\nx,y\nx,y\n", "has no column of dates"),
            ("date,name\n2024-01-01,a\n2024-01-02,a\n", "has no column of numbers"),
            ("date,y\n2024-01-01,1\n", "no series has two rows"),
            ("date,y\n2024-01-01,\xe9\n", "x.csv is not UTF-8 text: byte 0xe9 at offset 18"),
            ("date,y\n" + "2024-01-01,1\n2024-01-02,1\n" * 20_000 + "\xe9", "byte 0xe9 at offset 520007"),
        ],
    )
    def test_what_cannot_be_checked_at_all(self, awsml: Program, text: str, said: str) -> None:
        Path("x.csv").write_bytes(text.encode("latin-1"))
        run = awsml("forecast", "check", "x.csv")
        assert (run.exit_code, said in run.stderr) == (2, True), run.stderr

    def test_gaps_and_order_are_told_and_are_no_failure(self, awsml: Program) -> None:
        rows = GOOD.splitlines()
        del rows[10:13]
        rows[20], rows[30] = rows[30], rows[20]
        Path("x.csv").write_text("\n".join(rows))
        told = {one["kind"]: one["what"] for one in findings(awsml, "x.csv") if one["level"] == "note"}
        assert (told["gap"], told["order"]) == (
            "`a` lacks 3 of 60, the first at 2024-01-10",
            "the rows of a series are not in order",
        )

    def test_many_of_a_kind_are_counted(self, awsml: Program) -> None:
        Path("x.csv").write_text(GOOD + "".join(f"2024-02-29,{n},x\n" for n in range(40)))
        told = [what for _, _, what in errors(awsml, "x.csv")]
        assert ("30 more like the last" in told, len(told)) == (True, 11)
        assert "error: x.csv cannot be sent as it is: 40 errors\n" in awsml("forecast", "check", "x.csv").stderr

    @pytest.mark.parametrize("words", [["--frequency", "40D"], ["--frequency", "often"], ["--duplicates", "hide"]])
    def test_words_that_mean_nothing(self, awsml: Program, words: list[str]) -> None:
        assert awsml("forecast", "check", "sales.csv", *words).exit_code == 2


class TestMended:
    def test_it_is_written_in_forecasts_shape(self, awsml: Program) -> None:
        text = 'when;shop;price;order\n01.02.2024;a;"1.200,50";x\n02.02.2024;a;3,5;x\n03.02.2024;a;4,5;x\n'
        Path("x.csv").write_text(text)
        words = ["--item", "shop", "--value", "price", "--dim", "order", "-o", "out.csv"]
        run = awsml("forecast", "check", "x.csv", *words)
        assert (run.exit_code, Path("out.csv").read_text()) == (
            0, "a,2024-02-01,1200.5,x\na,2024-02-02,3.5,x\na,2024-02-03,4.5,x\n",
        )  # fmt: skip
        assert "does not take the name `order` (the word is reserved); it becomes `c_order`" in run.stderr

    def test_rows_of_one_time_become_one(self, awsml: Program) -> None:
        Path("x.csv").write_text("date,y\n2024-01-01,1\n2024-01-01,3\n2024-01-02,5\n2024-01-03,\n2024-01-04,7\n")
        awsml("forecast", "check", "x.csv", "--duplicates", "mean", "-o", "out.csv")
        assert sorted(Path("out.csv").read_text().splitlines()) == [
            "x,2024-01-01,2", "x,2024-01-02,5", "x,2024-01-04,7",
        ]  # fmt: skip

    def test_what_is_mended_is_sound(self, awsml: Program) -> None:
        Path("x.csv").write_text(GOOD.replace(",0\n", ',"1,000"\n') + "2024-01-01 12:00,a,5\n")
        assert awsml("forecast", "check", "x.csv", "-o", "out.csv").exit_code == 0
        assert [one for one in findings(awsml, "out.csv") if one["level"] not in ("found", "note")] == []
        assert "a,2024-01-01,1005" in Path("out.csv").read_text()

    def test_errors_write_nothing(self, awsml: Program) -> None:
        Path("x.csv").write_text(GOOD + "2024-02-29,b,x\n")
        run = awsml("forecast", "check", "x.csv", "-o", "out.csv")
        assert (run.exit_code, Path("out.csv").exists(), "row 122, units: `x` is no number" in run.stderr) == (
            2, False, True,
        )  # fmt: skip

    def test_zones_are_told_in_the_first_ones(self, awsml: Program) -> None:
        text = "time,y\n2024-01-01T00:00:00+01:00,1\n2024-01-01T01:00:00+01:00,2\n2024-01-01T01:00:00Z,3\n"
        Path("x.csv").write_text(text)
        run = awsml("forecast", "check", "x.csv", "-o", "out.csv")
        assert Path("out.csv").read_text().splitlines()[-1] == "x,2024-01-01 02:00:00,3"
        assert "2 time zones" in run.stderr

    def test_from_a_pipe(self, awsml: Program) -> None:
        run = awsml("forecast", "check", "-", stdin=GOOD)
        assert (run.exit_code, run.text.startswith("found\t\t\t120 rows")) == (0, True)
