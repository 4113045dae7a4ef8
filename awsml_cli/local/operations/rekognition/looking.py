"""What else a picture shows: its text, and whether it is fit for all eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import read
from awsml_cli.local.engines.read.found import Corners, box
from awsml_cli.local.engines.see import moderation
from awsml_cli.local.operations import Answer, Machine, Operation, Params, made_by
from awsml_cli.local.operations.rekognition.pictures import given
from awsml_cli.local.operations.textract.blocks import geometry

WORDS: Final = 100  # of one picture: limits.html
SURE: Final = 50.0  # of moderation, where nothing is asked for
VERSION: Final = "3.0"


def detect_text(params: Params, machine: Machine) -> Answer:
    """Lines and words of a picture, those that the filters let through."""
    picture = given(params["Image"], machine)
    engine = read.load(read.choose(), home=machine.home)
    filters = params.get("Filters") or {}
    detections: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for line in engine.lines(picture.image):
        kept = [word for word in line.words if _passes(word.corners, word.confidence, picture.image.size, filters)]
        if not kept:
            continue
        parent = len(detections)
        detections.append(_detection("LINE", line.text, line.confidence, line.corners, picture.image.size, parent))
        words += [
            {**_detection("WORD", word.text, word.confidence, word.corners, picture.image.size, 0), "ParentId": parent}
            for word in kept
        ]
    for word in words[:WORDS]:
        detections.append({**word, "Id": len(detections)})
    made = engine.declaration
    answer = {"TextDetections": detections, "TextModelVersion": VERSION}
    return made_by(answer, engine=made.label(), quality=made.quality, machine=machine)


def detect_moderation_labels(params: Params, machine: Machine) -> Answer:
    """Whether a picture is explicit. It is said that nothing else is looked for."""
    if params.get("ProjectVersion"):
        raise ConfigError("no engine on this machine can use a moderation adapter", hint="leave it out")
    picture = given(params["Image"], machine)
    score = 100 * moderation.score(picture.image, home=machine.home)
    machine.warn("nudity alone is looked for, by one score; violence, drugs, gestures … are not")
    made = moderation.DECLARATION
    found = score >= params.get("MinConfidence", SURE)
    labels = [{"Confidence": score, "Name": "Explicit", "ParentName": "", "TaxonomyLevel": 1}] if found else []
    answer = {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": []}
    return made_by(answer, engine=made.label(), quality=made.quality, machine=machine)


OPERATIONS: dict[str, Operation] = {
    "DetectText": detect_text,
    "DetectModerationLabels": detect_moderation_labels,
}


def _passes(corners: Corners, confidence: float, size: tuple[int, int], filters: Mapping[str, Any]) -> bool:
    """Whether a word passes the filters of DetectText."""
    left, top, right, bottom = box(corners)
    wanted = filters.get("WordFilter") or {}
    if confidence < wanted.get("MinConfidence", 0):
        return False
    if (right - left) / size[0] < wanted.get("MinBoundingBoxWidth", 0):
        return False
    if (bottom - top) / size[1] < wanted.get("MinBoundingBoxHeight", 0):
        return False
    regions = filters.get("RegionsOfInterest") or ()
    x, y = (left + right) / 2 / size[0], (top + bottom) / 2 / size[1]
    return not regions or any(_is_inside(x, y, region) for region in regions)


def _is_inside(x: float, y: float, region: Mapping[str, Any]) -> bool:
    """Whether the point is in REGION, a box or a polygon."""
    area = region.get("BoundingBox")
    if area:
        left, top = area.get("Left", 0), area.get("Top", 0)
        return bool(left <= x <= left + area.get("Width", 0) and top <= y <= top + area.get("Height", 0))
    points = [(point["X"], point["Y"]) for point in region.get("Polygon") or ()]
    inside = False
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], *points[:1]], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def _detection(
    kind: str, text: str, confidence: float, corners: Corners, size: tuple[int, int], number: int
) -> dict[str, Any]:
    return {
        "DetectedText": text,
        "Type": kind,
        "Id": number,
        "Confidence": confidence,
        "Geometry": geometry(corners, size),
    }
