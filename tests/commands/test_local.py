"""`awsml local`, and what `--local` says of itself on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.local.store import Store

SAMPLE = Path(__file__).parents[2] / "samples" / "talk.mp3"


def test_every_engine_says_what_it_is_good_for_and_how_to_get_it(awsml: Program) -> None:
    engines = json.loads(awsml("local", "engines", "-f", "json").stdout)
    assert {engine["job"] for engine in engines} >= {"hear", "speak", "translate"}
    assert all(engine["install"] and engine["quality"] and engine["licence"] for engine in engines)


def test_in_a_pipe_a_line_an_engine_and_a_table_at_a_terminal(awsml: Program) -> None:
    piped, shown = awsml("local", "engines"), awsml("local", "engines", tty={"stdout"}, env={"NO_COLOR": "1"})
    assert all(len(line.split("\t")) == 7 for line in piped.text.splitlines())
    assert shown.text.split()[:3] == ["job", "name", "installed"]


def test_an_answer_names_its_engine(awsml: Program) -> None:
    run = awsml("transcribe", "--local", "--language", "en-US", SAMPLE, "-f", "json", "-v")
    assert json.loads(run.stdout)["engine"]
    assert f"answered on this machine by {json.loads(run.stdout)['engine']}" in run.stderr


def test_what_no_engine_can_do_is_refused(awsml: Program) -> None:
    run = awsml("transcribe", "--local", "--toxicity", "--language", "en-US", SAMPLE)
    assert (run.exit_code, run.stdout, run.stderr.startswith("error: no engine on this machine can")) == (3, b"", True)


def test_the_environment_can_ask_for_this_machine(awsml: Program) -> None:
    assert awsml("polly", "Hello", env={"AWSML_LOCAL": "1"}).stdout[:1] == b"\xff"


@pytest.mark.parametrize(
    ("text", "language"),
    [("Bonjour tout le monde, comment allez-vous ?", "fr"), ("Guten Morgen, wie geht es Ihnen?", "de")],
)
def test_the_language_is_found_out_here_and_said(awsml: Program, text: str, language: str) -> None:
    run = awsml("polly", "--local", text, "-v")
    assert (run.exit_code, f"language: {language}\n" in run.stderr) == (0, True)


class TestReset:
    @pytest.fixture
    def kept(self, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "terms.csv").write_text("en,es\nAcme,Acme\n")
        awsml("translate", "terminology", "put", "terms", tmp_path / "terms.csv", "--local")

    def test_a_dry_run_shows_what_there_is(self, awsml: Program, kept: None) -> None:
        shown = awsml("local", "reset", "--dry-run", "-f", "json")
        assert {one["kind"]: one["count"] for one in json.loads(shown.stdout)} == {"objects": 1, "terminology": 1}
        assert awsml("translate", "terminology", "ls", "--local").text.split()[0] == "terms"

    def test_it_is_done_when_somebody_says_so(self, awsml: Program, kept: None) -> None:
        refused = awsml("local", "reset")
        assert (refused.exit_code, "nobody confirmed: remove all 2 things" in refused.stderr) == (2, True)
        assert awsml("local", "reset", "-y").exit_code == 0
        assert (
            awsml("local", "reset", "--dry-run").stdout,
            awsml("translate", "terminology", "ls", "--local").stdout,
        ) == (
            b"",
            b"",
        )

    def test_whoever_works_with_the_state_goes_on_with_an_empty_one(self, tmp_path: Path) -> None:
        ours, others = Store(tmp_path), Store(tmp_path)
        others.put("awsml-local", "k", b"old")
        ours.clear()
        others.put("awsml-local", "k", b"new")
        assert [one.key for one in ours.objects("awsml-local")] == ["k"]
        assert len(list((tmp_path / "objects").iterdir())) == 1

    def test_nothing_is_nothing(self, awsml: Program) -> None:
        assert (awsml("local", "reset", "-y").exit_code, awsml("local", "reset", "-y").stdout) == (0, b"")
