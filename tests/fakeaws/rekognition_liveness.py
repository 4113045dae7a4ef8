"""Amazon Rekognition's Face Liveness: sessions that a test lets somebody sit before the camera in."""

from __future__ import annotations

import uuid
from typing import Any

from fakeaws.core import Call
from fakeaws.faults import AwsError


class Liveness:
    """Sessions by id: what GetFaceLivenessSessionResults says of each."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}

    def create_face_liveness_session(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a session."""
        id = str(uuid.uuid4())
        self.sessions[id] = {"SessionId": id, "Status": "CREATED"}
        return {"SessionId": id}

    def get_face_liveness_session_results(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell what became of a session."""
        if params["SessionId"] not in self.sessions:
            raise AwsError("SessionNotFoundException", "No such session.")
        return self.sessions[params["SessionId"]]

    def sat(self, id: str, confidence: float) -> None:
        """Let somebody have sat before the camera."""
        picture = {"Bytes": b"\xff\xd8reference", "BoundingBox": {"Width": 0.5, "Height": 0.5, "Left": 0.2, "Top": 0.2}}
        self.sessions[id] = {
            "SessionId": id,
            "Status": "SUCCEEDED",
            "Confidence": confidence,
            "ReferenceImage": picture,
            "AuditImages": [{**picture, "Bytes": b"\xff\xd8audit"}],
            "Challenge": {"Type": "FaceMovementChallenge", "Version": "1.0.0"},
        }
