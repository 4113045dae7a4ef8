"""Excel workbooks: a sheet for each table, numbers as numbers, merged cells merged, heads bold, doubt tinted."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Final

from awsml_cli.formats.blocks.model import Document, Table
from awsml_cli.formats.blocks.options import Options

_SHEETS: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NAME: Final = 31  # characters in a sheet's name: Excel's own limit
_TINT: Final = "#FFEB9C"
_WIDEST: Final = 60  # characters
_DIGITS: Final = 15  # Excel keeps no more of a number
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<minus>[-−+])?(?P<sign>[$€£¥])?(?P<minus2>[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?P<rest>\.\d+)?(?P<percent>%)?(?P<close>\))?"
)
_CONTINENTAL = re.compile(r"(?P<minus>[-−])?(?P<digits>\d{1,3}(?:\.\d{3})+),(?P<rest>\d+)")


def render_xlsx(document: Document, options: Options) -> bytes:
    """A workbook of the tables; without a table, of the form fields, and without those, of the lines."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _Styles(book)
    taken: set[str] = set()
    for number, table in enumerate(document.tables, start=1):
        sheet = book.add_worksheet(_sheet_name(table, number, taken))
        _write(sheet, table, styles, options.doubtful_below)
    if not document.tables:
        _plain(book.add_worksheet("Fields" if document.key_values else "Text"), document, styles)
    book.close()
    return out.getvalue()


def _sheet_name(table: Table, number: int, taken: set[str]) -> str:
    title = _SHEETS.sub(" ", table.titles[0]).strip(" '") if table.titles else ""
    name = (f"{number} {title}" if title else f"Table {number}")[:_NAME].strip(" '")
    taken.add(name.lower())
    return name


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def style(self, *, head: bool = False, doubtful: bool = False, number: str = "", merged: bool = False) -> Any:
        key = (head, doubtful, number, merged)
        if key not in self._made:
            look: dict[str, Any] = {"valign": "top", "text_wrap": True} if not number else {"valign": "top"}
            if head:
                look["bold"] = True
            if doubtful:
                look["bg_color"] = _TINT
            if number:
                look["num_format"] = number
            if merged:
                look["align"] = "center"
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write(sheet: Any, table: Table, styles: _Styles, doubtful_below: float) -> None:
    widths = [0] * table.width
    for cell in table.cells:
        value, shape = number_of(cell.text)
        doubtful = cell.confidence is not None and bool(cell.text) and cell.confidence < doubtful_below
        merged = cell.row_span > 1 or cell.column_span > 1
        style = styles.style(head=cell.header, doubtful=doubtful, number=shape, merged=merged)
        row, column = cell.row - 1, cell.column - 1
        if merged:
            sheet.merge_range(row, column, row + cell.row_span - 1, column + cell.column_span - 1, "", style)
        _put(sheet, row, column, cell.text if value is None else value, style)
        if not merged:
            widths[column] = max(widths[column], len(cell.text))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, 6), _WIDEST))
    if table.header_rows:
        sheet.freeze_panes(table.header_rows, 0)


def _put(sheet: Any, row: int, column: int, value: str | float, style: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value[:32_767], style)  # Excel's own limit of a cell
    else:
        sheet.write_number(row, column, value, style)


def _plain(sheet: Any, document: Document, styles: _Styles) -> None:
    heads, rows = ("page", "text"), [(page.number, line.text) for page in document.pages for line in page.lines]
    if document.key_values:
        heads = ("page", "key", "value")  # type: ignore[assignment]
        rows = [(pair.page, pair.key, pair.value) for pair in document.key_values]  # type: ignore[misc]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, styles.style(head=True))
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            _put(sheet, row, column, cell if isinstance(cell, int) else str(cell), styles.style())
    sheet.set_column(1, len(heads) - 1, 40)
    sheet.freeze_panes(1, 0)


def number_of(text: str) -> tuple[float | None, str]:
    """The number that TEXT says and Excel's shape for it, or None where it says none for certain.

    `00123` and `1.2.3` are no numbers, and `1,5` could be two; `(1,200)` is negative, `1.234,50` continental.
    """
    bare = text.strip()
    found = _NUMBER.fullmatch(bare)
    if found is None:
        found = _CONTINENTAL.fullmatch(bare)
        if found is None:
            return None, ""
        digits, rest = found["digits"].replace(".", ""), found["rest"]
        if len(digits + rest) > _DIGITS:
            return None, ""
        value = float(f"{digits}.{rest}")
        return (-value if found["minus"] else value), _shape(len(rest), grouped=True)
    if bool(found["open"]) != bool(found["close"]):
        return None, ""
    digits, rest = found["digits"].replace(",", ""), found["rest"] or ""
    if len(digits + rest.lstrip(".")) > _DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return None, ""
    value = float(f"{digits or '0'}{rest}")
    if found["open"] or found["minus"] in ("-", "−") or found["minus2"]:
        value = -value
    shape = _shape(max(len(rest) - 1, 0), grouped="," in found["digits"])
    if found["percent"]:
        return value / 100, f"{shape}%"
    if found["sign"]:
        shape = f'"{found["sign"]}"{shape}'
    return value, f"{shape};({shape})" if found["open"] else shape


def _shape(decimals: int, *, grouped: bool) -> str:
    return ("#,##0" if grouped else "0") + (f".{'0' * decimals}" if decimals else "")
