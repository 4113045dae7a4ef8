"""Pages with known words, tables, fields and parts, drawn as PDFs: as they are, as pictures, and as bad scans.

They are written by hand in the few operators that they need, with the fonts that every reader of PDFs has.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from awsml_cli.local.engines.read.pages import Page, opened
from awsml_cli.local.measuring.dickens import CITIES

if TYPE_CHECKING:
    from PIL.Image import Image

FONTS: Final = {"plain": "Helvetica", "bold": "Helvetica-Bold", "mono": "Courier"}

ITEMS: Final = (
    ("Item", "Quantity", "Unit Price", "Amount"),
    ("Oak table", "2", "$340.00", "$680.00"),
    ("Garden chair", "6", "$45.50", "$273.00"),
    ("Assembly service", "3", "$55.00", "$165.00"),
    ("Delivery", "1", "$72.25", "$72.25"),
)
FIELDS: Final = {
    "Invoice Number:": "2026-1107",
    "Date:": "9 November 2026",
    "Customer:": "Clara Winter",
    "Due Date:": "9 December 2026",
    "Total Due:": "$1,190.25",
}
TICKS: Final = {"Gift wrap": True, "Express delivery": False}
SUMMARY: Final = {
    "INVOICE_RECEIPT_ID": "2026-1107",
    "INVOICE_RECEIPT_DATE": "9 November 2026",
    "RECEIVER_NAME": "Clara Winter",
    "DUE_DATE": "9 December 2026",
    "AMOUNT_DUE": "$1,190.25",
}
QUESTIONS: Final = {
    "What is the invoice number?": "2026-1107",
    "When is the due date?": "9 December 2026",
    "Who is the customer?": "Clara Winter",
    "What is the total due?": "$1,190.25",
    "What is the unit price of the garden chair?": "$45.50",
    "quantity of Oak table": "2",
    "Who signed it?": None,
    "What is the tax rate?": None,
}
PORTS: Final = (
    ("Port", "Boats", "Days", "Catch"),
    ("Dublin", "120", "1,440", "812.50"),
    ("Cork", "85", "1,020", "575.00"),
    ("Galway", "40", "480", "270.75"),
    ("Sligo", "12", "144", "81.20"),
)
PARTS: Final = (
    "HEADER", "TITLE", "SECTION_HEADER", "TEXT", "LIST", "SECTION_HEADER", "TABLE", "FOOTER", "PAGE_NUMBER",
)  # fmt: skip
# the specimens of a passport and of an identity card: ICAO Doc 9303, parts 4 and 5
ZONES: Final = {
    "passport": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    "card": ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
}
HOLDER: Final = {
    "LAST_NAME": "ERIKSSON",
    "FIRST_NAME": "ANNA",
    "MIDDLE_NAME": "MARIA",
    "DATE_OF_BIRTH": "740812",
    "EXPIRATION_DATE": "120415",
}
NUMBERS: Final = {"passport": "L898902C3", "card": "D23145890"}


@dataclass
class Sheet:
    """A page of `size` points, drawn upon from its upper left corner."""

    size: tuple[int, int] = (612, 792)
    _drawn: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, size: float = 11, font: str = "plain") -> None:
        """TEXT with its foot at (X, Y)."""
        inside = text.replace("\\", "\\\\").replace("(", r"\(").replace(")", r"\)")
        self._drawn.append(f"BT /{font} {size} Tf {x} {self.size[1] - y} Td ({inside}) Tj ET")
        self.words += text.split()

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A thin line."""
        self._drawn.append(f"0.7 w {x} {self.size[1] - y} m {to_x} {self.size[1] - to_y} l S")

    def square(self, x: float, y: float, side: float, *, ticked: bool) -> None:
        """A check box with its upper left corner at (X, Y)."""
        self._drawn.append(f"0.7 w {x} {self.size[1] - y - side} {side} {side} re S")
        if ticked:
            self.line(x, y, x + side, y + side)
            self.line(x + side, y, x, y + side)

    def pdf(self) -> bytes:
        """The page as a PDF."""
        stream = "\n".join(self._drawn).encode("latin-1")
        fonts = " ".join(f"/{name} {4 + at} 0 R" for at, name in enumerate(FONTS))
        wide, high = self.size
        parts = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {4 + len(FONTS)} 0 R "
            f"/Resources << /Font << {fonts} >> >> >>".encode(),
            *(
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{one} /Encoding /WinAnsiEncoding >>".encode()
                for one in FONTS.values()
            ),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
        out, places = bytearray(b"%PDF-1.4\n"), []
        for number, part in enumerate(parts, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
        table = len(out)
        rows = "".join(f"{place:010} 00000 n \n" for place in places)
        out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{rows}".encode()
        out += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
        return bytes(out)

    def picture(self) -> Image:
        """The page drawn, as the engines see it."""
        with opened(self.pdf()) as pages:
            return pages.page(1).picture

    def scan(self) -> Image:
        """A bad scan of it."""
        return worsened(self.picture())


def worsened(page: Image) -> Image:
    """PAGE as a bad scan: turned by 1.5 degrees, made smaller, blurred, noisy, a JPEG of low quality."""
    import numpy
    from PIL import Image, ImageFilter

    page = page.rotate(1.5, fillcolor="white", resample=Image.Resampling.BICUBIC)
    page = page.resize((round(page.width * 0.62), round(page.height * 0.62)), Image.Resampling.BICUBIC)
    levels = numpy.asarray(page.filter(ImageFilter.GaussianBlur(0.6))).astype(float)
    levels += numpy.random.default_rng(0).normal(0, 8, levels.shape)
    out = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype("uint8")).save(out, "JPEG", quality=55)
    return Image.open(out).convert("RGB")


