"""The texts that a command was given, and in which form: one, many files, lines, a column of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.core import documents, sources
from awsml_cli.core.documents import Document
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Csv, JsonLines, Lines, Table
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice
from awsml_cli.formats.redacted import Redaction, by_tokens
from awsml_cli.formats.redaction import mask as masked
from awsml_cli.formats.redaction import tag

TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", help="The text; without it, or with -, stdin is read.")
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
TypesOption = Annotated[
    list[str] | None,
    typer.Option("--types", metavar="TYPE,…", help="Only these types, as NAME,EMAIL; may be repeated."),
]
MinConfidenceOption = Annotated[
    str | None,
    typer.Option("--min-confidence", metavar="SCORE", help="Only what is at least so sure: 0.9, 90 or 90%."),
]
MaskOption = Annotated[
    str | None, typer.Option("--mask", metavar="CHAR", help="Put this in the place of every character.")
]
TagsOption = Annotated[bool, typer.Option("--tags", help="Put the type there, as [NAME]; so it is if nothing is said.")]
TokensOption = Annotated[
    Path | None,
    typer.Option("--tokens", metavar="FILE", help="Put numbered tokens there; FILE will say for what."),
]


@dataclass(frozen=True)
class Texts:
    """What was given: where it comes from, and with `csv`, `jsonl` or `lines` that its rows are the texts."""

    sources: list[Source]
    lines: bool = False
    csv: str | None = None
    jsonl: str | None = None

    def table(self, *, cells: Sequence[str] = (), members: Sequence[str] = ()) -> Table | None:
        """A new reader of rows, to which CELLS or MEMBERS will be added; None where each source is one text."""
        if self.csv is not None:
            return Csv(self.csv, added=cells)
        if self.jsonl is not None:
            return JsonLines(self.jsonl, added=members)
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


def redaction(choice: Choice, *, mask: str | None, tags: bool, tokens: Path | None) -> Callable[[], Redaction]:
    """What makes the redaction that was asked for, once it is wanted. Raises UsageError where it is two."""
    if (mask is not None) + tags + (tokens is not None) > 1:
        raise UsageError("--mask, --tags and --tokens cannot be together", hint="choose one")
    if mask is not None and len(mask) != 1:
        raise UsageError("--mask takes one character", hint="--mask '*'")
    if tokens is not None:
        return lambda: by_tokens(TokenFile(tokens), choice)
    return lambda: Redaction(tag if mask is None else masked(mask), choice=choice)
