"""XLSX, read back by openpyxl."""

from __future__ import annotations

import io

import pytest
from fakeaws import sheets
from fakeaws.sheets import Grid, Sheet, sheet

from awsml_cli.formats.blocks import parse, render
from awsml_cli.formats.blocks.xlsx import number_of

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the group `test`")
pytest.importorskip("xlsxwriter", reason="pip install '.[documents]'")


def workbook(*pages: Sheet):
    data = render(parse(sheets.answer(*pages, features=["TABLES", "FORMS"])), "xlsx")
    return openpyxl.load_workbook(io.BytesIO(data))


class TestWorkbook:
    def test_a_sheet_for_each_table_with_typed_numbers(self) -> None:
        one, two = Sheet(), Sheet()
        one.table(
            Grid([["Item", "Price"], ["=1+1", "1,250.50"], ["00123", "(3.20)"]], 72, 100, title="Sales: [2026]/Q1*?")
        )
        two.table(Grid([["a"]], 72, 100))
        book = workbook(one, two)
        assert book.sheetnames == ["1 Sales   2026  Q1", "Table 2"]
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        assert rows == [["Item", "Price"], ["=1+1", 1250.5], ["00123", -3.2]]
        first = book.worksheets[0]
        assert (first["A2"].data_type, first["B2"].number_format, first["A1"].font.bold) == ("s", "#,##0.00", True)
        assert first.freeze_panes == "A2"

    def test_merged_cells_are_merged(self) -> None:
        page = Sheet()
        page.table(
            Grid(
                [["Year", "Sales", ""], ["", "a", "b"], ["2026", "1", "2"]],
                72,
                100,
                merged=[(1, 1, 2, 1), (1, 2, 1, 2)],
                heads=2,
            )
        )
        found = workbook(page).worksheets[0]
        assert sorted(map(str, found.merged_cells.ranges)) == ["A1:A2", "B1:C1"]
        assert (found["A1"].value, found["B1"].value, found["C3"].value) == ("Year", "Sales", 2)

    def test_what_is_doubtful_is_tinted(self) -> None:
        page = Sheet()
        page.table(Grid([["sure"]], 72, 100, confidence=95.0))
        page.table(Grid([["unsure"]], 72, 300, confidence=50.0))
        colours = [book.cell(1, 1).fill.start_color.rgb for book in workbook(page).worksheets]
        assert colours == ["00000000", "FFFFEB9C"]

    def test_without_a_table_fields_or_lines(self) -> None:
        page = Sheet()
        page.ask("Name:", "Ann", 72, 100)
        assert [[cell.value for cell in row] for row in workbook(page).worksheets[0].iter_rows()] == [
            ["page", "key", "value"],
            [1, "Name:", "Ann"],
        ]
        assert [[cell.value for cell in row] for row in workbook(sheet("One.")).worksheets[0].iter_rows()] == [
            ["page", "text"],
            [1, "One."],
        ]


@pytest.mark.parametrize(
    ("text", "number", "shape"),
    [
        ("0", 0, "0"), ("12", 12, "0"), ("-12.50", -12.5, "0.00"), ("1,234", 1234, "#,##0"), ("$1,234.50", 1234.5, '"$"#,##0.00'),
        ("(300)", -300, "0;(0)"), ("-$5", -5, '"$"0'), ("$-5", -5, '"$"0'), ("12%", 0.12, "0%"), ("12.5%", 0.125, "0.0%"),
        ("1.234,50", 1234.5, "#,##0.00"), (".5", 0.5, "0.0"), ("−3", -3, "0"), ("€ 5", None, ""), ("00123", None, ""), ("1.2.3", None, ""),
        ("1,5", None, ""), ("12a", None, ""), ("", None, ""), ("(5", None, ""), ("1234567890123456", None, ""), ("1,23,456", None, ""),
    ],
)  # fmt: skip
def test_what_is_a_number(text: str, number: float | None, shape: str) -> None:
    found = number_of(text)
    assert found == ((pytest.approx(number) if number is not None else None), shape)
