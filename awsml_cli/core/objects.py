"""Objects of S3 that are needed on this machine: listed, and kept here, so that what has not changed is fetched once.

A kept object is called by its place and its ETag, which changes with its content. Its time is the object's own: a file
that somebody has written to since has another, and is fetched again. Those that were not needed for long, or over the
bound of size the least lately needed, go when a new one comes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, places, refusals, sources, wanted
from awsml_cli.core.cache import PART, key_of, prune
from awsml_cli.core.errors import InputError, OutputError, ServiceError
from awsml_cli.core.session import Session

CHUNK: Final = 1 << 20  # bytes read at a time
SECOND: Final = 1_000_000_000  # nanoseconds


@dataclass(frozen=True)
class Stored:
    """An object in S3; `size` is in bytes, `changed` in seconds of the epoch."""

    bucket: str
    key: str
    size: int
    etag: str
    changed: int

    @property
    def uri(self) -> str:
        """Its address."""
        return f"s3://{self.bucket}/{self.key}"


def below(session: Session, bucket: str, prefix: str, *, region: str | None = None) -> Iterator[Stored]:
    """The objects whose keys begin with PREFIX, in order of them, folders' own marks left out."""
    s3 = session.client("s3", region=region)
    more: dict[str, Any] = {}
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **more)
        for one in page.get("Contents") or ():
            if not one["Key"].endswith("/"):
                yield Stored(bucket, one["Key"], int(one["Size"]), one["ETag"], int(one["LastModified"].timestamp()))
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def about(session: Session, bucket: str, key: str) -> Stored:
    """The object KEY. Raises InputError where there is none."""
    try:
        found = session.client("s3").head_object(Bucket=bucket, Key=key)
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"there is no object s3://{bucket}/{key}") from None
        raise
    return Stored(bucket, key, int(found["ContentLength"]), found["ETag"], int(found["LastModified"].timestamp()))


def filled(session: Session, uri: str) -> Stored:
    """The object at URI. Raises InputError where there is none, or nothing in it."""
    found = about(session, *sources.split_uri(uri))
    if found.size == 0:
        raise InputError(f"{uri} is empty")
    return found


def chunks(session: Session, one: Stored) -> Iterator[bytes]:
    """The bytes of ONE as they come from S3. Raises InputError where it is gone, or is another one by now."""
    try:
        answer = session.client("s3").get_object(Bucket=one.bucket, Key=one.key)
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"{one.uri} is gone since it was listed") from None
        raise
    if answer["ETag"] != one.etag:
        raise InputError(f"{one.uri} has changed since it was listed", hint="run the same command again")
    for chunk in sources.unbroken(answer["Body"].iter_chunks(CHUNK), one.uri):
        wanted.check()
        yield chunk


class Kept:
    """The objects kept here, bounded by the session's `cache_days` and `cache_bytes`; used by several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._folder = places.cache_dir() / "objects"
        self._fetched = 0  # bytes since the last look at the whole
        self._lock = threading.Lock()

    def path(self, one: Stored) -> Path:
        """The file that holds ONE, fetched first where it is not here; nobody may write to it."""
        name = key_of("object", self._session.config.endpoint_url, self._session.local, one.uri, one.etag)
        path = self._folder / name[:2] / name
        if not self._session.fresh and self._holds(path, one):
            with suppress(OSError):  # another user's, or a full disk: it is here all the same
                _date(path, one)
            return path
        places.private_dir(path.parent)
        fresh = path.with_name(f".{name}.{os.getpid()}.{threading.get_ident()}")
        self._write(fresh, one)
        os.replace(fresh, path)
        with self._lock:
            self._fetched += one.size
            if self._fetched > self._session.config.cache_bytes // PART:
                self._fetched = 0
                prune(self._folder, self._session.config, newest=path, last=lambda status: status.st_atime)
        return path

    def chunks(self, one: Stored) -> Iterator[bytes]:
        """The bytes of ONE; with `--no-cache` straight from S3."""
        if self._session.keep is False:
            yield from chunks(self._session, one)
            return
        with self.path(one).open("rb") as file:
            yield from iter(lambda: file.read(CHUNK), b"")

    def _holds(self, path: Path, one: Stored) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (one.size, one.changed * SECOND)

    def _write(self, path: Path, one: Stored) -> None:
        try:
            write(path, chunks(self._session, one))
            path.chmod(0o444)
            _date(path, one)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise


def _date(path: Path, one: Stored) -> None:
    """Give PATH the time of ONE to the nanosecond, which a write would not, and note that it was needed now."""
    os.utime(path, ns=(int(clock.now()) * SECOND, one.changed * SECOND))


def write(path: Path, content: Iterator[bytes]) -> None:
    """Write CONTENT to the new file PATH. Raises OutputError where that cannot be."""
    with _opened(path) as file:
        for chunk in content:
            try:
                file.write(chunk)
            except OSError as problem:
                raise _unwritable(path, problem) from None


def _opened(path: Path) -> Any:
    try:
        return path.open("wb")
    except OSError as problem:
        raise _unwritable(path, problem) from None


def _unwritable(path: Path, problem: OSError) -> OutputError:
    return OutputError(f"cannot write {path}: {problem.strerror or problem}", hint="make room there")
