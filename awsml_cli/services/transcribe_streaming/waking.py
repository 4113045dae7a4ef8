"""A slow source that never makes its reader wait for long: an empty chunk comes whenever nothing else does."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

CHUNK: Final = 1 << 14  # bytes read at a time at the most
TICK: Final = 0.2  # seconds after which an empty chunk says that the source is silent
HELD: Final = 12 * 1024 * 1024  # bytes kept for a reader that is away: a minute of the best audio a stream takes


class Waking:
    """CHUNKS, read by a thread of its own, since a read that waits cannot be given up.

    What is read is kept up to HELD bytes, so that a live source loses nothing while the line is down. The thread ends
    with the source; where the source is silent for ever, it ends with the program.
    """

    def __init__(self, chunks: Iterator[bytes], *, tick: float = TICK, held: int = HELD) -> None:
        self._chunks = chunks
        self._tick = tick
        self._limit = held
        self._queue: deque[bytes] = deque()
        self._held = 0
        self._error: BaseException | None = None
        self._ended = self._closed = False
        self._changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True, name="audio source")
        self.thread.start()

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks; raise what reading them raised."""
        while True:
            with self._changed:
                if not self._queue and not self._ended:
                    self._changed.wait(self._tick)
                if self._queue:
                    chunk = self._queue.popleft()
                    self._held -= len(chunk)
                    self._changed.notify_all()
                elif self._ended:
                    break
                else:
                    chunk = b""
            yield chunk
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Want no more: the thread ends after the read it is in."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()

    def _read(self) -> None:
        try:
            for chunk in self._chunks:
                if not chunk:
                    continue
                with self._changed:
                    while self._held >= self._limit and not self._closed:
                        self._changed.wait()
                    if self._closed:
                        break
                    self._queue.append(chunk)
                    self._held += len(chunk)
                    self._changed.notify_all()
        except Exception as problem:  # noqa: BLE001 - handed over to the thread that waits
            self._error = problem
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()


_seen = 0


def seen(count: int) -> None:
    """Note that COUNT bytes of stdin have been looked at, and stand in its buffer."""
    global _seen
    _seen = count


def stdin() -> Iterator[bytes]:
    """What comes in on stdin, each portion as soon as it is there."""
    global _seen
    stream: BinaryIO = sys.stdin.buffer
    if _seen:
        count, _seen = _seen, 0
        yield stream.read(count)
    try:
        descriptor: int | None = stream.fileno()
    except (OSError, ValueError, AttributeError):
        descriptor = None
    while chunk := (stream.read(CHUNK) if descriptor is None else os.read(descriptor, CHUNK)):
        yield chunk
