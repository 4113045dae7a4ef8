"""Reading at once: one page a call, and a document page by page where nothing is to be staged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from awsml_cli.core import batch, limits, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.formats import pages as documents
from awsml_cli.services.textract import review
from awsml_cli.services.textract.asked import SERVICE, Asked
from awsml_cli.services.textract.inputs import Given
from awsml_cli.services.textract.merging import Merged

AT_ONCE: Final = 4  # pages of one document under way together; AWS allows a few a second
ID_PAGES: Final = 2  # of one AnalyzeID: front and back
Part = tuple[list[int], bytes | None]


def whole(session: Session, given: Given, asked: Asked) -> bytes:
    """The answer about a document of one page, sent as it is or from where it lies in S3."""
    document = {"Bytes": given.ready()} if given.file is not None else {"S3Object": given.object}
    merged = Merged()
    merged.add(_call(session, asked, [document], [1] if given.file is not None else None), number_of=None)
    return merged.bytes()


def page_by_page(session: Session, given: Given, asked: Asked, *, keep: bool) -> bytes:
    """The answer about the pages asked for, each sent by itself; with KEEP a page that was paid for is not sent again.

    Raises ServiceError where a page is refused, with its number.
    """
    numbers = asked.pages.among(given.facts.pages)
    merged = Merged()
    done = 0
    for group, answer in batch.in_order(
        lambda part: _answered(session, given, asked, part, keep=keep),
        _parts(given, asked, numbers),
        workers=1 if session.local else AT_ONCE,
    ):
        wanted.check()
        merged.add(answer, number_of=group)
        done += len(group)
        session.talk.progress(f"reading {given.name}: page {done} of {len(numbers)}", done=done / len(numbers))
    session.talk.settled()
    return merged.bytes()


def _parts(given: Given, asked: Asked, numbers: Sequence[int]) -> Iterator[tuple[list[int], list[bytes]]]:
    """What is sent in each call: the pages' numbers in the document, and their bytes."""
    made = documents.parts(
        given.read(),
        numbers,
        kind=given.facts.kind,
        name=given.name,
        most_bytes=limits.TEXTRACT_BYTES,
        most_pixels=limits.TEXTRACT_PIXELS,
    )
    together = ID_PAGES if asked.kind == "id" else 1
    group: list[int] = []
    pages: list[bytes] = []
    for number, page in zip(numbers, made, strict=True):
        group.append(number)
        pages.append(page)
        if len(group) == together:
            yield group, pages
            group, pages = [], []
    if group:
        yield group, pages


def _answered(
    session: Session, given: Given, asked: Asked, part: tuple[list[int], list[bytes]], *, keep: bool
) -> tuple[list[int], dict[str, Any]]:
    group, pages = part
    asked_here = asked.params(group)
    key = key_of(SERVICE, session.region, given.digest, "pages", group, asked.kind, asked_here)
    cache = Cache(session.config)
    if not session.fresh and not session.local and (kept := cache.find(key)) is not None:
        return group, json.loads(kept)
    try:
        answer = _call(session, asked, [{"Bytes": page} for page in pages], group)
    except ServiceError as error:
        error.message = f"page {group[0]}: {error.message}"
        raise
    if keep:
        answer.pop("ResponseMetadata", None)
        try:
            cache.keep(key, json.dumps(answer, ensure_ascii=False, default=str).encode())
        except AwsmlError as error:
            session.talk.warn(error.message)
    return group, answer


def _call(
    session: Session, asked: Asked, pages: Sequence[dict[str, Any]], number_of: Sequence[int] | None
) -> dict[str, Any]:
    """Call the operation that answers at once about PAGES.

    An analysis of which nothing is left but questions that this page is not asked is a plain reading.
    """
    client = session.client(SERVICE)
    if asked.kind == "id":
        return dict(client.analyze_id(DocumentPages=list(pages)))
    params = asked.params(number_of if number_of is not None else [1])
    operation = asked.operation.now
    if asked.kind == "analysis" and not params["FeatureTypes"]:
        operation, params = "detect_document_text", {}
    assert operation is not None
    if asked.flow is not None and operation == "analyze_document":
        return review.analysed(session, asked.flow, pages[0], params)
    return dict(getattr(client, operation)(Document=pages[0], **params))
