"""Local files as a folder in S3, for the time that a job over them takes.

The folder's name derives from what the files hold and what is asked of them, so a killed run that is repeated finds
what it has staged. A row of the ledger says which job needs it; when that has ended, `clear` removes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from awsml_cli.core import objects, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media


@dataclass(frozen=True)
class Corpus:
    """Files, and what tells them and their names from others."""

    files: tuple[Media, ...]
    digest: str


@contextmanager
def gathered(session: Session, origins: Sequence[Source]) -> Iterator[Corpus]:
    """The files ORIGINS; what is no file is kept in one meanwhile. Raises InputError, UsageError for mixed places."""
    if any(one.remote for one in origins):
        raise UsageError("name one folder in S3, or files of this machine", hint="s3://BUCKET/FOLDER/")
    with ExitStack() as held:
        files = tuple(_measured(session, one, held) for one in origins)
        yield Corpus(files, key_of([(one.source.relative.as_posix(), one.digest) for one in files]))


def _measured(session: Session, origin: Source, held: ExitStack) -> Media:
    if origin.path is not None:
        with staging.spooled(origin) as media:
            return media
    return held.enter_context(staging.spooled(origin, (part for part in sources.read_chunks(origin, session) if part)))


def stage(session: Session, corpus: Corpus, *, bucket: str, name: str, service: str) -> tuple[str, Entry]:
    """The address of the folder that CORPUS is staged in, called NAME, and the ledger's row for its job."""
    prefix = f"{staging.PREFIX}{name}/"
    row = Entry(key_of("corpus", name), service, session.region, "", bucket=bucket, staged=prefix)
    Ledger().put(row)
    for media in corpus.files:
        staging.put(session, media, bucket=bucket, key=f"{prefix}{media.source.relative.as_posix()}")
    return f"s3://{bucket}/{prefix}", row


def needed_by(row: Entry, job: str) -> None:
    """Note that the folder of ROW is needed until JOB has ended."""
    Ledger().put(replace(row, job=job, state="started"))


def clear(session: Session, job: JobId) -> None:
    """Remove what was staged for JOB, which has ended. Where nothing was, nothing happens."""
    row = Ledger().find_job(job.service, job.region, job.name)
    if row is None or row.state == "clean":
        return
    if row.bucket and row.staged:
        empty(session, row.bucket, row.staged, region=row.region)
    Ledger().move(row, "clean")


def empty(session: Session, bucket: str, prefix: str, *, region: str | None = None) -> None:
    """Remove every object below PREFIX."""
    for key in list(keys(session, bucket, prefix, region=region)):
        staging.remove(session, bucket=bucket, key=key, region=region)


def keys(session: Session, bucket: str, prefix: str, *, region: str | None = None) -> Iterator[str]:
    """The key of every object below PREFIX, folders' own marks left out."""
    yield from (one.key for one in objects.below(session, bucket, prefix, region=region))
