"""What is asked of a video: which analysis of Rekognition's, with which settings and filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from awsml_cli.core import limits, prices
from awsml_cli.core.errors import UsageError
from awsml_cli.formats.timeline import MEMBERS

SERVICE: Final = "rekognition"
SORTS: Final = ("time", "name")
AGGREGATES: Final = ("timestamps", "segments")
ATTRIBUTES: Final = ("default", "all")
SEGMENT_TYPES: Final = {"shot": "SHOT", "cue": "TECHNICAL_CUE"}


@dataclass(frozen=True)
class Kind:
    """A kind of analysis: AWS's NOUN in its operations, what it calls sorting by name, what it leaves out by itself.

    `least` is the confidence (0 to 100) below which it tells nothing unless asked to; None where it cannot be asked.
    """

    name: str
    noun: str
    by_name: str | None = None
    aggregates: bool = False
    least: float | None = None
    floor: float = 0.0  # the lowest that can be asked for

    @property
    def member(self) -> str:
        """The list in its answer."""
        return MEMBERS[self.name]

    @property
    def start(self) -> str:
        """The operation that starts it."""
        return f"Start{self.noun}"

    def method(self, verb: str) -> str:
        """The client's method for VERB, `start` or `get`."""
        words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.noun)
        return verb + words


# where AWS leaves out what is less sure: the descriptions of its Start operations in botocore 1.44
KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("labels", "LabelDetection", "NAME", aggregates=True, least=50.0),
        Kind("faces", "FaceDetection"),
        Kind("search", "FaceSearch", "INDEX", least=80.0),
        Kind("celebrities", "CelebrityRecognition", "ID"),
        Kind("moderation", "ContentModeration", "NAME", aggregates=True, least=50.0),
        Kind("text", "TextDetection", least=80.0),
        Kind("segments", "SegmentDetection", least=50.0, floor=50.0),
    )
}


@dataclass(frozen=True)
class Area:
    """A part of the picture, in shares of its width and height."""

    left: float
    top: float
    width: float
    height: float

    def params(self) -> dict[str, Any]:
        """As AWS takes it."""
        return {"BoundingBox": {"Left": self.left, "Top": self.top, "Width": self.width, "Height": self.height}}


def area(text: str) -> Area:
    """The part of the picture that TEXT, `LEFT,TOP,WIDTH,HEIGHT` in shares, means. Raises UsageError."""
    try:
        left, top, width, height = (float(part) for part in text.split(","))
    except ValueError:
        left = top = width = height = -1.0
    if not (0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1 - left + 1e-9 and 0 < height <= 1 - top + 1e-9):
        raise UsageError(f"`{text}` is no area", hint="LEFT,TOP,WIDTH,HEIGHT in shares of the picture: 0,0.8,1,0.2")
    return Area(left, top, width, height)


