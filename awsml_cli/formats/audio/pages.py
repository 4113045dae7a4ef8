"""Read and write the pages of an Ogg stream (RFC 3533)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from awsml_cli.formats.audio.reader import Reader

CONTINUED, FIRST, LAST = 1, 2, 4  # bits of a page's flags
NO_GRANULE = -1  # no packet ends on the page
_HEADER = struct.Struct("<4sBBqIIIB")
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(slots=True)
class Page:
    """A page: flags, time of its last whole packet, stream, number, lengths of its segments, and their bytes."""

    flags: int
    granule: int
    serial: int
    sequence: int
    table: bytes
    body: bytes

    def encode(self) -> bytes:
        """Give the bytes of the page, checksum included."""
        head = _HEADER.pack(
            b"OggS", 0, self.flags, self.granule, self.serial, self.sequence & 0xFFFF_FFFF, 0, len(self.table)
        )
        data = head + self.table + self.body
        return data[:22] + checksum(data).to_bytes(4, "little") + data[26:]

    def packets(self) -> Iterator[tuple[bytes, bool]]:
        """Give the packets, or parts of packets, on the page, and whether each ends here."""
        at = begin = 0
        for length in self.table:
            at += length
            if length < 255:
                yield self.body[begin:at], True
                begin = at
        if self.table and self.table[-1] == 255:
            yield self.body[begin:at], False


def pages(reader: Reader) -> Iterator[Page]:
    """Read the pages of a piece. Raises InputError for other bytes, a wrong checksum or an end within a page."""
    while reader.has(1):
        head = reader.peek(_HEADER.size)
        if head[:4] != b"OggS":
            raise reader.failure()
        if len(head) < _HEADER.size:
            raise reader.cut_short()
        _, _, flags, granule, serial, sequence, found, count = _HEADER.unpack(head)
        size = _HEADER.size + count
        size += sum(reader.peek(size)[_HEADER.size :])
        if not reader.has(size):
            raise reader.cut_short()
        data = reader.peek(size)
        if checksum(data[:22] + b"\0\0\0\0" + data[26:]) != found:
            raise reader.failure("a damaged page (its checksum is wrong)")
        reader.at += size
        table = data[_HEADER.size : _HEADER.size + count]
        yield Page(flags, granule, serial, sequence, table, data[_HEADER.size + count :])


def checksum(data: bytes) -> int:
    """Compute Ogg's CRC: polynomial 0x04C11DB7, highest bit first, starting at 0, nothing inverted.

    zlib has the same polynomial with the lowest bit first, starting at all ones and inverted. With the bits of every
    byte mirrored, the start cancelled and the answer mirrored back, it computes Ogg's, at the speed of C.
    """
    mirrored = zlib.crc32(data.translate(_MIRRORED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED), "big")
