"""When each word is spoken: speech marks, subtitles and a page, on the timeline of the whole and in the text as it came."""

from __future__ import annotations

import datetime
import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import sounds
import srt
import webvtt
from fakeaws import Aws, AwsError
from fakeaws.program import Program

LONG = "".join(f"Grüße 👍 an alle {number} & jeden. Wie geht's?\n\nGut, danke! " for number in range(150))
TEXT = "Grüße 👍 an alle & jeden. Wie geht's?\n\nGut, danke! "
FRAME = 0.13


def marks(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def formats(aws: Aws) -> list[str]:
    return sorted(call.params["OutputFormat"] for call in aws.calls_of("SynthesizeSpeech"))


class TestMarks:
    def test_they_come_as_lines_of_json_with_places_in_the_text(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Vicki", "--marks", "word,sentence,viseme", TEXT)
        found = marks(run.text)
        assert (run.exit_code, run.stderr, formats(aws)) == (0, "", ["json"])
        assert [TEXT[one["start"] : one["end"]] for one in found if one["type"] == "word"] == (
            ["Grüße", "an", "alle", "jeden", "Wie", "geht's", "Gut", "danke"]
        )
        assert all(TEXT[one["start"] : one["end"]] == one["value"] for one in found if one["type"] != "viseme")
        assert {one["type"] for one in found} == {"word", "sentence", "viseme"}
        assert next(list(one) for one in found if one["type"] == "viseme") == ["time", "type", "value"]

    @pytest.mark.parametrize("words", [[], ["--rate", "90%"], ["--pause", "1s"]], ids=["plain", "slow", "pauses"])
    def test_over_many_pieces_they_follow_the_sound(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        text = TEXT * 250
        run = awsml("polly", "--voice", "Vicki", "--marks", "word", *words, stdin=text)
        found = marks(run.text)
        audio = awsml("polly", "--voice", "Vicki", *words, stdin=text).stdout
        assert run.exit_code == 0
        assert [text[one["start"] : one["end"]] for one in found] == re.findall(r"\w[\w'’-]*", text)
        times = [one["time"] for one in found]
        assert times == sorted(times)
        pieces = [call for call in aws.calls_of("SynthesizeSpeech") if call.params["OutputFormat"] == "json"]
        if not words or words[0] == "--rate":
            heard = sounds.decoded(audio, "mp3")
            begins = [begin for begin, _ in heard.spans]  # the fake makes a sound where a piece begins
            assert len(begins) == len(pieces) > 3
            nearest = [min(times, key=lambda time, begin=begin: abs(time / 1000 - begin)) for begin in begins]
            assert [time / 1000 for time in nearest] == pytest.approx(begins, abs=FRAME)

    def test_the_last_piece_s_sound_is_not_paid_for_where_only_marks_are_wanted(self, aws: Aws, awsml: Program) -> None:
        awsml("polly", "--voice", "Vicki", "--marks", "word", stdin=TEXT * 150)
        assert formats(aws).count("mp3") == formats(aws).count("json") - 1

    def test_marks_of_ssml_stand_in_the_ssml(self, aws: Aws, awsml: Program) -> None:
        ssml = '<speak>Mary &amp; <mark name="lamb"/>the <emphasis>lämb</emphasis>.</speak>'
        run = awsml("polly", "--voice", "Joanna", "--marks", "ssml,word", "--ssml", ssml)
        found = marks(run.text)
        assert [ssml[one["start"] : one["end"]] for one in found] == ["Mary", '<mark name="lamb"/>', "the", "lämb"]
        assert [one["value"] for one in found if one["type"] == "ssml"] == ["lamb"]

    def test_in_other_formats(self, aws: Aws, awsml: Program) -> None:
        words = ["polly", "--voice", "Joanna", "--marks", "word", "Hello you."]
        assert json.loads(awsml(*words, "-f", "json").text) == [
            {"time": 0, "type": "word", "start": 0, "end": 5, "value": "Hello"},
            {"time": 360, "type": "word", "start": 6, "end": 9, "value": "you"},
        ]
        assert awsml(*words, "-f", "jsonl").text.count("\n") == 2
        assert awsml(*words, "-f", "csv").text.splitlines()[1] == "0,word,0,5,Hello"
        table = awsml(*words, tty={"stdout"}, env={"NO_COLOR": "1"}).text
        assert table.splitlines()[0].split() == ["time", "type", "start", "end", "value"]

    def test_of_several_texts_they_name_their_input(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text("Hi.")
        run = awsml("polly", "--voice", "Joanna", "--marks", "word", "--file", "*.txt", "-f", "jsonl", cwd=tmp_path)
        assert [(one["input"], one["value"]) for one in marks(run.text)] == [("a.txt", "Hi"), ("b.txt", "Hi")]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--marks", "word", "-f", "mp3"], "mp3 cannot carry speech marks"),
            (["--marks", "word", "-o", "a.ogg"], "ogg_vorbis cannot carry speech marks"),
            (["--marks", "words"], "unknown speech mark `words`"),
            (["--marks", ","], "--marks names no kind"),
            (["--marks", "ssml"], "ssml marks are those of <mark> tags, and this text is not SSML"),
            (["--marks", "word", "--fit"], "--fit takes its times from the subtitles"),
            (["--srt", "a.srt", "--via", "task"], "--via task gives the audio alone"),
            (["--srt", "none/here/a.srt"], "no such folder: none/here"),
        ],
    )
    def test_what_cannot_be_is_refused_before_a_call(
        self, aws: Aws, awsml: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        run = awsml("polly", "--voice", "Joanna", *words, "Hi.", cwd=tmp_path)
        assert (run.exit_code, aws.calls, list(tmp_path.iterdir())) == (2, [], [])
        assert run.stderr.startswith(f"error: {said}")


class TestBeside:
    @pytest.fixture
    def written(self, aws: Aws, awsml: Program, tmp_path: Path) -> Path:
        """A folder with all that can be written beside a speech of several pieces, and the speech."""
        names = ["--srt", "a.srt", "--vtt", "a.vtt", "--html", "a.html", "--marks-file", "a.jsonl", "-o", "a.mp3"]
        run = awsml("polly", "--voice", "Vicki", *names, stdin=LONG, cwd=tmp_path)
        assert (run.exit_code, run.text, run.stderr) == (0, "", "")
        return tmp_path

    def test_each_piece_is_paid_for_once_as_sound_and_once_as_marks(self, aws: Aws, written: Path) -> None:
        asked = [(call.params["OutputFormat"], call.params["Text"]) for call in aws.calls_of("SynthesizeSpeech")]
        assert len(asked) == len(set(asked))
        assert formats(aws).count("mp3") == formats(aws).count("json") > 2

    def test_subtitles_are_read_by_others_and_end_with_the_sound(self, written: Path) -> None:
        cues = list(srt.parse((written / "a.srt").read_text(encoding="utf-8")))
        other = webvtt.from_buffer(io.StringIO((written / "a.vtt").read_text(encoding="utf-8")))
        seconds = sounds.decoded((written / "a.mp3").read_bytes(), "mp3").seconds
        assert len(cues) == len(other) == 3 * 150
        assert [cue.content for cue in cues[:3]] == ["Grüße 👍 an alle 0 & jeden.", "Wie geht's?", "Gut, danke!"]
        assert all(one.end <= two.start for one, two in itertools.pairwise(cues))
        assert cues[-1].end == pytest.approx(
            datetime.timedelta(seconds=seconds), abs=datetime.timedelta(milliseconds=30)
        )

    def test_marks_are_those_of_the_sound(self, written: Path) -> None:
        found = marks((written / "a.jsonl").read_text(encoding="utf-8"))
        begins = [begin for begin, _ in sounds.decoded((written / "a.mp3").read_bytes(), "mp3").spans]
        times = [one["time"] / 1000 for one in found if one["type"] == "word"]
        assert {one["type"] for one in found} == {"word", "sentence"}
        assert [min(times, key=lambda time: abs(time - begin)) for begin in begins] == pytest.approx(begins, abs=FRAME)

    def test_the_page_holds_everything(self, written: Path) -> None:
        page = (written / "a.html").read_text(encoding="utf-8")
        assert re.findall(r"(?:src|href)=\"(?!data:)", page) == []
        assert "default-src 'none'" in page
        assert page.count("<b data-at=") == 9 * 150

    @pytest.mark.parametrize("format", ["ogg_vorbis", "ogg_opus", "wav", "mulaw"])
    def test_the_timeline_is_right_in_every_format(self, aws: Aws, awsml: Program, tmp_path: Path, format: str) -> None:
        words = ["--marks-file", tmp_path / "a.jsonl", "-f", format]
        run = awsml("polly", "--voice", "Vicki", *words, stdin=TEXT * 150)
        heard = sounds.decoded(run.stdout, format, rate=8_000)
        times = [one["time"] / 1000 for one in marks((tmp_path / "a.jsonl").read_text(encoding="utf-8"))]
        begins = [begin for begin, _ in heard.spans]
        assert [min(times, key=lambda time: abs(time - begin)) for begin in begins] == pytest.approx(begins, abs=0.07)

    def test_marks_on_stdout_and_subtitles_in_a_file(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("polly", "--voice", "Joanna", "--marks", "word", "--srt", tmp_path / "a.srt", "Hello you.")
        assert [one["type"] for one in marks(run.text)] == ["word", "word"]
        assert "Hello you." in (tmp_path / "a.srt").read_text()

    def test_each_of_several_texts_has_its_own(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text(f"This is {name[0]}.")
        run = awsml("polly", "--voice", "Joanna", "--srt", "out/", "--file", "*.txt", "-o", "out/", cwd=tmp_path)
        assert (run.exit_code, sorted(path.name for path in (tmp_path / "out").iterdir())) == (
            0,
            ["a.srt", "a.txt", "b.srt", "b.txt"],
        )

    def test_marks_that_fail_leave_no_file(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        refused = AwsError("ServiceFailureException", "no", status=400)
        aws.respond_where("polly", "SynthesizeSpeech", lambda params: params["OutputFormat"] == "json", refused)
        run = awsml("polly", "--voice", "Joanna", "--srt", "a.srt", "-o", "a.mp3", "Hi.", cwd=tmp_path)
        assert (run.exit_code, list(tmp_path.iterdir())) == (4, [])

    def test_here_too(self, awsml: Program, tmp_path: Path) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")
        text = "Mary had a little lamb. Its fleece was white as snow."
        names = ["--srt", "a.srt", "--marks-file", "a.jsonl", "-o", "a.mp3"]
        run = awsml("polly", "--local", "--engine", "standard", *names, "--rate", "110%", text, cwd=tmp_path)
        found = marks((tmp_path / "a.jsonl").read_text())
        assert (run.exit_code, run.stderr) == (0, "")
        assert [text[one["start"] : one["end"]] for one in found if one["type"] == "word"] == re.findall(r"\w+", text)
        assert [cue.content for cue in srt.parse((tmp_path / "a.srt").read_text())] == text.replace(". ", ".\n").split(
            "\n"
        )

    def test_here_over_many_pieces(self, awsml: Program, tmp_path: Path) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")
        text = "Mary had a little lamb, whose fleece was white as snow. " * 80
        names = ["--marks-file", "a.jsonl", "-o", "a.wav"]
        run = awsml("polly", "--local", "--engine", "standard", "--language", "en", *names, stdin=text, cwd=tmp_path)
        found = marks((tmp_path / "a.jsonl").read_text())
        alone = awsml("polly", "--local", "--engine", "standard", "--language", "en", "--marks", "word", stdin=text)
        words = [one for one in found if one["type"] == "word"]
        assert (run.exit_code, alone.exit_code) == (0, 0)
        assert [text[one["start"] : one["end"]] for one in words] == re.findall(r"\w+", text)
        times = [one["time"] / 1000 for one in words]
        assert times == sorted(times)
        assert 0 <= sounds.read((tmp_path / "a.wav").read_bytes()).seconds - times[-1] < 2
        # alone, their times are those of the MP3, which has a little more silence at each joint
        assert [one["time"] / 1000 for one in marks(alone.text)] == pytest.approx(times, abs=0.3)
