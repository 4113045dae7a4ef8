"""`awsml rekognition video stream`: Rekognition watching a Kinesis video stream (closed to new customers)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.rekognition.video.group import video_app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import sightings, video
from awsml_cli.services.rekognition import streams as service

stream_app = video_app.group("stream", "Processors that watch Kinesis video streams, for accounts that have them.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The processor's name.")]


@stream_app.command(
    examples="""
    awsml rekognition video stream create door --video door-camera --collection players --to "$STREAM" --role "$ROLE"
    awsml rekognition video stream create yard --video door-camera --labels PERSON,PET --to s3://my-bucket/yard/ \\
        --topic "$TOPIC" --role "$ROLE" --dry-run""",
)
def create(
    session: Session,
    name: NameArgument,
    *,
    video_stream: Annotated[
        str | None, typer.Option("--video", metavar="NAME|ARN", help="The Kinesis video stream to watch.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ARN|S3URI", help="Kinesis data stream for faces; S3 for labels.")
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ARN", help="Role that reads the one and writes the other.")
    ] = None,
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="Look for the faces of this collection.")
    ] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--labels", metavar="NAMES", help="Look for PERSON, PET, PACKAGE or ALL.")
    ] = None,
    min_confidence: Annotated[
        str | None, typer.Option("--min-confidence", help="Leave out what is less sure: 0.9, 90 or 90%.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", metavar="ARN", help="SNS topic that is told of labels.")
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option("--area", metavar="L,T,W,H", help="Look for labels there alone; up to ten.")
    ] = None,
    kms_key: Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt what is found.")] = None,
    share: Annotated[
        bool | None, typer.Option("--share-data/--no-share-data", help="Let AWS learn from what is filmed, or not.")
    ] = None,
) -> Record:
    """Make a processor that looks for faces or labels in a Kinesis video stream."""
    role = role or session.config.role
    for word, value in (("--video NAME", video_stream), ("--to PLACE", to), ("--role ARN", role)):
        if not value:
            raise UsageError(f"a processor needs {word}", hint="awsml rekognition video stream create --help")
    if session.dry_run:
        return service.called("CreateStreamProcessor", name)
    asked = service.wanted(
        session,
        video=str(video_stream),
        to=str(to),
        role=str(role),
        collection=collection,
        labels=tuple(one.upper() for one in video.listed(labels or ())),
        min_confidence=options.confidence(min_confidence) * 100 if min_confidence is not None else None,
        topic=topic,
        areas=tuple(video.area(one).params() for one in area or ()),
        kms_key=kms_key,
        share=share,
    )
    return service.create(session, name, asked)


@stream_app.command(
    examples="""
    awsml rekognition video stream start gate
    awsml rekognition video stream start porch --seconds 60""",
)
def start(
    session: Session,
    name: NameArgument,
    *,
    seconds: Annotated[
        int | None, typer.Option("--seconds", min=1, max=120, help="Of a processor for labels: so long, 120 at most.")
    ] = None,
    fragment: Annotated[
        str | None, typer.Option("--fragment", metavar="NUMBER", help="Of one for labels: begin there, not now.")
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Have a processor watch; it bills until it is stopped."""
    if session.dry_run:
        return service.called("StartStreamProcessor", name)
    return service.start(session, name, seconds=seconds, fragment=fragment, timeout=timeout, wait=wait)


@stream_app.command(examples="awsml rekognition video stream stop watching")
def stop(
    session: Session, name: NameArgument, *, timeout: options.TimeoutOption = None, wait: options.WaitOption = True
) -> Record:
    """Stop a processor."""
    if session.dry_run:
        return service.called("StopStreamProcessor", name)
    return service.stop(session, name, timeout=timeout, wait=wait)


@stream_app.command(examples="awsml rekognition video stream ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the processors of this region."""
    return service.listed(session, limit=limit)


@stream_app.command(examples="awsml rekognition video stream get gate -f json")
def get(session: Session, name: NameArgument) -> Record:
    """Show a processor: its status, what it watches and where it writes."""
    return service.get(session, name)


@stream_app.command(examples="awsml rekognition video stream rm gate --dry-run")
def rm(session: Session, name: NameArgument) -> Record | None:
    """Remove a processor."""
    if session.dry_run:
        return service.called("DeleteStreamProcessor", name)
    confirm(session, f"Remove the stream processor {name}?")
    service.remove(session, name)
    return None


@stream_app.command(
    examples="""
    awsml rekognition video stream results gate
    awsml rekognition video stream results gate --follow --limit 1
    awsml rekognition video stream results gate -f jsonl | jq -r .name | sort | uniq -c""",
)
def results(
    session: Session,
    name: NameArgument,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="From then on, as 2026-11-26T09:00 (UTC if not said).")
    ] = None,
    all_faces: Annotated[bool, typer.Option("--all-faces", help="Show strangers too, without a name.")] = False,
    limit: options.LimitOption = None,
) -> Listing:
    """Read what a processor for faces has seen, from its Kinesis data stream."""
    return sightings.read(
        session, name, since=_time(since) if since else None, follow=follow, strangers=all_faces, limit=limit
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no time", hint="2026-11-26T09:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
