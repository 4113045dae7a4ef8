"""Search a collection for the faces of a picture, and for faces and users that are like one of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from awsml_cli.core import limits, prices
from awsml_cli.core.errors import ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.rekognition import asked, inputs, single
from awsml_cli.services.rekognition.asked import SERVICE, Operation
from awsml_cli.services.rekognition.collections import missing
from awsml_cli.services.rekognition.looking import NO_FACE, call
from awsml_cli.services.rekognition.names import collection_id
from awsml_cli.services.rekognition.records import Sight
from awsml_cli.services.rekognition.views import VIEWS, Look

FACES: Final = Operation("search_faces_by_image", "SearchFacesByImage")
USERS: Final = Operation("search_users_by_image", "SearchUsersByImage")


class Searcher:
    """Searches COLLECTION for the largest face of a picture, or with EVERY for all of them; or for USERS.

    THRESHOLD is the least similarity, 0 to 100; no more than MOST matches of a face. What is found is not kept: what is
    in a collection changes.
    """

    def __init__(
        self,
        session: Session,
        collection: str,
        *,
        threshold: float | None = None,
        most: int | None = None,
        quality: str | None = None,
        every: bool = False,
        users: bool = False,
        scale: bool = False,
    ) -> None:
        self._session = session
        self._operation = USERS if users else FACES
        self._every = every
        self._scale = scale
        kind = "User" if users else "Face"
        bound = limits.REKOGNITION_USERS if users else limits.REKOGNITION_FACES
        if most is not None and most > bound:
            raise UsageError(f"--limit {most}: Rekognition gives {bound:,} at the most")
        self._params: dict[str, Any] = {"CollectionId": collection_id(collection), **asked.quality(quality)}
        if threshold is not None:
            self._params[f"{kind}MatchThreshold"] = threshold
        self._params[f"Max{kind}s"] = most or bound  # AWS gives fewer by itself, and does not say so

    def search(self, source: Source, *, bucket: str | None = None) -> Sight:
        """Who in SOURCE is in the collection; nobody is no failure. Raises InputError, ConfigError, ServiceError."""
        session = self._session
        given = inputs.opened(session, source, self._operation.takes, scale=self._scale)
        if self._every:
            answers = []
            for face in single.faces(session, given):
                answer = self._asked({"Bytes": face.picture}, f"{given.name}, {face.name}")
                answers.append({**answer, "SearchedFaceBoundingBox": dict(face.box)})
            if not answers:
                session.talk.warn(f"there is no face on {given.name}")
            answer = {"Faces": answers}
        else:
            with inputs.staged(given, self._operation.takes, bucket) as image:
                answer = self._asked(image, given.name)
        return Sight.made(answer, VIEWS["search"], Look(), picture=lambda: given.original)

    def plan(self, pictures: Sequence[Source]) -> Iterator[Step]:
        """What searching for PICTURES would call, and its price, which nobody knows for every face."""
        for source in pictures:
            if self._every:
                yield step(f"{SERVICE}:DetectFaces", source.name, charge=prices.pictures(1))
            charge = None if self._every else prices.pictures(1)
            yield step(f"{SERVICE}:{self._operation.name}", source.name, charge=charge)

    def _asked(self, image: Any, name: str) -> dict[str, Any]:
        try:
            answer, _engine = call(self._session, self._operation, name, Image=image, **self._params)
        except ServiceError as error:
            if NO_FACE not in error.message:
                raise missing(error, self._params["CollectionId"]) from None
            self._session.talk.warn(f"there is no face on {name}")
            return {"FaceMatches": []}
        return answer
