"""The texts that a command was given, and in which form: one, many files, lines, a column of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.core import documents, sources
from awsml_cli.core.documents import Document
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Csv, JsonLines, Lines, Table

TextArgument = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The text; without it, or with -, stdin is read.")
]
LinesOption = Annotated[bool, typer.Option("--lines", help="Every line is a text of its own.")]
CsvOption = Annotated[
    str | None,
    typer.Option(
        "--csv", metavar="COLUMN", help="Every row of a CSV has its text there; gives the CSV with more columns."
    ),
]
JsonlOption = Annotated[
    str | None,
    typer.Option(
        "--jsonl", metavar="FIELD", help="Every line is a JSON object with its text there; gives them with more fields."
    ),
]


@dataclass(frozen=True)
class Texts:
    """What was given: where it comes from, with `csv`, `jsonl` or `lines` that its rows are the texts, its language."""

    sources: list[Source]
    lines: bool = False
    csv: str | None = None
    jsonl: str | None = None
    language: str = "auto"

    def table(self, *, added: Sequence[str] = ()) -> Table | None:
        """A new reader of rows, that will get the columns ADDED; None where each source is one text."""
        if self.csv is not None:
            return Csv(self.csv, added=added)
        if self.jsonl is not None:
            return JsonLines(self.jsonl, added=added)
        return Lines() if self.lines else None

    def read(self, session: Session, table: Table | None, *, keep: bool = False) -> Iterator[Document | None]:
        """The documents."""
        return documents.read(self.sources, session, table, keep=keep)

    @property
    def name(self) -> str:
        """What to call all of them together."""
        return self.sources[0].name if len(self.sources) == 1 else f"{len(self.sources)} inputs"

    @property
    def known(self) -> bool:
        """Whether all of them can be read twice."""
        return not any(source.slow for source in self.sources)


def texts(
    text: TextArgument = None,
    *,
    file: options.FileOption = None,
    lines: LinesOption = False,
    csv: CsvOption = None,
    jsonl: JsonlOption = None,
) -> Texts:
    """The texts that a command was given. Raises UsageError for words that do not go together."""
    given = [name for name, value in (("--lines", lines), ("--csv", csv), ("--jsonl", jsonl)) if value]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} cannot both be", hint="a table is read in one way")
    found = sources.text(text, files=file or ())
    if csv is not None and len(found) > 1:
        raise UsageError("one CSV at a time: the rows of several have no head in common")
    return Texts(found, lines, csv, jsonl)


def texts_in_a_language(
    text: TextArgument = None,
    *,
    file: options.FileOption = None,
    lines: LinesOption = False,
    csv: CsvOption = None,
    jsonl: JsonlOption = None,
    language: options.LanguageOption = "auto",
) -> Texts:
    """The texts that a command was given, and the language that they are in."""
    return replace(texts(text, file=file, lines=lines, csv=csv, jsonl=jsonl), language=language)


Given = Annotated[Texts, Joined(texts)]
GivenInLanguage = Annotated[Texts, Joined(texts_in_a_language)]
