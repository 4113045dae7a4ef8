"""What is loaded once in a process, however many threads ask for it at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

T = TypeVar("T")


def once(load: Callable[..., T]) -> Callable[..., T]:
    """LOAD, called once for the same arguments: those who come while it is at work wait for what it returns.

    `functools.cache` alone lets each of them load a model of its own. What raises is tried again.
    """
    kept, turn = cache(load), threading.Lock()

    @wraps(load)
    def loaded(*args: object) -> T:
        with turn:
            return kept(*args)

    return loaded
