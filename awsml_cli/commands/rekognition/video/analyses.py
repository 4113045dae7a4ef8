"""`awsml rekognition video labels`, `faces`, `moderation` and so on: what is seen in a video, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options, streams
from awsml_cli.cli.readings import How
from awsml_cli.cli.videos import HowOptions, LookOptions, Videos, VideosOptions, sheet_of, shown
from awsml_cli.commands.rekognition.video.group import (
    FORMATS,
    AggregateOption,
    SortOption,
    WordsOption,
    video_app,
)
from awsml_cli.core import batch, lifecycle, sources, staging
from awsml_cli.core.errors import CheckFailed, InputError, UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.timeline import Look, frames
from awsml_cli.services.rekognition import video as service

ANYTHING: Final = "any"


def _names(word: str, help: str) -> Any:
    return typer.Option(word, metavar="NAMES", help=f"{help}; may be repeated.")


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video labels match.mp4
    awsml rekognition video labels match.mp4 --include Person,Ball -f vtt > chapters.vtt
    awsml rekognition video labels match.mp4 --spans
    awsml rekognition video labels s3://my-bucket/match.mp4 --aggregate segments -f csv
    awsml rekognition video labels match.mp4 --min-confidence 90 | cut -f1 | sort | uniq -c""",
)
def labels(
    session: Session,
    *,
    videos: VideosOptions,
    include: Annotated[list[str] | None, _names("--include", "Only labels of these names, as Person,Dog")] = None,
    exclude: Annotated[list[str] | None, _names("--exclude", "No labels of these names")] = None,
    categories: Annotated[list[str] | None, _names("--categories", "Only labels of these categories")] = None,
    without: Annotated[list[str] | None, _names("--without", "No labels of these categories")] = None,
    sort: SortOption = "time",
    aggregate: AggregateOption = "timestamps",
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find things, scenes and activities: name, confidence, from when to when."""
    names, no_names = service.listed(include or ()), service.listed(exclude or ())
    of, not_of = service.listed(categories or ()), service.listed(without or ())
    asked = service.Asked(
        service.KINDS["labels"],
        include=names,
        exclude=no_names,
        categories=of,
        without=not_of,
        sort=sort,
        aggregate=aggregate,
    )
    look = replace(look, include=names, exclude=no_names, categories=of, without=not_of)
    return analyse_all(session, asked, videos, look, how)


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video faces match.mp4
    awsml rekognition video faces match.mp4 --attributes all -f csv > faces.csv""",
)
def faces(
    session: Session,
    *,
    videos: VideosOptions,
    attributes: Annotated[
        str, typer.Option("--attributes", help="What of a face is told: default, or all (age, gender, emotion …).")
    ] = "default",
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find faces, and with `--attributes all` their age, gender and emotion."""
    return analyse_all(session, service.Asked(service.KINDS["faces"], attributes=attributes), videos, look, how)


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video search match.mp4 --collection players
    awsml rekognition video search match.mp4 --collection players -f vtt""",
)
def search(
    session: Session,
    *,
    videos: VideosOptions,
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="The collection of the faces to look for.")
    ] = None,
    sort: SortOption = "time",
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find the faces of a collection: whose, how alike, from when to when."""
    if not collection:
        raise UsageError("whose faces shall be found?", hint="--collection NAME")
    return analyse_all(
        session, service.Asked(service.KINDS["search"], collection=collection, sort=sort), videos, look, how
    )


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="awsml rekognition video celebrities match.mp4 -f csv",
)
def celebrities(
    session: Session, *, videos: VideosOptions, sort: SortOption = "time", look: LookOptions, how: HowOptions
) -> Many | Listing:
    """Recognize celebrities: name, confidence, from when to when."""
    return analyse_all(session, service.Asked(service.KINDS["celebrities"], sort=sort), videos, look, how)


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video moderation match.mp4
    awsml rekognition video moderation match.mp4 --fail-on Violence,Drugs 2> why.txt || cat why.txt""",
)
def moderation(
    session: Session,
    *,
    videos: VideosOptions,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on", metavar="NAME[:CONFIDENCE]", help="Exit 7 on this label or one below it, or any; repeatable."
        ),
    ] = None,
    sort: SortOption = "time",
    aggregate: AggregateOption = "timestamps",
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find what is not for everybody: label, confidence, from when to when, the label above it."""
    asked = service.Asked(service.KINDS["moderation"], sort=sort, aggregate=aggregate)
    if fail_on and not videos.wait:
        raise UsageError("--fail-on needs the result", hint="leave --no-wait out")
    return analyse_all(session, asked, videos, look, how, fail_on=_unwanted(fail_on or ()))


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video text match.mp4
    awsml rekognition video text match.mp4 --area 0,0.8,1,0.2 --min-confidence 95""",
)
def text(
    session: Session,
    *,
    videos: VideosOptions,
    words: WordsOption = False,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="L,T,W,H", help="Look there alone, in shares of the picture; up to ten."),
    ] = None,
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Read what is written in the pictures, line by line."""
    asked = service.Asked(service.KINDS["text"], areas=tuple(service.area(one) for one in area or ()))
    return analyse_all(session, asked, videos, replace(look, words=words), how)


@video_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition video segments match.mp4
    awsml rekognition video segments match.mp4 --type shot -o match.edl
    awsml rekognition video segments match.mp4 --type cue --black-coverage 95""",
)
def segments(
    session: Session,
    *,
    videos: VideosOptions,
    type_: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Only these: shot, cue; may be repeated.")
    ] = None,
    black_pixel: Annotated[
        float | None,
        typer.Option("--black-pixel", min=0, max=1, help="How bright black may be; AWS takes 0.2."),
    ] = None,
    black_coverage: Annotated[
        float | None,
        typer.Option("--black-coverage", min=0, max=100, help="Percent of a black frame that are; AWS takes 99."),
    ] = None,
    look: LookOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find shots, and technical cues: credits, black frames, colour bars, logos."""
    types = service.listed(type_ or ()) or ("shot", "cue")
    asked = service.Asked(
        service.KINDS["segments"], segments=types, black_pixel=black_pixel, black_coverage=black_coverage
    )
    return analyse_all(session, asked, videos, look, how)


@video_app.command(examples='awsml rekognition video people match.mp4 2> /dev/null || echo "retired"')
def people(
    session: Session,
    videos: Annotated[list[str] | None, typer.Argument(metavar="VIDEO", help="A video.")] = None,
) -> None:
    """Refuse: AWS has retired people pathing; say what to use instead."""
    raise lifecycle.gone(lifecycle.named("people pathing"))


def analyse_all(
    session: Session,
    asked: service.Asked,
    videos: Videos,
    look: Look,
    how: How,
    *,
    fail_on: Mapping[str, float] | None = None,
) -> Many | Listing:
    """Analyse all videos, each as the format wants it.

    FAIL_ON names labels that are not to be found, each with the confidence (0 to 100) from which it counts.
    """
    asked = replace(asked, min_confidence=look.min_confidence)
    asked.check()
    if videos.sheet is not None:
        frames.check()
    if session.dry_run:
        return Listing(iter(list(service.plan(session, videos.sources, asked))), "Plan")
    approve(session, lambda: service.plan(session, [one for one in videos.sources if one.path], asked))
    found: list[str] = []
    outcomes = _watched(_drawn(session, _outcomes(session, asked, videos, look), videos), fail_on or {}, found)
    return Many(videos.sources, _checked(shown(outcomes, how), found))


def _outcomes(session: Session, asked: service.Asked, videos: Videos, look: Look) -> Iterator[Outcome]:
    way = service.Way(videos.bucket, videos.timeout, videos.wait, videos.channel, videos.tag)

    def one(source: Source) -> Record:
        seen = replace(look, title=source.relative.name if source.name != "-" else "video")
        return service.analyse(session, source, asked, look=seen, way=way)

    return batch.each(videos.sources, one, jobs=videos.jobs)


def _drawn(session: Session, outcomes: Iterator[Outcome], videos: Videos) -> Iterator[Outcome]:
    """OUTCOMES; the contact sheet of each video is drawn, if one is wanted."""
    for outcome in outcomes:
        if videos.sheet is not None and isinstance(outcome.value, service.Analysis):
            chunks = sources.remote(outcome.source, session) if outcome.source.remote else ()
            with staging.spooled(outcome.source, chunks) as file:
                try:
                    sheet = outcome.value.sheet(file.path)
                except InputError as error:  # what was found is paid for: it is shown in any case
                    session.talk.warn(error.message)
                else:
                    with streams.file(sheet_of(videos.sheet, outcome.source)) as out:
                        out.bytes(sheet)
        yield outcome


def _unwanted(words: Sequence[str]) -> dict[str, float]:
    """The labels that WORDS, as `Violence:90`, name, and from which confidence (0 to 100) each counts."""
    found = {}
    for word in service.listed(words):
        name, _, least = word.partition(":")
        found[name.strip().lower()] = options.confidence(least) * 100 if least else 0.0
    return found


def _watched(outcomes: Iterator[Outcome], unwanted: Mapping[str, float], found: list[str]) -> Iterator[Outcome]:
    """OUTCOMES; what is UNWANTED and met in them is added to FOUND."""
    for outcome in outcomes:
        if unwanted and isinstance(outcome.value, service.Analysis):
            for event in outcome.value.timeline.events:
                names = {event.name.lower(), str(event.about.get("parent_name")).lower(), ANYTHING}
                sure = any((event.confidence or 0) >= unwanted[name] for name in names & unwanted.keys())
                if sure and event.name not in found:
                    found.append(event.name)
        yield outcome


def _checked(outcomes: Iterator[Outcome], found: list[str]) -> Iterator[Outcome]:
    yield from outcomes
    if found:
        raise CheckFailed(f"found: {', '.join(sorted(found))}")
