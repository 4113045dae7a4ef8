"""Recordings given to jobs of any family, many at a time."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.core import batch, sources
from awsml_cli.core.errors import InputError
from awsml_cli.core.limits import TRANSCRIBE_FORMATS
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.services import transcribe as service

MediaArgument = Annotated[
    list[str] | None, typer.Argument(metavar="MEDIA", help="Files, folders, globs, s3://BUCKET/KEY, or - for stdin.")
]


def over_jobs(
    session: Session,
    found: list[sources.Source],
    wanted: service.Asked,
    *,
    look: service.Look,
    bucket: str | None,
    timeout: float | None,
    wait: bool,
    jobs: int,
    via: str = "batch",
) -> Many | Listing:
    """What each of the recordings FOUND says, as WANTED; with `--dry-run`, what that would call."""
    if session.dry_run:
        return Listing(iter(list(service.plan(session, found, wanted, via=via, bucket=bucket))), "Plan")
    local = [source for source in found if source.path]
    approve(session, lambda: service.plan(session, local, wanted, via=via, bucket=bucket))

    def one(source: sources.Source) -> Record:
        return service.transcribe(
            session, source, wanted, look=look, bucket=bucket, timeout=timeout, wait=wait, via=via
        )

    return Many(found, batch.each(found, one, jobs=jobs))


def recordings(media: list[str] | None, files_from: str | None, *, null: bool) -> list[sources.Source]:
    """The recordings that were named. Raises InputError."""
    try:
        return sources.paths(sources.names(media, files_from=files_from, null=null), endings=TRANSCRIBE_FORMATS)
    except InputError as error:
        if media and media[0].isdigit() and error.message == f"no such file: {media[0]}":
            raise InputError(
                error.message, hint=f"a number of speakers needs its sign: --speakers={media[0]}"
            ) from None
        raise
