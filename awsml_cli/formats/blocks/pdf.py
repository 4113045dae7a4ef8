"""Searchable PDF: the original pages, untouched, with the words that were read under them, unseen.

Each word is stretched over the very place where it stands, turned as it is turned, in a font without glyphs
(`glyphless`), so that it can be searched, marked and copied in every script.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks.glyphless import ADVANCE, DESCENT, Codes, font_file, to_unicode
from awsml_cli.formats.blocks.model import Document, Page
from awsml_cli.formats.blocks.options import Options
from awsml_cli.formats.pages import kind_of
from awsml_cli.formats.pages.pdf import library, unlocked

if TYPE_CHECKING:
    from pypdf import PdfWriter

Point = tuple[float, float]
Place = Callable[[float, float], Point]
LONGEST: Final = 792.0  # points of the longest side of a picture that does not say how large it is: 11 inches
_FONT: Final = "/AwsmlText"
_RESOLUTIONS: Final = range(50, 1201)  # dots an inch that are believed
_HAS_TEXT: Final = 0.9  # of a page's words that its own text has: no need of ours


def render_pdf(document: Document, options: Options) -> bytes:
    """A PDF of the source's pages in which every word can be found. Raises UsageError without the source."""
    if options.source is None:
        raise UsageError("a searchable PDF needs the pages themselves", hint="--source scan.pdf")
    if (kind_of(options.source[:4096]) or "png") == "pdf":
        return _finished(_of_pdf(options.source), document, _own_texts(options.source))
    return _finished(_of_pictures(options.source), document, {})


def of_frames(document: Document, frames: Iterable[bytes]) -> bytes:
    """A PDF whose pages are the pictures FRAMES, with the words of DOCUMENT's pages on them."""
    from awsml_cli.formats.blocks.pictured import picture_page

    writer: PdfWriter = library("pypdf").PdfWriter()
    for frame in frames:
        picture_page(writer, frame, 1, longest=LONGEST, believed=_RESOLUTIONS)
    return _finished(writer, document, {})


