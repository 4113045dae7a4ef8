"""Face Liveness: sessions made and read. The check itself needs a camera, and AWS's component in a web page or app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session

SERVICE: Final = "rekognition"
# the model's ChallengeType, by the words of the command
CHALLENGES: Final = {"movement": "FaceMovementChallenge", "light": "FaceMovementAndLightChallenge"}


class Liveness(Record):
    """A session: `confidence` (0 to 100) that a living person sat before the camera, once that has happened."""

    columns: ClassVar = ("session_id", "status", "confidence", "challenge", "audit_images")

    session_id: str
    status: str = "CREATED"
    confidence: float | None = None
    challenge: str | None = None
    feedback: tuple[str, ...] = ()
    audit_images: int = 0

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """The pictures that came with the answer, each with a name: `reference`, `audit-1` and so on."""
        found = [("reference", (self.raw or {}).get("ReferenceImage") or {})]
        found += [(f"audit-{n}", one) for n, one in enumerate((self.raw or {}).get("AuditImages") or (), start=1)]
        for name, one in found:
            if one.get("Bytes"):
                yield name, bytes(one["Bytes"])

    def fields(self) -> dict[str, Any]:
        """The record, and where its pictures lie, if that is in S3."""
        places = {
            name: f"s3://{one['S3Object']['Bucket']}/{one['S3Object']['Name']}"
            for name, one in (("reference_image", (self.raw or {}).get("ReferenceImage") or {}),)
            if one.get("S3Object")
        }
        return {**self.model_dump(mode="json"), **places}


def create(session: Session, *, images: int = 0, to: str | None = None, challenge: str | None = None) -> Liveness:
    """Make a session, with up to four audit IMAGES, which go TO a folder in S3 or come with the answer."""
    if challenge is not None and challenge not in CHALLENGES:
        raise UsageError(f"there is no challenge `{challenge}`", hint=f"one of: {', '.join(CHALLENGES)}")
    settings: dict[str, Any] = {"AuditImagesLimit": images}
    if to is not None:
        bucket, key = sources.split_uri(to.rstrip("/") + "/x")
        settings["OutputConfig"] = {"S3Bucket": bucket, "S3KeyPrefix": key.removesuffix("x")}
    if challenge is not None:
        settings["ChallengePreferences"] = [{"Type": CHALLENGES[challenge]}]
    answer = session.client(SERVICE).create_face_liveness_session(Settings=settings)
    session.talk.warn(
        "the check itself is done in a web page or app, by AWS's FaceLivenessDetector, with this id, in three minutes"
    )
    return Liveness.of(answer)


def creating() -> Step:
    """What making a session would call."""
    return step("rekognition:CreateFaceLivenessSession", "a session")


def result(session: Session, id: str) -> Liveness:
    """What became of the session ID. Raises InputError for one that AWS does not know (any more)."""
    try:
        answer = session.client(SERVICE).get_face_liveness_session_results(SessionId=id)
    except ServiceError as error:
        if error.code == "SessionNotFoundException":
            raise InputError(f"there is no session {id}, or no longer: AWS keeps them for a day") from None
        raise
    return Liveness.of(
        {
            **answer,
            "Challenge": (answer.get("Challenge") or {}).get("Type"),
            "Feedback": tuple(one["Code"] for one in answer.get("Feedback") or ()),
            "AuditImages": len(answer.get("AuditImages") or ()),
        }
    ).with_raw(answer)
