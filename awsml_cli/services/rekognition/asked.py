"""What is asked of a picture: which operation of Rekognition, with what, and what it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import UsageError

SERVICE: Final = "rekognition"
ATTRIBUTES: Final = (
    *("AGE_RANGE", "BEARD", "EMOTIONS", "EYE_DIRECTION", "EYEGLASSES", "EYES_OPEN", "GENDER", "MOUTH_OPEN"),
    *("MUSTACHE", "FACE_OCCLUDED", "SMILE", "SUNGLASSES"),
)
EQUIPMENT: Final = ("FACE_COVER", "HAND_COVER", "HEAD_COVER")
QUALITIES: Final = ("NONE", "AUTO", "LOW", "MEDIUM", "HIGH")
_MODEL: Final = re.compile(
    r"arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project/[\w.-]{1,255}/version/[\w.-]{1,255}/\d+"
)


@dataclass(frozen=True)
class Takes:
    """The pictures that an operation takes: bytes of one that is sent, of one in S3, and pixels of their sides."""

    bytes: int = limits.REKOGNITION_BYTES
    side: range = limits.REKOGNITION_SIDE
    object_bytes: int = limits.REKOGNITION_OBJECT_BYTES


@dataclass(frozen=True)
class Operation:
    """An operation about one picture, as boto3 and as AWS spell it; AWS leaves out what is less sure than DEFAULT."""

    method: str
    name: str
    takes: Takes = Takes()
    default: float | None = None


OPERATIONS: Final = {
    "labels": Operation("detect_labels", "DetectLabels", default=55.0),
    "properties": Operation("detect_labels", "DetectLabels"),
    "custom": Operation(
        "detect_custom_labels",
        "DetectCustomLabels",
        Takes(limits.REKOGNITION_CUSTOM_BYTES, limits.REKOGNITION_CUSTOM_SIDE),
    ),
    "faces": Operation("detect_faces", "DetectFaces"),
    "celebrities": Operation("recognize_celebrities", "RecognizeCelebrities"),
    "moderation": Operation("detect_moderation_labels", "DetectModerationLabels", default=50.0),
    "text": Operation("detect_text", "DetectText"),
    "ppe": Operation(
        "detect_protective_equipment",
        "DetectProtectiveEquipment",
        Takes(limits.REKOGNITION_PPE_BYTES, limits.REKOGNITION_PPE_SIDE),
    ),
}


@dataclass(frozen=True)
class Asked:
    """One question: its KIND (see OPERATIONS), and what goes with the picture, as AWS spells it."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    review: str | None = None  # the ARN of the flow by which people look again

    @property
    def operation(self) -> Operation:
        """What answers it."""
        return OPERATIONS[self.kind]

    def surer(self, at_least: float | None) -> Asked:
        """The same question for what is AT_LEAST so sure, 0 to 100.

        What AWS would send anyway is sifted here, so that another bound costs nothing; only what it would keep to
        itself is asked for.
        """
        default = self.operation.default
        if default is None and self.kind != "custom":
            return self  # the operation knows no bound
        known = self.params.get("MinConfidence", 100.0 if default is None else default)
        if at_least is None or at_least >= known:
            return self
        return replace(self, params={**self.params, "MinConfidence": at_least})

    def words(self, loop: str) -> dict[str, Any]:
        """What goes with a picture; LOOP is the name of the work of the people who look again, if any do."""
        if self.review is None:
            return dict(self.params)
        return {**self.params, "HumanLoopConfig": {"HumanLoopName": loop, "FlowDefinitionArn": self.review}}


