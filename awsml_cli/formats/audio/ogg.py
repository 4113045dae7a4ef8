"""Join Ogg Vorbis or Ogg Opus into one logical stream, page by page.

The headers are written once, pages are renumbered, and their times (granules) are counted anew from the packets, so
that they say exactly what a decoder puts out. What was trimmed at the end of a piece cannot be trimmed in mid-stream:
it is heard (some milliseconds of near silence) and counted. Pieces that need other codebooks follow as chained streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import opus, vorbis
from awsml_cli.formats.audio.opus import Opus
from awsml_cli.formats.audio.pages import FIRST, LAST, NO_GRANULE, Page, pages
from awsml_cli.formats.audio.reader import Chunk, Reader
from awsml_cli.formats.audio.timeline import Timeline
from awsml_cli.formats.audio.vorbis import Vorbis

WANTED = {"ogg_vorbis": "Ogg Vorbis", "ogg_opus": "Ogg Opus"}
_MAGICS = {"ogg_vorbis": vorbis.MAGIC, "ogg_opus": opus.MAGIC}
_HEADERS = {"ogg_vorbis": vorbis.HEADERS, "ogg_opus": opus.HEADERS}

Codec = Opus | Vorbis


def join(format: str, chunks: Iterable[Chunk], timeline: Timeline) -> Iterator[bytes]:
    """Give the pages of all CHUNKS as one stream; the last page of each waits until it is known whether more follows.

    FORMAT is `ogg_vorbis` or `ogg_opus`. Raises InputError for what is not that, is damaged or is cut short.
    """
    stream: _Stream | None = None
    for number, chunk in enumerate(chunks, 1):
        reader = Reader(chunk, number=number, wanted=WANTED[format])
        source = pages(reader)
        headers, codec = _headers(format, reader, source)
        if stream is None or not stream.continues(codec):
            serial = headers[0].serial
            if stream:
                yield from stream.close()
                serial = stream.serial + 1 & 0xFFFF_FFFF
            stream = _Stream(codec, serial, timeline, began=timeline.duration)
            for page in headers:
                yield stream.header(page)
        yield from stream.piece(_audio(source, headers[0].serial, reader), codec)
    if stream:
        yield from stream.close()


def duration(format: str, chunk: Chunk) -> float:
    """Give the seconds that a decoder gets out of CHUNK."""
    timeline = Timeline()
    for _ in join(format, [chunk], timeline):
        pass
    return timeline.duration


@dataclass(slots=True)
class _Stream:
    """One logical stream that is being written."""

    codec: Codec
    serial: int
    timeline: Timeline
    began: float  # seconds of the streams chained before
    sequence: int = 0
    lead: int | None = None  # samples of the first piece that are not heard
    total: int = 0  # samples decoded so far
    tail: int = 0  # samples that the last piece has too many
    held: Page | None = None

    def continues(self, codec: Codec) -> bool:
        """Say whether a piece of CODEC can follow in this stream."""
        if isinstance(self.codec, Opus):
            return isinstance(codec, Opus) and self.codec.plays_on(codec)
        return isinstance(codec, Vorbis) and self.codec.plays_on(codec)

    def header(self, page: Page) -> bytes:
        """Write a header page."""
        return self._write(replace(page, flags=page.flags & ~LAST))

    def piece(self, audio: Iterator[Page], codec: Codec) -> Iterator[bytes]:
        """Write the pages of one piece but the last, which is held."""
        shift: int | None = None  # the piece's own granules minus what was counted
        base, first = self.total, True
        begun = b""  # the first bytes of a packet that goes on
        for page in audio:
            for data, whole in page.packets():
                begun = begun or data[:2]
                if not whole:
                    continue
                if first:
                    base += self.codec.overlap(begun)
                    first = False
                self.total += self.codec.count(begun)
                begun = b""
            if page.granule == NO_GRANULE:
                yield from self._push(page)
                continue
            if shift is None:
                shift = 0 if page.flags & LAST else page.granule - (self.total - base)
                self._start(base, shift, codec)
            self.tail = max(0, self.total - base + shift - page.granule)
            yield from self._push(replace(page, granule=self.total - self._untimed()))
        self.timeline.duration = self._seconds(self.total - self.tail)

    def close(self) -> Iterator[bytes]:
        """Write the last page, with the end of the last piece trimmed as it was."""
        if self.held:
            yield self._write(replace(self.held, flags=self.held.flags | LAST, granule=self.held.granule - self.tail))
        self.held = None

    def _start(self, base: int, shift: int, codec: Codec) -> None:
        """Note when a piece is first heard; the samples of its own lead come before."""
        lead = codec.lead if isinstance(codec, Opus) else max(0, -shift)
        if self.lead is None:
            self.lead = lead
        self.timeline.starts.append(self._seconds(base + lead))

    def _seconds(self, samples: int) -> float:
        return self.began + (samples - (self.lead or 0)) / self.codec.rate

    def _untimed(self) -> int:
        """Give the samples that granules do not count: Vorbis leaves its lead out, Opus counts it."""
        return (self.lead or 0) if isinstance(self.codec, Vorbis) else 0

    def _push(self, page: Page) -> Iterator[bytes]:
        if self.held:
            yield self._write(self.held)
        self.held = replace(page, flags=page.flags & ~(FIRST | LAST))

    def _write(self, page: Page) -> bytes:
        page = replace(page, serial=self.serial, sequence=self.sequence)
        self.sequence += 1
        return page.encode()


def _headers(format: str, reader: Reader, source: Iterator[Page]) -> tuple[list[Page], Codec]:
    """Read the header pages of a piece."""
    read: list[Page] = []
    packets: list[bytes] = []
    part = b""
    while len(packets) < _HEADERS[format]:
        page = next(source, None)
        if page is None:
            raise reader.cut_short()
        if not read and not page.body.startswith(_MAGICS[format]):
            raise reader.failure(f"a stream that begins with {page.body[:8]!r}")
        read.append(page)
        for data, whole in page.packets():
            part += data
            if whole:
                packets.append(part)
                part = b""
    if len(packets) > _HEADERS[format] or part:
        raise reader.failure("audio on a header page")
    return read, Opus.read(packets) if format == "ogg_opus" else Vorbis.read(packets)


def _audio(source: Iterator[Page], serial: int, reader: Reader) -> Iterator[Page]:
    """Give the pages behind the headers. Raises InputError if there are none, or if another stream lies between."""
    last: Page | None = None
    for last in source:
        if last.serial != serial or last.flags & FIRST:
            raise InputError(f"piece {reader.number} of the audio holds more than one Ogg stream")
        yield last
    if last is None or (last.table and last.table[-1] == 255):
        raise reader.cut_short()
