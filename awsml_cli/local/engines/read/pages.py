"""The pages of a document as they are read: each a picture, and the words that a PDF says itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pages import kind_of
from awsml_cli.formats.pages.draw import PDFIUM, POINTS_AN_INCH, pdfium
from awsml_cli.formats.pages.picture import opened as opened_picture
from awsml_cli.formats.pages.picture import pages_of
from awsml_cli.local.engines.read import layer
from awsml_cli.local.engines.read.found import Word

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS: Final = 200  # an inch of a PDF's page as it is drawn
LONGEST: Final = 3500  # pixels of a page's longer side
PICTURED: Final = 0.01  # of a page: a picture that large may hold text of its own
_SEEN_NOTES: Final = (3, 13, 15, 20)  # FPDF_ANNOT_FREETEXT, _STAMP, _INK, _WIDGET of fpdf_annot.h


class Page(Protocol):
    """A page. `said` is what a PDF says itself; `pictured` whether text may stand on it besides."""

    said: list[list[Word]]
    pictured: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def picture(self) -> Image:
        """The page drawn, in pixels of `size`."""
        ...


class Pages(Protocol):
    """The pages of an open document."""

    count: int

    def page(self, number: int) -> Page:
        """The page NUMBER, from 1. Raises InputError for one that cannot be drawn."""
        ...


@dataclass
class _Pictured:
    """A page that is a picture."""

    drawn: Image
    said: list[list[Word]] = field(default_factory=list)
    pictured: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """Its pixels."""
        return self.drawn.size

    @property
    def picture(self) -> Image:
        """Itself."""
        return self.drawn


@contextmanager
def opened(data: bytes) -> Iterator[Pages]:
    """The document DATA (PDF, PNG, JPEG, TIFF …). Raises InputError for what is none, or is broken."""
    if kind_of(data[:1024]) != "pdf":
        yield _Pictures(data)
        return
    with PDFIUM:
        raw = pdfium()
        try:
            document = raw.PdfDocument(data)
            document.init_forms()
        except raw.PdfiumError as problem:
            raise InputError(f"the PDF cannot be opened: {problem}") from None
    try:
        yield _Pdf(document)
    finally:
        with PDFIUM:
            document.close()


class _Pictures:
    """The pages of a picture, of which a TIFF may have many."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.count = pages_of(data, name="the document")

    def page(self, number: int) -> Page:
        found = opened_picture(self._data, page=number).convert("RGB")
        if max(found.size) > LONGEST:
            found.thumbnail((LONGEST, LONGEST))
        return _Pictured(found)


class _Pdf:
    def __init__(self, document: Any) -> None:
        self._document = document
        self.count = len(document)

    def page(self, number: int) -> Page:
        return _PdfPage(self._document, number)


class _PdfPage:
    """A page of a PDF, drawn only if somebody looks at its picture."""

    def __init__(self, document: Any, number: int) -> None:
        self._document, self._number = document, number
        with PDFIUM:
            page = self._open()
            wide, high = page.get_size()
            self._scale = min(DOTS / POINTS_AN_INCH, LONGEST / max(wide, high, 1.0))
            self.size = (max(1, round(wide * self._scale)), max(1, round(high * self._scale)))
            self.said = layer.words(page, self.size)
            self.pictured = not self.said or _has_pictures(page, wide * high)
            page.close()

    @cached_property
    def picture(self) -> Image:
        with PDFIUM:
            page = self._open()
            drawn: Image = page.render(scale=self._scale, may_draw_forms=True).to_pil().convert("RGB")
            page.close()
        return drawn if drawn.size == self.size else drawn.resize(self.size)

    def _open(self) -> Any:
        try:
            return self._document[self._number - 1]
        except pdfium().PdfiumError as problem:
            raise InputError(f"page {self._number} of the PDF cannot be drawn: {problem}") from None


def _has_pictures(page: Any, area: float) -> bool:
    """Whether there are pictures, filled fields or notes on PAGE, which its text does not say."""
    import pypdfium2.raw as raw

    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=8):
        left, bottom, right, top = found.get_bounds()
        if (right - left) * (top - bottom) > PICTURED * area:
            return True
    for at in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, at)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind in _SEEN_NOTES:
            return True
    return False
