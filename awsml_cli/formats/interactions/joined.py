"""Several files as one table: each begins with the same header, which is read once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from awsml_cli.core.errors import InputError


class Text(Protocol):
    """What is read of a table: an open file, or several as one."""

    def readline(self) -> str:
        """The next line; empty at the end."""

    def readlines(self, hint: int = -1, /) -> list[str]:
        """Lines of some HINT characters; none at the end."""

    def seek(self, offset: int, /) -> int:
        """Go to the beginning."""


class Joined(AbstractContextManager["Joined"]):
    """The text of the files at PATHS, called NAMES; without a header where it is HEADLESS.

    `begun` has the line, counted over all, that the first row of each file stands on. Raises InputError where a file
    begins with another header than the first.
    """

    def __init__(self, paths: Sequence[Path], names: Sequence[str], *, headless: bool = False) -> None:
        self.begun: list[int] = []
        self._paths, self._names, self._headless = list(paths), list(names), headless
        self._head = ""
        self._line = 1
        self._at = -1
        self._file = self._paths[0].open(encoding="utf-8", newline="")
        self._opened(0)

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def readline(self) -> str:
        """The next line; empty at the end of the last file."""
        while True:
            if line := self._file.readline():
                if self._at == 0 and self._line == 1:
                    self._head = line
                self._line += 1
                return self._ended(line)
            if not self._next():
                return ""

    def readlines(self, hint: int = -1, /) -> list[str]:
        """Lines of one file, of some HINT characters; none at the end of the last."""
        while True:
            if lines := self._file.readlines(hint):
                self._line += len(lines)
                lines[-1] = self._ended(lines[-1])
                return lines
            if not self._next():
                return []

    def seek(self, offset: int, /) -> int:
        """Go back to the beginning."""
        self._opened(0)
        return offset

    def _ended(self, line: str) -> str:
        """LINE with its end, which the last one of a file may lack."""
        more = self._at + 1 < len(self._paths) and not line.endswith(("\n", "\r"))
        return f"{line}\n" if more else line

    def _next(self) -> bool:
        if self._at + 1 == len(self._paths):
            return False
        self._opened(self._at + 1)
        return True

    def _opened(self, at: int) -> None:
        self._file.close()
        self._file = self._paths[at].open(encoding="utf-8", newline="")
        self._at = at
        if at == 0:
            self._line, self.begun = 1, [1]
            return
        if not self._headless and self._file.readline().rstrip() != self._head.rstrip():
            raise InputError(
                f"{self._names[at]} begins otherwise than {self._names[0]}",
                hint="files that become one table have the same header, the columns in the same order",
            )
        self.begun.append(self._line)
