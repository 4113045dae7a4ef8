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
from awsml_cli.core.errors import AwsmlError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source, read_text
from awsml_cli.core.tables import Row, Table

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
) -> Iterator[Answer]:
    """What METHOD says about each of DOCUMENTS, in order, with WORKERS calls at a time.

    With `parts`, what is certain about a document comes before its end. The failure of one document is in its answer;
    one that all would share is raised.
    """
    waiting: deque[_Open] = deque()
    for call in batch.in_order(partial(_asked, method), _Packer(method).calls(documents), workers=workers):
        waiting.extend(call.opened)
        while waiting:
            head = waiting[0]
            if head.advance() and parts and head.error is None and (rows := head.reading_of(method).take()):
                yield Answer(head.document, rows=rows, last=False)
            if not head.ended:
                break
            waiting.popleft()
            yield head.answer(method)


class _Question:
    """A window, and what was answered about it."""

    __slots__ = ("answer", "document", "window")

    def __init__(self, document: _Open, window: Window) -> None:
        self.document = document
        self.window = window
        self.answer: Any = None


class _Open:
    """A document whose answer is not complete: `questions` are in the order of its windows."""

    __slots__ = ("closed", "document", "error", "language", "method", "questions", "reading")

    def __init__(self, document: Document, method: Method) -> None:
        self.document = document
        self.method = method
        self.questions: deque[_Question] = deque()
        self.closed = False
        self.error: AwsmlError | None = None
        self.language: str | None = None
        self.reading: Reading | None = None

    @property
    def ended(self) -> bool:
        return self.closed and not self.questions

    def reading_of(self, method: Method) -> Reading:
        if self.reading is None:
            self.reading = method.reading(self.language or "")
        return self.reading

    def advance(self) -> bool:
        """Read the answers that have come in; say whether there were any."""
        moved = False
        while self.questions and (answer := self.questions[0].answer) is not None:
            window = self.questions.popleft().window
            moved = True
            if self.error is not None:
                continue
            if isinstance(answer, AwsmlError):
                self.error = answer
            else:
                self.reading_of(self.method).add(window, answer)
        return moved

    def answer(self, method: Method) -> Answer:
        if self.error is not None:
            return Answer(self.document, error=self.error)
        if self.reading is None:
            return Answer(self.document)
        return self.reading.close(self.document)


@dataclass(slots=True)
class _Call:
    """Questions for one call, and the documents that were begun since the call before it."""

    key: Hashable
    language: str
    questions: list[_Question] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)


def _asked(method: Method, call: _Call) -> _Call:
    if not call.questions:
        return call
    texts = [question.window.text for question in call.questions]
    try:
        found: Sequence[Any] = method.ask(texts, call.language, alone=call.key is None)
    except AwsmlError as error:
        if batch.shared(error):
            raise
        found = [error] * len(texts)
    for question, answer in zip(call.questions, found, strict=True):
        question.answer = answer
    return call


class _Packer:
    """Packs windows into calls: a call goes out when it is full, when the source is silent, and at the end."""

    def __init__(self, method: Method) -> None:
        self.method = method
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
        opened = _Open(document, self.method)
        self.opened.append(opened)
        if document.row is not None and document.row.error is not None:
            opened.error = document.row.error
        else:
            try:
                for window in self.method.windows(document):
                    if window is None:
                        yield from self._flush()
                    else:
                        yield from self._window(opened, window)
            except AwsmlError as error:
                if batch.shared(error):
                    raise
                opened.error = error
        opened.closed = True
        if len(self.opened) > MOST_BEHIND:  # blank ones, or one call is long in filling
            yield self._sent(next(iter(self.filling.values()), _Call(None, "")))

    def _window(self, opened: _Open, window: Window) -> Iterator[_Call]:
        question = _Question(opened, window)
        if not window.text:
            question.answer = {}
            opened.questions.append(question)
            return
        if opened.language is None:
            opened.language = self.method.language(opened.document, window)
        opened.questions.append(question)
        key = self.method.key(window, opened.language)
        call = self.filling.get(key) if key is not None else None
        if call is None:
            call = _Call(key, opened.language)
            if key is not None:
                self.filling[key] = call
        call.questions.append(question)
        if key is None or len(call.questions) == self.method.most:
            if opened.document.row is not None and window.own + len(window.segment) == len(opened.document.row.text):
                opened.closed = True
            yield self._sent(call)

    def _sent(self, call: _Call) -> _Call:
        self.filling.pop(call.key, None)
        call.opened, self.opened = self.opened, []
        return call

    def _flush(self) -> Iterator[_Call]:
        for call in list(self.filling.values()):
            yield self._sent(call)
        yield self._sent(_Call(None, ""))
