"""Many texts, each asked about, the answers in order: what the language services have in common.

A document is taken apart into windows that a request takes, windows of many documents are packed into as few calls as
can be, several calls are under way at a time, and what comes back is put together again, document by document. Only
what the calls under way need is kept, however many documents there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from awsml_cli.core import batch
from awsml_cli.core.errors import AwsmlError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source, read_text
from awsml_cli.core.tables import Row, Table

UNREACHED: Final = ("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError")
MOST_BEHIND: Final = 400  # documents that may pass while a call waits to be full


@dataclass(slots=True)
class Document:
    """One text: all of SOURCE, as `chunks` that come, or a ROW of it; `text` where it was asked to be kept."""

    source: Source
    row: Row | None = None
    chunks: Iterable[str] | None = None
    text: str = ""

    @property
    def number(self) -> int:
        """The line it begins on, from 1; 0 for a whole source."""
        return self.row.number if self.row else 0


@dataclass(slots=True)
class Window:
    """A part of a document that one request takes.

    `text` is what is sent, and `begin` where it starts in the document, in code points. It stands for `segment`, which
    starts at `own` (before it is only what gives the request some context); `hard` says that nothing behind it
    belongs to it, since its source has been silent.
    """

    text: str
    begin: int
    own: int
    segment: str
    hard: bool = False


@dataclass(slots=True)
class Answer:
    """What was found in a document, or the next part of it where not `last`.

    `fields` are for JSON, None where the document is blank or failed, and with each part but the last; `rows` are for
    text; `raw` is AWS's own answer.
    """

    document: Document
    fields: dict[str, Any] | None = None
    rows: Sequence[Sequence[Any]] = ()
    raw: Any = None
    error: AwsmlError | None = None
    last: bool = True


class Reading(Protocol):
    """Puts the answers about the windows of one document together."""

    def add(self, window: Window, answer: Any) -> None:
        """Take AWS's ANSWER about the next WINDOW."""

    def take(self) -> Sequence[Sequence[Any]]:
        """The rows that no later window can change, and forget them."""

    def close(self, document: Document) -> Answer:
        """The answer about the whole document: of its rows, those that have not been taken."""


class Method(Protocol):
    """A way to ask a service about documents. `most` is the number of windows that a call takes."""

    most: int

    def whole(self, document: Document) -> Window | None:
        """The one window of a DOCUMENT that one request takes as it is; None where it has to be looked at closer."""

    def windows(self, document: Document) -> Iterator[Window | None]:
        """The windows of DOCUMENT; None where its source was silent for a while."""

    def key(self, window: Window, language: str) -> Hashable:
        """What the windows of one call have in common; None for one that is asked about alone."""

    def language(self, document: Document, window: Window) -> str:
        """The language of a document whose first words are in WINDOW."""

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        """AWS's answer, or the AwsmlError, for each of TEXTS, in their order."""

    def reading(self, language: str) -> Reading:
        """A new reading of a document."""


def read(
    sources: Iterable[Source], session: Session, table: Table | None, *, keep: bool = False
) -> Iterator[Document | None]:
    """The documents in SOURCES: each source one, or with a TABLE each row; None where a source was silent.

    KEEP their texts, for those who show them. Raises InputError for what cannot be read.
    """
    for source in sources:
        chunks = read_text(source, session)
        if table is not None:
            for row in table.rows(chunks):
                yield None if row is None else Document(source, row, text=row.text)
        elif keep:
            text = "".join(chunks)
            yield Document(source, chunks=(text,), text=text)
        else:
            yield Document(source, chunks=chunks)


def answers(
    method: Method, documents: Iterable[Document | None], *, workers: int, parts: bool = False
) -> Iterator[list[Answer]]:
    """What METHOD says about each of DOCUMENTS, in order, with WORKERS calls at a time: all that is there at once.

    With `parts`, what is certain about a document comes before its end. The failure of one document is in its answer;
    one that all would share is raised.
    """
    waiting: deque[_Open] = deque()
    for call in batch.in_order(partial(_asked, method), _Packer(method).calls(documents), workers=workers):
        waiting.extend(call.opened)
        ready: list[Answer] = []
        while waiting:
            head = waiting[0]
            if head.advance(method) and parts and head.reading is not None and (rows := head.reading.take()):
                ready.append(Answer(head.document, rows=rows, last=False))
            if not head.closed or head.questions:
                break
            waiting.popleft()
            ready.append(head.answer())
        if ready:
            yield ready


class _Question:
    """A window, and what was answered about it."""

    __slots__ = ("answer", "window")

    def __init__(self, window: Window, answer: Any = None) -> None:
        self.window = window
        self.answer = answer


