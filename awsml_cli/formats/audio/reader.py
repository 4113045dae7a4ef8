"""Read one piece of audio, which may still be arriving, in exact amounts."""

from __future__ import annotations

from collections.abc import Iterable

from awsml_cli.core.errors import InputError

Chunk = bytes | Iterable[bytes]
"""One piece of audio: whole, or as the blocks in which it arrives."""

_KINDS = (
    (b"RIFF", "a WAV file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
    (b"ID3", "an MP3 file"),
    (b"{", "JSON"),
    (b"<", "XML"),
)


class Reader:
    """A window on the blocks of a piece: `buffer[at:]` is what has come and is not yet used.

    `number` counts the pieces from 1 and `wanted` names the format, both for the messages of `failure`.
    """

    def __init__(self, chunk: Chunk, *, number: int, wanted: str) -> None:
        self._blocks = iter((chunk,)) if isinstance(chunk, bytes | bytearray | memoryview) else iter(chunk)
        self._before = 0  # bytes dropped in front of the buffer
        self.buffer = b""
        self.at = 0
        self.number = number
        self.wanted = wanted

    @property
    def offset(self) -> int:
        """The place of the next byte in the piece."""
        return self._before + self.at

    def has(self, size: int) -> bool:
        """Wait until SIZE bytes are there; False if the piece ends before."""
        while len(self.buffer) - self.at < size:
            block = next(self._blocks, None)
            if block is None:
                return False
            self._before += self.at
            self.buffer = self.buffer[self.at :] + block
            self.at = 0
        return True

    def peek(self, size: int) -> bytes:
        """Give the next SIZE bytes, fewer at the end of the piece, without using them."""
        self.has(size)
        return self.buffer[self.at : self.at + size]

    def take(self, size: int) -> bytes:
        """Use the next SIZE bytes. Raises InputError where the piece ends before."""
        if not self.has(size):
            raise self.cut_short()
        data = self.buffer[self.at : self.at + size]
        self.at += size
        return data

    def skip(self, size: int) -> None:
        """Pass over SIZE bytes, however many, without keeping them."""
        while size:
            if not self.has(1):
                raise self.cut_short()
            step = min(size, len(self.buffer) - self.at)
            self.at += step
            size -= step

    def cut_short(self) -> InputError:
        """Give the error for a piece that ends too early."""
        ends = self._before + len(self.buffer)
        if ends == 0:
            return InputError(f"piece {self.number} of the audio is empty, {self.wanted} was expected")
        return InputError(
            f"piece {self.number} of the audio is cut short: its {self.wanted} data ends at byte {ends:,}"
        )

    def failure(self, found: str = "") -> InputError:
        """Give the error for bytes that do not belong here: FOUND, or what they look like."""
        data = self.peek(8)
        found = found or next((kind for magic, kind in _KINDS if data.startswith(magic)), "")
        found = found or (f"the bytes {data[:4].hex(' ')}" if data else "nothing")
        return InputError(
            f"piece {self.number} of the audio is not {self.wanted}: found {found} at byte {self.offset:,}"
        )
