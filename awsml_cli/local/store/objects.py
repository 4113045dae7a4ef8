"""The objects of S3: each a file that is written under a new name and never changed, and a row that says which.

So a reader keeps what it opened while a writer replaces it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from awsml_cli.core import clock
from awsml_cli.local.store.database import Database

BUCKET = "awsml-local"
"""The bucket that always exists; staging uses it."""

CHUNK = 1 << 20


@dataclass(frozen=True)
class Object:
    """An object of a bucket: size in bytes, `changed` in seconds since the epoch, `headers` as they were put."""

    key: str
    path: Path
    size: int
    etag: str
    changed: float
    headers: dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of an upload in several parts."""

    number: int
    path: Path
    size: int
    etag: str
    changed: float


class Objects(Database):
    """Buckets, their objects, and uploads in parts."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.folder = home / "objects"
        self.folder.mkdir(exist_ok=True, mode=0o700)
        if not self.has_bucket(BUCKET):
            self.add_bucket(BUCKET)

    # -- buckets ------------------------------------------------------------------------------------------------

    def add_bucket(self, name: str) -> bool:
        """Make the bucket NAME; False if there is one."""
        with self._change() as base:
            return base.execute("INSERT OR IGNORE INTO buckets VALUES (?, ?)", (name, clock.now())).rowcount == 1

    def has_bucket(self, name: str) -> bool:
        """Whether there is a bucket NAME."""
        return self._one("SELECT 1 FROM buckets WHERE name = ?", name) is not None

    def buckets(self) -> list[tuple[str, float]]:
        """All buckets, with the time each was made."""
        return [(row["name"], row["made"]) for row in self._all("SELECT * FROM buckets ORDER BY name")]

    def remove_bucket(self, name: str) -> bool:
        """Remove an empty bucket; False if it holds anything."""
        with self._change() as base:
            if base.execute("SELECT 1 FROM objects WHERE bucket = ? LIMIT 1", (name,)).fetchone():
                return False
            base.execute("DELETE FROM buckets WHERE name = ?", (name,))
            return True

    # -- objects ------------------------------------------------------------------------------------------------

    def put(self, bucket: str, key: str, body: IO[bytes] | bytes, *, headers: dict[str, Any] | None = None) -> Object:
        """Keep BODY as BUCKET/KEY, read in chunks, replacing what was there."""
        path, size, etag = self._write(body)
        return self._place(bucket, key, path, size, etag, headers or {})

    def get(self, bucket: str, key: str) -> Object | None:
        """The object at BUCKET/KEY."""
        row = self._one("SELECT * FROM objects WHERE bucket = ? AND key = ?", bucket, key)
        return self._object(row) if row else None

    def remove(self, bucket: str, key: str) -> None:
        """Remove BUCKET/KEY, if it is there."""
        with self._change() as base:
            old = base.execute("SELECT file FROM objects WHERE bucket = ? AND key = ?", (bucket, key)).fetchone()
            base.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", (bucket, key))
        if old:
            self._discard(self.folder / old["file"])

    def objects(self, bucket: str, *, prefix: str = "", after: str = "", limit: int = 1000) -> list[Object]:
        """Up to LIMIT objects whose keys begin with PREFIX and come after AFTER, in the order of their keys."""
        rows = self._all(
            "SELECT * FROM objects WHERE bucket = ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?",
            *(bucket, after, len(prefix), prefix, limit),
        )
        return [self._object(row) for row in rows]

    # -- uploads in parts ---------------------------------------------------------------------------------------

    def begin_upload(self, bucket: str, key: str, *, headers: dict[str, Any]) -> str:
        """Begin an upload in parts and return its id."""
        upload = uuid.uuid4().hex
        with self._change() as base:
            base.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?)", (upload, bucket, key, clock.now(), json.dumps(headers))
            )
        return upload

    def upload_target(self, upload: str) -> tuple[str, str] | None:
        """Bucket and key of an upload that has begun."""
        row = self._one("SELECT bucket, key FROM uploads WHERE id = ?", upload)
        return (row["bucket"], row["key"]) if row else None

    def uploads(self, bucket: str) -> list[tuple[str, str, float]]:
        """The uploads into BUCKET that have not ended: id, key, begun."""
        rows = self._all("SELECT * FROM uploads WHERE bucket = ? ORDER BY key, begun", bucket)
        return [(row["id"], row["key"], row["begun"]) for row in rows]

    def put_part(self, upload: str, number: int, body: IO[bytes] | bytes) -> Part:
        """Keep one part, replacing one of the same NUMBER."""
        path, size, etag = self._write(body)
        with self._change() as base:
            old = base.execute("SELECT file FROM parts WHERE upload = ? AND number = ?", (upload, number)).fetchone()
            now = clock.now()
            base.execute("REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)", (upload, number, path.name, size, etag, now))
        if old:
            self._discard(self.folder / old["file"])
        return Part(number, path, size, etag, now)

    def parts(self, upload: str) -> list[Part]:
        """The parts of an upload, by number."""
        rows = self._all("SELECT * FROM parts WHERE upload = ? ORDER BY number", upload)
        return [
            Part(row["number"], self.folder / row["file"], row["size"], row["etag"], row["changed"]) for row in rows
        ]

    def end_upload(self, upload: str, numbers: list[int]) -> Object:
        """Join the parts NUMBERS into the object. They must be there."""
        row = self._one("SELECT * FROM uploads WHERE id = ?", upload)
        assert row is not None
        parts = {part.number: part for part in self.parts(upload)}
        path, size, _ = self._write(_Joined([parts[number].path for number in numbers]))
        digests = b"".join(bytes.fromhex(parts[number].etag) for number in numbers)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(numbers)}"
        placed = self._place(row["bucket"], row["key"], path, size, etag, json.loads(row["headers"]))
        self.drop_upload(upload)
        return placed

    def drop_upload(self, upload: str) -> None:
        """Forget an upload and its parts."""
        left = self.parts(upload)
        with self._change() as base:
            base.execute("DELETE FROM parts WHERE upload = ?", (upload,))
            base.execute("DELETE FROM uploads WHERE id = ?", (upload,))
        for part in left:
            self._discard(part.path)

    # -- files -----------------------------------------------------------------------------------------------

    def _object(self, row: sqlite3.Row) -> Object:
        return Object(
            row["key"], self.folder / row["file"], row["size"], row["etag"], row["changed"], json.loads(row["headers"])
        )

    def _place(self, bucket: str, key: str, path: Path, size: int, etag: str, headers: dict[str, Any]) -> Object:
        now = clock.now()
        with self._change() as base:
            old = base.execute("SELECT file FROM objects WHERE bucket = ? AND key = ?", (bucket, key)).fetchone()
            row = (bucket, key, path.name, size, etag, now, json.dumps(headers))
            base.execute("REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if old:
            self._discard(self.folder / old["file"])
        return Object(key, path, size, etag, now, headers)

    def _write(self, body: Any) -> tuple[Path, int, str]:
        """BODY in a new file: its path, size and MD5."""
        path = self.folder / uuid.uuid4().hex
        digest, size = hashlib.md5(usedforsecurity=False), 0
        try:
            with path.open("xb") as file:
                for chunk in _chunks(body):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
        except BaseException:
            self._discard(path)
            raise
        return path, size, digest.hexdigest()

    def _discard(self, path: Path) -> None:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except PermissionError:
            pass  # Windows: somebody still reads it


class _Joined:
    """Files read one after the other."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = iter(paths)
        self._file: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        while True:
            if self._file is None:
                path = next(self._paths, None)
                if path is None:
                    return b""
                self._file = path.open("rb")
            chunk = self._file.read(size)
            if chunk:
                return chunk
            self._file.close()
            self._file = None


def _chunks(body: Any) -> Iterator[bytes]:
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        yield bytes(body)
        return
    while chunk := body.read(CHUNK):
        yield chunk
