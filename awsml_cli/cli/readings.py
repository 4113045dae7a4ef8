"""Documents that are read: the options that all commands about them share, and how what they found is shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Protocol, runtime_checkable

import typer

from awsml_cli.cli import cells, destination, options, report, streams
from awsml_cli.cli.app import Joined
from awsml_cli.core import sources
from awsml_cli.core.errors import CheckFailed, InputError, PartialFailure, UsageError
from awsml_cli.core.limits import TEXTRACT_FORMATS
from awsml_cli.core.record import Listing, Outcome
from awsml_cli.core.sources import Source
from awsml_cli.core.spans import EVERY_PAGE, Pages, pages
from awsml_cli.formats.blocks import RENDERERS, Look, Options

ROWS: Final = ("auto", "text", "table", "csv", "tsv")  # formats in which a document is as many records as it has lines


@runtime_checkable
class Seen(Protocol):
    """A document that was read, as its command looks at it."""

    @property
    def view(self) -> Any:
        """What is looked at."""

    @property
    def unanswered(self) -> list[str]:
        """The questions without an answer."""

    def listing(self) -> Listing:
        """Its lines as records."""

    def tables(self, format: str) -> list[tuple[str, str]]:
        """Each of its tables with a name, as text."""


@dataclass(frozen=True)
class How:
    """What the common options say about the answer."""

    format: str
    output: str | None
    query: str | None

    @property
    def folder(self) -> bool:
        """Whether it goes into a folder."""
        return destination.Destination(self.format, self.output).folder

    def files(self, sources: Sequence[Source]) -> list[Path]:
        """The files of the answers about SOURCES; none where they go to stdout. Raises UsageError."""
        return destination.Destination(self.format, self.output).files(sources) or []

    @property
    def draws(self) -> bool:
        """Whether a table is drawn for a person."""
        watched = self.format == "auto" and self.output is None and streams.is_terminal(sys.stdout)
        return watched or self.format == "table"


def how(ctx: typer.Context) -> How:
    """The common options as they were given."""
    words = ctx.params
    settled = destination.settle(words["format"], words["output"], own=RENDERERS)
    return How(settled.format, settled.output, words["query"])


def look(
    min_confidence: Annotated[
        str | None, typer.Option("--min-confidence", help="Leave out what is less sure: 0.9, 90 or 90%.")
    ] = None,
    merge_tables: Annotated[
        bool, typer.Option("--merge-tables", help="Join a table that goes on over a page's end.")
    ] = False,
    repeat_merged: Annotated[
        bool, typer.Option("--repeat-merged", help="Write a merged cell's text into each of its places.")
    ] = False,
    furniture: Annotated[
        bool, typer.Option("--furniture", help="Keep headers, footers and page numbers in md and html.")
    ] = False,
) -> Look:
    """How a document is shown."""
    return Look(
        options=Options(repeat_merged=repeat_merged, furniture=furniture),
        min_confidence=options.confidence(min_confidence) * 100 if min_confidence is not None else 0.0,
        merge_tables=merge_tables,
    )


@dataclass(frozen=True)
class Way:
    """Which documents are read, and by which way."""

    sources: list[Source]
    pages: Pages = EVERY_PAGE
    via: str = "auto"
    bucket: str | None = None
    timeout: float | None = None
    wait: bool = True
    scale: bool = False
    jobs: int = 4


def way(
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOCUMENT", help="Files, folders, globs, s3://BUCKET/KEY, or - for stdin."),
    ] = None,
    chosen: Annotated[str, typer.Option("--pages", metavar="PAGES", help="Read these alone: 1-3, 5 or 1,4-.")] = "*",
    via: Annotated[
        str, typer.Option("--via", help="How: sync (one call), async (a job), pages (page by page), or auto.")
    ] = "auto",
    bucket: options.BucketOption = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Make a picture of more than 10,000 pixels a side smaller.")
    ] = False,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Way:
    """The documents, and how they are read."""
    wanted = pages(chosen)
    if not wait and not wanted.all:
        raise UsageError("--pages does not go with --no-wait", hint="leave one of them out")
    names = sources.names(documents, files_from=files_from, null=null)
    return Way(sources.paths(names, endings=TEXTRACT_FORMATS), wanted, via, bucket, timeout, wait, scale, jobs)


@dataclass(frozen=True)
class Beside:
    """What else is written of each document: pictures of what was found, and a row in a database."""

    crop: Path | None = None
    database: Path | None = None
    figures: Path | None = None

    @property
    def needs_source(self) -> bool:
        """Whether it shows the pages themselves."""
        return self.crop is not None or self.figures is not None

    def links(self, source: Source, output: str | None) -> str | None:
        """How the addresses of SOURCE's figures begin in the Markdown that goes to OUTPUT; None where none are cut."""
        if self.figures is None:
            return None
        made = destination.Destination("md", output).files([source])
        begin = self.figures / source.relative.parent / f"{source.relative.stem}-"
        return Path(os.path.relpath(begin, made[0].parent) if made else begin).as_posix()


