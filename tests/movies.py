"""Videos for the tests: files that are nothing but the boxes of one, and a real one where PyAV is there."""

from __future__ import annotations

import struct
from pathlib import Path

from fakeaws import Aws

STAGING = "staging"


def box(kind: str, *parts: bytes) -> bytes:
    """A box of KIND."""
    body = b"".join(parts)
    return struct.pack(">L4s", 8 + len(body), kind.encode()) + body


def track(
    codec: str = "avc1",
    *,
    seconds: float = 4,
    frames: int = 100,
    handler: str = "vide",
    size: tuple[int, int] = (160, 120),
) -> bytes:
    """A track of pictures, or of sound."""
    entry = struct.pack(">L4s", 86, codec.encode()) + bytes(6) + struct.pack(">H", 1) + bytes(16)
    entry += struct.pack(">HH", *size) + bytes(50)
    table = box(
        "stbl",
        box("stsd", bytes(4), struct.pack(">L", 1), entry),
        box("stsz", bytes(4), struct.pack(">LL", 0, frames)),
    )
    return box(
        "trak",
        box("tkhd", bytes(84)),
        box(
            "mdia",
            box("mdhd", bytes(12), struct.pack(">LL", 1000, round(seconds * 1000)), bytes(4)),
            box("hdlr", bytes(8), handler.encode(), bytes(12)),
            box("minf", table),
        ),
    )


def movie(*tracks: bytes, brand: str = "isom", seconds: float = 4, fill: int = 0, headers_last: bool = False) -> bytes:
    """The bytes of an MP4 (or, of the brand `qt  `, a MOV) with TRACKS; another FILL is another film."""
    head = box("ftyp", brand.encode(), bytes(4), b"isomavc1"[:4])
    made = tracks or (track(seconds=seconds, frames=round(seconds * 25)), track("mp4a", handler="soun"))
    headers = box("moov", box("mvhd", bytes(12), struct.pack(">LL", 1000, round(seconds * 1000)), bytes(80)), *made)
    data = box("mdat", bytes([fill]) * 2000)
    return head + (data + headers if headers_last else headers + data)


def film(folder: Path, name: str = "match.mp4", *, fill: int = 0) -> Path:
    """A video on disk; its name's folders are made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(movie(fill=fill, brand="qt  " if name.endswith(".mov") else "isom"))
    return path


def nothing_is_left(aws: Aws, bucket: str = STAGING) -> bool:
    """Whether no object and no part of an upload lies in BUCKET."""
    return not aws.objects(bucket) and not aws.store.uploads(bucket)


def sent(aws: Aws) -> list[str]:
    """The operations that AWS carried out."""
    return [call.operation for call in aws.calls if not call.error]
