"""`awsml polly`: text of any length in, one gapless stream of sound out."""

from __future__ import annotations

import base64
import contextlib
import json
import signal
import subprocess
from pathlib import Path

import pytest
import sounds
import yaml
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Raw, Reset, spoken_seconds
from fakeaws.process import Process
from fakeaws.program import KILLED, Program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GREETING = "Good morning. How are you?"
SENTENCE = "The quick brown fox jumps over the lazy dog. "
FORMATS = {
    "mp3": 24_000, "ogg_vorbis": 24_000, "ogg_opus": 48_000, "pcm": 16_000, "wav": 16_000, "mulaw": 8_000, "alaw": 8_000,
}  # fmt: skip
FRAME = 0.13  # seconds: what codecs put around a piece, per piece
LIMIT = 3_000


def spoken(aws: Aws) -> list[str]:
    """The texts that were asked for, and answered."""
    return [call.params["Text"] for call in aws.calls_of("SynthesizeSpeech") if not call.error]


def of_length(count: int) -> str:
    """A text of so many characters, about, in sentences."""
    return SENTENCE * (count // len(SENTENCE) + 1)


class TestLength:
    def test_a_word_is_one_request(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", GREETING)
        assert (run.exit_code, run.stderr) == (0, "")
        assert [call.params for call in aws.calls_of("SynthesizeSpeech")] == [
            {
                "Engine": "neural",
                "OutputFormat": "mp3",
                "SampleRate": "24000",
                "Text": GREETING,
                "TextType": "text",
                "VoiceId": "Joanna",
            }
        ]
        assert sounds.decoded(run.stdout, "mp3").seconds == pytest.approx(spoken_seconds(GREETING), abs=FRAME)

    def test_a_text_of_any_length_is_cut_at_sentences_and_loses_no_word(self, aws: Aws, awsml: Program) -> None:
        text = of_length(30_000)
        run = awsml("polly", "--voice", "Joanna", stdin=text)
        pieces = spoken(aws)
        assert (run.exit_code, run.stderr) == (0, "")
        assert max(map(len, pieces)) <= LIMIT
        assert {piece[-1] for piece in pieces} == {"."}
        assert sorted(" ".join(pieces).split()) == sorted(text.split())
        expected = sum(spoken_seconds(piece) for piece in pieces)
        assert sounds.decoded(run.stdout, "mp3").seconds == pytest.approx(expected, abs=FRAME * len(pieces))

    def test_the_first_piece_is_short_so_that_it_sounds_early(self, aws: Aws, awsml: Program) -> None:
        awsml("polly", "--voice", "Joanna", stdin=of_length(9_000))
        assert min(map(len, spoken(aws))) <= 300

    def test_ssml_of_any_length_stays_ssml(self, aws: Aws, awsml: Program) -> None:
        inner = "".join(f"<p>Number {number} &amp; so on. <mark name='m{number}'/></p>" for number in range(400))
        run = awsml(
            "polly", "--voice", "Joanna", "--ssml", stdin=f'<speak><prosody rate="slow">{inner}</prosody></speak>'
        )
        assert (run.exit_code, run.stderr, aws.rejected) == (0, "", [])
        pieces = spoken(aws)
        assert len(pieces) > 2
        assert max(map(len, pieces)) <= 6_000
        assert all(piece.startswith('<speak><prosody rate="slow">') for piece in pieces)
        assert sum(piece.count("<mark") for piece in pieces) == 400

    def test_what_cannot_be_cut_is_named_with_its_line(self, aws: Aws, awsml: Program) -> None:
        ssml = f'<speak>\n<p>Hi.</p>\n<sub alias="a">{"b " * 2_000}</sub></speak>'
        run = awsml("polly", "--voice", "Joanna", "--ssml", stdin=ssml)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith("error: <sub> at line 3 cannot be cut and is over the limit of 3,000 characters")

    def test_no_cluster_of_characters_is_cut(self, aws: Aws, awsml: Program) -> None:
        family = "👩‍👩‍👧‍👦"
        assert awsml("polly", "--voice", "Joanna", stdin=family * 900).exit_code == 0
        assert {piece.replace(family, "") for piece in spoken(aws)} == {""}

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text("abc äß中 .,!?\n&<", min_size=1, max_size=400), min_size=1, max_size=30))
    def test_words_go_out_once_and_in_order(self, aws: Aws, awsml: Program, parts: list[str]) -> None:
        text = "w " + " ".join(parts)
        begun = len(aws.calls)
        run = awsml("polly", "--voice", "Joanna", "--sample-rate", "8000", "-f", "pcm", stdin=text)
        assert (run.exit_code, run.stderr) == (0, "")
        calls = [call for call in aws.calls[begun:] if call.operation == "SynthesizeSpeech"]
        assert (
            "".join("".join(call.params["Text"] for call in calls).split()) == "".join(text.split()) or len(calls) > 1
        )
        # requests overtake each other; the sound does not, whose length is that of all of them
        assert len(run.stdout) == sum(round(spoken_seconds(call.params["Text"]) * 100) * 160 for call in calls)


