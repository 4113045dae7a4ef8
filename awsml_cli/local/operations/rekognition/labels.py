"""DetectLabels: what a picture shows, and its colours and light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.see import colours, shown
from awsml_cli.local.engines.see.objects import Thing
from awsml_cli.local.engines.see.shown import Label
from awsml_cli.local.operations import Answer, Machine, Operation, Params, made_by
from awsml_cli.local.operations.rekognition.pictures import Picture, given, invalid, ratio_box

if TYPE_CHECKING:
    from PIL.Image import Image

SURE: Final = 55.0  # confidence, where none is asked for: API_DetectLabels.html
LABELS: Final = 1_000  # of one answer
COLOURS: Final = 12  # dominant ones, where none are asked for
VERSION: Final = "3.0"
_WORST: Final = ("weak", "fair", "good")
# filter, and what of a label it looks at
_INCLUDED: Final = (("LabelInclusionFilters", "name"), ("LabelCategoryInclusionFilters", "category"))
_EXCLUDED: Final = (("LabelExclusionFilters", "name"), ("LabelCategoryExclusionFilters", "category"))


def detect_labels(params: Params, machine: Machine) -> Answer:
    """The labels of a picture, its colours and its light, as Features asks."""
    features = params.get("Features") or ["GENERAL_LABELS"]
    settings = params.get("Settings") or {}
    if "GeneralLabels" in settings and "GENERAL_LABELS" not in features:
        raise invalid("GeneralLabels settings need the feature GENERAL_LABELS")
    made: list[Declaration] = list(shown.engines()) if "GENERAL_LABELS" in features else []
    picture = given(params["Image"], machine)
    asked = settings.get("ImageProperties") or {}
    count = asked.get("MaxDominantColors", COLOURS) if "IMAGE_PROPERTIES" in features else 0
    answer: Answer = {}
    if "GENERAL_LABELS" in features:
        found = shown.labels(picture.image, home=machine.home)
        wanted = _wanted(found, params, settings.get("GeneralLabels") or {})
        answer = {"Labels": [_told(label, picture, count) for label in wanted], "LabelModelVersion": VERSION}
    if "IMAGE_PROPERTIES" in features:
        made.append(colours.DECLARATION)
        answer["ImageProperties"] = _properties(picture, count)
    quality = min((one.quality for one in made), key=_WORST.index)
    return made_by(answer, engine=", ".join(one.label() for one in made), quality=quality, machine=machine)


OPERATIONS: dict[str, Operation] = {"DetectLabels": detect_labels}


def _wanted(found: Sequence[Label], params: Params, filters: Mapping[str, Any]) -> list[Label]:
    """Those of the labels FOUND that are sure enough and that the filters let through."""
    least = params.get("MinConfidence", SURE)
    kept = [label for label in found if label.confidence >= least]
    for name, part in _INCLUDED:
        if filters.get(name):
            kept = [label for label in kept if getattr(label, part) in filters[name]]
    for name, part in _EXCLUDED:
        kept = [label for label in kept if getattr(label, part) not in (filters.get(name) or ())]
    for label in kept:
        label.things = [thing for thing in label.things if thing.confidence >= least]
    return kept[: params.get("MaxLabels") or LABELS]


def _told(label: Label, picture: Picture, count: int) -> dict[str, Any]:
    return {
        "Name": label.name,
        "Confidence": label.confidence,
        "Instances": [_instance(thing, picture, count) for thing in label.things],
        "Parents": [{"Name": parent} for parent in label.parents],
        "Aliases": [],
        "Categories": [{"Name": label.category}] if label.category else [],
    }


def _instance(thing: Thing, picture: Picture, count: int) -> dict[str, Any]:
    told: dict[str, Any] = {"BoundingBox": ratio_box(thing.box, picture.image.size), "Confidence": thing.confidence}
    if count:
        left, top, wide, high = thing.box
        inside = picture.image.crop((round(left), round(top), round(left + wide), round(top + high)))
        told["DominantColors"] = _dominant(inside, count)
    return told


def _properties(picture: Picture, count: int) -> dict[str, Any]:
    light = colours.light(picture.image)
    quality = {"Brightness": light.brightness, "Sharpness": light.sharpness, "Contrast": light.contrast}
    return {"Quality": quality, "DominantColors": _dominant(picture.image, count)}


def _dominant(image: Image, count: int) -> list[dict[str, Any]]:
    return [
        {
            "Red": one.red,
            "Green": one.green,
            "Blue": one.blue,
            "HexCode": one.hex,
            "CSSColor": one.css,
            "SimplifiedColor": one.plain,
            "PixelPercent": one.percent,
        }
        for one in colours.dominant(image, count)
    ]
