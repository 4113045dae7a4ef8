"""Ctrl-C, SIGTERM and SIGKILL in every phase of a run, and readers that leave: processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws, FakeClock, speech
from fakeaws.process import PATIENCE, Process, Terminal
from fakeaws.program import Program, Result
from recordings import STAGING, nothing_is_left, recording, sent, wav

SAID = "Good morning."
PHASES = [
    "HeadBucket",
    "HeadObject",
    "PutObject",
    "StartTranscriptionJob",
    "GetTranscriptionJob",
    "GetObject",
    "DeleteTranscriptionJob",
]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


def at(aws: Aws, operation: str, action: Callable[[], None]) -> None:
    """Do ACTION when OPERATION arrives at AWS, before it is answered as usual."""
    service = "transcribe" if "Transcription" in operation else "s3"
    aws.respond(service, operation, lambda _: action())


def ended(child: subprocess.Popen[bytes]) -> Result:
    out, err = child.communicate(timeout=PATIENCE)
    return Result(child.returncode, out, err.decode())


def signalled_at(aws: Aws, process: Process, operation: str, sign: int, *words: str | Path) -> Result:
    """Send SIGN to a run when it asks for OPERATION, and wait until it has ended before the answer goes out."""
    started = threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def strike() -> None:
        started.wait(PATIENCE)
        children[0].send_signal(sign)

    at(aws, operation, strike)
    children.append(process.start("transcribe", *words, "--bucket", STAGING))
    started.set()
    return ended(children[0])


@pytest.mark.parametrize("operation", PHASES)
@pytest.mark.parametrize(
    ("sign", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_stopped_in_every_phase(
    aws: Aws, awsml_process: Process, awsml: Program, talk: Path, operation: str, sign: int, code: int, word: str
) -> None:
    run = signalled_at(aws, awsml_process, operation, sign, talk)
    running, staged = list(aws.jobs), [key for key in aws.objects(STAGING) if key.endswith(".wav")]
    repeated = awsml("transcribe", talk, "--bucket", STAGING)
    assert (run.exit_code, run.stdout) == (code, b"")
    assert run.stderr.splitlines()[0] == word
    assert (repeated.text, sent(aws).count("StartTranscriptionJob"), nothing_is_left(aws)) == (f"{SAID}\n", 1, True)
    if running and operation in ("StartTranscriptionJob", "GetTranscriptionJob"):
        assert (len(staged), f"still running at AWS: transcribe:us-east-1:{running[0]} (" in run.stderr) == (1, True)
    if not running and operation in PHASES[:4]:
        assert (staged, "still running" in run.stderr) == ([], False)


@pytest.mark.parametrize("operation", PHASES)
def test_killed_in_every_phase(aws: Aws, awsml_process: Process, awsml: Program, talk: Path, operation: str) -> None:
    run = signalled_at(aws, awsml_process, operation, signal.SIGKILL, talk)
    repeated = awsml("transcribe", talk, "--bucket", STAGING)
    operations = sent(aws)
    assert (run.exit_code, run.stdout) == (-signal.SIGKILL, b"")
    assert (repeated.exit_code, repeated.text) == (0, f"{SAID}\n")
    assert (operations.count("StartTranscriptionJob"), nothing_is_left(aws)) == (1, True)


def test_ctrl_c_at_a_terminal_names_the_job(
    aws: Aws, terminal: Callable[..., Terminal], awsml: Program, talk: Path
) -> None:
    aws.transcribe.walk = ("QUEUED", "IN_PROGRESS")
    run = terminal("transcribe", talk, "--bucket", STAGING)
    run.wait_for("in progress")
    run.interrupt()
    end = run.finish()
    (name,) = aws.jobs
    assert end.exit_code == 130
    assert (
        f"still running at AWS: transcribe:us-east-1:{name} (awsml transcribe jobs wait transcribe:us-east-1:{name})"
        in run.text.replace("\n", "")
    )


def test_ctrl_c_in_the_first_of_many_leaves_nothing_staged_for_the_others(
    aws: Aws, awsml_process: Process, talk: Path
) -> None:
    others = [recording(talk.parent, f"{fill}.wav", fill=fill) for fill in range(1, 4)]
    children: list[subprocess.Popen[bytes]] = []
    aws.respond("transcribe", "StartTranscriptionJob", lambda _: children[0].send_signal(signal.SIGINT))
    children.append(awsml_process.start("transcribe", talk, *others, "--bucket", STAGING))
    end = ended(children[0])
    medias = {job.request["Media"]["MediaFileUri"].rpartition("/")[2] for job in aws.jobs.values()}
    staged = {key.rpartition("/")[2] for key in aws.objects(STAGING)}
    assert (end.exit_code, end.stdout) == (130, b"")
    assert staged == medias
    assert end.stderr.count("still running at AWS") == len(aws.jobs)


def test_ctrl_c_in_process_while_waiting(aws: Aws, awsml: Program, talk: Path, clock: FakeClock) -> None:
    clock.interrupt_in_wait(1)
    run = awsml("transcribe", talk, "--bucket", STAGING)
    (name,) = aws.jobs
    assert (run.exit_code, run.stdout) == (130, b"")
    assert run.stderr == (
        "interrupted\n"
        f"still running at AWS: transcribe:us-east-1:{name} (awsml transcribe jobs wait transcribe:us-east-1:{name})\n"
    )


class TestReadersThatLeave:
    def test_the_calls_stop_with_the_reader(self, aws: Aws, awsml_process: Process) -> None:
        text = "".join(f"This is sentence {number}, of no meaning.\n\n" for number in range(2000))
        child = awsml_process.start("translate", "--to", "es", "--from", "en", stdin=subprocess.PIPE)
        writer = threading.Thread(target=feed, args=(child, text.encode()))
        writer.start()
        assert child.stdout is not None
        first = child.stdout.readline()
        child.stdout.close()
        code = child.wait(PATIENCE)
        writer.join(PATIENCE)
        assert child.stderr is not None
        assert (code, first, child.stderr.read()) == (0, b"This~es is~es sentence~es 0, of~es no~es meaning~es.\n", b"")
        assert len(aws.calls_of("TranslateText")) < 100

    def test_a_reader_of_many_transcripts_leaves(self, aws: Aws, awsml: Program, talk: Path) -> None:
        others = [recording(talk.parent, f"{fill}.wav", fill=fill) for fill in range(1, 12)]
        run = awsml("transcribe", talk, *others, "--bucket", STAGING, "-j", "2", head=1)
        assert (run.exit_code, run.stderr) == (0, "")
        assert len(aws.calls_of("StartTranscriptionJob")) < 8


class TestNoPlaceToWrite:
    def test_a_full_disk_keeps_what_was_paid_for(
        self, aws: Aws, awsml_process: Process, awsml: Program, talk: Path
    ) -> None:
        with open("/dev/full", "wb") as full:
            child = awsml_process.start("transcribe", talk, "--bucket", STAGING, stdout=full)
            run = ended(child)
        assert run.exit_code == 9
        assert run.stderr.startswith("error: cannot write to stdout: No space left on device\nhint: ")
        assert (awsml("transcribe", talk, "--bucket", STAGING).text, sent(aws).count("StartTranscriptionJob")) == (
            f"{SAID}\n",
            1,
        )

    def test_a_file_that_cannot_grow_leaves_the_old_one(
        self, aws: Aws, awsml_process: Process, talk: Path, tmp_path: Path
    ) -> None:
        import resource

        target = tmp_path / "talk.json"
        target.write_text("old")
        child = awsml_process.start(
            "transcribe", talk, "--bucket", STAGING, "--no-cache", "-o", target,
            preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))),
            env={"HOME": str(tmp_path)},
        )  # fmt: skip
        run = ended(child)
        assert run.exit_code in (3, 9)
        assert target.read_text() == "old"
        assert not list(tmp_path.glob(".*part"))

    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
    def test_streams_that_were_closed_are_no_bug(self, aws: Aws, awsml_process: Process, closed: str) -> None:
        command = f'"$0" -m awsml_cli translate --to es Hello {closed}'
        run = subprocess.run(
            ["sh", "-c", command, sys.executable],
            env=awsml_process.environment(), capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        expected = {"<&-": (0, b"Hello~es"), ">&-": (9, b""), "2>&-": (0, b"Hello~es")}[closed]
        assert (run.returncode, run.stdout) == expected
        assert b"bug" not in run.stderr


def feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    """Write DATA to the stdin of CHILD, for as long as it reads."""
    assert child.stdin is not None
    try:
        child.stdin.write(data)
        child.stdin.close()
    except OSError:
        pass
