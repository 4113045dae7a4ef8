"""Collections of faces in the local store: made, filled, listed, searched, emptied.

A face is kept as its place and 128 numbers; no picture is. The same face of the same picture is kept once.
"""

from __future__ import annotations

import base64
import re
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local.engines.see import faces, likeness
from awsml_cli.local.engines.see.faces import Face
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.rekognition.people import THRESHOLD, detail, known, refused, signed, told_of
from awsml_cli.local.operations.rekognition.pictures import Picture, given, invalid, ratio_box

KIND: Final = "face collection"
LISTED: Final = 4_096  # faces of one answer: the model
FOUND: Final = 80  # faces of one search, where no number is asked for
_NAME = re.compile(r"[a-zA-Z0-9_.\-]{1,255}")
_EXTERNAL = re.compile(r"[a-zA-Z0-9_.\-:]{1,255}")


def create_collection(params: Params, machine: Machine) -> Answer:
    """Make a collection; ResourceAlreadyExistsException if there is one of that name."""
    name = params["CollectionId"]
    if not _NAME.fullmatch(name):
        raise invalid(f"CollectionId does not match {_NAME.pattern}")
    if not machine.store.add_document(KIND, name, {"Created": clock.now()}):
        raise Refused("ResourceAlreadyExistsException", f"The collection id: {name} already exists")
    return {"StatusCode": 200, "CollectionArn": _arn(name, machine), "FaceModelVersion": likeness.VERSION}


def delete_collection(params: Params, machine: Machine) -> Answer:
    """Forget a collection and its faces."""
    name = collection_of(params, machine)
    machine.store.remove_document(KIND, name)
    for kind in (kind_of_faces(name), kind_of_users(name)):
        for one, _ in machine.store.documents(kind):
            machine.store.remove_document(kind, one)
    return {"StatusCode": 200}


def describe_collection(params: Params, machine: Machine) -> Answer:
    """How many faces a collection has."""
    name = collection_of(params, machine)
    kept = machine.store.document(KIND, name) or {}
    return {
        "FaceCount": len(machine.store.documents(kind_of_faces(name))),
        "UserCount": len(machine.store.documents(kind_of_users(name))),
        "FaceModelVersion": likeness.VERSION,
        "CollectionARN": _arn(name, machine),
        "CreationTimestamp": datetime.fromtimestamp(kept["Created"], UTC),
    }


def list_collections(params: Params, machine: Machine) -> Answer:
    """The collections by name."""
    names = sorted(name for name, _ in machine.store.documents(KIND))
    page, more = page_of(names, params)
    return {"CollectionIds": page, "FaceModelVersions": [likeness.VERSION] * len(page), **more}


def index_faces(params: Params, machine: Machine) -> Answer:
    """Keep the faces of a picture, the largest first, as many as MaxFaces and the filter allow."""
    name = collection_of(params, machine)
    wanted = told_of(params.get("DetectionAttributes") or (), machine)
    external = params.get("ExternalImageId")
    if external is not None and not _EXTERNAL.fullmatch(external):
        raise invalid(f"ExternalImageId does not match {_EXTERNAL.pattern}")
    picture = given(params["Image"], machine)
    image = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name}/{picture.digest}/{external}"))
    records: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for face in faces.find(picture.image):
        reasons = refused(face, picture, params.get("QualityFilter", "AUTO"))
        if not reasons and len(records) >= params.get("MaxFaces", LISTED):
            reasons = ["EXCEEDS_MAX_FACES"]
        told = detail(face, picture, machine, wanted)
        if reasons:
            left.append({"Reasons": reasons, "FaceDetail": told})
            continue
        records.append({"Face": _keep(face, picture, name, image, external, machine), "FaceDetail": told})
    answer = {"FaceRecords": records, "FaceModelVersion": likeness.VERSION, "UnindexedFaces": left}
    return signed(answer, machine, likely=True, looks=bool(wanted))


def list_faces(params: Params, machine: Machine) -> Answer:
    """The faces of a collection, in the order in which they came."""
    name = collection_of(params, machine)
    wanted = params.get("FaceIds")
    kept = reversed(machine.store.documents(kind_of_faces(name)))
    told = [_face(id, face) for id, face in kept if not wanted or id in wanted]
    page, more = page_of(told, params)
    return {"Faces": page, "FaceModelVersion": likeness.VERSION, **more}


def delete_faces(params: Params, machine: Machine) -> Answer:
    """Forget faces."""
    kind = kind_of_faces(collection_of(params, machine))
    deleted = [id for id in params["FaceIds"] if machine.store.remove_document(kind, id)]
    absent = [{"FaceId": id, "Reasons": ["FACE_NOT_FOUND"]} for id in params["FaceIds"] if id not in deleted]
    return {"DeletedFaces": deleted, "UnsuccessfulFaceDeletions": absent}


