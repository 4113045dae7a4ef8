"""What a command says about documents, and what every way of writing it has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.cli import render, streams
from awsml_cli.core.documents import Answer
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Lines, Table

PLACE: Final = ("type", "text", "score", "begin_offset", "end_offset")


@dataclass(frozen=True)
class Documents:
    """What a command says about documents.

    `answers` gives what was found, all that is there at once, told whether to give parts before the end of a document
    and whether to keep its text; `columns` name the members of a row, of which a document gives several where
    `listed`; `added` makes the cells that a TABLE gets. Where `prose`, the rows are pieces of a text that stands for
    the document's own. Where `unknown`, the documents name their sources themselves.
    """

    sources: Sequence[Source]
    table: Table | None
    answers: Callable[[bool, bool], Iterator[list[Answer]]]
    columns: tuple[str, ...]
    added: Callable[[Mapping[str, Any]], dict[str, Any]]
    listed: bool = False
    prose: bool = False
    unknown: bool = False

    @property
    def several(self) -> bool:
        """Whether there may be more than one document."""
        return self.table is not None or len(self.sources) > 1 or self.unknown

    @property
    def marked(self) -> bool:
        """Whether rows are places in the text."""
        return self.columns[: len(PLACE)] == PLACE

    def name(self, answer: Answer) -> str | int:
        """The name of the document of ANSWER: its file, its line, or both."""
        number = answer.document.number
        if len(self.sources) == 1 and number and not self.unknown:
            return number
        return f"{answer.document.source.name}:{number}" if number else answer.document.source.name


class Gathered(streams.Output):
    """An output whose texts wait to be sent together: one system call for all that is there at once."""

    def __init__(self, out: streams.Output) -> None:
        self._out = out
        self._texts: list[str] = []
        self.terminal = out.terminal
        self.path = out.path

    def text(self, text: str) -> None:
        """Add TEXT to what waits."""
        self._texts.append(streams.without_controls(text) if self.terminal else text)

    def styled(self, text: str) -> None:
        """Add TEXT whose colours are ours."""
        self._texts.append(text)

    def send(self) -> None:
        """Write what waits."""
        if self._texts:
            texts, self._texts = self._texts, []
            self._out.styled("".join(texts))


class Writer:
    """Writes answers in one format; `parts` says whether it can use parts of one, `keep` whether it shows texts."""

    parts = False
    keep = False

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        self.value = value
        self.view = view
        self.out = out
        self.named = value.several and view.name_inputs

    def write(self, answer: Answer) -> None:
        """Write one answer."""
        raise NotImplementedError

    def blank(self, answer: Answer) -> None:
        """Write what stands for a document that is blank or failed: an empty line for a line."""
        if isinstance(self.value.table, Lines):
            self.out.text("\n")

    def close(self) -> None:
        """Write what stands at the end."""

    def fields(self, answer: Answer) -> dict[str, Any]:
        """The answer as plain data, with its input where there are several."""
        return {**({"input": self.value.name(answer)} if self.named else {}), **(answer.fields or {})}

    def rows(self, answer: Answer) -> Iterator[list[Any]]:
        """The rows, with their input where there are several."""
        before = [self.value.name(answer)] if self.named else []
        return ([*before, *row] for row in answer.rows)

    def heads(self) -> list[str]:
        """The names of the columns."""
        return [*(["input"] if self.named else []), *self.value.columns]
