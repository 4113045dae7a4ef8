"""A run that is killed at any call to AWS and repeated starts one job, uploads once and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakeaws import Aws, speech
from fakeaws.process import Process
from fakeaws.program import KILLED, Program
from recordings import STAGING, nothing_is_left, recording, sent, wav

SAID = "Good morning."
CALLS_FOR_A_FILE = 11
CALLS_FOR_AN_OBJECT = 6


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS_FOR_A_FILE + 1))
def test_a_file(aws: Aws, awsml: Program, talk: Path, number: int, after: bool) -> None:
    aws.kill_at(number, after=after)
    killed = awsml("transcribe", talk, "--bucket", STAGING)
    repeated = awsml("transcribe", talk, "--bucket", STAGING)
    assert (killed.exit_code, killed.stdout) == (KILLED, b"")
    assert (repeated.exit_code, repeated.text, repeated.stderr) == (0, f"{SAID}\n", "")
    assert paid(aws) == (1, 1)
    assert nothing_is_left(aws)


@pytest.mark.parametrize("number", range(1, CALLS_FOR_A_FILE))
def test_a_file_killed_twice(aws: Aws, awsml: Program, talk: Path, number: int) -> None:
    for at in (number, 2):
        aws.kill_at(at, after=True)
        assert awsml("transcribe", talk, "--bucket", STAGING).killed
    repeated = awsml("transcribe", talk, "--bucket", STAGING)
    assert (repeated.exit_code, repeated.text) == (0, f"{SAID}\n")
    assert paid(aws) == (1, 1)
    assert nothing_is_left(aws)


@pytest.mark.parametrize("number", range(1, CALLS_FOR_A_FILE + 1))
def test_a_file_repeated_without_waiting_and_fetched_by_its_id(
    aws: Aws, awsml: Program, talk: Path, number: int
) -> None:
    aws.kill_at(number, after=True)
    awsml("transcribe", talk, "--bucket", STAGING)
    started = awsml("transcribe", talk, "--bucket", STAGING, "--no-wait").text.strip()
    if started.startswith("transcribe:"):
        awsml("transcribe", "jobs", "result", started)
    last = awsml("transcribe", talk, "--bucket", STAGING)
    assert (last.exit_code, last.text, paid(aws)) == (0, f"{SAID}\n", (1, 1))
    assert nothing_is_left(aws)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS_FOR_AN_OBJECT + 1))
def test_an_object_in_s3(aws: Aws, awsml: Program, talk: Path, number: int, after: bool) -> None:
    uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
    aws.kill_at(number, after=after)
    killed = awsml("transcribe", uri)
    repeated = awsml("transcribe", uri)
    assert (killed.exit_code, repeated.exit_code, repeated.text) == (KILLED, 0, f"{SAID}\n")
    assert paid(aws) == (1, 0)
    assert (nothing_is_left(aws), list(aws.objects("theirs"))) == (True, ["one.wav"])


@pytest.mark.parametrize("number", range(1, CALLS_FOR_A_FILE + 1))
def test_stdin(aws: Aws, awsml: Program, talk: Path, number: int) -> None:
    aws.kill_at(number, after=True)
    awsml("transcribe", "-", "--bucket", STAGING, stdin=talk.read_bytes())
    repeated = awsml("transcribe", "-", "--bucket", STAGING, stdin=talk.read_bytes())
    assert (repeated.exit_code, repeated.text, paid(aws)) == (0, f"{SAID}\n", (1, 1))
    assert nothing_is_left(aws)


@pytest.mark.parametrize("number", range(1, CALLS_FOR_A_FILE + 1))
def test_a_fresh_run_is_picked_up_too(aws: Aws, awsml: Program, talk: Path, number: int) -> None:
    awsml("transcribe", talk, "--bucket", STAGING)
    aws.kill_at(number, after=True)
    awsml("transcribe", talk, "--bucket", STAGING, "--fresh")
    aws.clock.advance(60)
    repeated = awsml("transcribe", talk, "--bucket", STAGING, "--fresh")
    assert (repeated.exit_code, repeated.text) == (0, f"{SAID}\n")
    assert nothing_is_left(aws)
    assert paid(aws)[0] <= 3  # one before; the killed one's answer may have been complete, and this one asks anew


def test_one_of_two_inputs_was_done(aws: Aws, awsml: Program, talk: Path) -> None:
    other = recording(talk.parent, "other.wav", fill=1)
    aws.transcripts[other.read_bytes()] = "Hello."
    aws.kill_before("StartTranscriptionJob", 2)
    first = awsml("transcribe", talk, other, "--bucket", STAGING, "-j", "1", "--query", "transcript")
    repeated = awsml("transcribe", talk, other, "--bucket", STAGING, "-j", "1", "--query", "transcript")
    assert (first.text, repeated.text, paid(aws)) == (f"{SAID}\n", f"{SAID}\nHello.\n", (2, 2))
    assert nothing_is_left(aws)


def test_a_job_that_was_removed_behind_our_back_is_started_again(aws: Aws, awsml: Program, talk: Path) -> None:
    awsml("transcribe", talk, "--bucket", STAGING, "--no-wait")
    aws.jobs.clear()
    repeated = awsml("transcribe", talk, "--bucket", STAGING)
    assert (repeated.exit_code, repeated.text, nothing_is_left(aws)) == (0, f"{SAID}\n", True)


def test_an_answer_that_another_process_has_fetched_meanwhile_is_used(
    aws: Aws, awsml: Program, awsml_process: Process, talk: Path
) -> None:
    def the_other_process_ends(_: object) -> None:
        aws.clock.during_sleep.clear()
        assert awsml_process("transcribe", talk, "--bucket", STAGING).text == f"{SAID}\n"

    aws.clock.during_sleep.append(the_other_process_ends)
    run = awsml("transcribe", talk, "--bucket", STAGING)
    assert (run.exit_code, run.text, paid(aws), nothing_is_left(aws)) == (0, f"{SAID}\n", (1, 1), True)


def paid(aws: Aws) -> tuple[int, int]:
    """How many jobs were started, and how many uploads went through."""
    done = sent(aws)
    return done.count("StartTranscriptionJob"), done.count("PutObject")
