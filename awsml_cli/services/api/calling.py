"""An operation called, and its answer whole: all pages, all events, the bytes of a stream."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import lifecycle, models, paging, plan
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session

_DESTRUCTIVE: Final = re.compile(r"(Batch)?(Delete|Deregister|Purge)[A-Z]")
CHUNK: Final = 64 * 1024  # bytes of a stream at a time


class Member(Record):
    """A member of a list in an answer, with AWS's keys, which are its columns."""

    def fields(self) -> dict[str, Any]:
        """The answer, ready for JSON: bytes in base64, times in ISO 8601."""
        return dict(self._raw)


class Answer(Member):
    """AWS's own answer; the token of the next page is not in it, since all pages are."""

    prose: ClassVar = "document"

    @property
    def document(self) -> str:
        """The answer as JSON."""
        return json.dumps(self.fields(), ensure_ascii=False, indent=2) + "\n"


def call(
    session: Session, operation: Any, params: dict[str, Any], *, rows: bool = False, limit: int | None = None
) -> Answer | Listing | Blob:
    """What OPERATION answers to PARAMS.

    With ROWS, the members of the one list in it where it has one; no more than LIMIT of them. A stream of bytes is
    given as bytes. Raises UsageError where nobody confirmed that something is deleted.
    """
    service = operation.service_model.service_name
    if session.dry_run:
        return planned(operation, params)
    if _DESTRUCTIVE.match(operation.name):
        plan.confirm(session, f"Call {operation.name} on {_on(params)}?")
    client = session.client(service)
    method = models.kebab(operation.name).replace("-", "_")
    if operation.has_event_stream_output:
        return _events(getattr(client, method)(**params), operation)
    if operation.has_streaming_output:
        return Blob(chunks=lambda _to_file: _bytes(getattr(client, method)(**params), operation))
    pages = paging.pages(getattr(client, method), **params)
    name = main_list(operation)
    if rows and name:
        found = (member for page in pages for member in page.get(name) or ())
        kind = _kind(operation.output_shape.members[name].member, name)
        return Listing((kind.model_construct().with_raw(_named(name, one)) for one in islice(found, limit)), name)
    return Answer.model_construct().with_raw(_whole(pages, operation, limit))


def check(session: Session, operation: Any) -> None:
    """Warn once of what takes no new customers. Raises Retired for what is gone, UsageError for what boto3 has not."""
    lifecycle.check(session, operation.service_model.service_name, operation.name)
    if operation.has_event_stream_input:
        raise UsageError(f"boto3 has no method for {operation.name}: it streams both ways")


def planned(operation: Any, params: dict[str, Any]) -> Listing:
    """What a call of OPERATION with PARAMS would be."""
    return Listing(iter([plan.step(f"{operation.service_model.service_name}:{operation.name}", _on(params))]), "Plan")


def main_list(operation: Any) -> str | None:
    """The one list in the answer of OPERATION, if it has one and not several."""
    shape = operation.output_shape
    if shape is None:
        return None
    lists = [name for name, member in shape.members.items() if member.type_name == "list"]
    return lists[0] if len(lists) == 1 else None


def _whole(pages: Iterator[dict[str, Any]], operation: Any, limit: int | None) -> dict[str, Any]:
    """All PAGES as one answer: lists and maps are joined, the rest is as the first page has it."""
    whole: dict[str, Any] = {}
    name = main_list(operation)
    for page in pages:
        for key, value in page.items():
            if isinstance(value, list) and isinstance(whole.get(key), list):
                whole[key].extend(value)
            elif isinstance(value, dict) and isinstance(whole.get(key), dict):
                whole[key].update(value)
            else:
                whole.setdefault(key, value)
        if limit is not None and name and len(whole.get(name) or ()) >= limit:
            whole[name] = whole[name][:limit]
            break
    for key in ("ResponseMetadata", *paging.TOKENS):
        whole.pop(key, None)
    plain: dict[str, Any] = _plain(whole)
    return plain


def _bytes(answer: dict[str, Any], operation: Any) -> Iterator[bytes]:
    yield from answer[operation.output_shape.serialization["payload"]].iter_chunks(CHUNK)


def _events(answer: dict[str, Any], operation: Any) -> Listing:
    name = next(
        key for key, member in operation.output_shape.members.items() if member.serialization.get("eventstream")
    )
    return Listing((Answer.model_construct().with_raw(_plain(event)) for event in answer[name]), name)


def _named(name: str, member: Any) -> dict[str, Any]:
    """MEMBER of the list NAME, which may be no more than a word."""
    plain = _plain(member)
    return plain if isinstance(plain, dict) else {name: plain}


def _kind(shape: Any, name: str = "") -> type[Member]:
    """The class of members whose columns are those of SHAPE."""
    names = tuple(shape.members) if shape.type_name == "structure" else (name,)
    return type("Member", (Member,), {"__annotations__": {"columns": ClassVar}, "columns": names})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _on(params: Mapping[str, Any]) -> str:
    """What PARAMS name first, for a person; of what cannot be shown, their names."""
    return (
        next((value for value in params.values() if isinstance(value, str)), "") or ", ".join(params) or "this account"
    )
