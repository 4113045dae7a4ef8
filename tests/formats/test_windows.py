"""Windows over a text, what is found in them put together, and texts redacted as they flow by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.documents import Document, Window
from awsml_cli.core.errors import InputError
from awsml_cli.core.sources import PAUSE, Source
from awsml_cli.formats.pieces import utf8_length
from awsml_cli.formats.readings import Choice, SpanReading
from awsml_cli.formats.redaction import Redactor, Tokens, mask, restored, tag
from awsml_cli.formats.spans import merged
from awsml_cli.formats.windows import OVERLAP, windows

LIMIT = 1_500  # bytes; the overlap takes up to 800 of them
SENTENCES = st.lists(
    st.sampled_from(
        [
            "Ann Lee met Bob Ray. ",
            "Nobody came\n",
            "她住在柏林。",
            "Été à Ann Lee! ",
            "👩‍👩‍👧 Bob Ray 🇩🇪 ",
            "x" * 90 + " ",
            "\n\n",
            "a " * 200,
        ]
    ),
    max_size=60,
).map("".join)
TEXTS = st.one_of(SENTENCES, st.text(max_size=3_000), st.text(alphabet="ab. \n[NAME-1]é한", max_size=3_000))


def chunked(text: str, sizes: list[int]) -> list[str]:
    chunks, at = [], 0
    for size in sizes:
        chunks.append(text[at : at + size] if size else PAUSE)
        at += size
    return [*chunks, *([text[at:]] if text[at:] else [])]


CHUNKS = st.lists(st.integers(0, 700), max_size=12)


def cut(text: str, sizes: list[int], *, overlap: bool = True) -> list[Window]:
    try:
        return [w for w in windows(chunked(text, sizes), LIMIT, utf8_length, overlap=overlap) if w is not None]
    except InputError:
        return []


def answer(pattern: str, text: str) -> dict:
    found = [
        {"Type": "WORD", "Text": one[0], "Score": 0.9, "BeginOffset": one.start(), "EndOffset": one.end()}
        for one in re.finditer(pattern, text)
    ]
    return {"Entities": found}


def read(found: list[Window], pattern: str) -> list[tuple]:
    reading = SpanReading("Entities", row=lambda span: [tuple(span.values())], choice=Choice(), overlap=True)
    rows = []
    for window in found:
        reading.add(window, answer(pattern, window.text) if window.text else {})
        rows += reading.take()
    return [*rows, *reading.close(Document(Source("-"))).rows]


class TestWindows:
    @given(TEXTS, CHUNKS, st.booleans())
    def test_their_segments_are_the_text_and_their_texts_are_where_they_say(self, text, sizes, overlap):
        found = cut(text, sizes, overlap=overlap)
        if not found:
            return
        assert "".join(window.segment for window in found) == text
        for window in found:
            assert text[window.begin : window.begin + len(window.text)] == window.text
            assert utf8_length(window.text) <= LIMIT
            assert text[window.own : window.own + len(window.segment)] == window.segment

    @given(SENTENCES, CHUNKS)
    def test_a_window_begins_a_little_before_its_segment(self, text, sizes):
        for window in cut(text, sizes):
            assert window.own - window.begin <= OVERLAP

    def test_a_cluster_over_the_limit_is_refused_with_its_offset(self):
        with pytest.raises(InputError, match="offset 3"):
            list(windows(["ab e" + "\u0301" * 3_000], LIMIT, utf8_length))


class TestFound:
    @given(TEXTS, CHUNKS)
    def test_offsets_index_the_text_whatever_it_is_written_in(self, text, sizes):
        for _, word, _, begin, end in read(cut(text, sizes), r"\S+"):
            assert text[begin:end] == word

    @given(SENTENCES)
    def test_every_name_is_found_once(self, text):
        names = r"\b(?:Ann Lee|Bob Ray)\b"
        found = read(cut(text, []), names)
        assert [(begin, end) for *_, begin, end in found] == [one.span() for one in re.finditer(names, text)]

    def test_what_the_edge_cut_off_gives_way_to_the_whole(self):
        begun = {"Type": "NAME", "BeginOffset": 10, "EndOffset": 14, "Score": 0.9}
        whole = {"Type": "NAME", "BeginOffset": 10, "EndOffset": 20, "Score": 0.8}
        assert merged([begun], [whole]) == [whole]

    def test_the_surer_of_two_about_the_same_place_is_kept(self):
        unsure = {"Type": "OTHER", "BeginOffset": 10, "EndOffset": 14, "Score": 0.5}
        sure = {"Type": "NAME", "BeginOffset": 10, "EndOffset": 14, "Score": 0.9}
        assert merged([unsure], [sure]) == merged([sure], [unsure]) == [sure]


def redacted(text: str, sizes: list[int], pattern: str, redactor: Redactor) -> str:
    out = ""
    for window in cut(text, sizes):
        found = answer(pattern, window.text)["Entities"] if window.text else []
        for span in found:
            span["BeginOffset"] += window.begin
            span["EndOffset"] += window.begin
        end = window.own + len(window.segment)
        out += redactor.feed(window.segment, found, settled=end if window.hard else end - OVERLAP)
    return out + redactor.close()


class TestRedaction:
    @given(SENTENCES, CHUNKS)
    def test_everything_but_names_stays_to_the_character(self, text, sizes):
        if not cut(text, sizes):
            return
        names = r"\b(?:Ann Lee|Bob Ray)\b"
        assert redacted(text, sizes, names, Redactor(tag)) == re.sub(names, "[WORD]", text)

    @given(TEXTS, CHUNKS)
    def test_tokens_can_always_be_put_back(self, text, sizes):
        if not cut(text, sizes):
            return
        kept: dict[str, str] = {}
        tokens = Tokens({}, kept.__setitem__)
        out = redacted(text, sizes, r"\b\w{2,}\b", Redactor(tokens, reversible=True))
        unknown: list[str] = []
        assert "".join(restored(chunked(out, sizes), kept, unknown=unknown.append)) == text
        assert unknown == []

    @given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 50)), max_size=8))
    def test_a_mask_keeps_the_length_and_the_lines(self, text, places):
        spans = [
            {"Type": "X", "BeginOffset": begin, "EndOffset": min(begin + size, len(text))}
            for begin, size in places
            if begin < len(text)
        ]
        redactor = Redactor(mask("*"))
        out = redactor.feed(text, spans, settled=len(text) // 2) + redactor.close()
        assert len(out) == len(text)
        assert [index for index, char in enumerate(out) if char in "\r\n"] == [
            index for index, char in enumerate(text) if char in "\r\n"
        ]
        hidden = {index for span in spans for index in range(span["BeginOffset"], span["EndOffset"])}
        assert all(out[index] == text[index] for index in range(len(text)) if index not in hidden)
        assert all(out[index] == "*" or text[index].isspace() for index in hidden)