@dataclass(frozen=True)
class Asked:
    """What is asked: a KIND of analysis and its settings.

    MIN_CONFIDENCE (0 to 100) goes to AWS only where AWS would leave something out otherwise: what is surer than that
    is sifted here, so that another threshold costs nothing. SORT and AGGREGATE shape the answer, not the job.
    """

    kind: Kind
    min_confidence: float | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    attributes: str = "default"
    collection: str = ""
    segments: tuple[str, ...] = tuple(SEGMENT_TYPES)
    black_pixel: float | None = None
    black_coverage: float | None = None
    areas: tuple[Area, ...] = ()
    sort: str = "time"
    aggregate: str = "timestamps"

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        for word, value, known in (
            ("sort", self.sort, SORTS),
            ("aggregate", self.aggregate, AGGREGATES),
            ("attributes", self.attributes, ATTRIBUTES),
        ):
            if value not in known:
                raise UsageError(f"--{word} is never `{value}`", hint=f"one of: {', '.join(known)}")
        if len(self.areas) > limits.REKOGNITION_VIDEO_AREAS:
            raise UsageError(f"{len(self.areas)} areas: Rekognition takes {limits.REKOGNITION_VIDEO_AREAS}")
        for names in self._filters().values():
            if len(names) > limits.REKOGNITION_VIDEO_FILTERS:
                raise UsageError(f"{len(names)} names in a filter: Rekognition takes 100")
        unknown = [one for one in self.segments if one not in SEGMENT_TYPES]
        if unknown or not self.segments:
            raise UsageError(
                f"there is no segment `{''.join(unknown[:1])}`", hint=f"one of: {', '.join(SEGMENT_TYPES)}"
            )

    @property
    def minute(self) -> float:
        """What a minute of video costs, in US dollars."""
        if self.kind.name == "segments":
            return prices.REKOGNITION_SEGMENTS_MINUTE * len(self.segments)
        return prices.REKOGNITION_VIDEO_MINUTE

    def start_params(self) -> dict[str, Any]:
        """The part of the request to start that shapes what is found."""
        made: dict[str, Any] = getattr(self, f"_{self.kind.name}", dict)()  # celebrities have none
        return made

    def get_params(self) -> dict[str, Any]:
        """The part of the request for the answer that shapes it."""
        asked: dict[str, Any] = {}
        if self.sort == "name" and self.kind.by_name:
            asked["SortBy"] = self.kind.by_name
        if self.aggregate == "segments" and self.kind.aggregates:
            asked["AggregateBy"] = "SEGMENTS"
        return asked

    def wider(self) -> Iterator[Asked]:
        """Other questions whose answer holds this one's."""
        if self.kind.name == "labels" and any(self._filters().values()):
            yield replace(self, include=(), exclude=(), categories=(), without=())
        if self.kind.name == "faces" and self.attributes == "default":
            yield replace(self, attributes="all")

    def _least(self) -> float | None:
        """The confidence to ask AWS for; None where its own will do."""
        least = self.kind.least
        if least is None or self.min_confidence is None or self.min_confidence >= least:
            return None
        return max(self.min_confidence, self.kind.floor)

    def _filters(self) -> dict[str, tuple[str, ...]]:
        return {
            "LabelInclusionFilters": self.include,
            "LabelExclusionFilters": self.exclude,
            "LabelCategoryInclusionFilters": self.categories,
            "LabelCategoryExclusionFilters": self.without,
        }

    def _confident(self, member: str) -> dict[str, Any]:
        least = self._least()
        return {} if least is None else {member: least}

    def _labels(self) -> dict[str, Any]:
        filters = {name: sorted(names) for name, names in self._filters().items() if names}
        settings = {"Settings": {"GeneralLabels": filters}} if filters else {}
        return {**self._confident("MinConfidence"), **settings}

    def _faces(self) -> dict[str, Any]:
        return {"FaceAttributes": "ALL"} if self.attributes == "all" else {}

    def _search(self) -> dict[str, Any]:
        return {"CollectionId": self.collection, **self._confident("FaceMatchThreshold")}

    def _moderation(self) -> dict[str, Any]:
        return self._confident("MinConfidence")

    def _text(self) -> dict[str, Any]:
        filters: dict[str, Any] = {}
        if word := self._confident("MinConfidence"):
            filters["WordFilter"] = word
        if self.areas:
            filters["RegionsOfInterest"] = [one.params() for one in self.areas]
        return {"Filters": filters} if filters else {}

    def _segments(self) -> dict[str, Any]:
        filters: dict[str, Any] = {}
        confident = self._confident("MinSegmentConfidence")
        black = {
            name: value
            for name, value in (("MaxPixelThreshold", self.black_pixel), ("MinCoveragePercentage", self.black_coverage))
            if value is not None
        }
        if "cue" in self.segments and (confident or black):
            filters["TechnicalCueFilter"] = {**confident, **({"BlackFrame": black} if black else {})}
        if "shot" in self.segments and confident:
            filters["ShotFilter"] = confident
        types = [SEGMENT_TYPES[one] for one in SEGMENT_TYPES if one in self.segments]
        return {"SegmentTypes": types, **({"Filters": filters} if filters else {})}


def listed(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in TEXTS, separated by commas."""
    return tuple(dict.fromkeys(part.strip() for text in texts for part in text.split(",") if part.strip()))
