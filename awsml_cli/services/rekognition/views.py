"""How the answer to each question is looked at: what is sure enough, its lines, and its places on the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.record import Record
from awsml_cli.formats.boxes import Area, corners_of
from awsml_cli.services.rekognition import rows

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """What of an answer is wanted: what is at least so sure (0 to 100), the surest MOST, and single WORDS of a text."""

    min_confidence: float = 0.0
    most: int | None = None
    words: bool = False
    name: str = ""  # of the picture's faces, where they go into a collection


@dataclass(frozen=True)
class View:
    """One sort of answer: `sift` takes out what is not wanted, `rows` and `areas` read what is left."""

    sift: Callable[[Answer, Look], dict[str, Any]]
    rows: Callable[[Answer, Look], Iterator[Record]]
    areas: Callable[[Answer, Look], Iterator[Area]]


def sure(number: float | None) -> str:
    """A confidence as text and tables show it: one decimal."""
    return f"{float(number or 0.0):.1f}"


def place(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Left, top, width and height of a BoundingBox, or of what holds one."""
    box = geometry.get("BoundingBox", geometry)
    return {name.lower(): box.get(name) for name in ("Left", "Top", "Width", "Height")}


def sifting(member: str, key: str = "Confidence") -> Callable[[Answer, Look], dict[str, Any]]:
    """What leaves out of the list MEMBER all that is less sure by KEY, and all but the surest."""

    def sift(answer: Answer, look: Look) -> dict[str, Any]:
        found = [one for one in answer.get(member) or () if one.get(key, 100.0) >= look.min_confidence]
        if look.most is not None:
            found = sorted(found, key=lambda one: -one.get(key, 0.0))[: look.most]
        return {**answer, member: found}

    return sift


def _whole(answer: Answer, look: Look) -> dict[str, Any]:
    return dict(answer)


def _nowhere(answer: Answer, look: Look) -> Iterator[Area]:
    return iter(())


def _sift_labels(answer: Answer, look: Look) -> dict[str, Any]:
    made = sifting("Labels")(answer, look)
    made["Labels"] = [
        {
            **one,
            "Instances": [seen for seen in one["Instances"] if seen.get("Confidence", 100.0) >= look.min_confidence],
        }
        if one.get("Instances")
        else one
        for one in made["Labels"]
    ]
    return made


def _labels(answer: Answer, look: Look) -> Iterator[Record]:
    for one in answer.get("Labels") or ():
        yield rows.LabelRow(
            name=one.get("Name", ""),
            confidence=sure(one.get("Confidence")),
            instances=len(one.get("Instances") or ()),
            parents=_named(one.get("Parents")),
            categories=_named(one.get("Categories")),
        )


def _label_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for one in answer.get("Labels") or ():
        name = one.get("Name", "")
        for seen in one.get("Instances") or ():
            yield Area(name, name, corners_of(seen), seen.get("Confidence"), ", ".join(_named(one.get("Parents"))))


def _custom(answer: Answer, look: Look) -> Iterator[Record]:
    for one in answer.get("CustomLabels") or ():
        where = place(one["Geometry"]) if one.get("Geometry") else {}
        yield rows.CustomRow(name=one.get("Name", ""), confidence=sure(one.get("Confidence")), **where)


def _custom_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for one in answer.get("CustomLabels") or ():
        if one.get("Geometry"):
            name = one.get("Name", "")
            yield Area(name, name, corners_of(one["Geometry"]), one.get("Confidence"))


def face_row(face: Mapping[str, Any], name: str, confidence: float | None = None) -> rows.FaceRow:
    """The line of a FACE that is called NAME."""
    ages = face.get("AgeRange") or {}
    emotions = sorted(face.get("Emotions") or (), key=lambda one: -one.get("Confidence", 0.0))
    return rows.FaceRow(
        name=name,
        confidence=sure(face.get("Confidence") if confidence is None else confidence),
        age_range=f"{ages['Low']}-{ages['High']}" if "Low" in ages and "High" in ages else None,
        gender=(face.get("Gender") or {}).get("Value"),
        emotion=emotions[0].get("Type") if emotions else None,
        **place(face),
    )


def _faces(answer: Answer, look: Look) -> Iterator[Record]:
    for number, face in enumerate(answer.get("FaceDetails") or (), start=1):
        yield face_row(face, f"face {number}")


