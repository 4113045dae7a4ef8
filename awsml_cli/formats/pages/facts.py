"""What a document's file is, by its own bytes: its kind, its pages, its pixels, and whether it is whole.

Signatures and headers: the formats' own specifications (ISO 32000, PNG of W3C, ITU T.81, TIFF 6.0).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats import media
from awsml_cli.formats.pages import pdf

_HEIF_BRANDS: Final = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LONGEST_CHAIN: Final = 100_000  # directories of a TIFF; more of them are a loop
_SIZES: Final = {3: "H", 4: "L"}  # TIFF's field types: short and long
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG's markers that begin with a size


@dataclass(frozen=True)
class Facts:
    """What is known of a document before it is sent.

    `size` is in bytes; `width` and `height` are the pixels of a picture (its largest page's), 0 for a PDF, whose
    `points` are the longest side of its pages; `turned` says that a picture's EXIF wants it turned; `locked` that a PDF
    is encrypted though no password is needed to read it.
    """

    kind: str
    pages: int
    size: int
    width: int = 0
    height: int = 0
    points: float = 0.0
    turned: bool = False
    locked: bool = False


def kind_of(head: bytes) -> str | None:
    """`pdf`, `png`, `jpeg`, `tiff`, `webp`, `gif`, `bmp` or `heic` by a file's first bytes; None for anything else."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_PNG):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "heic"
    return None


def describe(head: bytes) -> str:
    """What a file that begins with HEAD looks like to a person, where it is no document."""
    sound = media.sniff(head)
    return f"a recording or a video ({sound})" if sound else media.describe(head)


def look(path: Path, *, name: str) -> Facts:
    """The facts about the document in PATH, which the user calls NAME.

    Raises InputError for what is no document, is cut short, or has a password; ConfigError where a PDF's facts need a
    library that is not installed.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    kind = kind_of(head)
    if kind == "pdf":
        found = pdf.look(path, name=name)
        return Facts("pdf", found.pages, size, points=found.points, locked=found.locked)
    if kind is None:
        raise InputError(
            f"{name} is not a document: it looks like {describe(head)}",
            hint="PDF, PNG, JPEG and TIFF are read, and HEIC, WebP, GIF and BMP are converted",
        )
    return _of_picture(path.read_bytes(), kind, name=name)


def look_at(data: bytes, *, name: str) -> Facts:
    """The facts about the picture DATA, which the user calls NAME. Raises InputError for what is none, or cut short."""
    kind = kind_of(data[:4096])
    if kind == "pdf":
        raise InputError(f"{name} is a PDF, not a picture", hint=f"awsml textract {name} reads it")
    if kind is None:
        raise InputError(
            f"{name} is not a picture: it looks like {describe(data[:4096])}",
            hint="PNG and JPEG are sent, and TIFF, HEIC, WebP, GIF and BMP converted",
        )
    return _of_picture(data, kind, name=name)


def _of_picture(data: bytes, kind: str, *, name: str) -> Facts:
    if kind in ("png", "jpeg", "tiff"):
        try:
            return {"png": _png, "jpeg": _jpeg, "tiff": _tiff}[kind](data)
        except (struct.error, IndexError, ValueError, KeyError):
            raise InputError(f"{name} is damaged: its {kind.upper()} structure breaks off") from None
    from awsml_cli.formats.pages import picture

    width, height = picture.size_of(data, name=name)
    return Facts(kind, 1, len(data), width, height)


def head_of(data: bytes) -> Facts | None:
    """The facts that the first bytes of a PNG or JPEG tell, as far as DATA goes; None where they do not tell its size.

    `size` is that of DATA alone.
    """
    kind = kind_of(data[:4096])
    if kind == "png" and len(data) >= 24:
        width, height = struct.unpack_from(">LL", data, 16)
        return Facts("png", 1, len(data), width, height)
    if kind == "jpeg":
        try:
            return _jpeg(data + b"\xff\xd9")
        except (struct.error, IndexError, ValueError):
            return None
    return None


def _png(data: bytes) -> Facts:
    """Walk the chunks to the last one. Raises ValueError where it does not come."""
    at, width, height, turned = len(_PNG), 0, 0, False
    while True:
        length, kind = struct.unpack_from(">L4s", data, at)
        if at + 12 + length > len(data):
            raise ValueError(at)
        if kind == b"IHDR":
            width, height = struct.unpack_from(">LL", data, at + 8)
        elif kind == b"eXIf":
            turned = _orientation(data[at + 8 : at + 8 + length]) > 1
        elif kind == b"IEND":
            return Facts("png", 1, len(data), width, height, turned=turned)
        at += 12 + length


def _jpeg(data: bytes) -> Facts:
    """Walk the segments to the picture's data, and look for its end behind them."""
    at, width, height, turned = 2, 0, 0, False
    while True:
        if data[at] != 0xFF:
            raise ValueError(at)
        marker = data[at + 1]
        if marker == 0xFF:  # a byte of filling
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = at + 4
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, body + 1)
        elif marker == 0xE1 and data[body : body + 6] == b"Exif\0\0":
            turned = turned or _orientation(data[body + 6 : at + 2 + length]) > 1
        elif marker == 0xDA:
            if data.rfind(b"\xff\xd9", body) < 0 or not width:
                raise ValueError(at)
            return Facts("jpeg", 1, len(data), width, height, turned=turned)
        at += 2 + length


def _tiff(data: bytes) -> Facts:
    order = "<" if data[:2] == b"II" else ">"
    if struct.unpack_from(f"{order}H", data, 2)[0] != 42:
        raise ValueError("BigTIFF")
    (at,) = struct.unpack_from(f"{order}L", data, 4)
    pages = width = height = 0
    turned = False
    while at:
        fields = _fields(data, at, order)
        width, height = max(width, fields.get(256, 0)), max(height, fields.get(257, 0))
        turned = turned or fields.get(274, 1) > 1
        pages += 1
        if pages > _LONGEST_CHAIN:
            raise ValueError(at)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        (at,) = struct.unpack_from(f"{order}L", data, at + 2 + 12 * count)
    if not pages or not width or not height:
        raise ValueError(at)
    return Facts("tiff", pages, len(data), width, height, turned=turned)


def _fields(data: bytes, at: int, order: str) -> dict[int, int]:
    """The whole numbers in the directory at AT, by tag."""
    (count,) = struct.unpack_from(f"{order}H", data, at)
    found = {}
    for place in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(f"{order}HHL", data, place)
        if kind in _SIZES and values == 1:
            (found[tag],) = struct.unpack_from(f"{order}{_SIZES[kind]}", data, place + 8)
    return found


def _orientation(exif: bytes) -> int:
    """The orientation that EXIF tells, 1 to 8; 1 where it tells none."""
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        (at,) = struct.unpack_from(f"{order}L", exif, 4)
        return _fields(exif, at, order).get(274, 1)
    except (struct.error, KeyError):
        return 1
