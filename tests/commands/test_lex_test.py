"""`awsml lex test`: how well a bot understands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program
from house import ROOT

CASES = """utterance,intent,slot:Kind
I want flowers,Order,
order roses,Order,roses
I want to buy tulips,Order,lilies
when are you open,Hours,
tell me a joke,FallbackIntent,
flowers please,Order,
"""
GO = ["lex", "test", "cases.csv", "--bot", "Flowers", "--alias", "live", "--locale", "en_US"]
TEXT = """accuracy 0.8333: 5 of 6 utterances
slots 0.5000: 1 of 2

intent          expected  predicted  right  precision  recall      f1
FallbackIntent         1          2      1     0.5000  1.0000  0.6667
Hours                  1          1      1     1.0000  1.0000  1.0000
Order                  4          3      3     1.0000  0.7500  0.8571

expected \\ predicted  FallbackIntent  Hours  Order
FallbackIntent                     1      0      0
Hours                              0      1      0
Order                              1      0      3

wrong: `flowers please` is Order, taken for FallbackIntent
wrong: Kind in `I want to buy tulips` is lilies, taken for tulips
"""


@pytest.fixture(autouse=True)
def shop(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that takes orders, and what it is to understand."""
    monkeypatch.chdir(tmp_path)
    aws.lex.bot(ROOT / "tests/examples/flowers")
    Path("cases.csv").write_text(CASES)


class TestReport:
    def test_for_reading(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO)
        assert (run.exit_code, run.text) == (0, TEXT)
        assert awsml(*GO, tty={"stdout"}).text == TEXT
        sessions = [call.params["sessionId"] for call in aws.calls_of("RecognizeText")]
        assert len(set(sessions)) == 12

    def test_as_data(self, awsml: Program) -> None:
        told = json.loads(awsml(*GO, "-f", "json").text)
        assert (told["accuracy"], told["slot_accuracy"], told["utterances"], told["right"]) == (5 / 6, 0.5, 6, 5)
        assert told["intents"][2] == {
            **{"intent": "Order", "expected": 4, "predicted": 3, "right": 3},
            **{"precision": 1.0, "recall": 0.75, "f1": 6 / 7},
        }
        assert {"expected": "Order", "predicted": "FallbackIntent", "count": 1} in told["confusion"]
        assert [one["utterance"] for one in told["results"]] == [row[0] for row in csv.reader(io.StringIO(CASES))][1:]

    def test_as_csv_are_the_scores_and_the_matrix(self, awsml: Program) -> None:
        scores, matrix = awsml(*GO, "-f", "csv").text.split("\n\n")
        assert scores.splitlines()[-1] == "Order,4,3,3,1.0000,0.7500,0.8571"
        assert list(csv.reader(io.StringIO(matrix)))[-1] == ["Order", "1", "0", "3"]

    def test_as_markdown_into_a_file(self, awsml: Program) -> None:
        assert awsml(*GO, "-o", "report.md").exit_code == 0
        text = Path("report.md").read_text()
        assert "| Order | 4 | 3 | 3 | 1.0000 | 0.7500 | 0.8571 |" in text
        assert text.startswith("- accuracy 0.8333: 5 of 6 utterances\n")

    def test_a_row_for_each(self, awsml: Program) -> None:
        rows = list(csv.DictReader(io.StringIO(awsml(*GO, "--each", "-f", "csv").text)))
        assert [(row["predicted"], row["right"]) for row in rows][-2:] == [
            ("FallbackIntent", "True"), ("FallbackIntent", "False"),
        ]  # fmt: skip
        assert rows[2]["slots_wrong"] == "Kind"
        assert awsml(*GO, "--each", "-f", "md").exit_code == 2

    def test_query(self, awsml: Program) -> None:
        assert awsml(*GO, "--query", "accuracy").text.strip() == "0.8333"


class TestBounds:
    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["--min", "0.83"], 0, ""),
            (["--min", "90%"], 7, "the accuracy is 0.8333, below 0.9"),
            (["--min-slots", "0.9"], 7, "that of slots is 0.5000, below 0.9"),
            (["--min", "x"], 2, "`x` is not a confidence"),
        ],
    )
    def test_exit_7_below_them(self, awsml: Program, words: list[str], code: int, said: str) -> None:
        run = awsml(*GO, *words)
        assert (run.exit_code, said in run.stderr, run.text == TEXT) == (code, True, code != 2)


