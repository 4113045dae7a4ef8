"""Dubbing: subtitles in, speech out in which every cue stands at its time and the length of the original is kept."""

from __future__ import annotations

import io
import json
import re
import subprocess
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import fakeaws.polly
import pytest
import sounds
import webvtt
from fakeaws import Aws, AwsError, speech
from fakeaws.process import Process
from fakeaws.program import Program
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recordings import STAGING, recording, wav

FORMATS = {
    "mp3": 24_000, "ogg_vorbis": 24_000, "ogg_opus": 48_000, "pcm": 16_000, "wav": 16_000, "mulaw": 8_000, "alaw": 8_000,
}  # fmt: skip
LEAD = 0.16  # seconds between the beginning of a piece and its first sound: what encoders put in front
CUES = [
    (1.0, 3.0, "Good morning, everybody."),
    (3.5, 6.0, "Welcome to our little show about trains."),
    (9.25, 11.0, "Today we visit the old station."),
    (11.0, 13.5, "It was built in the hills."),
    (20.0, 22.2, "And there it stands."),
]


def srt(cues: list[tuple[float, float, str]]) -> str:
    return "\n".join(f"{number}\n{clock(a)} --> {clock(b)}\n{text}\n" for number, (a, b, text) in enumerate(cues, 1))


def vtt(cues: list[tuple[float, float, str]]) -> str:
    return "WEBVTT\n\n" + "\n".join(f"{clock(a)} --> {clock(b)}\n{text}\n".replace(",", ".", 2) for a, b, text in cues)


def clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"


def asked(aws: Aws) -> list[dict[str, Any]]:
    return [call.params for call in aws.calls_of("SynthesizeSpeech") if not call.error]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text))


@pytest.fixture
def dub(awsml: Program) -> Any:
    """`awsml polly --fit …` of subtitles on stdin."""
    return lambda text, *more, **options: awsml("polly", "--fit", *more, stdin=text, **options)


