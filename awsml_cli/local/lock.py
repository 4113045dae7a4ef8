"""A lock that one process holds and that its death lets go: what says whether somebody works on a job."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Self


class Lock:
    """A lock on a file. `Lock.take` gives one or None; it is free again when released or when its process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """The lock on PATH, or None if somebody else holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _locked(descriptor):
                os.close(descriptor)
                return None
            if _is_still(path, descriptor):
                return cls(path, descriptor)
            os.close(descriptor)  # its holder removed the file while we waited to look

    def release(self) -> None:
        """Let it go, and remove the file."""
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._descriptor)
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)


def _locked(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
