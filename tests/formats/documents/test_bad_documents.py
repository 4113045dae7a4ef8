"""What is damaged, or made to do harm, is refused in one sentence with its place."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from document_samples import DOCUMENT_XML, TMX, package
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.documents import KINDS, Options, read

BOMB = '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<xliff version="1.2">&b;</xliff>'


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("json", '{"a": "b",}', "line 1, column 11"),
        ("json", '{\n"a" "b"}', "line 2, column 5"),
        ("json", "[" * 100_000, "nested too deeply"),
        ("json", "", "not JSON"),
        ("jsonl", '{"a": "b"}\n{"a" "c"}\n', "line 2, column 6"),
        ("csv", 'a,b\n1,"two\n', "never closed, line 2"),
        ("po", 'msgid "a"\nmsgstr "b\n', "string in line 2 is not closed"),
        ("po", 'msgid "a"\nfoo\n', "line 2"),
        ("xliff", BOMB, "DOCTYPE), line 2"),
        ("xliff", "<xliff><file></xliff>", "mismatched tag, line 1, column 16"),
        ("xliff", "<tmx/>", "not XLIFF"),
        (
            "tmx",
            TMX.replace('"tmx14.dtd"', '"tmx14.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]'),
            "DOCTYPE), line 2",
        ),
        ("tmx", '<!-- <!DOCTYPE tmx SYSTEM "a"> -->\n<!DOCTYPE tmx [<!ENTITY a "b">]>\n<tmx/>', "DOCTYPE), line 2"),
        ("html", '<meta charset="undefined"><p>x</p>', "no encoding of text"),
        ("html", '<meta charset="rot13"><p>é</p>', "unknown here"),
        ("tmx", "<a/>", "not TMX"),
        ("xliff", "<a>" * 600 + "</a>" * 600, "nested too deeply, line 1"),
        ("srt", "hello", "no subtitle"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(kind, data, message):
    with pytest.raises(InputError) as refused:
        read(kind, data.encode(), options=Options(target="es"))

    assert message in refused.value.message


@pytest.mark.parametrize(
    ("options", "kind", "data", "message"),
    [
        (Options(columns=("c",)), "csv", "a,b\n1,2\n", "no column `c`"),
        (Options(columns=("3",)), "csv", "a,b\n1,2\n", "no column `3`"),
        (Options(columns=("3",), header=False), "csv", "1,2\n", "no column 3"),
        (Options(paths=("$.x",)), "json", '{"a": "b c"}', "no text at $.x"),
        (Options(paths=("x",)), "jsonl", '{"a": "b c"}', "no text at x"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(options, kind, data, message):
    with pytest.raises(InputError) as refused:
        read(kind, data.encode(), options=options)

    assert message in refused.value.message


@pytest.mark.parametrize("path", ["$.a[", "$.a[x]", "$..", "a..", "$.'a", "", "$"])
def test_a_path_that_cannot_be_read_is_refused(path):
    if path in ("", "$"):
        assert read("json", b'{"a": "b c"}', options=Options(paths=("$",))).segments
        return
    with pytest.raises(UsageError):
        read("json", b'{"a": "b c"}', options=Options(paths=(path,)))


def test_a_memory_needs_a_target():
    with pytest.raises(UsageError):
        read("tmx", TMX.encode())


def archive(*members: tuple[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(name, content)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04", "damaged"),
        (archive(("word/document.xml", DOCUMENT_XML.encode()), ("../../etc/passwd", b"x")), "outside it"),
        (archive(("word/document.xml", DOCUMENT_XML.encode()), ("/etc/passwd", b"x")), "outside it"),
        (archive(("word/document.xml", DOCUMENT_XML.encode()), ("C:/x", b"x")), "outside it"),
        (archive(("word/document.xml", b" " * (300 << 20))), "looks like a trap"),
        (archive(("x.txt", b"x")), "no .docx"),
        (
            package({"word/document.xml": "<!DOCTYPE w [<!ENTITY x 'y'>]>\n<w/>"}),
            "word/document.xml has a document type",
        ),
        (package({"word/document.xml": "<w:p>"}), "word/document.xml is not XML"),
        (package({"word/document.xml": DOCUMENT_XML})[:-30], "damaged"),
    ],
    ids=range(9),
)
def test_a_package_that_is_damaged_or_a_trap_is_refused(data, message):
    with pytest.raises(InputError) as refused:
        read("docx", data)

    assert message in refused.value.message


def test_a_package_with_two_parts_of_one_name_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive(("word/document.xml", b"<a/>"), ("word/document.xml", b"<b/>"))

    with pytest.raises(InputError, match="same name"):
        read("docx", data)


def test_an_encrypted_package_is_refused():
    data = bytearray(package({"word/document.xml": DOCUMENT_XML}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)

    with pytest.raises(InputError, match="encrypted"):
        read("docx", bytes(data))


@given(st.sampled_from(KINDS), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(kind, data):
    try:
        document = read(kind, data, options=Options(target="es"))
    except InputError:
        return
    if kind not in ("po", "xliff", "tmx"):
        assert document.write([segment.text for segment in document.segments]) == data
    document.write([segment.text.upper() for segment in document.segments])


@given(
    st.sampled_from(["md", "html", "csv", "tsv", "text", "srt", "vtt", "po"]),
    st.lists(
        st.sampled_from(
            [
                "# ",
                "- ",
                "> ",
                "1. ",
                "    ",
                "```\n",
                "| a | b |\n",
                "|---|---|\n",
                "\n",
                "\r\n",
                "word ",
                "**b**",
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<pre>",
                "<!-- ",
                "-->",
                '"',
                ",",
                ";",
                "\t",
                "===\n",
                "[a]: b\n",
                "<a title='x y'>",
                'msgid "a b"\n',
                'msgstr ""\n',
                "00:00:01,000 --> 00:00:02,000\n",
                "- Hi.\n",
                "WEBVTT\n\n",
                "{x}",
                "$$\n",
                "---\n",
            ]
        ),
        max_size=30,
    ).map("".join),
)
def test_any_mixture_is_written_again_as_it_was(kind, text):
    try:
        document = read(kind, text.encode())
    except InputError:
        return
    if kind != "po":
        assert document.write([segment.text for segment in document.segments]) == text.encode()
    document.write([segment.text.upper() for segment in document.segments])


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["- <div>\n  x\n", "1. <!-- a</div>\n", "- <div>\n\ntext\n"])
def test_html_that_begins_an_item_of_a_list_has_an_end(text):
    document = read("md", text.encode())
    assert document.write([segment.text for segment in document.segments]) == text.encode()
