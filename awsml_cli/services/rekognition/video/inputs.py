"""The videos that are given: opened, looked at, and refused while it costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from awsml_cli.core import limits, objects, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import video
from awsml_cli.formats.video import Facts

AHEAD: Final = 1 << 16  # bytes of an object that are read at once, whatever is wanted of them


@dataclass(frozen=True)
class Given:
    """A video that was given: its file here, or an object in S3 that stays where it is. `name` is for people."""

    source: Source
    name: str
    digest: str
    facts: Facts
    file: staging.Media | None = None

    @property
    def object(self) -> dict[str, str]:
        """Bucket and key as AWS takes them, of one that lies in S3."""
        bucket, key = sources.split_uri(self.source.name)
        return {"Bucket": bucket, "Name": key}


@contextmanager
def opened(session: Session, source: Source) -> Iterator[Given]:
    """SOURCE, looked at and within the limits. Raises InputError."""
    if source.name.startswith("s3://") and source.path is None:
        yield _in_s3(session, source)
        return
    if source.path is not None:
        look_at(source)  # before gigabytes are read for their digest
    chunks = sources.remote(source, session) if source.remote else iter(lambda: sys.stdin.buffer.read(1 << 20), b"")
    with staging.spooled(source, chunks) as file:
        yield Given(source, source.shown, file.digest, _facts(file, source.shown), file)


def look_at(source: Source) -> Facts:
    """The facts about SOURCE, a file. Raises InputError."""
    return _facts(staging.glance(source), source.shown)


def _facts(file: staging.Media, name: str) -> Facts:
    with file.path.open("rb") as stream:

        def read(at: int, length: int) -> bytes:
            stream.seek(at)
            return stream.read(length)

        return _checked(video.look(read, file.size, name=name), file.size, name)


def _checked(facts: Facts, size: int, name: str) -> Facts:
    if facts.codec and facts.codec not in video.H264:
        raise InputError(
            f"{name} is {facts.codec_name}; Rekognition takes H.264",
            hint="convert it first: ffmpeg -i FILE -c:v libx264 -c:a aac out.mp4",
        )
    if size > limits.REKOGNITION_VIDEO_BYTES:
        raise InputError(f"{name} has {size:,} bytes; Rekognition takes 10 GB", hint="split it first")
    if facts.seconds is not None and facts.seconds > limits.REKOGNITION_VIDEO_SECONDS:
        raise InputError(f"{name} plays {facts.seconds / 3600:.1f} h; Rekognition takes 6 h", hint="split it first")
    return facts


def _in_s3(session: Session, source: Source) -> Given:
    """An object in S3 as far as its headers tell, read by a few ranges of bytes."""
    found, client = objects.filled(session, source.name), session.client("s3")
    size = found.size

    begun, ahead = 0, b""

    def read(at: int, length: int) -> bytes:
        nonlocal begun, ahead
        if not begun <= at <= at + min(length, size - at) <= begun + len(ahead):
            last = min(at + max(length, AHEAD), size) - 1
            _answer, ahead = client.read(
                "get_object", "Body", Bucket=found.bucket, Key=found.key, Range=f"bytes={at}-{last}"
            )
            begun = at
        return ahead[at - begun : at - begun + length]

    facts = _checked(video.look(read, size, name=source.name), size, source.name)
    return Given(source, source.name, key_of(source.name, found.etag, size), facts)
