"""Answers that were paid for, kept raw, so that another format or a pipe that broke is free.

One file an answer, named by the content and the options that it answers, readable by its owner alone; old ones
and, over the bound of size, the least lately used go when a new one comes.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, places
from awsml_cli.core.config import Config
from awsml_cli.core.errors import AwsmlError, OutputError
from awsml_cli.core.session import Session

PART: Final = 20  # of the bound: what may come before there is another look at what is too old or too much
_LOCK: Final = threading.Lock()
_AT_WORK: Final[dict[str, threading.Lock]] = {}


def key_of(*parts: Any) -> str:
    """A name for a question: the SHA-256 of its PARTS (anything that JSON can say), in hexadecimal."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def alone(key: str) -> Iterator[None]:
    """Let one thread of this process at a time do the work of KEY, so that a second finds the first one's answer."""
    with _LOCK:
        lock = _AT_WORK.setdefault(key, threading.Lock())
    with lock:
        yield


class Cache:
    """The kept answers of this user, bounded by CONFIG's `cache_days` and `cache_bytes`."""

    def __init__(self, config: Config, *, folder: Path | None = None) -> None:
        self._folder = folder or places.cache_dir() / "answers"
        self._config = config
        self._unseen: int | None = None  # bytes kept since the last look at the whole; None before the first

    def find(self, key: str, *, days: int | None = None) -> bytes | None:
        """The answer kept under KEY, or None; DAYS is a bound of its age shorter than the cache's."""
        path = self._path(key)
        try:
            if clock.now() - path.stat().st_mtime > (self._config.cache_days if days is None else days) * 86400:
                return None
            return path.read_bytes()
        except OSError:
            return None

    def keep(self, key: str, answer: bytes) -> None:
        """Keep ANSWER under KEY. Raises OutputError where it cannot be written."""
        path = self._path(key)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            try:
                _write(fresh, answer)
            except FileNotFoundError:  # the first of its folder
                places.private_dir(path.parent)
                _write(fresh, answer)
            os.replace(fresh, path)
        except OSError as problem:
            with suppress(OSError):
                fresh.unlink()
            raise OutputError(f"cannot keep the answer in {self._folder}: {problem.strerror or problem}") from None
        unseen = self._unseen
        self._unseen = (unseen or 0) + len(answer)
        if unseen is None or self._unseen > self._config.cache_bytes // PART:
            prune(self._folder, self._config, newest=path, last=lambda status: status.st_mtime)
            self._unseen = 0

    def forget(self, key: str) -> None:
        """Let go of the answer under KEY."""
        with suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def prune(folder: Path, config: Config, *, newest: Path, last: Callable[[os.stat_result], float]) -> None:
    """Remove what is below FOLDER and too old or too much by CONFIG's bounds, but never the NEWEST.

    LAST is when a file was last of use, in seconds of the epoch.
    """
    files = []
    for path in folder.glob("??/*"):
        with suppress(OSError):
            status = path.stat()
            files.append((last(status), status.st_size, path))
    files.sort(reverse=True)
    total, now = 0, clock.now()
    for at, size, path in files:
        total += size
        if path != newest and (now - at > config.cache_days * 86400 or total > config.cache_bytes):
            with suppress(OSError):
                path.unlink()


def _write(path: Path, content: bytes) -> None:
    """Make the file PATH, for its owner alone, with few system calls: threads meet at each of them."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def remember(session: Session, key: str, answer: bytes) -> bool:
    """Keep ANSWER under KEY; False where that failed, which is said."""
    try:
        Cache(session.config).keep(key, answer)
    except AwsmlError as error:
        session.talk.warn(error.message)
        return False
    return True
