"""PDFs: how many pages, how large, whether they need a password, and some of their pages as a PDF of their own."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsml_cli.core.errors import ConfigError, InputError

if TYPE_CHECKING:
    from pypdf import PdfReader

DECRYPT_HINT = "qpdf --decrypt --password=PASSWORD in.pdf out.pdf"


@dataclass(frozen=True)
class PdfFacts:
    """A PDF's pages, the longest side of one of them in points, and whether it is encrypted without a password."""

    pages: int
    points: float
    locked: bool


def look(path: Path, *, name: str) -> PdfFacts:
    """The facts about the PDF in PATH. Raises InputError for one that needs a password or cannot be read."""
    with path.open("rb") as file:
        reader = _reader(file, name=name)
        if reader.is_encrypted:
            data = unlocked(path.read_bytes(), name=name)
            reader = _reader(io.BytesIO(data), name=name)
            return PdfFacts(*_measured(reader, name=name), locked=True)
        return PdfFacts(*_measured(reader, name=name), locked=False)


def _measured(reader: PdfReader, *, name: str) -> tuple[int, float]:
    """The number of pages and the longest side of one."""
    try:
        form: Any = reader.trailer["/Root"].get("/AcroForm")  # type: ignore[attr-defined]
        form = form.get_object() if form is not None else {}
        if "/XFA" in form and not len(form.get("/Fields", ())):
            raise InputError(f"{name} is an XFA form, which has no pages to read", hint="print it to a PDF first")
        sides = [float(side) for page in reader.pages for side in (page.mediabox.width, page.mediabox.height)]
    except InputError:
        raise
    except Exception as problem:  # noqa: BLE001 - pypdf raises whatever a broken file makes it stumble over
        raise _broken(name, problem) from None
    if not sides:
        raise InputError(f"{name} has no pages")
    return len(sides) // 2, max(sides)


def _reader(file: Any, *, name: str) -> PdfReader:
    pypdf = library("pypdf")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        found: PdfReader = pypdf.PdfReader(file)
    except Exception as problem:  # noqa: BLE001 - as above
        raise _broken(name, problem) from None
    return found


def _broken(name: str, problem: Exception) -> InputError:
    reason = " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
    return InputError(f"{name} cannot be read as a PDF: {reason[:200]}", hint="a PDF printer may mend it")


def unlocked(data: bytes, *, name: str) -> bytes:
    """The PDF DATA, encrypted against changes only, without its encryption. Raises InputError if it has a password."""
    from awsml_cli.formats.pages.draw import PDFIUM, pdfium

    with PDFIUM:
        raw = pdfium()
        try:
            document = raw.PdfDocument(data)
        except raw.PdfiumError:
            raise InputError(f"{name} needs a password", hint=DECRYPT_HINT) from None
        out = io.BytesIO()
        try:
            document.save(out, flags=3)  # FPDF_REMOVE_SECURITY of PDFium's fpdf_save.h
        finally:
            document.close()
    return out.getvalue()


def pages(data: bytes, numbers: Iterable[int], *, name: str) -> bytes:
    """The pages NUMBERS (from 1) of the PDF DATA as a PDF; links, which would draw other pages in, are left out."""
    found: bytes = next(each(data, [list(numbers)], name=name))
    return found


def each(data: bytes, groups: Iterable[Sequence[int]], *, name: str) -> Any:
    """A PDF for each of GROUPS of page numbers, made when it is asked for; DATA is read once."""
    pypdf = library("pypdf")
    reader = _reader(io.BytesIO(data), name=name)
    for numbers in groups:
        writer = pypdf.PdfWriter()
        try:
            for number in numbers:
                page = reader.pages[number - 1]
                _unlink(page)
                writer.add_page(page)
            out = io.BytesIO()
            writer.write(out)
        except Exception as problem:  # noqa: BLE001 - as above
            raise _broken(name, problem) from None
        yield out.getvalue()


def _unlink(page: Any) -> None:
    from pypdf.generic import ArrayObject, NameObject

    with suppress(Exception):
        notes = page.get("/Annots")
        kept = [note for note in notes.get_object() or () if note.get_object().get("/Subtype") != "/Link"]
        page[NameObject("/Annots")] = ArrayObject(kept)


def library(name: str) -> Any:
    """The module NAME of the extras for documents. Raises ConfigError where it is not installed."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ConfigError(
            f"this needs {name}, which is not installed", hint="pip install 'awsml-cli[documents,pages]'"
        ) from None
