"""An endpoint asked about many lines: several in a request, several requests at a time, an answer for each line."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from awsml_cli.core import documents
from awsml_cli.core.documents import Answer, Document, Window
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.limits import SAGEMAKER_INVOKE_BYTES
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import invoking
from awsml_cli.services.sagemaker.remote.invoking import Asked

COLUMN: Final = "answer"
MOST: Final = documents.MOST_BEHIND  # lines of one request
_JSON: Final = "application/json"


@dataclass(frozen=True)
class Lines:
    """How lines are asked about: as ASKED says, BATCH of them in a request.

    Without a batch, each line is a request as it stands. With one, lines of JSON go as one array, all others one below
    the other, and the answer has to have as many members, or lines.
    """

    asked: Asked
    batch: int | None = None
    workers: int = 4

    @property
    def of_json(self) -> bool:
        """Whether a line is a JSON value."""
        return self.asked.content_type.partition(";")[0].strip().lower() == _JSON


def plan(lines: Lines, found: Iterable[Document | None]) -> list[Step]:
    """What asking would call."""
    count = sum(1 for one in found if one is not None and one.text.strip())
    return [step("sagemaker:InvokeEndpoint", lines.asked.name, calls=-(-count // (lines.batch or 1)))]


def answers(session: Session, lines: Lines, found: Iterable[Document | None]) -> Iterator[list[Answer]]:
    """The answers to the lines FOUND, in their order. A line that fails has its error, and the others go on."""
    return documents.answers(_Method(session, lines), found, workers=lines.workers)


class _Method:
    """Lines of one kind, which may share a request."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session, self._lines = session, lines
        self.most = lines.batch or 1

    def whole(self, document: Document) -> Window | None:
        text = document.text
        return Window(text, 0, 0, text) if text.strip() else None

    def windows(self, document: Document) -> Iterator[Window | None]:
        return iter(())  # a blank line is not asked about

    def key(self, window: Window, language: str) -> Hashable:
        return ""

    def language(self, document: Document, window: Window) -> str:
        return ""

    def reading(self, language: str) -> _Reading:
        return _Reading()

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        """The answer, or the error, for each of TEXTS."""
        found: list[Any] = [self._unfit(text) for text in texts]
        fit = [number for number, error in enumerate(found) if error is None]
        for number, answer in zip(fit, self._asked([texts[number] for number in fit]), strict=True):
            found[number] = answer
        return found

    def _unfit(self, text: str) -> AwsmlError | None:
        """What is wrong with a line that would not stay one in a request with others."""
        if self._lines.batch is None or not self._lines.of_json:
            return None
        try:
            json.loads(text)
        except (ValueError, RecursionError) as problem:
            return InputError(f"the line is not JSON: {problem}")
        return None

    def _asked(self, texts: list[str]) -> list[Any]:
        """Ask about TEXTS together; about halves of them where that is too much, or where the model fails."""
        if not texts:
            return []
        body = self._body(texts)
        if len(body) > SAGEMAKER_INVOKE_BYTES and len(texts) > 1:
            return self._halves(texts)
        try:
            answer, kind = invoking.invoke(self._session, replace(self._lines.asked, body=body))
            return _parted(answer, kind, len(texts), whole=self._lines.batch is None)
        except ServiceError as error:
            if error.code != "ModelError":
                raise
            return self._halves(texts) if len(texts) > 1 else [error]
        except InputError as error:
            if error.shared:
                raise
            return [error]

    def _halves(self, texts: list[str]) -> list[Any]:
        middle = len(texts) // 2
        return [*self._asked(texts[:middle]), *self._asked(texts[middle:])]

    def _body(self, texts: list[str]) -> bytes:
        if self._lines.batch is not None and self._lines.of_json:
            return f"[{','.join(texts)}]".encode()
        return "\n".join(texts).encode()


class _Reading:
    """The answer about a line."""

    def __init__(self) -> None:
        self._answer: Any = None

    def add(self, window: Window, answer: Any) -> None:
        self._answer = answer

    def take(self) -> Sequence[Sequence[Any]]:
        return ()

    def close(self, document: Document) -> Answer:
        value, text = self._answer
        return Answer(document, fields={COLUMN: value}, rows=[[text]], raw=value)


def _parted(body: bytes, kind: str, count: int, *, whole: bool) -> list[tuple[Any, str]]:
    """The COUNT answers in BODY, each as a value and as one line of text; all of it is one where WHOLE.

    Raises ServiceError, which all lines share, where there are more or fewer.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _for_all(
            ServiceError(
                "the answer is binary, and lines are text", hint="ask without --lines, or for text: --accept text/csv"
            )
        ) from None
    kind = kind.partition(";")[0].strip().lower()
    read = _line if kind == "text/plain" else _value
    if whole:
        return [(read(text), _line(text))]
    if kind == _JSON:
        value = _value(text)
        values = _members(value, count)
        if values is not None:
            return [(one, json.dumps(one, ensure_ascii=False)) for one in values]
        many = f"{len(value)} answers" if isinstance(value, list) else "one answer"
    else:
        found = text.splitlines()
        if len(found) == count:
            return [(read(line), line) for line in found]
        many = f"{len(found)} answers"
    raise _for_all(
        ServiceError(
            f"the model gave {many} to {count} lines sent together", hint="leave out --batch: each line by itself"
        )
    )


def _members(value: Any, count: int) -> list[Any] | None:
    """The list of COUNT in VALUE: itself, or its one member that is such (as `predictions`)."""
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list) and len(one) == count]
        value = lists[0] if len(lists) == 1 else None
    return value if isinstance(value, list) and len(value) == count else None


def _value(text: str) -> Any:
    """TEXT as the JSON that it is, else as itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _line(text)


def _line(text: str) -> str:
    """TEXT on one line: line N of the answers belongs to line N of the questions."""
    return " ".join(text.splitlines())


def _for_all(error: ServiceError) -> ServiceError:
    error.shared = True
    return error
