"""Ogg Opus as it is: page by page, and counted anew where a stream begins in the middle. Pure. Source: RFC 7845."""

from __future__ import annotations

import struct
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio.opus import MAGIC, RATE, Opus
from awsml_cli.formats.audio.pages import NO_GRANULE, Page
from awsml_cli.services.transcribe_streaming.containers import Head
from awsml_cli.services.transcribe_streaming.pieces import Piece, Pieces, Window

_PAGE: Final = struct.Struct("<4sBBqIIIB")
_HEADERS: Final = (MAGIC, b"OpusTags")  # of another stream chained to the first
_INPUTS: Final = (8_000, 12_000, 16_000, 24_000, 48_000)  # Hz that Opus knows


def is_opus(head: bytes) -> bool:
    """Whether an Ogg file that begins with HEAD holds Opus."""
    return head[28:36] == MAGIC


def read_head(window: Window) -> Head:
    """Read the pages that an Ogg Opus stream begins with: its head and its tags."""
    data, part = b"", b""
    packets: list[bytes] = []
    while len(packets) < 2:
        raw, page = _take_page(window)
        data += raw
        for body, whole in page.packets():
            part += body
            if whole:
                packets.append(part)
                part = b""
    said = packets[0]
    if len(said) < 19:
        raise InputError(f"{window.name} is no Ogg Opus that can be read: its head is cut short")
    rate = int.from_bytes(said[12:16], "little")
    return Head("ogg-opus", rate if rate in _INPUTS else RATE, said[9], data=data)


def pages(window: Window) -> Pieces:
    """The pages of an Ogg Opus stream, with the seconds that end on each."""
    opus, at, begun = Opus(b""), 0.0, b""
    while True:
        size = _page_size(window)
        if size is None:
            more = window.grow()
            if more is None:
                yield None
            if more is not False:
                continue
            if not window.buffer:
                return
            raise InputError(f"{window.name} is cut short: it ends at byte {window.used + len(window.buffer):,}")
        raw, page = _take_page(window)
        samples = 0
        for body, whole in page.packets():
            begun = begun or body[:8]
            if whole:
                samples += 0 if begun in _HEADERS else opus.count(begun)
                begun = b""
        yield Piece(raw, at, samples / RATE)
        at += samples / RATE


class Numbers:
    """Counts the pages of Ogg Opus, and their time, anew behind HEAD, so that what begins in the middle is a file."""

    def __init__(self, head: bytes) -> None:
        self._sequence = head.count(b"OggS")
        self._before: int | None = None

    def __call__(self, data: bytes) -> bytes:
        """Give the page in DATA with its number and its time counted from the first one seen."""
        page = _page(data)
        if page.granule != NO_GRANULE:
            if self._before is None:
                self._before = page.granule - sum(Opus(b"").count(body) for body, whole in page.packets() if whole)
            page.granule = max(0, page.granule - self._before)
        page.sequence, self._sequence = self._sequence, self._sequence + 1
        return page.encode()


def _page_size(window: Window) -> int | None:
    """The bytes of the page at the beginning of the window, None if they are not all there."""
    head = window.buffer[: _PAGE.size]
    if head[:4] != b"OggS"[: len(head)]:
        raise InputError(f"{window.name} is damaged: no page of Ogg begins at byte {window.used:,}")
    if len(head) < _PAGE.size:
        return None
    size = _PAGE.size + head[26]
    if len(window.buffer) < size:
        return None
    size += sum(window.buffer[_PAGE.size : size])
    return size if len(window.buffer) >= size else None


def _take_page(window: Window) -> tuple[bytes, Page]:
    while (size := _page_size(window)) is None:
        if window.grow() is False:
            raise InputError(f"{window.name} is cut short: it ends at byte {window.used + len(window.buffer):,}")
    raw = window.take(size)
    return raw, _page(raw)


def _page(raw: bytes) -> Page:
    _, _, flags, granule, serial, sequence, _, count = _PAGE.unpack_from(raw)
    body = _PAGE.size + count
    return Page(flags, granule, serial, sequence, raw[_PAGE.size : body], raw[body:])
