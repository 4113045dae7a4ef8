"""Tables, forms and layout of drawn pages, as PDFs, as pictures, as bad scans: what was drawn is what is found."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program

from awsml_cli.formats.blocks import parse
from awsml_cli.local.engines.read import ppocr
from local import drawn

needs_ppocr = pytest.mark.skipif(not ppocr.DECLARATION.installed(), reason=ppocr.DECLARATION.install)
LOOKS = ["pdf", pytest.param("png", marks=needs_ppocr), pytest.param("scan", marks=needs_ppocr)]


def looking(data: bytes, look: str) -> bytes:
    """The page DATA (a PDF) as LOOK."""
    if look == "pdf":
        return data
    return drawn.png(drawn.picture(data) if look == "png" else drawn.scan(data=data))


_ANSWERS: dict[bytes, Any] = {}


def analyzed(client, data: bytes):
    """The document in DATA with all that can be found; each is read once, which takes a second."""
    if data not in _ANSWERS:
        features = ["TABLES", "FORMS", "LAYOUT"]
        answer = client("textract").analyze_document(Document={"Bytes": data}, FeatureTypes=features)
        answer.pop("ResponseMetadata")
        _ANSWERS[data] = answer
    return parse(_ANSWERS[data])


@pytest.mark.parametrize("look", LOOKS)
def test_every_cell_of_a_ruled_table(client, look):
    (table,) = analyzed(client, looking(drawn.invoice(), look)).tables

    assert table.rows() == [list(row) for row in drawn.ROWS]
    assert (table.header_rows, table.kind) == (1, "STRUCTURED_TABLE")


@pytest.mark.parametrize("look", LOOKS)
def test_cells_over_several_places(client, look):
    (table,) = analyzed(client, looking(drawn.spanned(), look)).tables

    found = {(cell.row, cell.column, cell.row_span, cell.column_span): cell.text for cell in table.cells}
    assert found == dict(drawn.SPANNED)
    assert (table.header_rows, table.titles) == (2, ("Table 3: sales by region",))


@pytest.mark.parametrize("look", LOOKS)
def test_a_table_without_lines(client, look):
    (table,) = analyzed(client, looking(drawn.report(), look)).tables

    assert table.rows() == [list(row) for row in drawn.PORTS]
    assert (table.header_rows, table.kind) == (1, "SEMI_STRUCTURED_TABLE")


@needs_ppocr
@pytest.mark.parametrize("turn", [90, 180])
def test_a_table_on_a_page_that_lies_on_its_side(client, turn):
    document = analyzed(client, drawn.png(drawn.picture(turn=turn)))

    (table,) = document.tables
    box = table.box
    assert table.rows() == [list(row) for row in drawn.ROWS]
    assert (box.width > box.height) == (turn == 180)
    assert all(box.left <= word.box.left and word.box.right <= box.right for cell in table.cells for word in cell.words)


@pytest.mark.parametrize("look", LOOKS)
def test_every_field_of_a_form(client, look):
    found = analyzed(client, looking(drawn.form(), look)).key_values

    assert {pair.key: pair.value for pair in found} == drawn.FORM


@pytest.mark.parametrize("look", LOOKS)
def test_fields_and_check_boxes_of_an_invoice(client, look):
    found = analyzed(client, looking(drawn.invoice(), look)).key_values

    ticks = {label: str(ticked).lower() for label, ticked in drawn.TICKS.items()}
    assert {pair.key: pair.value for pair in found} == {**drawn.FIELDS, **ticks}
    assert {pair.key for pair in found if pair.selected is not None} == set(drawn.TICKS)


@pytest.mark.parametrize("look", LOOKS)
def test_the_parts_of_a_page(client, look):
    (page,) = analyzed(client, looking(drawn.report(), look)).pages

    found = [(part.kind, _text(part)) for part in page.layout]
    wanted = [part for part in drawn.PARTS if look == "pdf" or part[0] != "PAGE_NUMBER"]  # a lone figure is not seen
    found = [part for part in found if look == "pdf" or part[0] != "PAGE_NUMBER"]
    assert [kind for kind, _ in found] == [kind for kind, _ in wanted]
    assert all(text.startswith(begin) for (_, text), (_, begin) in zip(found, wanted, strict=True))


def test_two_columns_are_two_paragraphs_in_their_order(client):
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(612, 792))
    book.add_page()
    book.set_font("Helvetica", size=10)
    for column, x in enumerate((60, 320)):
        for row in range(12):
            book.text(x, 120 + 14 * row, f"Column {column} has the line {row} of its own prose.")
    (page,) = analyzed(client, bytes(book.output())).pages

    assert [part.kind for part in page.layout] == ["TEXT", "TEXT"]
    assert [line.text[7] for line in page.lines] == ["0"] * 12 + ["1"] * 12
    assert page.tables == ()


def test_prose_is_no_form_and_no_table(client):
    document = analyzed(client, drawn.report())

    assert document.key_values == ()


def test_all_at_once_says_which_rules_made_it(client):
    answer = client("textract").analyze_document(
        Document={"Bytes": drawn.invoice()}, FeatureTypes=["TABLES", "FORMS", "LAYOUT"]
    )

    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    names = [name.split(" ")[0] for name in headers["x-awsml-engine"].split(", ")]
    ids = [block["Id"] for block in answer["Blocks"]]
    children = [id for block in answer["Blocks"] for one in block.get("Relationships", ()) for id in one["Ids"]]
    assert names == ["pdf-text-layer", "tables-by-rule", "fields-by-rule", "layout-by-rule"]
    assert headers["x-awsml-quality"] == "weak"
    assert len(set(ids)) == len(ids)
    assert set(children) <= set(ids)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the invoice number?", "2024-0815"),
        ("When is the due date?", "13 April 2024"),
        ("Who is the customer?", "Anna Schmidt"),
        ("What is the total due?", "$1,284.50"),
        ("invoice no", "2024-0815"),
        ("What is the unit price of the green gadget?", "$120.50"),
        ("quantity of Blue widget", "12"),
        ("What is the amount for shipping?", "$83.00"),
        ("Who signed it?", None),
        ("What is the tax rate?", None),
        ("Where is the ship?", None),
        ("What is it?", None),
    ],
)
def test_questions_that_name_a_label(client, question, answer):
    answers = client("textract").analyze_document(
        Document={"Bytes": drawn.invoice()},
        FeatureTypes=["QUERIES"],
        QueriesConfig={"Queries": [{"Text": question, "Alias": "A"}]},
    )

    answers.pop("ResponseMetadata")
    (found,) = parse(answers).questions
    assert (found.text, found.alias) == (question, "A")
    assert [one.text for one in found.answers] == ([answer] if answer else [])


def receipt_of(client, data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Fields and items of a receipt, by their types."""
    answer = client("textract").analyze_expense(Document={"Bytes": data})
    answer.pop("ResponseMetadata")
    (found,) = parse(answer).expenses
    return {one.type: one.value for one in found.fields}, [{one.type: one.value for one in row} for row in found.items]


