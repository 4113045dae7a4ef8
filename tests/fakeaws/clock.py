"""The time in tests: it stands still, and waiting moves it on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

ENDLESS = 20_000


class FakeClock:
    """A clock that nobody waits for: `sleep` notes the seconds and moves the time on.

    `slept` lists every wait; the functions in `during_sleep` are called in each wait (to press Ctrl-C, say).
    """

    def __init__(self) -> None:
        self.time = time.time()
        self.slept: list[float] = []
        self.during_sleep: list[Callable[[float], None]] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        """Give the time in seconds since 1970."""
        return self.time

    def monotonic(self) -> float:
        """Give the time for measuring."""
        return self.time

    def time_module(self) -> ModuleType:
        """Give a stand-in for the module `time` whose waits are this clock's."""
        return TimeModule(self)

    def sleep(self, seconds: float) -> None:
        """Move the time on."""
        with self._lock:
            self.slept.append(seconds)
            self.time += seconds
            count = len(self.slept)
        for action in self.during_sleep:
            action(seconds)
        if count > ENDLESS:
            pytest.fail(f"the program waits for ever: {ENDLESS} waits")

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody waiting."""
        self.time += seconds

    def interrupt_in_wait(self, number: int = 1) -> None:
        """Press Ctrl-C in the wait of that NUMBER from now."""
        due = len(self.slept) + number

        def press(_: float) -> None:
            if len(self.slept) == due:
                raise KeyboardInterrupt

        self.during_sleep.append(press)


class TimeModule(ModuleType):
    """Stand in for `time` in a library's module, with the clock's `sleep`."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__("time")
        self.sleep = clock.sleep

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