class TestTimes:
    @pytest.mark.parametrize("format", FORMATS)
    def test_each_cue_sounds_at_its_time_and_the_length_is_kept(self, aws: Aws, dub: Any, format: str) -> None:
        run = dub(srt(CUES), "--voice", "Joanna", "-f", format)
        heard = sounds.decoded(run.stdout, format, rate=FORMATS[format])
        assert (run.exit_code, run.stderr) == (0, "")
        assert heard.seconds == pytest.approx(22.2, abs=0.1)
        assert len(heard.spans) == len(CUES)
        for (begin, end), (start, until, _) in zip(heard.spans, CUES, strict=True):
            assert -0.03 <= begin - start <= LEAD
            assert end <= until

    @pytest.mark.parametrize("format", FORMATS)
    def test_a_file_says_its_length(self, aws: Aws, dub: Any, tmp_path: Path, format: str) -> None:
        path = tmp_path / "dub"
        assert dub(srt(CUES), "--voice", "Joanna", "-f", format, "-o", path).exit_code == 0
        data = path.read_bytes()
        assert sounds.read(data, format, rate=FORMATS[format]).seconds == pytest.approx(22.2, abs=0.1)
        if format not in sounds.RAW:
            assert sounds.stated(data) == pytest.approx(22.2, abs=0.1)

    @pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
    def test_at_every_rate_of_mp3_silence_is_silent(self, aws: Aws, dub: Any, rate: int) -> None:
        run = dub(srt(CUES), "--voice", "Joanna", "--sample-rate", str(rate))
        heard = sounds.decoded(run.stdout, "mp3")
        assert (heard.rate, heard.seconds) == (rate, pytest.approx(22.2, abs=0.1))
        assert abs(heard.samples[int(14 * rate) : int(19.9 * rate)]).max() == 0

    def test_each_cue_is_paid_for_once(self, aws: Aws, dub: Any) -> None:
        dub(srt(CUES), "--voice", "Joanna")
        assert sorted(words(" ".join(params["Text"] for params in asked(aws)))) == sorted(
            words(" ".join(text for *_, text in CUES))
        )

    def test_a_long_gap_does_not_drift(self, aws: Aws, dub: Any) -> None:
        cues = [(number * 7.013, number * 7.013 + 3, f"This is number {number}.") for number in range(60)]
        heard = sounds.decoded(dub(srt(cues), "--voice", "Joanna", "--sample-rate", "8000").stdout, "mp3")
        assert [begin for begin, _ in heard.spans] == pytest.approx([begin for begin, *_ in cues], abs=LEAD + 0.036)
        assert heard.seconds == pytest.approx(cues[-1][1], abs=0.1)

    @pytest.mark.parametrize("write", [srt, vtt])
    def test_as_text_and_as_a_file(self, aws: Aws, awsml: Program, tmp_path: Path, write: Any) -> None:
        path = tmp_path / "talk.sub"
        path.write_text(write(CUES), encoding="utf-8-sig", newline="\r\n")
        by_file = awsml("polly", "--fit", "--voice", "Joanna", "--file", path)
        by_text = awsml("polly", "--fit", "--voice", "Joanna", write(CUES))
        assert (by_file.exit_code, by_text.exit_code, by_file.stdout == by_text.stdout) == (0, 0, True)

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(
                st.floats(0, 3).map(lambda gap: round(gap, 3)),
                st.floats(0.2, 4).map(lambda long: round(long, 3)),
                st.lists(
                    st.sampled_from(["ab", "cde", "fghi", "jklmno", "pqrstuvw", "12", "AT&T", "x<y"]), max_size=12
                ).map(" ".join),
            ),
            min_size=1,
            max_size=10,
        )
    )
    def test_no_word_is_lost_nothing_overlaps_and_nothing_is_early(
        self, aws: Aws, dub: Any, shape: list[tuple[float, float, str]]
    ) -> None:
        cues, at = [], 0.0
        for gap, length, text in shape:
            cues.append((at + gap, at + gap + length, text))
            at += gap + length
        begun = len(aws.calls)
        run = dub(srt(cues), "--voice", "Joanna", "-f", "pcm", "--sample-rate", "8000")
        said = [cue for cue in cues if cue[2]]
        if not said:
            assert (run.exit_code, run.stderr) == (2, "error: there is nothing to speak\n")
            return
        heard = sounds.decoded(run.stdout, "pcm", rate=8_000)
        texts = [call.params["Text"] for call in aws.calls[begun:] if call.operation == "SynthesizeSpeech"]
        assert run.exit_code == 0
        sent = [unescape(re.sub("<[^>]*>", "", text)) if text.startswith("<speak>") else text for text in texts]
        assert sorted({text for *_, text in said}) == sorted(set(sent))
        first = heard.spans[0][0]
        assert first == pytest.approx(said[0][0], abs=0.01)
        late = "late" in run.stderr
        assert heard.seconds == pytest.approx(cues[-1][1], abs=0.1) or (late and heard.seconds > cues[-1][1])
        assert all(one[1] < two[0] for one, two in pairwise(heard.spans))


