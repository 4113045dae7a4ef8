"""The words that say what a translation is to be: languages, given words, manner, the form of the input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli.app import Joined
from awsml_cli.commands.translate.terminology import read
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.services import translate as service
from awsml_cli.services.translate import terminologies, terms
from awsml_cli.services.translate.wanted import Wanted

TargetOption = Annotated[
    list[str], typer.Option("--to", metavar="CODE", help="Language to translate into, as es or fr-CA; several: es,fr.")
]
SourceOption = Annotated[
    str, typer.Option("--from", metavar="CODE", help="Language of the text; auto finds out, once.")
]
ParallelOption = Annotated[
    list[str] | None,
    typer.Option("--parallel-data", metavar="NAME", help="Of a job, take over the manner of this; may be repeated."),
]
IntoOption = Annotated[str | None, typer.Option("--into", metavar="S3URI", help="Of a job, the folder for its answer.")]
RoleOption = Annotated[
    str | None, typer.Option("--role", metavar="ARN", help="Of a job, the role that lets AWS read and write there.")
]


def manner(
    terminology: Annotated[
        str | None, typer.Option("--terminology", metavar="NAME", help="Use this terminology.")
    ] = None,
    term: Annotated[
        list[str] | None,
        typer.Option("--term", metavar="WORD=TRANSLATION", help="Translate this so; may be repeated."),
    ] = None,
    glossary: Annotated[
        Path | None, typer.Option("--glossary", metavar="FILE", help="Translate the terms of FILE (CSV, TSV, TMX) so.")
    ] = None,
    formality: Annotated[
        str | None, typer.Option("--formality", help="How people are spoken to: formal or informal.")
    ] = None,
    mask_profanity: Annotated[bool, typer.Option("--mask-profanity", help="Mask profane words.")] = False,
    brevity: Annotated[bool, typer.Option("--brevity", help="Prefer a shorter translation.")] = False,
) -> dict[str, Any]:
    """Words that are given, and the manner."""
    words = {"--terminology": terminology, "--term": term, "--glossary": glossary}
    if len(said := [name for name, value in words.items() if value]) > 1:
        raise UsageError(f"{said[0]} and {said[1]} cannot both be: a request takes one terminology")
    return {
        "terminology": terminology,
        "term": term,
        "glossary": glossary,
        "formality": formality,
        "profanity": mask_profanity,
        "brevity": brevity,
    }


def shape(
    kind: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help="What the input is, where that does not show, as md, srt or po."),
    ] = None,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="PATH", help="Of JSON, the values there alone, as $.a[*].b; may be repeated."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="NAME", help="Of a CSV file, this column alone; may be repeated."),
    ] = None,
    via: Annotated[
        str,
        typer.Option(
            "--via", help="How: as is best (auto), as texts (text), in one request (document), a job (batch)."
        ),
    ] = "auto",
) -> service.Form:
    """How a file is read. Raises UsageError."""
    form = service.Form(kind, tuple(path or ()), tuple(column or ()), via)
    form.check()
    return form


MannerOptions = Annotated[dict[str, Any], Joined(manner)]
FormOptions = Annotated[service.Form, Joined(shape)]


def languages_of(target: list[str]) -> list[str]:
    """The languages that `--to`, once or more often, names. Raises UsageError for none."""
    targets = list(dict.fromkeys(code.strip() for each in target for code in each.split(",") if code.strip()))
    if not targets:
        raise UsageError("--to names no language", hint="--to es")
    return targets


def wanted_in(session: Session, manner: dict[str, Any], source: str, target: str, targets: list[str]) -> Wanted:
    """What is wanted in TARGET; terms for this run are made at AWS once, for all TARGETS."""
    made = Wanted(
        target,
        source,
        manner["terminology"],
        formality=manner["formality"],
        profanity=manner["profanity"],
        brevity=manner["brevity"],
    )
    made.check(session)
    found: terms.Terms | None = None
    if manner["glossary"] is not None:
        found = read(manner["glossary"])
    elif manner["term"]:
        found = terms.given(manner["term"], source=source, targets=targets)
    if found is None:
        return made
    kept = found
    name = "-" if session.dry_run else session.once("terms", lambda: terminologies.temporary(session, kept))
    return replace(made, terminology=name, terms=kept.key)
