"""The database below the store: one file in WAL mode, a connection for each thread, short transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, made REAL NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    changed REAL NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (bucket, key));
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, begun REAL NOT NULL, headers TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    changed REAL NOT NULL, PRIMARY KEY (upload, number));
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, name TEXT NOT NULL, made REAL NOT NULL, content TEXT NOT NULL, PRIMARY KEY (kind, name));
"""


class Database:
    """The tables below a folder. Cheap to make; safe in several threads and processes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._local = threading.local()
        self._path = home / "store.sqlite"
        if not self._path.exists():
            _found(self._path)

    def _base(self) -> sqlite3.Connection:
        held: sqlite3.Connection | None = getattr(self._local, "base", None)
        if held is None:
            held = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            held.row_factory = sqlite3.Row
            held.execute("PRAGMA synchronous = NORMAL")
            self._local.base = held
        return held

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        base = self._base()
        base.execute("BEGIN IMMEDIATE")
        try:
            yield base
        except BaseException:
            base.rollback()
            raise
        base.commit()

    def _one(self, query: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._base().execute(query, values).fetchone()
        return row

    def _all(self, query: str, *values: Any) -> list[sqlite3.Row]:
        return self._base().execute(query, values).fetchall()


def _found(path: Path) -> None:
    """Make the base at PATH, whole at once: of several processes one wins, and the others take what it made."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    base = sqlite3.connect(temporary, isolation_level=None)
    base.executescript(_SCHEMA)
    base.execute("PRAGMA journal_mode = WAL")  # kept in the file: setting it on a base in use would need it alone
    base.close()
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not path.exists():
            os.replace(temporary, path)
            return
    os.unlink(temporary)
