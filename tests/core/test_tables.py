"""Lines, CSV and JSON lines: read as they come, given back as they were with something added."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.core.sources import PAUSE
from awsml_cli.core.tables import Csv, JsonLines, Lines

# a bare carriage return is written by Python's own writer so that its reader cannot read it
CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)


def written(rows: list[list[str]], dialect: dict) -> str:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def chunked(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


class TestCsv:
    @given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8), DIALECTS, st.integers(1, 30))
    def test_rows_are_what_pythons_own_reader_reads(self, rows, dialect, size):
        text = written([["id", "text", "note"], *rows], dialect)
        table = Csv("text")
        found = [row.text for row in table.rows(chunked(text, size)) if row is not None]
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"]))
        assert found == [row[1] for row in read[1:]]

    @given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8), DIALECTS, CELL)
    def test_what_is_added_or_replaced_is_read_back_and_the_rest_is_as_it_was(self, rows, dialect, new):
        text = written([["id", "text", "note"], *rows], dialect)
        table = Csv("text", added=["a", "b"])
        found = list(table.rows([text]))
        longer = table.head() + "".join(table.extended(row, {"a": new, "b": [1.5, "x"]}) for row in found)
        reread = list(csv.reader(io.StringIO(longer, newline=""), delimiter=dialect["delimiter"]))
        assert reread == [["id", "text", "note", "a", "b"], *([*row, new, '[1.5, "x"]'] for row in rows)]
        bare = Csv("text")
        other = "".join(bare.replaced(row, new) for row in bare.rows([text]))
        reread = list(csv.reader(io.StringIO(bare.head() + other, newline=""), delimiter=dialect["delimiter"]))
        assert reread == [["id", "text", "note"], *([row[0], new, row[2]] for row in rows)]

    def test_a_row_keeps_its_very_characters(self):
        table = Csv("text", added=["n"])
        text = 'id;text;price\r\n1;"a;b";1,50\r\n007;plain;"2,00"'
        rows = list(table.rows([text]))
        assert table.head() + "".join(table.extended(row, {"n": 1}) for row in rows) == (
            'id;text;price;n\r\n1;"a;b";1,50;1\r\n007;plain;"2,00";1'
        )

    def test_a_column_that_is_not_there_is_refused_with_those_that_are(self):
        with pytest.raises(InputError, match="no column `body`") as refused:
            list(Csv("body").rows(["id;text\n1;a\n"]))
        assert refused.value.hint == "its columns are: id, text"

    def test_a_column_that_would_be_written_over_is_refused(self):
        with pytest.raises(InputError, match="a column `sentiment` already"):
            list(Csv("text", added=["sentiment"]).rows(["text,sentiment\na,b\n"]))

    def test_a_quote_that_is_never_closed_is_refused_with_its_line(self):
        with pytest.raises(InputError, match="line 3: a quote is opened there"):
            list(Csv("text").rows(['text\na\n"b\nc\n']))

    def test_a_quote_inside_a_bare_cell_is_a_character(self):
        assert [row.text for row in Csv("size").rows(['size,x\n5" pipe,1\n6" pipe,2\n'])] == ['5" pipe', '6" pipe']

    def test_a_short_row_has_an_error_and_stays(self):
        table = Csv("text", added=["n"])
        (row,) = table.rows(["id,text\n1\n"])
        assert (str(row.error), table.extended(row, {"n": None})) == (
            "the row has 1 cells, and `text` is number 2",
            "1,\n",
        )

    def test_a_silent_source_is_told_and_rows_are_numbered_by_their_lines(self):
        found = list(Csv("text").rows(["text\na", PAUSE, 'b\n"x\ny"\nz\n']))
        assert [row and (row.number, row.text) for row in found] == [None, (2, "ab"), (3, "x\ny"), (5, "z")]


class TestJsonLines:
    @given(
        st.dictionaries(CELL, st.one_of(st.none(), st.floats(allow_nan=False), CELL, st.lists(CELL)), max_size=5), CELL
    )
    def test_what_is_added_or_replaced_is_read_back_and_the_rest_is_as_it_was(self, record, new):
        record["text"] = "words"
        record.pop("found", None)
        for form in ({}, {"indent": None, "separators": (",", ":")}, {"ensure_ascii": False}):
            line = json.dumps(record, **form)
            if "\n" in line:
                continue
            table = JsonLines("text", added=["found"])
            (row,) = table.rows([line + "\n"])
            assert json.loads(table.extended(row, {"found": [new]})) == {**record, "found": [new]}
            assert table.extended(row, {"found": 1}).startswith(line[:-1])
            assert json.loads(table.replaced(row, new)) == {**record, "text": new}

    def test_numbers_keep_their_digits(self):
        table = JsonLines("a.b", added=["n"])
        (row,) = table.rows(['{"x": 1.00, "a": {"c": 12345678901234567890.0, "b": "h\\u00e9"} }'])
        assert (row.text, table.extended(row, {"n": 1}), table.replaced(row, "y")) == (
            "hé",
            '{"x": 1.00, "a": {"c": 12345678901234567890.0, "b": "h\\u00e9"}, "n": 1}',
            '{"x": 1.00, "a": {"c": 12345678901234567890.0, "b": "y"} }',
        )

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("nope", "the line is not JSON"),
            ("[1]", "the line is JSON, but no object"),
            ('{"x": 1}', "there is no field `text`"),
            ('{"text": 5}', "the field `text` is no text"),
            ('{"text": "\\ud83d"}', "half a character"),
            ('{"text": "a", "found": 1}', "there is a field `found` already"),
            ("[" * 100_000, "nested too deep"),
        ],
    )
    def test_a_line_that_cannot_be_used_has_an_error_and_stays(self, line, why):
        table = JsonLines("text", added=["found"])
        (row,) = table.rows([line])
        assert why in str(row.error)
        assert (table.extended(row, {"found": None}), table.replaced(row, "")) == (line + "\n", "")


@given(st.text(), st.integers(1, 9))
def test_lines_put_back_together_are_the_text(text, size):
    table = Lines()
    found = [row for row in table.rows(chunked(text, size)) if row is not None]
    assert "".join(table.replaced(row, row.text) for row in found) == text
    assert [row.number for row in found] == list(range(1, len(found) + 1))
