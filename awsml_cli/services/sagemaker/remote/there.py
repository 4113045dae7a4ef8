"""Calls of SageMaker's that make, show or list what may be there already, or may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

from awsml_cli.core import paging, refusals
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

_Found = TypeVar("_Found")
_WHOLE: Final = ("HyperParameters", "Environment")  # all of them are the caller's
_MISSING: Final = ("could not find", "not found", "does not exist")


def or_none(call: Any, **params: Any) -> Any:
    """The answer of CALL, None where AWS knows no such thing."""
    try:
        return call(**params)
    except ServiceError as error:
        if is_missing(error):
            return None
        raise


def if_allowed(session: Session, look: Callable[[], _Found]) -> _Found | None:
    """What LOOK finds; None where whoever asks may not look there, which is said with -v."""
    try:
        return look()
    except ServiceError as error:
        if error.code not in refusals.DENIED:
            raise
        session.talk.note(f"not looked at: {error.message}")
        return None


def known(call: Any, missing: str, *, hint: str, **params: Any) -> dict[str, Any]:
    """The answer of CALL. Raises InputError that says what is MISSING where AWS knows no such thing."""
    found = or_none(call, **params)
    if found is None:
        raise InputError(missing, hint=hint)
    return dict(found)


def is_missing(error: ServiceError) -> bool:
    """Whether AWS says that there is no such thing, for which each of its operations has words of its own."""
    if error.code not in ("ValidationException", "ResourceNotFound"):
        return False
    said = error.message.lower()
    return error.code == "ResourceNotFound" or any(words in said for words in _MISSING)


def unless_there(call: Any, **params: Any) -> None:
    """Make it; that it was made by an earlier run, with the same content in its name, is as good."""
    try:
        call(**params)
    except ServiceError as error:
        if not any(words in error.message.lower() for words in ("already existing", "already exists")):
            raise


def already(session: Session, name: str, status: str) -> None:
    """Say that the job NAME was started by an earlier run, and how to have one that has ended anew."""
    ended = status in ("Completed", "Failed", "Stopped")
    session.talk.tell(f"{name} was started already: {status}" + ("; --fresh starts another" if ended else ""))


def differing(answer: Mapping[str, Any], request: Mapping[str, Any]) -> list[str]:
    """The members of REQUEST, but its tags, that AWS's ANSWER about the job of that name does not have so.

    AWS adds defaults of its own, which are no difference but where every value is the caller's.
    """
    return [
        name
        for name, wanted in request.items()
        if name != "Tags" and not _holds(answer.get(name), wanted, whole=name in _WHOLE)
    ]


def _holds(has: Any, wanted: Any, *, whole: bool = False) -> bool:
    if wanted in (None, False, "", [], {}):
        return not has
    if isinstance(wanted, Mapping):
        if not isinstance(has, Mapping) or (whole and set(has) != set(wanted)):
            return False
        return all(_holds(has.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(has, list) and len(has) == len(wanted) and all(map(_holds, has, wanted))
    return bool(has == wanted)


def newest(
    session: Session,
    call: Any,
    kind: str,
    record: Callable[[JobId, Mapping[str, Any]], Record],
    *,
    service: str,
    status: str | None,
    limit: int | None,
) -> Listing:
    """The jobs of KIND (`TrainingJob`) that CALL lists in this region, the newest first, each a RECORD of its summary.

    SERVICE begins their ids; STATUS is one of AWS's own words, as `InProgress`.
    """
    given = {"StatusEquals": status} if status else {}
    found = paging.items(call, f"{kind}Summaries", SortBy="CreationTime", SortOrder="Descending", **given)
    made = (record(JobId(service, session.region, one[f"{kind}Name"]), one) for one in found)
    return Listing(islice(made, limit), f"{kind}Summaries")


def ours(call: Any, key: str, member: str, name: str) -> Iterator[str]:
    """Names of ours for the endpoint NAME: it, a hyphen, ten hexadecimal digits; the oldest first."""
    found = []
    for one in paging.items(call, key, NameContains=name):
        tail = str(one[member]).removeprefix(f"{name}-")
        if tail != one[member] and len(tail) == 10 and set(tail) <= set("0123456789abcdef"):
            found.append((one["CreationTime"], str(one[member])))
    return (one for _, one in sorted(found))
