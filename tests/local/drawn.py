"""Pages with known words, drawn for the engines that read: clean, and as a bad scan of the same page."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from PIL import Image

from awsml_cli.local.measuring.sheets import worsened

ROWS = (
    ("Item", "Quantity", "Unit Price", "Amount"),
    ("Blue widget", "12", "$45.00", "$540.00"),
    ("Green gadget", "3", "$120.50", "$361.50"),
    ("Repair service", "5", "$60.00", "$300.00"),
    ("Shipping", "1", "$83.00", "$83.00"),
)
FIELDS = {
    "Invoice Number:": "2024-0815",
    "Date:": "14 March 2024",
    "Customer:": "Anna Schmidt",
    "Due Date:": "13 April 2024",
    "Total Due:": "$1,284.50",
}
TICKS = {"Gift wrap": False, "Express delivery": True}
BODY = (
    "Please pay within thirty days of the date above. Late payments are charged at one",
    "percent a month. Goods remain our property until they have been paid in full.",
)
FOOT = "Acme Ltd, 12 Harbour Street, Dublin. Registered in Ireland, number 123456."
WIDTHS = (180, 90, 110, 110)


@cache
def invoice() -> bytes:
    """An invoice as a PDF of one page: fields, a ruled table, check boxes, a paragraph, small print."""
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(612, 792))
    book.set_auto_page_break(False)
    book.add_page()

    def write(x: float, y: float, text: str, size: float = 11, style: str = "") -> None:
        book.set_font("Helvetica", style, size)
        book.text(x, y, text)

    write(50, 60, "INVOICE", 22, "B")
    places = ((50, 95), (50, 112), (50, 129), (330, 95), (330, 112))
    for (x, y), (key, value) in zip(places, FIELDS.items(), strict=True):
        write(x, y, f"{key} {value}")
    left, top, high = 50, 180, 26
    for row in range(len(ROWS) + 1):
        book.line(left, top + row * high, left + sum(WIDTHS), top + row * high)
    for column in range(len(WIDTHS) + 1):
        at = left + sum(WIDTHS[:column])
        book.line(at, top, at, top + len(ROWS) * high)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            write(left + sum(WIDTHS[:column]) + 6, top + row * high + 17, text, 11, "" if row else "B")
    for x, (label, ticked) in zip((50, 160), TICKS.items(), strict=True):
        book.rect(x, 350, 10, 10)
        if ticked:
            book.line(x, 350, x + 10, 360)
            book.line(x + 10, 350, x, 360)
        write(x + 18, 359, label)
    for row, line in enumerate(BODY):
        write(50, 400 + 15 * row, line)
    write(50, 760, FOOT, 8)
    write(550, 760, "Page 1", 8)
    return bytes(book.output())


def words() -> list[str]:
    """All that stands on the invoice."""
    told = ["INVOICE", *(f"{key} {value}" for key, value in FIELDS.items()), *(cell for row in ROWS for cell in row)]
    return " ".join([*told, *TICKS, *BODY, FOOT, "Page 1"]).split()


def picture(data: bytes | None = None, *, dots: int = 150, turn: int = 0) -> Image.Image:
    """A page of a PDF (the invoice) as a picture, turned clockwise by TURN degrees."""
    import pypdfium2

    book = pypdfium2.PdfDocument(data or invoice())
    found = book[0].render(scale=dots / 72).to_pil().convert("RGB")
    book.close()
    return found.rotate(-turn, expand=True, fillcolor="white")


def scan(dots: int = 200, *, data: bytes | None = None) -> Image.Image:
    """A page (the invoice) as a bad scan."""
    return worsened(picture(data, dots=dots))


def png(page: Image.Image) -> bytes:
    """PAGE as a PNG file."""
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def scanned_pdf(*pages: Image.Image, dots: int = 150) -> bytes:
    """PAGES as a PDF of pictures that says no text itself."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dots)
    return out.getvalue()


def precision_recall(found: Iterable[str], truth: Iterable[str]) -> tuple[float, float]:
    """How many of the words FOUND are right, and how many of those that are there were found."""
    got, there = Counter(found), Counter(truth)
    hit = sum((got & there).values())
    return hit / max(sum(got.values()), 1), hit / sum(there.values())


PARTS = (
    ("HEADER", "Quarterly Review"),
    ("TITLE", "Harbour Lights in Winter"),
    ("SECTION_HEADER", "1. What was seen"),
    ("TEXT", "The lamps along the quay were lit at four in the afternoon and were still burning at nine the next"),
    ("LIST", "- two lamps were dark"),
    ("SECTION_HEADER", "2. What it cost"),
    ("TABLE", "Port Lamps Hours Cost"),
    ("FIGURE", ""),
    ("FOOTER", "Printed for the harbour office"),
    ("PAGE_NUMBER", "7"),
)
PORTS = (
    ("Port", "Lamps", "Hours", "Cost"),
    ("Dublin", "120", "1,440", "812.50"),
    ("Cork", "85", "1,020", "575.00"),
    ("Galway", "40", "480", "270.75"),
    ("Sligo", "12", "144", "81.20"),
)
SPANNED = (  # (row, column, rows, columns): text; the rest are single cells
    ((1, 1, 2, 1), "Region"),
    ((1, 2, 1, 2), "Sales"),
    ((2, 2, 1, 1), "Spring"),
    ((2, 3, 1, 1), "Autumn"),
    ((3, 1, 1, 1), "North"),
    ((3, 2, 1, 1), "12"),
    ((3, 3, 1, 1), "15"),
    ((4, 1, 1, 1), "South"),
    ((4, 2, 1, 1), "9"),
    ((4, 3, 1, 1), "22"),
)


