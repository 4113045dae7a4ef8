"""The sending half of a stream: at the pace of the audio, silence where the source pauses, and again after a break.

AWS asks for the pace of real time and closes a stream that gets nothing for 15 seconds.
Source: https://docs.aws.amazon.com/transcribe/latest/dg/streaming.html and awslabs/amazon-transcribe-streaming-sdk#118
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from awsml_cli.core import clock
from awsml_cli.services.transcribe_streaming.audio import Audio
from awsml_cli.services.transcribe_streaming.line import Broken, Line
from awsml_cli.services.transcribe_streaming.pieces import Piece
from awsml_cli.services.transcribe_streaming.timeline import Timeline

EVENT: Final = 0.1  # seconds of audio in one AudioEvent, about; never over a second
HEAD: Final = 8 * 1024  # bytes of a container's head in one AudioEvent
KEPT: Final = 60.0  # seconds of audio that are kept to be sent again
CATCH_UP: Final = 2.0  # times real time, at the most, after a break
PAUSED: Final = 0.5  # seconds without audio after which silence is put in,
SETTLE: Final = 2.5  # until here at the pace of the clock, so that the service ends the sentence;
ALIVE: Final = 5.0  # after that, one event in so many seconds: it is billed, and 15 s without any end the stream
REST: Final = 10.0  # seconds after which a stream that cannot be given silence is ended, until there is audio again
LONGEST: Final = 4 * 3600.0  # seconds that a stream lasts; a new one is begun between two sentences ahead of that,
AHEAD: Final = 600.0  # from so many seconds before,
LATEST: Final = 60.0  # and so many seconds before the end even within one


class Feed:
    """The pieces of AUDIO, each given once; after a break, those not acknowledged are given again.

    `error` is what reading the source raised; it counts as its end.
    """

    def __init__(self, audio: Audio) -> None:
        self._pieces = audio.pieces
        self._sent: deque[Piece] = deque()
        self._again: deque[Piece] = deque()
        self._position = 0.0
        self._lock = threading.Lock()
        self._ended = False
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[Piece | None]:
        """Give pieces, and None where the source is silent at the moment."""
        while True:
            with self._lock:
                piece = self._again.popleft() if self._again else None
            if piece is None:
                try:
                    piece = next(self._pieces)
                except StopIteration:
                    break
                except BaseException as problem:  # noqa: BLE001 - raised again by the thread that listens
                    self.error = problem
                    break
            if piece is not None:
                with self._lock:
                    self._sent.append(piece)
                    self._position = piece.at + piece.seconds
                    while self._position - self._sent[0].at > KEPT:
                        self._sent.popleft()
            yield piece
        self._ended = True

    def acknowledge(self, until: float) -> None:
        """Keep no audio from before UNTIL: what was said there is final."""
        with self._lock:
            while self._sent and self._sent[0].at + self._sent[0].seconds <= until:
                self._sent.popleft()

    def rewind(self) -> float:
        """Give what is not acknowledged again, and say at which second it begins."""
        with self._lock:
            self._again = self._sent + self._again
            self._sent = deque()
            return self._again[0].at if self._again else self._position

    @property
    def over(self) -> bool:
        """Whether there is nothing to give, after `rewind`."""
        return self._ended and not self._again

    def wait(self) -> bool:
        """Wait for audio, however long the source is silent; False where none is left."""
        for piece in self:
            if piece is not None:
                self.rewind()
                return True
        return False


class Pace:
    """When the next piece may go: not before its time, and where we are late, not faster than CATCH_UP."""

    def __init__(self) -> None:
        self._zero: float | None = None  # the clock when second 0 of the audio was due
        self._last = 0.0
        self._speed = CATCH_UP

    def wait(self, piece: Piece, stop: threading.Event) -> None:
        """Wait until PIECE is due, or STOP is set."""
        if self._zero is None:
            self._zero = clock.monotonic() - piece.at
        due = max(self._zero + piece.at, self._last + piece.seconds / self._speed if self._last else 0.0)
        while (left := due - clock.monotonic()) > 0 and not stop.is_set():
            clock.sleep(min(left, 0.25))
        self._last = clock.monotonic()

    def slow_down(self) -> None:
        """Make up for nothing any more: the service said that it is too much."""
        self._zero, self._speed = None, 1.0


class Sender(threading.Thread):
    """One stream's audio into LINE. `why` says how it ended: `ended`, `finished`, `long` or `rested`."""

    def __init__(self, line: Line, audio: Audio, feed: Feed, timeline: Timeline, pace: Pace) -> None:
        super().__init__(daemon=True, name="audio sender")
        self._first = timeline.source(0.0)
        self._numbered: Callable[[bytes], bytes] = bytes
        self._line = line
        self._audio = audio
        self._feed = feed
        self._timeline = timeline
        self._pace = pace
        self._halt = threading.Event()
        self._enough = threading.Event()
        self._begun = self._heard = self._said = clock.monotonic()
        self.speaking = False
        self.why: str | None = None

    def stop(self) -> None:
        """Send nothing more, and no end either."""
        self._halt.set()

    def finish(self) -> None:
        """Send the end, whatever the source still has."""
        self._enough.set()

    def run(self) -> None:
        """Send until the source ends, or there is a reason to end before."""
        with suppress(Broken):  # who listens on the line hears of it too
            why = self._audio_events()
            if why is not None:
                self._line.send(b"")
                self.why = why

    def _audio_events(self) -> str | None:
        head, renumber = self._audio.head, self._audio.renumber
        self._numbered = renumber() if renumber is not None and self._first > 0 else bytes
        for at in range(0, len(head), HEAD):
            self._line.send(head[at : at + HEAD])
        for piece in self._feed:
            if piece is not None:
                self._pace.wait(piece, self._halt)
            if self._halt.is_set():
                return None
            if piece is not None:
                self._send(piece)
            elif (why := self._idle()) is not None:
                return why
            if self._enough.is_set():
                return "finished"
            if self._is_long():
                return "long"
        return "ended"

    def _send(self, piece: Piece) -> None:
        data, block = self._numbered(piece.data), self._audio.block
        count = max(1, round(piece.seconds / EVENT))
        size = max(1, -(-len(data) // (count * block))) * block
        for at in range(0, len(data), size):
            part = data[at : at + size]
            before, seconds = (piece.seconds * bytes_ / len(data) for bytes_ in (at, len(part)))
            self._line.send(part)
            self._timeline.add(seconds, source=piece.at + before)
        self._heard = self._said = clock.monotonic()

    def _idle(self) -> str | None:
        """The source is silent: send silence if need be, or say why the stream should end."""
        now = clock.monotonic()
        without, quiet = now - self._heard, now - self._said
        if without < PAUSED:
            return None
        if self._audio.silence is None:
            return "rested" if without >= REST else None
        if without <= SETTLE or quiet >= ALIVE:
            seconds = min(quiet, 1.0) if without <= SETTLE else EVENT
            blocks = max(1, int(seconds * self._audio.rate))
            self._line.send(self._audio.silence * blocks)
            self._timeline.add(blocks / self._audio.rate, source=None)
            self._said = now
        return None

    def _is_long(self) -> bool:
        left = LONGEST - max(self._timeline.sent, clock.monotonic() - self._begun)
        return left <= LATEST or (left <= AHEAD and not self.speaking)
