"""Time, in one place, so that a test can own it.

Always called as `clock.sleep(…)` and `clock.now()`, never imported by name.
"""

from __future__ import annotations

import os
import time


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def monotonic() -> float:
    """Seconds of a clock that never goes back, for measuring."""
    return time.monotonic()


def working() -> float:
    """Seconds of CPU that this process and those it waited for have used: what work costs, on a busy machine too."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def sleep(seconds: float) -> None:
    """Wait so many seconds."""
    time.sleep(seconds)