@pytest.mark.parametrize("look", LOOKS)
def test_an_invoice_with_its_items(client, look):
    fields, items = receipt_of(client, looking(drawn.invoice(), look))

    assert fields == {
        "INVOICE_RECEIPT_ID": "2024-0815",
        "INVOICE_RECEIPT_DATE": "14 March 2024",
        "RECEIVER_NAME": "Anna Schmidt",
        "DUE_DATE": "13 April 2024",
        "AMOUNT_DUE": "$1,284.50",
    }
    names = ("ITEM", "QUANTITY", "UNIT_PRICE", "PRICE")
    assert items == [dict(zip(names, row, strict=True)) for row in drawn.ROWS[1:]]


@pytest.mark.parametrize("look", ["pdf", pytest.param("png", marks=needs_ppocr)])
def test_a_receipt_without_a_colon(client, look):
    fields, items = receipt_of(client, looking(drawn.receipt(), look))

    assert {name: fields.get(name) for name in ("SUBTOTAL", "TAX", "TOTAL")} == {
        "SUBTOTAL": "11.05",
        "TAX": "0.99",
        "TOTAL": "EUR 12.04",
    }
    assert items == [
        {"ITEM": "Rye bread", "QUANTITY": "2", "PRICE": "7.80"},
        {"ITEM": "Apple cake", "QUANTITY": "1", "PRICE": "3.25"},
    ]


class TestCommands:
    @pytest.fixture
    def page(self, tmp_path: Path) -> Path:
        (tmp_path / "page.pdf").write_bytes(drawn.invoice())
        return tmp_path / "page.pdf"

    def test_tables(self, awsml: Program, page: Path):
        run = awsml("textract", "tables", "--local", page)

        assert [tuple(row) for row in csv.reader(io.StringIO(run.text))] == list(drawn.ROWS)

    def test_forms(self, awsml: Program, page: Path):
        run = awsml("textract", "forms", "--local", page)

        assert "Total Due:\t$1,284.50\n" in run.text
        assert "Express delivery\ttrue\n" in run.text

    def test_ask(self, awsml: Program, page: Path):
        run = awsml("textract", "ask", "--local", page, "-Q", "What is the total due?", "-Q", "Who signed it?")

        assert run.text.splitlines()[0] == "What is the total due?\t$1,284.50"

    def test_expense_at_once_and_as_a_job(self, awsml: Program, page: Path):
        runs = [awsml("textract", "expense", "--local", page, "--via", via) for via in ("sync", "async")]

        assert [run.exit_code for run in runs] == [0, 0]
        assert "AMOUNT_DUE\t$1,284.50" in runs[0].text
        assert runs[0].text == runs[1].text

    def test_a_workbook_with_numbers(self, awsml: Program, page: Path, tmp_path: Path):
        openpyxl = pytest.importorskip("openpyxl")

        awsml("textract", "tables", "--local", page, "-o", tmp_path / "out.xlsx")

        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
        assert [cell.value for cell in sheet[2]][:2] == ["Blue widget", 12]

    def test_markdown(self, awsml: Program, page: Path):
        run = awsml("textract", "tables", "--local", page, "--features", "layout", "-f", "md")

        assert run.text.startswith("# INVOICE\n")
        assert "| Blue widget | 12 | $45.00 | $540.00 |" in run.text

    def test_a_job_with_features(self, awsml: Program, page: Path):
        run = awsml("textract", "tables", "--local", page, "--via", "async", "-f", "raw")

        kinds = {block["BlockType"] for block in json.loads(run.text)["Blocks"]}
        assert {"TABLE", "CELL"} <= kinds


def _text(part) -> str:
    if part.parts:
        return " ".join(_text(one) for one in part.parts)
    return " ".join(line.text for line in part.lines)