def beside(
    crop: Annotated[
        Path | None, typer.Option("--crop", metavar="DIR", help="Cut what was found out of the pages, as PNG.")
    ] = None,
    database: Annotated[
        Path | None, typer.Option("--sqlite", metavar="DB", help="Put the text into a database that can be searched.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", help="Cut the figures of the layout out, as PNG that -f md links."),
    ] = None,
) -> Beside:
    """What else is written."""
    for name, folder in (("crop", crop), ("figures", figures)):
        if folder is not None and folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is no folder", hint=f"--{name} pictures/")
    return Beside(crop, database, figures)


def into_folder(folder: Path, source: Source, made: Iterable[tuple[str, bytes]], ending: str) -> None:
    """Write what was MADE of SOURCE, each with a name, into FOLDER, where SOURCE would stand in it."""
    place = folder / source.relative.parent
    for name, data in made:
        with streams.file(place / f"{source.relative.stem}-{name}.{ending}") as out:
            out.bytes(data)


BesideOptions = Annotated[Beside, Joined(beside)]
HowOptions = Annotated[How, Joined(how)]
LookOptions = Annotated[Look, Joined(look)]
WayOptions = Annotated[Way, Joined(way)]


def shown(outcomes: Iterator[Outcome], how: How, *, several: bool, require: bool = False) -> Iterator[Outcome]:
    """OUTCOMES, each document as the format wants it; with REQUIRE, CheckFailed where a question has no answer."""
    missing: list[str] = []
    for outcome in outcomes:
        made: Any = outcome.value
        if isinstance(made, Seen):
            missing += made.unanswered
            made = as_wanted(made, how, several=several)
        yield replace(outcome, value=made)
    if require and missing:
        more = f" and {len(missing) - 1} more questions" if len(missing) > 1 else ""
        raise CheckFailed(f"there is no answer to `{missing[0]}`{more}")


def as_wanted(made: Seen, how: How, *, several: bool) -> Any:
    """The document as one record, or as many as its view has lines."""
    if how.query is not None or how.format not in ROWS:
        return made
    if made.view.prose is None:
        return made.listing()
    if made.view.keys:  # tables
        return made.listing() if several and how.output is None and how.format in ("auto", "text") else made
    return made.listing() if how.format == "csv" else made


def one_file_each(outcomes: Iterator[Outcome], how: How, *, several: bool) -> None:
    """Write each table of each document into a file of its own. Raises PartialFailure where some of SEVERAL failed."""
    format = how.format if how.format in ("csv", "tsv") else "csv"
    place = destination.Destination(format, how.output)
    failed = done = 0
    for outcome in outcomes:
        if outcome.error is not None:
            if not several:
                raise outcome.error
            report.error_line(outcome.error, about=f"{outcome.source.name}: ")
            failed += 1
        elif isinstance(outcome.value, Seen):
            done += 1
            texts = outcome.value.tables(format)
            made = [replace(outcome.source, path=None, relative=_beside(outcome.source, name)) for name, _ in texts]
            for path, (_, content) in zip(place.files(made) or (), texts, strict=True):
                with streams.file(path) as out:
                    out.text(content)
    if failed:
        raise PartialFailure(f"{failed} of {failed + done} failed; the others are done")


def _beside(source: Source, name: str) -> PurePath:
    return source.relative.with_name(f"{source.relative.stem}-{name}.csv")


def drawn(rows: list[list[str]]) -> str:
    """A table for a person."""
    return cells.draw_table(rows[0], rows[1:], coloured=False) if rows else ""


def lines_of(path: Path | None) -> list[str]:
    """The lines of a file of text that are not blank; none where no file is named. Raises InputError."""
    try:
        text = bytes_of(path).decode("utf-8-sig") if path is not None else ""
    except UnicodeDecodeError as problem:
        raise InputError(f"{path} is not UTF-8 text: {problem}") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def bytes_of(path: Path) -> bytes:
    """The bytes of a file. Raises InputError."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
