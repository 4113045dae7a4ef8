"""The kind of a file is known by what it holds, or by its name; plain text is never taken for anything else."""

from __future__ import annotations

import pytest
from document_samples import SAMPLES, XLIFF2, package
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents import recognise

BY_CONTENT = ["srt", "vtt", "html", "json", "xliff", "tmx", "docx", "pptx", "xlsx"]


@pytest.mark.parametrize("kind", SAMPLES)
def test_without_a_name_only_what_is_certain_is_recognised(kind):
    assert recognise(SAMPLES[kind]) == (kind if kind in BY_CONTENT else "text")


@pytest.mark.parametrize("kind", ["srt", "vtt", "html", "xliff", "tmx", "docx"])
def test_what_a_file_holds_goes_before_its_name(kind):
    assert recognise(SAMPLES[kind], "wrong.txt") == kind


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "Hello", "1\n2\n3", "WEBVTTX", "The WEBVTT format", "[1] A footnote", "[]", "[1, 2]", "{}", '"a string"', "12",
        "{name} is here", "<3 you all", "<b>bold</b> words", "a --> b", "00:01 --> 00:02", "# A heading?", "a,b,c\n1,2,3",
        "---\ntitle: x\n---", 'msgid "x"', "1\nnot a time\n", "<?xml version='1.0'?><note>Hi</note>", "- item\n- item",
    ],
)  # fmt: skip
def test_plain_text_is_plain_text(text):
    assert recognise(text.encode()) == "text"


@given(st.text())
def test_any_text_without_a_name_is_of_a_kind(text):
    assert recognise(text.encode("utf-8", "replace")) in ("text", "json", "srt", "vtt", "html")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"<p align=center>Hi</p>\n\n# Title</p>", "README.md", "md"),
        (b'{"a": "b"}\n', "x.jsonl", "jsonl"),
        (b"<p>Hello</p>", None, "html"),
        (b"\xef\xbb\xbfWEBVTT\r\n", None, "vtt"),
        ("WEBVTT\n".encode("utf-16"), None, "vtt"),
        (b"\r\n1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n", None, "srt"),
        (b"0:00:01.0 --> 0:00:02.0\nHi\n", None, "srt"),
        (b"<!-- c -->\n<!doctype HTML>", None, "html"),
        (XLIFF2.encode(), None, "xliff"),
        (b'{"a": 1}', "a.unknown", "json"),
        (b"Hello", "folder.json/file", "text"),
        (b"Hello", "A.PO", "po"),
        (b'[{"text": "x"}]', "a.txt", "text"),
    ],
)
def test_names_and_contents_together(data, name, kind):
    assert recognise(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (package({"a.txt": "x"}), None, "no .docx"),
        (b"PK\x03\x04 cut off", "a.docx", "cannot be read"),
        (b"Hello", "a.docx", "begin like a ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "old Office"),
        (b"%PDF-1.7", "a.pdf", "PDF"),
    ],
)
def test_what_is_no_document_is_refused(data, name, message):
    with pytest.raises(InputError) as refused:
        recognise(data, name)

    assert message in refused.value.message
