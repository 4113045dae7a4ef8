"""Receipts and invoices by rule: labels that are known words, and tables whose heads are.

What a label is called decides its type; what has none of these names is OTHER. No sum is checked, no vendor guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.fields import Field
from awsml_cli.local.engines.read.found import Word
from awsml_cli.local.engines.read.tables import Table
from awsml_cli.local.engines.read.upright import Box, Upright

DECLARATION: Final = Declaration(
    name="receipts-by-label",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("en",),
    quality="weak",
    measured="a drawn invoice and a drawn receipt: all 8 labelled fields and 6 items right; vendors are not told",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)

# AWS's types (API_ExpenseType) by what a label says; the first that fits holds
_TYPES: Final = tuple(
    (name, re.compile(rf"(?:{pattern})\W*", re.IGNORECASE))
    for name, pattern in (
        ("INVOICE_RECEIPT_ID", r"(?:invoice|receipt|bill)\s*(?:number|num|no|nr|id|#)\W*|invoice"),
        ("PO_NUMBER", r"(?:p\.?o\.?|purchase order)\s*(?:number|no|#)?\W*"),
        ("ACCOUNT_NUMBER", r"account\s*(?:number|no|#)\W*"),
        ("CUSTOMER_NUMBER", r"customer\s*(?:number|no|id|#)\W*"),
        ("DUE_DATE", r"(?:payment\s*)?due(?:\s*(?:date|by|on))?|pay(?:able)? by"),
        ("DELIVERY_DATE", r"(?:delivery|ship(?:ping)?|shipped)\s*date"),
        ("ORDER_DATE", r"order(?:ed)?\s*(?:date|on)"),
        ("INVOICE_RECEIPT_DATE", r"(?:(?:invoice|receipt|bill|issue)\s*)?date"),
        ("AMOUNT_DUE", r"(?:total|amount|balance)\s*due"),
        ("AMOUNT_PAID", r"(?:amount\s*)?paid|cash|card|tendered"),
        ("SUBTOTAL", r"sub\W*total|net(?:\s*total)?"),
        ("TAX", r"(?:sales\s*)?tax.*|v\.?a\.?t\.?.*|gst.*"),
        ("DISCOUNT", r"discount.*"),
        ("SHIPPING_HANDLING_CHARGE", r"shipping.*|delivery.*|freight|postage"),
        ("GRATUITY", r"tip|gratuity|service charge"),
        ("TOTAL", r"(?:grand\s*|invoice\s*)?total(?:\s*amount)?|amount"),
        ("PAYMENT_TERMS", r"(?:payment\s*)?terms"),
        ("RECEIVER_NAME", r"customer(?:\s*name)?|bill(?:ed)?\s*to|sold\s*to|client"),
        ("VENDOR_NAME", r"vendor|seller|supplier|from"),
        ("VENDOR_PHONE", r"(?:tele)?phone|tel\.?"),
    )
)
_HEADS: Final = tuple(
    (name, re.compile(rf"(?:{pattern})\W*", re.IGNORECASE))
    for name, pattern in (
        ("ITEM", r"item.*|description|product|article|service|goods|name"),
        ("PRODUCT_CODE", r"(?:product\s*|item\s*)?code|sku|art\.?\s*no\.?"),
        ("QUANTITY", r"quantity|qty|count|units?|hours"),
        ("UNIT_PRICE", r"unit\s*(?:price|cost)|price(?:\s*each)?|rate|each"),
        ("PRICE", r"amount|total|line\s*total|sum|cost"),
    )
)
_MONEY = re.compile(
    r"(?P<sign>[$€£]|USD|EUR|GBP)?\s*-?\d[\d,.' ]*[.,]\d{2}\s*(?P<after>[$€£]|USD|EUR|GBP)?", re.IGNORECASE
)
_CURRENCIES: Final = {"$": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True)
class Entry:
    """Something with its type; `label` is empty where it has none. `confidence` is 0 to 100."""

    type: str
    label: tuple[Word, ...]
    value: tuple[Word, ...]
    confidence: float

    @property
    def text(self) -> str:
        """Its value."""
        return " ".join(word.text for word in self.value)

    @property
    def currency(self) -> str | None:
        """The currency that its value names."""
        found = _MONEY.fullmatch(self.text)
        sign = (found["sign"] or found["after"] or "").upper() if found else ""
        return _CURRENCIES.get(sign, sign or None)


def summary(page: Upright, fields: Sequence[Field], tables: Sequence[Table]) -> list[Entry]:
    """What a receipt says of itself: its labelled fields, and the sums that stand at the right of their names."""
    found = [
        Entry(_type(_TYPES, field.key) or "OTHER", field.key, field.value, field.confidence)
        for field in fields
        if field.value
    ]
    taken = {id(word) for entry in found for word in entry.value}
    items = [table.grid.box for table in tables if _columns(table)]
    return [*found, *(entry for entry in _sums(page, items) if not taken & {id(word) for word in entry.value})]


def items(tables: Sequence[Table]) -> list[list[list[Entry]]]:
    """The items of each table whose heads say what they are: rows of entries."""
    return [rows for table in tables if (rows := list(_rows(table)))]


def _sums(page: Upright, items: Sequence[Box]) -> Iterator[Entry]:
    """Rows that begin with a known name and end in an amount of money, outside of the tables of items."""
    lines = [line for line in page.lines if not any(box.holds(page.place(line)) for box in items)]
    for line in lines:
        middle = page.place(line).middle[1]
        row = sorted(
            (
                word
                for other in lines
                for word in other.words
                if abs(page.place(other).middle[1] - middle) < 0.5 * page.text_height
            ),
            key=lambda word: page.place(word).left,
        )
        value = _money(row)
        label = row[: len(row) - len(value)]
        kind = _type(_TYPES, label) if value and label and row[0] is line.words[0] else None
        if kind is not None:
            confidence = 0.85 * sum(word.confidence for word in row) / len(row)
            yield Entry(kind, tuple(label), value, confidence)


def _money(row: Sequence[Word]) -> tuple[Word, ...]:
    """The words at the end of ROW that are an amount, with its currency where that is a word of its own."""
    for count in (2, 1):
        if _MONEY.fullmatch(" ".join(word.text for word in row[-count:])) and len(row) > count:
            return tuple(row[-count:])
    return ()


def _columns(table: Table) -> dict[int, str]:
    """The type of each column of TABLE that its head tells; nothing for a table that is not of items."""
    if not table.heads:
        return {}
    heads = {column: table.words.get((table.heads, column), ()) for column in range(1, len(table.grid.xs))}
    found: dict[int, str] = {}
    for column, words in heads.items():
        kind = _type(_HEADS, words)
        if kind is not None and kind not in found.values():
            found[column] = kind
    return found if "ITEM" in found.values() and len(found) > 1 else {}


def _rows(table: Table) -> Iterator[list[Entry]]:
    columns = _columns(table)
    for row in range(table.heads + 1, len(table.grid.ys)) if columns else ():
        entries = []
        for column, kind in columns.items():
            words = tuple(table.words.get((row, column), ()))
            if words:
                head = tuple(table.words.get((table.heads, column), ()))
                mean = sum(word.confidence for word in words) / len(words)
                entries.append(Entry(kind, head, words, 0.9 * mean))
        if entries:
            yield entries


def _type(types: Sequence[tuple[str, re.Pattern[str]]], words: Sequence[Word]) -> str | None:
    text = " ".join(word.text for word in words).strip(" :.")
    return next((name for name, pattern in types if pattern.fullmatch(text)), None)
