"""Compare the faces of one picture with those of others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from awsml_cli.core import prices
from awsml_cli.core.cache import alone, key_of
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.rekognition import asked, inputs, single
from awsml_cli.services.rekognition.asked import SERVICE, Operation
from awsml_cli.services.rekognition.inputs import Given
from awsml_cli.services.rekognition.looking import call, kept, remember
from awsml_cli.services.rekognition.records import Sight
from awsml_cli.services.rekognition.views import VIEWS, Look

COMPARE: Final = Operation("compare_faces", "CompareFaces")


class Comparer:
    """The faces of SOURCE: its largest, or with EVERY all of them, each compared with all faces of a target.

    THRESHOLD is the least similarity, 0 to 100, that is a match (80 by default); QUALITY says which faces count.
    """

    def __init__(
        self,
        session: Session,
        source: Source,
        *,
        threshold: float | None = None,
        quality: str | None = None,
        every: bool = False,
        scale: bool = False,
    ) -> None:
        self._session = session
        self._source = source
        self._every = every
        self._scale = scale
        self._params: dict[str, Any] = {**asked.quality(quality)}
        if threshold is not None:
            self._params["SimilarityThreshold"] = threshold

    def check(self) -> None:
        """Look at the source, once for all targets. Raises InputError where it is no picture."""
        self._given()

    def compare(self, target: Source, *, bucket: str | None = None) -> Sight:
        """The faces of TARGET that are like one of the source's. Raises InputError, ServiceError."""
        given = inputs.opened(self._session, target, COMPARE.takes, scale=self._scale)
        answers = [self._answer(name, digest, image, given, bucket) for name, digest, image in self._images()]
        answer = {"Faces": answers} if self._every else answers[0]
        return Sight.made(answer, VIEWS["compare"], Look(), picture=lambda: given.original)

    def plan(self, targets: Sequence[Source]) -> Iterator[Step]:
        """What comparing with TARGETS would call, and its price, which nobody knows where every face is compared."""
        if self._every:
            yield step(f"{SERVICE}:DetectFaces", self._source.name, charge=prices.pictures(1))
        for target in targets:
            charge = None if self._every else prices.pictures(1)
            yield step(f"{SERVICE}:{COMPARE.name}", target.name, charge=charge)

    def _images(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Each face of the source: its name, a digest, and the picture of it as a request takes it; made once."""
        return self._session.once(("compared", self._source.name), self._prepared)

    def _given(self) -> Given:
        return self._session.once(
            ("source", self._source.name),
            lambda: inputs.opened(self._session, self._source, COMPARE.takes, scale=self._scale),
        )

    def _prepared(self) -> list[tuple[str, str, dict[str, Any]]]:
        given = self._given()
        if self._every:
            found = list(single.faces(self._session, given))
            if not found:
                self._session.talk.warn(f"there is no face on {given.name}")
            return [(one.name, f"{given.digest} {one.number}", {"Bytes": one.picture, "Box": one.box}) for one in found]
        if given.data is None:
            return [("face 1", given.digest, {"S3Object": given.object})]
        return [("face 1", given.digest, {"Bytes": given.ready(COMPARE.takes)})]

    def _answer(
        self, name: str, digest: str, image: dict[str, Any], given: Given, bucket: str | None
    ) -> dict[str, Any]:
        session = self._session
        key = key_of(SERVICE, session.region, session.local, COMPARE.name, digest, given.digest, self._params)
        whose = image.get("Box")
        source = {name: part for name, part in image.items() if name != "Box"}
        with alone(key):
            found = None if session.fresh or session.local else kept(session).find(key)
            if found is not None:
                answer = dict(json.loads(found))
            else:
                with inputs.staged(given, COMPARE.takes, bucket) as target:
                    answer = self._compared(source, target, given.name)
                if session.keep is not False and not session.local:
                    remember(session, key, answer)
        if whose is not None:  # where it is in the picture, not in what was cut out of it
            answer["SourceImageFace"] = {**answer.get("SourceImageFace", {}), "BoundingBox": dict(whose)}
        return answer

    def _compared(self, source: dict[str, Any], target: dict[str, Any], name: str) -> dict[str, Any]:
        try:
            return call(self._session, COMPARE, name, SourceImage=source, TargetImage=target, **self._params)[0]
        except ServiceError as error:
            if error.code == "InvalidParameterException" and error.hint is None:
                error.hint = f"is there a face on the source? awsml rekognition faces {self._source.name}"
            raise
