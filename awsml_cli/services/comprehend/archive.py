"""`output.tar.gz`, which Comprehend's jobs leave in S3, read as it comes: none of it is ever written to disk."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from awsml_cli.core.errors import ServiceError

LONGEST_LINE: Final = 20_000_000  # bytes; a document has at most 1 MB


def entries(body: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    """What stands in the archive BODY, called NAME in messages: JSON lines, and rows of CSV with their file, `Table`.

    Only plain files are read, as a stream: links, devices and paths mean nothing. Raises ServiceError for an archive
    that is cut short or is none.
    """
    import tarfile

    with _whole(name), tarfile.open(fileobj=_Readable(body), mode="r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is not None:
                yield from _table(file, member.name) if member.name.endswith(".csv") else _lines(file)


def lines(body: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    """What stands in BODY, a file of JSON lines called NAME. Raises ServiceError for one that is none."""
    with _whole(name):
        yield from _lines(io.BufferedReader(_Readable(body)))


def whole(body: IO[bytes], name: str) -> dict[str, Any]:
    """What stands in BODY, a file called NAME that is one JSON object. Raises ServiceError for one that is none."""
    with _whole(name):
        found = json.loads(body.read())
        if not isinstance(found, dict):
            raise ValueError("it is no object")
        return found


@contextmanager
def _whole(name: str) -> Iterator[None]:
    from tarfile import TarError

    try:
        yield
    except (TarError, EOFError, zlib.error, ValueError, csv.Error, OSError) as problem:
        raise ServiceError(
            f"{name} cannot be read to its end: {problem}",
            hint="run the same command again; the job is not started a second time",
            code="UnusableAnswer",
        ) from None


def _lines(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    while line := file.readline(LONGEST_LINE):
        entry = json.loads(line) if line.strip() else []
        for one in entry if isinstance(entry, list) else [entry]:
            if not isinstance(one, dict):
                raise ValueError("a line is no object")
            yield one


def _table(file: IO[bytes], member: str) -> Iterator[dict[str, Any]]:
    table = member.rpartition("/")[2].removesuffix(".csv")
    for row in csv.DictReader(line.decode() for line in iter(file.readline, b"")):
        yield {"Table": table, **{str(name): value for name, value in row.items()}}


class _Readable(io.RawIOBase):
    """A body of boto3's as the file that is wanted."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
