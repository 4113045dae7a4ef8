"""What a video file is, by its own boxes: its container, codec, length and frames, read without decoding anything.

Only headers are read, wherever they stand, so an object in S3 can be looked at by a few ranges of bytes.
Boxes: ISO/IEC 14496-12, and Apple's QuickTime File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats import media

H264: Final = frozenset({"avc1", "avc2", "avc3", "avc4"})
_LONGEST_HEAD: Final = 64 << 20  # bytes of the box with all headers; six hours have a few of them
_OLD_MOVIES: Final = frozenset(
    {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
)  # what a MOV without a brand begins with
_NAMES: Final = {
    **dict.fromkeys(H264, "H.264"),
    **dict.fromkeys(("hvc1", "hev1", "dvh1", "dvhe"), "HEVC (H.265)"),
    **dict.fromkeys(("ap4h", "ap4x", "apch", "apcn", "apcs", "apco"), "ProRes"),
    **dict.fromkeys(("mjpa", "mjpb", "jpeg"), "Motion JPEG"),
    "mp4v": "MPEG-4 Part 2", "vp08": "VP8", "vp09": "VP9", "av01": "AV1", "encv": "an encrypted codec",
}  # fmt: skip
Read = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Facts:
    """What is known of a video: `container` is `mp4` or `mov`, `codec` the four letters of its first picture track.

    What the boxes do not tell is empty, zero or None (a film that is written in fragments says nothing of its length).
    """

    container: str
    codec: str = ""
    seconds: float | None = None
    width: int = 0
    height: int = 0
    frame_rate: float | None = None

    @property
    def codec_name(self) -> str:
        """What people call the codec."""
        return _NAMES.get(self.codec, f"`{self.codec.strip()}`")


def look(read: Read, size: int, *, name: str) -> Facts:
    """The facts about the file of SIZE bytes that READ(offset, length) reads, which the user calls NAME.

    Raises InputError for what is no MP4 or MOV, has no pictures, or is cut short.
    """
    head = read(0, 4096)
    container = _container(head)
    if container is None:
        raise InputError(
            f"{name} is no MP4 or MOV: it looks like {_describe(head)}",
            hint="convert it first: ffmpeg -i FILE -c:v libx264 -c:a aac out.mp4",
        )
    try:
        movie = _movie(read, size, name=name)
        return _facts(container, movie, name=name)
    except (struct.error, IndexError):
        raise InputError(f"{name} is damaged: its headers break off") from None


def _container(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"avis"):
            return None
        return "mov" if head[8:12] == b"qt  " else "mp4"
    return "mov" if head[4:8] in _OLD_MOVIES else None


def _describe(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "an AVI"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "a WebM or Matroska file"
    if head[:3] == b"FLV":
        return "a Flash video"
    if head[:4] == b"0&\xb2u":
        return "a Windows Media file"
    if head[:1] == b"G" and head[188:189] == b"G":
        return "an MPEG transport stream"
    if head[4:8] == b"ftyp":
        return "a picture"
    sound = media.sniff(head)
    return f"a recording ({sound})" if sound else media.describe(head)


def _movie(read: Read, size: int, *, name: str) -> bytes:
    """The box `moov`, which may stand before or behind the pictures."""
    at = 0
    found: bytes | None = None
    while at + 8 <= size:
        head = read(at, 16)
        length, kind = struct.unpack_from(">L4s", head)
        start = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", head, 8)
            start = 16
        elif length == 0:
            length = size - at
        if length < start:
            raise InputError(f"{name} is damaged: its headers break off")
        if at + length > size:
            raise InputError(f"{name} is cut short: {at + length - size:,} bytes are missing at its end")
        if kind == b"moov":
            if length > _LONGEST_HEAD:
                raise InputError(f"{name} has {length:,} bytes of headers, which no video has")
            found = read(at + start, length - start)
        at += length
    if found is None:
        raise InputError(f"{name} is cut short: the box with its headers is missing")
    return found


def _facts(container: str, movie: bytes, *, name: str) -> Facts:
    kinds = []
    for kind, body in _boxes(movie):
        if kind != b"trak":
            continue
        track = _Track(body)
        kinds.append(track.handler)
        if track.handler == b"vide":
            length = track.seconds or _seconds(_child(movie, b"mvhd"))
            rate = track.samples / length if length and track.samples else None
            return Facts(container, track.codec, length or None, track.width, track.height, rate)
    if b"cmov" in (kind for kind, _ in _boxes(movie)):  # packed headers, as early MOVs have them
        return Facts(container)
    heard = "sound alone" if b"soun" in kinds else "no track"
    raise InputError(f"{name} has no pictures: there is {heard} in it")


class _Track:
    """A track, as far as it matters here."""

    def __init__(self, body: bytes) -> None:
        media_box = _child(body, b"mdia")
        self.handler = _child(media_box, b"hdlr")[8:12]
        self.seconds = _seconds(_child(media_box, b"mdhd"))
        table = _child(_child(media_box, b"minf"), b"stbl")
        described = _child(table, b"stsd")
        self.codec = described[12:16].decode("latin-1")
        self.width = self.height = 0
        if self.handler == b"vide" and len(described) >= 44:
            self.width, self.height = struct.unpack_from(">HH", described, 40)
        sizes = _child(table, b"stsz") or _child(table, b"stz2")
        self.samples = struct.unpack_from(">L", sizes, 8)[0] if len(sizes) >= 12 else 0


def _seconds(header: bytes) -> float:
    """The length that a `mvhd` or `mdhd` tells, 0 where it tells none."""
    if not header:
        return 0.0
    if header[0] == 1:
        scale, length = struct.unpack_from(">LQ", header, 20)
        unknown = (1 << 64) - 1
    else:
        scale, length = struct.unpack_from(">LL", header, 12)
        unknown = (1 << 32) - 1
    return float(length / scale) if scale and length != unknown else 0.0


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(body):
        length, kind = struct.unpack_from(">L4s", body, at)
        start = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", body, at + 8)
            start = 16
        elif length == 0:
            length = len(body) - at
        if length < start:
            return
        yield kind, body[at + start : at + length]
        at += length


def _child(body: bytes, wanted: bytes) -> bytes:
    """The first box of that kind in BODY; nothing where there is none."""
    return next((inner for kind, inner in _boxes(body) if kind == wanted), b"")