@cache
def report() -> bytes:
    """A page with all parts of a layout: two headings, a paragraph, a list, a table without lines, a picture."""
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(612, 792))
    book.set_auto_page_break(False)
    book.add_page()

    def write(x: float, y: float, text: str, size: float = 11, style: str = "") -> None:
        book.set_font("Helvetica", style, size)
        book.text(x, y, text)

    write(430, 40, "Quarterly Review", 9)
    write(60, 95, "Harbour Lights in Winter", 24, style="B")
    write(60, 135, "1. What was seen", 13, style="B")
    prose = (
        "The lamps along the quay were lit at four in the afternoon and were still burning at nine the next",
        "morning. Nobody had ordered it, and nobody had paid for it, but the ships came in all the same and",
        "the keeper wrote their names into the book as he had always done, one below the other.",
    )
    for row, line in enumerate(prose):
        write(60, 158 + 14 * row, line, 10.5)
    for row, line in enumerate(("two lamps were dark", "one was broken", "the rest were as they should be")):
        write(75, 215 + 15 * row, f"- {line}", 10.5)
    write(60, 285, "2. What it cost", 13, style="B")
    for row, texts in enumerate(PORTS):
        for column, text in enumerate(texts):
            write(80 + 110 * column, 315 + 18 * row, text, 10.5, style="" if row else "B")
    book.image(_picture(), 180, 430, 240, 180)
    write(60, 765, "Printed for the harbour office", 8)
    write(540, 765, "7", 8)
    return bytes(book.output())


@cache
def spanned() -> bytes:
    """A ruled table with cells over two rows and over two columns."""
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(612, 792))
    book.set_auto_page_break(False)
    book.add_page()
    book.set_font("Helvetica", size=11)
    book.text(100, 90, "Table 3: sales by region")
    for (row, column, rows, columns), text in SPANNED:
        x, y = 100 + 110 * (column - 1), 100 + 28 * (row - 1)
        book.rect(x, y, 110 * columns, 28 * rows)
        book.text(x + 8, y + 14 * rows + 4, text)
    return bytes(book.output())


@cache
def form() -> bytes:
    """A form: labels with their values beside and below, blanks on lines, check boxes, a sentence with a colon in it."""
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(612, 792))
    book.set_auto_page_break(False)
    book.add_page()
    book.set_font("Helvetica", size=11)

    def write(x: float, y: float, text: str) -> None:
        book.text(x, y, text)

    write(60, 80, "Application for a library card")
    write(60, 120, "First name:")
    write(180, 120, "Marguerite")
    write(330, 120, "Age:")
    write(400, 120, "34")
    write(60, 150, "Address:")
    write(60, 168, "4 Mill Lane, Ennis")
    write(60, 210, "Occupation")
    book.line(130, 212, 300, 212)
    write(138, 209, "Gardener")
    write(330, 210, "Phone")
    book.line(370, 212, 540, 212)
    for x, label, ticked in ((60, "New member", True), (200, "Renewal", False)):
        book.rect(x, 240, 10, 10, style="FD" if ticked else "D")
        write(x + 18, 249, label)
    write(60, 290, "Please bring two things when you come to the library for the first time: a letter and a coin.")
    return bytes(book.output())


@cache
def receipt() -> bytes:
    """A shop's receipt: items in a table without lines, sums at the right of their names, no colon anywhere."""
    from fpdf import FPDF

    book: Any = FPDF(unit="pt", format=(300, 420))
    book.set_auto_page_break(False)
    book.add_page()
    book.set_font("Helvetica", size=11)
    book.text(90, 40, "CORNER BAKERY")
    rows = (("Item", "Qty", "Amount"), ("Rye bread", "2", "7.80"), ("Apple cake", "1", "3.25"))
    for row, texts in enumerate(rows):
        for x, text in zip((30, 150, 220), texts, strict=True):
            book.text(x, 90 + 18 * row, text)
    for row, (name, sum) in enumerate((("Subtotal", "11.05"), ("VAT 9%", "0.99"), ("TOTAL", "\u20ac12.04"))):
        book.text(30, 190 + 24 * row, name)
        book.text(220, 190 + 24 * row, sum.replace("\u20ac", "EUR "))
    return bytes(book.output())


FORM = {
    "First name:": "Marguerite",
    "Age:": "34",
    "Address:": "4 Mill Lane, Ennis",
    "Occupation": "Gardener",
    "Phone": "",
    "New member": "true",
    "Renewal": "false",
}


def _picture() -> Image.Image:
    """Something that is no text: bands of grey with a sun above them."""
    from PIL import ImageDraw

    made = Image.new("RGB", (240, 180), (110, 120, 130))
    pen = ImageDraw.Draw(made)
    for row in range(90, 180, 15):
        pen.rectangle((0, row, 240, row + 15), fill=(row // 2, row // 2 + 20, row // 3))
    pen.ellipse((150, 20, 200, 70), fill=(230, 200, 90))
    return made
