"""`comprehend topics --local`: the topics of many documents, found on this machine."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.local.engines import topics

needs_engine = pytest.mark.skipif(not topics.DECLARATION.installed(), reason=topics.DECLARATION.install)
SUBJECTS = {
    "sport": ["ball", "goal", "match", "team", "player", "season", "coach", "league", "stadium", "referee"],
    "cooking": ["recipe", "oven", "salt", "butter", "flour", "sugar", "onion", "garlic", "sauce", "bake"],
    "law": ["court", "judge", "appeal", "contract", "clause", "plaintiff", "defendant", "statute", "verdict", "lawyer"],
}
SUBJECT_OF = {word: subject for subject, words in SUBJECTS.items() for word in words}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """180 lines, each about one of three subjects, in turn."""
    chance = random.Random(7)
    lines = []
    for _ in range(60):
        for words in SUBJECTS.values():
            lines.append(" ".join(["The", *chance.sample(words, 5), *chance.sample(["today", "people", "good"], 2)]))
    (tmp_path / "docs.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "docs.txt"


def tables(text: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The terms and the documents' shares in a CSV."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return [row for row in rows if row["table"] == "topic-terms"], [row for row in rows if row["table"] == "doc-topics"]


@needs_engine
def test_subjects_are_found_and_every_line_is_in_its_own(awsml: Program, documents: Path) -> None:
    run = awsml("comprehend", "topics", "--local", documents, "--topics", "3", "-f", "csv")
    terms, shares = tables(run.text)
    subject = {topic: Counter(SUBJECT_OF[row["term"]] for row in terms if row["topic"] == topic) for topic in "012"}
    first = {row["docname"]: row["topic"] for row in reversed(shares)}
    right = [
        max(subject[topic], key=lambda one: subject[topic][one]) == list(SUBJECTS)[int(name.partition(":")[2]) % 3]
        for name, topic in first.items()
    ]
    assert (run.exit_code, len(terms), [len(found) for found in subject.values()]) == (0, 30, [1, 1, 1])
    assert (len(right), all(right)) == (180, True)


@needs_engine
def test_weights_and_shares_sum_to_one_and_the_same_once_more_is_the_same(awsml: Program, documents: Path) -> None:
    runs = [awsml("comprehend", "topics", "--local", documents, "--topics", "3", "-f", "csv").text for _ in range(2)]
    terms, shares = tables(runs[0])
    for topic in "012":
        assert sum(float(row["weight"]) for row in terms if row["topic"] == topic) == pytest.approx(1, abs=1e-4)
    assert sum(float(row["proportion"]) for row in shares) == pytest.approx(180, rel=0.03)
    assert runs[0] == runs[1]


@needs_engine
def test_files_as_documents(awsml: Program, tmp_path: Path) -> None:
    for name, words in SUBJECTS.items():
        (tmp_path / f"{name}.txt").write_text(" ".join(words))
    run = awsml("comprehend", "topics", "--local", tmp_path, "--documents", "file", "--topics", "3", "-f", "csv")
    _, shares = tables(run.text)
    assert sorted(row["docname"] for row in shares) == ["cooking.txt", "law.txt", "sport.txt"]


@needs_engine
def test_a_job_is_started_listed_and_read_later(awsml: Program, documents: Path) -> None:
    job = awsml("comprehend", "topics", "--local", documents, "--no-wait", "--query", "id").text.strip()
    listed = awsml("comprehend", "jobs", "ls", "--local", "--query", "[].id").text.split()
    run = awsml("comprehend", "jobs", "result", "--local", job, "-f", "csv")
    assert (listed, run.exit_code, len({row["topic"] for row in tables(run.text)[0]})) == ([job], 0, 10)


@needs_engine
def test_too_few_words_are_said(awsml: Program) -> None:
    run = awsml("comprehend", "topics", "--local", "-", stdin="the\n")
    assert (run.exit_code, "there are not enough words in 1 documents for topics" in run.stderr) == (4, True)


def test_without_the_engine_the_command_that_installs_it_is_named(
    awsml: Program, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("awsml_cli.local.engines.declaration._version", lambda _name: None)
    run = awsml("comprehend", "topics", "--local", documents)
    assert (run.exit_code, "pip install 'awsml-cli[topics]'" in run.stderr) == (3, True)
