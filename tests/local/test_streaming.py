"""Speech heard while it comes: `transcribe --stream --local`, and the same over `local serve`."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakeaws.program import Program
from jiwer import wer

from awsml_cli.formats.eventstream import decode, encode
from awsml_cli.local import loopback, streaming
from awsml_cli.local.engines.hear import live

FIRST = (
    "and mr john dashwood had then leisure to consider how much there might be prudently in his power to do for them"
)
PCM = {"media-encoding": "pcm", "sample-rate": "16000", "language-code": "en-US"}
pytestmark = pytest.mark.skipif(not live.DECLARATION.installed(), reason=live.DECLARATION.install)


def plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalpha() or sign.isspace())


@pytest.mark.usefixtures("clock")
class TestCommand:
    def test_what_is_said_is_heard(self, awsml: Program, first_sentence: Path) -> None:
        run = awsml("transcribe", "--stream", "--local", "--language", "en-US", first_sentence)
        assert (run.exit_code, wer(FIRST, plain(run.text)) <= 0.05) == (0, True), run.text + run.stderr

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--language", "es-US"), "no engine on this machine hears es-US while somebody speaks"),
            (
                ("--language", "en-US", "--speakers"),
                "no engine on this machine can tell speakers apart while it listens",
            ),
        ],
    )
    def test_what_no_engine_can_do_ends_with_3(
        self, awsml: Program, first_sentence: Path, words: tuple[str, ...], said: str
    ) -> None:
        run = awsml("transcribe", "--stream", "--local", *words, first_sentence)
        assert (run.exit_code, run.stdout, run.stderr.splitlines()[0]) == (3, b"", f"error: {said}")


class TestFrames:
    def asked(self, home: Path, message: bytes, **params: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The headers and the content of the one frame that answers MESSAGE in a stream with PARAMS."""
        stream = streaming.Stream({**PCM, **params}, home)
        (frame,) = [decode(one) for one in stream.take(message)]
        stream.close()
        return dict(frame.headers), json.loads(frame.payload)

    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"media-encoding": "flac"}, "streams of flac are not heard on this machine, but pcm is"),
            ({"sample-rate": "4000"}, "a stream has 8,000 to 48,000 samples a second"),
            ({"vocabulary-name": "mine"}, "no engine on this machine can use a vocabulary while it listens"),
        ],
    )
    def test_a_stream_that_is_not_heard_is_refused_as_aws_refuses(
        self, home: Path, params: dict[str, str], said: str
    ) -> None:
        headers, content = self.asked(home, encode({}, b"\0\0"), **params)
        assert (headers[":exception-type"], content) == ("BadRequestException", {"Message": said})

    def test_a_damaged_frame_is_refused(self, home: Path) -> None:
        headers, content = self.asked(home, b"no frame at all")
        assert (headers[":message-type"], content["Message"][:27]) == ("exception", "a frame cannot be read: the")

    def test_a_sample_that_is_cut_in_two_is_put_together(self, home: Path, first_sentence: Path) -> None:
        with wave.open(str(first_sentence)) as file:
            sound = file.readframes(16_000 * 3)
        stream = streaming.Stream(PCM, home)
        for at in range(0, len(sound), 3_001):
            list(stream.take(encode({}, sound[at : at + 3_001])))
        (last,) = [json.loads(decode(one).payload) for one in stream.take(encode({}, b""))]
        stream.close()
        assert "dashwood" in last["Transcript"]["Results"][0]["Alternatives"][0]["Transcript"].lower()

    def test_results_grow_until_they_are_final_and_words_have_times(self, home: Path, first_sentence: Path) -> None:
        with wave.open(str(first_sentence)) as file:
            sound = file.readframes(file.getnframes())
        stream = streaming.Stream(PCM, home)
        messages = [encode({}, sound[at : at + 32_000]) for at in range(0, len(sound), 32_000)]
        frames = [frame for message in (*messages, encode({}, b"")) for frame in stream.take(message)]
        stream.close()
        results = [json.loads(decode(one).payload)["Transcript"]["Results"][0] for one in frames]
        assert ({one["IsPartial"] for one in results[:-1]}, results[-1]["IsPartial"]) == ({True}, False)
        assert len({one["ResultId"] for one in results}) == 1
        words = [item for item in results[-1]["Alternatives"][0]["Items"] if item["Type"] == "pronunciation"]
        times = [time for word in words for time in (word["StartTime"], word["EndTime"])]
        assert (times == sorted(times), times[0] > 0, times[-1] < 7.6) == (True, True, True)
        assert {word["Content"] for word in words} >= {"Dashwood", "leisure", "power"}

    def test_another_rate_is_heard_as_well(self, home: Path, first_sentence: Path) -> None:
        with wave.open(str(first_sentence)) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        at = np.arange(0, len(sound), 16 / 44.1)
        fast = np.interp(at, np.arange(len(sound)), sound).astype("<i2")
        stream = streaming.Stream({**PCM, "sample-rate": "44100"}, home)
        frames = list(stream.take(encode({}, fast.tobytes()))) + list(stream.take(encode({}, b"")))
        stream.close()
        results = [json.loads(decode(one).payload)["Transcript"]["Results"][0] for one in frames]
        final = next(one for one in results if not one["IsPartial"])
        assert wer(FIRST, plain(final["Alternatives"][0]["Transcript"])) <= 0.1
        assert 6.5 < final["EndTime"] < 7.7


def test_the_door_is_for_transcribe_alone(home: Path) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    url = loopback.address(home, note=lambda _: None)
    with connect(f"{url}/elsewhere") as line, pytest.raises(ConnectionClosed):
        line.recv(timeout=5)


def test_the_door_says_who_hears(home: Path) -> None:
    from websockets.sync.client import connect

    with connect(f"{loopback.address(home, note=lambda _: None)}{streaming.PATH}") as line:
        assert line.response is not None
        assert line.response.headers["x-awsml-quality"] == "good"
