"""What can be looked at in a document: its text, tables, fields, answers, layout, signatures and typed fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from awsml_cli.core.record import Record
from awsml_cli.formats.blocks import Document, Options
from awsml_cli.formats.blocks.model import Field
from awsml_cli.formats.blocks.prose import render_text
from awsml_cli.formats.blocks.table_text import render_csv

Row = tuple[Any, ...]


class LineRow(Record):
    """A line of a page."""

    columns: ClassVar = ("page", "text", "confidence")

    page: int
    text: str
    confidence: float | None = None


class TableRow(Record):
    """A row of a table, as CSV."""

    columns: ClassVar = ("line",)

    line: str


class KeyValueRow(Record):
    """A field of a form."""

    columns: ClassVar = ("key", "value")

    key: str
    value: str
    confidence: float | None = None
    page: int | None = None


class AnswerRow(Record):
    """The surest answer to a question; empty where there is none."""

    columns: ClassVar = ("query", "answer")

    query: str
    answer: str
    confidence: float | None = None
    page: int | None = None


class LayoutRow(Record):
    """A part of a page's layout."""

    columns: ClassVar = ("page", "type", "text")

    page: int
    type: str
    text: str


class SignatureRow(Record):
    """A place where somebody signed; its box in ratios of the page."""

    columns: ClassVar = ("page", "confidence", "left", "top", "width", "height")

    page: int
    confidence: float | None
    left: float
    top: float
    width: float
    height: float


class FieldRow(Record):
    """A typed field."""

    columns: ClassVar = ("type", "value")

    type: str
    value: str
    label: str = ""
    confidence: float | None = None


class ExpenseRow(Record):
    """A field of a receipt; `item` is the number of the line item that it belongs to, none for the whole receipt."""

    columns: ClassVar = ("type", "value", "item")

    type: str
    value: str
    item: int | None = None
    expense: int = 1
    label: str = ""
    confidence: float | None = None


class LendingRow(Record):
    """A field of a mortgage application's page."""

    columns: ClassVar = ("page", "page_type", "type", "value")

    page: int
    page_type: str
    type: str
    value: str
    confidence: float | None = None


@dataclass(frozen=True)
class View:
    """One thing to look at: its lines as ROWS of record ROW, or its PROSE, and the KEYS of the record it is about."""

    row: type[Record]
    rows: Callable[[Document], Iterator[Row]]
    prose: Callable[[Document, Options], str] | None = None
    keys: tuple[str, ...] = ()
    extra: Callable[[Document], dict[str, Any]] | None = None


def _lines(document: Document) -> Iterator[Row]:
    for page in document.pages:
        for line in page.lines:
            yield page.number, line.text, line.confidence


def _table_lines(document: Document) -> Iterator[Row]:
    from awsml_cli.formats.blocks.table_text import table_csv

    for table in document.tables:
        for line in table_csv(table).splitlines():
            yield (line,)


def _fields(document: Document) -> Iterator[Row]:
    for pair in document.key_values:
        yield pair.key, pair.value, pair.confidence, pair.page


def _answers(document: Document) -> Iterator[Row]:
    for question in document.questions:
        best = question.answers[0] if question.answers else None
        yield (
            question.name,
            best.text if best else "",
            best.confidence if best else None,
            best.page if best else None,
        )


def _layout(document: Document) -> Iterator[Row]:
    from awsml_cli.formats.blocks.order import lines_of

    for page in document.pages:
        for element in page.layout:
            yield page.number, element.kind, "\n".join(line.text for line in lines_of(element) if line.text)


def _signatures(document: Document) -> Iterator[Row]:
    for one in document.signatures:
        yield one.page, one.confidence, *one.box


def _expenses(document: Document) -> Iterator[Row]:
    for expense in document.expenses:
        for found in expense.fields:
            yield found.type, found.value, None, expense.index, found.label, found.confidence
        for number, item in enumerate(expense.items, start=1):
            for found in item:
                if found.type != "EXPENSE_ROW":
                    yield found.type, found.value, number, expense.index, found.label, found.confidence


def _identities(document: Document) -> Iterator[Row]:
    for identity in document.identities:
        for found in identity.fields:
            if found.value:
                yield found.type, found.value, found.label, found.confidence


def _lending(document: Document) -> Iterator[Row]:
    for page in document.lending:
        found: list[Field] = [*page.fields, *(one for part in page.expenses for one in part.fields)]
        found += [one for part in page.identities for one in part.fields if one.value]
        for one in found:
            yield page.page, page.type, one.type, one.value, one.confidence
        for signature in page.signatures:
            yield page.page, page.type, "SIGNATURE", "", signature.confidence
        if not found and not page.signatures:
            yield page.page, page.type, "", "", page.confidence


def _form(document: Document) -> dict[str, Any]:
    """The fields as `key: value`; a key that comes several times has a list."""
    form: dict[str, Any] = {}
    for pair in document.key_values:
        key = pair.key.rstrip(" :")
        value: Any = pair.value if pair.selected is None else pair.selected
        if key in form:
            form[key] = [*(form[key] if isinstance(form[key], list) else [form[key]]), value]
        else:
            form[key] = value
    return {"form": form}


def _answered(document: Document) -> dict[str, Any]:
    return {
        "answers": {
            question.name: question.answers[0].text if question.answers else None for question in document.questions
        }
    }


def _elements(document: Document) -> dict[str, Any]:
    from awsml_cli.formats.blocks.data import element_data

    return {"layout": [{"page": page.number, **element_data(one)} for page in document.pages for one in page.layout]}


VIEWS: dict[str, View] = {
    "text": View(LineRow, _lines, prose=render_text),
    "tables": View(TableRow, _table_lines, prose=render_csv, keys=("tables",)),
    "forms": View(KeyValueRow, _fields, keys=("form", "key_values"), extra=_form),
    "ask": View(AnswerRow, _answers, keys=("answers", "queries"), extra=_answered),
    "layout": View(LayoutRow, _layout, keys=("layout",), extra=_elements),
    "signatures": View(SignatureRow, _signatures, keys=("signatures",)),
    "expense": View(ExpenseRow, _expenses, keys=("expense_documents",)),
    "id": View(FieldRow, _identities, keys=("identity_documents",)),
    "lending": View(LendingRow, _lending, keys=("lending_results", "summary")),
}
