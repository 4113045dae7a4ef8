"""Every answer of Textract is read, whatever its shape, and what is none is refused with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakeaws import sheets
from fakeaws.sheets import Grid, Sheet, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import invoice

from awsml_cli.core.errors import InputError
from awsml_cli.formats.blocks import parse, render

FEATURES = ("TABLES", "FORMS", "SIGNATURES", "LAYOUT", "QUERIES")
QUESTIONS = [{"Text": "What is the total?", "Alias": "total"}, {"Text": "Why?"}]


def whole(*pages: Sheet) -> dict[str, Any]:
    return sheets.answer(*pages, features=FEATURES, questions=QUESTIONS)


class TestShapes:
    def test_a_page_has_all_that_stands_on_it(self) -> None:
        (page,) = parse(whole(invoice())).pages
        assert page.lines[0].text == "Invoice 2026"
        assert [table.rows() for table in page.tables] == [
            [["Item", "Count", "Price"], ["Tea", "2", "1,250.50"], ["Bread", "1", "$3.20"], ["Total", "", "1,253.70"]]
        ]
        assert [(pair.key, pair.value, pair.selected) for pair in page.key_values] == [
            ("Name:", "Ann Lee", None),
            ("Member", "true", True),
            ("Gift", "false", False),
        ]
        assert [element.kind for element in page.layout] == ["TITLE", "TEXT", "TABLE", "PAGE_NUMBER"]
        assert len(page.signatures) == 1

    def test_questions_have_their_answers_and_those_without_are_there(self) -> None:
        found = parse(whole(invoice(), sheet("Nothing."), invoice())).questions
        assert [(one.name, [answer.page for answer in one.answers]) for one in found] == [
            ("total", [3, 1]),
            ("Why?", []),
        ]

    def test_bytes_text_dicts_and_lines_are_the_same(self) -> None:
        answer = whole(invoice(), sheet("Two."))
        texts = {
            render(parse(data), "json") for data in (answer, json.dumps(answer), json.dumps(answer).encode(), [answer])
        }
        assert len(texts) == 1
        assert render(parse(b"\xef\xbb\xbf" + json.dumps(answer).encode()), "json") in texts

    def test_synchronous_answers_in_a_list_are_pages(self) -> None:
        answers = [sheets.answer(sheet(text)) for text in ("One.", "Two.", "Three.")]
        for answer in answers:
            for block in answer["Blocks"]:
                del block["Page"]
        expected = "One.\n\fTwo.\n\fThree.\n"
        assert parse(answers).text == parse("\n".join(json.dumps(answer) for answer in answers)).text == expected
        assert [page.number for page in parse(answers).pages] == [1, 2, 3]

    def test_pages_of_a_job_s_result_are_one_document(self) -> None:
        answer = whole(invoice(), sheet("Two."), invoice())
        head = {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": 3}}
        parts = [
            {**head, "Blocks": answer["Blocks"][at : at + 7], "NextToken": "x"}
            for at in range(0, len(answer["Blocks"]), 7)
        ]
        assert render(parse(parts), "json") == render(parse({**answer, **head}), "json")

    def test_warnings_are_said_once(self) -> None:
        answer = {"JobStatus": "PARTIAL_SUCCESS", "Blocks": [], "Warnings": [{"ErrorCode": "X", "Pages": [2]}]}
        assert parse([answer, answer]).warnings == (("X", (2,)),)

    def test_the_same_ids_on_two_pages_are_two_things(self) -> None:
        one, two = sheets.answer(sheet("Same.")), sheets.answer(sheet("Same."))
        for block in two["Blocks"]:
            block["Page"] = 2
        assert parse({"Blocks": [*one["Blocks"], *two["Blocks"]]}).text == "Same.\n\fSame.\n"

    def test_expenses_identities_and_lending(self) -> None:
        value = {"Text": "Corner Shop", "Confidence": 90.0}
        field = {
            "Type": {"Text": "VENDOR_NAME"},
            "LabelDetection": {"Text": "From"},
            "ValueDetection": value,
            "Currency": {"Code": "EUR"},
        }
        items = [{"LineItemExpenseFields": [{"Type": {"Text": "ITEM"}, "ValueDetection": {"Text": "Tea"}}]}]
        expense = {"ExpenseIndex": 1, "SummaryFields": [field], "LineItemGroups": [{"LineItems": items}]}
        found = parse({"ExpenseDocuments": [expense]}).expenses[0]
        assert (found.fields[0].value, found.fields[0].label, found.fields[0].currency) == (
            "Corner Shop",
            "From",
            "EUR",
        )
        assert [[one.value for one in item] for item in found.items] == [["Tea"]]
        date = {"Text": "01/02/1990", "NormalizedValue": {"Value": "1990-01-02T00:00:00", "ValueType": "Date"}}
        identity = parse(
            {
                "IdentityDocuments": [
                    {"IdentityDocumentFields": [{"Type": {"Text": "DATE_OF_BIRTH"}, "ValueDetection": date}]}
                ]
            }
        )
        assert identity.identities[0].fields[0].normalized == "1990-01-02T00:00:00"
        page = {
            "Page": 4,
            "PageClassification": {
                "PageType": [{"Value": "W_2", "Confidence": 90}, {"Value": "1040", "Confidence": 95}]
            },
            "Extractions": [
                {"ExpenseDocument": expense},
                {
                    "LendingDocument": {
                        "LendingFields": [{"Type": "PAID", "ValueDetections": [{"SelectionStatus": "SELECTED"}]}]
                    }
                },
            ],
        }
        lending = parse({"Results": [page]}).lending[0]
        assert (lending.page, lending.type, lending.fields[0].selected, len(lending.expenses)) == (4, "1040", True, 1)

    def test_nothing_was_read(self) -> None:
        assert [render(parse({"Blocks": []}), name) for name in ("text", "md", "csv")] == ["", "", ""]
        assert parse({"JobStatus": "FAILED", "StatusMessage": "x"}).pages == ()

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"   ",
            b"[1, 2]",
            b"7",
            b"[]",
            b"{}",
            b'{"a": 1}',
            b'{"Blocks": [{"BlockType": "CELL", "Geometry": 3}]}',
            b"\xff\xfe",
            b"{",
            b"[" * 99_999,
        ],
    )
    def test_what_is_no_answer_is_refused(self, data: bytes) -> None:
        with pytest.raises(InputError):
            parse(data)

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_a_damaged_answer_is_refused_or_read_and_never_breaks(self, data: st.DataObject) -> None:
        answer = whole(invoice())
        for block in data.draw(st.lists(st.sampled_from(answer["Blocks"]), max_size=4)):
            key = data.draw(st.sampled_from(sorted(block)))
            block[key] = data.draw(
                st.sampled_from([None, "x", 0, [], {}, [None], [{"Type": "CHILD", "Ids": ["nobody"]}]])
            )
        try:
            found = parse(json.dumps(answer))
            for name in ("text", "md", "html", "csv", "json", "hocr", "alto", "svg", "xlsx"):
                render(found, name)
        except InputError:
            pass


class TestTables:
    def test_merged_cells_cover_their_places_once(self) -> None:
        page = Sheet()
        grid = Grid(
            [["Year", "Sales", ""], ["", "a", "b"], ["2026", "1", "2"]],
            72,
            100,
            merged=[(1, 1, 2, 1), (1, 2, 1, 2)],
            heads=2,
        )
        page.table(grid)
        (table,) = parse(sheets.answer(page, features=["TABLES"])).tables
        spans = [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells]
        assert spans == [
            (1, 1, 2, 1),
            (1, 2, 1, 2),
            (2, 2, 1, 1),
            (2, 3, 1, 1),
            (3, 1, 1, 1),
            (3, 2, 1, 1),
            (3, 3, 1, 1),
        ]
        assert (table.header_rows, table.rows()) == (2, [["Year", "Sales", ""], ["", "a", "b"], ["2026", "1", "2"]])
        assert table.rows(repeat=True)[:2] == [["Year", "Sales", "Sales"], ["Year", "a", "b"]]

    def test_spans_that_overlap_are_cut_back(self) -> None:
        cells = [cell("a", 1, 1, 2, 2), cell("b", 1, 2, 1, 1), cell("c", 2, 1, 1, 3)]
        table = {"BlockType": "TABLE", "Id": "t", "Relationships": [{"Type": "CHILD", "Ids": ["a", "b", "c"]}]}
        (found,) = parse({"Blocks": [table, *cells]}).tables
        places = [
            (one.row + down, one.column + right)
            for one in found.cells
            for down in range(one.row_span)
            for right in range(one.column_span)
        ]
        assert len(places) == len(set(places))

    def test_checkboxes_in_cells(self) -> None:
        tick = {"BlockType": "SELECTION_ELEMENT", "Id": "s", "SelectionStatus": "SELECTED"}
        one = {**cell("a", 1, 1, 1, 1), "Relationships": [{"Type": "CHILD", "Ids": ["s"]}]}
        table = {"BlockType": "TABLE", "Id": "t", "Relationships": [{"Type": "CHILD", "Ids": ["a"]}]}
        assert parse({"Blocks": [table, one, tick]}).tables[0].rows() == [["[x]"]]


def cell(id: str, row: int, column: int, rows: int, columns: int) -> dict[str, Any]:
    return {
        "BlockType": "CELL",
        "Id": id,
        "RowIndex": row,
        "ColumnIndex": column,
        "RowSpan": rows,
        "ColumnSpan": columns,
    }


class TestReadingOrder:
    def test_two_columns_of_prose_are_read_one_after_the_other(self) -> None:
        page = sheet("A headline that goes over both of the columns of the page")
        left = [page.write(f"left column line {number} words", 72, 150 + 15 * number) for number in range(12)]
        right = [page.write(f"right column line {number} words", 330, 150 + 15 * number) for number in range(12)]
        foot = page.write("And a last line that goes over both of the columns again", 72, 400)
        read = parse(sheets.answer(page)).pages[0].lines
        expected = [page.lines[0], *left, *right, foot]
        assert [line.text for line in read] == [line.text for line in expected]

    def test_three_columns(self) -> None:
        page = Sheet()
        columns = [
            [page.write(f"column {x} line {number}", x, 100 + 15 * number, size=10) for number in range(9)]
            for x in (60, 230, 400)
        ]
        assert [line.text for line in parse(sheets.answer(page)).pages[0].lines] == [
            line.text for column in columns for line in column
        ]

    def test_labels_and_numbers_are_read_line_by_line(self) -> None:
        page = Sheet()
        for number in range(8):
            page.write(f"Item {number}", 72, 100 + 18 * number)
            page.write(f"{number}.50", 400, 100 + 18 * number)
        expected = [text for number in range(8) for text in (f"Item {number}", f"{number}.50")]
        assert [line.text for line in parse(sheets.answer(page)).pages[0].lines] == expected

    @pytest.mark.parametrize("degrees", [-3, -1, 1, 3])
    def test_a_page_that_lies_a_little_askew(self, degrees: float) -> None:
        page = Sheet()
        head = page.write("A headline that goes over both of the columns of it", 72, 90)
        left = [page.write(f"left column line {number:2} some words", 72, 150 + 14 * number) for number in range(20)]
        right = [page.write(f"right column line {number:2} some words", 340, 150 + 14 * number) for number in range(20)]
        foot = page.write("And a last line that goes over both of the columns again", 72, 460)
        rows = [
            page.write(text, x, 500 + 14 * row)
            for row in range(5)
            for text, x in ((f"Item {row}", 72), (f"{row}.50", 500))
        ]
        read = parse(sheets.askew(sheets.answer(page), degrees)).pages[0].lines
        assert [line.text for line in read] == [line.text for line in (head, *left, *right, foot, *rows)]

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_a_page_that_lies_on_its_side_is_read_upright(self, turn: int) -> None:
        page = sheet(*(f"line number {number}" for number in range(8)))
        read = parse(sheets.turned(sheets.answer(page), turn)).pages[0]
        assert (read.turn, [line.text for line in read.lines]) == (turn, [line.text for line in page.lines])

    def test_a_stamp_in_the_margin_comes_last(self) -> None:
        page = sheet("One.", "Two.", "Three.")
        page.write("received", 30, 300, turn=270)
        assert [line.text for line in parse(sheets.answer(page)).pages[0].lines] == [
            "One.",
            "Two.",
            "Three.",
            "received",
        ]

    def test_layout_decides_where_it_was_asked_for_and_nothing_is_lost(self) -> None:
        page = sheet("first", "second", "third", "fourth")
        first, _second, third, _fourth = page.lines
        page.layout = [("TEXT", [third]), ("TEXT", [first])]
        read = [line.text for line in parse(sheets.answer(page, features=["LAYOUT"])).pages[0].lines]
        assert sorted(read) == ["first", "fourth", "second", "third"]
        assert read.index("third") < read.index("first")

    def test_time_grows_with_the_lines_and_not_with_their_square(self) -> None:
        from time import process_time

        def seconds(count: int) -> float:
            lines = [
                {
                    "BlockType": "LINE",
                    "Id": f"{number}",
                    "Text": "a line of some words",
                    "Geometry": {
                        "BoundingBox": {
                            "Left": 0.1 + 0.5 * (number % 2),
                            "Top": number / count,
                            "Width": 0.3,
                            "Height": 0.4 / count,
                        }
                    },
                }
                for number in range(count)
            ]
            begun = process_time()
            assert len(parse({"Blocks": lines}).pages[0].lines) == count
            return process_time() - begun

        seconds(500)
        assert seconds(8000) < 12 * max(seconds(2000), 0.01)
