"""`awsml rekognition faces`, `celebrities` and `ppe`: who is in a picture, and what they wear."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.pictures import MARKED, BesideOptions, HowOptions, WayOptions
from awsml_cli.commands.rekognition.choices import (
    CollectionArgument,
    LikeOption,
    SureOption,
    at_least,
    confirmed,
    threshold,
)
from awsml_cli.commands.rekognition.group import app, look
from awsml_cli.core import prices
from awsml_cli.core.errors import CheckFailed
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.services import rekognition as service
from awsml_cli.services.rekognition import collections

faces_app = app.group("faces", "Faces: found in pictures, and those in a collection.", default="detect")
celebrities_app = app.group("celebrities", "Famous people: found in pictures, and who they are.", default="detect")


@faces_app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition faces street.jpg
    awsml rekognition faces street.jpg --blur safe.jpg
    awsml rekognition faces photos/ --contact-sheet faces.png
    awsml rekognition faces photos/ -f jsonl | jq -r '[.input, (.face_details | length)] | @tsv'""",
)
def detect(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    attributes: Annotated[
        list[str] | None,
        typer.Option("--attributes", metavar="NAMES", help="Tell these: all (as by default), default, emotions, …."),
    ] = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find the faces on PICTURE: name, confidence, age, gender, emotion, place."""
    asked = service.faces(attributes or ["all"])
    return look(session, asked, service.Look(at_least(min_confidence)), way, how, beside)


@faces_app.command(
    examples="""
    awsml rekognition faces ls people
    awsml rekognition faces ls people --of ann -f text | cut -f1"""
)
def ls(
    session: Session,
    collection: CollectionArgument,
    *,
    of: Annotated[str | None, typer.Option("--of", metavar="NAME", help="Those of pictures called NAME alone.")] = None,
    user: Annotated[str | None, typer.Option("--user", metavar="USER", help="Those of this user alone.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the faces in COLLECTION: id, name of the picture, confidence, user."""
    return Listing(collections.faces(session, collection, user=user, external=of, limit=limit), "Faces")


@faces_app.command(examples="awsml rekognition faces rm people one two -y")
def rm(
    session: Session,
    collection: CollectionArgument,
    faces: Annotated[list[str], typer.Argument(metavar="FACE", help="Ids of faces, or names of their pictures.")],
) -> Listing | None:
    """Remove faces from COLLECTION."""
    ids = collections.face_ids(session, collection, faces)
    if session.dry_run:
        return Listing(iter([step(f"{service.SERVICE}:DeleteFaces", id) for id in ids]), "Plan")
    confirmed(session, f"Remove {len(ids)} faces from {collection}?")
    return Listing(collections.delete_faces(session, collection, ids), "DeletedFaces")


@faces_app.command(
    examples='awsml rekognition faces search people "$(awsml rekognition faces ls people -f text | head -1 | cut -f1)"'
)
def search(
    session: Session,
    collection: CollectionArgument,
    face: Annotated[str, typer.Argument(metavar="FACE_ID", help="The id of a face in it.")],
    *,
    min_confidence: LikeOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """Search COLLECTION for faces like one of its own."""
    if session.dry_run:
        return Listing(iter([step(f"{service.SERVICE}:SearchFaces", face, charge=prices.pictures(1))]), "Plan")
    return collections.like(session, collection, face, threshold=threshold(min_confidence), most=limit)


@celebrities_app.command(
    "detect",
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition celebrities premiere.jpg
    awsml rekognition celebrities premiere.jpg -f text | cut -f1""",
)
def recognize(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Name the famous people on PICTURE: name, confidence, id, addresses, place."""
    return look(session, service.Asked("celebrities"), service.Look(at_least(min_confidence)), way, how, beside)


@celebrities_app.command(examples="awsml rekognition celebrities info 3Ab9x")
def info(
    session: Session, id: Annotated[str, typer.Argument(metavar="ID", help="The id, as celebrities tells it.")]
) -> Record:
    """Say who the famous person with ID is."""
    return service.celebrity(session, id)


@app.command(
    formats=MARKED,
    keeps=True,
    many=True,
    examples="""
    awsml rekognition ppe site.jpg
    awsml rekognition ppe site.jpg --require head,face --annotate checked.png || echo 'not everybody is safe'""",
)
def ppe(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    require: Annotated[
        list[str] | None,
        typer.Option("--require", metavar="PIECES", help="Exit 7 where somebody lacks one: face, hand, head (cover)."),
    ] = None,
    beside: BesideOptions,
    how: HowOptions,
) -> Many | Listing:
    """Find people on PICTURE and what protects them: name, confidence, pieces worn, whether all that is required."""
    sure = at_least(min_confidence)
    asked = service.equipment(require or (), at_least=sure or None)
    lacking: list[str] = []

    def check(outcome: Outcome) -> None:
        if isinstance(outcome.value, service.Sight):
            without = (outcome.value.raw.get("Summary") or {}).get("PersonsWithoutRequiredEquipment") or ()
            lacking.extend(f"{outcome.source.shown}: person {number}" for number in without)

    def end() -> None:
        if lacking:
            more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            raise CheckFailed(f"without what is required: {lacking[0]}{more}")

    return look(session, asked, service.Look(sure), way, how, beside, check=check, end=end)
