"""Read a document: choose the way, keep the answer, leave nothing at AWS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from awsml_cli.core import limits, prices, sources, staging
from awsml_cli.core.cache import Cache, alone, key_of, remember
from awsml_cli.core.errors import ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.blocks import Document, Look, parse
from awsml_cli.services.textract import calls, inputs
from awsml_cli.services.textract.asked import SERVICE, Asked, ordered
from awsml_cli.services.textract.inputs import MANY_PAGED, Given
from awsml_cli.services.textract.job import Work
from awsml_cli.services.textract.records import Reading, StartedJob, reading

VIAS: Final = ("auto", "sync", "async", "pages")
FREE_BESIDE: Final = ("TABLES", "FORMS", "SIGNATURES", "LAYOUT")  # an answer with more of these will do as well
_OPERATION_NAMES: Final = {
    "text": ("DetectDocumentText", "StartDocumentTextDetection"),
    "analysis": ("AnalyzeDocument", "StartDocumentAnalysis"),
    "expense": ("AnalyzeExpense", "StartExpenseAnalysis"),
    "id": ("AnalyzeID", ""),
    "lending": ("", "StartLendingAnalysis"),
}
Answered = tuple[bytes, Document]


def read(
    session: Session,
    source: Source,
    asked: Asked,
    *,
    look: Look,
    via: str = "auto",
    bucket: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
    scale: bool = False,
) -> Reading | StartedJob:
    """Read SOURCE: a file, stdin (`-`), a page on the web or an object in S3, of up to 3,000 pages and 500 MB.

    VIA is one of VIAS: all of it in one call, a job (staged in BUCKET), or page by page. TIMEOUT is in seconds; without
    WAIT the job's id is the answer. SCALE makes a picture of too many pixels smaller. Raises InputError for what cannot
    be read, ConfigError where a bucket is missing, JobFailed with AWS's reason, TimedOut where the job goes on.
    """
    asked.check()
    with inputs.opened(session, source, asked, scale=scale) as given:
        key = _key(session, given, asked)
        original = _original(session, given) if look.needs_source else None
        with alone(key):  # a copy of the same document waits for the first one's answer
            kept = _kept(session, given, asked, key)
            if kept is not None:
                return reading(kept, look, source=original)
            answer = _answer(session, given, asked, key, via=via, bucket=bucket, timeout=timeout, wait=wait)
            if isinstance(answer, StartedJob):
                return answer
    return reading(answer[0], look, document=answer[1], source=original, warn=session.talk.warn)


def _answer(
    session: Session,
    given: Given,
    asked: Asked,
    key: str,
    *,
    via: str,
    bucket: str | None,
    timeout: float | None,
    wait: bool,
) -> Answered | StartedJob:
    way, bucket = _way(session, given, asked, via=via, bucket=bucket, wait=wait)
    keep = session.keep is not False and not session.local
    if way == "async" and asked.flow is not None:
        raise UsageError("people look at pages that are read at once, and this takes a job", hint="--via pages")
    if way == "async":
        work = Work(session, given, asked, key=key)
        job = work.start(bucket)
        if not wait:
            session.running.pop(str(job), None)
            return StartedJob(id=str(job))
        answer = _usable(work.finish(timeout), str(job))
        if not keep or remember(session, key, answer[0]):
            if keep:
                work.kept()
            work.tidy()
        return answer
    if way == "sync":
        answer = _usable(calls.whole(session, given, asked), given.name)
    else:
        answer = _usable(calls.page_by_page(session, given, asked, keep=keep), given.name)
    if keep:
        remember(session, key, answer[0])
    return answer


def _usable(answer: bytes, what: str) -> Answered:
    """ANSWER, and the document that it is. Raises ServiceError where it cannot be read."""
    try:
        return answer, parse(answer)
    except InputError as error:
        raise ServiceError(
            f"the answer about {what} cannot be used: {error.message}", hint="-f raw shows it", code="UnusableAnswer"
        ) from None


def _way(
    session: Session, given: Given, asked: Asked, *, via: str, bucket: str | None, wait: bool
) -> tuple[str, str | None]:
    """`sync`, `async` or `pages`, and the bucket. Raises UsageError, ConfigError for what VIA cannot do."""
    operation, facts = asked.operation, given.facts
    if via not in VIAS:
        raise UsageError(f"unknown way `{via}`", hint=f"--via {', '.join(VIAS)}")
    here = given.file is not None
    if asked.flow is not None and via == "auto" and here and wait and facts.pages > 1:
        via = "pages"
    one = facts.pages == 1 and not (facts.kind in MANY_PAGED and given.too_heavy)
    if operation.start is None:
        if via == "async":
            raise UsageError("Textract has no job for identity documents", hint="--via sync or --via pages")
        return ("sync" if one or not here else "pages"), None
    if operation.now is None:
        if via in ("sync", "pages"):
            raise UsageError("Textract reads mortgage applications in jobs alone", hint="--via async")
        return "async", bucket
    if not wait or via == "async":
        if via in ("sync", "pages"):
            raise UsageError("--no-wait needs a job", hint="--via async")
        return "async", bucket
    if via == "sync":
        if facts.pages > 1 or not (one or not here):
            raise InputError(f"{given.name} does not go into one call: it has {facts.pages} pages", hint="--via pages")
        return "sync", None
    if not here:
        if via == "pages":
            raise UsageError("--via pages takes a document that is here", hint=f"aws s3 cp {given.name} - | …")
        return ("async" if facts.kind in MANY_PAGED else "sync"), bucket
    if via == "pages":
        return "pages", None
    chosen = asked.pages.among(facts.pages)
    many = len(asked.questions) > limits.TEXTRACT_QUERIES
    if many:
        return "async", bucket
    if one:
        return "sync", None
    if len(chosen) == 1 or session.local:
        return "pages", None
    return _many_pages(session, bucket)


def _many_pages(session: Session, bucket: str | None) -> tuple[str, str | None]:
    """A job where there is a bucket to stage in, else page by page."""
    if bucket or session.config.bucket:
        return "async", bucket
    try:
        return "async", staging.bucket(session)
    except (ConfigError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code not in ("403", "AccessDenied", "AccessDeniedException"):
            raise
        session.talk.note("no bucket to stage in: the document is read page by page")
        return "pages", None


def plan(
    session: Session,
    documents: Sequence[Source],
    asked: Asked,
    *,
    via: str = "auto",
    bucket: str | None = None,
    scale: bool = False,
) -> Iterator[Step]:
    """What reading DOCUMENTS would call, and the price where the number of pages is known. Nothing is sent."""
    asked.check()
    now, start = _OPERATION_NAMES[asked.kind]
    for source in documents:
        if source.path is None:
            yield step(f"textract:{start or now}", source.name)
            continue
        with inputs.opened(session, source, asked, scale=scale) as given:
            if _kept(session, given, asked, _key(session, given, asked)) is not None:
                continue
            chosen = len(asked.pages.among(given.facts.pages))
            charge = prices.pages(chosen, asked.kind, features=asked.features, adapted=bool(asked.adapters))
            job = (
                not now
                or via == "async"
                or (
                    via == "auto"
                    and not asked.flow
                    and chosen > 1
                    and bool(start)
                    and bool(bucket or session.config.bucket)
                )
            )
            if job:
                yield step("s3:PutObject", source.name)
                yield step(f"textract:{start}", source.name, charge=charge)
            else:
                yield step(f"textract:{now}", source.name, calls=chosen, charge=charge)


def _original(session: Session, given: Given) -> bytes:
    """The document itself, for a format that shows its pages."""
    return given.read() if given.file is not None else sources.read_bytes(given.source, session)


def _key(session: Session, given: Given, asked: Asked) -> str:
    smaller = given.scale and given.too_many_pixels
    return key_of(SERVICE, session.region, session.local, given.digest, smaller, asked.identity())


def _kept(session: Session, given: Given, asked: Asked, key: str) -> bytes | None:
    """The answer, if it was paid for before: this very one, or one with more features.

    Work done on this machine is done again: engines change.
    """
    if session.fresh or session.local:
        return None
    cache = Cache(session.config)
    found = cache.find(key)
    if found is not None:
        Work(session, given, asked, key=key).tidy()
        return found
    if asked.kind not in ("text", "analysis") or asked.questions or asked.flow:
        return None
    for features in _more(asked.features):
        wider = replace(asked, kind="analysis", features=features)
        found = cache.find(_key(session, given, wider))
        if found is not None:
            session.talk.note(f"an answer about {given.name} that is kept here says it too")
            return found
    return None


def _more(features: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Each choice of features that holds FEATURES and more, the smallest first."""
    others = [name for name in FREE_BESIDE if name not in features]
    for count in range(1, len(others) + 1):
        for extra in combinations(others, count):
            yield ordered((*features, *extra))


def offline(data: bytes, look: Look, *, original: bytes | None = None) -> Reading:
    """The record of an answer that is here already. Raises InputError for what is none."""
    return reading(data, look, source=original)
