"""Asking Comprehend about many texts with as few calls as can be."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import batch, clock, documents, limits, prices, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.documents import Answer, Document, Reading, Window
from awsml_cli.core.errors import AwsmlError, ServiceError
from awsml_cli.core.keys import snake
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.formats.pieces import utf8_length
from awsml_cli.formats.readings import Choice
from awsml_cli.formats.windows import windows
from awsml_cli.services.comprehend.analyses import Analysis
from awsml_cli.services.comprehend.language import AUTO, Languages

SERVICE: Final = "comprehend"
LOCAL_ROLE: Final = "arn:aws:iam::000000000000:role/local"  # what is done on this machine needs none
WORKERS: Final = 8  # calls at a time
TRIES: Final = 3  # times that a document of a batch is sent
TOXIC: Final = "DetectToxicContent"
_HOPELESS: Final = ("SIZE", "LANGUAGE", "INVALID")  # in the code of an error that would come again


def analyse(
    session: Session,
    analysis: Analysis,
    found: Iterable[Document | None],
    *,
    language: str = AUTO,
    choice: Choice | None = None,
    endpoint: str | None = None,
    parts: bool = False,
) -> Iterator[list[Answer]]:
    """Ask about the documents FOUND, in their LANGUAGE (`auto` finds out for each); answers in order.

    ENDPOINT is the ARN of a model of one's own. Raises UsageError for a language that the operation does not know,
    ServiceError for what every document would meet; what one meets is in its answer.
    """
    method = Method(session, analysis, language=language, choice=choice, endpoint=endpoint)
    return documents.answers(method, found, workers=WORKERS, parts=parts)


def plan(analysis: Analysis, name: str, found: Iterable[Document | None], *, endpoint: str | None = None) -> list[Step]:
    """What asking about the documents FOUND in what is called NAME would cost. Nothing is sent."""
    analysis = for_endpoint(analysis, endpoint)
    together: list[int] = []
    alone: list[int] = []
    for document in found:
        for window in pieces(analysis, document) if document is not None else ():
            if window is not None and window.text:
                (together if goes_together(analysis, window) else alone).append(len(window.text))
    steps = []
    if together:
        calls = -(-len(together) // analysis.most)
        charge = prices.language(SERVICE, analysis.operation, together)
        operation = analysis.batch if len(together) > 1 or analysis.operation == TOXIC else analysis.operation
        steps.append(step(f"comprehend:{operation}", name, calls=calls, charge=charge))
    if alone or not steps:
        charge = None if endpoint else prices.language(SERVICE, analysis.operation, alone)
        steps.append(step(f"comprehend:{analysis.operation}", name, calls=len(alone), charge=charge))
    return steps


def for_endpoint(analysis: Analysis, endpoint: str | None) -> Analysis:
    """ANALYSIS as a model of one's own does it: one document at a time, its language known."""
    return replace(analysis, batch=None, languages=()) if endpoint else analysis


def pieces(analysis: Analysis, document: Document) -> Iterator[Window | None]:
    """The windows of DOCUMENT; a row of blanks has none."""
    if (whole := uncut(analysis, document)) is not None:
        yield whole
    elif document.row is None:
        yield from windows(document.chunks or (), analysis.limit, utf8_length, overlap=analysis.overlap)
    elif document.row.text and not document.row.text.isspace():
        yield from windows((document.row.text,), analysis.limit, utf8_length, overlap=analysis.overlap)


def uncut(analysis: Analysis, document: Document) -> Window | None:
    """The window of a DOCUMENT that is a row within the limit."""
    if document.row is None:
        return None
    text = document.row.text
    if not text or text.isspace() or utf8_length(text) > analysis.limit:
        return None
    return Window(text, 0, 0, text)


def goes_together(analysis: Analysis, window: Window) -> bool:
    """Whether WINDOW may be asked about in one call with others."""
    return analysis.batch is not None and (
        analysis.limit <= limits.COMPREHEND_DOCUMENT_BYTES
        or utf8_length(window.text) <= limits.COMPREHEND_DOCUMENT_BYTES
    )