def _finished(writer: PdfWriter, document: Document, known: dict[int, str]) -> bytes:
    """The pages of WRITER with the words of DOCUMENT under them; KNOWN are the texts that pages have already."""
    codes = Codes()
    font = writer._add_object(library("pypdf.generic").DictionaryObject())
    read = {page.number: page for page in document.pages}
    if read and max(read) > len(writer.pages):
        raise UsageError(
            f"the source has no page {max(read)}, about which the answer is", hint="--source with what was read"
        )
    for number, page in enumerate(writer.pages, start=1):
        if number in read and not _has_text(read[number], known.get(number, "")):
            _lay(page, _layer(read[number], _places(page), codes), font, writer)
    _complete(font.get_object(), codes, writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _of_pdf(data: bytes) -> PdfWriter:
    """The pages of the PDF DATA, with all that belongs to them."""
    pypdf = library("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        reader = pypdf.PdfReader(io.BytesIO(unlocked(data, name="the source")))
    writer: PdfWriter = pypdf.PdfWriter(clone_from=reader)
    return writer


def _own_texts(data: bytes) -> dict[int, str]:
    """The text that each page has already, where PDFium is there to tell."""
    from importlib.util import find_spec

    from awsml_cli.formats.pages.draw import PDFIUM, pdfium

    if find_spec("pypdfium2") is None:
        return {}
    with PDFIUM:
        raw = pdfium()
        opened = raw.PdfDocument(data)
        try:
            texts = {}
            for number in range(len(opened)):
                page = opened[number]
                text = page.get_textpage()
                if text.count_chars():
                    texts[number + 1] = text.get_text_range()
                text.close()
                page.close()
        finally:
            opened.close()
    return texts


def _has_text(page: Page, own: str) -> bool:
    if not own or not page.words:
        return False
    there = set(own.split())
    return sum(word.text in there for word in page.words) >= _HAS_TEXT * len(page.words)


def _places(page: Any) -> Place:
    """From ratios of the page as it is shown, from the top left, to points of the PDF, whatever its /Rotate."""
    box = page.cropbox
    left, bottom, wide, high = float(box.left), float(box.bottom), float(box.width), float(box.height)
    return {
        0: lambda x, y: (left + x * wide, bottom + (1 - y) * high),
        90: lambda x, y: (left + y * wide, bottom + x * high),
        180: lambda x, y: (left + (1 - x) * wide, bottom + y * high),
        270: lambda x, y: (left + (1 - y) * wide, bottom + (1 - x) * high),
    }[page.rotation % 360 // 90 * 90]


def _layer(page: Page, place: Place, codes: Codes) -> bytes:
    """The words of PAGE as a content stream, in the order in which they are read."""
    return f"BT 3 Tr {_FONT} 1 Tf\n{''.join(_words(page, place, codes))}ET".encode()


def _words(page: Page, place: Place, codes: Codes) -> Iterator[str]:
    space = codes[" "]
    for word in page.words:
        shown = visual(word.text)
        if not shown:
            continue
        points = word.points
        left_x, left_y = place(points[6], points[7])
        right_x, right_y = place(points[4], points[5])
        top_x, top_y = place(points[0], points[1])
        up_x, up_y = top_x - left_x, top_y - left_y
        length = len(shown) * ADVANCE
        code = "".join([codes[character] for character in shown])
        yield (
            f"{(right_x - left_x) / length:.4f} {(right_y - left_y) / length:.4f} {up_x:.4f} {up_y:.4f} "
            f"{left_x + DESCENT * up_x:.3f} {left_y + DESCENT * up_y:.3f} Tm <{code}{space}> Tj\n"
        )


def visual(text: str) -> str:
    """TEXT in the order in which it stands on the page: what is written from the right is turned round.

    Readers of PDFs turn it back. Numbers inside keep their order.
    """
    text = "".join(character for character in text if character.isprintable())
    if text.isascii() or not any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return text
    turned: list[str] = []
    for character in reversed(text):
        kind = unicodedata.bidirectional(character)
        if kind in ("EN", "AN", "L") and turned and turned[-1][-1:].isalnum() and _runs_left(turned[-1]):
            turned[-1] = character + turned[-1]
        else:
            turned.append(character)
    return "".join(turned)


def _runs_left(piece: str) -> bool:
    return all(unicodedata.bidirectional(character) in ("EN", "AN", "L") for character in piece)


def _lay(page: Any, layer: bytes, font: Any, writer: PdfWriter) -> None:
    """Put LAYER over what PAGE shows, its own state shut away from ours."""
    generic = library("pypdf.generic")
    name = generic.NameObject
    before, after = _stream(b"q\n"), _stream(b"\nQ\n" + layer, compressed=True)
    own = page.get("/Contents")
    own = own.get_object() if own is not None else None
    if own is None:
        inside = []
    elif isinstance(own, generic.ArrayObject):
        inside = list(own)
    else:
        inside = [page.raw_get("/Contents")]
    page[name("/Contents")] = generic.ArrayObject([writer._add_object(before), *inside, writer._add_object(after)])
    resources = generic.DictionaryObject(page.get("/Resources", generic.DictionaryObject()).get_object())
    fonts = generic.DictionaryObject(resources.get("/Font", generic.DictionaryObject()).get_object())
    fonts[name(_FONT)] = font
    resources[name("/Font")] = fonts
    page[name("/Resources")] = resources


def _stream(data: bytes, *, compressed: bool = False) -> Any:
    stream = library("pypdf.generic").DecodedStreamObject()
    stream.set_data(data)
    return stream.flate_encode() if compressed else stream


def _complete(font: Any, codes: Codes, writer: PdfWriter) -> None:
    """Fill in FONT, now that all its characters are known."""
    generic = library("pypdf.generic")
    name, number = generic.NameObject, generic.NumberObject

    def dictionary(**values: Any) -> Any:
        return generic.DictionaryObject({name(f"/{key}"): value for key, value in values.items()})

    file = _stream(font_file(), compressed=True)
    file[name("/Length1")] = number(len(font_file()))
    box = [0, -int(DESCENT * 1000), int(ADVANCE * 1000), int((1 - DESCENT) * 1000)]
    descriptor = dictionary(
        Type=name("/FontDescriptor"),
        FontName=name("/GlyphLessFont"),
        Flags=number(5),
        FontBBox=generic.ArrayObject(map(number, box)),
        ItalicAngle=number(0),
        Ascent=number(box[3]),
        Descent=number(box[1]),
        CapHeight=number(box[3]),
        StemV=number(80),
        FontFile2=writer._add_object(file),
    )
    system = dictionary(
        Registry=generic.TextStringObject("Adobe"), Ordering=generic.TextStringObject("Identity"), Supplement=number(0)
    )
    inner = dictionary(
        Type=name("/Font"),
        Subtype=name("/CIDFontType2"),
        BaseFont=name("/GlyphLessFont"),
        CIDSystemInfo=system,
        CIDToGIDMap=writer._add_object(_stream(b"\0\1" * (len(codes) + 1), compressed=True)),
        DW=number(int(ADVANCE * 1000)),
        FontDescriptor=writer._add_object(descriptor),
    )
    font.update(
        dictionary(
            Type=name("/Font"),
            Subtype=name("/Type0"),
            BaseFont=name("/GlyphLessFont"),
            Encoding=name("/Identity-H"),
            DescendantFonts=generic.ArrayObject([writer._add_object(inner)]),
            ToUnicode=writer._add_object(_stream(to_unicode(codes), compressed=True)),
        )
    )


def _of_pictures(data: bytes) -> PdfWriter:
    """A PDF of the pictures in DATA, one a page, a JPEG as it is."""
    from awsml_cli.formats.blocks.pictured import picture_page
    from awsml_cli.formats.pages.picture import sizes

    writer: PdfWriter = library("pypdf").PdfWriter()
    for number in range(1, len(sizes(data)) + 1):
        picture_page(writer, data, number, longest=LONGEST, believed=_RESOLUTIONS)
    return writer
