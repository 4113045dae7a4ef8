"""Silence in every format, so like the sound beside it that both join without encoding anything.

MP3: frames whose side information is all zeros decode to digital zero and lean on no frame before them (ISO/IEC
11172-3, 2.4.1.7: `main_data_begin` 0). Opus: the frame of three bytes that libopus and its users know as silence.
Vorbis: packets in which no floor is used (Vorbis I, 4.3.2 and 7.2.3). The three without a container: their zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import mp3, opus, pcm, vorbis
from awsml_cli.formats.audio.opus import Opus
from awsml_cli.formats.audio.pages import FIRST, LAST, Page, pages
from awsml_cli.formats.audio.reader import Chunk, Reader
from awsml_cli.formats.audio.timeline import Timeline
from awsml_cli.formats.audio.vorbis import Vorbis

ZEROS = {"pcm": b"\0\0", "mulaw": b"\xff", "alaw": b"\xd5"}
"""One sample of silence; mu-law and A-law have other zeros than 0 (ITU-T G.711)."""

BLOCK = 65_536  # bytes given out at once, about
_OPUS_FRAME = b"\xff\xfe"  # behind a first byte that says: CELT, all frequencies, 20 ms
_OPUS_FIRST = {1: b"\xf8", 2: b"\xfc"}
_OPUS_SAMPLES = 960
_PACKETS = 200  # of a page; Ogg allows 255 short ones


def silence(format: str, seconds: float, *, like: Chunk, sample_rate: int, first: bool = False) -> Iterator[bytes]:
    """Give SECONDS of silence, to the nearest frame, as a piece that `join` takes beside the sound LIKE.

    `first` says that nothing stands before it: a decoder then leaves out the lead of an Ogg stream. Gives nothing for
    less than half a frame. Raises InputError for a LIKE that is not in FORMAT.
    """
    if format in ZEROS:
        return _zeros(format, round(seconds * sample_rate))
    if format == "mp3":
        return _mp3(like, seconds)
    headers, codec, packet, samples = _ogg(format, Reader(like, number=1, wanted="Ogg"))
    lead = codec.lead if first and isinstance(codec, Opus) else 0
    count = round((seconds * codec.rate + lead) / samples)
    # the first block of Vorbis gives no sound where nothing is before it
    count += first and count > 0 and isinstance(codec, Vorbis)
    return _ogg_pages(headers, packet, samples, count, delayed=isinstance(codec, Vorbis))


def _zeros(format: str, samples: int) -> Iterator[bytes]:
    width = pcm.WIDTHS[format]
    block = ZEROS[format] * (BLOCK // width)
    for begin in range(0, samples, BLOCK // width):
        yield block[: (samples - begin) * width]


def _mp3(like: Chunk, seconds: float) -> Iterator[bytes]:
    """Frames like the first of the sound: its version, rate, mode and bitrate, so that players which guess a length
    from the bitrate guess right.
    """
    header = next(mp3.join([like], Timeline()))[:4]
    # no checksum (the low bit of byte 1), no padding (bit 1 of byte 2)
    plain = bytes((header[0], header[1] | 1, header[2] & ~2, header[3]))
    kind = mp3.frame(plain)
    assert kind is not None
    size = kind.samples / 8 * _bits_a_second(kind) / kind.rate  # bytes of a frame on average
    given = 0.0
    block = b""
    for _ in range(round(seconds * kind.rate / kind.samples)):
        given += size - kind.length
        padded = given >= 1
        given -= padded
        head = bytes((plain[0], plain[1], plain[2] | (2 if padded else 0), plain[3]))
        block += head.ljust(kind.length + padded, b"\0")
        if len(block) >= BLOCK:
            yield block
            block = b""
    if block:
        yield block


def _bits_a_second(kind: mp3.Frame) -> int:
    """The bitrate of an unpadded frame, to the next thousand: its length is cut to whole bytes."""
    exact = kind.length * 8 * kind.rate / kind.samples
    return -int(-exact // 1000) * 1000


def _ogg(format: str, reader: Reader) -> tuple[list[Page], Opus | Vorbis, bytes, int]:
    """The pages with the headers of a stream, its codec, a packet of silence, and the samples of that."""
    needed = opus.HEADERS if format == "ogg_opus" else vorbis.HEADERS
    headers: list[Page] = []
    packets: list[bytes] = []
    part = b""
    for page in pages(reader):
        headers.append(page)
        for data, whole in page.packets():
            part += data
            if whole:
                packets.append(part)
                part = b""
        if len(packets) >= needed:
            break
    if len(packets) != needed or not packets[0].startswith(opus.MAGIC if format == "ogg_opus" else vorbis.MAGIC):
        raise reader.failure("something else")
    if format == "ogg_opus":
        first = _OPUS_FIRST.get(packets[0][9])
        if first is None:
            raise InputError(f"the sound has {packets[0][9]} channels; speech has one or two")
        return headers, Opus.read(packets), first + _OPUS_FRAME, _OPUS_SAMPLES
    codec = Vorbis.read(packets)
    return headers, codec, b"\0", codec.blocks[0] // 2


def _ogg_pages(headers: list[Page], packet: bytes, samples: int, count: int, *, delayed: bool) -> Iterator[bytes]:
    """A whole stream: HEADERS, then COUNT times PACKET; with DELAYED, the first one counts for nothing."""
    if count <= 0:
        return
    serial = headers[0].serial
    for number, page in enumerate(headers):
        page.sequence = number
        yield page.encode()
    for begin in range(0, count, _PACKETS):
        inside = min(_PACKETS, count - begin)
        last = LAST if begin + inside == count else 0
        granule = (begin + inside - delayed) * samples
        table = bytes((len(packet),)) * inside
        yield Page(last & ~FIRST, granule, serial, len(headers) + begin // _PACKETS, table, packet * inside).encode()