class Method:
    """How Comprehend is asked: `core.documents.Method`."""

    def __init__(
        self, session: Session, analysis: Analysis, *, language: str, choice: Choice | None, endpoint: str | None
    ) -> None:
        self.analysis = for_endpoint(analysis, endpoint)
        self.most = analysis.most
        self._choice = choice or Choice()
        self._languages = Languages(session, language, self.analysis.languages, operation=analysis.operation)
        self._client = session.client(SERVICE)
        self._endpoint = endpoint
        self._session = session
        self._cache = Cache(session.config) if session.keep else None

    def whole(self, document: Document) -> Window | None:
        """The one window of a short row."""
        return uncut(self.analysis, document)

    def windows(self, document: Document) -> Iterator[Window | None]:
        """The windows of DOCUMENT."""
        return pieces(self.analysis, document)

    def key(self, window: Window, language: str) -> Hashable:
        """A batch is in one language."""
        return language if goes_together(self.analysis, window) else None

    def language(self, document: Document, window: Window) -> str:
        """The language of DOCUMENT, by its first window."""
        return self._languages.of(window.text)

    def reading(self, language: str) -> Reading:
        """A new reading."""
        return self.analysis.reading(language, self._choice)

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        """What Comprehend, or the cache, says about each of TEXTS."""
        if self._cache is None:
            return self._asked(texts, language, alone=alone)
        keys = [
            key_of(SERVICE, self._session.local, self.analysis.operation, self._endpoint, language, t) for t in texts
        ]
        kept = [None if self._session.fresh else self._cache.find(key) for key in keys]
        answers: list[Any] = [None if answer is None else json.loads(answer) for answer in kept]
        new = [number for number, answer in enumerate(answers) if answer is None]
        if new:
            asked = self._asked([texts[number] for number in new], language, alone=alone)
            for number, answer in zip(new, asked, strict=True):
                answers[number] = answer
                if not isinstance(answer, AwsmlError):
                    self._cache.keep(keys[number], json.dumps(answer).encode())
        return answers

    def _asked(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        if self.analysis.operation == TOXIC:
            return self._toxic(texts, language)
        if alone or len(texts) == 1:
            return [self._one(text, language) for text in texts]
        return self._batch(texts, language)

    def _one(self, text: str, language: str) -> dict[str, Any]:
        params = {"Text": text}
        if language:
            params["LanguageCode"] = language
        if self._endpoint:
            params["EndpointArn"] = self._endpoint
        answer = getattr(self._client, snake(self.analysis.operation))(**params)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def _toxic(self, texts: Sequence[str], language: str) -> Sequence[Any]:
        segments = [{"Text": text} for text in texts]
        answer = self._client.detect_toxic_content(TextSegments=segments, LanguageCode=language)
        found = list(answer.get("ResultList") or ())
        if len(found) != len(texts):
            raise self._failure("UnusableAnswer", f"{len(found)} answers came about {len(texts)} texts")
        return found

    def _batch(self, texts: Sequence[str], language: str) -> Sequence[Any]:
        """Answers by `Index`; those of the `ErrorList`, and those that are missing, are asked for again."""
        call = getattr(self._client, snake(str(self.analysis.batch)))
        more = {"LanguageCode": language} if language else {}
        answers: list[Any] = [None] * len(texts)
        left = list(range(len(texts)))
        for attempt in range(1, TRIES + 1):
            try:
                reply = call(TextList=[texts[number] for number in left], **more)
            except AwsmlError as error:
                if batch.shared(error) or len(left) == len(texts):
                    raise
                break
            for found in reply.get("ResultList") or ():
                if 0 <= (index := found.pop("Index", -1)) < len(left):
                    answers[left[index]] = found
            for fault in reply.get("ErrorList") or ():
                if 0 <= (index := fault.get("Index", -1)) < len(left):
                    answers[left[index]] = self._failure(
                        fault.get("ErrorCode") or "Unknown", fault.get("ErrorMessage") or "no message"
                    )
            left = [number for number in left if self._worth_asking(answers[number])]
            if not left or attempt == TRIES:
                break
            wanted.check()
            clock.sleep(0.5 * 2**attempt)
        return [answer or self._failure("UnusableAnswer", "there was no answer about it") for answer in answers]

    def _worth_asking(self, answer: Any) -> bool:
        if isinstance(answer, ServiceError):
            return not any(word in answer.code.upper() for word in _HOPELESS)
        return answer is None

    def _failure(self, code: str, message: str) -> ServiceError:
        return ServiceError(
            f"comprehend {self.analysis.operation} failed for it: {code}: {message}",
            code=code,
            operation=self.analysis.operation,
        )
