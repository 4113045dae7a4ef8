"""AWS's answers about the windows of a text, put together to one about the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from awsml_cli.core.documents import Answer, Document, Window
from awsml_cli.core.errors import UsageError
from awsml_cli.core.keys import moved, plain, snake
from awsml_cli.formats.spans import Seam, Span
from awsml_cli.formats.windows import OVERLAP

Rows = list[tuple[Any, ...]]
Parts = Sequence[tuple[Window, Any]]


@dataclass(frozen=True)
class Choice:
    """Which of what was found is wanted: of these TYPES (all, if none), and with at least this confidence, 0 to 1."""

    types: frozenset[str] = frozenset()
    min_confidence: float = 0.0

    def wants(self, found: Mapping[str, Any]) -> bool:
        """Whether FOUND, as AWS gave it, is wanted."""
        return bool(found.get("Score", 1.0) >= self.min_confidence) and (
            not self.types or found.get("Type") in self.types
        )


def checked_types(types: Iterable[str], known: tuple[str, ...] | None) -> frozenset[str]:
    """TYPES in capitals, each name and each list with commas. Raises UsageError for one that is not KNOWN.

    With None, every type may be: those of a model of one's own.
    """
    if known is None:
        return frozenset(name for listed in types for name in listed.split(",") if name)
    names = [name.strip().upper().replace("-", "_") for listed in types for name in listed.split(",") if name.strip()]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise UsageError(
                f"there is no type `{name}`", hint=f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}"
            )
    return frozenset(names)


class OneReading:
    """Says one thing about a document: `compose` makes it of what was said about its parts, `row` rows of it."""

    def __init__(
        self, *, compose: Callable[[Parts], dict[str, Any]], row: Callable[[Mapping[str, Any]], Rows], language: str
    ) -> None:
        self._compose = compose
        self._row = row
        self._language = language
        self._found: list[tuple[Window, Any]] = []

    def add(self, window: Window, answer: Any) -> None:
        """Take an answer; there is none about blanks."""
        if answer:
            self._found.append((window, answer))

    def take(self) -> Rows:
        """Nothing is certain before the end."""
        return []

    def close(self, document: Document) -> Answer:
        """The answer about the whole; where there were several windows, they are its `parts`."""
        if not self._found:
            return Answer(document)
        raw = self._found[0][1] if len(self._found) == 1 else self._compose(self._found)
        fields: dict[str, Any] = plain(raw)
        if self._language:
            fields["language_code"] = self._language
        if len(self._found) > 1:
            fields["parts"] = [
                {"begin_offset": window.begin, "end_offset": window.begin + len(window.text), **plain(answer)}
                for window, answer in self._found
            ]
        return Answer(document, fields, self._row(fields), raw)


class SpanReading:
    """Finds places in a document: the members of AWS's list KEY.

    With `overlap`, what two windows saw is looked at in both; with `quoted`, the words are put in from the document,
    since AWS does not repeat them.
    """

    def __init__(
        self,
        key: str,
        *,
        row: Callable[[Mapping[str, Any]], Rows],
        choice: Choice,
        language: str = "",
        overlap: bool = False,
        quoted: bool = False,
    ) -> None:
        self._key = key
        self._row = row
        self._choice = choice
        self._language = language
        self._quoted = quoted
        self._seam = Seam() if overlap else None
        self._others: dict[str, Any] = {}
        self._found: list[Span] = []
        self._count = 0
        self._asked = False

    def add(self, window: Window, answer: Any) -> None:
        """Take what was found in WINDOW, moved to where it is in the document."""
        if not answer:
            self._settle([], window)
            return
        self._asked = True
        found: list[Span] = answer.get(self._key) or []
        if self._quoted and window.text:
            found = [{**span, "Text": window.text[span["BeginOffset"] : span["EndOffset"]]} for span in found]
        others = {name: value for name, value in answer.items() if name != self._key}
        if window.begin or self._count:
            found = moved(found, places=window.begin, numbers=self._count)
            others = moved(others, places=window.begin, numbers=self._count)
        self._count += len(found)
        for name, value in others.items():
            if isinstance(value, list):
                self._others[name] = [*self._others.get(name, ()), *value]
            else:
                self._others.setdefault(name, value)
        self._settle(found, window)

    def take(self) -> Rows:
        """The rows of what is certain."""
        found, self._found = self._found, []
        return self._rows(found)

    def close(self, document: Document) -> Answer:
        """The answer about the whole."""
        if not self._asked:
            return Answer(document)
        if self._seam is not None:
            self._found += self._seam.close()
        wanted = [span for span in self._found if self._choice.wants(span)]
        fields: dict[str, Any] = {snake(self._key): plain(wanted), **plain(self._others)}
        if self._language:
            fields["language_code"] = self._language
        return Answer(document, fields, self._rows(self._found), {self._key: self._found, **self._others})

    def _settle(self, found: list[Span], window: Window) -> None:
        if self._seam is None:
            self._found += found
            return
        end = window.own + len(window.segment)
        self._found += self._seam.add(found, begin=window.begin, settled=end if window.hard else end - OVERLAP)

    def _rows(self, found: Sequence[Span]) -> Rows:
        return [row for span in found if self._choice.wants(span) for row in self._row(span)]