class TestPace:
    def test_a_cue_that_would_be_too_long_is_spoken_as_fast_as_it_must(self, aws: Aws, dub: Any) -> None:
        text = "This cue has to be spoken a little faster."  # 2.52 s at the fake's pace
        run = dub(
            srt([(0, 9, "Here is the pace of this voice, which is heard first."), (10, 12, text)]), "--voice", "Joanna"
        )
        assert (run.exit_code, run.stderr) == (0, "")
        assert [params["Text"] for params in asked(aws)] == [
            "Here is the pace of this voice, which is heard first.",
            f'<speak><prosody rate="133%">{text}</prosody></speak>',
        ]
        assert sounds.decoded(run.stdout, "mp3").seconds == pytest.approx(12, abs=0.1)

    def test_a_slow_voice_shows_its_pace_once(self, aws: Aws, dub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fakeaws.polly, "SECONDS_PER_CHARACTER", 0.09)
        cues = [
            (number * 5, number * 5 + 3.5, f"Number {number} takes its time to be said, you see.")
            for number in range(8)
        ]
        run = dub(srt(cues), "--voice", "Joanna")
        heard = sounds.decoded(run.stdout, "mp3")
        assert (run.exit_code, run.stderr) == (0, "")
        assert len(asked(aws)) == len(cues) + 1  # the first cue twice: until then nobody knew
        assert heard.seconds == pytest.approx(38.5, abs=0.1)

    def test_the_same_run_asks_for_the_same(self, aws: Aws, dub: Any) -> None:
        text = srt([(number * 3, number * 3 + 2, f"Number {number} takes its time, you see.") for number in range(12)])
        dub(text, "--voice", "Joanna", "--cache")
        paid = len(asked(aws))
        dub(text, "--voice", "Joanna", "--cache")
        assert len(asked(aws)) == paid == 12

    def test_what_is_too_long_even_so_is_reported_and_nothing_is_lost(self, aws: Aws, dub: Any) -> None:
        long = "This is far too long to be said in the time that there is for it."
        cues = [(0.0, 1.0, long), (1.2, 3.0, "This begins late."), (9.0, 10.0, "This does not.")]
        run = dub(srt(cues), "--voice", "Joanna", "-f", "pcm")
        heard = sounds.decoded(run.stdout, "pcm")
        ends = len(long) * 0.06 / 1.5
        assert run.exit_code == 0
        assert run.stderr == (
            f"warning: cue 1 at 0:00:00.0 ends {ends - 1:.1f} s late, at 150% of the usual rate\n"
            f"warning: cue 2 at 0:00:01.2 begins {ends - 1.2:.1f} s late\n"
            f"warning: cue 2 at 0:00:01.2 ends {ends + 17 * 0.06 - 3:.1f} s late, at 100% of the usual rate\n"
        )
        assert [begin for begin, _ in heard.spans] == pytest.approx([0, ends, 9], abs=0.02)
        assert heard.seconds == pytest.approx(10, abs=0.01)

    @pytest.mark.parametrize(("most", "rate"), [("1", None), ("1.2", "120%"), ("2", "200%")])
    def test_the_highest_rate_is_the_user_s(self, aws: Aws, dub: Any, most: str, rate: str | None) -> None:
        dub(srt([(0, 0.5, "This is far too long to be said in its time.")]), "--voice", "Joanna", "--max-rate", most)
        assert [re.findall(r"rate=\"(.*?)\"", params["Text"]) for params in asked(aws)] == [[rate] if rate else []]

    def test_a_manner_goes_with_it(self, aws: Aws, dub: Any) -> None:
        dub(srt([(0, 9, "Slow."), (9, 10, "This is a little too long.")]), "--voice", "Joanna", "--whisper")
        assert [params["Text"] for params in asked(aws)] == [
            '<speak><amazon:effect name="whispered">Slow.</amazon:effect></speak>',
            '<speak><amazon:effect name="whispered"><prosody rate="150%">This is a little too long.</prosody></amazon:effect></speak>',
        ]