def labels(
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    categories: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Asked:
    """What a picture shows: all, or what the names of labels and of CATEGORIES let through. Raises UsageError."""
    filters = {
        "LabelInclusionFilters": _names(include, "--include"),
        "LabelExclusionFilters": _names(exclude, "--exclude"),
        "LabelCategoryInclusionFilters": _names(categories, "--categories"),
        "LabelCategoryExclusionFilters": _names(without, "--without"),
    }
    wanted = {name: names for name, names in filters.items() if names}
    return Asked("labels", {"Settings": {"GeneralLabels": wanted}} if wanted else {})


def properties(*, colours: int | None = None) -> Asked:
    """A picture's colours and quality."""
    params: dict[str, Any] = {"Features": ["IMAGE_PROPERTIES"]}
    if colours is not None:
        params["Settings"] = {"ImageProperties": {"MaxDominantColors": colours}}
    return Asked("properties", params)


def custom(model: str) -> Asked:
    """What MODEL, a version of one's own, finds. Raises UsageError for what is no ARN of one."""
    return Asked("custom", {"ProjectVersionArn": _model(model, "--model")})


def faces(names: Sequence[str]) -> Asked:
    """The faces, with the attributes that NAMES, separated by commas, name; `all` and `default` are such names."""
    return Asked("faces", {"Attributes": attributes(names)})


def attributes(names: Sequence[str]) -> list[str]:
    """The attributes of faces that NAMES name, as AWS takes them, in its order. Raises UsageError."""
    found = set(chosen(names, ("ALL", "DEFAULT", *ATTRIBUTES), "attribute of a face"))
    return ["ALL"] if "ALL" in found else [name for name in ("DEFAULT", *ATTRIBUTES) if name in found]


def moderation(*, adapter: str | None = None, review: str | None = None) -> Asked:
    """What not everybody wants to see; ADAPTER is a version trained on pictures of one's own, REVIEW a flow's ARN."""
    params = {"ProjectVersion": _model(adapter, "--adapter")} if adapter is not None else {}
    return Asked("moderation", params, review)


def text(*, height: float | None = None, width: float | None = None, areas: Sequence[str] = ()) -> Asked:
    """The words on a picture, at least so high and wide (shares of the picture), in AREAS of it alone.

    An area is `LEFT,TOP,WIDTH,HEIGHT` or three corners and more, `X,Y,X,Y,X,Y`, as shares or per cent.
    Raises UsageError.
    """
    if len(areas) > limits.REKOGNITION_AREAS:
        raise UsageError(f"{len(areas)} areas: Rekognition takes {limits.REKOGNITION_AREAS}", hint="leave some out")
    filters: dict[str, Any] = {}
    words = {
        "MinBoundingBoxHeight": _share(height, "--min-height"),
        "MinBoundingBoxWidth": _share(width, "--min-width"),
    }
    if any(share is not None for share in words.values()):
        filters["WordFilter"] = {name: share for name, share in words.items() if share is not None}
    if areas:
        filters["RegionsOfInterest"] = [_area(text) for text in areas]
    return Asked("text", {"Filters": filters} if filters else {})


def equipment(required: Sequence[str], *, at_least: float | None = None) -> Asked:
    """Who wears what; REQUIRED pieces are summed up by AWS, from AT_LEAST so sure on (50 to 100, 80 by default)."""
    wanted = chosen(required, EQUIPMENT, "piece of equipment")
    if not wanted:
        return Asked("ppe")
    sure = 80.0 if at_least is None else max(at_least, 50.0)
    return Asked("ppe", {"SummarizationAttributes": {"MinConfidence": sure, "RequiredEquipmentTypes": wanted}})


def quality(word: str | None) -> dict[str, str]:
    """The part of a request that says which faces are good enough. Raises UsageError."""
    if word is None:
        return {}
    return {"QualityFilter": chosen([word], QUALITIES, "quality")[0]}


def chosen(names: Iterable[str], known: Sequence[str], what: str) -> list[str]:
    """The names of KNOWN that NAMES, separated by commas, mean, in KNOWN's order; `face-cover` is `FACE_COVER`.

    The first word is enough where it is one alone's. Raises UsageError for one that is no WHAT.
    """
    found = set()
    for name in (part.strip().upper().replace("-", "_") for text in names for part in text.split(",") if part.strip()):
        near = [one for one in known if one == name] or [one for one in known if one.startswith(f"{name}_")]
        if len(near) != 1:
            guess = get_close_matches(name, known, n=1)
            words = ", ".join(known).lower()
            raise UsageError(
                f"there is no {what} `{name.lower()}`",
                hint=f"did you mean {guess[0].lower()}?" if guess else f"one of: {words}",
            )
        found.add(near[0])
    return [one for one in known if one in found]


def _names(words: Sequence[str], option: str) -> list[str]:
    names = [name.strip() for text in words for name in text.split(",") if name.strip()]
    if len(names) > limits.REKOGNITION_FILTERS:
        raise UsageError(f"{len(names)} names for {option}: Rekognition takes {limits.REKOGNITION_FILTERS}")
    return names


def _model(arn: str, option: str) -> str:
    if not _MODEL.fullmatch(arn):
        raise UsageError(
            f"`{arn}` is no version of a model", hint=f"{option} arn:aws:rekognition:…:project/NAME/version/NAME/NUMBER"
        )
    return arn


def _share(number: float | None, option: str) -> float | None:
    if number is not None and not 0 <= number <= 1:
        raise UsageError(f"{option} is a share of the picture, from 0 to 1, not {number:g}")
    return number


def _area(text: str) -> dict[str, Any]:
    try:
        numbers = [float(part.strip().rstrip("%")) / (100 if "%" in part else 1) for part in re.split("[,; ]+", text)]
    except ValueError:
        numbers = []
    if len(numbers) < 4 or len(numbers) % 2 or not all(0 <= number <= 1 for number in numbers):
        raise UsageError(
            f"`{text}` is no area", hint="--area LEFT,TOP,WIDTH,HEIGHT as shares: --area 0,0.5,1,0.5 is the lower half"
        )
    if len(numbers) == 4:
        left, top, width, height = numbers
        if not width or not height or left + width > 1.0001 or top + height > 1.0001:
            raise UsageError(f"the area `{text}` does not lie in the picture", hint="LEFT,TOP,WIDTH,HEIGHT as shares")
        return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}
    return {"Polygon": [{"X": x, "Y": y} for x, y in zip(numbers[::2], numbers[1::2], strict=True)]}
