"""Long audio cut into stretches that a model can take at once, where it is quietest.

Sound comes as blocks of float32 samples (-1 … 1, mono) and is held for one stretch only, so that hours
of it need no more memory than half a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

FRAME = 0.02
"""Length of a frame in seconds; loudness is measured frame by frame."""

SILENCE_DB = -60.0
"""Below this level (dB of full scale) a frame is silence whatever surrounds it."""

RISE_DB = 9.0
"""Speech is at least so much louder than the quietest tenth of its stretch."""

MARGIN = 0.25
"""Seconds of near-silence kept on both sides of what is heard."""


@dataclass(frozen=True)
class Stretch:
    """A piece of sound: where it starts in the whole (seconds), and its samples."""

    start: float
    samples: Any


def stretches(blocks: Iterable[Any], *, rate: int, longest: float) -> Iterator[Stretch]:
    """Cut BLOCKS into stretches of at most LONGEST seconds; those without a sound are left out.

    A cut is made at the quietest place of the second half, so a word is cut only where nobody pauses.
    """
    import numpy as np

    held = np.zeros(0, dtype=np.float32)
    start = 0
    full = int(longest * rate)
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= full:
            at = _quietest(held[:full], rate)
            yield from _heard(held[:at], start, rate)
            start += at
            held = held[at:]
    if len(held):
        yield from _heard(held, start, rate)


def _quietest(samples: Any, rate: int) -> int:
    """The sample in the second half of SAMPLES around which 0.3 s are quietest."""
    import numpy as np

    size = int(FRAME * rate)
    energy = _energy(samples, size)
    smooth = np.convolve(energy, np.ones(15) / 15, mode="same")
    half = len(smooth) // 2
    # the last frames are left out: `same` sees silence beyond the end that may not be there
    return int((half + int(np.argmin(smooth[half:-8])) + 0.5) * size)


def _heard(samples: Any, start: int, rate: int) -> Iterator[Stretch]:
    """SAMPLES without the silence on both sides, or nothing."""
    import numpy as np

    size = int(FRAME * rate)
    if len(samples) < size:
        return
    level = 10 * np.log10(_energy(samples, size) + 1e-12)
    threshold = max(SILENCE_DB, min(float(np.percentile(level, 10)) + RISE_DB, float(level.max()) - RISE_DB))
    loud = np.flatnonzero(level > threshold)
    if not len(loud):
        return
    margin = int(MARGIN * rate)
    first = max(0, int(loud[0]) * size - margin)
    last = min(len(samples), (int(loud[-1]) + 1) * size + margin)
    yield Stretch((start + first) / rate, samples[first:last])


def _energy(samples: Any, size: int) -> Any:
    """Mean power of each whole frame."""
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    return (frames.astype("float64") ** 2).mean(axis=1)
