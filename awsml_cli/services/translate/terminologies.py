"""Terminologies at AWS: imported, listed, fetched, removed, and those that live for one run alone.

A temporary one has a name of its own, since AWS takes up to ten minutes to take over a changed one. It is noted in the
ledger before it is made, and removed when the run ends; what a killed run left is removed by the next that needs one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, paging, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError, UsageError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.translate.terms import DIRECTIONS, Terms
from awsml_cli.services.translate.wanted import SERVICE

HELD: Final = "translate-terminology"  # what the ledger calls the temporary ones
GONE: Final = ("ResourceNotFoundException",)


class Terminology(Record):
    """Words whose translation is given."""

    columns: ClassVar = ("name", "source_language_code", "target_language_codes", "term_count", "last_updated_at")

    name: str
    arn: str | None = None
    description: str | None = None
    source_language_code: str | None = None
    target_language_codes: list[str] | None = None
    directionality: str | None = None
    format: str | None = None
    size_bytes: int | None = None
    term_count: int | None = None
    created_at: Any = None
    last_updated_at: Any = None


def put(
    session: Session,
    name: str,
    terms: Terms,
    *,
    direction: str = "uni",
    description: str | None = None,
    kms_key: str | None = None,
) -> Terminology:
    """Make the terminology NAME of TERMS, or make it anew. Raises UsageError, ServiceError."""
    if direction not in DIRECTIONS:
        raise UsageError(f"unknown direction `{direction}`", hint=f"one of: {', '.join(DIRECTIONS)}")
    asked: dict[str, Any] = {
        "Name": name,
        "MergeStrategy": "OVERWRITE",
        "TerminologyData": {"File": terms.content, "Format": terms.format, "Directionality": DIRECTIONS[direction]},
    }
    if description:
        asked["Description"] = description
    if kms_key:
        asked["EncryptionKey"] = {"Type": "KMS", "Id": kms_key}
    return Terminology.of(session.client(SERVICE).import_terminology(**asked)["TerminologyProperties"])


def making(name: str) -> Step:
    """What making NAME would call."""
    return step("translate:ImportTerminology", name)


def list_(session: Session, *, limit: int | None = None) -> Listing:
    """The terminologies of this region, page after page as they are read."""

    def records() -> Iterator[Terminology]:
        found = paging.items(session.client(SERVICE).list_terminologies, "TerminologyPropertiesList")
        for number, answer in enumerate(found):
            if limit is not None and number >= limit:
                return
            yield Terminology.of(answer)

    return Listing(records(), "TerminologyPropertiesList")


def get(session: Session, name: str) -> Terminology:
    """The terminology NAME. Raises InputError where there is none."""
    return Terminology.of(_described(session, name)["TerminologyProperties"])


def content(session: Session, name: str) -> Blob:
    """The file of the terminology NAME, as it was imported. Raises InputError where there is none."""

    def address() -> str:
        return str(_described(session, name)["TerminologyDataLocation"]["Location"])

    def chunks(_to_file: bool) -> Iterator[bytes]:
        where = address()
        if where.startswith("s3://"):  # of this machine
            bucket, key = sources.split_address(where)
            yield staging.fetch(session, bucket=bucket, key=key)
        else:
            yield session.download(where, renew=address)

    return Blob(chunks)


def remove(session: Session, name: str) -> None:
    """Remove the terminology NAME. Raises InputError where there is none."""
    try:
        session.client(SERVICE).delete_terminology(Name=name)
    except ServiceError as error:
        if error.code in GONE:
            raise _missing(name) from None
        raise


def removal(name: str) -> Step:
    """What removing NAME would call."""
    return step("translate:DeleteTerminology", name)


def temporary(session: Session, terms: Terms) -> str:
    """The name of a terminology of TERMS that lives as long as this run."""
    return session.hold(_temporary(session, terms))


@contextmanager
def _temporary(session: Session, terms: Terms) -> Iterator[str]:
    sweep(session)
    name = f"awsml-{terms.key[:24]}-{os.getpid()}-{int(clock.now() * 1000)}"
    row = Entry(key_of(HELD, session.region, name), HELD, session.region, name, "started", input=str(os.getpid()))
    Ledger().put(row)
    try:
        put(session, name, terms)
        yield name
    finally:
        _remove(session, row)


def sweep(session: Session) -> None:
    """Remove what killed runs have left; what cannot be removed is said."""
    for row in Ledger().open():
        if row.service == HELD and not _alive(row.input):
            _remove(session, row)


def _remove(session: Session, row: Entry) -> None:
    try:
        session.client(SERVICE, region=row.region).delete_terminology(Name=row.job)
    except ServiceError as error:
        if error.code not in GONE:
            session.talk.warn(f"the terminology {row.job} is left at AWS: {error.message}")
            return
    except AwsmlError as error:
        session.talk.warn(f"the terminology {row.job} is left at AWS: {error.message}")
        return
    Ledger().move(row, "clean")


def _alive(process: str) -> bool:
    """Whether the run in PROCESS may go on. This process has one run at a time, and it makes its own afterwards."""
    if process == str(os.getpid()) or sys.platform == "win32":
        return False
    try:
        os.kill(int(process), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _described(session: Session, name: str) -> dict[str, Any]:
    try:
        return dict(session.client(SERVICE).get_terminology(Name=name))
    except ServiceError as error:
        if error.code in GONE:
            raise _missing(name) from None
        raise


def _missing(name: str) -> InputError:
    return InputError(f"there is no terminology {name}", hint="awsml translate terminology ls")
