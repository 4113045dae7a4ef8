"""Answers that were paid for, kept raw, so that another format or a pipe that broke is free.

One file an answer, named by the content and the options that it answers, readable by its owner alone; old ones
and, over the bound of size, the least lately used go when a new one comes.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from awsml_cli.core import clock, places
from awsml_cli.core.config import Config
from awsml_cli.core.errors import OutputError


def key_of(*parts: Any) -> str:
    """A name for a question: the SHA-256 of its PARTS (anything that JSON can say), in hexadecimal."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """The kept answers of this user, bounded by CONFIG's `cache_days` and `cache_bytes`."""

    def __init__(self, config: Config, *, folder: Path | None = None) -> None:
        self._folder = folder or places.cache_dir() / "answers"
        self._days = config.cache_days
        self._bytes = config.cache_bytes

    def find(self, key: str, *, days: int | None = None) -> bytes | None:
        """The answer kept under KEY, or None; DAYS is a bound of its age shorter than the cache's."""
        path = self._path(key)
        try:
            if clock.now() - path.stat().st_mtime > (self._days if days is None else days) * 86400:
                return None
            return path.read_bytes()
        except OSError:
            return None

    def keep(self, key: str, answer: bytes) -> None:
        """Keep ANSWER under KEY. Raises OutputError where it cannot be written."""
        path = self._path(key)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            places.private_dir(path.parent)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(answer)
            os.replace(fresh, path)
        except OSError as problem:
            with suppress(OSError):
                fresh.unlink()
            raise OutputError(f"cannot keep the answer in {self._folder}: {problem.strerror or problem}") from None
        self._prune(path)

    def forget(self, key: str) -> None:
        """Let go of the answer under KEY."""
        with suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _prune(self, newest: Path) -> None:
        files = []
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        files.sort(reverse=True)
        total, now = 0, clock.now()
        for at, size, path in files:
            total += size
            if path != newest and (now - at > self._days * 86400 or total > self._bytes):
                with suppress(OSError):
                    path.unlink()
