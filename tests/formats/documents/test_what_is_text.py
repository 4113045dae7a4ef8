"""Which values of JSON and tables, and which lines of Markdown and PO, are taken for text."""

from __future__ import annotations

import json

import pytest

from awsml_cli.formats.documents import Options, read
from awsml_cli.formats.documents.prose import is_prose


@pytest.mark.parametrize(
    "text",
    ["Two words", "A sentence with a-hyphen_and 5 things.", "日本語", "été", "Say {name} to https://a.b now", "Mr. X/Y is here"],
)  # fmt: skip
def test_what_people_read_is_prose(text):
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "123", "1.5e3", "2024-01-02", "2024-01-02T10:00:00Z", "10/12/2024 10:30", "https://a.b/c",
        "mailto:a@b.c", "a@b.cd", "/usr/bin", "C:\\Windows", "src/main.py", "image/png", "#ff00aa", "snake_case", "camelCase",
        "kebab-case-name", "en-US", "a1b2c3", "550e8400-e29b-41d4-a716-446655440000", "com.example.App", "Word",
    ],
)  # fmt: skip
def test_what_machines_read_is_not(text):
    assert not is_prose(text)


def test_single_words_count_in_a_catalogue_and_under_known_keys():
    assert is_prose("Save", catalogue=True)
    assert is_prose("Save", key="buttonTitle".lower()) is False
    assert is_prose("Save", key="button_title")
    assert not is_prose("save.button", catalogue=True)


def ids(data: object, **options: object) -> list[str]:
    return [segment.id for segment in read("json", json.dumps(data).encode(), options=Options(**options)).segments]


def test_a_catalogue_of_messages_is_translated_whole():
    assert ids(
        {
            "menu": {"open": "Open", "close": "Close"},
            "ok": "OK",
            "icon": "open.png",
            "@menu": {"description": "The menu"},
        }
    ) == [
        "$.menu.open",
        "$.menu.close",
        "$.ok",
    ]


def test_data_is_translated_where_it_speaks():
    assert ids(
        {"id": 7, "state": "Active", "name": "Ann", "title": "Hello", "bio": "She sings.", "tags": ["a b", "c"]}
    ) == [
        "$.title",
        "$.bio",
        "$.tags[0]",
    ]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.a", ["$.a.b", "$.a['c d'][0]", "$.a['c d'][1]"]),
        ("$.a.b", ["$.a.b"]),
        ("a.b", ["$.a.b"]),
        ("$.a['c d'][*]", ["$.a['c d'][0]", "$.a['c d'][1]"]),
        ('$["a"]["c d"][1]', ["$.a['c d'][1]"]),
        ("$..b", ["$.a.b", "$.e.f.b"]),
        ("$.*.b", ["$.a.b"]),
        ("$..f.*", ["$.e.f.b"]),
    ],
)
def test_paths(path, found):
    assert ids({"a": {"b": "x", "c d": ["y", "z"]}, "e": {"f": {"b": "w"}}}, paths=(path,)) == found


def test_numbers_order_and_spacing_of_json_stay():
    data = b'{ "z" :1.0,"a":[ 1e5,\t"two words" ] ,\n"u":"\\u00e9" }\n'
    document = read("json", data)

    assert document.write(['zwei \u00fc "W"', "\u00e9"]) == data.replace(b'"two words"', b'"zwei \\u00fc \\"W\\""')


def test_columns_by_name_and_number():
    data = "name,note,note\n1,a b,c d\n"

    assert [segment.id for segment in read("csv", data.encode(), options=Options(columns=("note", "3"))).segments] == [
        "row 2, column note",
        "row 2, column note (2)",
    ]
    assert [
        segment.id for segment in read("csv", b"x,y\n", options=Options(columns=("2",), header=False)).segments
    ] == ["row 1, column 2"]


def test_a_cell_is_quoted_when_it_must_be():
    document = read("csv", b"id,text\n1,two words\n")

    assert document.write(['zwei, "Worte"']) == b'id,text\n1,"zwei, ""Worte"""\n'


def test_po_without_plural_sources_and_with_several_targets():
    data = b'msgid "one"\nmsgid_plural "many"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] "x"\n\nmsgctxt "c"\nmsgid "one"\nmsgstr "eins"\n'

    assert [segment.text for segment in read("po", data).segments] == ["one", "many"]
    assert [segment.text for segment in read("po", data, options=Options(overwrite=True)).segments] == [
        "one",
        "many",
        "many",
        "one",
    ]


def test_code_and_signs_of_markdown_are_no_text():
    data = b"```\ncode\n```\n\n    code\n\n<div>\nhtml\n</div>\n\n[a]: b\n\n***\n\n`code`\n\n{% tag %}\n\n:::note\ntext here\n:::\n"

    assert [segment.text for segment in read("md", data).segments] == ["text here"]


def test_a_title_in_yaml_is_quoted_when_it_must_be():
    document = read("md", b"---\ntitle: Plain title\n---\n")

    assert document.write(["Titel: mit Doppelpunkt"]) == b'---\ntitle: "Titel: mit Doppelpunkt"\n---\n'
