"""Users of a collection: the faces of one person together, made, listed, given faces, searched for, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from awsml_cli.core import limits, paging
from awsml_cli.core.errors import ServiceError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition.asked import SERVICE
from awsml_cli.services.rekognition.collections import face_ids, missing
from awsml_cli.services.rekognition.names import collection_id, user_id


class User(Record):
    """A user of a collection."""

    columns: ClassVar = ("user_id", "user_status")

    user_id: str
    user_status: str | None = None


class Found(Record):
    """A user who is like what was searched for, and how much, 0 to 100."""

    columns: ClassVar = ("user_id", "similarity", "user_status")

    user_id: str
    similarity: float | None = None
    user_status: str | None = None


class Given(Record):
    """A face that was given to a user or taken from one; `reasons` say why one was not."""

    columns: ClassVar = ("face_id", "user_id", "reasons")

    face_id: str
    user_id: str
    reasons: tuple[str, ...] = ()


def create(session: Session, collection: str, user: str) -> User:
    """Make USER in COLLECTION, without faces yet."""
    _called(session, "create_user", collection, UserId=user_id(user))
    return User(user_id=user, user_status="CREATED")


def listed(session: Session, collection: str, *, limit: int | None = None) -> Listing:
    """The users of COLLECTION."""

    def found() -> Iterator[User]:
        try:
            client = session.client(SERVICE)
            for one in paging.items(client.list_users, "Users", CollectionId=collection_id(collection)):
                yield User.of(one)
        except ServiceError as error:
            raise missing(error, collection) from None

    return Listing(islice(found(), limit), "Users")


def associate(
    session: Session, collection: str, user: str, words: Sequence[str], *, threshold: float | None = None
) -> Iterator[Given]:
    """Give the faces that WORDS mean (ids, or names of pictures) to USER, a hundred at a time.

    AWS refuses one that is less like the user's others than THRESHOLD, 0 to 100.
    """
    more = {} if threshold is None else {"UserMatchThreshold": threshold}
    return _moved(session, "associate_faces", "AssociatedFaces", "UnsuccessfulFaceAssociations", collection, user)(
        words, more
    )


def disassociate(session: Session, collection: str, user: str, words: Sequence[str]) -> Iterator[Given]:
    """Take the faces that WORDS mean from USER; they stay in the collection."""
    return _moved(
        session, "disassociate_faces", "DisassociatedFaces", "UnsuccessfulFaceDisassociations", collection, user
    )(words, {})


def remove(session: Session, collection: str, user: str) -> None:
    """Remove USER; the faces stay in the collection."""
    _called(session, "delete_user", collection, UserId=user_id(user))


def search(
    session: Session,
    collection: str,
    *,
    user: str | None,
    face: str | None,
    threshold: float | None = None,
    most: int | None = None,
) -> Listing:
    """The users of COLLECTION who are like USER, or like the face with the id FACE; one of them is given."""
    if (user is None) == (face is None):
        raise UsageError("search for a user or for a face", hint="users search COLLECTION USER, or --face FACE_ID")
    params: dict[str, Any] = {"UserId": user_id(user)} if user is not None else {"FaceId": face}
    if threshold is not None:
        params["UserMatchThreshold"] = threshold
    params["MaxUsers"] = min(most or limits.REKOGNITION_USERS, limits.REKOGNITION_USERS)

    def found() -> Iterator[Found]:
        for one in _called(session, "search_users", collection, **params).get("UserMatches") or ():
            whose = one.get("User") or {}
            yield Found(
                user_id=whose.get("UserId", ""), similarity=one.get("Similarity"), user_status=whose.get("UserStatus")
            ).with_raw(one)

    return Listing(found(), "UserMatches")


def _called(session: Session, method: str, collection: str, **params: Any) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = getattr(session.client(SERVICE), method)(
            CollectionId=collection_id(collection), **params
        )
    except ServiceError as error:
        raise missing(error, collection) from None
    return answer


def _moved(
    session: Session, method: str, done: str, failed: str, collection: str, user: str
) -> Callable[[Sequence[str], dict[str, Any]], Iterator[Given]]:
    """What moves faces to or from USER with METHOD, whose answer lists what was DONE and what FAILED."""

    def move(words: Sequence[str], more: dict[str, Any]) -> Iterator[Given]:
        ids = face_ids(session, collection_id(collection), words)
        for at in range(0, len(ids), limits.REKOGNITION_ASSOCIATED):
            some = ids[at : at + limits.REKOGNITION_ASSOCIATED]
            answer = _called(session, method, collection, UserId=user_id(user), FaceIds=some, **more)
            for one in answer.get(done) or ():
                yield Given(face_id=one.get("FaceId", ""), user_id=user)
            for one in answer.get(failed) or ():
                yield Given(
                    face_id=one.get("FaceId", ""),
                    user_id=one.get("UserId") or user,
                    reasons=tuple(one.get("Reasons") or ()),
                )

    return move
