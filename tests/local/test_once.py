"""What is loaded once is loaded once, however many ask for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from awsml_cli.local.engines.once import once


def test_who_comes_while_it_is_loaded_waits_for_it() -> None:
    together, loads = threading.Barrier(8), []

    @once
    def load(name: str) -> object:
        loads.append(name)
        return object()

    def ask(_: int) -> object:
        together.wait()
        return load("model")

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(ask, range(8)))
    assert (len(found), loads) == (1, ["model"])
    assert load("another") not in found


def test_what_raised_is_tried_again() -> None:
    tries = []

    @once
    def load() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not yet")
        return len(tries)

    with pytest.raises(ValueError, match="not yet"):
        load()
    assert (load(), load()) == (2, 2)
