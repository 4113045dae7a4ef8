"""Faces in pictures: found, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.see import attributes, colours, faces, likeness
from awsml_cli.local.engines.see.faces import Face
from awsml_cli.local.operations import Answer, Machine, Operation, Params, made_by
from awsml_cli.local.operations.rekognition.pictures import Picture, given, invalid, ratio_box

THRESHOLD: Final = 80.0  # of similarity, where none is asked for
UPRIGHT: Final = 8.0  # degrees of lean up to which libfacedetection's mouths are where they are
# brightness and sharpness below which a face is left out, 0 to 100; our own measure
_LEAST: Final = {"NONE": (0, 0, 0), "LOW": (8, 8, 20), "AUTO": (8, 8, 20), "MEDIUM": (15, 20, 40), "HIGH": (25, 35, 80)}
_KNOWN: Final = frozenset({"DEFAULT", "ALL"})
_LOOKS: Final = ("AGE_RANGE", "GENDER", "EMOTIONS")


def detect_faces(params: Params, machine: Machine) -> Answer:
    """The faces of a picture. Raises ConfigError for an attribute that no engine here can tell."""
    wanted = told_of(params.get("Attributes") or (), machine)
    picture = given(params["Image"], machine)
    answer = {"FaceDetails": [detail(face, picture, machine, wanted) for face in faces.find(picture.image)]}
    return signed(answer, machine, looks=bool(wanted), likely=likeness.DECLARATION.installed())


def compare_faces(params: Params, machine: Machine) -> Answer:
    """The faces of one picture that are like the largest face of another, and those that are not."""
    source, target = given(params["SourceImage"], machine), given(params["TargetImage"], machine)
    own = faces.find(source.image)
    if not own:
        raise invalid("Request has invalid parameters: there is no face in the source image")
    described = likeness.describe(source.image, own[0], home=machine.home)
    least = params.get("SimilarityThreshold", THRESHOLD)
    matches: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for face in faces.find(target.image):
        if refused(face, target, params.get("QualityFilter", "NONE")):
            continue
        found = likeness.describe(target.image, face, home=machine.home)
        alike = likeness.similarity(float(likeness.distances(described, found[None])[0]))
        told = detail(face, target, machine)
        if alike >= least:
            matches.append({"Similarity": alike, "Face": told})
        else:
            others.append(told)
    answer = {
        "SourceImageFace": {"BoundingBox": ratio_box(own[0].box, source.image.size), "Confidence": own[0].confidence},
        "FaceMatches": sorted(matches, key=lambda one: -one["Similarity"]),
        "UnmatchedFaces": others,
    }
    return known(answer, machine)


OPERATIONS: dict[str, Operation] = {"DetectFaces": detect_faces, "CompareFaces": compare_faces}


def told_of(wanted: Sequence[str], machine: Machine) -> frozenset[str]:
    """Which of AGE_RANGE, GENDER and EMOTIONS are told where WANTED is asked for.

    Raises ConfigError for attributes that no engine here can tell; of ALL it is said which are left out.
    """
    here = attributes.DECLARATION.installed()
    unable = [name for name in wanted if name not in _KNOWN and name not in _LOOKS]
    if unable:
        raise ConfigError(
            f"no engine on this machine can tell {', '.join(unable).lower().replace('_', ' ')} of a face",
            hint="leave it out, or run without --local",
        )
    if "ALL" in wanted:
        rest = "beards, glasses, open eyes, smiles …"
        left = rest if here else f"age, gender, emotions ({attributes.DECLARATION.install}), {rest}"
        machine.warn(f"of a face, this machine does not tell all: left out are {left}")
        return frozenset(_LOOKS if here else ())
    asked = frozenset(name for name in wanted if name in _LOOKS)
    if asked and not here:
        raise attributes.DECLARATION.missing()
    return asked


def detail(face: Face, picture: Picture, machine: Machine, wanted: frozenset[str] = frozenset()) -> dict[str, Any]:
    """FACE as AWS tells it, as far as an engine knows it, with those of its looks that are WANTED."""
    wide, high = picture.image.size
    light = colours.light(_cut(face, picture))
    points, pose = face.landmarks, {}
    if likeness.DECLARATION.installed():
        better, roll = likeness.landmarks(picture.image, face, home=machine.home)
        mouth = {name: place for name, place in points.items() if name.startswith("mouth") and abs(roll) < UPRIGHT}
        points, pose = {**better, **mouth}, {"Pose": {"Roll": roll}}
    return {
        "BoundingBox": ratio_box(face.box, picture.image.size),
        **_looks(face, picture, machine, wanted),
        "Landmarks": [{"Type": name, "X": x / wide, "Y": y / high} for name, (x, y) in points.items()],
        **pose,
        "Quality": {"Brightness": light.brightness, "Sharpness": light.sharpness},
        "Confidence": face.confidence,
    }


def refused(face: Face, picture: Picture, quality: str) -> list[str]:
    """Why FACE is too bad for a QUALITY filter of AWS's; nothing if it is not."""
    bright, sharp, small = _LEAST[quality]
    light = colours.light(_cut(face, picture))
    reasons = {
        "LOW_BRIGHTNESS": light.brightness < bright,
        "LOW_SHARPNESS": light.sharpness < sharp,
        "SMALL_BOUNDING_BOX": min(face.box[2:]) < small,
    }
    return [name for name, holds in reasons.items() if holds]


def known(answer: Answer, machine: Machine) -> Answer:
    """ANSWER with the engines that find faces and tell whose they are."""
    return signed(answer, machine, likely=True)


def signed(answer: Answer, machine: Machine, *, looks: bool = False, likely: bool = False) -> Answer:
    """ANSWER with the engines that made it: faces found, their LOOKS told, or how LIKELY they are somebody's."""
    made = [faces.DECLARATION]
    made += [likeness.DECLARATION] if likely else []
    made += [attributes.DECLARATION] if looks else []
    engines = ", ".join(one.label() for one in made)
    return made_by(answer, engine=engines, quality=made[-1].quality, machine=machine)


def _looks(face: Face, picture: Picture, machine: Machine, wanted: frozenset[str]) -> dict[str, Any]:
    if not wanted:
        return {}
    found = attributes.look(picture.image, face, home=machine.home)
    told: dict[str, dict[str, Any]] = {
        "AGE_RANGE": {"AgeRange": {"Low": found.ages[0], "High": found.ages[1]}},
        "GENDER": {"Gender": {"Value": found.gender, "Confidence": found.gender_confidence}},
        "EMOTIONS": {"Emotions": [{"Type": name, "Confidence": sure} for name, sure in found.emotions]},
    }
    return {name: value for one in _LOOKS if one in wanted for name, value in told[one].items()}


def _cut(face: Face, picture: Picture) -> Any:
    left, top, wide, high = face.box
    return picture.image.crop((round(left), round(top), round(left + wide), round(top + high)))
