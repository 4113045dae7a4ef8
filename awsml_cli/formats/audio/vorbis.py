"""Count the samples of Vorbis packets (Vorbis I specification, sections 4.2, 4.3 and 1.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.core.errors import InputError

MAGIC = b"\x01vorbis"
HEADERS = 3
_MODE_BITS = 41  # block flag 1, window type 16, transform type 16, mapping 8
_MOST_MODES = 64


@dataclass(slots=True)
class Vorbis:
    """What the headers of a Vorbis stream say, and the state of counting it."""

    identification: bytes
    setup: bytes
    blocks: list[int]  # samples of a block, by mode
    previous: int = 0  # samples of the block before; 0 at the start of the stream
    lead: int = 0  # samples at the start that are decoded and not heard

    @classmethod
    def read(cls, headers: list[bytes]) -> Vorbis:
        """Take the three header packets. Raises InputError for headers that make no sense."""
        identification, _, setup = headers
        if len(identification) < 30 or not setup.startswith(b"\x05vorbis"):
            raise InputError("the headers of the Vorbis stream are damaged")
        sizes = 1 << (identification[28] & 15), 1 << (identification[28] >> 4)
        return cls(identification, setup, [sizes[flag] for flag in _block_flags(setup)])

    @property
    def rate(self) -> int:
        """Samples a second."""
        return int.from_bytes(self.identification[12:16], "little")

    def plays_on(self, other: Vorbis) -> bool:
        """Say whether a decoder set up for SELF decodes OTHER: same channels, rate and codebooks, whatever bitrates."""
        one, two = self.identification, other.identification
        return (one[:16], one[28:], self.setup) == (two[:16], two[28:], other.setup)

    def overlap(self, packet: bytes) -> int:
        """Give the samples that come out at a joint, where the first block of a piece laps over the last one before."""
        block = self._block(packet)
        return (self.previous + block) // 4 if self.previous and block else 0

    def count(self, packet: bytes) -> int:
        """Give the samples that PACKET adds; its first byte is enough."""
        samples = self.overlap(packet)
        self.previous = self._block(packet) or self.previous
        return samples

    def _block(self, packet: bytes) -> int:
        if not packet or packet[0] & 1:
            return 0  # nothing, or a header
        mode = packet[0] >> 1 & ((1 << (len(self.blocks) - 1).bit_length()) - 1)
        return self.blocks[mode] if mode < len(self.blocks) else 0


def _block_flags(setup: bytes) -> list[int]:
    """Find each mode's block flag, read from the end of the setup packet, since all before it is of unknown length.

    The modes are the last thing before the framing bit: a count in 6 bits, then 41 bits each, of which the two types
    must be 0. The count in front must agree with the modes read so far; the longest run that does is the list.
    """
    bits = int.from_bytes(setup, "little")
    at = bits.bit_length() - 1  # the framing bit
    flags: list[int] = []
    found: list[int] = []
    while at >= _MODE_BITS + 6 and len(flags) < _MOST_MODES:
        mode = bits >> (at - _MODE_BITS) & ((1 << _MODE_BITS) - 1)
        if mode >> 33 > 63 or mode >> 1 & 0xFFFF_FFFF:
            break
        at -= _MODE_BITS
        flags.insert(0, mode & 1)
        if (bits >> (at - 6) & 63) + 1 == len(flags):
            found = list(flags)
    if not found:
        raise InputError("the setup of the Vorbis stream is damaged: no modes in it")
    return found
