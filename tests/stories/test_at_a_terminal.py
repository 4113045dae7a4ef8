"""The first path as a person sees it: at a pseudo-terminal, and in real pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws, speech
from fakeaws.process import PATIENCE, Process, Terminal
from recordings import STAGING, nothing_is_left, recording, wav

SAID = "Good morning. How are you?"


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


def test_a_transcript_at_a_terminal(aws: Aws, terminal: Callable[..., Terminal], talk: Path) -> None:
    run = terminal("transcribe", talk, "--bucket", STAGING)
    code = run.finish().exit_code
    assert (code, run.text.splitlines()[-1].endswith(SAID), nothing_is_left(aws)) == (0, True, True)


def test_a_question_is_answered_at_the_terminal_though_stdin_is_a_pipe(
    aws: Aws, terminal: Callable[..., Terminal], talk: Path
) -> None:
    run = terminal("transcribe", talk, "--via", "batch", piped={"stdin", "stdout"})
    run.wait_for("Make the private S3 bucket awsml-123456789012-us-east-1 for staging? [y/N] ")
    run.type("y\n")
    end = run.finish()
    assert (end.exit_code, end.text) == (0, f"{SAID}\n")


def test_the_screen_shows_progress_and_the_pipe_none_of_it(
    aws: Aws, terminal: Callable[..., Terminal], talk: Path
) -> None:
    run = terminal("transcribe", talk, "--bucket", STAGING, piped={"stdout"})
    end = run.finish()
    assert (end.text, b"transcription job" in run.screen) == (f"{SAID}\n", True)


def test_quiet_shows_none(aws: Aws, terminal: Callable[..., Terminal], talk: Path) -> None:
    run = terminal("transcribe", talk, "--bucket", STAGING, "-q")
    run.finish()
    assert run.screen.replace(b"\r\n", b"\n") == f"{SAID}\n".encode()


def test_a_table_is_as_wide_as_the_terminal(aws: Aws, terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    run = terminal("translate", "languages", size=(24, 40), env={"COLUMNS": None})
    code = run.finish().exit_code
    assert (code, max(len(line) for line in run.text.splitlines()) <= 40) == (0, True)


def test_a_person_without_input_is_told_and_not_left_waiting(aws: Aws, terminal: Callable[..., Terminal]) -> None:
    run = terminal("translate", "--from", "en", "--to", "es")
    run.wait_for("the text is read from this terminal; Ctrl-D on a line of its own ends it")
    run.type("Hello there.\n")
    run.wait_for("Hello~es there~es.")
    run.type("\x04")
    assert run.finish().exit_code == 0


def test_a_pipe_of_two_gives_the_translated_transcript(aws: Aws, awsml_process: Process, talk: Path) -> None:
    hear = awsml_process.start("transcribe", talk, "--bucket", STAGING)
    tell = awsml_process.start("translate", "--from", "en", "--to", "es", stdin=hear.stdout)
    assert hear.stdout is not None
    hear.stdout.close()
    out, _ = tell.communicate(timeout=PATIENCE)
    assert (hear.wait(PATIENCE), tell.returncode, out.decode()) == (0, 0, "Good~es morning~es. How~es are~es you~es?\n")


def test_a_loop_that_reads_its_names_from_stdin_stays_whole(aws: Aws, awsml_process: Process, talk: Path) -> None:
    other = recording(talk.parent, "other.wav", fill=1)
    loop = (
        f'while read file; do "$0" -m awsml_cli transcribe "$file" --bucket {STAGING} -f json --query transcript; done'
    )
    run = subprocess.run(
        ["sh", "-c", loop, sys.executable],
        input=f"{talk}\n{other}\n".encode(), env=awsml_process.environment(), capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (run.returncode, len(run.stdout.splitlines()), run.stderr) == (0, 2, b"")