def _face_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for number, face in enumerate(answer.get("FaceDetails") or (), start=1):
        row = face_row(face, f"face {number}")
        told = " · ".join(part for part in (row.gender, row.age_range, row.emotion) if part)
        yield Area("face", row.name, corners_of(face), face.get("Confidence"), told)


def _celebrities(answer: Answer, look: Look) -> Iterator[Record]:
    for one in answer.get("CelebrityFaces") or ():
        yield rows.CelebrityRow(
            name=one.get("Name", ""),
            confidence=sure(one.get("MatchConfidence")),
            id=one.get("Id", ""),
            urls=tuple(one.get("Urls") or ()),
            **place(one.get("Face") or {}),
        )


def _celebrity_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for one in answer.get("CelebrityFaces") or ():
        if one.get("Face"):
            yield Area("celebrity", one.get("Name", ""), corners_of(one["Face"]), one.get("MatchConfidence"))
    for face in answer.get("UnrecognizedFaces") or ():
        yield Area("other", "unknown", corners_of(face))


def _moderation(answer: Answer, look: Look) -> Iterator[Record]:
    for one in answer.get("ModerationLabels") or ():
        yield rows.ModerationRow(
            name=one.get("Name", ""),
            confidence=sure(one.get("Confidence")),
            parent_name=one.get("ParentName", ""),
            taxonomy_level=one.get("TaxonomyLevel"),
        )


def _texts(answer: Answer, look: Look) -> Iterable[Mapping[str, Any]]:
    wanted = "WORD" if look.words else "LINE"
    return (one for one in answer.get("TextDetections") or () if one.get("Type") == wanted)


def _text(answer: Answer, look: Look) -> Iterator[Record]:
    for one in _texts(answer, look):
        yield rows.TextRow(
            name=one.get("DetectedText", ""),
            confidence=sure(one.get("Confidence")),
            type=one.get("Type", ""),
            **place(one.get("Geometry") or {}),
        )


def _text_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for one in _texts(answer, look):
        said = one.get("DetectedText", "")
        yield Area(str(one["Type"]).lower(), said, corners_of(one.get("Geometry") or {}), one.get("Confidence"))


