"""A picture as a page of a PDF: a JPEG byte for byte, everything else without loss."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

from awsml_cli.formats.pages import picture
from awsml_cli.formats.pages.facts import kind_of
from awsml_cli.formats.pages.pdf import library

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf import PdfWriter


def picture_page(writer: PdfWriter, data: bytes, number: int, *, longest: float, believed: range) -> None:
    """Add page NUMBER (from 1) of the picture DATA to WRITER.

    As large as its resolution says, where that is BELIEVED (dots an inch), else LONGEST points on its longest side.
    """
    generic = library("pypdf.generic")
    name, count = generic.NameObject, generic.NumberObject
    shown = picture.opened(data, page=number)
    width, height = _points(shown, data, longest, believed)
    page = writer.add_blank_page(width, height)
    image = _jpeg(data, shown) or _flate(shown)
    image.update(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Image"),
            name("/Width"): count(shown.width),
            name("/Height"): count(shown.height),
        }
    )
    content = generic.DecodedStreamObject()
    content.set_data(f"{width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do".encode())
    page[name("/Contents")] = writer._add_object(content)
    page[name("/Resources")] = generic.DictionaryObject(
        {name("/XObject"): generic.DictionaryObject({name("/Im0"): writer._add_object(image)})}
    )


def _points(shown: Image, data: bytes, longest: float, believed: range) -> tuple[float, float]:
    dots = shown.info.get("dpi", (0, 0))
    if round(dots[0]) in believed and round(dots[1]) in believed and kind_of(data[:64]) != "gif":
        return shown.width * 72 / float(dots[0]), shown.height * 72 / float(dots[1])
    scale = longest / max(shown.size)
    return shown.width * scale, shown.height * scale


def _jpeg(data: bytes, shown: Image) -> Any:
    """DATA itself, if it is a JPEG that every reader shows as it stands; None otherwise."""
    from PIL import Image

    if data[:3] != b"\xff\xd8\xff":
        return None
    with Image.open(io.BytesIO(data)) as found:
        if found.mode not in ("RGB", "L") or found.getexif().get(0x0112, 1) != 1 or found.size != shown.size:
            return None
    return _image(data, "/DCTDecode", grey=shown.mode == "L", bits=8)


def _flate(shown: Image) -> Any:
    colours = shown.getcolors(2) if shown.mode == "L" else None
    if colours is not None and {value for _, value in colours} <= {0, 255}:
        return _image(zlib.compress(shown.convert("1").tobytes(), 6), "/FlateDecode", grey=True, bits=1)
    return _image(zlib.compress(shown.tobytes(), 6), "/FlateDecode", grey=shown.mode == "L", bits=8)


def _image(data: bytes, filter: str, *, grey: bool, bits: int) -> Any:
    generic = library("pypdf.generic")
    name = generic.NameObject
    made = generic.EncodedStreamObject()
    made._data = data
    made.update(
        {
            name("/Filter"): name(filter),
            name("/ColorSpace"): name("/DeviceGray" if grey else "/DeviceRGB"),
            name("/BitsPerComponent"): generic.NumberObject(bits),
        }
    )
    return made