class _Open:
    """A document whose answer is not complete: `questions` are in the order of its windows."""

    __slots__ = ("closed", "document", "error", "language", "questions", "reading")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions: list[_Question] = []
        self.closed = False
        self.error: AwsmlError | None = None
        self.language: str | None = None
        self.reading: Reading | None = None

    def advance(self, method: Method) -> bool:
        """Read the answers that have come in; say whether there were any."""
        moved = False
        questions = self.questions
        while questions and (answer := questions[0].answer) is not None:
            window = questions.pop(0).window
            moved = True
            if self.error is not None:
                continue
            if isinstance(answer, AwsmlError):
                self.error, self.reading = answer, None
                continue
            if self.reading is None:
                self.reading = method.reading(self.language or "")
            try:
                self.reading.add(window, answer)
            except (KeyError, TypeError) as problem:
                self.error, self.reading = _unusable(problem), None
        return moved

    def answer(self) -> Answer:
        if self.error is not None:
            return Answer(self.document, error=self.error)
        if self.reading is None:
            return Answer(self.document)
        try:
            return self.reading.close(self.document)
        except (KeyError, TypeError) as problem:
            return Answer(self.document, error=_unusable(problem))


def _unusable(problem: Exception) -> ServiceError:
    """What to say of an answer that lacks what it has to have: botocore does not look."""
    return ServiceError(
        f"AWS's answer about it cannot be used: {type(problem).__name__}: {problem}",
        hint="something between here and AWS may have replaced it; try again",
        code="UnusableAnswer",
    )


@dataclass(slots=True)
class _Call:
    """Questions for one call, and the documents that were opened since the call before it was sent.

    `begun` is the number of documents that came before its first.
    """

    key: Hashable
    language: str
    questions: list[_Question] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    begun: int = 0


def _asked(method: Method, call: _Call) -> _Call:
    if not call.questions:
        return call
    texts = [question.window.text for question in call.questions]
    try:
        found: Sequence[Any] = method.ask(texts, call.language, alone=call.key is None)
    except AwsmlError as error:
        if _shared(error):
            raise
        found = [error] * len(texts)
    for question, answer in zip(call.questions, found, strict=True):
        question.answer = answer
    return call


def _shared(error: AwsmlError) -> bool:
    """Whether every other document would meet ERROR too: of thousands of lines, none gets to where nobody answers."""
    return batch.shared(error) or (isinstance(error, ServiceError) and error.code in UNREACHED)


class _Packer:
    """Packs windows into calls: a call goes out when it is full, when the source is silent, and at the end."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.count = 0  # of documents
        self.opened: list[_Open] = []
        self.filling: dict[Hashable, _Call] = {}

    def calls(self, documents: Iterable[Document | None]) -> Iterator[_Call]:
        """The calls for DOCUMENTS. What cannot be read is raised when all before it has been sent."""
        try:
            for document in documents:
                if document is None:
                    yield from self._flush()
                else:
                    yield from self._document(document)
        except AwsmlError:
            yield from self._flush()
            raise
        yield from self._flush()

    def _document(self, document: Document) -> Iterator[_Call]:
        opened = _Open(document)
        self.opened.append(opened)
        if document.row is not None and document.row.error is not None:
            opened.error = document.row.error
        else:
            try:
                yield from self._windows(opened)
            except AwsmlError as error:
                if _shared(error):
                    raise
                opened.error = error
        opened.closed = True
        self.count += 1
        oldest = next(iter(self.filling.values()), None)
        if oldest is not None and self.count - oldest.begun > MOST_BEHIND:
            yield self._sent(oldest)
        elif len(self.opened) > MOST_BEHIND:  # blank ones
            yield self._sent(_Call(None, ""))

    def _windows(self, opened: _Open) -> Iterator[_Call]:
        whole = self.method.whole(opened.document)
        if whole is not None:
            call = self._add(opened, whole)
            opened.closed = True
            if call is not None:
                yield call
            return
        for window in self.method.windows(opened.document):
            if window is None:
                yield from self._flush()
            elif not window.text:
                opened.questions.append(_Question(window, {}))
            elif (call := self._add(opened, window)) is not None:
                yield call

    def _add(self, opened: _Open, window: Window) -> _Call | None:
        """Put WINDOW into a call; give the call where it is full."""
        if opened.language is None:
            opened.language = self.method.language(opened.document, window)
        question = _Question(window)
        opened.questions.append(question)
        key = self.method.key(window, opened.language)
        if key is None:
            return self._sent(_Call(None, opened.language, [question]))
        call = self.filling.get(key)
        if call is None:
            call = self.filling[key] = _Call(key, opened.language, begun=self.count)
        call.questions.append(question)
        return self._sent(call) if len(call.questions) == self.method.most else None

    def _sent(self, call: _Call) -> _Call:
        self.filling.pop(call.key, None)
        call.opened, self.opened = self.opened, []
        return call

    def _flush(self) -> Iterator[_Call]:
        for call in list(self.filling.values()):
            yield self._sent(call)
        yield self._sent(_Call(None, ""))