class TestOrder:
    def test_pieces_sound_in_order_whichever_answer_is_first(self, aws: Aws, awsml: Program) -> None:
        lengths = [2_900, 40, 2_000, 300, 2_500, 10]
        texts = [f"{chr(97 + number) * (length - 1)}." for number, length in enumerate(lengths)]
        ssml = "<speak>" + "".join(f"<p>{text}</p>" for text in texts) + "</speak>"
        aws.respond("polly", "SynthesizeSpeech", AwsError("ThrottlingException", status=400))
        run = awsml("polly", "--voice", "Joanna", "--ssml", "-f", "pcm", "--sample-rate", "8000", stdin=ssml)
        assert run.exit_code == 0
        begins = [begin for begin, _ in sounds.decoded(run.stdout, "pcm", rate=8_000).spans]
        in_order = sorted(spoken(aws), key=lambda piece: piece.split("<p>")[1][0])
        at, expected = 0.0, []
        for piece in in_order:
            expected.append(at)
            at += spoken_seconds(piece, is_ssml=True)
        assert begins == pytest.approx(expected, abs=0.01)

    def test_the_first_sound_is_out_while_the_text_is_still_coming(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start(
            "polly", "--voice", "Joanna", "-f", "pcm", "--sample-rate", "8000", stdin=subprocess.PIPE, real_time=True
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"Good morning.\n")
        child.stdin.flush()
        first = child.stdout.read(round(spoken_seconds("Good morning.") * 8_000) * 2)
        assert spoken(aws) == ["Good morning."]
        rest, _ = child.communicate(b"How are you?\n", timeout=60)
        assert (child.returncode, len(first) > 0, len(rest)) == (
            0,
            True,
            round(spoken_seconds("How are you?") * 8_000) * 2,
        )

    def test_the_first_sound_is_out_before_the_last_piece_is_asked_for(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start(
            "polly", "--voice", "Joanna", "-f", "pcm", "--sample-rate", "8000", stdin=subprocess.PIPE
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write((SENTENCE * 4_000).encode())  # more than all workers take together
        child.stdin.close()
        assert child.stdout.read(1_000)
        asked = sum(map(len, spoken(aws)))
        assert asked < len(SENTENCE) * 4_000
        child.kill()
        child.wait()


class TestFormats:
    @pytest.mark.parametrize("format", FORMATS)
    def test_a_decoder_hears_as_long_as_was_spoken(self, aws: Aws, awsml: Program, format: str) -> None:
        text = of_length(7_000)
        run = awsml("polly", "--voice", "Joanna", "-f", format, stdin=text)
        pieces = spoken(aws)
        heard = sounds.decoded(run.stdout, format, rate=FORMATS[format])
        expected = sum(map(spoken_seconds, pieces))
        tolerance = 0.0005 if format in ("pcm", "wav", "mulaw", "alaw") else FRAME * len(pieces)
        assert (run.exit_code, heard.rate) == (0, FORMATS[format])
        assert heard.seconds == pytest.approx(expected, abs=tolerance)
        assert len(heard.spans) == len(pieces)  # each begins with half a second of sound

    @pytest.mark.parametrize("format", FORMATS)
    def test_a_file_says_how_long_it_is(self, aws: Aws, awsml: Program, tmp_path: Path, format: str) -> None:
        path = tmp_path / f"talk.{format}"
        assert awsml("polly", "--voice", "Joanna", "-f", format, "-o", path, stdin=of_length(7_000)).exit_code == 0
        data = path.read_bytes()
        by_ffmpeg = sounds.decoded(data, format, rate=FORMATS[format]).seconds
        by_sndfile = sounds.read(data, format, rate=FORMATS[format]).seconds
        assert by_sndfile == pytest.approx(by_ffmpeg, abs=0.06)
        if format not in sounds.RAW:
            assert sounds.stated(data) == pytest.approx(by_ffmpeg, abs=0.06)

    @pytest.mark.parametrize(
        ("name", "format"),
        [("a.mp3", "mp3"), ("a.ogg", "ogg_vorbis"), ("a.opus", "ogg_opus"), ("a.wav", "pcm"), ("a.pcm", "pcm")],
    )
    def test_the_extension_chooses_the_format(
        self, aws: Aws, awsml: Program, tmp_path: Path, name: str, format: str
    ) -> None:
        assert awsml("polly", "--voice", "Joanna", GREETING, "-o", tmp_path / name).exit_code == 0
        assert aws.calls_of("SynthesizeSpeech")[0].params["OutputFormat"] == format

    @pytest.mark.parametrize("format", ["json", "raw"])
    def test_as_json_all_of_it_is_one_object(self, aws: Aws, awsml: Program, format: str) -> None:
        run = awsml("polly", "--voice", "Joanna", GREETING, "-f", format)
        told = json.loads(run.text)
        sound = sounds.decoded(base64.b64decode(told.pop("audio_stream")), "mp3")
        assert told == {
            "voice_id": "Joanna",
            "engine": "neural",
            "language_code": "en-US",
            "output_format": "mp3",
            "sample_rate": 24_000,
            "request_characters": len(GREETING),
            "duration": pytest.approx(sound.seconds, abs=0.001),
        }

    def test_as_yaml_and_as_a_table(self, aws: Aws, awsml: Program) -> None:
        as_yaml = yaml.safe_load(awsml("polly", "--voice", "Joanna", GREETING, "-f", "yaml").text)
        table = awsml("polly", "--voice", "Joanna", GREETING, "-f", "table").text
        assert as_yaml["voice_id"] == "Joanna"
        assert [line.split() for line in table.splitlines() if "voice_id" in line] == [["voice_id", "Joanna"]]

    def test_a_terminal_is_spared_the_bytes_and_nothing_is_paid(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", GREETING, tty={"stdout"})
        assert (run.exit_code, run.stdout, spoken(aws)) == (2, b"", [])
        assert (
            run.stderr
            == "error: this answer is not for a terminal's eyes: it is binary\nhint: -o FILE, or pipe it on\n"
        )

    def test_several_texts_are_several_files(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("one.txt", "two.txt"):
            (tmp_path / name).write_text(f"This is {name}.")
        run = awsml("polly", "--voice", "Joanna", "--file", "*.txt", "-o", "out/", "-f", "wav", cwd=tmp_path)
        assert (run.exit_code, sorted(path.name for path in (tmp_path / "out").iterdir())) == (
            0,
            ["one.wav", "two.wav"],
        )


class TestChoices:
    @pytest.mark.parametrize(
        ("text", "voice"),
        [
            ("Buenos días a todos, ¿cómo están ustedes esta mañana?", "Lucia"),
            ("Guten Morgen allerseits, wie geht es Ihnen heute?", "Vicki"),
            ("Good morning everybody, how are you today?", "Joanna"),
            ("Bonjour à tous, comment allez-vous ce matin ?", "Lea"),
        ],
    )
    def test_the_language_is_found_out_here_and_a_voice_chosen(
        self, aws: Aws, awsml: Program, text: str, voice: str
    ) -> None:
        assert awsml("polly", text).exit_code == 0
        assert aws.calls_of("SynthesizeSpeech")[0].params["VoiceId"] == voice
        assert set(aws.operations) == {"DescribeVoices", "SynthesizeSpeech"}

    @pytest.mark.parametrize(
        ("words", "engine", "rate"),
        [
            (["--voice", "joanna"], "neural", "24000"),
            (["--voice", "Conchita"], "standard", "22050"),
            (["--voice", "Ruth", "--engine", "long-form"], "long-form", "24000"),
            (["--voice", "Ruth", "--engine", "generative", "--sample-rate", "44100"], "generative", "44100"),
        ],
    )
    def test_the_engine_is_one_that_the_voice_has(
        self, aws: Aws, awsml: Program, words: list[str], engine: str, rate: str
    ) -> None:
        assert awsml("polly", *words, GREETING).exit_code == 0
        params = aws.calls_of("SynthesizeSpeech")[0].params
        assert (params["Engine"], params["SampleRate"]) == (engine, rate)

    def test_a_voice_of_two_languages_is_told_which(self, aws: Aws, awsml: Program) -> None:
        assert awsml("polly", "--voice", "Kajal", "--language", "hi", "नमस्ते").exit_code == 0
        assert aws.calls_of("SynthesizeSpeech")[0].params["LanguageCode"] == "hi-IN"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--voice", "Joana"], "error: Polly has no voice `Joana` here\nhint: did you mean Joanna?\n"),
            (["--language", "xx"], "error: Polly has no voice for `xx`\nhint: awsml polly voices --language CODE; or --voice NAME\n"),
            (
                ["--voice", "Conchita", "--engine", "neural"],
                "error: Conchita does not speak with the neural engine\nhint: it has: standard\n",
            ),
            (["--engine", "best"], "error: unknown engine `best`\nhint: one of: neural, standard, generative, long-form\n"),
            (["-f", "pcm", "--sample-rate", "24000"], "error: pcm has no sample rate of 24000 Hz\nhint: one of: 8000, 16000\n"),
            (["-f", "flac"], None),
            (["--voice", "Ann=Joanna"], "error: only subtitles have speakers with voices of their own\nhint: --fit, or --voice Joanna\n"),
            ([word for number in range(6) for word in ("--lexicon", f"l{number}")], "error: 6 lexicons: Polly takes 5 at once\n"),
            (["--via", "pigeon"], "error: unknown way `pigeon`\nhint: one of: auto, sync, task, stream\n"),
        ],
    )  # fmt: skip
    def test_what_does_not_go_together_is_refused_before_it_is_paid(
        self, aws: Aws, awsml: Program, words: list[str], said: str | None
    ) -> None:
        run = awsml("polly", *words, GREETING)
        assert (run.exit_code, run.stdout, spoken(aws)) == (2, b"", [])
        assert said is None or run.stderr == said

    @pytest.mark.parametrize("via", ["auto", "sync"])
    def test_it_is_asked_for_at_once(self, aws: Aws, awsml: Program, via: str) -> None:
        assert awsml("polly", "--voice", "Joanna", "--via", via, GREETING).exit_code == 0
        assert spoken(aws) == [GREETING]

    def test_bidirectional_streaming_is_refused_with_the_reason(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--via", "stream", GREETING)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "boto3 takes StartSpeechSynthesisStream out of its client" in run.stderr


class TestCost:
    def test_a_dry_run_says_the_price_and_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--dry-run", "--engine", "neural", "-f", "json", stdin=of_length(10_000))
        [step] = json.loads(run.text)
        count = len(of_length(10_000).strip())
        assert (run.exit_code, aws.calls) == (0, [])
        assert (step["operation"], step["on"], step["unit"]) == ("polly:SynthesizeSpeech", "-", "characters")
        assert step["units"] == pytest.approx(count, abs=step["calls"])
        assert step["price"] == pytest.approx(count * 16e-6, rel=0.01)

    def test_tags_are_free_and_marks_are_not(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        words = ["--dry-run", "-f", "json", "--srt", tmp_path / "a.srt", "--ssml", "<speak><p>Hello</p> you</speak>"]
        steps = json.loads(awsml("polly", *words).text)
        assert [(step["on"], step["units"]) for step in steps] == [("TEXT", 9), ("TEXT (speech marks)", 9)]
        assert (aws.calls, list(tmp_path.iterdir())) == ([], [])

    def test_what_is_kept_is_not_paid_for_again(self, aws: Aws, awsml: Program) -> None:
        first = awsml("polly", "--voice", "Joanna", "--cache", stdin=of_length(5_000))
        paid = len(spoken(aws))
        second = awsml("polly", "--voice", "Joanna", "--cache", stdin=of_length(5_000))
        assert (second.stdout == first.stdout, len(spoken(aws))) == (True, paid)
        awsml("polly", "--voice", "Joanna", "--cache", "--fresh", stdin=of_length(5_000))
        assert len(spoken(aws)) == 2 * paid

    def test_without_cache_nothing_is_kept(self, aws: Aws, awsml: Program) -> None:
        for _ in range(2):
            awsml("polly", "--voice", "Joanna", GREETING)
        assert len(spoken(aws)) == 2


class TestInput:
    @pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
    def test_nothing_to_speak_is_an_error(self, aws: Aws, awsml: Program, text: str) -> None:
        run = awsml("polly", "--voice", "Joanna", stdin=text)
        assert (run.exit_code, run.stderr, aws.calls) == (2, "error: there is nothing to speak\n", [])

    @pytest.mark.parametrize("text", ["", "<speak></speak>", "<speak> <p/> </speak>"])
    def test_ssml_without_words_is_nothing_to_speak(self, aws: Aws, awsml: Program, text: str) -> None:
        run = awsml("polly", "--voice", "Joanna", "--ssml", stdin=text)
        assert (run.exit_code, run.stderr, aws.calls) == (2, "error: there is nothing to speak\n", [])

    @pytest.mark.parametrize("text", ["<speak>Hello</speak>", "\n  <speak>Hello</speak>"])
    def test_ssml_that_is_not_called_so_is_not_read_out(self, aws: Aws, awsml: Program, text: str) -> None:
        run = awsml("polly", "--voice", "Joanna", stdin=text)
        assert (run.exit_code, run.stderr) == (2, "error: this text is SSML\nhint: --ssml\n")
        assert aws.calls == []

    def test_ssml_is_known_even_where_it_comes_in_drops(self) -> None:
        from awsml_cli.core.errors import UsageError
        from awsml_cli.services.polly import refuse_markup

        with pytest.raises(UsageError):
            list(refuse_markup(["\n", "<sp", "", "eak>Hi</speak>"]))
        assert "".join(refuse_markup(["<", "sp", "am>"])) == "<spam>"

    def test_a_file_s_name_is_not_its_text(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "talk.txt").write_text("Hello.")
        run = awsml("polly", "talk.txt", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: `talk.txt` is a file, not the text\nhint: --file talk.txt\n"

    @pytest.mark.parametrize(
        ("ssml", "said"),
        [
            ("<speak>\n  <p>Hello</speak>", "not well formed at line 2, column 13"),
            ("<speak>AT&T</speak>", "not well formed at line 1, column 12"),
            ("<p>Hello</p>", "<speak> must be around it all"),
            ('<!DOCTYPE x [<!ENTITY a "b">]>\n<speak>&a;</speak>', "has a DOCTYPE at line 1, column 1"),
            ("<speak>\n<blink>Hi</blink></speak>", "line 2, column 1: <blink> is no tag of Polly's"),
        ],
    )  # fmt: skip
    def test_bad_ssml_is_shown_with_line_and_column(self, aws: Aws, awsml: Program, ssml: str, said: str) -> None:
        run = awsml("polly", "--voice", "Joanna", "--ssml", stdin=ssml)
        assert (run.exit_code, spoken(aws)) == (2, [])
        assert said in run.stderr

    def test_bytes_that_are_no_text_are_refused_with_their_place(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", stdin=b"caf\xe9")
        assert (run.exit_code, aws.calls) == (2, [])
        assert "stdin is not UTF-8 text: byte 0xe9 at offset 3" in run.stderr


class TestFaults:
    def test_throttled_three_times_it_is_slower_and_whole(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        aws.respond("polly", "SynthesizeSpeech", AwsError("ThrottlingException", status=400, times=3))
        run = awsml("polly", "--voice", "Joanna", GREETING)
        assert (run.exit_code, run.stderr, len(aws.calls_of("SynthesizeSpeech"))) == (0, "", 4)
        assert sounds.decoded(run.stdout, "mp3").seconds == pytest.approx(spoken_seconds(GREETING), abs=FRAME)
        assert sum(clock.slept) > 0

    @pytest.mark.parametrize("fault", [Reset(), HalfAnswer(), Raw(b"", 500)], ids=["reset", "half", "500"])
    def test_a_line_that_breaks_in_the_middle_is_mended(self, aws: Aws, awsml: Program, fault: object) -> None:
        aws.respond("polly", "SynthesizeSpeech", lambda _: None, lambda _: None, fault)  # type: ignore[arg-type]
        text = of_length(9_000)
        run = awsml("polly", "--voice", "Joanna", "-f", "pcm", "--sample-rate", "8000", stdin=text)
        expected = [piece for index, piece in enumerate(spoken(aws)) if piece not in spoken(aws)[:index]]
        assert (run.exit_code, run.stderr) == (0, "")
        assert len(run.stdout) / 16_000 >= sum(map(spoken_seconds, expected))

    def test_an_answer_that_is_no_sound_is_an_error_and_no_file(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.respond("polly", "SynthesizeSpeech", Raw(b"<html>captive portal</html>"))
        run = awsml("polly", "--voice", "Joanna", GREETING, "-o", tmp_path / "a.mp3")
        assert run.exit_code in (2, 4)
        assert "piece 1 of the audio is not MP3" in run.stderr
        assert list(tmp_path.iterdir()) == []

    def test_what_polly_would_cut_off_silently_is_an_error(self, aws: Aws, awsml: Program) -> None:
        slow = f'<speak><prosody rate="20%">{"long words here. " * 150}</prosody></speak>'
        run = awsml("polly", "--voice", "Joanna", "-f", "pcm", "--ssml", stdin=slow)
        assert run.exit_code == 4
        assert run.stderr.startswith("error: Polly cut a piece of this speech off at ten minutes")

    def test_a_voice_that_left_is_aws_s_to_refuse(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "SynthesizeSpeech", AwsError("AccessDeniedException", "not authorized", status=403))
        run = awsml("polly", "--voice", "Joanna", GREETING)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "hint: the IAM action `polly:SynthesizeSpeech` is missing" in run.stderr

    def test_a_run_that_was_killed_pays_for_no_kept_piece_again(self, aws: Aws, awsml: Program) -> None:
        words = ["polly", "--voice", "Joanna", "--cache"]
        first, rest = "A first piece, already kept.\n\n", of_length(12_000)
        kept = awsml(*words, stdin=first)
        aws.kill_before("SynthesizeSpeech", 3)
        killed = awsml(*words, stdin=first + rest)
        done = awsml(*words, stdin=first + rest)
        assert (kept.exit_code, killed.exit_code, done.exit_code) == (0, KILLED, 0)
        assert spoken(aws).count(first.strip()) == 1

    def test_ctrl_c_ends_it_at_once(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start("polly", "--voice", "Joanna", stdin=subprocess.PIPE, real_time=True)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"Good morning.\n")
        child.stdin.flush()
        assert child.stdout.read(100)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
        assert (child.returncode, said) == (130, b"interrupted\n")

    def test_a_reader_that_leaves_ends_it_quietly_and_stops_the_calls(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start("polly", "--voice", "Joanna", "-f", "pcm", stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write((SENTENCE * 200).encode())
        child.stdin.flush()
        assert child.stdout.read(10)
        child.stdout.close()
        child.stdout = None
        rest = SENTENCE * 20_000
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write(rest.encode())
        child.stdin = None
        _, said = child.communicate(timeout=60)
        assert (child.returncode, said) == (0, b"")
        assert sum(map(len, spoken(aws))) < len(rest) / 4


class TestHere:
    """With `--local`, as far as the engine on this machine goes."""

    @pytest.fixture(autouse=True)
    def _engine(self) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")

    @pytest.mark.parametrize("format", FORMATS)
    def test_it_speaks_in_every_format(self, awsml: Program, tmp_path: Path, format: str) -> None:
        path = tmp_path / "a"
        run = awsml("polly", "--local", "-f", format, "-o", path, stdin=of_length(1_500))
        heard = sounds.decoded(path.read_bytes(), format, rate=FORMATS[format])
        assert (run.exit_code, run.stderr) == (0, "")
        assert heard.seconds > 60

    def test_it_whispers_not_and_says_so(self, awsml: Program) -> None:
        run = awsml("polly", "--local", "--whisper", "Hello.")
        assert (run.exit_code, run.stdout) == (3, b"")
        assert run.stderr == "error: no voice on this machine can do <amazon:effect>\nhint: leave the tag out\n"

    def test_it_has_no_tasks_and_says_so(self, awsml: Program) -> None:
        run = awsml("polly", "--local", "--via", "task", "Hello.")
        assert (run.exit_code, run.stdout) == (3, b"")
        assert "no engine on this machine can do polly StartSpeechSynthesisTask" in run.stderr
