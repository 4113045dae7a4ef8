"""`awsml rekognition video render`: an answer that was saved, shown anew, offline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli import streams
from awsml_cli.cli.destination import refuse_over
from awsml_cli.cli.videos import HowOptions, LookOptions, as_wanted
from awsml_cli.commands.rekognition.video.group import FORMATS, WordsOption, video_app
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Many
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.rekognition import video as service


@video_app.command(
    "render",
    formats=FORMATS,
    many=True,
    examples="""
    awsml rekognition video render match.json -f vtt
    awsml rekognition video render match.json --min-confidence 95 -o match.edl
    awsml rekognition video render match.json --source match.mp4 --contact-sheet sheet.png""",
)
def render_(
    session: Session,
    answer: Annotated[
        list[str] | None, typer.Argument(metavar="JSON", help="What Rekognition wrote, as -f raw keeps it.")
    ] = None,
    *,
    words: WordsOption = False,
    video: Annotated[
        Path | None, typer.Option("--source", metavar="VIDEO", help="The video, for its contact sheet.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--contact-sheet", metavar="PNG", help="Draw the frames where something is seen.")
    ] = None,
    look: LookOptions,
    how: HowOptions,
) -> Many:
    """Render an answer that is here already, offline."""
    found = sources.paths(sources.names(answer), endings=("json",))
    if (sheet is None) != (video is None) or (sheet is not None and len(found) > 1):
        raise UsageError("a contact sheet is of one answer and its video", hint="--source VIDEO --contact-sheet PNG")

    for path in (video, *(source.path for source in found)):
        if path is not None:
            refuse_over(path, (sheet, *(how.files(found) if path == video else ())))

    def one(source: Source) -> Any:
        title = video.name if video else source.relative.name
        made = service.offline(sources.read_bytes(source, session), replace(look, words=words, title=title))
        if sheet is not None and video is not None:
            with streams.file(sheet) as out:
                out.bytes(made.sheet(video))
        return as_wanted(made, how)

    return Many(found, batch.each(found, one, jobs=1))
