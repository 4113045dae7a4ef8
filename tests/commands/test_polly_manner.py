"""Speech without writing SSML, and SSML looked through before it is paid for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import Program


def sent(aws: Aws) -> list[tuple[str, str]]:
    """The engine and the text of every request."""
    return [(call.params["Engine"], call.params["Text"]) for call in aws.calls_of("SynthesizeSpeech")]


class TestManner:
    @pytest.mark.parametrize(
        ("words", "engine", "ssml"),
        [
            (["--rate", "fast"], "neural", '<speak><prosody rate="fast">Hi.</prosody></speak>'),
            (["--rate", "120"], "neural", '<speak><prosody rate="120%">Hi.</prosody></speak>'),
            (["--volume", "+6dB"], "neural", '<speak><prosody volume="+6dB">Hi.</prosody></speak>'),
            (["--pitch", "+10%"], "standard", '<speak><prosody pitch="+10%">Hi.</prosody></speak>'),
            (["--pitch", "-10%"], "standard", '<speak><prosody pitch="-10%">Hi.</prosody></speak>'),
            (["--pause", "500ms"], "neural", '<speak>Hi.<break time="500ms"/></speak>'),
            (["--whisper"], "standard", '<speak><amazon:effect name="whispered">Hi.</amazon:effect></speak>'),
            (["--breaths"], "standard", "<speak><amazon:auto-breaths>Hi.</amazon:auto-breaths></speak>"),
            (["--newscaster"], "neural", '<speak><amazon:domain name="news">Hi.</amazon:domain></speak>'),
            (
                ["--newscaster", "--rate", "slow", "--volume", "loud"],
                "neural",
                '<speak><amazon:domain name="news"><prosody rate="slow" volume="loud">Hi.</prosody></amazon:domain></speak>',
            ),
        ],
    )
    def test_a_word_wraps_the_text_and_chooses_an_engine_that_knows_it(
        self, aws: Aws, awsml: Program, words: list[str], engine: str, ssml: str
    ) -> None:
        run = awsml("polly", "--voice", "Joanna", *words, "Hi.")
        assert (run.exit_code, run.stderr) == (0, "")
        assert sent(aws) == [(engine, ssml)]
        assert aws.calls_of("SynthesizeSpeech")[0].params["TextType"] == "ssml"

    @pytest.mark.parametrize("engine", ["neural", "generative"])
    @pytest.mark.parametrize("word", ["--whisper", "--breaths", "--pitch=high"])
    def test_an_engine_that_lacks_it_is_named_before_it_is_paid(
        self, aws: Aws, awsml: Program, word: str, engine: str
    ) -> None:
        run = awsml("polly", "--voice", "Joanna", "--engine", engine, word, "Hi.")
        assert (run.exit_code, sent(aws)) == (2, [])
        assert run.stderr.startswith(f"error: Joanna cannot speak so with the {engine} engine: <")
        assert "hint: another voice, with --engine standard\n" in run.stderr

    def test_a_voice_without_the_engine_is_told_so(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Olivia", "--whisper", "Hi.")
        assert (run.exit_code, sent(aws)) == (2, [])
        assert "Olivia cannot speak so with the neural engine" in run.stderr

    def test_two_ways_that_no_engine_has_together(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", "--whisper", "--newscaster", "Hi.")
        assert (run.exit_code, sent(aws)) == (2, [])
        assert "hint: no engine can do all of it at once\n" in run.stderr

    def test_not_every_voice_reads_the_news(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Lucia", "--newscaster", "Hola.")
        assert (run.exit_code, sent(aws)) == (2, [])
        assert run.stderr == "error: Lucia is no newscaster\nhint: --voice Amy or Joanna or Lupe or Matthew\n"

    @pytest.mark.parametrize(
        ("word", "hint"),
        [
            ("--rate=10%", "x-slow, slow, medium, fast, x-fast, or 20% to 200%"),
            ("--rate=quick", "x-slow, slow, medium, fast, x-fast, or 20% to 200%"),
            ("--pitch=10", "default, x-low, low, medium, high, x-high, or +10% or -10%"),
            ("--volume=11", "default, silent, x-soft, soft, medium, loud, x-loud, or +6dB or -6dB"),
            ("--pause=11s", "500ms or 2s, 10s at the most"),
        ],
    )
    def test_a_value_that_polly_does_not_know(self, aws: Aws, awsml: Program, word: str, hint: str) -> None:
        run = awsml("polly", "--voice", "Joanna", word, "Hi.")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.endswith(f"hint: {hint}\n")

    def test_text_is_escaped(self, aws: Aws, awsml: Program) -> None:
        awsml("polly", "--voice", "Joanna", "--rate", "fast", 'AT&T < IBM > "you" \x07')
        assert sent(aws)[0][1] == '<speak><prosody rate="fast">AT&amp;T &lt; IBM &gt; "you"  </prosody></speak>'

    def test_a_long_text_stays_within_both_limits(self, aws: Aws, awsml: Program) -> None:
        text = "Salt & pepper, <bread> & butter. " * 1_000
        run = awsml("polly", "--voice", "Joanna", "--rate", "fast", "-f", "pcm", stdin=text)
        assert (run.exit_code, run.stderr) == (0, "")
        assert [call for call in aws.calls if call.error] == []

    def test_slow_speech_goes_in_pieces_that_are_not_cut_off(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", "--rate", "20%", "-f", "pcm", stdin="Slowly, my dear. " * 400)
        assert (run.exit_code, run.stderr) == (0, "")
        assert len(run.stdout) / 32_000 == pytest.approx(17 * 400 * 0.06 / 0.2, rel=0.01)

    def test_a_pause_stands_behind_each_paragraph(self, aws: Aws, awsml: Program) -> None:
        awsml("polly", "--voice", "Joanna", "--pause", "1s", stdin="One. Two.\n\nThree.\n")
        assert sorted(text for _, text in sent(aws)) == [
            '<speak>One. Two.<break time="1s"/></speak>',
            '<speak>Three.<break time="1s"/></speak>',
        ]

    def test_ssml_says_itself_how(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--ssml", "--rate", "fast", "<speak>Hi</speak>")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith("error: SSML says itself how it is spoken\n")

    def test_here_too(self, awsml: Program) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")
        words = ["polly", "--local", "-f", "pcm", "Slow or fast, it is the same."]
        usual, fast = awsml(*words), awsml(*words, "--rate", "150%")
        assert (usual.exit_code, fast.exit_code) == (0, 0)
        assert len(fast.stdout) < len(usual.stdout) * 0.85


class TestTags:
    def test_an_engine_that_knows_all_tags_is_chosen(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", "--ssml", "<speak><emphasis>Hi</emphasis></speak>")
        assert (run.exit_code, [engine for engine, _ in sent(aws)]) == (0, ["standard"])

    def test_a_tag_that_the_engine_does_not_know_is_shown_and_not_paid(self, aws: Aws, awsml: Program) -> None:
        ssml = "<speak>Good\n  <emphasis>morning</emphasis> <emphasis>all</emphasis></speak>"
        run = awsml("polly", "--voice", "Joanna", "--engine", "neural", "--ssml", stdin=ssml)
        assert (run.exit_code, sent(aws)) == (2, [])
        assert run.stderr == (
            "error: line 2, column 3: <emphasis> is not known to neural voices, only to standard ones, and 1 more like it\n"
            "hint: awsml polly lint FILE lists them all; another --engine may know them\n"
        )

    def test_what_generative_voices_know_in_part_is_a_warning(self, aws: Aws, awsml: Program) -> None:
        ssml = '<speak>Hi <mark name="a"/> you</speak>'
        run = awsml("polly", "--voice", "Ruth", "--engine", "generative", "--ssml", ssml)
        assert (run.exit_code, run.stderr) == (0, "warning: generative voices know <mark> only in part\n")


class TestLint:
    SSML = '<speak>\n<emphasis>Hi</emphasis>\n<prosody pitch="high">you</prosody></speak>'

    def test_the_problems_of_an_engine(self, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.ssml").write_text(self.SSML)
        run = awsml("polly", "lint", "a.ssml", "--engine", "neural", "-f", "json", cwd=tmp_path)
        assert [(one["line"], one["column"], one["tag"]) for one in json.loads(run.text)] == [
            (2, 1, "emphasis"),
            (3, 1, "prosody"),
        ]
        assert (run.exit_code, run.stderr) == (7, "error: the neural engine cannot speak a.ssml\n")

    def test_without_an_engine_one_that_knows_all_is_enough(self, awsml: Program) -> None:
        run = awsml("polly", "lint", stdin=self.SSML)
        assert (run.exit_code, run.stderr) == (0, "")
        assert {line.split("\t")[3] for line in run.text.splitlines()} == {"neural", "long-form", "generative"}

    def test_a_tag_that_nobody_knows(self, awsml: Program) -> None:
        run = awsml("polly", "lint", "-", stdin="<speak><blink>Hi</blink></speak>")
        assert (run.exit_code, run.stderr) == (7, "error: no engine can speak -\n")

    def test_what_is_not_well_formed(self, awsml: Program) -> None:
        run = awsml("polly", "lint", stdin="<speak><p>Hi</speak>")
        assert (run.exit_code, run.stdout) == (2, b"")
        assert "the SSML is not well formed at line 1, column 15" in run.stderr

    def test_nothing_wrong_is_nothing_said(self, awsml: Program) -> None:
        run = awsml("polly", "lint", stdin="<speak>Hi</speak>")
        assert (run.exit_code, run.text, run.stderr) == (0, "", "")
