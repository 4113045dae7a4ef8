"""The record of a document: plain data with the snake_case of AWS's own names, for JSON and for `--query`."""

from __future__ import annotations

import json
from typing import Any

from awsml_cli.formats.blocks.block import NOWHERE, Box
from awsml_cli.formats.blocks.model import (
    Cell,
    Document,
    Element,
    Expense,
    Field,
    Identity,
    KeyValue,
    LendingPage,
    Line,
    Page,
    Question,
    Signature,
    Table,
)
from awsml_cli.formats.blocks.options import Options


def render_json(document: Document, options: Options) -> str:
    """The record as JSON."""
    return json.dumps(record(document), ensure_ascii=False, indent=2) + "\n"


def record(document: Document) -> dict[str, Any]:
    """All that was found in DOCUMENT; a key is left out where nothing of its kind was asked for or found."""
    found: dict[str, Any] = {
        "document_metadata": {"pages": document.page_count},
        "text": document.text,
        "pages": [_page(page) for page in document.pages],
        "tables": [table_data(table) for table in document.tables],
        "key_values": [key_value_data(pair) for pair in document.key_values],
        "queries": [question_data(one) for one in document.questions],
        "signatures": [signature_data(one) for one in document.signatures],
        "expense_documents": [expense_data(one) for one in document.expenses],
        "identity_documents": [identity_data(one) for one in document.identities],
        "lending_results": [lending_data(one) for one in document.lending],
        "summary": snake_case(document.details),
        "warnings": [{"error_code": code, "pages": list(pages)} for code, pages in document.warnings],
    }
    return {key: value for key, value in found.items() if value or key in ("document_metadata", "text", "pages")}


def _page(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = {"page": page.number, "lines": [line_data(line) for line in page.lines]}
    if page.turn:
        found["rotation"] = page.turn
    if page.layout:
        found["layout"] = [element_data(element) for element in page.layout]
    return found


def line_data(line: Line) -> dict[str, Any]:
    """A line with its words."""
    words = [
        {
            "text": word.text,
            "confidence": word.confidence,
            "bounding_box": _box(word.box),
            **({"text_type": "HANDWRITING"} if word.handwriting else {}),
        }
        for word in line.words
        if word.selected is None
    ]
    return {
        "text": line.text,
        "confidence": line.confidence,
        "bounding_box": _box(line.box),
        **({"rotation": line.turn} if line.turn else {}),
        "words": words,
    }


def element_data(element: Element) -> dict[str, Any]:
    """A part of the layout: its type, its text, and its own parts where it is a list."""
    found: dict[str, Any] = {
        "block_type": f"LAYOUT_{element.kind}",
        "text": "\n".join(line.text for line in element.lines),
        "confidence": element.confidence,
        "bounding_box": _box(element.box),
    }
    if element.parts:
        found["parts"] = [element_data(part) for part in element.parts]
    return found


def table_data(table: Table) -> dict[str, Any]:
    """A table: `rows` for reading, `cells` for everything else."""
    found: dict[str, Any] = {
        "page": table.page,
        "table_titles": list(table.titles),
        "table_footers": list(table.footers),
        "table_type": table.kind,
        "confidence": table.confidence,
        "header_rows": table.header_rows,
        "rows": table.rows(),
        "cells": [_cell(cell) for cell in table.cells],
        "bounding_box": _box(table.box),
    }
    if len(table.pages) > 1:
        found["pages"] = list(table.pages)
    return found


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "row_index": cell.row,
        "column_index": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
        "text": cell.text,
        "confidence": cell.confidence,
        "entity_types": list(cell.kinds),
        "bounding_box": _box(cell.box),
    }


def key_value_data(pair: KeyValue) -> dict[str, Any]:
    """A form field; the value of a checkbox is a boolean."""
    return {
        "key": pair.key,
        "value": pair.value if pair.selected is None else pair.selected,
        "confidence": pair.confidence,
        "page": pair.page,
        "key_bounding_box": _box(pair.key_box),
        "value_bounding_box": _box(pair.value_box),
    }


def question_data(question: Question) -> dict[str, Any]:
    """A question with its best answer, and those of all pages."""
    best = question.answers[0] if question.answers else None
    return {
        "text": question.text,
        "alias": question.alias,
        "answer": best.text if best else None,
        "confidence": best.confidence if best else None,
        "page": best.page if best else None,
        "answers": [
            {"text": one.text, "confidence": one.confidence, "page": one.page, "bounding_box": _box(one.box)}
            for one in question.answers
        ],
    }


def signature_data(signature: Signature) -> dict[str, Any]:
    """Where somebody signed."""
    return {
        "page": signature.page,
        "confidence": signature.confidence,
        "bounding_box": _box(signature.box),
    }


def field_data(found: Field) -> dict[str, Any]:
    """A typed field, without what it does not have."""
    data: dict[str, Any] = {
        "type": found.type,
        "label": found.label,
        "value": found.value if found.selected is None else found.selected,
        "confidence": found.confidence,
        "page": found.page,
        "currency": found.currency,
        "normalized_value": found.normalized,
        "groups": list(found.groups),
        "bounding_box": _box(found.box),
    }
    return {key: value for key, value in data.items() if key in ("type", "value") or value not in (None, "", [])}


def expense_data(expense: Expense) -> dict[str, Any]:
    """A receipt."""
    return {
        "expense_index": expense.index,
        "summary_fields": [field_data(one) for one in expense.fields],
        "line_item_groups": [[[field_data(one) for one in item] for item in group] for group in expense.groups],
    }


def identity_data(identity: Identity) -> dict[str, Any]:
    """A passport or driving licence."""
    return {
        "document_index": identity.index,
        "identity_document_fields": [field_data(one) for one in identity.fields],
    }


def lending_data(page: LendingPage) -> dict[str, Any]:
    """A page of a mortgage application."""
    found: dict[str, Any] = {
        "page": page.page,
        "page_type": page.type,
        "page_type_confidence": page.confidence,
        "page_number": page.number,
        "lending_fields": [field_data(one) for one in page.fields],
        "signatures": [signature_data(one) for one in page.signatures],
        "expense_documents": [expense_data(one) for one in page.expenses],
        "identity_documents": [identity_data(one) for one in page.identities],
    }
    return {key: value for key, value in found.items() if value or key in ("page", "page_type")}


def snake_case(value: Any) -> Any:
    """VALUE, an answer of AWS's, with keys as ours are."""
    if isinstance(value, dict):
        return {_snake(key): snake_case(part) for key, part in value.items()}
    return [snake_case(part) for part in value] if isinstance(value, list) else value


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key).lstrip("_")


def _box(box: Box) -> dict[str, float] | None:
    return None if box is NOWHERE else box._asdict()
