"""A bot as files: exported, fetched, and what was made for that at AWS removed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from awsml_cli.core import sources, staging
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Many, Outcome
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import bots
from awsml_cli.services.lex import waiting
from awsml_cli.services.lex.finding import DRAFT, MODELS, find_bot
from awsml_cli.services.lex.waiting import GONE, Patience


def archive(session: Session, bot: str, *, version: str = DRAFT, timeout: float | None = None) -> Blob:
    """A VERSION of BOT as Lex's own ZIP file."""
    return Blob(lambda _to_file: iter([_exported(session, bot, version, timeout)]))


def folder(session: Session, bot: str, *, version: str = DRAFT, timeout: float | None = None) -> Many:
    """A VERSION of BOT as its files, JSON in lines that can be compared."""
    data = _exported(session, bot, version, timeout)
    files = {path: _shown(path, content) for path, content in bots.unpacked(data, name=f"the export of {bot}").items()}
    sources = [
        Source(path, relative=PurePosixPath(path), ending=PurePosixPath(path).suffix.lstrip(".") or None)
        for path in sorted(files)
    ]
    return Many(sources, (Outcome(source, value=_blob(files[source.name])) for source in sources))


def exporting(bot: str) -> list[Step]:
    """What an export would call."""
    return [step(f"lexv2-models:{operation}", bot) for operation in ("CreateExport", "DescribeExport", "DeleteExport")]


def _exported(session: Session, bot: str, version: str, timeout: float | None) -> bytes:
    client = session.client(MODELS)
    found = find_bot(session, bot)
    try:
        number = client.create_export(
            resourceSpecification={"botExportSpecification": {"botId": found["botId"], "botVersion": version}},
            fileFormat="LexJson",
        )["exportId"]
    except ServiceError as error:
        if error.code != GONE:
            raise
        raise InputError(
            f"{found['botName']} has no version {version}", hint=f"awsml lex versions {found['botName']}"
        ) from None
    try:
        return _fetched(session, found["botName"], number, Patience.of(timeout))
    finally:
        client.delete_export(exportId=number)


def _fetched(session: Session, name: str, number: str, patience: Patience) -> bytes:
    def address() -> str:
        answer = waiting.wait(
            session,
            "export",
            name,
            lambda: session.client(MODELS).describe_export(exportId=number),
            "exportStatus",
            done=frozenset({"Completed"}),
            patience=patience,
            late=True,
        )
        return str(answer["downloadUrl"])

    where = address()
    if session.local and where.startswith("s3://"):
        bucket, key = sources.split_address(where)
        return staging.fetch(session, bucket=bucket, key=key)
    return session.download(where, renew=address)


def _shown(path: str, content: bytes) -> bytes:
    if not path.endswith(".json"):
        return content
    try:
        return (json.dumps(json.loads(content), ensure_ascii=False, indent=2) + "\n").encode()
    except ValueError:
        return content


def _blob(content: bytes) -> Blob:
    def chunks(_to_file: bool) -> Iterator[bytes]:
        yield content

    return Blob(chunks)
