"""Videos that are analysed: the options that all commands about them share, and how what they found is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, runtime_checkable

import typer

from awsml_cli.cli import destination, options
from awsml_cli.cli.app import Joined
from awsml_cli.cli.readings import How
from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.limits import REKOGNITION_VIDEO_FORMATS
from awsml_cli.core.record import Listing, Outcome
from awsml_cli.core.sources import Source
from awsml_cli.formats.timeline import RENDERERS, Look

ROWS: Final = ("auto", "text", "table", "csv", "tsv", "jsonl")  # formats in which a video is a row for each moment
NUMBERED: Final = ("csv", "jsonl")  # those of them in which a number is one


@runtime_checkable
class Seen(Protocol):
    """What was found in a video."""

    def listing(self, *, worded: bool = False) -> Listing:
        """Its moments as records; confidences as numbers, or WORDED."""


def how(ctx: typer.Context) -> How:
    """The common options as they were given."""
    words = ctx.params
    settled = destination.settle(words["format"], words["output"], own=RENDERERS)
    return How(settled.format, settled.output, words["query"])


def look(
    min_confidence: Annotated[
        str | None, typer.Option("--min-confidence", help="Leave out what is less sure: 0.9, 90 or 90%.")
    ] = None,
    spans: Annotated[
        bool, typer.Option("--spans", help="A row for each time that something is there, not for each moment.")
    ] = False,
    join: Annotated[
        float,
        typer.Option(
            "--join", metavar="SECONDS", min=0, help="In spans, vtt, edl: seen again so soon, it has not been away."
        ),
    ] = 2.0,
) -> Look:
    """What is shown."""
    least = round(options.confidence(min_confidence) * 100, 4) if min_confidence is not None else None
    return Look(min_confidence=least, spans=spans, join=join)


@dataclass(frozen=True)
class Videos:
    """Which videos are analysed, and how their jobs are run."""

    sources: list[Source]
    bucket: str | None = None
    timeout: float | None = None
    wait: bool = True
    channel: dict[str, str] | None = None
    tag: str | None = None
    jobs: int = 4
    sheet: Path | None = None


def videos(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="VIDEO", help="Files, folders, globs, s3://BUCKET/KEY, https://…, or - for stdin."),
    ] = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    topic: Annotated[
        str | None, typer.Option("--topic", metavar="ARN", help="SNS topic that AWS tells when the job has ended.")
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ARN", help="Role with which AWS may write to the topic.")
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="What the notification calls the job.")] = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--contact-sheet", metavar="PNG", help="Draw the frames where something is seen (or DIR/)."),
    ] = None,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Videos:
    """The videos, and how they are analysed."""
    if (topic is None) != (role is None):
        raise UsageError("a notification needs a topic and a role", hint="--topic ARN --role ARN")
    found = sources.paths(sources.names(names, files_from=files_from, null=null), endings=REKOGNITION_VIDEO_FORMATS)
    channel = {"SNSTopicArn": topic, "RoleArn": role} if topic and role else None
    if sheet is not None:
        _check_sheet(sheet, found, wait=wait)
    return Videos(found, bucket, timeout, wait, channel, tag, jobs, sheet)


def _check_sheet(sheet: Path, found: list[Source], *, wait: bool) -> None:
    """Raises UsageError where the contact sheet cannot be made, or not be written."""
    if not wait:
        raise UsageError("--contact-sheet needs the result", hint="leave --no-wait out")
    if len(found) > 1 and not sheet.is_dir():
        raise UsageError("several videos have several sheets", hint="--contact-sheet FOLDER, which exists")
    if any(one.name == "-" for one in found):
        raise UsageError("--contact-sheet needs a file, whose frames it can go back to", hint="name the video")
    if not sheet.is_dir() and sheet.suffix.lower() != ".png":
        raise UsageError(f"`{sheet}` is no name of a PNG", hint="--contact-sheet sheet.png")
    destination.settle("png", str(sheet), own=("png",))


HowOptions = Annotated[How, Joined(how)]
LookOptions = Annotated[Look, Joined(look)]
VideosOptions = Annotated[Videos, Joined(videos)]


def as_wanted(made: Any, how: How) -> Any:
    """What was found as one record, or as a row for each moment, as the format wants it."""
    if how.query is not None or how.format not in ROWS or not isinstance(made, Seen):
        return made
    return made.listing(worded=how.format not in NUMBERED)


def shown(outcomes: Iterator[Outcome], how: How) -> Iterator[Outcome]:
    """OUTCOMES as the format wants them."""
    for outcome in outcomes:
        yield replace(outcome, value=as_wanted(outcome.value, how))


def sheet_of(folder_or_file: Path, source: Source) -> Path:
    """Where the contact sheet of SOURCE goes."""
    if folder_or_file.is_dir():
        return folder_or_file / source.relative.with_suffix(".png")
    return folder_or_file
