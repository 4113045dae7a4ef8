"""`awsml rekognition compare`, `search` and `index`: who is on one picture and on another, or in a collection."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.pictures import MARKED, BesideOptions, HowOptions, WayOptions, refuse_over
from awsml_cli.commands.rekognition.choices import (
    CollectionArgument,
    EveryOption,
    LikeOption,
    QualityOption,
    confirmed,
    threshold,
)
from awsml_cli.commands.rekognition.group import app, each, here
from awsml_cli.core import sources
from awsml_cli.core.errors import CheckFailed, UsageError
from awsml_cli.core.limits import REKOGNITION_PICTURES
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Many, Outcome
from awsml_cli.core.session import Session
from awsml_cli.services import rekognition as service
from awsml_cli.services.rekognition.comparing import Comparer
from awsml_cli.services.rekognition.indexing import Indexer, orphans, removed
from awsml_cli.services.rekognition.searching import Searcher

IdOption = Annotated[
    str,
    typer.Option("--id", metavar="PATTERN", help="What its faces are called: {stem}, {name}, {folder}, {path}."),
]


@app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition compare ann.jpg street.jpg
    awsml rekognition compare ann.jpg street.jpg site.jpg --require --annotate found/ && echo 'Ann is on both'
    awsml rekognition compare street.jpg photos/ --all-faces -f csv > who-is-where.csv""",
)
def compare(
    session: Session,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The picture of whom to look for.")],
    *,
    way: WayOptions,
    min_confidence: LikeOption = None,
    quality: QualityOption = None,
    all_faces: EveryOption = False,
    require: Annotated[bool, typer.Option("--require", help="Exit 7 where a picture has nobody alike.")] = False,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find the face of SOURCE on each PICTURE: whose it is, how alike, where."""
    way = here(session, way)
    found = sources.paths([source])
    if len(found) != 1:
        raise UsageError(f"`{source}` is {len(found)} pictures: one is compared with others", hint="name one of them")
    if source == "-" and any(one.name == "-" for one in way.sources):
        raise UsageError("stdin can be read once", hint="name the other picture")
    comparer = Comparer(
        session, found[0], threshold=threshold(min_confidence), quality=quality, every=all_faces, scale=way.scale
    )
    if found[0].path is not None:
        refuse_over(found[0].path, beside, how)
    comparer.check()
    if session.dry_run:
        return Listing(comparer.plan(way.sources), "Plan")
    alone: list[str] = []

    def check(outcome: Outcome) -> None:
        if isinstance(outcome.value, service.Sight) and not any(outcome.value.listing().records):
            alone.append(outcome.source.shown)

    def end() -> None:
        if require and alone:
            more = f" and {len(alone) - 1} more pictures" if len(alone) > 1 else ""
            raise CheckFailed(f"nobody alike on {alone[0]}{more}")

    return each(
        session,
        lambda target: comparer.compare(target, bucket=way.bucket),
        lambda: comparer.plan(way.sources),
        way,
        how,
        beside,
        check=check,
        end=end,
    )


@app.command(
    formats=MARKED,
    many=True,
    examples="""
    awsml rekognition search people street.jpg
    awsml rekognition search people photos/ --all-faces --contact-sheet who.png
    awsml rekognition search people street.jpg --all-faces | cut -f1 | sort -u""",
)
def search(
    session: Session,
    collection: CollectionArgument,
    *,
    way: WayOptions,
    min_confidence: LikeOption = None,
    quality: QualityOption = None,
    all_faces: EveryOption = False,
    users: Annotated[bool, typer.Option("--users", help="Search for users, not for single faces.")] = False,
    limit: options.LimitOption = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Search COLLECTION for who is on PICTURE: name, how alike, which face, its id, place."""
    way = here(session, way)
    searcher = Searcher(
        session,
        collection,
        threshold=threshold(min_confidence),
        most=limit,
        quality=quality,
        every=all_faces,
        users=users,
        scale=way.scale,
    )
    if session.dry_run:
        return Listing(searcher.plan(way.sources), "Plan")
    return each(
        session,
        lambda source: searcher.search(source, bucket=way.bucket),
        lambda: searcher.plan(way.sources),
        way,
        how,
        beside,
    )


@app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition index people photos/
    awsml rekognition index people photos/ --id '{folder}' --quality high --max-faces 1
    awsml rekognition index people photos/ -f csv > indexed.csv""",
)
def index(
    session: Session,
    collection: CollectionArgument,
    *,
    way: WayOptions,
    id: IdOption = "{stem}",
    max_faces: Annotated[
        int | None, typer.Option("--max-faces", metavar="N", min=1, help="The N largest faces of a picture.")
    ] = None,
    quality: QualityOption = None,
    attributes: Annotated[
        list[str] | None, typer.Option("--attributes", metavar="NAMES", help="Tell in json what faces look like: all.")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="Make the collection if there is none.")] = False,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Put the faces of pictures into COLLECTION: name, confidence, id, or why one is not in it; place."""
    way = here(session, way)
    indexer = Indexer(
        session,
        collection,
        pattern=id,
        most=max_faces,
        quality=quality,
        attributes=attributes or (),
        scale=way.scale,
    )
    if session.dry_run:
        return Listing(indexer.plan(way.sources), "Plan")
    list(indexer.plan(way.sources))  # a name that cannot be is refused before the first picture is sent
    indexer.ready(create=create)
    return each(
        session,
        lambda source: indexer.index(source, bucket=way.bucket),
        lambda: indexer.plan(way.sources),
        way,
        how,
        beside,
    )


@app.command(
    examples="""
    awsml rekognition prune people photos/ --dry-run
    awsml rekognition prune people photos/ -y"""
)
def prune(
    session: Session,
    collection: CollectionArgument,
    pictures: Annotated[list[str], typer.Argument(metavar="PICTURE", help="The pictures, or folders, that count.")],
    *,
    id: IdOption = "{stem}",
) -> Listing:
    """Remove from COLLECTION the faces whose picture is not among PICTURE any more."""
    there = service.expanded(session, sources.paths(pictures, endings=REKOGNITION_PICTURES))
    found = list(orphans(session, collection, there, id))
    if session.dry_run:
        steps = [step(f"{service.SERVICE}:DeleteFaces", face.external_image_id or face.face_id) for face in found]
        return Listing(iter(steps), "Plan")
    if found:
        confirmed(session, f"Remove {len(found)} faces from {collection}, whose pictures are gone?")
    return Listing(removed(session, collection, found), "DeletedFaces")