class TestSpeakers:
    TALK: ClassVar = [
        (0, 3, "<v Ann>Good morning, Bob."),
        (3, 6, "<v Bob>Good morning, Ann."),
        (6, 9, "Both are gone."),
        (9, 12, "<v Ann>No! <v Bob>We are not."),
    ]

    def voices(self, aws: Aws) -> dict[str, str]:
        return {params["Text"]: params["VoiceId"] for params in asked(aws)}

    def test_each_has_the_voice_that_was_named(self, aws: Aws, dub: Any) -> None:
        run = dub(vtt(self.TALK), "--voice", "Ann=Joanna", "--voice", "bob=Matthew", "--voice", "Amy")
        assert (run.exit_code, run.stderr) == (0, "")
        assert self.voices(aws) == {
            "Good morning, Bob.": "Joanna",
            "Good morning, Ann.": "Matthew",
            "Both are gone.": "Amy",
            "No!": "Joanna",
            "We are not.": "Matthew",
        }
        assert {params["SampleRate"] for params in asked(aws)} == {"24000"}

    def test_in_srt_a_name_in_front_is_a_speaker_if_it_was_given_a_voice(self, aws: Aws, dub: Any) -> None:
        cues = [(0, 4, "Ann: Good morning.\nBob: Hello."), (4, 8, "Note: this is read.")]
        dub(srt(cues), "--voice", "Ann=Joanna", "--voice", "Bob=Matthew", "--voice", "Amy")
        assert self.voices(aws) == {"Good morning.": "Joanna", "Hello.": "Matthew", "Note: this is read.": "Amy"}

    def test_without_names_each_speaker_gets_a_voice_of_their_own(self, aws: Aws, dub: Any) -> None:
        dub(vtt(self.TALK), "--language", "en-US")
        voices = self.voices(aws)
        assert voices["Good morning, Bob."] == voices["No!"]
        assert len({voices["Good morning, Bob."], voices["Good morning, Ann."], voices["Both are gone."]}) == 3

    def test_voices_of_different_engines_are_joined_at_one_rate(self, aws: Aws, dub: Any) -> None:
        run = dub(vtt(self.TALK), "--voice", "Ann=Conchita", "--voice", "Bob=Ruth", "--voice", "Joanna")
        assert (run.exit_code, {params["SampleRate"] for params in asked(aws)}) == (0, {"22050"})
        assert {params["Engine"] for params in asked(aws)} == {"standard", "neural"}

    def test_a_speaker_who_never_speaks_is_reported(self, aws: Aws, dub: Any) -> None:
        run = dub(srt(CUES), "--voice", "spk_7=Joanna", "--voice", "Amy")
        assert (run.exit_code, run.stderr) == (0, "warning: nobody called spk_7 speaks in these subtitles\n")


