"""Time, in one place, so that a test can own it.

Always called as `clock.sleep(…)` and `clock.now()`, never imported by name.
"""

from __future__ import annotations

import time


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def monotonic() -> float:
    """Seconds of a clock that never goes back, for measuring."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait so many seconds."""
    time.sleep(seconds)