def page_of(picture: Image) -> Page:
    """PICTURE as a page to be read."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    with opened(out.getvalue()) as pages:
        return pages.page(1)


@cache
def prose() -> Sheet:
    """The beginning of A Tale of Two Cities."""
    sheet = Sheet()
    for row, line in enumerate(textwrap.wrap(CITIES, 78)):
        sheet.write(60, 90 + 18 * row, line, 12)
    return sheet


@cache
def invoice() -> Sheet:
    """Fields, a ruled table, check boxes, a paragraph, small print."""
    sheet = Sheet()
    sheet.write(50, 60, "INVOICE", 22, "bold")
    places = ((50, 95), (50, 112), (50, 129), (330, 95), (330, 112))
    for (x, y), (key, value) in zip(places, FIELDS.items(), strict=True):
        sheet.write(x, y, f"{key} {value}")
    widths, left, top, high = (180, 90, 110, 110), 50, 180, 26
    for row in range(len(ITEMS) + 1):
        sheet.line(left, top + row * high, left + sum(widths), top + row * high)
    for column in range(len(widths) + 1):
        at = left + sum(widths[:column])
        sheet.line(at, top, at, top + len(ITEMS) * high)
    for row, texts in enumerate(ITEMS):
        for column, text in enumerate(texts):
            x = left + sum(widths[:column]) + 6
            sheet.write(x, top + row * high + 17, text, 11, "plain" if row else "bold")
    for x, (label, ticked) in zip((50, 160), TICKS.items(), strict=True):
        sheet.square(x, 350, 10, ticked=ticked)
        sheet.write(x + 18, 359, label)
    sheet.write(50, 400, "Please pay within thirty days of the date above. Late payments are charged at one")
    sheet.write(50, 415, "percent a month. Goods remain our property until they have been paid in full.")
    sheet.write(50, 760, "Winter Furniture Ltd, 12 Harbour Street, Dublin. Registered in Ireland, number 123456.", 8)
    return sheet


@cache
def report() -> Sheet:
    """A page with most parts of a layout, a table without lines among them."""
    sheet = Sheet()
    sheet.write(430, 40, "Quarterly Review", 9)
    sheet.write(60, 95, "Harbour Lights in Winter", 24, "bold")
    sheet.write(60, 135, "1. What was seen", 13, "bold")
    lines = (
        "The lamps along the quay were lit at four in the afternoon and were still burning at nine the next",
        "morning. Nobody had ordered it, and nobody had paid for it, but the boats came in all the same and",
        "the keeper wrote their names into the book as he had always done, one below the other.",
    )
    for row, line in enumerate(lines):
        sheet.write(60, 158 + 14 * row, line, 10.5)
    for row, line in enumerate(("two lamps were dark", "one was broken", "the rest were as they should be")):
        sheet.write(75, 215 + 15 * row, f"- {line}", 10.5)
    sheet.write(60, 285, "2. What was caught", 13, "bold")
    for row, texts in enumerate(PORTS):
        for column, text in enumerate(texts):
            sheet.write(80 + 110 * column, 315 + 18 * row, text, 10.5, "plain" if row else "bold")
    sheet.write(60, 765, "Printed for the harbour office", 8)
    sheet.write(540, 765, "7", 8)
    return sheet


@cache
def identity(kind: str) -> Sheet:
    """The page of a passport or the back of a card, with its machine-readable zone."""
    sheet = Sheet((360, 260))
    for y, text in ((40, "UTOPIA"), (80, "ERIKSSON"), (100, "ANNA MARIA"), (120, "12 AUG/AOUT 74")):
        sheet.write(130, y, text)
    for row, line in enumerate(ZONES[kind]):
        sheet.write(14, 190 + 18 * row, line, 12.5, "mono")
    return sheet
