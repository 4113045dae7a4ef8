"""`awsml a2i`: pages, flows and loops in which people answer; `--human-review` of textract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Raw, Reset
from fakeaws.program import KILLED, Program
from fakeaws.sheets import Sheet

ROLE = "arn:aws:iam::123456789012:role/review"
TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/us"
CROWD = "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"
FLOW = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/my-flow"
TEMPLATE = "<crowd-form><p>{{ task.input.text }}</p></crowd-form>"
QUESTION = '{"text": "Is this a cat?"}'
CLOSED = (
    "warning: Amazon Augmented AI (A2I) has been closed to new customers since 2026-07-01: accounts that used it go on; "
    "instead: a review step of your own, as with AWS Step Functions\n"
)
CONDITIONS = {"Conditions": [{"ConditionType": "Sampling", "ConditionParameters": {"RandomSamplingPercentage": 5}}]}


@pytest.fixture
def flow(aws: Aws, awsml: Program) -> str:
    """A flow whose answers go to the bucket `answers`."""
    aws.bucket("answers")
    awsml("a2i", "ui", "create", "page", stdin=TEMPLATE)
    made = create(awsml, "my-flow")
    assert made.exit_code == 0
    return "my-flow"


def create(awsml: Program, name: str, *words: Any, team: str = TEAM) -> Any:
    return awsml(
        *("a2i", "flow", "create", name, "--ui", "page", "--team", team, "--title", "Look", "--to", "s3://answers/in/"),
        *("--role", ROLE, *words),
    )


class TestPages:
    def test_made_shown_listed_removed(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.html").write_text(TEMPLATE)
        for name in ("one", "two", "three"):
            made = awsml("a2i", "ui", "create", name, tmp_path / "a.html")
            assert (made.exit_code, made.stderr) == (0, CLOSED)
        assert aws.sagemaker.pages["one"]["template"] == TEMPLATE
        assert [line.split("\t")[0] for line in awsml("a2i", "ui", "ls").text.splitlines()] == ["one", "two", "three"]
        shown = json.loads(awsml("a2i", "ui", "get", "two", "-f", "json").text)
        assert (shown["human_task_ui_status"], shown["url"]) == ("Active", "https://example.com/template")
        assert awsml("a2i", "ui", "rm", "two").exit_code == 2  # nobody said yes
        assert awsml("a2i", "ui", "rm", "two", "-y").exit_code == 0
        assert list(aws.sagemaker.pages) == ["one", "three"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "stdin is empty"),
            ("<p>no form</p>", "stdin has no form that a reviewer could send"),
            ("<crowd-form>{{ task.input", "stdin:1: `{{` is not closed"),
            ("<crowd-form>\n{% if a %}x", "stdin:2: `{% if %}` has no `{% endif %}`"),
            ("<crowd-form>{% endfor %}", "stdin:1: `endfor` closes nothing"),
            ("<crowd-form>{% if a %}{% endfor %}", "stdin:1: `endfor` closes nothing"),
            ("<crowd-form>" + "x" * 128_000, "stdin has 128,012 characters; a template has at most 128,000"),
        ],
    )
    def test_a_broken_template_is_not_sent(self, aws: Aws, awsml: Program, text: str, said: str) -> None:
        run = awsml("a2i", "ui", "create", "page", stdin=text)
        assert (run.exit_code, run.stderr.splitlines()[0], aws.calls) == (2, f"error: {said}", [])

    def test_what_stands_in_raw_is_left_alone(self, aws: Aws, awsml: Program) -> None:
        text = "<crowd-form>{% raw %}{{ {% if {% endraw %}{%- comment -%}}}{%- endcomment -%}</crowd-form>"
        assert awsml("a2i", "ui", "create", "page", stdin=text).exit_code == 0

    def test_a_name_twice_and_a_name_that_is_not_there(self, aws: Aws, awsml: Program) -> None:
        awsml("a2i", "ui", "create", "page", stdin=TEMPLATE)
        again = awsml("a2i", "ui", "create", "page", stdin=TEMPLATE, tty=set())
        assert (again.exit_code, "error: there is a page `page`\n" in again.stderr) == (2, True)
        for verb in (["get", "no"], ["rm", "no", "-y"]):
            assert "error: there is no page `no`\n" in awsml("a2i", "ui", *verb).stderr


class TestFlows:
    def test_made_and_waited_for(self, aws: Aws, awsml: Program, flow: str) -> None:
        request = aws.sagemaker.flows["my-flow"]["request"]
        assert request["HumanLoopConfig"] == {
            "WorkteamArn": TEAM,
            "HumanTaskUiArn": "arn:aws:sagemaker:us-east-1:123456789012:human-task-ui/page",
            "TaskTitle": "Look",
            "TaskDescription": "Look",
            "TaskCount": 1,
        }
        shown = json.loads(awsml("a2i", "flow", "get", "my-flow", "-f", "json").text)
        assert (shown["flow_definition_status"], shown["output"], shown["reviewers"]) == (
            "Active",
            "s3://answers/in/",
            1,
        )

    def test_with_everything(self, aws: Aws, awsml: Program, flow: str, tmp_path: Path) -> None:
        (tmp_path / "c.json").write_text(json.dumps(CONDITIONS))
        made = create(
            *(awsml, "other", "--source", "textract", "--conditions", tmp_path / "c.json", "--price", "1.036"),
            *("--reviewers", "3", "--time-limit", "60", "--lifetime", "600", "--keyword", "cats", "-f", "json"),
            team=CROWD,
        )
        request = aws.sagemaker.flows["other"]["request"]
        assert request["HumanLoopConfig"]["PublicWorkforceTaskPrice"] == {
            "AmountInUsd": {"Dollars": 1, "Cents": 3, "TenthFractionsOfACent": 6}
        }
        told = json.loads(made.text)
        assert (told["price"], told["conditions"], told["reviewers"]) == (1.036, CONDITIONS, 3)
        assert told["source"] == "AWS/Textract/AnalyzeDocument/Forms/V1"

    def test_one_that_fails_says_why(self, aws: Aws, awsml: Program, flow: str) -> None:
        aws.sagemaker.failing = "cannot write to the bucket"
        run = create(awsml, "bad")
        assert (run.exit_code, "failed: cannot write to the bucket" in run.stderr) == (4, True)

    def test_listed_and_removed(self, aws: Aws, awsml: Program, flow: str) -> None:
        for name in ("b", "c"):
            create(awsml, name, "--no-wait")
        assert len(awsml("a2i", "flow", "ls").text.splitlines()) == 3
        assert awsml("a2i", "flow", "rm", "b", "-y").exit_code == 0
        assert sorted(aws.sagemaker.flows) == ["c", "my-flow"]

    @pytest.mark.parametrize(
        ("name", "words", "team", "said"),
        [
            ("My_Flow", [], TEAM, "`My_Flow` is no name for a flow"),
            ("a", ["--to", "answers"], TEAM, "`answers` is no place in S3"),
            ("a", ["--source", "polly"], TEAM, "there is no source `polly`"),
            ("a", ["--source", "textract"], TEAM, "--source and --conditions go together"),
            ("a", [], CROWD, "the public workforce is paid by the task"),
            ("a", ["--price", "0.0001"], CROWD, "`0.0001` is no price of a task"),
            ("a", ["--price", "3"], CROWD, "`3` is no price of a task"),
            ("a", ["--price", "cheap"], CROWD, "`cheap` is no price of a task"),
            ("a", ["--ui", "nothing"], TEAM, "there is no page `nothing`"),
            ("my-flow", [], TEAM, "there is a flow `my-flow`"),
        ],
    )
    def test_what_cannot_be_made(
        self, aws: Aws, awsml: Program, flow: str, name: str, words: list[str], team: str, said: str
    ) -> None:
        run = create(awsml, name, *words, "-q", team=team)
        assert (run.exit_code, list(aws.sagemaker.flows)) == (2, ["my-flow"])
        assert run.stderr.startswith(f"error: {said}")

    @pytest.mark.parametrize(
        ("text", "said"), [("{", "the conditions are not JSON"), ("[]", "the conditions hold no list `Conditions`")]
    )
    def test_conditions_that_are_none(
        self, aws: Aws, awsml: Program, flow: str, tmp_path: Path, text: str, said: str
    ) -> None:
        (tmp_path / "c.json").write_text(text)
        run = create(awsml, "a", "--source", "textract", "--conditions", tmp_path / "c.json", "-q")
        assert (run.exit_code, run.stderr.startswith(f"error: {said}")) == (2, True)

    def test_without_a_role_it_says_so(self, aws: Aws, awsml: Program) -> None:
        words = ("--ui", "p", "--team", TEAM, "--title", "t", "--to", "s3://answers/")
        run = awsml("a2i", "flow", "create", "a", *words)
        assert (run.exit_code, aws.calls) == (3, [])


class TestLoops:
    def test_started_waited_for_and_answered(self, aws: Aws, awsml: Program, flow: str) -> None:
        run = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        assert (run.exit_code, run.stderr) == (0, CLOSED)
        assert run.text == 'ann\t4.5\t{"animal": "cat"}\n'
        (call,) = aws.calls_of("StartHumanLoop")
        assert (call.params["FlowDefinitionArn"], call.params["HumanLoopInput"]) == (FLOW, {"InputContent": QUESTION})

    def test_the_same_question_is_asked_once(self, aws: Aws, awsml: Program, flow: str) -> None:
        first = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        again = awsml("a2i", "loop", "start", flow, "-f", "json", stdin=QUESTION)
        assert (json.loads(again.text)[0]["answer_content"], len(aws.a2i.loops)) == ({"animal": "cat"}, 1)
        fresh = awsml("a2i", "loop", "start", flow, "--fresh", stdin=QUESTION)
        assert (fresh.text, len(aws.a2i.loops)) == (first.text, 2)

    def test_an_id_is_enough(self, aws: Aws, awsml: Program, flow: str) -> None:
        started = awsml(
            "a2i", "loop", "start", flow, "--no-wait", "--free-of", "pii,adult", stdin=QUESTION
        ).text.strip()
        assert started.startswith("a2i:us-east-1:awsml-")
        (call,) = aws.calls_of("StartHumanLoop")
        assert call.params["DataAttributes"] == {
            "ContentClassifiers": ["FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent"]
        }
        assert awsml("jobs", "get", started, "--query", "human_loop_status").text == "InProgress\n"
        assert awsml("jobs", "--service", "a2i", "--query", "[].state").text == "running\n"
        assert awsml("jobs", "wait", started, "--query", "human_loop_status").text == "Completed\n"
        for words in (["jobs", "result"], ["a2i", "loop", "answers"]):
            assert awsml(*words, started, "--query", "[].worker_id").text == "ann\n"
        assert awsml("jobs", "rm", started, "-y").exit_code == 0
        assert aws.a2i.loops == {}

    def test_patience_that_ends_names_the_loop(self, aws: Aws, awsml: Program, flow: str) -> None:
        aws.a2i.walk = ("InProgress",)
        run = awsml("a2i", "loop", "start", flow, "--timeout", "60", stdin=QUESTION)
        assert (run.exit_code, "hint: awsml a2i loop result a2i:us-east-1:awsml-" in run.stderr) == (8, True)

    def test_one_that_fails_says_why(self, aws: Aws, awsml: Program, flow: str) -> None:
        aws.a2i.failing = "the template cannot be shown"
        run = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "failed: ValidationError the template cannot be shown" in run.stderr

    def test_stopped(self, aws: Aws, awsml: Program, flow: str) -> None:
        started = awsml("a2i", "loop", "start", flow, "--no-wait", stdin=QUESTION).text.strip()
        assert awsml("a2i", "loop", "stop", started).exit_code == 2  # nobody said yes
        assert awsml("a2i", "loop", "stop", started, "-y", "--query", "human_loop_status").text == "Stopped\n"
        assert awsml("a2i", "loop", "answers", started).exit_code == 4

    def test_listed_over_all_pages(self, aws: Aws, awsml: Program, flow: str) -> None:
        for number in range(5):
            awsml("a2i", "loop", "start", flow, "--no-wait", stdin=json.dumps({"number": number}))
        assert len(awsml("a2i", "loop", "ls", flow).text.splitlines()) == 5
        assert len(awsml("a2i", "loop", "ls", FLOW, "--limit", "3").text.splitlines()) == 3

    def test_an_unknown_state_is_waited_through(self, aws: Aws, awsml: Program, flow: str) -> None:
        strange = json.dumps({"HumanLoopName": "x", "HumanLoopStatus": "Resting"}).encode()
        headers = {"Content-Type": "application/json"}
        aws.respond("sagemaker-a2i-runtime", "DescribeHumanLoop", Raw(strange, headers=headers))
        assert awsml("a2i", "loop", "start", flow, stdin=QUESTION).exit_code == 0

    @pytest.mark.parametrize(
        ("text", "words", "said"),
        [
            ("cat?", [], "stdin is not JSON"),
            ("", [], "stdin is not JSON"),
            ("[1]", [], "stdin holds no object: people are shown its members"),
            (json.dumps({"a": "x" * 3_145_728}), [], "stdin has 3,145,737 characters; a loop takes 3,145,728"),
            (QUESTION, ["--free-of", "cats"], "nobody can be told of `cats`"),
        ],
    )
    def test_what_nobody_can_be_asked(self, aws: Aws, awsml: Program, text: str, words: list[str], said: str) -> None:
        run = awsml("a2i", "loop", "start", FLOW, *words, stdin=text)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith(f"error: {said}")

    def test_what_is_not_there(self, aws: Aws, awsml: Program) -> None:
        for words, said in (
            (["start", "nothing", "-"], "there is no flow `nothing`"),
            (["get", "nothing"], "there is no human loop a2i:us-east-1:nothing"),
            (["stop", "nothing", "-y"], "there is no human loop a2i:us-east-1:nothing"),
        ):
            run = awsml("a2i", "loop", *words, "-q", stdin=QUESTION)
            assert (run.exit_code, run.stderr.splitlines()[0]) == (2, f"error: {said}")

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>"])
    def test_an_output_that_is_none_is_an_error(self, aws: Aws, awsml: Program, flow: str, body: bytes) -> None:
        aws.respond("s3", "GetObject", Raw(body, headers={"Content-Length": str(len(body))}))
        run = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        assert (run.exit_code, run.stdout, "is no output of a human loop" in run.stderr) == (4, b"", True)

    @pytest.mark.parametrize("fault", [AwsError("ThrottlingException", times=5), Reset(), HalfAnswer()])
    @pytest.mark.parametrize("operation", ["StartHumanLoop", "DescribeHumanLoop"])
    def test_what_passes_is_outlived(self, aws: Aws, awsml: Program, flow: str, operation: str, fault: Any) -> None:
        aws.respond("sagemaker-a2i-runtime", operation, fault)
        run = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        assert (run.exit_code, len(aws.a2i.loops)) == (0, 1)

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, 7))
    def test_killed_at_any_call_people_are_asked_once(
        self, aws: Aws, awsml: Program, flow: str, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        again = awsml("a2i", "loop", "start", flow, stdin=QUESTION)
        assert (killed.exit_code, again.exit_code, len(aws.a2i.loops)) == (KILLED, 0, 1)


class TestHumanReview:
    @pytest.fixture
    def picture(self, aws: Aws, tmp_path: Path) -> Path:
        image = pytest.importorskip("PIL.Image", reason="pip install '.[pages]'")
        image.new("RGB", (200, 200), "white").save(tmp_path / "a.png")
        aws.textract.documents[(tmp_path / "a.png").read_bytes()] = [Sheet()]
        return tmp_path / "a.png"

    @pytest.mark.parametrize(
        "command", [["forms"], ["tables"], ["ask", "-Q", "Who?"], ["text", "--features", "layout"]]
    )
    def test_people_are_asked_about_a_page(
        self, aws: Aws, awsml: Program, flow: str, picture: Path, command: list[str]
    ) -> None:
        run = awsml("textract", *command, picture, "--human-review", flow)
        (call,) = aws.calls_of("AnalyzeDocument")
        asked = call.params["HumanLoopConfig"]
        assert (run.exit_code, asked["FlowDefinitionArn"]) == (0, FLOW)
        loop = f"a2i:us-east-1:{asked['HumanLoopName']}"
        assert f"warning: people are asked (ConditionsEvaluation): awsml a2i loop answers {loop}\n" in run.stderr
        assert awsml("a2i", "loop", "answers", loop, "--query", "[].worker_id").text == "ann\n"

    def test_it_is_another_question_than_without(self, aws: Aws, awsml: Program, flow: str, picture: Path) -> None:
        awsml("textract", "forms", picture)
        for _ in range(2):
            awsml("textract", "forms", picture, "--human-review", flow)
        assert ["HumanLoopConfig" in call.params for call in aws.calls_of("AnalyzeDocument")] == [False, True]

    def test_a_refusal_carries_what_became_of_a2i(self, aws: Aws, awsml: Program, picture: Path) -> None:
        run = awsml("textract", "forms", picture, "--human-review", "nothing")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "hint: Amazon Augmented AI (A2I) has been closed to new customers since 2026-07-01" in run.stderr

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["text"], "people look at an analysis, not at plain text"),
            (["forms", "--via", "async", "--bucket", "answers"], "people look at pages that are read at once"),
            (["forms", "--no-wait", "--bucket", "answers"], "people look at pages that are read at once"),
        ],
    )
    def test_where_nobody_can_look(
        self, aws: Aws, awsml: Program, flow: str, picture: Path, words: list[str], said: str
    ) -> None:
        run = awsml("textract", words[0], picture, *words[1:], "--human-review", flow)
        assert (run.exit_code, run.stderr.startswith(f"error: {said}")) == (2, True)
        assert aws.a2i.loops == {}
