"""`awsml rekognition collections` and `users`: where faces are kept, and whose they are."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.rekognition.choices import (
    CollectionArgument,
    LikeOption,
    UserArgument,
    confirmed,
    threshold,
)
from awsml_cli.commands.rekognition.group import app
from awsml_cli.core import prices
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import collections
from awsml_cli.services.rekognition import users as people
from awsml_cli.services.rekognition.asked import SERVICE

collections_app = app.group("collections", "Collections of faces: make, list, show, remove.")
users_app = app.group("users", "Users of a collection: the faces of one person together.")

FacesArgument = Annotated[
    list[str], typer.Argument(metavar="FACE", help="Ids of faces, or names of the pictures they come from.")
]


@collections_app.command(examples="awsml rekognition collections create friends")
def create(session: Session, name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")]) -> Record:
    """Make a collection."""
    if session.dry_run:
        return step(f"{SERVICE}:CreateCollection", name)
    return collections.create(session, name)


@collections_app.command(
    examples="""
    awsml rekognition collections ls
    awsml rekognition collections ls -f text | cut -f1"""
)
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the collections of this region."""
    return collections.listed(session, limit=limit)


@collections_app.command(examples="awsml rekognition collections show people")
def show(session: Session, collection: CollectionArgument) -> Record:
    """Show how many faces and users are in COLLECTION."""
    return collections.describe(session, collection)


@collections_app.command(examples="awsml rekognition collections rm people -y")
def rm(session: Session, collection: CollectionArgument) -> Record | None:
    """Remove COLLECTION with all faces and users in it."""
    if session.dry_run:
        return step(f"{SERVICE}:DeleteCollection", collection)
    confirmed(session, f"Remove the collection {collection} with all its faces?")
    collections.remove(session, collection)
    return None


@users_app.command(
    "create",
    examples="""
    awsml rekognition users create people bob
    awsml rekognition users create people bob --faces two""",
)
def create_user(
    session: Session,
    collection: CollectionArgument,
    user: UserArgument,
    *,
    faces: Annotated[
        list[str] | None,
        typer.Option("--faces", metavar="FACE", help="Give them these faces; may be repeated."),
    ] = None,
) -> Record | Listing:
    """Make a user in COLLECTION."""
    if session.dry_run:
        return step(f"{SERVICE}:CreateUser", user)
    made = people.create(session, collection, user)
    return Listing(people.associate(session, collection, user, faces), "AssociatedFaces") if faces else made


@users_app.command("ls", examples="awsml rekognition users ls people")
def list_users(session: Session, collection: CollectionArgument, *, limit: options.LimitOption = None) -> Listing:
    """List the users of COLLECTION."""
    return people.listed(session, collection, limit=limit)


@users_app.command(examples="awsml rekognition users associate people ann one")
def associate(
    session: Session,
    collection: CollectionArgument,
    user: UserArgument,
    faces: FacesArgument,
    *,
    min_confidence: LikeOption = None,
) -> Listing:
    """Give faces to a user; those that are too unlike the others say so."""
    if session.dry_run:
        return Listing(iter([step(f"{SERVICE}:AssociateFaces", user)]), "Plan")
    found = people.associate(session, collection, user, faces, threshold=threshold(min_confidence))
    return Listing(found, "AssociatedFaces")


@users_app.command(examples="awsml rekognition users disassociate people ann one")
def disassociate(session: Session, collection: CollectionArgument, user: UserArgument, faces: FacesArgument) -> Listing:
    """Take faces from a user; they stay in COLLECTION."""
    if session.dry_run:
        return Listing(iter([step(f"{SERVICE}:DisassociateFaces", user)]), "Plan")
    return Listing(people.disassociate(session, collection, user, faces), "DisassociatedFaces")


@users_app.command("rm", examples="awsml rekognition users rm people ann -y")
def remove_user(session: Session, collection: CollectionArgument, user: UserArgument) -> Record | None:
    """Remove a user; the faces stay in COLLECTION."""
    if session.dry_run:
        return step(f"{SERVICE}:DeleteUser", user)
    confirmed(session, f"Remove the user {user} from {collection}?")
    people.remove(session, collection, user)
    return None


@users_app.command(
    examples="""
    awsml rekognition users search people ann
    awsml rekognition users search people --face 11111111-2222-3333-4444-555555555555"""
)
def search(
    session: Session,
    collection: CollectionArgument,
    user: Annotated[str | None, typer.Argument(metavar="USER", help="Users like this one.")] = None,
    *,
    face: Annotated[
        str | None, typer.Option("--face", metavar="FACE_ID", help="Users like this face of the collection.")
    ] = None,
    min_confidence: LikeOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """Search COLLECTION for users like a user or a face; search --users takes pictures."""
    if session.dry_run:
        asked = step(f"{SERVICE}:SearchUsers", user or face or collection, charge=prices.pictures(1))
        return Listing(iter([asked]), "Plan")
    return people.search(session, collection, user=user, face=face, threshold=threshold(min_confidence), most=limit)
