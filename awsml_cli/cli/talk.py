"""Words for the person at stderr: warnings, details, one line of progress, questions.

Nothing here reaches stdout. Progress is drawn only where somebody watches; questions use the terminal itself,
so that a loop which reads stdin stays whole.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

from awsml_cli.cli import streams

CLEAR = "\r\x1b[K"
_TERMINAL = "CON" if sys.platform == "win32" else "/dev/tty"


class TerminalTalk:
    """`core.talk.Talk` on stderr: LEVEL is -1 (quiet), 0, 1 (`-v`) or 2 (`--debug`)."""

    def __init__(self, level: int = 0) -> None:
        self.level = level
        self.heard = level >= 1
        self.watched = streams.is_terminal(sys.stderr)
        self._drawn = False
        self._said: set[str] = set()
        self._lock = threading.Lock()
        self._animated = level >= 0 and streams.is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def warn(self, text: str) -> None:
        """Once for the same text."""
        if self.level >= 0 and text not in self._said:
            self._said.add(text)
            self._line(f"{streams.coloured('warning:', 'yellow', sys.stderr)} {text}")

    def note(self, text: str) -> None:
        """With `-v`."""
        if self.level >= 1:
            self._line(text)

    def debug(self, text: str) -> None:
        """With `--debug`."""
        if self.level >= 2:
            self._line(f"debug: {text}")

    def progress(self, text: str, *, done: float | None = None) -> None:
        """One line, drawn over and over."""
        if not self._animated:
            return
        percent = "" if done is None else f" {done:.0%}"
        with self._lock, suppress(OSError):
            sys.stderr.write(f"{CLEAR}{streams.printable(text)}{percent}")
            sys.stderr.flush()
            self._drawn = True

    def settled(self) -> None:
        """Take the line of progress away."""
        with self._lock, suppress(OSError):
            if self._drawn:
                sys.stderr.write(CLEAR)
                sys.stderr.flush()
                self._drawn = False

    def confirm(self, question: str) -> bool:
        """Ask at the terminal; False where there is none."""
        self.settled()
        if not self.watched:
            return False
        try:
            with open(_TERMINAL, encoding="utf-8") as terminal:
                sys.stderr.write(f"{streams.printable(question)} [y/N] ")
                sys.stderr.flush()
                return terminal.readline().strip().lower() in ("y", "yes")
        except OSError:
            return False

    def _line(self, text: str) -> None:
        self.settled()
        with self._lock, suppress(OSError):
            sys.stderr.write(streams.printable(text) + "\n")
            sys.stderr.flush()
