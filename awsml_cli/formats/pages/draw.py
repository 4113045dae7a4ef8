"""Pages as pictures: those of a PDF drawn, those of a TIFF taken out, a photograph turned as its EXIF says."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pages.pdf import library

if TYPE_CHECKING:
    from PIL.Image import Image

PDFIUM: Final = threading.RLock()  # PDFium is not made for threads
POINTS_AN_INCH: Final = 72


def pdfium() -> Any:
    """pypdfium2; hold PDFIUM while it is used."""
    return library("pypdfium2")


def drawn(data: bytes, *, kind: str, page: int = 1, longest: int = 2000) -> Image:
    """PAGE (from 1) of the document DATA as a picture in RGB whose longest side has at most LONGEST pixels."""
    if kind == "pdf":
        return _of_pdf(data, page, longest)
    from awsml_cli.formats.pages import picture

    found = picture.opened(data, page=page)
    if max(found.size) > longest:
        found.thumbnail((longest, longest))
    return found


def _of_pdf(data: bytes, page: int, longest: int) -> Image:
    with PDFIUM:
        raw = pdfium()
        try:
            document = raw.PdfDocument(data)
        except raw.PdfiumError as problem:
            raise InputError(f"the PDF cannot be drawn: {problem}") from None
        try:
            found = document[page - 1]
            width, height = found.get_size()
            picture: Image = found.render(scale=longest / max(width, height, 1)).to_pil().convert("RGB")
        except (IndexError, raw.PdfiumError) as problem:
            raise InputError(f"page {page} of the PDF cannot be drawn: {problem}") from None
        finally:
            document.close()
    return picture


def sizes(data: bytes, *, kind: str, dots: int = 300) -> list[tuple[int, int]]:
    """The size of each page in pixels; for a PDF, as it has them at DOTS an inch."""
    if kind == "pdf":
        with PDFIUM:
            document = pdfium().PdfDocument(data)
            try:
                found = [document.get_page_size(number) for number in range(len(document))]
            finally:
                document.close()
        return [(round(width * dots / 72), round(height * dots / 72)) for width, height in found]
    from awsml_cli.formats.pages import picture

    return picture.sizes(data)


def as_png(picture: Image) -> bytes:
    """PICTURE as a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
