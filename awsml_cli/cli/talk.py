"""Words for the person at stderr: warnings, details, one line of progress, questions.

Nothing here reaches stdout. Progress is drawn only where somebody watches; questions use the terminal itself,
so that a loop which reads stdin stays whole.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from contextlib import suppress

from awsml_cli.cli import streams
from awsml_cli.core.talk import Curves

CLEAR, ABOVE = "\r\x1b[K", "\x1b[1A\x1b[K"
_TERMINAL = "CON" if sys.platform == "win32" else "/dev/tty"


class TerminalTalk:
    """`core.talk.Talk` on stderr: LEVEL is -1 (quiet), 0, 1 (`-v`) or 2 (`--debug`)."""

    def __init__(self, level: int = 0) -> None:
        self.level = level
        self.heard = level >= 1
        self.watched = streams.is_terminal(sys.stderr)
        self._drawn = 0  # lines
        self._said: set[str] = set()
        self._lock = threading.Lock()
        self._animated = level >= 0 and streams.is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def warn(self, text: str) -> None:
        """Once for the same text."""
        if self.level >= 0 and text not in self._said:
            self._said.add(text)
            self._line(f"{streams.coloured('warning:', 'yellow', sys.stderr)} {text}")

    def tell(self, text: str) -> None:
        """Unless `-q`."""
        if self.level >= 0:
            self._line(text)

    def note(self, text: str) -> None:
        """With `-v`."""
        if self.level >= 1:
            self._line(text)

    def debug(self, text: str) -> None:
        """With `--debug`."""
        if self.level >= 2:
            self._line(f"debug: {text}")

    def progress(self, text: str, *, done: float | None = None, curves: Curves | None = None) -> None:
        """A line (or a table, line by line), and curves above it, drawn over and over."""
        if not self._animated:
            return
        columns, rows = _size()
        percent = "" if done is None else f" {done:.0%}"
        lines = f"{streams.printable(text)}{percent}".split("\n")
        if curves:
            lines = [*lines[:-1], *_with_curves(lines[-1], curves, columns - 1, rows // 2)]
        elif len(lines) > 1:
            lines = [line[: columns - 1] for line in lines[-max(1, rows - 2) :]]
        with self._lock, suppress(OSError):
            sys.stderr.write(self._clear() + "\n".join(lines))
            sys.stderr.flush()
            self._drawn = len(lines)

    def settled(self) -> None:
        """Take what is drawn away."""
        with self._lock, suppress(OSError):
            if self._drawn:
                sys.stderr.write(self._clear())
                sys.stderr.flush()
                self._drawn = 0

    def _clear(self) -> str:
        return CLEAR + ABOVE * (self._drawn - 1)

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


def _size() -> tuple[int, int]:
    """Columns and lines of the terminal at stderr."""
    try:
        return tuple(os.get_terminal_size(sys.stderr.fileno()))  # type: ignore[return-value]
    except (OSError, ValueError, AttributeError):
        return tuple(shutil.get_terminal_size((80, 24)))  # type: ignore[return-value]


def _with_curves(line: str, curves: Curves, columns: int, rows: int) -> list[str]:
    """LINE under CURVES, no line longer than COLUMNS, for then it would be two; where they have no room, their ends."""
    from awsml_cli.formats import curves as formats

    drawn = formats.drawn(curves, columns=columns, rows=rows)
    if not drawn:
        line = ", ".join([line, *(f"{name} {values[-1]:g}" for name, values in curves.items() if values)])
    return [streams.printable(one)[:columns] for one in (*drawn, line)]
