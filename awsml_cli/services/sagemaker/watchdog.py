"""A process that ends what its parent had started and, being killed, could not end itself; it needs Python alone.

It reads lines of JSON from a pipe whose other end the parent holds, so that the end of the pipe is the parent's:
`{"key": 1, "pid": 42}` and `{"key": 2, "words": ["podman", "rm", …]}` for what runs and how it is ended, `{"key": 1}`
for what has ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

GRACE = 5.0  # seconds from SIGTERM to a second one, at which our first process kills what it started
LAST = 1.0  # seconds from that to SIGKILL
GLANCE = 0.05


class Watchdog:
    """The parent's end of the pipe. The process is started with the first thing that is to be watched."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._last = 0

    def watch(self, pid: int, words: Sequence[str] = ()) -> int:
        """Have WORDS run when this process has been killed, without any the group of PID ended; a key to forget it by.

        A watchdog that cannot be started watches nothing: all else goes on.
        """
        with self._guard:
            self._last += 1
            if self._process is None:
                with contextlib.suppress(OSError):
                    self._process = subprocess.Popen(
                        [sys.executable, "-I", "-S", __file__],
                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        start_new_session=True, cwd=os.path.abspath(os.sep), bufsize=0,
                    )  # fmt: skip
            self._tell({"key": self._last, **({"words": [*words]} if words else {"pid": pid})})
            return self._last

    def forget(self, key: int) -> None:
        """It has ended."""
        with self._guard:
            self._tell({"key": key})

    def _tell(self, what: dict[str, Any]) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(json.dumps(what).encode() + b"\n")


def main() -> None:
    """Wait for the parent's end, and end what it has left."""
    running: dict[int, dict[str, Any]] = {}
    for line in sys.stdin.buffer:
        with contextlib.suppress(ValueError):  # the last line of one that was killed may be half a line
            told = json.loads(line)
            if len(told) > 1:
                running[told["key"]] = told
            else:
                running.pop(told["key"], None)
    for told in running.values():
        if "words" in told:
            with contextlib.suppress(OSError):
                subprocess.run(
                    told["words"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    check=False,
                )  # fmt: skip
    end([told["pid"] for told in running.values() if "pid" in told])


def end(pids: list[int]) -> None:
    """Ask the processes PIDS, each the leader of a group, to end, then again, and then make them."""
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGTERM, LAST)):
        pids = [pid for pid in pids if _told(pid, number)]
        until = time.monotonic() + patience
        while time.monotonic() < until and any(_told(pid, 0) for pid in pids):
            time.sleep(GLANCE)
    for pid in pids:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _told(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
