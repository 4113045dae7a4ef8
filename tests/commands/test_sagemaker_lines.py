"""`awsml sagemaker invoke --lines` and `--jsonl`: an answer for every line, in order, several lines in a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws
from fakeaws.program import Program, Result

ROLE = "arn:aws:iam::123456789012:role/server"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that says back what it is asked."""
    monkeypatch.chdir(tmp_path)
    client = boto3.client("sagemaker")
    client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"})
    variant: Any = {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    client.create_endpoint(EndpointName="churn", EndpointConfigName="c")


@pytest.fixture
def ask(awsml: Program) -> Program:
    return lambda *words, **options: awsml("sagemaker", "invoke", "churn", *words, **options)  # type: ignore[return-value]


def bodies(aws: Aws) -> list[bytes]:
    return sorted(call.params["Body"] for call in aws.calls_of("InvokeEndpoint"))


def told(run: Result) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith(("error: ", "hint: "))]


class TestLines:
    def test_each_is_a_request_and_line_n_of_the_answer_belongs_to_line_n(self, aws: Aws, ask: Program) -> None:
        run = ask("--lines", "-j", "4", stdin='[1]\n\n{"a":  2}\n[3]')
        assert (run.exit_code, run.text, run.stderr) == (0, '[1]\n\n{"a":  2}\n[3]', "")
        assert bodies(aws) == [b"[1]", b"[3]", b'{"a":  2}']

    def test_lines_of_json_go_as_one_array(self, aws: Aws, ask: Program) -> None:
        run = ask("--lines", "--batch", "2", stdin="[1,2]\n[3]\n4\n")
        assert (run.exit_code, run.text) == (0, "[1, 2]\n[3]\n4\n")
        assert bodies(aws) == [b"[4]", b"[[1,2],[3]]"]

    def test_other_lines_go_one_below_the_other(self, aws: Aws, ask: Program, tmp_path: Path) -> None:
        (tmp_path / "points.csv").write_text("1.0,2.0\n0.5,0.5\n3,4\n")
        run = ask("--lines", "-d", "@points.csv", "--content-type", "text/csv", "--batch", "2")
        assert (run.exit_code, run.text) == (0, "1.0,2.0\n0.5,0.5\n3,4\n")
        assert bodies(aws) == [b"1.0,2.0\n0.5,0.5", b"3,4"]

    def test_many_keep_their_order(self, aws: Aws, ask: Program) -> None:
        asked = "".join(f"{number}\n" for number in range(500))
        run = ask("--lines", "--batch", "7", "-j", "8", stdin=asked)
        assert (run.text, len(aws.calls_of("InvokeEndpoint"))) == (asked, 72)

    def test_a_list_inside_an_object_is_taken_apart(self, aws: Aws, ask: Program) -> None:
        aws.sagemaker_runtime.answers[b"[1,2]"] = (b'{"model": "v1", "predictions": [0.5, 0.25]}', "application/json")
        assert ask("--lines", "--batch", "2", stdin="1\n2\n").text == "0.5\n0.25\n"

    def test_an_answer_of_several_lines_stays_one(self, aws: Aws, ask: Program) -> None:
        aws.sagemaker_runtime.answers[b"[1]"] = (b'{\n "a": 1\n}\n', "application/json")
        assert ask("--lines", stdin="[1]\n[2]\n").text == '{  "a": 1 }\n[2]\n'

    def test_other_formats_name_the_line(self, aws: Aws, ask: Program) -> None:
        assert ask("--lines", "-f", "jsonl", stdin='{"a": 1}\n[2]\n').text.splitlines() == [
            '{"input": 1, "answer": {"a": 1}}',
            '{"input": 2, "answer": [2]}',
        ]
        assert ask("--lines", "-f", "csv", stdin="1\n2\n").text == "input,answer\n1,1\n2,2\n"

    def test_nothing_is_nothing(self, aws: Aws, ask: Program) -> None:
        assert (ask("--lines", stdin="").text, aws.calls_of("InvokeEndpoint")) == ("", [])

    def test_a_dry_run_counts_the_requests(self, aws: Aws, ask: Program) -> None:
        (step,) = json.loads(ask("--lines", "--batch", "2", "--dry-run", "-f", "json", stdin="1\n2\n\n3\n").text)
        assert (step["operation"], step["calls"], aws.calls_of("InvokeEndpoint")) == ("sagemaker:InvokeEndpoint", 2, [])

    def test_a_reader_that_leaves_ends_the_calls(self, aws: Aws, ask: Program) -> None:
        run = ask("--lines", "-j", "1", stdin="1\n" * 1000, head=1)
        assert (run.exit_code, run.text, run.stderr) == (0, "1\n", "")
        assert len(aws.calls_of("InvokeEndpoint")) < 100


