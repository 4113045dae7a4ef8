"""Lexicons, kept at AWS or lent for a run; voices and their samples."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
import sounds
from fakeaws import Aws, AwsError
from fakeaws.process import Process
from fakeaws.program import Program

PLS = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
<lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme></lexicon>
"""


@pytest.fixture
def pls(tmp_path: Path) -> Path:
    """A lexicon in a file."""
    path = tmp_path / "w3c.pls"
    path.write_text(PLS)
    return path


class TestLexicon:
    def test_put_get_list_and_remove(self, aws: Aws, awsml: Program, pls: Path) -> None:
        assert awsml("polly", "lexicon", "put", "w3c", pls).exit_code == 0
        assert awsml("polly", "lexicon", "get", "w3c").text == PLS
        told = json.loads(awsml("polly", "lexicon", "get", "w3c", "-f", "json").text)
        assert (told["name"], told["lexemes_count"], told["language_code"]) == ("w3c", 1, "en-US")
        assert awsml("polly", "lexicon", "ls").text.split("\t")[0] == "w3c"
        assert awsml("polly", "lexicon", "rm", "w3c", "-y").exit_code == 0
        assert awsml("polly", "lexicon", "ls").text == ""

    def test_nothing_is_removed_unasked(self, aws: Aws, awsml: Program, pls: Path) -> None:
        awsml("polly", "lexicon", "put", "w3c", pls)
        run = awsml("polly", "lexicon", "rm", "w3c")
        assert (run.exit_code, awsml("polly", "lexicon", "ls").text[:3]) == (2, "w3c")

    @pytest.mark.parametrize("words", [["put", "w3c", "w3c.pls"], ["rm", "w3c"]], ids=" ".join)
    def test_a_dry_run_changes_nothing(self, aws: Aws, awsml: Program, pls: Path, words: list[str]) -> None:
        run = awsml("polly", "lexicon", *words, "--dry-run", cwd=pls.parent)
        assert (run.exit_code, aws.calls) == (0, [])
        assert "Lexicon" in run.text

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("my-lexicon", PLS, "`my-lexicon` cannot be a lexicon's name"),
            ("w3c", "<p/>", "is not a PLS document"),
            ("w3c", PLS.replace("</lexicon>", ""), "is not well formed at line 4"),
            ("w3c", None, "cannot read"),
        ],
    )
    def test_what_polly_would_refuse_is_refused_here(
        self, aws: Aws, awsml: Program, tmp_path: Path, name: str, content: str | None, said: str
    ) -> None:
        path = tmp_path / "a.pls"
        if content is not None:
            path.write_text(content)
        run = awsml("polly", "lexicon", "put", name, path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert said in run.stderr


class TestLent:
    def test_a_file_is_lent_for_the_run_and_taken_back(self, aws: Aws, awsml: Program, pls: Path) -> None:
        run = awsml("polly", "--voice", "Joanna", "--lexicon", pls, "-f", "pcm", stdin="W3C. " * 2_000)
        asked = aws.calls_of("SynthesizeSpeech")
        assert (run.exit_code, run.stderr, aws.polly.lexicons) == (0, "", {})
        assert len(asked) > 2
        assert len({tuple(call.params["LexiconNames"]) for call in asked}) == 1
        assert [one for one in aws.operations if "Lexicon" in one] == ["PutLexicon", "DeleteLexicon"]
        assert aws.operations[-1] == "DeleteLexicon"

    def test_one_kept_at_aws_stands_beside_it(self, aws: Aws, awsml: Program, pls: Path) -> None:
        awsml("polly", "lexicon", "put", "kept", pls)
        run = awsml("polly", "--voice", "Joanna", "--lexicon", "kept", "--lexicon", pls, "W3C")
        names = aws.calls_of("SynthesizeSpeech")[0].params["LexiconNames"]
        assert (run.exit_code, names[0], len(names), list(aws.polly.lexicons)) == (0, "kept", 2, ["kept"])

    def test_over_several_texts_it_is_lent_once(self, aws: Aws, awsml: Program, pls: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (pls.parent / name).write_text("W3C")
        words = ["--file", "*.txt", "-o", "out/"]
        assert awsml("polly", "--voice", "Joanna", "--lexicon", pls, *words, cwd=pls.parent).exit_code == 0
        assert [one for one in aws.operations if "Lexicon" in one] == ["PutLexicon", "DeleteLexicon"]

    def test_it_is_taken_back_when_the_speech_fails(self, aws: Aws, awsml: Program, pls: Path) -> None:
        aws.respond("polly", "SynthesizeSpeech", AwsError("InvalidSsmlException"))
        run = awsml("polly", "--voice", "Joanna", "--lexicon", pls, "W3C")
        assert (run.exit_code, aws.polly.lexicons) == (4, {})

    def test_it_is_taken_back_when_the_reader_leaves(self, aws: Aws, awsml: Program, pls: Path) -> None:
        run = awsml("polly", "--voice", "Joanna", "--lexicon", pls, "-f", "pcm", stdin="W3C. " * 2_000, head=0)
        assert (run.exit_code, aws.polly.lexicons) == (0, {})

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_is_taken_back_when_the_run_is_stopped(
        self, aws: Aws, awsml_process: Process, pls: Path, number: signal.Signals
    ) -> None:
        child = awsml_process.start(
            "polly", "--voice", "Joanna", "--lexicon", pls, stdin=subprocess.PIPE, real_time=True
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"The W3C.\n")
        child.stdin.flush()
        assert child.stdout.read(100)
        assert len(aws.polly.lexicons) == 1
        child.send_signal(number)
        child.communicate(timeout=30)
        assert (child.returncode, aws.polly.lexicons) == (128 + number, {})

    def test_one_that_is_not_known_everywhere_yet_is_waited_for(self, aws: Aws, awsml: Program, pls: Path) -> None:
        aws.respond("polly", "SynthesizeSpeech", AwsError("LexiconNotFoundException", times=3))
        run = awsml("polly", "--voice", "Joanna", "--lexicon", pls, "W3C")
        assert (run.exit_code, run.stderr, aws.polly.lexicons) == (0, "", {})

    def test_one_that_is_not_there_is_an_error(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", "--lexicon", "nobody", "W3C")
        assert run.exit_code == 4
        assert "Lexicon not found: nobody" in run.stderr

    def test_a_file_that_is_not_there_is_an_error_before_any_call(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "--voice", "Joanna", "--lexicon", "none.pls", "W3C")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith("error: cannot read none.pls")

    def test_nothing_is_lent_where_nothing_is_spoken(self, aws: Aws, awsml: Program, pls: Path) -> None:
        assert awsml("polly", "--voice", "Joanna", "--lexicon", pls, stdin="").exit_code == 2
        assert awsml("polly", "--dry-run", "--lexicon", pls, "W3C").exit_code == 0
        assert aws.calls == []

    def test_here_too(self, awsml: Program, pls: Path) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")
        words = ["polly", "--local", "--engine", "standard", "--voice", "Joanna", "-f", "pcm", "W3C"]
        assert len(awsml(*words, "--lexicon", pls).stdout) > len(awsml(*words).stdout) * 1.2
        assert awsml("polly", "--local", "lexicon", "ls").text == ""


class TestVoices:
    def test_they_are_chosen_by_language_engine_and_gender(self, aws: Aws, awsml: Program) -> None:
        run = awsml("polly", "voices", "--language", "es", "--engine", "neural", "--gender", "female")
        assert [line.split("\t")[:3] for line in run.text.splitlines()] == [
            ["Lucia", "es-ES", "Female"],
            ["Lupe", "es-US", "Female"],
            ["Mia", "es-MX", "Female"],
        ]

    def test_a_reader_who_has_enough_stops_the_pages(self, aws: Aws, awsml: Program) -> None:
        assert awsml("polly", "voices", head=1).exit_code == 0
        assert len(aws.calls_of("DescribeVoices")) == 1

    def test_samples_are_spoken_in_the_voice_s_own_language(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("polly", "voices", "--language", "fr", "--sample", "say", "-f", "json", cwd=tmp_path)
        told = {one["id"]: one["path"] for one in json.loads(run.text)}
        assert (run.exit_code, sorted(told)) == (0, ["Celine", "Lea", "Remi"])
        assert {call.params["Text"] for call in aws.calls_of("SynthesizeSpeech")} >= {"Bonjour, je m'appelle Léa."}
        assert all(sounds.decoded((tmp_path / path).read_bytes(), "mp3").seconds > 1 for path in told.values())

    def test_samples_have_a_price(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        words = ["--language", "fr", "--sample", "say", "--say", "Bonjour.", "--dry-run", "-f", "json"]
        steps = json.loads(awsml("polly", "voices", *words, cwd=tmp_path).text)
        assert [(step["on"], step["units"]) for step in steps] == [("Celine", 8), ("Lea", 8), ("Remi", 8)]
        assert (aws.calls_of("SynthesizeSpeech"), list(tmp_path.iterdir())) == ([], [])

    def test_here_too(self, awsml: Program, tmp_path: Path) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install '.[local]'")
        run = awsml("polly", "voices", "--local", "--language", "de", "--sample", "say", cwd=tmp_path)
        assert (run.exit_code, sorted(path.name for path in (tmp_path / "say").iterdir())) == (
            0,
            ["Hans.mp3", "Marlene.mp3", "Vicki.mp3"],
        )
