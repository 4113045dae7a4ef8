"""Collections of faces: made, listed, described, removed; and the faces in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from awsml_cli.core import limits, paging
from awsml_cli.core.errors import ConfigError, InputError, ServiceError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition.asked import SERVICE
from awsml_cli.services.rekognition.names import collection_id, is_face


class CollectionId(Record):
    """A collection in a list."""

    columns: ClassVar = ("collection_id", "face_model_version")

    collection_id: str
    face_model_version: str | None = None


class Collection(Record):
    """A collection, and how much is in it."""

    columns: ClassVar = ("collection_id", "face_count", "user_count", "face_model_version", "creation_timestamp")

    collection_id: str
    face_count: int = 0
    user_count: int = 0
    face_model_version: str | None = None
    creation_timestamp: datetime | None = None
    collection_arn: str | None = None


class Face(Record):
    """A face in a collection."""

    columns: ClassVar = ("face_id", "external_image_id", "confidence", "user_id", "image_id")

    face_id: str
    external_image_id: str | None = None
    confidence: float | None = None
    user_id: str | None = None
    image_id: str | None = None
    bounding_box: dict[str, float] | None = None
    index_faces_model_version: str | None = None

    def fields(self) -> dict[str, Any]:
        """The record as plain data, with the box's keys in lower case."""
        made = super().fields()
        box = self.bounding_box
        return {**made, "bounding_box": {name.lower(): share for name, share in box.items()} if box else None}


class Gone(Record):
    """A face that was removed, or is to be; `reasons` say why one was not."""

    columns: ClassVar = ("face_id", "external_image_id", "reasons")

    face_id: str
    external_image_id: str | None = None
    reasons: tuple[str, ...] = ()


def create(session: Session, name: str, *, tags: dict[str, str] | None = None) -> Collection:
    """Make the collection NAME. Raises ServiceError where there is one of that name."""
    params: dict[str, Any] = {"CollectionId": collection_id(name)}
    if tags:
        params["Tags"] = tags
    answer = session.client(SERVICE).create_collection(**params)
    return Collection(
        collection_id=name,
        collection_arn=answer.get("CollectionArn"),
        face_model_version=answer.get("FaceModelVersion"),
    ).with_raw(answer)


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The collections of this region."""

    def found() -> Iterator[CollectionId]:
        for page in paging.pages(session.client(SERVICE).list_collections):
            versions = page.get("FaceModelVersions") or []
            for number, name in enumerate(page.get("CollectionIds") or ()):
                version = versions[number] if number < len(versions) else None
                yield CollectionId(collection_id=name, face_model_version=version).with_raw(name)

    return Listing(islice(found(), limit), "CollectionIds")


def describe(session: Session, name: str) -> Collection:
    """What AWS says about the collection NAME. Raises ConfigError where there is none."""
    try:
        answer = session.client(SERVICE).describe_collection(CollectionId=collection_id(name))
    except ServiceError as error:
        raise missing(error, name) from None
    return Collection.of(answer, collection_id=name, collection_arn=answer.get("CollectionARN"))


def remove(session: Session, name: str) -> None:
    """Remove the collection NAME with all faces and users in it."""
    try:
        session.client(SERVICE).delete_collection(CollectionId=collection_id(name))
    except ServiceError as error:
        raise missing(error, name) from None


def missing(error: ServiceError, name: str) -> Exception:
    """ERROR, or what it means where there is no collection NAME: one error for all inputs."""
    if error.code == "ResourceNotFoundException" and "collection" in error.message.lower():
        return ConfigError(f"there is no collection `{name}`", hint=f"awsml rekognition collections create {name}")
    return error


def faces(
    session: Session,
    name: str,
    *,
    user: str | None = None,
    ids: Sequence[str] = (),
    external: str | None = None,
    limit: int | None = None,
) -> Iterator[Face]:
    """The faces in the collection NAME: all, those of USER, those with IDS, or those of the picture EXTERNAL."""
    params: dict[str, Any] = {"CollectionId": collection_id(name)}
    if user is not None:
        params["UserId"] = user
    if ids:
        params["FaceIds"] = list(ids)

    def found() -> Iterator[Face]:
        try:
            for one in paging.items(session.client(SERVICE).list_faces, "Faces", **params):
                if external is None or one.get("ExternalImageId") == external:
                    yield Face.of(one)
        except ServiceError as error:
            raise missing(error, name) from None

    return islice(found(), limit)


def face_ids(session: Session, name: str, words: Sequence[str]) -> list[str]:
    """The ids of the faces that WORDS mean: ids themselves, or what the pictures that they come from are called.

    Raises InputError for a word that means none.
    """
    unnamed = [word for word in words if not is_face(word)]
    known: dict[str, list[str]] = {}
    if unnamed:
        for face in faces(session, name):
            known.setdefault(face.external_image_id or "", []).append(face.face_id)
    lost = next((word for word in unnamed if word not in known), None)
    if lost is not None:
        raise InputError(
            f"no face in `{name}` is of a picture called `{lost}`", hint=f"awsml rekognition faces ls {name}"
        )
    return list(dict.fromkeys(id for word in words for id in known.get(word, [word])))


def delete_faces(session: Session, name: str, ids: Sequence[str]) -> Iterator[Gone]:
    """Remove the faces with IDS from the collection NAME; each that stays says why."""
    for at in range(0, len(ids), limits.REKOGNITION_FACES):
        some = ids[at : at + limits.REKOGNITION_FACES]
        try:
            answer = session.client(SERVICE).delete_faces(CollectionId=name, FaceIds=list(some))
        except ServiceError as error:
            raise missing(error, name) from None
        for id in answer.get("DeletedFaces") or ():
            yield Gone(face_id=id)
        for one in answer.get("UnsuccessfulFaceDeletions") or ():
            yield Gone(face_id=one.get("FaceId", ""), reasons=tuple(one.get("Reasons") or ()))


def like(session: Session, name: str, face: str, *, threshold: float | None, most: int | None) -> Listing:
    """The faces in the collection NAME that are like its face with the id FACE, the most alike first."""
    params: dict[str, Any] = {"CollectionId": collection_id(name), "FaceId": face}
    params["MaxFaces"] = min(most or limits.REKOGNITION_FACES, limits.REKOGNITION_FACES)
    if threshold is not None:
        params["FaceMatchThreshold"] = threshold

    def found() -> Iterator[Alike]:
        try:
            answer = session.client(SERVICE).search_faces(**params)
        except ServiceError as error:
            raise missing(error, name) from None
        for one in answer.get("FaceMatches") or ():
            whose = one.get("Face") or {}
            yield Alike(
                similarity=one.get("Similarity"),
                face_id=whose.get("FaceId", ""),
                external_image_id=whose.get("ExternalImageId"),
                user_id=whose.get("UserId"),
            ).with_raw(one)

    return Listing(found(), "FaceMatches")


class Alike(Record):
    """A face that is like another, and how much, 0 to 100."""

    columns: ClassVar = ("face_id", "similarity", "external_image_id", "user_id")

    face_id: str
    similarity: float | None = None
    external_image_id: str | None = None
    user_id: str | None = None
