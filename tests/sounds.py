"""What independent decoders make of audio: its samples, its length, and where in it there is sound."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import av
import numpy
import soundfile

RAW = {"pcm": "PCM_16", "mulaw": "ULAW", "alaw": "ALAW"}
LOUD = 0.05  # of full scale
PAUSE = 0.3  # seconds of silence that part two sounds


@dataclass(frozen=True)
class Sound:
    """Mono samples between -1 and 1, and how many a second."""

    samples: Any
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    @property
    def spans(self) -> list[tuple[float, float]]:
        """From when to when (seconds) there is sound; shorter pauses than PAUSE are part of it."""
        loud = numpy.flatnonzero(numpy.abs(self.samples) > LOUD)
        if not len(loud):
            return []
        gaps = [(one, two) for one, two in pairwise(loud) if (two - one) / self.rate > PAUSE]
        edges = [loud[0], *(edge for gap in gaps for edge in gap), loud[-1]]
        return [
            (float(begin) / self.rate, float(end) / self.rate)
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
        ]


def decoded(data: bytes, format: str, *, rate: int = 16_000) -> Sound:
    """Decode with FFmpeg's decoders (PyAV); RATE is that of a FORMAT without a container."""
    if format in RAW:
        return read(data, format, rate=rate)
    with av.open(io.BytesIO(data)) as container:
        mono = av.AudioResampler(format="flt", layout="mono")
        parts = [part.to_ndarray().reshape(-1) for frame in container.decode(audio=0) for part in mono.resample(frame)]
        return Sound(numpy.concatenate(parts), container.streams.audio[0].rate)


def read(data: bytes, format: str = "", *, rate: int = 16_000) -> Sound:
    """Decode with libsndfile."""
    raw = {"format": "RAW", "subtype": RAW[format], "samplerate": rate, "channels": 1} if format in RAW else {}
    samples, found = soundfile.read(io.BytesIO(data), **raw)
    return Sound(samples, found)


def stated(data: bytes) -> float:
    """The seconds that a file says it has, as FFmpeg reads it without decoding."""
    with av.open(io.BytesIO(data)) as container:
        return float(container.duration or 0) / av.time_base
