"""Pictures of one colour for the tests, and folders of them, made with the standard library alone."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path


def png(fill: int = 0, *, width: int = 64, height: int = 64) -> bytes:
    """A PNG of one grey; another FILL is another picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + bytes([fill]) * width) * height)
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def classes(folder: Path, **counts: int) -> Path:
    """A folder with a folder for each class, and so many pictures in it."""
    fill = 0
    for name, count in counts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (folder / name / f"{number}.png").write_bytes(png(fill))
            fill += 1
    return folder
