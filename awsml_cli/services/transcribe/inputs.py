"""The media that a job is given: opened, measured, and refused while it costs nothing."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

from awsml_cli.core import limits, objects, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media


def opened(session: Session, source: Source) -> AbstractContextManager[staging.Media | None]:
    """SOURCE as a file with its digest; an object in S3 stays where it is (None)."""
    if source.name.startswith("s3://") and source.path is None:
        return nullcontext(None)
    chunks = sources.remote(source, session) if source.remote else iter(lambda: sys.stdin.buffer.read(1 << 20), b"")
    return staging.spooled(source, chunks)


def digest(session: Session, source: Source, file: staging.Media | None) -> str:
    """What tells this content from another: its SHA-256, or what S3 says about an object. Raises InputError."""
    if file is not None:
        check_media(file)
        return file.digest
    found = objects.filled(session, source.name)
    _check_size(source, found.size)
    return key_of(source.name, found.etag, found.size)


def check_media(file: staging.Media) -> None:
    """Raises InputError for what is no media, and for what is over a limit."""
    if media.sniff(file.head) is None:
        raise InputError(
            f"{_said(file.source)} is not audio or video: it looks like {media.describe(file.head)}",
            hint=f"Transcribe reads {', '.join(limits.TRANSCRIBE_FORMATS)}",
        )
    _check_size(file.source, file.size)
    length = media.seconds(file.head, file.size)
    if length is not None and length > limits.TRANSCRIBE_MEDIA_SECONDS * 1.01:  # an MP3's length is an estimate
        raise InputError(
            f"{_said(file.source)} plays {length / 3600:.1f} h; Transcribe takes 4 h", hint="split it first"
        )


def _check_size(source: Source, size: int) -> None:
    if size > limits.TRANSCRIBE_MEDIA_BYTES:
        raise InputError(f"{_said(source)} has {size:,} bytes; Transcribe takes 2 GB", hint="split it first")


def _said(source: Source) -> str:
    return "stdin" if source.name == "-" else source.name
