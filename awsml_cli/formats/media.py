"""What a media file is, by its first bytes: the container decides, not the file's name."""

from __future__ import annotations

import struct

_MP4_AUDIO = {b"M4A ", b"M4B ", b"M4P "}


def sniff(head: bytes) -> str | None:
    """The container of a file that begins with HEAD, in Transcribe's words, or None where it is no media.

    HEAD should hold the first 4,096 bytes. Signatures: the containers' own specifications.
    """
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:5] == b"#!AMR":
        return "amr"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm"
    if head[4:8] == b"ftyp":
        return "m4a" if head[8:12] in _MP4_AUDIO else "mp4"
    if head[:3] == b"ID3" or _is_mp3_frame(head):
        return "mp3"
    return None


def describe(head: bytes) -> str:
    """What HEAD looks like to a person, for the message about a file that is not media."""
    if head[:5] == b"%PDF-":
        return "a PDF"
    if head[:4] == b"PK\x03\x04":
        return "a zip archive"
    if head[:8] == b"\x89PNG\r\n\x1a\n" or head[:3] == b"\xff\xd8\xff":
        return "a picture"
    if b"\0" not in head:
        try:
            head[: len(head) - 3].decode("utf-8")
        except UnicodeDecodeError:
            return "unknown bytes"
        return "text"
    return "unknown bytes"


def seconds(head: bytes, size: int) -> float | None:
    """How long a file of SIZE bytes plays, where its first bytes tell: exact for WAV and FLAC, near for MP3."""
    kind = sniff(head)
    if kind == "wav":
        return _wav_seconds(head, size)
    if kind == "flac" and len(head) >= 26:
        packed = int.from_bytes(head[18:26], "big")
        rate, samples = packed >> 44, packed & ((1 << 36) - 1)
        return samples / rate if rate and samples else None
    if kind == "mp3":
        bits = _mp3_bitrate(head)
        return size * 8 / bits if bits else None
    return None


def _wav_seconds(head: bytes, size: int) -> float | None:
    at = head.find(b"fmt ")
    if at < 0 or len(head) < at + 20:
        return None
    (bytes_a_second,) = struct.unpack_from("<I", head, at + 16)
    data = head.find(b"data", at)
    start = data + 8 if data >= 0 else 44
    return max(size - start, 0) / bytes_a_second if bytes_a_second else None


_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}  # kbit/s of layer III, MPEG-1 and MPEG-2/2.5 (ISO 11172-3, 13818-3)


def _is_mp3_frame(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = (head[1] >> 3) & 3, (head[1] >> 1) & 3
    return version != 1 and layer == 1 and head[2] >> 4 != 15 and (head[2] >> 2) & 3 != 3


def _mp3_bitrate(head: bytes) -> int | None:
    start = 0
    if head[:3] == b"ID3" and len(head) >= 10:
        start = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    for at in range(start, len(head) - 4):
        if _is_mp3_frame(head[at : at + 4]):
            version = 1 if (head[at + 1] >> 3) & 3 == 3 else 2
            return _BITRATES[version][head[at + 2] >> 4] * 1000 or None
    return None
