"""`awsml lex listen`, `speak` and `session`: turns in speech, and where a conversation stands."""

from __future__ import annotations

import io
import json
import wave
from importlib import util
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, Reset
from fakeaws.lex_talk import opened, packed
from fakeaws.program import Program
from house import ROOT

SAMPLE = ROOT / "samples/talk.mp3"
needs_av = pytest.mark.skipif(util.find_spec("av") is None, reason="pip install 'awsml-cli[media]'")


@pytest.fixture(autouse=True)
def shop(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that takes orders, and a folder with recordings."""
    monkeypatch.chdir(tmp_path)
    aws.lex.bot(ROOT / "tests/examples/flowers")
    Path("order.wav").write_bytes(recording())
    aws.lex_talk.heard[SAMPLES] = "order roses"


SAMPLES = b"\x01\x00" * 1600


def recording(samples: bytes = SAMPLES, *, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return out.getvalue()


class TestListen:
    def test_what_it_heard_and_what_it_answers(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "listen", "Flowers", "order.wav")
        assert (run.exit_code, run.text, run.stderr) == (0, "order roses\tFor which day?\tOrder\t0.9\tDay\n", "")
        (asked,) = aws.calls_of("RecognizeUtterance")
        assert asked.params["requestContentType"] == "audio/l16; rate=16000; channels=1"
        assert asked.params["responseContentType"] == "text/plain; charset=utf-8"

    def test_the_record(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "listen", "Flowers", "order.wav", "--session", "ann", "-f", "json").text)
        assert {name: told[name] for name in ("said", "text", "intent", "slots", "slot_to_elicit", "session_id")} == {
            "said": "order roses",
            "text": "For which day?",
            "intent": "Order",
            "slots": {"Kind": "roses"},
            "slot_to_elicit": "Day",
            "session_id": "ann",
        }

    def test_raw_has_its_headers_unpacked(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "listen", "Flowers", "order.wav", "-f", "raw").text)
        assert (told["inputTranscript"], told["sessionState"]["intent"]["name"]) == ("order roses", "Order")

    @pytest.mark.parametrize("rate", [8_000, 16_000])
    def test_only_the_header_of_such_samples_is_taken_off(self, aws: Aws, awsml: Program, rate: int) -> None:
        Path("order.wav").write_bytes(recording(rate=rate))
        assert awsml("lex", "listen", "Flowers", "order.wav", "-f", "json").exit_code == 0
        (asked,) = aws.calls_of("RecognizeUtterance")
        assert asked.params["requestContentType"] == f"audio/l16; rate={rate}; channels=1"

    @needs_av
    @pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1)])
    def test_other_recordings_are_decoded(self, aws: Aws, awsml: Program, rate: int, channels: int) -> None:
        Path("order.wav").write_bytes(recording(b"\x01\x00" * rate * channels, rate=rate, channels=channels))
        run = awsml("lex", "listen", "Flowers", "order.wav")
        (asked,) = aws.calls_of("RecognizeUtterance")
        sent = asked.params["inputStream"]
        size = len(sent if isinstance(sent, bytes) else sent.read())
        assert (run.exit_code, abs(size - 32_000) < 400) == (0, True)

    @needs_av
    def test_an_mp3(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "listen", "Flowers", SAMPLE)
        assert (run.exit_code, run.stderr) == (0, "")
        (asked,) = aws.calls_of("RecognizeUtterance")
        assert asked.params["requestContentType"] == "audio/l16; rate=16000; channels=1"

    def test_a_long_recording_is_warned_of(self, awsml: Program) -> None:
        Path("order.wav").write_bytes(recording(b"\0\0" * 16_000 * 60))
        run = awsml("lex", "listen", "Flowers", "order.wav")
        assert "warning: the recording plays 60 s, and Lex hears 55 s of an utterance" in run.stderr

    def test_bytes_without_a_header(self, aws: Aws, awsml: Program) -> None:
        words = ["lex", "listen", "Flowers", "-"]
        assert awsml(*words, stdin=SAMPLES + b"\xff").exit_code == 2
        kind = "audio/x-cbr-opus-with-preamble; preamble-size=0; bit-rate=256000; frame-size-milliseconds=4"
        run = awsml(*words, "--content-type", kind, stdin=SAMPLES)
        assert (run.exit_code, run.text.split("\t")[0]) == (0, "order roses")
        assert aws.calls_of("RecognizeUtterance")[-1].params["requestContentType"] == kind

    def test_several_are_one_conversation(self, aws: Aws, awsml: Program) -> None:
        aws.lex_talk.heard[b"\2\0" * 1600] = "tomorrow"
        Path("day.wav").write_bytes(recording(b"\2\0" * 1600))
        run = awsml("lex", "listen", "Flowers", "order.wav", "day.wav")
        assert [line.split("\t")[:3] for line in run.text.splitlines()] == [
            ["order.wav", "order roses", "For which day?"],
            ["day.wav", "tomorrow", "roses on tomorrow. Shall I order them?"],
        ]

    def test_one_of_many_that_is_no_recording(self, awsml: Program) -> None:
        Path("text.wav").write_text("no sound at all, but words")
        run = awsml("lex", "listen", "Flowers", "text.wav", "order.wav")
        assert (run.exit_code, run.text.startswith("order.wav\torder roses")) == (5, True)
        assert "text.wav is not audio: it looks like text" in run.stderr

    @pytest.mark.parametrize(
        ("name", "data", "error"),
        [
            ("a.wav", b"", "a.wav is empty"),
            ("a.wav", b"%PDF-1.7", "it looks like a PDF"),
            ("a.wav", None, "no such file"),
            ("a.wav", recording(b""), "there is no sound in the recording"),
        ],
    )
    def test_what_cannot_be_heard(self, aws: Aws, awsml: Program, name: str, data: bytes | None, error: str) -> None:
        if data is not None:
            Path(name).write_bytes(data)
        run = awsml("lex", "listen", "Flowers", name)
        assert (run.exit_code, error in run.stderr, aws.calls_of("RecognizeUtterance")) == (2, True, []), run.stderr

    def test_a_type_that_lex_does_not_hear(self, awsml: Program) -> None:
        run = awsml("lex", "listen", "Flowers", "order.wav", "--content-type", "audio/aac")
        assert (run.exit_code, "Lex hears nothing of type `audio/aac`" in run.stderr) == (2, True)

    def test_dry_run_tells_the_price_of_speech(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "listen", "Flowers", "order.wav", "--dry-run", "--query", "[].price", "-f", "json")
        assert (json.loads(run.text), aws.calls) == ([0.004], [])

    @pytest.mark.parametrize(
        "header",
        ["no base64!", "bm90IGd6aXA=", packed([1])[:24], packed("x" * (11 << 20))],
        ids=["text", "gzip", "cut", "bomb"],
    )
    def test_a_header_that_cannot_be_read(self, aws: Aws, awsml: Program, header: str) -> None:
        aws.respond("lexv2-runtime", "RecognizeUtterance", {"sessionState": header, "audioStream": b""})
        run = awsml("lex", "listen", "Flowers", "order.wav")
        assert (run.exit_code, "the answer of lexv2-runtime cannot be used" in run.stderr) == (4, True)

    @pytest.mark.parametrize("fault", [Reset(), AwsError("ThrottlingException", status=429, times=4)])
    def test_a_broken_line(self, aws: Aws, awsml: Program, fault: Reset) -> None:
        aws.respond("lexv2-runtime", "RecognizeUtterance", fault)
        assert awsml("lex", "listen", "Flowers", "order.wav").exit_code == 0


class TestSpeak:
    @pytest.mark.parametrize(
        ("name", "head", "type"),
        [
            ("a.mp3", b"\xff\xf3\x84\xc4For", "audio/mpeg"),
            ("a.ogg", b"OggSFor", "audio/ogg"),
            ("a.pcm", b"\0\1For", "audio/pcm"),
            ("a.wav", b"RIFF", "audio/pcm"),
        ],
    )
    def test_into_a_file_of_its_kind(self, aws: Aws, awsml: Program, name: str, head: bytes, type: str) -> None:
        run = awsml("lex", "speak", "Flowers", "order roses", "-o", name)
        assert (run.exit_code, run.text, Path(name).read_bytes().startswith(head)) == (0, "", True)
        (asked,) = aws.calls_of("RecognizeUtterance")
        assert (asked.params["responseContentType"], asked.params["requestContentType"]) == (
            type, "text/plain; charset=utf-8",
        )  # fmt: skip

    def test_a_wav_file_says_how_long_it_is(self, awsml: Program) -> None:
        awsml("lex", "speak", "Flowers", "order roses", "-o", "a.wav")
        with wave.open("a.wav") as file:
            assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (16_000, 1, 8)

    def test_through_a_pipe_and_not_onto_a_terminal(self, awsml: Program) -> None:
        assert awsml("lex", "speak", "Flowers", stdin="order roses\n").stdout == b"\xff\xf3\x84\xc4For which day?"
        run = awsml("lex", "speak", "Flowers", "order roses", tty={"stdout"})
        assert (run.exit_code, "binary" in run.stderr) == (2, True)

    def test_as_data_it_is_the_turn(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "speak", "Flowers", "order roses", "-f", "json").text)
        assert (told["text"], told["slot_to_elicit"]) == ("For which day?", "Day")

    def test_a_bot_that_says_nothing_leaves_no_file(self, aws: Aws, awsml: Program) -> None:
        state = packed({"dialogAction": {"type": "Close"}})
        aws.respond("lexv2-runtime", "RecognizeUtterance", {"sessionState": state, "audioStream": b""})
        run = awsml("lex", "speak", "Flowers", "x", "-o", "a.mp3")
        assert (run.exit_code, Path("a.mp3").exists()) == (4, False)

    def test_attributes_are_packed(self, aws: Aws, awsml: Program) -> None:
        awsml("lex", "speak", "Flowers", "x", "--attribute", "a=1", "--request-attribute", "b=2", "-o", "a.mp3")
        (asked,) = aws.calls_of("RecognizeUtterance")
        assert opened(asked.params["sessionState"]) == {"sessionAttributes": {"a": "1"}}
        assert opened(asked.params["requestAttributes"]) == {"b": "2"}


class TestSession:
    def test_put_get_and_rm(self, aws: Aws, awsml: Program) -> None:
        put = awsml(
            *("lex", "session", "put", "Flowers", "ann", "--intent", "Order"),
            *("--slot", "Kind=roses", "--elicit", "Day", "--attribute", "a=1", "-f", "json"),
        )
        told = json.loads(put.text)
        assert (told["slots"], told["slot_to_elicit"], told["session_attributes"]) == (
            {"Kind": "roses"},
            "Day",
            {"a": "1"},
        )
        assert (
            awsml("lex", "say", "Flowers", "tomorrow", "--session", "ann").text
            == "roses on tomorrow. Shall I order them?\n"
        )
        got = awsml("lex", "session", "get", "Flowers", "ann")
        assert got.text.startswith("ann\tOrder\tInProgress\tConfirmIntent")
        assert awsml("lex", "session", "rm", "Flowers", "ann", "-y").exit_code == 0
        gone = awsml("lex", "session", "get", "Flowers", "ann")
        assert (gone.exit_code, "Flowers has no session `ann`" in gone.stderr) == (2, True)

    def test_a_state_in_aws_own_words(self, aws: Aws, awsml: Program) -> None:
        state = {"dialogAction": {"type": "ElicitIntent"}, "sessionAttributes": {"a": "1"}}
        Path("state.json").write_text(json.dumps(state))
        assert awsml("lex", "session", "put", "Flowers", "ann", "--state", "state.json").exit_code == 0
        assert aws.calls_of("PutSession")[0].params["sessionState"] == state

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["put", "Flowers", "ann", "--slot", "Kind=roses"], "slots belong to an intent"),
            (["put", "Flowers", "ann", "--action", "Dance"], "there is no action `Dance`"),
            (["put", "Flowers", "ann", "--intent", "Order", "--action", "ElicitSlot"], "belong together"),
            (["put", "Flowers", "ann", "--state", "bad.json"], "dialogAction.type: `Dance` is none of its values"),
            (["put", "Flowers", "ann", "--state", "bad.json", "--intent", "x"], "bad.json is no state of a session"),
            (["put", "Flowers", "ann", "--state", "none.json"], "cannot read none.json"),
            (["get", "Flowers", "a b"], "is no id of a session"),
            (["rm", "Flowers", "ann"], "nobody confirmed"),
        ],
    )
    def test_what_cannot_be_sends_nothing(self, aws: Aws, awsml: Program, words: list[str], error: str) -> None:
        Path("bad.json").write_text('{"dialogAction": {"type": "Dance"}}')
        run = awsml("lex", "session", *words)
        assert (run.exit_code, error in run.stderr, aws.calls) == (2, True, []), run.stderr
