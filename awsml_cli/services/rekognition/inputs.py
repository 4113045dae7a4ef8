"""The pictures that are given: read, looked at, and refused while it costs nothing."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any, Final

from awsml_cli.core import corpus, limits, refusals, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import pages
from awsml_cli.formats.pages import Facts
from awsml_cli.services.rekognition.asked import Takes

AS_THEY_ARE: Final = ("png", "jpeg")
MOST_BYTES: Final = 256 * 1024**2  # of a picture that is held in memory
HEAD: Final = 65_536  # bytes of an object in S3 that are looked at


@dataclass(frozen=True)
class Given:
    """A picture that was given: its bytes, or an object in S3 that AWS reads where it is. `name` is for people."""

    session: Session
    source: Source
    name: str
    digest: str
    facts: Facts
    data: bytes | None = None
    scale: bool = False

    @property
    def object(self) -> dict[str, str]:
        """Bucket and key as AWS takes them, of one that lies in S3."""
        bucket, key = sources.split_uri(self.source.name)
        return {"Bucket": bucket, "Name": key}

    @cached_property
    def original(self) -> bytes:
        """The whole picture, fetched where it lies in S3."""
        return self.data if self.data is not None else _whole(self.source, self.session)

    def changed(self, takes: Takes) -> bool:
        """Whether a picture that is here is sent other than as it is.

        AWS turns a JPEG as its EXIF says, and gives places in the turned one; of a PNG it reads no EXIF.
        """
        facts = self.facts
        return (
            facts.kind not in AS_THEY_ARE
            or facts.size > takes.bytes
            or max(facts.width, facts.height) >= takes.side.stop
            or (facts.kind == "png" and facts.turned)
        )

    def ready(self, takes: Takes) -> bytes:
        """What is sent of a picture that is here."""
        assert self.data is not None
        if not self.changed(takes):
            return self.data
        made = pages.converted(self.data, most_bytes=takes.bytes, most_pixels=takes.side.stop - 1, name=self.name)
        if self.facts.size > takes.bytes:
            self.session.talk.warn(
                f"{self.name} has {self.facts.size:,} bytes, and Rekognition takes {takes.bytes:,}: it is sent as a "
                f"smaller copy of {len(made):,}"
            )
        return made


def expanded(session: Session, found: Iterable[Source]) -> list[Source]:
    """FOUND, with every folder in S3 (`s3://BUCKET/FOLDER/`) as the pictures below it, in order.

    Raises InputError for one without a picture.
    """
    made: list[Source] = []
    for source in found:
        if source.name.startswith("s3://") and source.name.endswith("/") and source.path is None:
            made += _folder(session, source.name)
        else:
            made.append(source)
    return made


def _folder(session: Session, name: str) -> list[Source]:
    bucket, prefix = sources.split_address(name)
    try:
        keys = [key for key in corpus.keys(session, bucket, prefix) if _is_picture(key)]
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"there is no bucket {bucket}") from None
        raise
    if not keys:
        raise InputError(f"no pictures in {name}")
    return [Source(f"s3://{bucket}/{key}", relative=_below(key.removeprefix(prefix))) for key in keys]


def _below(key: str) -> PurePath:
    """The place of KEY below its folder, and never outside of it: keys may hold `..`."""
    return PurePath(*(part for part in key.split("/") if part not in ("", ".", "..")))


def _is_picture(key: str) -> bool:
    return PurePath(key).suffix.lower().lstrip(".") in limits.REKOGNITION_PICTURES


def opened(session: Session, source: Source, takes: Takes, *, scale: bool = False) -> Given:
    """SOURCE, read and within what an operation TAKES; with SCALE, too many pixels are no fault.

    Raises InputError for what is no picture, is cut short, or is over a limit; nothing has been sent then.
    """
    if source.name.startswith("s3://") and source.path is None:
        found = _in_s3(session, source, takes)
        if found is not None:
            return found
    data = _whole(source, session)
    name = source.shown
    digest = hashlib.blake2b(data, digest_size=32).hexdigest()  # half of SHA-256's time on most machines
    given = Given(session, source, name, digest, _facts(data, name), data, scale)
    _check(given, takes)
    if given.facts.pages > 1:
        session.talk.warn(f"{name} has {given.facts.pages} pages: the first is looked at")
    return given


@contextmanager
def staged(given: Given, takes: Takes, bucket: str | None) -> Iterator[dict[str, Any]]:
    """The picture as a request takes it; one too heavy to be sent lies in BUCKET meanwhile, where there is one."""
    session = given.session
    if given.data is None:
        yield {"S3Object": given.object}
        return
    heavy = takes.bytes < given.facts.size <= takes.object_bytes and given.facts.kind in AS_THEY_ARE
    small = max(given.facts.width, given.facts.height) < takes.side.stop
    place = bucket or session.config.bucket
    if not (heavy and small and place) or session.local:
        yield {"Bytes": given.ready(takes)}
        return
    place = staging.bucket(session, place)
    key = f"{staging.PREFIX}{given.digest[:32]}.{given.facts.kind}"
    with staging.spooled(given.source, [given.data]) as media:
        try:
            staging.put(session, media, bucket=place, key=key)
            yield {"S3Object": {"Bucket": place, "Name": key}}
        finally:
            staging.remove(session, bucket=place, key=key)


def _facts(data: bytes, name: str) -> Facts:
    if not data:
        raise InputError(f"{name} is empty")
    return pages.look_at(data, name=name)


def _check(given: Given, takes: Takes) -> None:
    facts, name = given.facts, given.name
    said = f"{name} is {facts.width:,} x {facts.height:,} pixels; Rekognition takes"
    if min(facts.width, facts.height) < takes.side.start:
        raise InputError(f"{said} {takes.side.start} a side and more")
    if max(facts.width, facts.height) >= takes.side.stop and not given.scale:
        raise InputError(f"{said} {takes.side.stop - 1:,} a side", hint="--scale sends a smaller copy")
    longest = takes.side.stop - 1
    if max(facts.width, facts.height) > longest and (
        min(facts.width, facts.height) * longest / max(facts.width, facts.height) < takes.side.start
    ):
        raise InputError(f"{said} {takes.side.start} to {longest:,} a side, and it is too narrow to be made smaller")


def _whole(source: Source, session: Session) -> bytes:
    """All bytes of SOURCE. Raises InputError for more than are held in memory."""
    if source.path is not None:
        with sources.open_media(source) as file:
            try:
                return _bounded(iter(lambda: file.read(1 << 20), b""), source.shown)
            except OSError as problem:
                raise InputError(f"cannot read {source.name}: {problem.strerror or problem}") from None
    if source.remote:
        return _bounded(sources.remote(source, session), source.shown)
    return _bounded(iter(lambda: sys.stdin.buffer.read(1 << 20), b""), source.shown)


def _bounded(chunks: Iterable[bytes], name: str) -> bytes:
    found, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise InputError(f"{name} has more than {MOST_BYTES >> 20} MB: that is no picture")
        found.append(chunk)
    return found[0] if len(found) == 1 else b"".join(found)


def _in_s3(session: Session, source: Source, takes: Takes) -> Given | None:
    """An object in S3 as far as its first bytes tell; None for one that AWS cannot read where it is."""
    bucket, key = sources.split_uri(source.name)
    try:
        answer, head = session.client("s3").read(
            "get_object", "Body", Bucket=bucket, Key=key, Range=f"bytes=0-{HEAD - 1}"
        )
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"there is no object {source.name}") from None
        if error.code == "InvalidRange":
            raise InputError(f"{source.name} is empty") from None
        raise
    size = int(str(answer.get("ContentRange", "")).rpartition("/")[2] or len(head))
    if pages.kind_of(head) in AS_THEY_ARE and size <= takes.object_bytes and not session.local:
        facts = pages.head_of(head)
        digest = key_of(source.name, answer["ETag"], size)
        given = Given(session, source, source.name, digest, facts or Facts("jpeg", 1, size))
        if facts is not None:
            if max(facts.width, facts.height) >= takes.side.stop:
                return None  # it may be sent smaller
            _check(given, takes)
        return given
    return None
