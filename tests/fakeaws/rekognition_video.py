"""Amazon Rekognition over stored videos: jobs that go on one step each time they are asked after, results by pages.

What is seen in a video is looked up by its bytes, its S3 key or the key's last part in `scenes`; a video that is not there shows two
players and a ball. `label`, `face`, `match` and so on make entries as AWS writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

BYTES = 10 * 1024**3  # documents, "Guidelines and quotas in Amazon Rekognition"
JOBS_AT_ONCE = 20  # documents, the same
JOB_SECONDS = 7 * 86_400  # for which an answer is kept: documents, "Calling Amazon Rekognition Video operations"
PAGE_OF_RESULTS = 1_000  # model, GetLabelDetection$MaxResults
WALK = ("IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED")
STEP = 500  # milliseconds between two looks
METADATA = {
    "Codec": "h264",
    "DurationMillis": 4000,
    "Format": "QuickTime / MOV",
    "FrameRate": 25.0,
    "FrameHeight": 120,
    "FrameWidth": 160,
    "ColorRange": "LIMITED",
}
BOX = {"Width": 0.25, "Height": 0.5, "Left": 0.125, "Top": 0.25}
FACE_ID = "00000000-0000-4000-8000-000000000001"
# noun of the operations -> member with the results, and the filter's default: model
KINDS = {
    "LabelDetection": ("Labels", 50.0),
    "FaceDetection": ("Faces", 0.0),
    "FaceSearch": ("Persons", 80.0),
    "CelebrityRecognition": ("Celebrities", 0.0),
    "ContentModeration": ("ModerationLabels", 50.0),
    "TextDetection": ("TextDetections", 80.0),
    "SegmentDetection": ("Segments", 50.0),
}


@dataclass
class Failure:
    """A job over this video fails, with this message."""

    message: str = "Unsupported codec/format."


Entries = Sequence[Mapping[str, Any]]
Scene = Mapping[str, Entries] | Failure


@dataclass
class Job:
    """A job: what was asked, and how far it has come."""

    id: str
    noun: str
    request: dict[str, Any]
    data: bytes
    created: float
    gets: int = 0
    status: str = "IN_PROGRESS"
    done: dict[str, Any] = field(default_factory=dict)


class Videos:
    """Jobs over stored videos. `scenes` and `searchable` (collections) are for tests to fill."""

    aws: FakeAws

    def __init__(self) -> None:
        self.scenes: dict[str | bytes, Scene] = {}
        self.searchable: set[str] = {"players"}
        self.jobs: dict[str, Job] = {}
        self.walk: tuple[str, ...] = WALK
        self.page_size = PAGE_OF_RESULTS
        self.at_once = JOBS_AT_ONCE
        self._video_tokens: dict[tuple[str, str], tuple[str, str]] = {}
        for noun in KINDS:
            snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in noun)
            setattr(self, f"start{snake}", self._starter(noun))
            setattr(self, f"get{snake}", self._getter(noun))

    def _starter(self, noun: str) -> Callable[[dict[str, Any], Call], dict[str, Any]]:
        return lambda params, call: self._start_video(noun, params, call)

    def _getter(self, noun: str) -> Callable[[dict[str, Any], Call], dict[str, Any]]:
        return lambda params, call: self._get_video(noun, params)

    def _start_video(self, noun: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        asked = json.dumps({**params, "ClientRequestToken": ""}, sort_keys=True)
        token = (noun, params.get("ClientRequestToken", ""))
        if token[1] and token in self._video_tokens:
            known, id = self._video_tokens[token]
            if known != asked:
                raise AwsError("IdempotentParameterMismatchException", "The token was used with other parameters.")
            if id in self.jobs:
                return {"JobId": id}
        known_faces = self.searchable | set(getattr(self, "collections", ()))
        if noun == "FaceSearch" and params["CollectionId"] not in known_faces:
            raise AwsError("ResourceNotFoundException", f"The collection id: {params['CollectionId']} does not exist")
        data = self._video(params["Video"].get("S3Object", {}), call)
        if len(data) > BYTES:
            raise AwsError("VideoTooLargeException", "The video is too large.")
        if sum(job.status == "IN_PROGRESS" for job in self.jobs.values()) >= self.at_once:
            raise AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit")
        id = hashlib.sha256(f"{noun}{asked}{token}{len(self.jobs)}".encode()).hexdigest()
        self.jobs[id] = Job(id, noun, params, data, self.aws.clock.now())
        self._video_tokens[token] = (asked, id)
        return {"JobId": id}

    def _video(self, place: Mapping[str, Any], call: Call) -> bytes:
        buckets = self.aws.store.buckets()
        bucket, key = place.get("Bucket", ""), place.get("Name", "")
        found = self.aws.store.get(bucket, key) if buckets.get(bucket) == call.region else None
        if found is None:
            raise AwsError(
                "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            )
        return found

    def _get_video(self, noun: str, params: dict[str, Any]) -> dict[str, Any]:
        job = self.jobs.get(params["JobId"])
        if job is None or job.noun != noun or self.aws.clock.now() - job.created > JOB_SECONDS:
            raise AwsError("ResourceNotFoundException", "Could not find JobId")
        scene = self._scene(job)
        if "NextToken" not in params and job.status == "IN_PROGRESS":
            job.status = self.walk[min(job.gets, len(self.walk) - 1)]
            job.gets += 1
            if job.status == "SUCCEEDED" and (isinstance(scene, Failure) or not is_h264(job.data)):
                job.status = "FAILED"
        about = {"JobId": job.id, "Video": job.request["Video"], "JobStatus": job.status}
        if "JobTag" in job.request:
            about["JobTag"] = job.request["JobTag"]
        if job.status == "FAILED":
            message = scene.message if isinstance(scene, Failure) else "Unsupported codec/format."
            return {**about, "StatusMessage": message}
        if job.status == "IN_PROGRESS":
            return about
        assert not isinstance(scene, Failure)
        return {**about, **self._page_of(job, scene, params)}

    def _page_of(self, job: Job, scene: Mapping[str, Entries], params: dict[str, Any]) -> dict[str, Any]:
        member, _ = KINDS[job.noun]
        found = _filtered(job, list(scene.get(member, ())))
        if params.get("AggregateBy") == "SEGMENTS":
            found = _spans(found)
        by_name = params.get("SortBy") in ("NAME", "ID", "INDEX")
        found.sort(key=_name_of if by_name else lambda one: one.get("StartTimestampMillis", one.get("Timestamp", 0)))
        first = int(params.get("NextToken", "0"))
        last = first + min(int(params.get("MaxResults", self.page_size)), self.page_size)
        answer: dict[str, Any] = {member: found[first:last], "VideoMetadata": METADATA}
        if job.noun == "SegmentDetection":
            types = [{"Type": one, "ModelVersion": "2.0"} for one in job.request["SegmentTypes"]]
            answer |= {"VideoMetadata": [METADATA], "AudioMetadata": [], "SelectedSegmentTypes": types}
        if job.noun in ("LabelDetection", "ContentModeration"):
            aggregated = {name: params[name] for name in ("SortBy", "AggregateBy") if name in params}
            answer["GetRequestMetadata"] = {"SortBy": "TIMESTAMP", "AggregateBy": "TIMESTAMPS", **aggregated}
        if last < len(found):
            answer["NextToken"] = str(last)
        return answer

    def _scene(self, job: Job) -> Scene:
        key = job.request["Video"]["S3Object"]["Name"]
        for name in (job.data, key, key.rsplit("/", 1)[-1]):
            if name in self.scenes:
                return self.scenes[name]
        return match_of_two()


def is_h264(data: bytes) -> bool:
    """Tell whether a video says that it is H.264."""
    return b"avc1" in data or b"avc3" in data


def _filtered(job: Job, found: list[Any]) -> list[Any]:
    request = job.request
    if job.noun == "LabelDetection":
        least = request.get("MinConfidence", 50.0)
        filters = request.get("Settings", {}).get("GeneralLabels", {})
        return [one for one in found if one["Label"]["Confidence"] >= least and _passes(one["Label"], filters)]
    if job.noun == "ContentModeration":
        least = request.get("MinConfidence", 50.0)
        return [one for one in found if one["ModerationLabel"]["Confidence"] >= least]
    if job.noun == "TextDetection":
        least = request.get("Filters", {}).get("WordFilter", {}).get("MinConfidence", 80.0)
        return [one for one in found if one["TextDetection"]["Confidence"] >= least]
    if job.noun == "FaceSearch":
        least = request.get("FaceMatchThreshold", 80.0)
        return [
            {**one, "FaceMatches": [face for face in one.get("FaceMatches", []) if face["Similarity"] >= least]}
            for one in found
        ]
    if job.noun == "SegmentDetection":
        return [one for one in found if one["Type"] in request["SegmentTypes"]]
    return found


def _passes(label: Mapping[str, Any], filters: Mapping[str, Sequence[str]]) -> bool:
    names, categories = {label["Name"]}, {one["Name"] for one in label.get("Categories", ())}
    if names & set(filters.get("LabelExclusionFilters", ())):
        return False
    if categories & set(filters.get("LabelCategoryExclusionFilters", ())):
        return False
    wanted = set(filters.get("LabelInclusionFilters", ())), set(filters.get("LabelCategoryInclusionFilters", ()))
    return not any(wanted) or bool(names & wanted[0] or categories & wanted[1])


def _spans(found: list[Any]) -> list[Any]:
    """Join moments that follow each other, as AggregateBy SEGMENTS does."""
    made: dict[str, list[Any]] = {}
    for one in found:
        spans = made.setdefault(_name_of(one), [])
        if spans and one["Timestamp"] - spans[-1]["EndTimestampMillis"] <= STEP:
            spans[-1]["EndTimestampMillis"] = one["Timestamp"]
        else:
            spans.append({**one, "StartTimestampMillis": one["Timestamp"], "EndTimestampMillis": one["Timestamp"]})
    for spans in made.values():
        for span in spans:
            span["DurationMillis"] = span["EndTimestampMillis"] - span["StartTimestampMillis"]
    return sorted((span for spans in made.values() for span in spans), key=lambda one: one["StartTimestampMillis"])


def _name_of(entry: Mapping[str, Any]) -> str:
    for member in ("Label", "ModerationLabel", "Celebrity"):
        if member in entry:
            return str(entry[member]["Name"])
    return str(entry.get("Person", {}).get("Index", ""))


def label(
    at: int, name: str, confidence: float = 90.0, *, category: str = "", boxes: int = 0, parents: Sequence[str] = ()
) -> dict[str, Any]:
    """Make an entry of a label."""
    about: dict[str, Any] = {
        "Name": name,
        "Confidence": confidence,
        "Instances": [{"BoundingBox": BOX, "Confidence": confidence}] * boxes,
        "Parents": [{"Name": one} for one in parents],
        "Categories": [{"Name": category}] if category else [],
        "Aliases": [],
    }
    return {"Timestamp": at, "Label": about}


def face(at: int, confidence: float = 99.0, **about: Any) -> dict[str, Any]:
    """Make an entry of a face."""
    return {"Timestamp": at, "Face": {"BoundingBox": BOX, "Confidence": confidence, **about}}


def match(at: int, person: int, name: str = "", similarity: float = 95.0) -> dict[str, Any]:
    """Make an entry of a person, who is NAME in the collection, or nobody."""
    faces = [{"Similarity": similarity, "Face": {"FaceId": FACE_ID, "ExternalImageId": name}}] if name else []
    return {"Timestamp": at, "Person": {"Index": person, "Face": {"BoundingBox": BOX}}, "FaceMatches": faces}


def moderated(at: int, name: str, confidence: float = 90.0, *, parent: str = "", level: int = 1) -> dict[str, Any]:
    """Make an entry of a moderation label."""
    about = {"Name": name, "Confidence": confidence, "ParentName": parent, "TaxonomyLevel": level}
    return {"Timestamp": at, "ModerationLabel": about}


def written(at: int, text: str, confidence: float = 99.0, *, type: str = "LINE") -> dict[str, Any]:
    """Make an entry of text."""
    about = {"DetectedText": text, "Type": type, "Id": 0, "Confidence": confidence, "Geometry": {"BoundingBox": BOX}}
    return {"Timestamp": at, "TextDetection": about}


def shot(index: int, first: int, frames: int, *, rate: int = 25) -> dict[str, Any]:
    """Make an entry of a shot that begins at the frame FIRST."""
    return {"Type": "SHOT", "ShotSegment": {"Index": index, "Confidence": 99.0}, **_between(first, frames, rate)}


def cue(type: str, first: int, frames: int, *, rate: int = 25) -> dict[str, Any]:
    """Make an entry of a technical cue."""
    about = {"Type": type, "Confidence": 97.5}
    return {"Type": "TECHNICAL_CUE", "TechnicalCueSegment": about, **_between(first, frames, rate)}


def _between(first: int, frames: int, rate: int) -> dict[str, Any]:
    last = first + frames
    return {
        "StartTimestampMillis": first * 1000 // rate,
        "EndTimestampMillis": last * 1000 // rate,
        "DurationMillis": frames * 1000 // rate,
        "StartTimecodeSMPTE": f"00:00:{first // rate:02}:{first % rate:02}",
        "EndTimecodeSMPTE": f"00:00:{last // rate:02}:{last % rate:02}",
        "DurationSMPTE": f"00:00:{frames // rate:02}:{frames % rate:02}",
        "StartFrameNumber": first,
        "EndFrameNumber": last,
        "DurationFrames": frames,
    }


def match_of_two() -> dict[str, list[dict[str, Any]]]:
    """Make what is seen in a video that no test has described."""
    times = range(0, 4000, STEP)
    feelings = [{"Type": "CALM", "Confidence": 20.0}, {"Type": "HAPPY", "Confidence": 80.0}]
    looks = {"AgeRange": {"Low": 20, "High": 30}, "Gender": {"Value": "Female", "Confidence": 99.0}}
    return {
        "Labels": [
            *(label(at, "Person", 95.5, category="Person Description", boxes=2) for at in times),
            *(label(at, "Ball", 80.0, category="Sports", boxes=1, parents=["Sphere"]) for at in (1000, 1500)),
            label(3500, "Dog", 55.0, category="Animals and Pets"),
            label(3500, "Shadow", 30.0),
        ],
        "Faces": [face(at, Emotions=feelings, **looks) for at in (0, 500, 1000)],
        "Persons": [match(0, 0, "ann"), match(500, 0, "ann"), match(500, 1), match(3500, 0, "ann", 82.0)],
        "Celebrities": [
            {
                "Timestamp": 0,
                "Celebrity": {"Name": "Ann Lee", "Id": "1AnnLee", "Confidence": 98.0, "Urls": ["www.imdb.com/x"]},
            }
        ],
        "ModerationLabels": [
            moderated(1000, "Violence", 91.0),
            moderated(1000, "Weapons", 91.0, parent="Violence", level=2),
            moderated(3000, "Alcohol", 62.0),
        ],
        "TextDetections": [
            written(0, "KICK OFF"),
            written(0, "KICK", type="WORD"),
            written(0, "OFF", type="WORD"),
            written(2000, "GOAL", 85.0),
        ],
        "Segments": [cue("BlackFrames", 0, 10), shot(0, 0, 50), shot(1, 50, 50)],
    }