class TestJsonLines:
    def test_a_field_is_asked_about_and_the_answer_is_added(self, aws: Aws, ask: Program) -> None:
        asked = '{"id": 1, "x": {"row": [1.0,  2.0]}}\n{"id": 2, "x": {"row": "a"}}\n'
        run = ask("--jsonl", "x.row", "--batch", "5", stdin=asked)
        assert (run.exit_code, run.text.splitlines()) == (
            0,
            [
                '{"id": 1, "x": {"row": [1.0,  2.0]}, "answer": [1.0, 2.0]}',
                '{"id": 2, "x": {"row": "a"}, "answer": "a"}',
            ],
        )
        assert bodies(aws) == [b'[[1.0,  2.0],"a"]']

    def test_a_text_for_a_model_of_texts_goes_without_its_quotes(self, aws: Aws, ask: Program) -> None:
        run = ask("--jsonl", "t", "--content-type", "text/plain", stdin='{"t": "a \\"b\\""}\n')
        assert (bodies(aws), json.loads(run.text)) == ([b'a "b"'], {"t": 'a "b"', "answer": 'a "b"'})

    def test_a_line_without_the_field_fails_alone(self, aws: Aws, ask: Program) -> None:
        run = ask("--jsonl", "x", stdin='{"x": 1}\n{"y": 2}\nno\n')
        assert (run.exit_code, run.text) == (5, '{"x": 1, "answer": 1}\n{"y": 2}\nno\n')
        assert told(run)[0] == "error: line 2: there is no field `x`"


class TestFailing:
    def test_of_those_sent_together_the_one_that_fails_is_found(self, aws: Aws, ask: Program, tmp_path: Path) -> None:
        aws.sagemaker_runtime.failing, aws.sagemaker_runtime.failing_at = "ValueError: bad", b"bad"
        run = ask("--lines", "--batch", "8", "--errors", "failed.jsonl", stdin='1\n2\n"bad"\n4\n5\n6\n7\n8\n')
        assert (run.exit_code, run.text) == (5, "1\n2\n\n4\n5\n6\n7\n8\n")
        assert told(run) == [
            "error: line 3: the model of churn answered 500: ValueError: bad",
            "hint: awsml sagemaker endpoints logs churn",
            "error: 1 of 8 failed; the others are done",
        ]
        (failed,) = map(json.loads, (tmp_path / "failed.jsonl").read_text().splitlines())
        assert (failed["input"], failed["text"]) == (3, '"bad"')
        aws.sagemaker_runtime.failing = ""
        again = ask("--jsonl", "text", "-d", "@failed.jsonl", "--query", "answer")
        assert (again.exit_code, again.text) == (0, '"bad"\n')

    def test_a_line_that_is_not_json_spoils_no_array(self, aws: Aws, ask: Program) -> None:
        run = ask("--lines", "--batch", "3", stdin="1\n2,3\n4\n")
        assert (run.exit_code, run.text, bodies(aws)) == (5, "1\n\n4\n", [b"[1,4]"])
        assert told(run)[0].startswith("error: line 2: the line is not JSON: ")

    def test_more_than_a_request_takes_goes_in_two_and_a_line_that_is_too_long_fails(
        self, aws: Aws, ask: Program
    ) -> None:
        long, longer = b"1" * 4_000_000, b"2" * 6_291_457
        run = ask("--lines", "--batch", "9", "--content-type", "text/csv", stdin=b"\n".join([long, long, longer, b"3"]))
        assert (run.exit_code, run.stdout) == (5, b"\n".join([long, long, b"", b"3"]))
        assert "line 3: 6,291,457 bytes are more than an endpoint takes" in told(run)[0]

    @pytest.mark.parametrize("answer", [b"[1]", b"1", b'{"a": [1], "b": [2]}'])
    def test_an_answer_for_another_number_of_lines_is_no_answer(self, aws: Aws, ask: Program, answer: bytes) -> None:
        aws.sagemaker_runtime.answers[b"[1,2]"] = (answer, "application/json")
        run = ask("--lines", "--batch", "2", stdin="1\n2\n3\n4\n")
        assert (run.exit_code, run.text) == (4, "")
        many = "1 answers" if answer == b"[1]" else "one answer"
        assert told(run) == [
            f"error: the model gave {many} to 2 lines sent together",
            "hint: leave out --batch: each line by itself",
        ]

    def test_an_endpoint_that_is_not_there_is_said_once(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "invoke", "none", "--lines", stdin="1\n2\n3\n")
        assert (run.exit_code, told(run)) == (
            2,
            ["error: there is no endpoint none", "hint: awsml sagemaker endpoints ls"],
        )

    def test_an_answer_that_is_no_text(self, aws: Aws, ask: Program) -> None:
        aws.sagemaker_runtime.answers[b"1"] = (b"\x93NUMPY", "application/x-npy")
        assert told(ask("--lines", stdin="1\n"))[0] == "error: the answer is binary, and lines are text"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--batch", "2"], "error: --batch is about lines, and none are asked about"),
            (["--lines", "--jsonl", "x"], "error: --lines and --jsonl cannot both be"),
            (["--lines", "--stream"], "error: --lines goes with neither --stream nor --async"),
            (["--jsonl", "x", "--async"], "error: --jsonl goes with neither --stream nor --async"),
            (["--lines", "-d", "@none"], "error: no such file: none"),
        ],
    )
    def test_words_that_do_not_go_together(self, aws: Aws, ask: Program, words: list[str], said: str) -> None:
        run = ask(*words, stdin="1\n")
        assert (run.exit_code, told(run)[0], aws.calls_of("InvokeEndpoint")) == (2, said, [])
