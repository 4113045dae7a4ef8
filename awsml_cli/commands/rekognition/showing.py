"""`awsml rekognition labels`, `properties` and `text`: what a picture shows, its colours, the words on it."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli.pictures import MARKED, Beside, BesideOptions, HowOptions, WayOptions
from awsml_cli.commands.rekognition.choices import SureOption, at_least
from awsml_cli.commands.rekognition.group import app, look
from awsml_cli.core.errors import UsageError
from awsml_cli.core.limits import REKOGNITION_COLOURS
from awsml_cli.core.record import Listing, Many
from awsml_cli.core.session import Session
from awsml_cli.services import rekognition as service


def _names(option: str, what: str) -> object:
    return typer.Option(option, metavar="NAMES", help=what)


@app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition street.jpg
    awsml rekognition labels photos/ --include Person,Car --min-confidence 90 -f csv > photos.csv
    awsml rekognition street.jpg --annotate marked.png --crop people/ --include Person
    awsml rekognition photos/ | cut -f2 | sort | uniq -c""",
)
def labels(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    include: Annotated[list[str] | None, _names("--include", "These labels alone: Person,Car.")] = None,
    exclude: Annotated[list[str] | None, _names("--exclude", "None of these labels.")] = None,
    categories: Annotated[
        list[str] | None, _names("--categories", "Labels of these categories alone: 'Animals and Pets'.")
    ] = None,
    without: Annotated[list[str] | None, _names("--without", "No label of these categories.")] = None,
    max_labels: Annotated[
        int | None, typer.Option("--max-labels", metavar="N", min=1, help="The N surest of a picture.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="ARN", help="Ask a Custom Labels model of your own, which runs.")
    ] = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Say what PICTURE shows: label, confidence, number of places, parents, categories."""
    if model is not None:
        if include or exclude or categories or without:
            raise UsageError("--model finds its own labels alone", hint="leave --include and the like out")
        asked = service.custom(model)
    else:
        asked = service.labels(
            include=include or (), exclude=exclude or (), categories=categories or (), without=without or ()
        )
    return look(session, asked, service.Look(at_least(min_confidence), max_labels), way, how, beside)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml rekognition properties street.jpg
    awsml rekognition properties photos/ -f jsonl | jq -r '[.input, .image_properties.quality.sharpness] | @tsv'""",
)
def properties(
    session: Session,
    *,
    way: WayOptions,
    max_colors: Annotated[
        int | None,
        typer.Option("--max-colors", metavar="N", min=1, max=REKOGNITION_COLOURS, help="No more than N colours."),
    ] = None,
    how: HowOptions,
) -> Many | Listing:
    """Find the colours of PICTURE, and in json how bright, sharp and rich in contrast it is."""
    return look(session, service.properties(colours=max_colors), service.Look(), way, how, Beside())


@app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition text street.jpg
    awsml rekognition text street.jpg --words --area 0,0,1,0.5
    awsml rekognition text street.jpg --blur safe.jpg
    awsml rekognition text street.jpg | cut -f1 | awsml translate --to es""",
)
def text(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    words: Annotated[bool, typer.Option("--words", help="Word by word instead of lines.")] = False,
    area: Annotated[
        list[str] | None,
        typer.Option(
            "--area", metavar="PLACE", help="Look here alone: LEFT,TOP,WIDTH,HEIGHT or corners, as shares; up to ten."
        ),
    ] = None,
    min_height: Annotated[
        float | None, typer.Option("--min-height", metavar="SHARE", help="Words at least so high: 0.02.")
    ] = None,
    min_width: Annotated[
        float | None, typer.Option("--min-width", metavar="SHARE", help="Words at least so wide.")
    ] = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Read the words on PICTURE: text, confidence, kind, place."""
    asked = service.text(height=min_height, width=min_width, areas=area or ())
    return look(session, asked, service.Look(at_least(min_confidence), words=words), way, how, beside)
