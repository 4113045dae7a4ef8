"""Put the faces of many pictures into a collection, once each, and take out those whose picture is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from awsml_cli.core import limits, prices
from awsml_cli.core.cache import alone, key_of
from awsml_cli.core.errors import ConfigError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.rekognition import asked, collections, inputs
from awsml_cli.services.rekognition.asked import SERVICE, Operation
from awsml_cli.services.rekognition.collections import Face, Gone
from awsml_cli.services.rekognition.looking import call, kept, remember
from awsml_cli.services.rekognition.names import collection_id, external_id
from awsml_cli.services.rekognition.records import Sight
from awsml_cli.services.rekognition.views import VIEWS, Look

INDEX: Final = Operation("index_faces", "IndexFaces")


class Indexer:
    """Puts the faces of pictures into COLLECTION, called as PATTERN says (see `external_id`).

    No more than MOST faces of a picture, of at least that QUALITY; with ATTRIBUTES, what they look like is told, too.
    A picture that is in it already is not sent again, whatever became of the run that has put it there.
    """

    def __init__(
        self,
        session: Session,
        collection: str,
        *,
        pattern: str = "{stem}",
        most: int | None = None,
        quality: str | None = None,
        attributes: Sequence[str] = (),
        scale: bool = False,
    ) -> None:
        self._session = session
        self._collection = collection_id(collection)
        self._pattern = pattern
        self._scale = scale
        self._params: dict[str, Any] = {**asked.quality(quality)}
        if most is not None:
            self._params["MaxFaces"] = most
        wanted = asked.attributes(attributes)
        if wanted:
            self._params["DetectionAttributes"] = wanted

    def ready(self, *, create: bool = False) -> None:
        """Find the collection, or with CREATE make it where it is missing. Raises ConfigError where there is none."""
        try:
            self._born()
        except ConfigError:
            if not create:
                raise
            collections.create(self._session, self._collection)

    def index(self, source: Source, *, bucket: str | None = None) -> Sight:
        """Put the faces of SOURCE into the collection; those that are not good enough are told with the reasons."""
        session = self._session
        given = inputs.opened(session, source, INDEX.takes, scale=self._scale)
        name = external_id(source, self._pattern)
        key = key_of(SERVICE, session.region, INDEX.name, self._born(), given.digest, name, self._params)
        with alone(key):
            answer = None if session.fresh or session.local else self._known(key)
            if answer is None:
                with inputs.staged(given, INDEX.takes, bucket) as image:
                    answer = self._indexed(image, given.name, name)
                if session.keep is not False and not session.local:
                    remember(session, key, answer)
            else:
                session.talk.note(f"{given.name} is in `{self._collection}` already")
        if not (answer.get("FaceRecords") or answer.get("UnindexedFaces")):
            session.talk.warn(f"there is no face on {given.name}")
        return Sight.made(answer, VIEWS["index"], Look(name=name), picture=lambda: given.original)

    def plan(self, pictures: Sequence[Source]) -> Iterator[Step]:
        """What indexing PICTURES would call, each at its price; nothing is sent."""
        for source in pictures:
            external_id(source, self._pattern)
            yield step(f"{SERVICE}:{INDEX.name}", source.name, charge=prices.pictures(1))

    def _indexed(self, image: dict[str, Any], picture: str, name: str) -> dict[str, Any]:
        params = {"CollectionId": self._collection, "ExternalImageId": name, **self._params}
        try:
            return call(self._session, INDEX, picture, Image=image, **params)[0]
        except ServiceError as error:
            raise collections.missing(error, self._collection) from None

    def _born(self) -> str:
        """When the collection was made: what was put into another one of that name before is not in it."""
        found = self._session.once(
            ("collection", self._collection), lambda: collections.describe(self._session, self._collection)
        )
        return f"{self._collection} {found.creation_timestamp}"

    def _known(self, key: str) -> dict[str, Any] | None:
        """What was answered before, if a face of that picture is still in the collection, or none ever was."""
        found = kept(self._session).find(key)
        if found is None:
            return None
        answer: dict[str, Any] = json.loads(found)
        ids = [one["Face"]["FaceId"] for one in answer.get("FaceRecords") or () if one.get("Face")]
        if not ids:
            return answer
        there = next(collections.faces(self._session, self._collection, ids=ids[: limits.REKOGNITION_FACES]), None)
        return answer if there is not None else None


def orphans(session: Session, collection: str, pictures: Sequence[Source], pattern: str) -> Iterator[Face]:
    """The faces in COLLECTION that come from none of PICTURES, as PATTERN calls them."""
    names = {external_id(source, pattern) for source in pictures}
    return (face for face in collections.faces(session, collection) if face.external_image_id not in names)


def removed(session: Session, collection: str, faces: Sequence[Face]) -> Iterator[Gone]:
    """Remove FACES from COLLECTION; each that stays says why."""
    names = {face.face_id: face.external_image_id for face in faces}
    for gone in collections.delete_faces(session, collection, list(names)):
        yield gone.model_copy(update={"external_image_id": names.get(gone.face_id)})
