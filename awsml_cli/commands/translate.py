"""`awsml translate`: text into another language."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.core import batch, sources
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Blob, Listing, Many, Parts
from awsml_cli.core.session import Session
from awsml_cli.services import translate as service

app = CommandGroup("Text to text in another language with Amazon Translate.", default="text")

TextArgument = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The text; without it, or with -, stdin is read.")
]
TargetOption = Annotated[str, typer.Option("--to", metavar="CODE", help="Language to translate into, as es or fr-CA.")]
SourceOption = Annotated[
    str, typer.Option("--from", metavar="CODE", help="Language of the text; auto finds out, once.")
]


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml translate --to es "Where is the station?"
    awsml translate --to fr < letter.txt
    awsml translate --to de --file 'docs/*.txt' -o docs.de/
    awsml transcribe talk.mp3 -f vtt | awsml translate --to es | awsml polly --fit > dubbed.mp3
    git log -1 --format=%B | awsml translate --to ja | awsml polly > log.mp3""",
)
def text(
    session: Session,
    text: TextArgument = None,
    *,
    target: TargetOption,
    source: SourceOption = "auto",
    file: options.FileOption = None,
) -> Many | Listing:
    """Translate TEXT, stdin or files of any length, in the form they have."""
    found = sources.text(text, files=file or ())
    if session.dry_run:
        return Listing((service.plan(one.name, sources.read_text(one, session)) for one in found), "Plan")
    approve(session, lambda: [service.plan(one.name, sources.read_text(one, session)) for one in found if not one.slow])

    def one(origin: sources.Source) -> Parts | Blob:
        return service.translate_source(session, origin, source=source, target=target)

    return Many(found, batch.each(found, one, jobs=1))


@app.command(examples="awsml translate languages -f csv")
def languages(session: Session) -> Listing:
    """List the languages that Translate knows."""
    return service.languages(session)
