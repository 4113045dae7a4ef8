"""Where the pieces of a joined audio stream stand in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timeline:
    """Filled while the audio is written: the second at which each piece starts, and the length in seconds so far."""

    starts: list[float] = field(default_factory=list)
    duration: float = 0.0


class Joined(Iterator[bytes]):
    """The bytes of a joined stream, as they get ready; `starts` and `duration` are right for what has been given out.

    `starts[n]` is the second in the joined stream at which piece n's own time 0 is heard. With MP3 and PCM this is the
    sum of the lengths before; Vorbis and Opus add a few milliseconds at every joint, where two blocks overlap.
    """

    def __init__(self, blocks: Iterator[bytes], timeline: Timeline) -> None:
        self._blocks = blocks
        self._timeline = timeline

    def __next__(self) -> bytes:
        return next(self._blocks)

    @property
    def starts(self) -> list[float]:
        """The second at which each piece starts."""
        return self._timeline.starts

    @property
    def duration(self) -> float:
        """The seconds that a decoder gets out of what was written."""
        return self._timeline.duration