def search_faces(params: Params, machine: Machine) -> Answer:
    """The faces of a collection that are like one of it."""
    name, own = collection_of(params, machine), params["FaceId"]
    kept = machine.store.document(kind_of_faces(name), own)
    if kept is None:
        raise invalid("faceId was not found in the collection.")
    matches = _alike(numbers_of(kept), name, params, machine, beside=own)
    answer = {"SearchedFaceId": own, "FaceMatches": matches, "FaceModelVersion": likeness.VERSION}
    return known(answer, machine)


def search_faces_by_image(params: Params, machine: Machine) -> Answer:
    """The faces of a collection that are like the largest one of a picture."""
    name = collection_of(params, machine)
    picture = given(params["Image"], machine)
    found = [one for one in faces.find(picture.image) if not refused(one, picture, params.get("QualityFilter", "NONE"))]
    if not found:
        raise invalid("There are no faces in the image. Should be at least 1.")
    numbers = likeness.describe(picture.image, found[0], home=machine.home)
    answer = {
        "SearchedFaceBoundingBox": ratio_box(found[0].box, picture.image.size),
        "SearchedFaceConfidence": found[0].confidence,
        "FaceMatches": _alike(numbers, name, params, machine),
        "FaceModelVersion": likeness.VERSION,
    }
    return known(answer, machine)


OPERATIONS: dict[str, Operation] = {
    "CreateCollection": create_collection,
    "DeleteCollection": delete_collection,
    "DescribeCollection": describe_collection,
    "ListCollections": list_collections,
    "IndexFaces": index_faces,
    "ListFaces": list_faces,
    "DeleteFaces": delete_faces,
    "SearchFaces": search_faces,
    "SearchFacesByImage": search_faces_by_image,
}


def kind_of_faces(collection: str) -> str:
    """The kind of the documents that are the faces of COLLECTION."""
    return f"face of {collection}"


def kind_of_users(collection: str) -> str:
    """The kind of the documents that are the users of COLLECTION."""
    return f"user of {collection}"


def collection_of(params: Params, machine: Machine) -> str:
    """The name of the collection; ResourceNotFoundException if there is none."""
    name = str(params["CollectionId"])
    if machine.store.document(KIND, name) is None:
        raise Refused("ResourceNotFoundException", f"The collection id: {name} does not exist")
    return name


def _keep(
    face: Face, picture: Picture, collection: str, image: str, external: str | None, machine: Machine
) -> dict[str, Any]:
    """FACE as it is told, after it was kept."""
    numbers = likeness.describe(picture.image, face, home=machine.home)
    id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{image}/{face.box}"))
    kept = {
        "BoundingBox": ratio_box(face.box, picture.image.size),
        "ImageId": image,
        **({"ExternalImageId": external} if external is not None else {}),
        "Confidence": face.confidence,
        "Numbers": base64.b64encode(numbers.tobytes()).decode(),
    }
    machine.store.add_document(kind_of_faces(collection), id, kept)
    return _face(id, kept)


def _face(id: str, kept: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in kept.items() if name != "Numbers" and value is not None}
    return {"FaceId": id, **told, "IndexFacesModelVersion": likeness.VERSION}


def numbers_of(kept: dict[str, Any]) -> Any:
    """The 128 numbers of a face that is kept."""
    import numpy

    return numpy.frombuffer(base64.b64decode(kept["Numbers"]), numpy.float32)


def _alike(
    numbers: Any, collection: str, params: Params, machine: Machine, *, beside: str = ""
) -> list[dict[str, Any]]:
    """The faces of COLLECTION like NUMBERS, the likest first, without the one BESIDE."""
    import numpy

    kept = [(id, face) for id, face in machine.store.documents(kind_of_faces(collection)) if id != beside]
    if not kept:
        return []
    away = likeness.distances(numbers, numpy.stack([numbers_of(face) for _, face in kept]))
    least = params.get("FaceMatchThreshold", THRESHOLD)
    matches: list[dict[str, Any]] = [
        {"Similarity": alike, "Face": _face(id, face)}
        for distance, (id, face) in zip(away.tolist(), kept, strict=True)
        if (alike := likeness.similarity(distance)) >= least
    ]
    return sorted(matches, key=lambda one: -one["Similarity"])[: params.get("MaxFaces", FOUND)]


def page_of(found: list[Any], params: Params, *, most: int = LISTED) -> tuple[list[Any], dict[str, str]]:
    """The page of FOUND that NextToken asks for, and the token of the next one."""
    token = params.get("NextToken") or "0"
    if not token.isdecimal():
        raise Refused("InvalidPaginationTokenException", "Invalid pagination token")
    first, size = int(token), min(params.get("MaxResults") or most, most)
    return found[first : first + size], {"NextToken": str(first + size)} if first + size < len(found) else {}


def _arn(name: str, machine: Machine) -> str:
    return f"aws:rekognition:{machine.region}:000000000000:collection/{name}"
