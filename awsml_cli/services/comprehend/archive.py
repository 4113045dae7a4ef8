"""`output.tar.gz`, which Comprehend's jobs leave in S3, read as it comes: nothing of it is ever written to disk."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from pydantic import ConfigDict

from awsml_cli.core.errors import ServiceError
from awsml_cli.core.keys import plain
from awsml_cli.core.record import Record

LONGEST_LINE: Final = 20_000_000  # characters; a document has at most 1 MB


class Found(Record):
    """What a job found in one document, or one row of a table that it left (`member`)."""

    model_config = ConfigDict(extra="allow")

    @property
    def columns_found(self) -> tuple[str, ...]:
        """Its own fields."""
        return tuple(self.model_extra or ())


def records(body: IO[bytes], name: str) -> Iterator[Found]:
    """The records in the archive BODY, called NAME in messages.

    Only plain files are read, as a stream: links, devices and paths mean nothing. Raises ServiceError for an archive
    that is cut short or is none.
    """
    count = 0
    try:
        with tarfile.open(fileobj=_Readable(body), mode="r|gz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if file is None:
                    continue
                found = _table(file, member.name) if member.name.endswith(".csv") else _lines(file)
                for entry in found:
                    count += 1
                    yield _record(entry)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, csv.Error, OSError) as problem:
        raise ServiceError(
            f"{name} cannot be read to its end, {count:,} records came: {problem}",
            hint="run the same command again; the job is not started a second time",
            code="UnusableAnswer",
        ) from None


def _record(entry: Mapping[str, Any]) -> Found:
    return Found.model_validate(plain(dict(entry))).with_raw(dict(entry))


def _lines(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    while line := file.readline(LONGEST_LINE):
        if not line.strip():
            continue
        entry = json.loads(line)
        for one in entry if isinstance(entry, list) else [entry]:
            if not isinstance(one, dict):
                raise ValueError("a line that is no object")
            yield one


def _table(file: IO[bytes], member: str) -> Iterator[dict[str, Any]]:
    for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
        yield {"member": member.rpartition("/")[2].removesuffix(".csv"), **{str(k): v for k, v in row.items()}}


class _Readable(io.RawIOBase):
    """A body of boto3's as the file that tarfile wants."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._body.read(None if size < 0 else size)
