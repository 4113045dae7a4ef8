"""`awsml textract text`, `tables`, `forms` and so on: documents into what stands in them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli.destination import refuse_over
from awsml_cli.cli.readings import (
    ROWS,
    BesideOptions,
    HowOptions,
    LookOptions,
    WayOptions,
    as_wanted,
    bytes_of,
    drawn,
    lines_of,
    one_file_each,
)
from awsml_cli.commands.textract.group import ALL, PLAIN, TABLES, TEXT, app
from awsml_cli.commands.textract.many import check_figures, outcomes_of, planned, read_all
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Many
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services import textract as service

FeaturesOption = Annotated[
    list[str] | None,
    typer.Option("--features", metavar="NAMES", help="Ask for these too: tables, forms, signatures, layout."),
]
ReviewOption = Annotated[
    str | None,
    typer.Option(
        "--human-review", metavar="FLOW", help="Let people of this A2I flow look, where its conditions say so."
    ),
]
AdapterOption = Annotated[
    list[str] | None, typer.Option("--adapter", metavar="ID:VERSION", help="Ask an adapter of yours.")
]


@app.command(
    formats=TEXT,
    keeps=True,
    many=True,
    examples="""
    awsml textract scan.pdf
    awsml textract scan.pdf -f md --features layout,tables > scan.md
    awsml textract scan.pdf -o searchable.pdf
    awsml textract scans/ -o texts/
    awsml textract letter.png | awsml translate --to es""",
)
def text(
    session: Session,
    *,
    way: WayOptions,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Read the text of DOCUMENT, pages parted by a form feed."""
    wanted = service.features(features or ())
    if human_review and not wanted:
        raise UsageError("people look at an analysis, not at plain text", hint="--features forms, or textract forms")
    asked = service.Asked("analysis" if wanted else "text", wanted, flow=human_review)
    return read_all(session, asked, "text", way, look, how, beside)


