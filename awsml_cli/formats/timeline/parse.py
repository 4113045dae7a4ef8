"""AWS's answers about a video, read: every kind of them into events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.timeline.model import MEMBERS, Event, Look, Timeline

Entry = Mapping[str, Any]
Found = tuple[Any, Any, dict[str, Any]]  # a name, how sure, and what else is said


def parse(data: bytes, look: Look | None = None) -> Timeline:
    """The timeline in DATA, AWS's answer with all pages in one, as far as LOOK wants it.

    Raises InputError for what is no such answer.
    """
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    kind = next((kind for kind, member in MEMBERS.items() if isinstance(answer, dict) and member in answer), None)
    if kind is None or "JobStatus" not in answer:
        raise InputError("this is no answer of Rekognition about a video", hint="what -f raw has written")
    look = look or Look()
    entries = answer[MEMBERS[kind]] or []
    if look.sifts:
        entries = [entry for entry in entries if _wanted(entry, kind, look)]
    about = answer.get("VideoMetadata") or {}
    about = about[0] if isinstance(about, list) and about else about
    return Timeline(
        kind,
        tuple(_events(entries, kind, look)),
        int((about or {}).get("DurationMillis") or 0),
        float((about or {}).get("FrameRate") or 0.0),
        {**answer, MEMBERS[kind]: entries},
    )


def _wanted(entry: Entry, kind: str, look: Look) -> bool:
    """Whether ENTRY is sure enough and of the names and categories that are wanted."""
    confidence = _CONFIDENCE[kind](entry)
    if look.min_confidence and confidence is not None and confidence < look.min_confidence:
        return False
    if kind != "labels":
        return True
    label = entry.get("Label") or {}
    name, categories = _lower([label.get("Name", "")]), _lower(_names(label.get("Categories")))
    if name & _lower(look.exclude) or categories & _lower(look.without):
        return False
    if not look.include and not look.categories:
        return True
    return bool(name & _lower(look.include) or categories & _lower(look.categories))


def _lower(names: Any) -> set[str]:
    return {str(name).lower() for name in names}


def _names(parts: Any) -> list[str]:
    return [str(part.get("Name", "")) for part in parts or ()]


def _events(entries: list[Entry], kind: str, look: Look) -> Iterator[Event]:
    reader = _READERS[kind]
    for entry in entries:
        first = int(entry.get("StartTimestampMillis", entry.get("Timestamp")) or 0)
        last = max(int(entry.get("EndTimestampMillis") or first), first)
        for name, confidence, about in reader(entry, look):
            yield Event(str(name or ""), None if confidence is None else float(confidence), first, last, about)


def _event(name: Any, confidence: Any, **about: Any) -> Found:
    return name, confidence, about


def _label(entry: Entry, look: Look) -> Iterator[Found]:
    label = entry.get("Label") or {}
    yield _event(
        label.get("Name"),
        label.get("Confidence"),
        parents=_names(label.get("Parents")),
        categories=_names(label.get("Categories")),
        aliases=_names(label.get("Aliases")),
        instances=[one.get("BoundingBox") for one in label.get("Instances") or ()],
    )


def _face(entry: Entry, look: Look) -> Iterator[Found]:
    face = entry.get("Face") or {}
    yield _event("Face", face.get("Confidence"), **_looks(face))


def _looks(face: Mapping[str, Any]) -> dict[str, Any]:
    age = face.get("AgeRange") or {}
    feelings = sorted(face.get("Emotions") or (), key=lambda one: -(one.get("Confidence") or 0))
    return {
        "age_low": age.get("Low"),
        "age_high": age.get("High"),
        "gender": (face.get("Gender") or {}).get("Value"),
        "emotion": feelings[0].get("Type") if feelings else None,
        "bounding_box": face.get("BoundingBox"),
    }


def _person(entry: Entry, look: Look) -> Iterator[Found]:
    person = entry.get("Person") or {}
    box = (person.get("Face") or {}).get("BoundingBox") or person.get("BoundingBox")
    for match in entry.get("FaceMatches") or ():
        similarity = match.get("Similarity")
        if look.min_confidence and (similarity or 0) < look.min_confidence:
            continue
        face = match.get("Face") or {}
        yield _event(
            face.get("ExternalImageId") or face.get("UserId") or face.get("FaceId"),
            similarity,
            person=person.get("Index"),
            face_id=face.get("FaceId"),
            bounding_box=box,
        )


def _celebrity(entry: Entry, look: Look) -> Iterator[Found]:
    found = entry.get("Celebrity") or {}
    box = (found.get("Face") or {}).get("BoundingBox") or found.get("BoundingBox")
    yield _event(
        found.get("Name"), found.get("Confidence"), id=found.get("Id"), urls=found.get("Urls") or [], bounding_box=box
    )


def _moderation(entry: Entry, look: Look) -> Iterator[Found]:
    label = entry.get("ModerationLabel") or {}
    yield _event(
        label.get("Name"),
        label.get("Confidence"),
        parent_name=label.get("ParentName") or None,
        taxonomy_level=label.get("TaxonomyLevel"),
        content_types=_names(entry.get("ContentTypes")),
    )


def _text(entry: Entry, look: Look) -> Iterator[Found]:
    found = entry.get("TextDetection") or {}
    if (found.get("Type") == "WORD") != look.words:
        return
    box = (found.get("Geometry") or {}).get("BoundingBox")
    yield _event(found.get("DetectedText"), found.get("Confidence"), type=found.get("Type"), bounding_box=box)


def _segment(entry: Entry, look: Look) -> Iterator[Found]:
    shot, cue = entry.get("ShotSegment") or {}, entry.get("TechnicalCueSegment") or {}
    yield _event(
        cue.get("Type") or f"Shot {shot.get('Index', 0)}",
        (cue or shot).get("Confidence"),
        type=entry.get("Type"),
        start_timecode=entry.get("StartTimecodeSMPTE"),
        end_timecode=entry.get("EndTimecodeSMPTE"),
        start_frame=entry.get("StartFrameNumber"),
        end_frame=entry.get("EndFrameNumber"),
        duration_frames=entry.get("DurationFrames"),
    )


_READERS: Final[dict[str, Callable[[Entry, Look], Iterator[Found]]]] = {
    "labels": _label,
    "faces": _face,
    "search": _person,
    "celebrities": _celebrity,
    "moderation": _moderation,
    "text": _text,
    "segments": _segment,
}


def _of(*path: str) -> Callable[[Entry], float | None]:
    def find(entry: Entry) -> float | None:
        found: Any = entry
        for step in path:
            found = (found or {}).get(step)
        return None if found is None else float(found)

    return find


_CONFIDENCE: Final[dict[str, Callable[[Entry], float | None]]] = {
    "labels": _of("Label", "Confidence"),
    "faces": _of("Face", "Confidence"),
    "search": lambda entry: max((one.get("Similarity") or 0 for one in entry.get("FaceMatches") or ()), default=None),
    "celebrities": _of("Celebrity", "Confidence"),
    "moderation": _of("ModerationLabel", "Confidence"),
    "text": _of("TextDetection", "Confidence"),
    "segments": lambda entry: (entry.get("TechnicalCueSegment") or entry.get("ShotSegment") or {}).get("Confidence"),
}