class TestStreams:
    def test_the_first_cue_sounds_before_the_last_has_come(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start(
            "polly", "--fit", "--voice", "Joanna", "-f", "pcm", stdin=subprocess.PIPE, real_time=True
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write((srt(CUES[:1]) + "\n").encode())
        child.stdin.flush()
        first = child.stdout.read(round(1.5 * 32_000))
        assert [params["Text"] for params in asked(aws)] == [CUES[0][2]]
        with child.stdin:
            child.stdin.write(srt(CUES).partition("\n\n")[2].encode())
        heard = sounds.decoded(first + child.stdout.read(), "pcm")
        assert (child.wait(60), child.stderr.read() if child.stderr else None) == (0, b"")
        assert heard.seconds == pytest.approx(22.2, abs=0.01)
        assert [begin for begin, _ in heard.spans] == pytest.approx([begin for begin, *_ in CUES], abs=0.01)

    def test_throttled_it_is_slower_and_whole(self, aws: Aws, dub: Any) -> None:
        aws.respond("polly", "SynthesizeSpeech", AwsError("ThrottlingException", status=400, times=3))
        run = dub(srt(CUES), "--voice", "Joanna", "-f", "pcm")
        assert (run.exit_code, run.stderr, len(run.stdout)) == (0, "", pytest.approx(22.2 * 32_000, abs=4))


class TestWords:
    @pytest.mark.parametrize(
        ("text", "more", "said"),
        [
            ("Hello.", [], "there is nothing to speak: no subtitle in this text"),
            ("", [], "there is nothing to speak"),
            ("WEBVTT\n\n", [], "there is nothing to speak"),
            ("WEBVTT\n\n00:01.000 --> 00:02.000\n♪♪\n", [], "there is nothing to speak"),
            (srt(CUES), ["--ssml"], "--fit speaks subtitles, which are not SSML"),
            (srt(CUES), ["--rate", "fast"], "--fit chooses the rate and the pauses itself"),
            (srt(CUES), ["--max-rate", "3"], "--max-rate 3 is not between 1 and 2"),
            (srt(CUES), ["--voice", "Ann="], "`Ann=` names no voice"),
            (srt(CUES), ["--voice", "Amy", "--voice", "Joanna"], "two voices for everybody: Amy and Joanna"),
            (srt(CUES), ["--voice", "a=Amy", "--voice", "A=Joanna"], "two voices for A"),
            (srt(CUES), ["--voice", "Nobody"], "Polly has no voice `Nobody` here"),
        ],
    )
    def test_what_cannot_be_is_refused_before_it_is_paid(
        self, aws: Aws, dub: Any, text: str, more: list[str], said: str
    ) -> None:
        run = dub(text, *more)
        assert (run.exit_code, run.stdout, asked(aws)) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")

    def test_a_dry_run_says_the_price(self, aws: Aws, dub: Any) -> None:
        run = dub(srt(CUES), "--dry-run", "-f", "csv")
        count = sum(len(text) for *_, text in CUES)
        assert run.text.splitlines()[1].startswith(f"polly:SynthesizeSpeech,-,5,{count}")
        assert aws.calls == []

    def test_markup_is_not_read_out(self, aws: Aws, dub: Any) -> None:
        dub(vtt([(0, 5, "<i>Salt</i> &amp; <c.red>pepper</c>,\n- he said.")]), "--voice", "Joanna")
        assert [params["Text"] for params in asked(aws)] == ["Salt & pepper, he said."]

    def test_as_json(self, aws: Aws, dub: Any) -> None:
        told = json.loads(dub(srt(CUES), "--voice", "Joanna", "-f", "json").text)
        assert (told["voice_id"], told["duration"]) == ("Joanna", pytest.approx(22.2, abs=0.02))
        assert told["request_characters"] == sum(len(text) for *_, text in CUES)


class TestWholeChain:
    def test_a_talk_is_transcribed_translated_and_dubbed_in_its_own_time(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        aws.bucket(STAGING)
        said = "Good morning, everybody. Welcome to our little show. Today we visit the old station."
        aws.transcripts[wav()] = speech(said)
        heard = awsml("transcribe", recording(tmp_path), "--bucket", STAGING, "-f", "vtt")
        translated = awsml("translate", "--to", "es", stdin=heard.stdout)
        dubbed = awsml("polly", "--fit", "--voice", "Lucia", stdin=translated.stdout)
        minutes, seconds = re.findall(r"--> (?:\d+:)?(\d+):([\d.]+)", heard.text)[-1]
        sent = " ".join(params["Text"] for params in asked(aws))
        assert (heard.exit_code, translated.exit_code, dubbed.exit_code) == (0, 0, 0)
        assert (words(sent), dubbed.stderr) == (words(translation_of(translated.text)), "")
        assert sounds.decoded(dubbed.stdout, "mp3").seconds == pytest.approx(
            int(minutes) * 60 + float(seconds), abs=0.1
        )


def translation_of(text: str) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in webvtt.from_buffer(io.StringIO(text)))


class TestHere:
    """With the engine on this machine: real speech."""

    @pytest.fixture(autouse=True)
    def _engine(self) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")

    @pytest.mark.parametrize("format", ["mp3", "ogg_opus", "ogg_vorbis", "wav"])
    def test_speech_stands_within_its_cues(self, awsml: Program, format: str) -> None:
        run = awsml(
            "polly", "--local", "--fit", "--engine", "standard", "--language", "en", "-f", format, stdin=srt(CUES)
        )
        heard = sounds.decoded(run.stdout, format)
        assert (run.exit_code, run.stderr) == (0, "")
        assert heard.seconds == pytest.approx(22.2, abs=0.1)
        for begin, end in heard.spans:
            inside = [(start, until) for start, until, _ in CUES if start - 0.03 <= begin and end <= until + 0.16]
            assert inside, f"sound from {begin:.2f} to {end:.2f} stands in no cue"
