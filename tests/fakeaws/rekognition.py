"""Amazon Rekognition about pictures: sees people in them, says what the test has described, and keeps collections.

A person is a patch of a colour that stands for them (`PEOPLE`), so that a face is found, and known again, in whatever
was cut out of a picture. What else a picture shows is looked up by its bytes, its S3 key or the key's last part.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakeaws import core
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

# documents, "Guidelines and quotas in Amazon Rekognition"; bytes of one that is sent: the model
OBJECT_BYTES = 15 * 1024 * 1024
SIDES = {"": (80, 10_000), "DetectProtectiveEquipment": (64, 4_096), "DetectCustomLabels": (64, 4_096)}
BYTES = {"DetectProtectiveEquipment": 4 * 1024 * 1024, "DetectCustomLabels": 4 * 1024 * 1024}
DEFAULTS = {"DetectLabels": 55.0, "DetectModerationLabels": 50.0}  # MinConfidence: the model's text
SMALLEST_FACE = 12  # pixels: one that is smaller is not indexed
NO_FACE = "There are no faces in the image. Should be at least 1."

PEOPLE: dict[str, tuple[int, int, int]] = {
    "ann": (214, 40, 40),
    "bob": (40, 70, 210),
    "eve": (30, 150, 60),
    "joe": (240, 160, 20),
    "dim": (70, 30, 60),  # too dark to be known again
}
AGES = {"ann": (25, 33), "bob": (41, 49), "eve": (19, 27), "joe": (60, 70), "dim": (30, 40)}
FAMOUS = {"joe": ("Joe Star", "3Ab9x")}

core.REFUSALS["rekognition"] = "InvalidParameterException"


@dataclass
class Scene:
    """What a picture shows besides people: as AWS would say it."""

    labels: Sequence[dict[str, Any]] = ()
    texts: Sequence[tuple[str, tuple[float, float, float, float]]] = ()
    moderation: Sequence[tuple[str, str, int, float]] = ()  # name, parent, level, confidence
    custom: Sequence[dict[str, Any]] = ()
    worn: Mapping[str, Sequence[str]] = field(default_factory=dict)  # who wears what


@dataclass
class Collection:
    """Faces and users; `faces` maps an id to what AWS says of it, with `who` it is."""

    created: float
    faces: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)  # and their status


class Pictures:
    """Looks at pictures; `page_size` is that of its lists."""

    name = "rekognition"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.pictures: dict[str | bytes, Scene] = {}
        self.collections: dict[str, Collection] = {}
        self.models: dict[str, str] = {}  # versions of models by ARN, and their status
        self.page_size = 1_000
        self._tokens: dict[str, str] = {}

    # pictures

    def detect_labels(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Say what is seen: what the test has described, and a label with places for the people."""
        data, scene = self._look(params["Image"], call)
        features = params.get("Features") or ["GENERAL_LABELS"]
        answer: dict[str, Any] = {"LabelModelVersion": "3.0"}
        if "GENERAL_LABELS" in features:
            found = [_label(one) for one in scene.labels]
            people = seen(data)
            if people:
                places = [{"BoundingBox": box, "Confidence": 98.5} for _, box in people]
                found.append(_label({"Name": "Person", "Confidence": 99.1, "Instances": places}))
            if not scene.labels:
                found.append(_label({"Name": "Picture", "Confidence": 60.4}))
            answer["Labels"] = _filtered(found, params, _least(params, call))
        if "IMAGE_PROPERTIES" in features:
            most = params.get("Settings", {}).get("ImageProperties", {}).get("MaxDominantColors", 10)
            answer["ImageProperties"] = _properties(data, most)
        return answer

    def detect_custom_labels(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask a model that must run."""
        status = self.models.get(params["ProjectVersionArn"])
        if status is None:
            raise AwsError("ResourceNotFoundException", "The project version was not found.")
        if status != "RUNNING":
            raise AwsError("ResourceNotReadyException", "ProjectVersion is not in a valid state for this operation")
        _data, scene = self._look(params["Image"], call)
        least = params.get("MinConfidence", 0.0)
        return {"CustomLabels": [one for one in scene.custom if one["Confidence"] >= least]}

    def detect_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find the faces, the largest first."""
        data, _ = self._look(params["Image"], call)
        wanted = params.get("Attributes") or ["DEFAULT"]
        return {"FaceDetails": [detail(who, box, wanted) for who, box in seen(data)]}

    def recognize_celebrities(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Know some of the faces."""
        data, _ = self._look(params["Image"], call)
        known, others = [], []
        for who, box in seen(data):
            face = _compared(who, box)
            if who in FAMOUS:
                name, id = FAMOUS[who]
                known.append(
                    {
                        "Name": name,
                        "Id": id,
                        "Urls": [f"www.example.com/{id}"],
                        "MatchConfidence": 97.25,
                        "KnownGender": {"Type": "Male"},
                        "Face": face,
                    }
                )
            else:
                others.append(face)
        return {"CelebrityFaces": known, "UnrecognizedFaces": others}

    def get_celebrity_info(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Say who that is."""
        for name, id in FAMOUS.values():
            if id == params["Id"]:
                return {"Name": name, "Urls": [f"www.example.com/{id}"], "KnownGender": {"Type": "Male"}}
        raise AwsError("ResourceNotFoundException", "No celebrity was found for that id")

    def detect_moderation_labels(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Say what not everybody wants to see."""
        _data, scene = self._look(params["Image"], call)
        least = _least(params, call)
        answer: dict[str, Any] = {
            "ModerationLabels": [
                {"Name": name, "ParentName": parent, "TaxonomyLevel": level, "Confidence": sure}
                for name, parent, level, sure in scene.moderation
                if sure >= least
            ],
            "ModerationModelVersion": "7.0",
            "ContentTypes": [],
        }
        if "ProjectVersion" in params:
            answer["ProjectVersion"] = params["ProjectVersion"]
        if "HumanLoopConfig" in params and answer["ModerationLabels"]:
            name = params["HumanLoopConfig"]["HumanLoopName"]
            answer["HumanLoopActivationOutput"] = {
                "HumanLoopArn": f"arn:aws:sagemaker:us-east-1:123456789012:human-loop/{name}",
                "HumanLoopActivationReasons": ["ConditionsEvaluation"],
                "HumanLoopActivationConditionsEvaluationResults": "{}",
            }
        return answer

    def detect_text(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Read lines and their words, in the regions of interest alone."""
        _data, scene = self._look(params["Image"], call)
        filters = params.get("Filters", {})
        word, found = filters.get("WordFilter", {}), []
        for number, (said, place) in enumerate(scene.texts):
            if not _inside(place, filters.get("RegionsOfInterest")):
                continue
            if place[3] < word.get("MinBoundingBoxHeight", 0) or place[2] < word.get("MinBoundingBoxWidth", 0):
                continue
            found.append(_text(said, place, len(found), "LINE", max(98.75 - number, 40.0)))
        for line in list(found):
            left, top, width, height = (
                line["Geometry"]["BoundingBox"][name] for name in ("Left", "Top", "Width", "Height")
            )
            words = line["DetectedText"].split()
            for index, one in enumerate(words):
                place = (left + width * index / len(words), top, width / len(words), height)
                found.append({**_text(one, place, len(found), "WORD", line["Confidence"]), "ParentId": line["Id"]})
        return {"TextDetections": found, "TextModelVersion": "3.0"}

    def detect_protective_equipment(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Say who wears what."""
        data, scene = self._look(params["Image"], call)
        persons, summary = [], {"with": [], "without": []}  # type: ignore[var-annotated]
        required = params.get("SummarizationAttributes", {}).get("RequiredEquipmentTypes", [])
        for number, (who, box) in enumerate(seen(data)):
            worn = scene.worn.get(who, ())
            persons.append(_person(number, box, worn))
            summary["with" if set(required) <= set(worn) else "without"].append(number)
        answer: dict[str, Any] = {"ProtectiveEquipmentModelVersion": "1.0", "Persons": persons}
        if required:
            answer["Summary"] = {
                "PersonsWithRequiredEquipment": summary["with"],
                "PersonsWithoutRequiredEquipment": summary["without"],
                "PersonsIndeterminate": [],
            }
        return answer

    def compare_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Compare the largest face of the source with all of the target."""
        source, _ = self._look(params["SourceImage"], call)
        target, _ = self._look(params["TargetImage"], call)
        people = seen(source)
        if not people:
            raise AwsError("InvalidParameterException", "Request has invalid parameters")
        who, box = people[0]
        matches, others = [], []
        for other, place in seen(target):
            similarity = similar(who, other)
            if similarity >= params.get("SimilarityThreshold", 80.0):
                matches.append({"Similarity": similarity, "Face": _compared(other, place)})
            else:
                others.append(_compared(other, place))
        return {
            "SourceImageFace": {"BoundingBox": box, "Confidence": 99.5},
            "FaceMatches": matches,
            "UnmatchedFaces": others,
        }

    # collections

    def create_collection(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a collection."""
        name = params["CollectionId"]
        if name in self.collections:
            raise AwsError("ResourceAlreadyExistsException", f"The collection id: {name} already exists")
        self.collections[name] = Collection(self.aws.clock.now())
        return {"StatusCode": 200, "CollectionArn": self._arn(name), "FaceModelVersion": "7.0"}

    def describe_collection(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how many faces and users there are."""
        found = self._collection(params)
        return {
            "FaceCount": len(found.faces),
            "UserCount": len(found.users),
            "FaceModelVersion": "7.0",
            "CollectionARN": self._arn(params["CollectionId"]),
            "CreationTimestamp": datetime.datetime.fromtimestamp(found.created, datetime.UTC),
        }

    def list_collections(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List their names."""
        page = self._page(list(self.collections), params)
        return {"CollectionIds": page["found"], "FaceModelVersions": ["7.0"] * len(page["found"]), **page["more"]}

    def delete_collection(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove one with all that is in it."""
        self._collection(params)
        del self.collections[params["CollectionId"]]
        return {"StatusCode": 200}

    def index_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep the faces of a picture; the same picture under the same name is kept once."""
        found = self._collection(params)
        data, _ = self._look(params["Image"], call)
        digest = hashlib.sha256(data).hexdigest()
        wanted = params.get("DetectionAttributes") or ["DEFAULT"]
        records, left = [], []
        for number, (who, box) in enumerate(seen(data)):
            reasons = _unfit(who, box, data)
            if number >= params.get("MaxFaces", 100):
                reasons = ["EXCEEDS_MAX_FACES"]
            about = detail(who, box, wanted)
            if reasons and (params.get("QualityFilter", "NONE") != "NONE" or "EXCEEDS_MAX_FACES" in reasons):
                left.append({"Reasons": reasons, "FaceDetail": about})
                continue
            seed = f"{params['CollectionId']} {digest} {params.get('ExternalImageId')} {number}"
            face = {
                "FaceId": str(uuid.uuid5(uuid.NAMESPACE_OID, seed)),
                "ImageId": str(uuid.uuid5(uuid.NAMESPACE_OID, digest)),
                "BoundingBox": box,
                "Confidence": 99.5,
                "IndexFacesModelVersion": "7.0",
            }
            if "ExternalImageId" in params:
                face["ExternalImageId"] = params["ExternalImageId"]
            found.faces.setdefault(face["FaceId"], {**face, "who": who})
            records.append({"Face": face, "FaceDetail": about})
        return {"FaceRecords": records, "UnindexedFaces": left, "FaceModelVersion": "7.0"}

    def list_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the faces, all or some."""
        found = [_face(one) for one in self._collection(params).faces.values()]
        if "FaceIds" in params:
            found = [one for one in found if one["FaceId"] in params["FaceIds"]]
        if "UserId" in params:
            found = [one for one in found if one.get("UserId") == params["UserId"]]
        page = self._page(found, params)
        return {"Faces": page["found"], "FaceModelVersion": "7.0", **page["more"]}

    def delete_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove faces, but those of a user."""
        faces = self._collection(params).faces
        gone, failed = [], []
        for id in params["FaceIds"]:
            if id not in faces:
                failed.append({"FaceId": id, "Reasons": ["FACE_NOT_FOUND"]})
            elif "UserId" in faces[id]:
                user = faces[id]["UserId"]
                failed.append({"FaceId": id, "UserId": user, "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]})
            else:
                del faces[id]
                gone.append(id)
        return {**({"DeletedFaces": gone} if gone else {}), "UnsuccessfulFaceDeletions": failed}

    def search_faces_by_image(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Search for the largest face of a picture."""
        found = self._collection(params)
        data, _ = self._look(params["Image"], call)
        people = seen(data)
        if not people:
            raise AwsError("InvalidParameterException", NO_FACE)
        who, box = people[0]
        return {
            "SearchedFaceBoundingBox": box,
            "SearchedFaceConfidence": 99.5,
            "FaceMatches": _matches(who, found, params),
            "FaceModelVersion": "7.0",
        }

    def search_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Search for a face of the collection among the others."""
        found = self._collection(params)
        one = found.faces.get(params["FaceId"])
        if one is None:
            raise AwsError("InvalidParameterException", f"faceId {params['FaceId']} was not found in the collection.")
        matches = [match for match in _matches(one["who"], found, params) if match["Face"]["FaceId"] != one["FaceId"]]
        return {"SearchedFaceId": one["FaceId"], "FaceMatches": matches, "FaceModelVersion": "7.0"}

    # users

    def create_user(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a user, once a token."""
        users = self._collection(params).users
        if self._again(params):
            return {}
        if params["UserId"] in users:
            raise AwsError("ConflictException", f"The userId: {params['UserId']} already exists")
        users[params["UserId"]] = "CREATED"
        return {}

    def delete_user(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove a user; the faces stay."""
        found = self._collection(params)
        if self._again(params):
            return {}
        self._user(found, params)
        del found.users[params["UserId"]]
        for face in found.faces.values():
            if face.get("UserId") == params["UserId"]:
                del face["UserId"]
        return {}

    def list_users(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List users."""
        found = [{"UserId": id, "UserStatus": status} for id, status in self._collection(params).users.items()]
        page = self._page(found, params)
        return {"Users": page["found"], **page["more"]}

    def associate_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give faces to a user whose other faces they resemble."""
        found = self._collection(params)
        self._user(found, params)
        user = params["UserId"]
        whose = {face["who"] for face in found.faces.values() if face.get("UserId") == user}
        done, failed = [], []
        for id in params["FaceIds"]:
            face = found.faces.get(id)
            if face is None:
                failed.append({"FaceId": id, "Reasons": ["FACE_NOT_FOUND"]})
            elif face.get("UserId") not in (None, user):
                other = face["UserId"]
                failed.append({"FaceId": id, "UserId": other, "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]})
            elif whose and face["who"] not in whose:
                failed.append({"FaceId": id, "Confidence": 12.5, "Reasons": ["LOW_MATCH_CONFIDENCE"]})
            else:
                face["UserId"] = user
                whose.add(face["who"])
                done.append({"FaceId": id})
        if done:
            found.users[user] = "ACTIVE"
        return {
            "AssociatedFaces": done,
            "UnsuccessfulFaceAssociations": failed,
            "UserStatus": found.users[user],
        }

    def disassociate_faces(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take faces from a user."""
        found = self._collection(params)
        self._user(found, params)
        done, failed = [], []
        for id in params["FaceIds"]:
            face = found.faces.get(id, {})
            if face.get("UserId") == params["UserId"]:
                del face["UserId"]
                done.append({"FaceId": id})
            else:
                failed.append({"FaceId": id, "Reasons": ["FACE_NOT_FOUND"]})
        return {
            "DisassociatedFaces": done,
            "UnsuccessfulFaceDisassociations": failed,
            "UserStatus": found.users[params["UserId"]],
        }

    def search_users(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Search for users like a user or a face of the collection."""
        found = self._collection(params)
        if ("UserId" in params) == ("FaceId" in params):
            raise AwsError("InvalidParameterException", "Either FaceId or UserId must be given")
        if "UserId" in params:
            self._user(found, params)
            whose = {face["who"] for face in found.faces.values() if face.get("UserId") == params["UserId"]}
            matches = _users(whose, found, params, but=params["UserId"])
            return {"UserMatches": matches, "SearchedUser": {"UserId": params["UserId"]}, "FaceModelVersion": "7.0"}
        face = found.faces.get(params["FaceId"])
        if face is None:
            raise AwsError("ResourceNotFoundException", "The face was not found in the collection.")
        matches = _users({face["who"]}, found, params)
        return {"UserMatches": matches, "SearchedFace": {"FaceId": params["FaceId"]}, "FaceModelVersion": "7.0"}

    def search_users_by_image(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Search for users like the largest face of a picture."""
        found = self._collection(params)
        data, _ = self._look(params["Image"], call)
        people = seen(data)
        if not people:
            raise AwsError("InvalidParameterException", NO_FACE)
        details = [detail(who, box, ["DEFAULT"]) for who, box in people]
        return {
            "UserMatches": _users({people[0][0]}, found, params),
            "FaceModelVersion": "7.0",
            "SearchedFace": {"FaceDetail": details[0]},
            "UnsearchedFaces": [{"FaceDetails": one, "Reasons": ["FACE_NOT_LARGEST"]} for one in details[1:]],
        }

    # what they stand on

    def _collection(self, params: Mapping[str, Any]) -> Collection:
        name = params["CollectionId"]
        if name not in self.collections:
            raise AwsError("ResourceNotFoundException", f"The collection id: {name} does not exist")
        return self.collections[name]

    def _user(self, found: Collection, params: Mapping[str, Any]) -> None:
        if params["UserId"] not in found.users:
            raise AwsError("ResourceNotFoundException", f"The userId: {params['UserId']} does not exist")

    def _again(self, params: Mapping[str, Any]) -> bool:
        """Tell whether the same token has done the same before."""
        token, asked = params.get("ClientRequestToken"), json.dumps(dict(params), sort_keys=True)
        if token is None:
            return False
        if self._tokens.setdefault(token, asked) != asked:
            raise AwsError("IdempotentParameterMismatchException", "The token was used with other parameters.")
        seen_before = f"{token} done" in self._tokens
        self._tokens[f"{token} done"] = asked
        return seen_before

    def _arn(self, name: str) -> str:
        return f"aws:rekognition:us-east-1:123456789012:collection/{name}"

    def _page(self, found: list[Any], params: Mapping[str, Any]) -> dict[str, Any]:
        first = int(params.get("NextToken", "0"))
        last = first + min(int(params.get("MaxResults", self.page_size)), self.page_size)
        return {"found": found[first:last], "more": {"NextToken": str(last)} if last < len(found) else {}}

    def _look(self, image: Mapping[str, Any], call: Call) -> tuple[bytes, Scene]:
        names: list[str] = []
        if "Bytes" in image:
            data = bytes(image["Bytes"])
            if len(data) > BYTES.get(call.operation, len(data)):
                raise AwsError("ImageTooLargeException", "Image size is too big")
        else:
            data, names = self._object(image.get("S3Object", {}), call)
        width, height = _size(data)
        least, most = SIDES.get(call.operation, SIDES[""])
        if min(width, height) < least or max(width, height) > most:
            raise AwsError("InvalidParameterException", "Request has invalid image dimensions")
        for name in (data, *names):
            if name in self.pictures:
                return data, self.pictures[name]
        return data, Scene()

    def _object(self, place: Mapping[str, Any], call: Call) -> tuple[bytes, list[str]]:
        buckets = self.aws.store.buckets()
        bucket, key = place.get("Bucket", ""), place.get("Name", "")
        found = self.aws.store.get(bucket, key) if bucket in buckets else None
        if found is None or buckets[bucket] != call.region:
            raise AwsError(
                "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            )
        if len(found) > OBJECT_BYTES:
            raise AwsError("ImageTooLargeException", "Image size is too big")
        return found, [key, key.rsplit("/", 1)[-1]]


def seen(data: bytes) -> list[tuple[str, dict[str, float]]]:
    """Find the people in a picture, turned as its EXIF says: who it is and the place, the largest first."""
    import numpy
    from PIL import Image, ImageOps

    picture = numpy.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"), dtype=int)
    height, width = picture.shape[:2]
    found = []
    for who, colour in PEOPLE.items():
        there = numpy.abs(picture - numpy.array(colour)).sum(axis=2) < 60
        across, down = numpy.flatnonzero(there.sum(axis=0) > 3), numpy.flatnonzero(there.sum(axis=1) > 3)
        if len(across) and len(down):
            left, right, top, bottom = across[0], across[-1] + 1, down[0], down[-1] + 1
            box = {
                "Left": float(left / width),
                "Top": float(top / height),
                "Width": float((right - left) / width),
                "Height": float((bottom - top) / height),
            }
            found.append((who, box))
    return sorted(found, key=lambda one: -one[1]["Width"] * one[1]["Height"])


def similar(one: str, other: str) -> float:
    """Say how alike two people are, 0 to 100."""
    return 99.25 if one == other else 3.5


def detail(who: str, box: Mapping[str, float], wanted: Sequence[str]) -> dict[str, Any]:
    """Describe the face of WHO with the attributes WANTED."""
    low, high = AGES[who]
    more = {
        "AGE_RANGE": ("AgeRange", {"Low": low, "High": high}),
        "BEARD": ("Beard", {"Value": who == "bob", "Confidence": 96.0}),
        "EMOTIONS": (
            "Emotions",
            [{"Type": "CALM", "Confidence": 8.0}, {"Type": "HAPPY", "Confidence": 91.0}],
        ),
        "EYE_DIRECTION": ("EyeDirection", {"Yaw": 1.0, "Pitch": -2.0, "Confidence": 90.0}),
        "EYEGLASSES": ("Eyeglasses", {"Value": False, "Confidence": 97.0}),
        "EYES_OPEN": ("EyesOpen", {"Value": True, "Confidence": 95.0}),
        "GENDER": ("Gender", {"Value": "Female" if who in ("ann", "eve") else "Male", "Confidence": 98.0}),
        "MOUTH_OPEN": ("MouthOpen", {"Value": False, "Confidence": 94.0}),
        "MUSTACHE": ("Mustache", {"Value": False, "Confidence": 93.0}),
        "FACE_OCCLUDED": ("FaceOccluded", {"Value": False, "Confidence": 99.0}),
        "SMILE": ("Smile", {"Value": True, "Confidence": 90.0}),
        "SUNGLASSES": ("Sunglasses", {"Value": False, "Confidence": 99.0}),
    }
    base = _compared(who, box)
    return {**base, **dict(said for name, said in more.items() if name in wanted or "ALL" in wanted)}


def _compared(who: str, box: Mapping[str, float]) -> dict[str, Any]:
    eye = {"Type": "eyeLeft", "X": box["Left"] + box["Width"] * 0.3, "Y": box["Top"] + box["Height"] * 0.4}
    return {
        "BoundingBox": dict(box),
        "Confidence": 99.5,
        "Landmarks": [eye],
        "Pose": {"Roll": 1.0, "Yaw": 2.0, "Pitch": 3.0},
        "Quality": {"Brightness": 20.0 if who == "dim" else 80.0, "Sharpness": 90.0},
    }


def _unfit(who: str, box: Mapping[str, float], data: bytes) -> list[str]:
    width, _height = _size(data)
    reasons = ["LOW_BRIGHTNESS"] if who == "dim" else []
    return [*reasons, "SMALL_BOUNDING_BOX"] if box["Width"] * width < SMALLEST_FACE else reasons


def _face(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "who"}


def _matches(who: str, found: Collection, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    least = params.get("FaceMatchThreshold", 80.0)
    alike = [
        {"Similarity": similar(who, one["who"]), "Face": _face(one)}
        for one in found.faces.values()
        if similar(who, one["who"]) >= least
    ]
    return alike[: params.get("MaxFaces", 10)]


def _users(whose: set[str], found: Collection, params: Mapping[str, Any], *, but: str = "") -> list[dict[str, Any]]:
    alike = []
    for user, status in found.users.items():
        theirs = {face["who"] for face in found.faces.values() if face.get("UserId") == user}
        if user != but and theirs & whose and params.get("UserMatchThreshold", 80.0) <= 99.25:
            alike.append({"Similarity": 99.25, "User": {"UserId": user, "UserStatus": status}})
    return alike[: params.get("MaxUsers", 10)]


def _least(params: Mapping[str, Any], call: Call) -> float:
    return float(params.get("MinConfidence", DEFAULTS[call.operation]))


def _label(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"Instances": [], "Parents": [], "Aliases": [], "Categories": [], **said}


def _filtered(found: list[dict[str, Any]], params: Mapping[str, Any], least: float) -> list[dict[str, Any]]:
    filters = params.get("Settings", {}).get("GeneralLabels", {})

    def passes(label: Mapping[str, Any]) -> bool:
        names, groups = {label["Name"]}, {one["Name"] for one in label["Categories"]}
        wanted, shut = filters.get("LabelInclusionFilters"), filters.get("LabelExclusionFilters", ())
        within, without = filters.get("LabelCategoryInclusionFilters"), filters.get("LabelCategoryExclusionFilters", ())
        return (
            (wanted is None or bool(names & set(wanted)))
            and not names & set(shut)
            and (within is None or bool(groups & set(within)))
            and not groups & set(without)
        )

    sure = [label for label in found if label["Confidence"] >= least and passes(label)]
    ordered = sorted(sure, key=lambda label: -label["Confidence"])
    return ordered[: params.get("MaxLabels", len(ordered))]


def _properties(data: bytes, most: int) -> dict[str, Any]:
    from PIL import Image

    red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").resize((1, 1)).getpixel((0, 0))
    quality = {"Brightness": 71.5, "Sharpness": 88.25, "Contrast": 64.0}
    colour = {
        "Red": red,
        "Green": green,
        "Blue": blue,
        "HexCode": f"#{red:02x}{green:02x}{blue:02x}",
        "CSSColor": "silver",
        "SimplifiedColor": "grey",
        "PixelPercent": 78.25,
    }
    colours = [colour][:most]
    return {
        "Quality": quality,
        "DominantColors": colours,
        "Foreground": {"Quality": quality, "DominantColors": colours},
        "Background": {"Quality": quality, "DominantColors": colours},
    }


def _text(said: str, place: Sequence[float], id: int, kind: str, sure: float) -> dict[str, Any]:
    left, top, width, height = place
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return {
        "DetectedText": said,
        "Type": kind,
        "Id": id,
        "Confidence": sure,
        "Geometry": {
            "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
            "Polygon": [{"X": x, "Y": y} for x, y in corners],
        },
    }


def _inside(place: Sequence[float], regions: Sequence[Mapping[str, Any]] | None) -> bool:
    if not regions:
        return True
    x, y = place[0] + place[2] / 2, place[1] + place[3] / 2
    for region in regions:
        box = region.get("BoundingBox")
        if box is None:
            across = [point["X"] for point in region["Polygon"]]
            down = [point["Y"] for point in region["Polygon"]]
            box = {
                "Left": min(across),
                "Top": min(down),
                "Width": max(across) - min(across),
                "Height": max(down) - min(down),
            }
        if box["Left"] <= x <= box["Left"] + box["Width"] and box["Top"] <= y <= box["Top"] + box["Height"]:
            return True
    return False


def _person(id: int, box: Mapping[str, float], worn: Sequence[str]) -> dict[str, Any]:
    covers = {"FACE_COVER": "FACE", "HEAD_COVER": "HEAD", "HAND_COVER": "LEFT_HAND"}
    parts = []
    for piece, part in covers.items():
        small = {
            "Left": box["Left"] + box["Width"] / 4,
            "Top": box["Top"],
            "Width": box["Width"] / 2,
            "Height": box["Height"] / 4,
        }
        detections = [
            {
                "Type": piece,
                "Confidence": 96.5,
                "BoundingBox": small,
                "CoversBodyPart": {"Value": True, "Confidence": 95.0},
            }
        ]
        parts.append({"Name": part, "Confidence": 99.0, "EquipmentDetections": detections if piece in worn else []})
    return {"Id": id, "BoundingBox": dict(box), "Confidence": 99.75, "BodyParts": parts}


def _size(data: bytes) -> tuple[int, int]:
    from PIL import Image

    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise AwsError("InvalidImageFormatException", "Request has invalid image format")
    try:
        size: tuple[int, int] = Image.open(io.BytesIO(data)).size
    except OSError:
        raise AwsError("InvalidImageFormatException", "Request has invalid image format") from None
    return size
