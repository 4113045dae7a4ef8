"""Polly's asynchronous tasks: started and asked about by hand, or behind `--via task`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sounds
from fakeaws import Aws, AwsError, FakeClock, spoken_seconds
from fakeaws.program import KILLED, Program
from recordings import STAGING

SENTENCE = "The quick brown fox jumps over the lazy dog. "
LONG = "".join(f"Number {number} jumps over the lazy dog. " for number in range(6_000))


@pytest.fixture
def bucket(aws: Aws) -> str:
    """A bucket for what tasks write."""
    return aws.bucket(STAGING)


class TestByHand:
    def test_start_wait_result(self, aws: Aws, awsml: Program, bucket: str, tmp_path: Path) -> None:
        text = SENTENCE * 200
        started = awsml(
            "polly", "tasks", "start", "--voice", "Joanna", "--bucket", bucket, "--prefix", "talks/one", stdin=text
        )
        name = started.text.split("\t")[0]
        assert (started.exit_code, name) == (0, "polly:us-east-1:00000000-0000-0000-0000-000000000001")
        assert awsml("polly", "tasks", "get", name, "--query", "task_status").text == "scheduled\n"
        waited = json.loads(awsml("polly", "tasks", "wait", name, "-f", "json").text)
        assert (waited["task_status"], waited["request_characters"]) == ("completed", len(text.strip()))
        assert waited["output_uri"].endswith(f"/{bucket}/talks/one.{waited['task_id']}.mp3")
        result = awsml("polly", "tasks", "result", name, "-o", tmp_path / "a.mp3")
        seconds = sounds.decoded((tmp_path / "a.mp3").read_bytes(), "mp3").seconds
        assert (result.exit_code, seconds) == (0, pytest.approx(spoken_seconds(text), abs=0.2))
        assert len(aws.objects(bucket)) == 1
        assert [line.split("\t")[1] for line in awsml("polly", "tasks", "ls").text.splitlines()] == ["completed"]

    def test_patience_that_ends_names_the_task(self, aws: Aws, awsml: Program, bucket: str) -> None:
        aws.polly.walk = ("inProgress",)
        name = awsml("polly", "tasks", "start", "--voice", "Joanna", "--bucket", bucket, "Hi.").text.split("\t")[0]
        run = awsml("polly", "tasks", "wait", name, "--timeout", "30")
        assert run.exit_code == 8
        assert f"it goes on: {name}\nhint: awsml polly tasks result {name}\n" in run.stderr

    def test_a_task_that_failed_says_why(self, aws: Aws, awsml: Program, bucket: str) -> None:
        aws.polly.walk = ("failed",)
        name = awsml("polly", "tasks", "start", "--voice", "Joanna", "--bucket", bucket, "Hi.").text.split("\t")[0]
        aws.polly.tasks[name.rpartition(":")[2]].about["TaskStatusReason"] = "the bucket is gone"
        run = awsml("polly", "tasks", "result", name)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "failed: the bucket is gone" in run.stderr

    @pytest.mark.parametrize(
        ("words", "stdin", "said"),
        [
            ([], SENTENCE * 2_300, "103,500 characters; a task takes 100,000"),
            ([], "", "there is nothing to speak"),
            ([], "<speak>Hi</speak>", "this text is SSML"),
            (["--audio-format", "wav"], "Hi.", "a task gives no wav"),
        ],
    )
    def test_what_a_task_cannot_take(
        self, aws: Aws, awsml: Program, bucket: str, words: list[str], stdin: str, said: str
    ) -> None:
        run = awsml("polly", "tasks", "start", "--voice", "Joanna", *words, stdin=stdin)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith(f"error: {said}")

    def test_a_dry_run_starts_nothing(self, aws: Aws, awsml: Program) -> None:
        step = json.loads(awsml("polly", "tasks", "start", "--dry-run", "-f", "json", "Hello.").text)
        assert (step["operation"], step["units"], aws.calls) == ("polly:StartSpeechSynthesisTask", 6, [])

    def test_without_a_bucket_it_says_how_to_get_one(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "tasks", "start", "--voice", "Joanna", "Hi.")
        assert (run.exit_code, aws.calls_of("StartSpeechSynthesisTask")) == (3, [])
        assert "awsml setup bucket" in run.stderr


class TestVia:
    def test_a_text_of_any_length_is_spoken_by_tasks_and_nothing_is_left(
        self, aws: Aws, awsml: Program, bucket: str, tmp_path: Path
    ) -> None:
        text = LONG
        run = awsml("polly", "--voice", "Joanna", "--via", "task", "-f", "mulaw", "--bucket", bucket, stdin=text)
        started = [call.params["Text"] for call in aws.calls_of("StartSpeechSynthesisTask")]
        assert (run.exit_code, run.stderr, aws.objects(bucket)) == (0, "", {})
        assert [len(piece) <= 100_000 for piece in started] == [True] * 3
        assert len(run.stdout) / 8_000 == pytest.approx(sum(map(spoken_seconds, started)), abs=0.01)

    def test_ssml_and_a_manner_go_too(self, aws: Aws, awsml: Program, bucket: str) -> None:
        awsml("polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "--rate", "fast", "A & B.")
        [call] = aws.calls_of("StartSpeechSynthesisTask")
        assert (call.params["TextType"], call.params["Text"]) == (
            "ssml",
            '<speak><prosody rate="fast">A &amp; B.</prosody></speak>',
        )

    def test_what_was_spoken_is_not_paid_for_again(self, aws: Aws, awsml: Program, bucket: str) -> None:
        words = ["polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "Hello."]
        first, second = awsml(*words), awsml(*words, "-f", "mp3")
        assert (first.stdout == second.stdout, len(aws.calls_of("StartSpeechSynthesisTask"))) == (True, 1)
        awsml(*words, "--fresh")
        assert len(aws.calls_of("StartSpeechSynthesisTask")) == 2

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(5, 11))
    def test_a_run_that_was_killed_is_picked_up(
        self, aws: Aws, awsml: Program, bucket: str, number: int, after: bool
    ) -> None:
        words = ["polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "Hello."]
        aws.kill_at(number, after=after)
        killed = awsml(*words)
        done = awsml(*words)
        assert (killed.exit_code, done.exit_code, done.stderr) == (KILLED, 0, "")
        assert sounds.decoded(done.stdout, "mp3").seconds == pytest.approx(spoken_seconds("Hello."), abs=0.2)
        assert len(aws.calls_of("StartSpeechSynthesisTask")) <= 1 + (number == 5 and not after)
        assert len(aws.polly.tasks) == 1
        assert aws.objects(bucket) == {}

    def test_ctrl_c_names_what_goes_on(self, aws: Aws, awsml: Program, bucket: str, clock: FakeClock) -> None:
        clock.interrupt_in_wait(1)
        run = awsml("polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "Hello.")
        assert run.exit_code == 130
        assert "(awsml polly tasks wait polly:us-east-1:" in run.stderr

    def test_a_task_that_failed_is_started_anew_by_the_next_run(self, aws: Aws, awsml: Program, bucket: str) -> None:
        words = ["polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "Hello."]
        failure = {"SynthesisTask": {"TaskStatus": "failed", "TaskStatusReason": "the bucket is gone"}}
        aws.respond("polly", "GetSpeechSynthesisTask", failure, failure)
        failed = awsml(*words)
        done = awsml(*words)
        assert (failed.exit_code, done.exit_code, len(aws.polly.tasks)) == (4, 0, 2)

    def test_a_dry_run_counts_the_tasks(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--via", "task", "--dry-run", "-f", "json", stdin=LONG)
        [step] = json.loads(run.text)
        assert (step["operation"], step["calls"], aws.calls) == ("polly:StartSpeechSynthesisTask", 3, [])

    def test_as_json(self, aws: Aws, awsml: Program, bucket: str) -> None:
        run = awsml("polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "-f", "json", "Hello.")
        told = json.loads(run.text)
        assert (told["request_characters"], told["duration"]) == (6, pytest.approx(0.36, abs=0.1))

    def test_throttled_it_is_slower(self, aws: Aws, awsml: Program, bucket: str) -> None:
        aws.respond("polly", "StartSpeechSynthesisTask", AwsError("ThrottlingException", status=400, times=5))
        assert awsml("polly", "--voice", "Joanna", "--via", "task", "--bucket", bucket, "Hello.").exit_code == 0
