"""`awsml rekognition liveness`: sessions of Face Liveness, made and read; the check needs a camera and a web page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options, streams
from awsml_cli.commands.rekognition.group import app
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import liveness as service

liveness_app = app.group("liveness", "Face Liveness: sessions made and read; the check is done in a web page or app.")


@liveness_app.command(
    examples="""
    awsml rekognition liveness create --audit-images 4
    awsml rekognition liveness create --challenge movement --query session_id""",
)
def create(
    session: Session,
    *,
    audit_images: Annotated[int, typer.Option("--audit-images", min=0, max=4, help="How many pictures to keep.")] = 0,
    to: Annotated[str | None, typer.Option("--to", metavar="S3URI", help="The folder in S3 for the pictures.")] = None,
    challenge: Annotated[
        str | None, typer.Option("--challenge", help="What is asked of the person: movement, or light (with movement).")
    ] = None,
) -> Record:
    """Make a session, whose id a web page or app needs to check that somebody is there."""
    if session.dry_run:
        return service.creating()
    return service.create(session, images=audit_images, to=to, challenge=challenge)


@liveness_app.command(
    examples="""
    awsml rekognition liveness result 00000000-0000-4000-8000-00000000000a
    awsml rekognition liveness result 00000000-0000-4000-8000-00000000000a --min 90 --save pictures/""",
)
def result(
    session: Session,
    id: Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")],
    *,
    least: Annotated[
        str | None, typer.Option("--min", metavar="CONFIDENCE", help="Exit 7 below it: 0.9, 90 or 90%.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Write the pictures that came with it there, as JPEG.")
    ] = None,
) -> Record | Checked:
    """Tell whether somebody was there: status, and confidence from 0 to 100."""
    wanted = options.confidence(least) * 100 if least is not None else None
    found = service.result(session, id)
    if save is not None:
        for name, data in found.pictures():
            with streams.file(save / f"{name}.jpg") as out:
                out.bytes(data)
    if wanted is None:
        return found
    failed = found.confidence is None or found.confidence < wanted
    said = f"{found.confidence:.1f}" if found.confidence is not None else found.status.lower().replace("_", " ")
    return Checked(Listing(iter([found]), "Sessions"), failure=f"liveness: {said}" if failed else None)
