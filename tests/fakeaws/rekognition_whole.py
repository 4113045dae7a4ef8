"""Amazon Rekognition in one: each part of it a class of its own."""

from __future__ import annotations

from fakeaws.core import FakeAws
from fakeaws.rekognition import Pictures
from fakeaws.rekognition_liveness import Liveness
from fakeaws.rekognition_models import Models
from fakeaws.rekognition_streams import Streams
from fakeaws.rekognition_video import Videos


class Rekognition(Pictures, Videos, Models, Streams, Liveness):
    """Rekognition's operations that have state."""

    name = "rekognition"

    def __init__(self, aws: FakeAws) -> None:
        Pictures.__init__(self, aws)
        Videos.__init__(self)
        Models.__init__(self)
        Streams.__init__(self)
        Liveness.__init__(self)
