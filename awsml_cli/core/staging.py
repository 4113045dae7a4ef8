"""A place in S3 for what AWS must be able to read: put there once, under a name that its content gives, and removed.

The bucket is the user's (`--bucket`, `bucket` in the config) or ours, `awsml-<account>-<region>`, made only with
consent: private, encrypted, and emptied of leftovers by its own rule after seven days.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from awsml_cli.core import clock, places, refusals, sources, wanted
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, OutputError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source

PREFIX = "awsml/tmp/"
EXPIRY_DAYS = 7
SPOOL_DAYS = 2
LOCAL_BUCKET = "awsml-local"


@dataclass(frozen=True)
class Media:
    """A local input, ready to be staged: its file, size in bytes and SHA-256."""

    source: Source
    path: Path
    size: int
    digest: str
    head: bytes


@contextmanager
def spooled(source: Source, chunks: Iterable[bytes] = ()) -> Iterator[Media]:
    """SOURCE as a file with its digest; one that is no file is CHUNKS, written to a private temporary file first.

    Memory stays constant. Raises InputError for what cannot be read, and for an empty input.
    """
    if source.path is not None:
        with sources.open_media(source) as file:
            yield _measured(source, source.path, file)
        return
    folder = places.private_dir(places.state_dir() / "spool")
    _forget_old(folder)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="stdin-", delete=False) as spool:
        try:
            _write(spool, chunks)
            yield _measured(source, Path(spool.name), spool)
        finally:
            os.unlink(spool.name)


def _write(spool: IO[bytes], chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        try:
            spool.write(chunk)
        except OSError as problem:
            raise _full(spool, problem) from None
    try:
        spool.flush()
    except OSError as problem:
        raise _full(spool, problem) from None
    spool.seek(0)


def _full(spool: IO[bytes], problem: OSError) -> OutputError:
    return OutputError(f"cannot write {spool.name}: {problem.strerror or problem}", hint="make room there")


def _forget_old(folder: Path) -> None:
    """Remove what runs that were killed have left in FOLDER."""
    for path in folder.iterdir():
        with suppress(OSError):
            if clock.now() - path.stat().st_mtime > SPOOL_DAYS * 86400:
                path.unlink()


def glance(source: Source) -> Media:
    """SOURCE, a file, as far as its first bytes and its size tell; it has no digest yet."""
    with sources.open_media(source) as file:
        head = file.read(4096)
    if not head:
        raise InputError(f"{source.name} is empty")
    assert source.path is not None
    return Media(source, source.path, source.path.stat().st_size, "", head)


def _measured(source: Source, path: Path, file: IO[bytes]) -> Media:
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        while chunk := file.read(1 << 20):
            head = head or chunk[:4096]
            size += len(chunk)
            digest.update(chunk)
    except OSError as problem:
        raise InputError(f"cannot read {source.name}: {problem.strerror or problem}") from None
    if size == 0:
        raise InputError(f"{_named(source)} is empty")
    return Media(source, path, size, digest.hexdigest(), head)


def _named(source: Source) -> str:
    return "stdin" if source.name == "-" else source.name


def bucket(session: Session, name: str | None = None, *, ours: str | None = None) -> str:
    """The bucket to stage in: NAME, the config's, or ours; looked at (and asked for) once in a run.

    OURS is another name for ours, where a service takes no other; the config's does not count then.
    Raises ConfigError where there is none, or it lies in another region.
    """
    if session.local:
        return LOCAL_BUCKET
    return session.once(("bucket", name, ours), lambda: _bucket(session, name, ours))


def _bucket(session: Session, name: str | None, other: str | None) -> str:
    chosen = name or (None if other else session.config.bucket)
    if chosen:
        _check_region(session, chosen)
        return chosen
    ours = other or default_bucket(session)
    if _exists(session, ours):
        return ours
    if not (session.assume_yes or session.talk.confirm(f"Make the private S3 bucket {ours} for staging?")):
        raise ConfigError(
            "AWS has to read this input from S3, and there is no bucket for it",
            hint=f"awsml setup bucket{f' {other}' if other else ''} (makes a private one), or --bucket NAME",
        )
    make_bucket(session, ours)
    return ours


def default_bucket(session: Session) -> str:
    """`awsml-<account>-<region>`."""
    account = session.client("sts").get_caller_identity()["Account"]
    return f"awsml-{account}-{session.region}"


def make_bucket(session: Session, name: str) -> bool:
    """Make the bucket NAME, private, encrypted, with its expiry rule; False if it was there, and got only the rules."""
    s3 = session.client("s3")
    made = True
    place = (
        {} if session.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": session.region}}
    )
    try:
        s3.create_bucket(Bucket=name, **place)
    except ServiceError as error:
        if error.code == "BucketAlreadyExists":
            raise ConfigError(f"the name {name} is taken by another account", hint="awsml setup bucket NAME") from None
        if error.code != "BucketAlreadyOwnedByYou":
            raise
        made = False
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}]
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "awsml-tmp",
                    "Status": "Enabled",
                    "Filter": {"Prefix": PREFIX},
                    "Expiration": {"Days": EXPIRY_DAYS},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                }
            ]
        },
    )
    return made


def _exists(session: Session, name: str) -> bool:
    try:
        session.client("s3").head_bucket(Bucket=name)
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            return False
        raise
    return True


def _check_region(session: Session, name: str) -> None:
    try:
        answer = session.client("s3").head_bucket(Bucket=name)
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise ConfigError(f"there is no bucket {name}", hint=f"awsml setup bucket {name}") from None
        if error.status in (301, 400):
            there = _region_header(error.answer)
            if there and there != session.region:
                raise _elsewhere(name, there, session.region) from None
        raise
    there = str(answer.get("BucketRegion") or _region_header(answer) or session.region)
    if there != session.region:
        raise _elsewhere(name, there, session.region)


def _elsewhere(name: str, there: str, here: str) -> AwsmlError:
    return ConfigError(
        f"the bucket {name} is in {there}, and this run is in {here}: AWS needs both in one region",
        hint=f"--region {there}, or another --bucket",
    )


def _region_header(answer: object) -> str | None:
    meta = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
    headers = meta.get("HTTPHeaders", {}) if isinstance(meta, dict) else {}
    return headers.get("x-amz-bucket-region") if isinstance(headers, dict) else None


def put(session: Session, media: Media, *, bucket: str, key: str) -> None:
    """Stage MEDIA under KEY unless it is there already; streamed, in parts, with constant memory."""
    if size_of(session, bucket=bucket, key=key) == media.size:
        session.talk.note(f"already staged: s3://{bucket}/{key}")
        return
    sent, ended = 0, wanted.ended()

    def progress(count: int) -> None:  # called in threads of boto3's
        nonlocal sent
        if ended.is_set():
            raise _Unwanted
        sent += count
        session.talk.progress(f"uploading {_named(media.source)}", done=min(sent / media.size, 1.0))

    try:
        session.client("s3").upload_file(str(media.path), bucket, key, Callback=progress)
    except _Unwanted:
        raise wanted.Unwanted from None
    session.talk.settled()


class _Unwanted(Exception):
    """`wanted.Unwanted` as boto3's threads can carry it."""


def size_of(session: Session, *, bucket: str, key: str) -> int | None:
    """The size in bytes of an object, None where there is none."""
    try:
        return int(session.client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"])
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            return None
        raise


def fetch(session: Session, *, bucket: str, key: str, region: str | None = None) -> bytes:
    """A whole object, for answers that fit in memory."""
    _answer, body = session.client("s3", region=region).read("get_object", "Body", Bucket=bucket, Key=key)
    return body


def remove(session: Session, *, bucket: str, key: str, region: str | None = None) -> None:
    """Remove an object; one that is gone already is no failure."""
    session.client("s3", region=region).delete_object(Bucket=bucket, Key=key)
