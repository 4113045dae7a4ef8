"""Whether anybody still wants what a thread is working on: Ctrl-C and a reader that left, told to the other threads."""

from __future__ import annotations

import threading


class Unwanted(KeyboardInterrupt):
    """Nobody wants the work of this thread any more: to the work under way it is what Ctrl-C is."""


_here = threading.local()
_NEVER = threading.Event()


def until(ended: threading.Event) -> None:
    """Bind this thread: its work is wanted until ENDED is set."""
    _here.ended = ended


def ended() -> threading.Event:
    """The event that ends the work of this thread; one that is never set where nobody has bound it."""
    event: threading.Event = getattr(_here, "ended", _NEVER)
    return event


def check() -> None:
    """Raises Unwanted where the work of this thread has no use any more."""
    if ended().is_set():
        raise Unwanted
