"""Count the samples of Opus packets (RFC 6716, section 3.1; RFC 7845)."""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.core.errors import InputError

MAGIC = b"OpusHead"
HEADERS = 2
RATE = 48_000  # Hz: Ogg counts Opus in these, whatever was encoded

_SILK, _HYBRID, _CELT = (480, 960, 1920, 2880), (480, 960), (120, 240, 480, 960)


@dataclass(slots=True)
class Opus:
    """What the headers of an Opus stream say, and the state of counting it."""

    head: bytes

    @classmethod
    def read(cls, headers: list[bytes]) -> Opus:
        """Take the header packets. Raises InputError for a head that is cut short."""
        if len(headers[0]) < 19:
            raise InputError("the head of the Opus stream is cut short")
        return cls(headers[0])

    @property
    def rate(self) -> int:
        """Granules a second."""
        return RATE

    @property
    def lead(self) -> int:
        """Samples at the start that are decoded and not heard ("pre-skip")."""
        return int.from_bytes(self.head[10:12], "little")

    def plays_on(self, other: Opus) -> bool:
        """Say whether a decoder set up for SELF decodes OTHER: same channels, gain and mapping."""
        return (self.head[:10], self.head[16:]) == (other.head[:10], other.head[16:])

    def overlap(self, packet: bytes) -> int:
        """Give the samples that come out at a joint before those of PACKET: none, Opus packets stand alone."""
        return 0

    def count(self, packet: bytes) -> int:
        """Give the samples that PACKET decodes to; its first 2 bytes are enough."""
        if not packet:
            return 0
        config, code = packet[0] >> 3, packet[0] & 3
        samples = _CELT[config & 3]
        if config < 16:
            samples = _SILK[config & 3] if config < 12 else _HYBRID[config & 1]
        if code == 3:
            return samples * (packet[1] & 0x3F) if len(packet) > 1 else 0
        return samples * (1 if code == 0 else 2)