def _worn(person: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pieces that cover what they are for."""
    return [
        piece
        for part in person.get("BodyParts") or ()
        for piece in part.get("EquipmentDetections") or ()
        if (piece.get("CoversBodyPart") or {}).get("Value", True)
    ]


def equipped(answer: Answer, person: Mapping[str, Any]) -> str | None:
    """`yes`, `no` or `unclear` where something is required, None where nothing is."""
    summary = answer.get("Summary") or {}
    for word, name in (
        ("yes", "PersonsWithRequiredEquipment"),
        ("no", "PersonsWithoutRequiredEquipment"),
        ("unclear", "PersonsIndeterminate"),
    ):
        if person.get("Id") in (summary.get(name) or ()):
            return word
    return None


def _people(answer: Answer, look: Look) -> Iterator[Record]:
    for person in answer.get("Persons") or ():
        yield rows.PersonRow(
            name=f"person {person.get('Id', 0)}",
            confidence=sure(person.get("Confidence")),
            worn=tuple(dict.fromkeys(str(piece.get("Type")) for piece in _worn(person))),
            equipped=equipped(answer, person),
            **place(person),
        )


def _people_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for person in answer.get("Persons") or ():
        kind = {"no": "missing", "yes": "worn"}.get(equipped(answer, person) or "", "person")
        yield Area(kind, f"person {person.get('Id', 0)}", corners_of(person), person.get("Confidence"))
        for piece in _worn(person):
            name = str(piece.get("Type", "")).lower().replace("_", " ")
            yield Area("worn", name, corners_of(piece), piece.get("Confidence"))


def _colours(answer: Answer, look: Look) -> Iterator[Record]:
    found = answer.get("ImageProperties") or {}
    parts = (("image", found), ("foreground", found.get("Foreground")), ("background", found.get("Background")))
    for part, said in parts:
        for colour in (said or {}).get("DominantColors") or ():
            yield rows.ColourRow(
                name=colour.get("CSSColor", ""),
                pixel_percent=sure(colour.get("PixelPercent")),
                hex_code=colour.get("HexCode", ""),
                simplified_color=colour.get("SimplifiedColor", ""),
                part=part,
            )


def _pairs(answer: Answer) -> Iterator[tuple[int, Answer]]:
    """The answers about each face that was compared or searched for, with its number."""
    yield from enumerate(answer.get("Faces", [answer]), start=1)


def _matches(answer: Answer, look: Look) -> Iterator[Record]:
    for number, one in _pairs(answer):
        for match in one.get("FaceMatches") or ():
            where = place(match.get("Face") or {})
            yield rows.MatchRow(name=f"face {number}", similarity=sure(match.get("Similarity")), **where)


def _match_areas(answer: Answer, look: Look) -> Iterator[Area]:
    matched = set()
    for number, one in _pairs(answer):
        for match in one.get("FaceMatches") or ():
            points = corners_of(match.get("Face") or {})
            matched.add(points)
            yield Area("match", f"face {number}", points, match.get("Similarity"))
    others = {corners_of(face) for _number, one in _pairs(answer) for face in one.get("UnmatchedFaces") or ()}
    yield from (Area("other", "", points) for points in sorted(others - matched))


def _searched(one: Answer) -> Mapping[str, Any]:
    """The box of the face that was searched for, which AWS tells in two ways."""
    detail: Mapping[str, Any] = (one.get("SearchedFace") or {}).get("FaceDetail") or {}
    found: Mapping[str, Any] = one.get("SearchedFaceBoundingBox") or detail.get("BoundingBox") or {}
    return found


def _found(one: Answer) -> Iterator[tuple[str, float, str]]:
    """Who is alike: the name, how much, and the id of the face."""
    for match in one.get("FaceMatches") or ():
        face = match.get("Face") or {}
        name = face.get("ExternalImageId") or face.get("FaceId", "")
        yield name, match.get("Similarity", 0.0), face.get("FaceId", "")
    for match in one.get("UserMatches") or ():
        yield (match.get("User") or {}).get("UserId", ""), match.get("Similarity", 0.0), ""


def _hits(answer: Answer, look: Look) -> Iterator[Record]:
    for number, one in _pairs(answer):
        for name, similarity, id in _found(one):
            yield rows.HitRow(
                name=name, similarity=sure(similarity), face=f"face {number}", face_id=id, **place(_searched(one))
            )


def _hit_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for _number, one in _pairs(answer):
        best = max(_found(one), key=lambda hit: hit[1], default=None)
        points = corners_of(_searched(one))
        if best is not None:
            yield Area("match", best[0], points, best[1])
        elif _searched(one):
            yield Area("other", "unknown", points)


def _indexed(answer: Answer, look: Look) -> Iterator[Record]:
    for record in answer.get("FaceRecords") or ():
        face = record.get("Face") or {}
        yield rows.IndexedRow(
            name=face.get("ExternalImageId", ""),
            confidence=sure(face.get("Confidence")),
            face_id=face.get("FaceId", ""),
            **place(face),
        )
    for left in answer.get("UnindexedFaces") or ():
        detail = left.get("FaceDetail") or {}
        yield rows.IndexedRow(
            name=look.name,
            confidence=sure(detail.get("Confidence")),
            reasons=tuple(left.get("Reasons") or ()),
            **place(detail),
        )


def _indexed_areas(answer: Answer, look: Look) -> Iterator[Area]:
    for record in answer.get("FaceRecords") or ():
        face = record.get("Face") or {}
        yield Area("match", face.get("ExternalImageId", ""), corners_of(face), face.get("Confidence"))
    for left in answer.get("UnindexedFaces") or ():
        said = ", ".join(left.get("Reasons") or ()).lower().replace("_", " ")
        yield Area("missing", said, corners_of(left.get("FaceDetail") or {}))


def _named(found: Iterable[Mapping[str, Any]] | None) -> tuple[str, ...]:
    return tuple(str(one.get("Name", "")) for one in found or ())


VIEWS: Final = {
    "labels": View(_sift_labels, _labels, _label_areas),
    "custom": View(sifting("CustomLabels"), _custom, _custom_areas),
    "faces": View(sifting("FaceDetails"), _faces, _face_areas),
    "celebrities": View(sifting("CelebrityFaces", "MatchConfidence"), _celebrities, _celebrity_areas),
    "moderation": View(sifting("ModerationLabels"), _moderation, _nowhere),
    "text": View(sifting("TextDetections"), _text, _text_areas),
    "ppe": View(sifting("Persons"), _people, _people_areas),
    "properties": View(_whole, _colours, _nowhere),
    "compare": View(_whole, _matches, _match_areas),
    "search": View(_whole, _hits, _hit_areas),
    "index": View(_whole, _indexed, _indexed_areas),
}
