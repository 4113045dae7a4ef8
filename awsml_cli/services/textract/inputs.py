"""The documents that are given: opened, looked at, and refused while it costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from awsml_cli.core import limits, objects, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import pages as documents
from awsml_cli.formats.pages import Facts
from awsml_cli.formats.pages.pdf import unlocked
from awsml_cli.services.textract.asked import Asked

AS_THEY_ARE: Final = frozenset({"pdf", "png", "jpeg", "tiff"})  # what AWS takes
MANY_PAGED: Final = frozenset({"pdf", "tiff"})


@dataclass(frozen=True)
class Given:
    """A document that was given: its file here, or an object in S3 that stays where it is. `name` is for people."""

    source: Source
    name: str
    digest: str
    facts: Facts
    file: staging.Media | None = None
    scale: bool = False

    @property
    def object(self) -> dict[str, str]:
        """Bucket and key as AWS takes them, of one that lies in S3."""
        bucket, key = sources.split_uri(self.source.name)
        return {"Bucket": bucket, "Name": key}

    @property
    def converted(self) -> bool:
        """Whether a picture is sent other than as it is."""
        facts = self.facts
        return facts.kind not in MANY_PAGED | {"png", "jpeg"} or (
            facts.kind != "pdf" and (facts.turned or self.too_many_pixels or (self.too_heavy and facts.pages == 1))
        )

    @property
    def too_heavy(self) -> bool:
        """Whether it has more bytes than one call takes."""
        return self.facts.size > limits.TEXTRACT_BYTES

    @property
    def too_many_pixels(self) -> bool:
        """Whether a side of it has more pixels than AWS takes."""
        return max(self.facts.width, self.facts.height) > limits.TEXTRACT_PIXELS

    def read(self) -> bytes:
        """The bytes of the file here, without the encryption that only guards a PDF against changes."""
        assert self.file is not None
        data = self.file.path.read_bytes()
        return unlocked(data, name=self.name) if self.facts.locked else data

    def ready(self) -> bytes:
        """What is sent of a document of one page."""
        data = self.read()
        if not self.converted:
            return data
        return documents.converted(
            data, most_bytes=limits.TEXTRACT_BYTES, most_pixels=limits.TEXTRACT_PIXELS, name=self.name
        )


@contextmanager
def opened(session: Session, source: Source, asked: Asked, *, scale: bool = False) -> Iterator[Given]:
    """SOURCE, looked at and within the limits. Raises InputError, ConfigError, UsageError."""
    if source.name.startswith("s3://") and source.path is None:
        yield _in_s3(session, source, asked)
        return
    chunks = sources.remote(source, session) if source.remote else iter(lambda: sys.stdin.buffer.read(1 << 20), b"")
    with staging.spooled(source, chunks) as file:
        yield measured(source, file, asked, scale=scale)


def measured(source: Source, file: staging.Media, asked: Asked, *, scale: bool = False) -> Given:
    """The document in FILE, within the limits."""
    name = "stdin" if source.name == "-" else source.name
    given = Given(source, name, file.digest, documents.look(file.path, name=name), file, scale)
    _check(given, asked)
    return given


def _check(given: Given, asked: Asked) -> None:
    facts, name = given.facts, given.name
    if facts.kind == "pdf" and facts.points > limits.TEXTRACT_POINTS:
        raise InputError(
            f"{name} has a page of {facts.points / 72:.0f} inches; Textract takes {limits.TEXTRACT_POINTS / 72:.0f}"
        )
    if given.too_many_pixels and not given.scale:
        raise InputError(
            f"{name} is {facts.width:,} x {facts.height:,} pixels; Textract takes {limits.TEXTRACT_PIXELS:,} a side",
            hint="--scale makes it smaller, and its letters with it",
        )
    if facts.kind in MANY_PAGED and facts.size > limits.TEXTRACT_JOB_BYTES:
        raise InputError(f"{name} has {facts.size:,} bytes; Textract takes 500 MB", hint="split it first")
    chosen = asked.pages.among(facts.pages)
    if not chosen:
        raise UsageError(f"{name} has {facts.pages} pages, and none of those asked for")
    if len(chosen) > limits.TEXTRACT_JOB_PAGES:
        raise InputError(
            f"{name} has {len(chosen):,} pages; Textract takes {limits.TEXTRACT_JOB_PAGES:,}",
            hint=f"--pages 1-{limits.TEXTRACT_JOB_PAGES}, then --pages {limits.TEXTRACT_JOB_PAGES + 1}-",
        )


def _in_s3(session: Session, source: Source, asked: Asked) -> Given:
    """An object in S3 as far as its first bytes tell."""
    found = objects.filled(session, source.name)
    size, client = found.size, session.client("s3")
    _answer, first = client.read("get_object", "Body", Bucket=found.bucket, Key=found.key, Range="bytes=0-4095")
    kind = documents.kind_of(first)
    if kind not in AS_THEY_ARE:
        looks = f"a {kind.upper()} picture" if kind else documents.describe(first)
        raise InputError(
            f"{source.name} cannot be read where it is: it looks like {looks}",
            hint=f"aws s3 cp {source.name} - | awsml textract -" if kind else "PDF, PNG, JPEG and TIFF are read",
        )
    limit = limits.TEXTRACT_JOB_BYTES if kind in MANY_PAGED else limits.TEXTRACT_BYTES
    if size > limit:
        raise InputError(f"{source.name} has {size:,} bytes; Textract takes {limit:,}")
    if not asked.pages.all:
        raise UsageError(
            "--pages takes a document that is here", hint=f"aws s3 cp {source.name} - | awsml textract - --pages …"
        )
    pages = 0 if kind in MANY_PAGED else 1  # nobody knows before it is read
    return Given(source, source.name, key_of(source.name, found.etag, size), Facts(kind, pages, size))
