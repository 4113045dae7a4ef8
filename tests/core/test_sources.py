"""Inputs: what a word on the command line stands for, and its bytes as text."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, UsageError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_path_a_folder_a_glob_an_address_and_stdin(here: Path) -> None:
    for name in ("a.txt", "in/b.txt", "in/deep/c.md", "in/.git/d.txt", "[e].txt"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(name)
    found = sources.paths(["a.txt", "in", "*.txt", "[e].txt", "s3://b/k/x.txt", "https://h/y.txt?z=1", "-"])
    assert [(source.name, str(source.relative)) for source in found] == [
        ("a.txt", "a.txt"),
        ("in/b.txt", "b.txt"),
        ("in/deep/c.md", "deep/c.md"),
        ("[e].txt", "[e].txt"),
        ("a.txt", "a.txt"),
        ("[e].txt", "[e].txt"),
        ("s3://b/k/x.txt", "x.txt"),
        ("https://h/y.txt?z=1", "y.txt"),
        ("-", "stdin"),
    ]


def test_endings_choose_what_a_folder_gives(here: Path) -> None:
    for name in ("a.MP3", "b.txt", "c.wav"):
        (here / name).write_text("x")
    assert [source.name for source in sources.paths(["."], endings=("mp3", "wav"))] == ["a.MP3", "c.wav"]


def test_a_name_that_is_no_utf_8_is_a_file_like_others(here: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (here / name).write_text("x")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    assert [source.path for source in sources.paths([name])] == [Path(name)]


@pytest.mark.parametrize(
    ("name", "error"), [("none", "no such file: none"), ("*.none", "nothing matches"), ("empty", "no files in empty")]
)
def test_what_is_not_there(here: Path, name: str, error: str) -> None:
    (here / "empty").mkdir()
    with pytest.raises(InputError, match=error):
        sources.paths([name])


def test_a_long_text_is_not_looked_for_on_disk() -> None:
    assert [source.text for source in sources.text("word " * 2000)] == ["word " * 2000]
    assert [source.text for source in sources.text("nul\0byte")] == ["nul\0byte"]


def test_a_file_s_name_is_no_text(here: Path) -> None:
    (here / "a.txt").write_text("x")
    with pytest.raises(UsageError, match="is a file, not the text"):
        sources.text("a.txt")


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_however_it_is_cut_the_text_is_the_same(text: str, cuts: list[int]) -> None:
    data = text.encode()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[begin:end] for begin, end in pairwise(edges)]
    assert "".join(sources.decode(iter(chunks), name="x")) == text.removeprefix("\ufeff")


@settings(max_examples=40, deadline=None)
@given(before=st.text(max_size=20), cut=st.integers(1, 60))
def test_the_offset_of_what_is_not_text_is_right_however_it_is_cut(before: str, cut: int) -> None:
    data = before.encode() + b"\xff" + b"after"
    with pytest.raises(InputError, match=f"x is not UTF-8 text: byte 0xff at offset {len(before.encode())}$"):
        list(sources.decode(iter([data[:cut], data[cut:]]), name="x"))


def test_a_pause_stays_a_pause_and_a_mark_is_dropped_once() -> None:
    chunks = [b"\xef\xbb", b"", b"\xbfa", b"", b"\xef\xbb\xbfb"]
    assert list(sources.decode(iter(chunks), name="x")) == ["", "a", "", "\ufeffb"]


def test_what_failed_can_be_fed_back_in(tmp_path: Path) -> None:
    listed = tmp_path / "failed.jsonl"
    listed.write_text(
        '{"input": "a b.mp3", "error": "no such file", "hint": null}\nplain.mp3\n{odd}.mp3\n', encoding="utf-8"
    )
    assert sources.names(None, files_from=str(listed)) == ["a b.mp3", "plain.mp3", "{odd}.mp3"]
