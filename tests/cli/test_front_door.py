"""The words behind a group's name: a subcommand, or what its default command is about; and how a run ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from recordings import STAGING, recording

from awsml_cli.cli import report
from awsml_cli.core import errors


def test_a_subcommand_s_name_wins_and_a_path_is_the_file(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.bucket(STAGING)
    recording(tmp_path, "jobs")
    listed = awsml("transcribe", "jobs", "ls", cwd=tmp_path)
    heard = awsml("transcribe", "./jobs", "--bucket", STAGING, cwd=tmp_path)
    assert (listed.exit_code, listed.text) == (0, "")
    assert (heard.exit_code, heard.text.endswith(".\n")) == (0, True)


def test_only_the_first_word_can_be_a_subcommand(aws: Aws, awsml: Program) -> None:
    assert awsml("translate", "--to", "es", "languages").text == "languages~es"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["translate", "--to", "es", "Hello"], 0),
        (["transcribe", "jobs", "ls"], 0),
        (["translate", "Hello"], 2),
        (["transcribe", "nowhere.mp3"], 2),
        (["polly", "--local", "--engine", "generative", "Hello"], 2),
        (["translate", "--local", "--from", "en", "--to", "ja", "Hello"], 3),
        (["transcribe", "talk.wav", "--via", "batch"], 3),
        (["transcribe", "jobs", "get", "nobody"], 4),
        (["transcribe", "talk.wav", "empty.wav", "--bucket", STAGING, "--language", "en-US"], 5),
        (["transcribe", "check", "late.srt"], 7),
        (["transcribe", "talk.wav", "--bucket", STAGING, "--timeout", "0"], 8),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_the_exit_code_tells_how_it_ended(
    aws: Aws, awsml: Program, tmp_path: Path, words: list[str], code: int
) -> None:
    aws.bucket(STAGING)
    recording(tmp_path)
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "late.srt").write_text("1\n00:00:00,000 --> 00:00:00,100\nMuch too fast to be read by anybody.\n")
    assert awsml(*words, cwd=tmp_path).exit_code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError, 2),
        (errors.InputError, 2),
        (errors.ConfigError, 3),
        (errors.ServiceError, 4),
        (errors.JobFailed, 4),
        (errors.PartialFailure, 5),
        (errors.Retired, 6),
        (errors.CheckFailed, 7),
        (errors.TimedOut, 8),
        (errors.OutputError, 9),
    ],
)
def test_every_kind_of_error_has_its_code_its_sentence_and_its_hint(
    capsys: pytest.CaptureFixture[str], error: type[errors.AwsmlError], code: int
) -> None:
    def fail() -> None:
        raise error("it went wrong", hint="do better")

    assert (report.run(fail), capsys.readouterr()) == (code, ("", "error: it went wrong\nhint: do better\n"))


def test_a_bug_is_one_line_and_never_a_bare_trace(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by zero")

    code = report.run(fail)
    out, err = capsys.readouterr()
    assert (code, out, err.splitlines()[0]) == (1, "", "error: this is a bug in awsml: ZeroDivisionError: by zero")
    assert "Traceback" not in err
    report.run(fail, debug=True)
    assert "Traceback" in capsys.readouterr().err


def test_a_refusal_names_code_and_request(aws: Aws, awsml: Program) -> None:
    aws.respond("translate", "TranslateText", AwsError("AccessDeniedException", "No."))
    run = awsml("translate", "--to", "es", "Hello")
    assert (run.exit_code, "AccessDeniedException: No. (request id" in run.stderr) == (4, True)
    assert run.stderr.endswith("hint: the IAM action `translate:TranslateText` is missing for this identity\n")


@pytest.mark.parametrize(
    "words", [("polly", "Good morning"), ("translate", "Good morning", "--from", "en", "--to", "es")]
)
def test_what_this_machine_does_has_no_price(awsml: Program, words: tuple[str, ...]) -> None:
    (paid,) = json.loads(awsml(*words, "--dry-run", "-f", "json").text)
    (free,) = json.loads(awsml(*words, "--dry-run", "-f", "json", "--local").text)
    assert (paid["price"] > 0, free) == (True, {**paid, "price": 0.0})
