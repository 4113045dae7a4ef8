"""Waiting as botocore's waiters do: an operation is asked again and again, until its answer says what is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from awsml_cli.core import models
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.api import calling
from awsml_cli.services.api.described import Described, describe
from awsml_cli.services.api.words import parameters


class Waiter(Record):
    """What can be waited for: by which operation, asked every so many seconds, and at most how often."""

    columns: ClassVar = ("waiter", "operation", "seconds", "attempts")

    waiter: str
    operation: str
    seconds: int
    attempts: int


def waiters(service: str) -> Listing:
    """The waiters of SERVICE."""
    return Listing(
        (
            Waiter(waiter=name, operation=models.kebab(one.operation), seconds=one.delay, attempts=one.max_attempts)
            for name, one in models.waiter_models(service).items()
        ),
        "Waiters",
    )


def awaited(service: str, waiter: str) -> Any:
    """The operation that WAITER of SERVICE asks. Raises UsageError, with the names that come near."""
    known = models.waiter_models(service)
    found = known.get(models.as_said(waiter))
    if found is None:
        one_of = f"one of: {', '.join(known)}" if known else "it has none"
        raise UsageError(f"{service} has no waiter `{waiter}`", hint=models.nearest(waiter, known) or one_of)
    return models.operation_model(service, found.operation)


def describe_waiter(service: str, waiter: str) -> Described:
    """What WAITER of SERVICE takes; it answers nothing."""
    about = describe(awaited(service, waiter))
    return about.model_copy(
        update={
            "operation": f"wait {models.as_said(waiter)}",
            "documentation": f"Asks {about.operation} until its answer says so.",
            **{"members": [], "rows": None},
        }
    )


def wait(
    session: Session, service: str, waiter: str, words: Sequence[str], document: str | None, *, check: bool = True
) -> Listing | None:
    """Wait as WAITER of SERVICE does, with the parameters in WORDS and DOCUMENT. Raises JobFailed where it gave up."""
    operation = awaited(service, waiter)
    calling.check(session, operation)
    params = parameters(operation, words, document, check=check)
    if session.dry_run:
        return calling.planned(operation, params)
    client = session.client(service)
    client.wait(client.boto.get_waiter(models.as_said(waiter).replace("-", "_")), **params)
    return None
