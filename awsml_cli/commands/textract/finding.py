"""`awsml textract redact`, `search` and `lending`: documents made safe, found again, and taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.readings import Beside, BesideOptions, HowOptions, LookOptions, WayOptions, into_folder, shown
from awsml_cli.commands.textract.group import PLAIN, SAFE, app
from awsml_cli.commands.textract.many import outcomes_of, planned, read_all
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Many, Outcome
from awsml_cli.core.session import Session
from awsml_cli.services import textract as service


@app.command(
    formats=SAFE,
    keeps=True,
    many=True,
    bare={"--pii": "all"},
    examples=r"""
    awsml textract redact contract.pdf --match 'Ann \w+' -o safe.pdf
    awsml textract redact letter.png --pii
    awsml textract redact scans/ --match '\d{3}-\d{2}-\d{4}' -f pdf -o safe/""",
)
def redact(
    session: Session,
    *,
    way: WayOptions,
    match: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="REGEX", help="Black out what this matches; may be repeated."),
    ] = None,
    pii: Annotated[
        str | None,
        typer.Option(
            "--pii", metavar="[=TYPES]", help="Black out what Comprehend takes for private: NAME,EMAIL or all."
        ),
    ] = None,
    language: options.LanguageOption = "en",
    features: Annotated[
        list[str] | None, typer.Option("--features", metavar="NAMES", help="Ask for these too: tables, forms, layout.")
    ] = None,
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Black out what is private, in the text and on the pages."""
    if not match and pii is None:
        raise UsageError("there is nothing to black out", hint="--match REGEX, or --pii")
    if how.format == "raw":
        raise UsageError("AWS's own answer is not redacted", hint="-f json")
    wanted = service.features(features or ())
    asked = service.Asked("analysis" if wanted else "text", wanted, pages=way.pages)
    service.check_redaction(match or (), pii=pii is not None, language=language)
    if session.dry_run:
        return Listing(iter(list(planned(session, asked, way, way.sources))), "Plan")
    approve(session, lambda: planned(session, asked, way, [source for source in way.sources if source.path]))
    types = None if pii is None else [] if pii == "all" else [part.strip().upper() for part in pii.split(",")]

    def masked(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            made: Any = outcome.value
            if isinstance(made, service.Reading):
                made = service.redact(session, made, patterns=match or (), pii=types, language=language)
            yield replace(outcome, value=made)

    return Many(way.sources, masked(outcomes_of(session, asked, "text", way, look, how, Beside())))


@app.command(
    examples="""
    awsml textract scans/ --sqlite scans.db
    awsml textract search scans.db train
    awsml textract search scans.db 'train NOT plane' -f json""",
)
def search(
    session: Session,
    database: Annotated[Path, typer.Argument(metavar="DB", help="What --sqlite has made.")],
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for, as SQLite's FTS5 takes it.")],
) -> Listing:
    """Search the documents that --sqlite has put into DB."""
    return service.search(database, " ".join(words))


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="""
    awsml textract lending package.pdf -f json | jq .summary
    awsml textract lending package.pdf --split parts/""",
)
def lending(
    session: Session,
    *,
    way: WayOptions,
    split: Annotated[
        Path | None, typer.Option("--split", metavar="DIR", help="Write each document of the application as a PDF.")
    ] = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Sort the pages of a mortgage application, and read their fields."""
    if split is None or session.dry_run:
        return read_all(session, service.Asked("lending"), "lending", way, look, how, beside)
    asked = service.Asked("lending", pages=way.pages)
    approve(session, lambda: planned(session, asked, way, [source for source in way.sources if source.path]))
    look = replace(look, needs_source=True)

    def written(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            if isinstance(outcome.value, service.Reading):
                into_folder(split, outcome.source, outcome.value.parts(), "pdf")
            yield outcome

    found = written(outcomes_of(session, asked, "lending", way, look, how, beside))
    return Many(way.sources, shown(found, how, several=len(way.sources) > 1))
