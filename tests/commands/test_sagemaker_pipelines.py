"""`awsml sagemaker pipelines`: what arrives at AWS, what is told of each step, and that nothing is started twice."""

from __future__ import annotations

import json

import pytest
from fakeaws import Aws, FakeClock
from fakeaws.program import KILLED, Program

NIGHTLY = [{"Name": "epochs", "Type": "Integer", "DefaultValue": 3}, {"Name": "data", "Type": "String"}]
RUN = "sagemaker-pipeline:us-east-1:nightly/abcdefghijk1"


@pytest.fixture(autouse=True)
def pipeline(aws: Aws) -> None:
    """A pipeline of two steps, one of whose parameters has to be given, and two that are older."""
    for name in ("oldest", "older"):
        aws.sagemaker.pipeline(name, ["clean"], [])
    aws.sagemaker.pipeline("nightly", ["clean", "train"], NIGHTLY)


@pytest.fixture
def start(awsml: Program) -> Program:
    """`awsml sagemaker pipelines start nightly --param data=…`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "pipelines", "start", "nightly", "--param", "data=s3://lake/d/", *words, **options
    )


class TestStart:
    def test_it_is_started_and_watched_step_by_step(self, aws: Aws, start: Program) -> None:
        run = start("--param", "epochs=9", "--name", "tonight", "-f", "json")
        assert run.exit_code == 0, run.stderr
        assert run.stderr.splitlines() == [
            *("clean: Executing", "clean: Succeeded"),
            "train: Executing (sagemaker:us-east-1:pipelines-train)",
            "train: Succeeded (sagemaker:us-east-1:pipelines-train)",
        ]
        told = json.loads(run.text)
        assert (told["id"], told["pipeline_name"], told["pipeline_execution_status"]) == (RUN, "nightly", "Succeeded")
        (call,) = aws.calls_of("StartPipelineExecution")
        assert {name: value for name, value in call.params.items() if name != "ClientRequestToken"} == {
            "PipelineName": "nightly",
            "PipelineExecutionDisplayName": "tonight",
            "PipelineParameters": [{"Name": "data", "Value": "s3://lake/d/"}, {"Name": "epochs", "Value": "9"}],
        }

    def test_its_steps_are_a_live_table_at_a_terminal(self, start: Program) -> None:
        run = start(tty={"stderr"})
        frames = [frame.splitlines() for frame in run.stderr.replace("\x1b[1A\x1b[K", "").split("\r\x1b[K")]
        tables = [frame[:-1] for frame in frames if len(frame) > 1 and frame[-1].startswith("pipeline nightly/")]
        assert (tables[0], tables[-1]) == (
            ["clean  Executing"],
            ["clean  Succeeded  30 s", "train  Succeeded  30 s"],
        )

    def test_a_step_that_fails_is_the_reason(self, aws: Aws, start: Program) -> None:
        aws.sagemaker.failing_step = ("train", "ClientError: no labels")
        run = start()
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            4,
            [
                "error: the pipeline nightly/abcdefghijk1 failed: train: ClientError: no labels",
                f"hint: awsml sagemaker pipelines steps {RUN}",
            ],
        )

    def test_a_killed_start_is_picked_up(self, aws: Aws, start: Program) -> None:
        aws.kill_after("StartPipelineExecution")
        assert start().exit_code == KILLED
        assert (start("--query", "id").text.strip(), len(aws.sagemaker.runs)) == (RUN, 1)

    def test_one_that_goes_on_is_picked_up_and_one_that_is_over_is_another(
        self, aws: Aws, start: Program, clock: FakeClock
    ) -> None:
        clock.interrupt_in_wait(1)
        interrupted = start()
        assert (interrupted.exit_code, RUN in interrupted.stderr) == (130, True)
        assert ("was started already: Executing" in start().stderr, len(aws.sagemaker.runs)) == (True, 1)
        assert start("--no-wait").text == RUN.replace("k1", "k2") + "\n"
        clock.advance(1)
        assert start("--no-wait").text == RUN.replace("k1", "k3") + "\n"

    @pytest.mark.parametrize(
        ("words", "error", "hint"),
        [
            (["nightly"], "nightly needs data", "--param data=VALUE"),
            (["nightly", "--param", "rate=1"], "nightly has no parameter rate", "it has: epochs, data"),
            (["nightly", "--param", "data"], "--param takes NAME=VALUE, and `data` is none", None),
            (["none"], "there is no pipeline none", "awsml sagemaker pipelines ls"),
        ],
    )
    def test_what_cannot_work_is_not_started(
        self, aws: Aws, awsml: Program, words: list[str], error: str, hint: str | None
    ) -> None:
        run = awsml("sagemaker", "pipelines", "start", *words)
        assert (run.exit_code, run.stderr) == (2, f"error: {error}\n" + (f"hint: {hint}\n" if hint else ""))
        assert aws.calls_of("StartPipelineExecution") == []

    def test_a_dry_run_starts_nothing(self, aws: Aws, start: Program) -> None:
        assert start("--dry-run", "--query", "[].operation").text.strip() == "sagemaker:StartPipelineExecution"
        assert aws.calls_of("StartPipelineExecution") == []


class TestLooking:
    def test_pipelines_and_runs_are_listed_over_all_pages(self, awsml: Program, start: Program) -> None:
        start("--no-wait")
        words = ("sagemaker", "pipelines")
        assert awsml(*words, "ls", "--query", "[].pipeline_name").text.split() == ["nightly", "older", "oldest"]
        assert awsml(*words, "executions", "nightly", "--query", "[].id").text.strip() == RUN
        assert awsml(*words, "executions", "older").text == ""

    def test_one_is_watched_from_elsewhere_and_its_steps_listed(self, awsml: Program, start: Program) -> None:
        start("--no-wait")
        assert awsml("sagemaker", "pipelines", "watch", "nightly/abcdefghijk1").exit_code == 0
        assert awsml("sagemaker", "pipelines", "steps", RUN, "-f", "text").text.splitlines() == [
            "clean\tSucceeded\t30\t\t",
            "train\tSucceeded\t30\tsagemaker:us-east-1:pipelines-train\t",
        ]

    def test_jobs_of_all_services_know_it(self, awsml: Program, start: Program) -> None:
        job = start("--no-wait").text.strip()
        assert job in awsml("jobs", "--service", "sagemaker", "--query", "[].id").text.split()
        assert awsml("jobs", "get", job, "--query", "pipeline_execution_status").text == "Executing\n"
        assert awsml("jobs", "wait", job, "-q").exit_code == 0
        assert len(awsml("jobs", "result", job, "-f", "jsonl").text.splitlines()) == 2

    def test_one_is_stopped(self, awsml: Program, start: Program) -> None:
        job = start("--no-wait").text.strip()
        assert awsml("sagemaker", "pipelines", "stop", job).exit_code == 2
        assert awsml("sagemaker", "pipelines", "stop", job, "-y").exit_code == 0
        run = awsml("sagemaker", "pipelines", "watch", job)
        assert (run.exit_code, "failed: Stopped" in run.stderr) == (4, True)

    def test_a_pipeline_alone_is_no_run(self, awsml: Program) -> None:
        run = awsml("sagemaker", "pipelines", "watch", "nightly")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (
            2,
            "hint: awsml sagemaker pipelines executions nightly",
        )
        gone = awsml("sagemaker", "pipelines", "get", "nightly/none")
        assert (gone.exit_code, gone.stderr.splitlines()[0]) == (
            2,
            "error: there is no run sagemaker-pipeline:us-east-1:nightly/none",
        )
