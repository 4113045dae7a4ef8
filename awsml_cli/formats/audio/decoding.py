"""Any other recording as 16-bit samples, by FFmpeg's libraries (PyAV), where the extra `media` is installed.

FFmpeg is told the container that the first bytes show, so that no file can make it open another one (playlists do).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import util
from typing import Any, BinaryIO, Final

from awsml_cli.core.errors import ConfigError, InputError

_RATES: Final = (8_000, 16_000)  # Hz; more is not heard better
_NAMES: Final = {"m4a": "mov", "mp4": "mov", "webm": "matroska"}


def check(what: str) -> None:
    """Raise ConfigError unless something here can decode WHAT."""
    if util.find_spec("av") is None:
        raise ConfigError(
            f"{what} must be decoded before it can be sent, and nothing here can",
            hint="pip install 'awsml-cli[media]', or convert it: ffmpeg -i FILE -ac 1 -ar 16000 out.flac",
        )


class Decoded:
    """FILE, which holds a recording of KIND (`mp3`, `webm`, …), as samples.

    `channels` is 1, or 2 where TWO are wanted and there; `rate` is 8,000 or 16,000 Hz. Raises InputError for what
    cannot be decoded.
    """

    def __init__(self, file: BinaryIO | Reading, kind: str, *, name: str, two: bool) -> None:
        import av

        self._name = name
        try:
            self._container: Any = av.open(file, format=_NAMES.get(kind, kind))
            self._stream: Any = next(iter(self._container.streams.audio), None)
        except (av.FFmpegError, ValueError) as problem:
            raise self._failure(problem) from None
        if self._stream is None:
            self._container.close()
            raise InputError(f"{name} has no sound in it")
        self.channels = 2 if two and self._stream.codec_context.channels >= 2 else 1
        self.rate = _RATES[self._stream.codec_context.sample_rate >= _RATES[1]]

    def __iter__(self) -> Iterator[bytes]:
        """Give the samples: signed, 16 bits, little-endian, the channels in turn."""
        import av

        form = av.AudioResampler(format="s16", layout="stereo" if self.channels == 2 else "mono", rate=self.rate)
        try:
            for frame in self._container.decode(self._stream):
                yield from self._samples(form, frame)
            yield from self._samples(form, None)
        except (av.FFmpegError, ValueError) as problem:
            raise self._failure(problem) from None
        finally:
            self._container.close()

    def _samples(self, form: Any, frame: Any) -> Iterator[bytes]:
        for part in form.resample(frame):
            yield bytes(part.planes[0])[: part.samples * 2 * self.channels]

    def _failure(self, problem: Exception) -> InputError:
        said = " ".join(str(problem).split()).partition(":")[0].partition("] ")[2] or "FFmpeg cannot read it"
        return InputError(
            f"{self._name} cannot be decoded: {said.lower()}",
            hint="ffmpeg -i FILE -ac 1 -ar 16000 out.flac may mend it",
        )


class Reading:
    """CHUNKS as a file that can be read and not searched."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """Read SIZE bytes at the most; none at the end."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._left = chunk
        size = len(self._left) if size < 0 else size
        data, self._left = self._left[:size], self._left[size:]
        return data
