"""A font without a glyph, for text that is found and copied but never seen.

The idea is tesseract's: every character is half an em wide and empty, and a table says which character each code
stands for, so that one font of a few hundred bytes serves every script.
"""

from __future__ import annotations

import struct
from typing import Final

ADVANCE: Final = 0.5  # em: the width of every character
DESCENT: Final = 0.2  # em below the line that text stands on
_UNITS: Final = 1000


class Codes(dict[str, str]):
    """The code of each character as four hexadecimal digits, given when it is first asked for."""

    def __missing__(self, character: str) -> str:
        code = f"{min(len(self) + 1, 0xFFFF):04X}"
        self[character] = code
        return code


def to_unicode(codes: Codes) -> bytes:
    """The CMap that says what each code means (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{code}> <{character.encode('utf-16-be').hex().upper()}>" for character, code in codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()


def font_file() -> bytes:
    """The font itself: TrueType with an empty glyph and one that cannot be seen."""
    advance = int(ADVANCE * _UNITS)
    ascent, descent = int((1 - DESCENT) * _UNITS), -int(DESCENT * _UNITS)
    # a line without a width, from corner to corner: PDFium passes over text whose characters have no height
    glyph = struct.pack(">h4hHH2B4h", 1, 0, descent, advance, ascent, 1, 0, 1, 1, 0, advance, descent, ascent - descent)
    tables = {
        b"OS/2": _os2(advance, ascent, descent),
        b"cmap": struct.pack(">HHHHL", 0, 1, 3, 1, 12)
        + struct.pack(">7H", 4, 24, 0, 2, 2, 0, 0)
        + struct.pack(">5H", 0xFFFF, 0, 0xFFFF, 1, 0),
        b"glyf": glyph,
        b"head": struct.pack(">LLLLHHqq", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0)
        + struct.pack(">4hHHhhh", 0, descent, advance, ascent, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(
            ">L3hH11hH", 0x10000, ascent, descent, 0, advance, 0, 0, advance, 1, 0, 0, 0, 0, 0, 0, 0, 1
        ),
        b"hmtx": struct.pack(">Hhh", advance, 0, 0),
        b"loca": struct.pack(">3H", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">L14H", 0x10000, 2, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">3H", 0, 0, 6),
        b"post": struct.pack(">LLhhLLLLL", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    return _packed(tables)


def _os2(advance: int, ascent: int, descent: int) -> bytes:
    """The table of metrics that Windows asks for (OpenType, "OS/2", version 3)."""
    family = struct.pack(">HhHHH", 3, advance, 400, 5, 0) + struct.pack(">11h10B", *(0,) * 21)
    scripts = struct.pack(">4L4sHHH", 0, 0, 0, 0, b"NONE", 0x40, 32, 0xFFFF)
    lines = struct.pack(">hhhHH", ascent, descent, 0, ascent, -descent)
    return family + scripts + lines + struct.pack(">LLhhHHH", 0, 0, 0, 0, 0, 32, 0)


def _packed(tables: dict[bytes, bytes]) -> bytes:
    """TABLES as a font file, with directory and checksums (OpenType, "Font file")."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">LHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at = len(head) + 16 * count
    directory, body = b"", b""
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        directory += struct.pack(">4sLLL", tag, _sum(padded), at + len(body), len(data))
        body += padded
    font = bytearray(head + directory + body)
    place = font.index(b"head") + 8
    (offset,) = struct.unpack_from(">L", font, place)
    struct.pack_into(">L", font, offset + 8, (0xB1B0AFBA - _sum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _sum(data: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(data) // 4}L", data))
    return total & 0xFFFFFFFF