class TestCases:
    @pytest.mark.parametrize("delimiter", [";", "\t"])
    def test_other_delimiters_heads_and_a_mark_at_the_beginning(self, awsml: Program, delimiter: str) -> None:
        text = CASES.replace(",", delimiter).replace("utterance", "Input").replace("intent", "Expected Output Intent")
        Path("cases.csv").write_text("\ufeff" + text)
        assert awsml(*GO).text == TEXT

    def test_through_a_pipe(self, awsml: Program) -> None:
        assert awsml("lex", "test", "-", *GO[3:], stdin=CASES).text == TEXT

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("", "has no column `utterance`"),
            ("text,label\na,b\n", "has no column `intent`"),
            ("utterance,intent\n", "has no utterance in it"),
            ("utterance,intent\nhello,\n", "cases.csv, line 2: no intent is expected"),
            ("utterance,intent\n,Order\n", "cases.csv, line 2: there is nothing to say"),
            (f"utterance,intent\n{'x' * 1025},Order\n", "cases.csv, line 2: 1,025 characters"),
            ('utterance,intent\n"open,Order\n', "cases.csv is no CSV"),
        ],
    )
    def test_a_file_that_cannot_be(self, aws: Aws, awsml: Program, text: str, error: str) -> None:
        Path("cases.csv").write_text(text)
        run = awsml(*GO)
        assert (run.exit_code, error in run.stderr, aws.calls) == (2, True, []), run.stderr

    def test_dry_run_tells_the_price(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--dry-run", "-f", "json")
        assert (json.loads(run.text)[0]["price"], aws.calls) == (0.0045, [])


class TestFaults:
    def test_one_that_is_not_answered_is_told_and_counts_as_wrong(self, aws: Aws, awsml: Program) -> None:
        fault = AwsError("DependencyFailedException", "Lambda", status=424)
        aws.respond_where("lexv2-runtime", "RecognizeText", lambda params: params["text"] == "order roses", fault)
        run = awsml(*GO, "-f", "json")
        told = json.loads(run.text)
        assert (run.exit_code, told["right"], told["results"][1]["predicted"]) == (5, 4, "(no answer)")
        assert "warning: line 3: lexv2-runtime RecognizeText was refused" in run.stderr
        assert "1 of 6 utterances were not answered" in run.stderr

    def test_a_refusal_that_all_share_stops_it(self, aws: Aws, awsml: Program) -> None:
        aws.respond("lexv2-runtime", "RecognizeText", *[AwsError("AccessDeniedException", status=403)])
        run = awsml(*GO, "-j", "1")
        assert (run.exit_code, run.text) == (4, "")

    def test_the_alias_for_tests_takes_two_at_a_time(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO[:5], "--alias", "TSTALIASID", "-j", "64")
        assert (run.exit_code, run.text) == (0, TEXT)


class TestKept:
    def test_with_cache_answers_are_asked_for_once(self, aws: Aws, awsml: Program) -> None:
        assert awsml(*GO, "--cache").text == TEXT
        assert awsml(*GO, "--cache").text == TEXT
        assert len(aws.calls_of("RecognizeText")) == 6
        awsml(*GO, "--cache", "--fresh")
        awsml(*GO)
        assert len(aws.calls_of("RecognizeText")) == 18

    def test_killed_and_repeated_it_asks_for_the_rest(self, aws: Aws, awsml: Program) -> None:
        aws.kill_before("RecognizeText", 4)
        assert awsml(*GO, "--cache", "-j", "1").exit_code == KILLED
        assert awsml(*GO, "--cache", "-j", "1").text == TEXT
        assert len(aws.calls_of("RecognizeText")) == 6

    def test_a_bot_that_was_built_anew_is_asked_anew(self, aws: Aws, awsml: Program) -> None:
        go = [*GO[:5], "--alias", "TSTALIASID", "--cache"]
        awsml(*go)
        aws.clock.advance(60)
        assert awsml("lex", "build", "Flowers").exit_code == 0
        awsml(*go)
        assert len(aws.calls_of("RecognizeText")) == 12