@app.command(
    formats=TABLES,
    keeps=True,
    many=True,
    examples="""
    awsml textract tables report.pdf
    awsml textract tables report.pdf -o report.xlsx
    awsml textract tables report.pdf -o tables/
    awsml textract tables report.pdf --merge-tables -f json | jq -r '.tables[0].rows[0][0]'""",
)
def tables(
    session: Session,
    *,
    way: WayOptions,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing | None:
    """Find the tables, as CSV, an empty line between two."""
    asked = service.Asked("analysis", service.features(["tables", *(features or ())]), flow=human_review)
    look = replace(look, drawn=drawn) if how.draws else look
    if how.folder and how.format in ROWS and not session.dry_run:
        check_figures(asked, beside)
        asked = replace(asked, pages=way.pages)
        approve(session, lambda: planned(session, asked, way, [source for source in way.sources if source.path]))
        outcomes = outcomes_of(session, asked, "tables", way, look, how, beside)
        one_file_each(outcomes, how, several=len(way.sources) > 1)
        return None
    return read_all(session, asked, "tables", way, look, how, beside)


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="""
    awsml textract forms application.png
    awsml textract forms application.png -f json | jq .form
    awsml textract forms application.png | cut -f2
    awsml textract forms application.png --human-review my-flow""",
)
def forms(
    session: Session,
    *,
    way: WayOptions,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find the fields of a form: key, TAB, value."""
    asked = service.Asked("analysis", service.features(["forms", *(features or ())]), flow=human_review)
    return read_all(session, asked, "forms", way, look, how, beside)


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="""
    awsml textract ask invoice.pdf -Q 'total=What is the total?'
    awsml textract ask invoice.pdf -Q 'What is the due date?' -Q 'Who is it from?' -f json | jq .answers""",
)
def ask(
    session: Session,
    *,
    way: WayOptions,
    question: Annotated[
        list[str] | None,
        typer.Option("-Q", "--question", metavar="[NAME=]TEXT", help="What to ask of all pages; may be repeated."),
    ] = None,
    questions_from: Annotated[
        Path | None, typer.Option("--questions-from", metavar="FILE", help="Read the questions there, one a line.")
    ] = None,
    adapter: AdapterOption = None,
    require: Annotated[bool, typer.Option("--require", help="Exit 7 where a question has no answer.")] = False,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Answer questions from DOCUMENT: question, TAB, answer."""
    if questions_from is not None:
        refuse_over(questions_from, how.files(way.sources))
    asked = service.Asked(
        "analysis",
        service.features(["queries", *(features or ())]),
        questions=tuple(_question(one) for one in (*(question or ()), *lines_of(questions_from))),
        adapters=tuple(service.adapter(one) for one in adapter or ()),
        flow=human_review,
    )
    return read_all(session, asked, "ask", way, look, how, beside, require=require)


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="""
    awsml textract layout report.pdf
    awsml textract layout report.pdf --features tables -o report.md
    awsml textract layout report.pdf --figures pictures/ -o report.md""",
)
def layout(
    session: Session,
    *,
    way: WayOptions,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Tell titles, headings, lists and paragraphs apart, in reading order."""
    asked = service.Asked("analysis", service.features(["layout", *(features or ())]), flow=human_review)
    return read_all(session, asked, "layout", way, look, how, beside)


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="awsml textract signatures contract.pdf",
)
def signatures(
    session: Session,
    *,
    way: WayOptions,
    features: FeaturesOption = None,
    human_review: ReviewOption = None,
    look: LookOptions,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find the signatures: page, confidence and place."""
    asked = service.Asked("analysis", service.features(["signatures", *(features or ())]), flow=human_review)
    return read_all(session, asked, "signatures", way, look, how, beside)


@app.command(
    formats=PLAIN,
    keeps=True,
    many=True,
    examples="""
    awsml textract expense receipt.jpg
    awsml textract expense receipts/ -f csv > receipts.csv""",
)
def expense(
    session: Session, *, way: WayOptions, look: LookOptions, beside: BesideOptions, how: HowOptions
) -> Many | Listing:
    """Read receipts and invoices: type, value and number of the line item."""
    return read_all(session, service.Asked("expense"), "expense", way, look, how, beside)


@app.command("id", formats=PLAIN, keeps=True, many=True, examples="awsml textract id licence.jpg")
def id_(
    session: Session, *, way: WayOptions, look: LookOptions, beside: BesideOptions, how: HowOptions
) -> Many | Listing:
    """Read US passports and driving licences: type, TAB, value."""
    return read_all(session, service.Asked("id"), "id", way, look, how, beside)


@app.command(
    "render",
    formats=ALL,
    many=True,
    examples="""
    awsml textract render scan.json -f md
    awsml textract render scan.json -o marked.png --source scan.pdf
    awsml textract render scan.json --as tables""",
)
def render_(
    session: Session,
    answer: Annotated[
        list[str] | None, typer.Argument(metavar="JSON", help="What Textract wrote, as -f raw keeps it.")
    ] = None,
    *,
    source: Annotated[
        Path | None, typer.Option("--source", metavar="FILE", help="The document, for formats that show its pages.")
    ] = None,
    as_: Annotated[str, typer.Option("--as", help=f"What to look at: {', '.join(service.VIEWS)}.")] = "text",
    look: LookOptions,
    how: HowOptions,
) -> Many:
    """Render an answer that is here already, offline."""
    if as_ not in service.VIEWS:
        raise UsageError(f"unknown view `{as_}`", hint=f"--as {', '.join(service.VIEWS)}")
    if how.format == "pdf" and source is None:
        raise UsageError("a searchable PDF needs the pages themselves", hint="--source scan.pdf")
    found = sources.paths(sources.names(answer), endings=("json", "jsonl"))
    if source is not None:
        refuse_over(source, how.files(found))
    look = replace(look, drawn=drawn) if how.draws else look
    given = bytes_of(source) if source else None
    seen = replace(look, view=as_)
    seen = replace(seen, options=replace(look.options, source=given, source_name=source.name if source else ""))

    def one(where: Source) -> Any:
        made = service.offline(sources.read_bytes(where, session), seen)
        return made if how.format in ("csv", "tsv") else as_wanted(made, how, several=len(found) > 1)

    return Many(found, batch.each(found, one, jobs=1))


def _question(text: str) -> service.Question:
    named = re.match(r"(?P<name>\w[\w.-]{0,63})=(?P<text>.+)", text, re.S)
    return service.Question(named["text"], named["name"]) if named else service.Question(text)
