"""`awsml transcribe --stream`: words while they are said, in a pipe, at a terminal and as events."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, FakeClock
from fakeaws.process import PATIENCE, Process
from fakeaws.program import Program, Result
from fakeaws.streaming import Deny, Drop, Streaming, sound, stereo, wav
from recordings import STAGING

from awsml_cli.services.transcribe_streaming import is_live
from awsml_cli.services.transcribe_streaming.waking import stdin

EN = ["--language", "en-US"]
HEARD = "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10\nw11 w12\n"


@pytest.fixture
def serve(clock: FakeClock) -> Iterator[Callable[..., Streaming]]:
    """Start the service with scripts; at the end, everything that was sent must have been right."""
    started: list[Streaming] = []

    def start(*scripts: Any) -> Streaming:
        started.append(Streaming(clock, *scripts).__enter__())
        return started[-1]

    yield start
    for service in started:
        service.__exit__()
        service.verify()


@pytest.fixture
def listen(awsml: Program, tmp_path: Path, aws: Aws) -> Callable[..., Result]:
    """`awsml transcribe --stream talk.wav --language en-US …` against a service."""
    path = tmp_path / "talk.wav"
    path.write_bytes(wav(sound(range(1, 13))))

    def run(service: Streaming, *words: Any, media: Any = path, **options: Any) -> Result:
        return awsml("transcribe", "--stream", media, *EN, *words, "--endpoint-url", service.endpoint, **options)

    return run


def test_in_a_pipe_each_line_is_final(serve: Any, listen: Callable[..., Result]) -> None:
    run = listen(serve())
    assert (run.exit_code, run.text, run.stderr) == (0, HEARD, "")


def test_at_a_terminal_what_is_partly_heard_is_painted_over(serve: Any, listen: Callable[..., Result]) -> None:
    run = listen(serve(), tty={"stdout", "stderr"})
    assert (run.exit_code, run.text) == (0, HEARD)
    assert "w1 w2" in run.stderr
    assert run.stderr.endswith("\r\x1b[K")


def test_stdin_is_raw_audio_of_the_rate_that_is_said(serve: Any, listen: Callable[..., Result]) -> None:
    service = serve()
    run = listen(service, "--rate", "8000", media="-", stdin=sound(range(1, 13)))
    assert (run.exit_code, run.text) == (0, HEARD)
    assert (service.streams[0].params["sample-rate"], service.streams[0].params["media-encoding"]) == ("8000", "pcm")


def test_jsonl_is_every_result_a_line(serve: Any, listen: Callable[..., Result]) -> None:
    results = [json.loads(line) for line in listen(serve(), "-f", "jsonl").text.splitlines()]
    finals = [result["transcript"] for result in results if not result["is_partial"]]
    assert (finals, len(results) > len(finals)) == (HEARD.splitlines(), True)


def test_raw_is_aws_s_events(serve: Any, listen: Callable[..., Result]) -> None:
    events = [json.loads(line) for line in listen(serve(), "-f", "raw").text.splitlines()]
    assert [
        event["Transcript"]["Results"][0]["Alternatives"][0]["Transcript"] for event in events
    ] == HEARD.splitlines()


def test_subtitles_come_at_the_end(serve: Any, listen: Callable[..., Result], tmp_path: Path) -> None:
    run = listen(serve(), "-o", tmp_path / "talk.srt")
    assert (run.exit_code, (tmp_path / "talk.srt").read_text().startswith("1\n00:00:00,000 --> ")) == (0, True)


def test_two_channels_are_named(serve: Any, listen: Callable[..., Result], tmp_path: Path) -> None:
    both = tmp_path / "both.wav"
    both.write_bytes(wav(stereo(sound(range(1, 11)), sound(range(21, 31))), channels=2))
    run = listen(serve(), "--channels", media=both)
    left, right = HEARD.splitlines()[0], " ".join(f"w{number}" for number in range(21, 31))
    assert (run.exit_code, sorted(run.text.splitlines())) == (0, [f"ch_0: {left}", f"ch_1: {right}"])


def test_the_options_are_asked_for(serve: Any, listen: Callable[..., Result]) -> None:
    service = serve()
    listen(service, "--speakers=2", "--vocabulary", "names", "--vocabulary-filter", "rude", "--redact=NAME")
    asked = {
        "show-speaker-label": "true",
        "vocabulary-name": "names",
        "vocabulary-filter-name": "rude",
        "vocabulary-filter-method": "mask",
        "content-redaction-type": "PII",
        "pii-entity-types": "NAME",
    }
    assert asked.items() <= service.streams[0].params.items()


def test_a_reader_that_leaves_ends_it_quietly(serve: Any, listen: Callable[..., Result]) -> None:
    run = listen(serve(), head=1)
    assert (run.exit_code, run.text, run.stderr) == (0, HEARD.splitlines(keepends=True)[0], "")


def test_a_line_that_drops_is_opened_again(serve: Any, listen: Callable[..., Result]) -> None:
    service = serve([Drop(3)])
    run = listen(service)
    assert (run.exit_code, run.text.split(), len(service.streams)) == (0, HEARD.split(), 2)


def test_a_refusal_is_aws_s(serve: Any, listen: Callable[..., Result]) -> None:
    run = listen(serve([Deny(403, "AccessDeniedException", "No.")]))
    assert (run.exit_code, run.stdout) == (4, b"")
    assert "transcribe:StartStreamTranscriptionWebSocket" in run.stderr


def test_a_dry_run_sends_nothing(serve: Any, listen: Callable[..., Result]) -> None:
    service = serve()
    run = listen(service, "--dry-run")
    assert (run.exit_code, run.text.split("\t")[0], service.streams) == (
        0, "transcribe:StartStreamTranscriptionWebSocket", []
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--hint", "Rao"], "--stream does not go with --hint or --vocab"),
        (["--alternatives", "2"], "--stream does not go with --alternatives"),
        (["--language", "auto"], "a stream needs its language, or 2 to 5 that it may be"),
        (["--rate", "7000"], "a stream is heard at 8,000 to 48,000 Hz, not at 7,000"),
        (["--encoding", "mp3"], "a stream is not heard in `mp3`"),
        (["other.wav"], "2 inputs: one can be listened to at a time"),
    ],
)
def test_what_cannot_be_streamed_costs_nothing(
    serve: Any, listen: Callable[..., Result], tmp_path: Path, words: list[str], error: str
) -> None:
    (tmp_path / "other.wav").write_bytes(wav(sound([1])))
    service = serve()
    run = listen(service, *words, cwd=tmp_path)
    assert (run.exit_code, run.stdout, service.streams, run.stderr.splitlines()[0]) == (2, b"", [], f"error: {error}")


def test_the_rate_is_a_stream_s_alone(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(wav(sound([1])))
    run = awsml("transcribe", tmp_path / "talk.wav", "--rate", "8000", "--bucket", STAGING)
    assert (run.exit_code, run.stderr) == (
        2,
        "error: --rate and --encoding say what a live stream is\nhint: --stream\n",
    )


class TestAPipeThatIsBeingRecorded:
    """Chosen by itself where a WAV has no end and comes no faster than it plays."""

    @staticmethod
    def header(samples: bytes, *, length: int = 0xFFFF_FFFF) -> bytes:
        """What a recorder writes into a pipe before its SAMPLES."""
        whole = bytearray(wav(samples))
        whole[4:8] = length.to_bytes(4, "little")
        at = whole.index(b"data") + 4
        whole[at : at + 4] = length.to_bytes(4, "little")
        return bytes(whole)

    @pytest.mark.parametrize(
        ("length", "words", "closed", "live"),
        [
            (0xFFFF_FFFF, 4, False, True),
            (0x8000_0024, 4, False, True),
            (0, 4, False, True),
            (0xFFFF_FFFF, 30, False, False),  # three seconds at once: it is read from somewhere
            (0xFFFF_FFFF, 4, True, False),
            (1000, 4, False, False),
        ],
    )
    def test_what_is_live(
        self, monkeypatch: pytest.MonkeyPatch, clock: FakeClock, length: int, words: int, closed: bool, live: bool
    ) -> None:
        reading, writing = os.pipe()
        os.write(writing, self.header(sound(range(1, words + 1)), length=length))
        if closed:
            os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))
            found = is_live()
            heard = next(iter(stdin())) if live else b""
            if not closed:
                os.close(writing)
        assert (found, heard[:4]) == (live, b"RIFF" if live else b"")

    def test_it_is_heard_before_its_end(self, serve: Any, awsml_process: Process) -> None:
        service = serve()
        whole = self.header(sound(range(1, 13)))
        child = awsml_process.start(
            "transcribe",
            "-",
            *EN,
            "--endpoint-url",
            service.endpoint,
            stdin=subprocess.PIPE,
            env={"AWSML_BUCKET": None},
        )
        assert child.stdin is not None
        assert child.stdout is not None
        head = len(whole) - 8 * 1600
        child.stdin.write(whole[:head])
        child.stdin.flush()
        service.caught_up([1])  # something has been heard, and the pipe is still open
        child.stdin.write(whole[head:])
        out, err = child.communicate(timeout=PATIENCE)
        assert (child.returncode, out.decode()) == (0, HEARD), err

    def test_what_a_stream_does_not_take_is_transcribed_when_it_ends(self, awsml_process: Process, aws: Aws) -> None:
        aws.bucket(STAGING)
        whole = self.header(sound(range(1, 5)))
        child = awsml_process.start("transcribe", "-", "--bucket", STAGING, stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(whole)
        child.stdin.flush()
        said = child.stderr.readline().decode()
        child.communicate(timeout=PATIENCE)
        assert "recorded right now, and transcribed when it ends: a stream needs its language" in said
