"""The times of one stream at AWS, in the time of the audio that was given.

A stream begins at some place of the audio, silence is put in where the source pauses, and after a resumption the
service may count on or begin at 0 again: its times are moved back to where the audio really is.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Final

SLACK: Final = 0.5  # seconds that a result may end after what was sent: codecs pad
MARKS: Final = 4096  # places remembered; silence is put in every few seconds, so they last for hours


@dataclass(frozen=True)
class _Mark:
    """From SENT seconds of the stream on, the audio is at SOURCE; it stands still where SILENT."""

    sent: float
    source: float
    silent: bool


class Timeline:
    """One stream: AT is the second of the audio that it begins with, BEFORE what earlier streams of the session had."""

    def __init__(self, at: float, *, before: float = 0.0) -> None:
        self.sent = 0.0
        self._source = at
        self._before = before
        self._shift: float | None = None if before else 0.0
        self._marks: deque[_Mark] = deque([_Mark(0.0, at, silent=False)], maxlen=MARKS)
        self._lock = threading.Lock()

    def add(self, seconds: float, *, source: float | None) -> None:
        """Note that SECONDS were sent, of the audio at SOURCE, or of silence (None)."""
        with self._lock:
            silent, last = source is None, self._marks[-1]
            at = self._source if source is None else source
            if silent != last.silent or (source is not None and abs(at - self._source) > 0.01):
                self._marks.append(_Mark(self.sent, at, silent))
            self.sent += seconds
            self._source = at if silent else at + seconds

    def settle(self, end: float) -> None:
        """Find out, from the END of the first result, whether the service counts on or began at 0 again."""
        with self._lock:
            if self._shift is not None:
                return
            if end <= self.sent + SLACK:
                self._shift = 0.0
            else:
                self._shift = min(self._before, end) if end - self._before <= self.sent + SLACK else end - self.sent

    def source(self, time: float) -> float:
        """The place in the audio of TIME, which the service said."""
        with self._lock:
            time = max(0.0, time - (self._shift or 0.0))
            mark = next((mark for mark in reversed(self._marks) if mark.sent <= time), self._marks[0])
            return mark.source if mark.silent else mark.source + max(0.0, time - mark.sent)
