"""AnalyzeExpense: a page as a receipt or an invoice, with its fields and items by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awsml_cli.local.engines import read
from awsml_cli.local.engines.read import receipts
from awsml_cli.local.engines.read.found import Word
from awsml_cli.local.engines.read.pages import Pages
from awsml_cli.local.engines.read.receipts import Entry
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.textract.blocks import Blocks, geometry
from awsml_cli.local.operations.textract.reading import Made
from awsml_cli.local.operations.textract.structure import Structure


def document(pages: Pages, number: int, made: Made, machine: Machine, *, salt: str) -> dict[str, Any]:
    """The page NUMBER of PAGES as one of ExpenseDocuments."""
    sheet = pages.page(number)
    found = read.read(sheet, home=machine.home, warn=machine.warn)
    made.by(*found.engines, receipts.DECLARATION)
    blocks = Blocks(salt=salt, number=number, size=sheet.size)
    blocks.text(found.lines)
    structure = Structure(sheet, found.lines, blocks)
    entries = receipts.summary(structure.upright, structure.fields, structure.tables)
    groups = receipts.items(structure.tables)
    return {
        "ExpenseIndex": number,
        "SummaryFields": [_told(entry, structure, sheet.size, number) for entry in entries],
        "LineItemGroups": [
            {
                "LineItemGroupIndex": at,
                "LineItems": [
                    {"LineItemExpenseFields": [_told(entry, structure, sheet.size, number) for entry in row]}
                    for row in rows
                ],
            }
            for at, rows in enumerate(groups, start=1)
        ],
        "Blocks": blocks.all,
    }


def _told(entry: Entry, structure: Structure, size: tuple[int, int], number: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Type": {"Text": entry.type, "Confidence": entry.confidence},
        "ValueDetection": _detection(entry.value, structure, size, entry.confidence),
        "PageNumber": number,
    }
    if entry.label:
        told["LabelDetection"] = _detection(entry.label, structure, size, entry.confidence)
    if entry.currency:
        told["Currency"] = {"Code": entry.currency, "Confidence": entry.confidence}
    return told


def _detection(words: Sequence[Word], structure: Structure, size: tuple[int, int], confidence: float) -> dict[str, Any]:
    return {
        "Text": " ".join(word.text for word in words),
        "Geometry": geometry(structure.around(words), size),
        "Confidence": confidence,
    }
