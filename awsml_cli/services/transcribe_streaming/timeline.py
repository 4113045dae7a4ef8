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
    """One stream: AT is the second of the audio that it begins with. Of the same session, earlier streams sent BEFORE
    seconds, and the last result of them ended at LAST, in the service's time.
    """

    def __init__(self, at: float, *, before: float = 0.0, last: float = 0.0) -> None:
        self.sent = 0.0
        self.doubt = 0.0  # seconds by which a time may be too late
        self.blur = 0.0  # seconds by which it may be wrong at all
        self._source = at
        self._before = before
        self._last = last
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

    def settle(self, begin: float, end: float) -> None:
        """Find out, from BEGIN and END of the first result, whether the service counts on or began at 0 again.

        It counts on if more was heard than sent, it began again if time went back; where neither is so, that is taken
        for a beginning, and doubted.
        """
        with self._lock:
            if self._shift is not None:
                return
            if end > self.sent + SLACK:
                self._shift = min(self._before, end)
                self.blur = max(0.0, self._before - self._last)
            else:
                self._shift = 0.0
                self.doubt = self.blur = 0.0 if begin < self._last else self._before

    def source(self, time: float) -> float:
        """The place in the audio of TIME, which the service said."""
        with self._lock:
            time = max(0.0, time - (self._shift or 0.0))
            mark = next((mark for mark in reversed(self._marks) if mark.sent <= time), self._marks[0])
            return mark.source if mark.silent else mark.source + max(0.0, time - mark.sent)
