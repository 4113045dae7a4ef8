"""Users of a collection: people of whom several faces are known. Who is like the mean of them is like the user."""

from __future__ import annotations

from typing import Any, Final

from awsml_cli.local.engines.see import faces, likeness
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.rekognition.collections import (
    collection_of,
    kind_of_faces,
    kind_of_users,
    numbers_of,
    page_of,
)
from awsml_cli.local.operations.rekognition.people import THRESHOLD, detail, known, refused
from awsml_cli.local.operations.rekognition.pictures import given, invalid

ASSOCIATED: Final = 100  # faces of one user: the model, and of one call
FOUND: Final = 80  # users of one search, where no number is asked for
LISTED: Final = 500
ALIKE: Final = 75.0  # similarity to its user that a face needs, where none is asked for: API_AssociateFaces


def create_user(params: Params, machine: Machine) -> Answer:
    """Make a user without faces; ConflictException if there is one of that name."""
    kind = kind_of_users(collection_of(params, machine))
    if not machine.store.add_document(kind, params["UserId"], {}):
        raise Refused("ConflictException", "A User with the same Id already exists within the collection.")
    return {}


def delete_user(params: Params, machine: Machine) -> Answer:
    """Forget a user; its faces stay in the collection and are nobody's."""
    name, user = _user_of(params, machine)
    machine.store.remove_document(kind_of_users(name), user)
    for face in _faces(name, machine).get(user, {}):
        machine.store.change_document(kind_of_faces(name), face, {"UserId": None})
    return {}


def list_users(params: Params, machine: Machine) -> Answer:
    """The users of a collection by name."""
    name = collection_of(params, machine)
    own = _faces(name, machine)
    found = sorted(user for user, _ in machine.store.documents(kind_of_users(name)))
    page, more = page_of([_told(user, own) for user in found], params, most=LISTED)
    return {"Users": page, **more}


def associate_faces(params: Params, machine: Machine) -> Answer:
    """Let faces be a user's: those of the collection that are nobody's and like those that the user has.

    Whose a face is stands with the face, so that two processes that give a user faces lose none.
    """
    name, user = _user_of(params, machine)
    done, left = [], []
    for face in params["FaceIds"]:
        reasons = _reasons(face, name, user, params, machine)
        if reasons:
            left.append({"FaceId": face, "Reasons": reasons})
            continue
        machine.store.change_document(kind_of_faces(name), face, {"UserId": user})
        done.append({"FaceId": face})
    status = _status(_faces(name, machine).get(user, {}))
    return known({"AssociatedFaces": done, "UnsuccessfulFaceAssociations": left, "UserStatus": status}, machine)


def disassociate_faces(params: Params, machine: Machine) -> Answer:
    """Let faces be nobody's again."""
    name, user = _user_of(params, machine)
    own = _faces(name, machine).get(user, {})
    for face in params["FaceIds"]:
        if face in own:
            machine.store.change_document(kind_of_faces(name), face, {"UserId": None})
    strangers = [face for face in params["FaceIds"] if face not in own]
    return {
        "DisassociatedFaces": [{"FaceId": face} for face in params["FaceIds"] if face in own],
        "UnsuccessfulFaceDisassociations": [{"FaceId": face, "Reasons": ["FACE_NOT_FOUND"]} for face in strangers],
        "UserStatus": _status(_faces(name, machine).get(user, {})),
    }


def search_users(params: Params, machine: Machine) -> Answer:
    """The users who are like a face or another user of the collection."""
    name = collection_of(params, machine)
    if ("FaceId" in params) == ("UserId" in params):
        raise invalid("Exactly one of UserId and FaceId has to be given.")
    searched: Answer
    if "FaceId" in params:
        kept = machine.store.document(kind_of_faces(name), params["FaceId"])
        if kept is None:
            raise invalid("faceId was not found in the collection.")
        numbers, searched = numbers_of(kept), {"SearchedFace": {"FaceId": params["FaceId"]}}
    else:
        _, user = _user_of(params, machine)
        numbers, searched = _mean(_faces(name, machine).get(user, {})), {"SearchedUser": {"UserId": user}}
    matches = _alike(numbers, name, params, machine, beside=params.get("UserId", ""))
    return known({"UserMatches": matches, "FaceModelVersion": likeness.VERSION, **searched}, machine)


def search_users_by_image(params: Params, machine: Machine) -> Answer:
    """The users who are like the largest face of a picture."""
    name = collection_of(params, machine)
    picture = given(params["Image"], machine)
    found = [one for one in faces.find(picture.image) if not refused(one, picture, params.get("QualityFilter", "NONE"))]
    if not found:
        raise invalid("There are no faces in the image. Should be at least 1.")
    numbers = likeness.describe(picture.image, found[0], home=machine.home)
    answer = {
        "UserMatches": _alike(numbers, name, params, machine),
        "FaceModelVersion": likeness.VERSION,
        "SearchedFace": {"FaceDetail": detail(found[0], picture, machine)},
        "UnsearchedFaces": [
            {"FaceDetails": detail(face, picture, machine), "Reasons": ["FACE_NOT_LARGEST"]} for face in found[1:]
        ],
    }
    return known(answer, machine)


OPERATIONS: dict[str, Operation] = {
    "CreateUser": create_user,
    "DeleteUser": delete_user,
    "ListUsers": list_users,
    "AssociateFaces": associate_faces,
    "DisassociateFaces": disassociate_faces,
    "SearchUsers": search_users,
    "SearchUsersByImage": search_users_by_image,
}


Faces = dict[str, dict[str, Any]]


def _user_of(params: Params, machine: Machine) -> tuple[str, str]:
    """The collection and the user; ResourceNotFoundException if there is no such user."""
    name, user = collection_of(params, machine), str(params["UserId"])
    if machine.store.document(kind_of_users(name), user) is None:
        raise Refused("ResourceNotFoundException", "The user does not exist within the collection.")
    return name, user


def _faces(name: str, machine: Machine) -> dict[str, Faces]:
    """The faces of each user."""
    found: dict[str, Faces] = {}
    for id, face in machine.store.documents(kind_of_faces(name)):
        if face.get("UserId"):
            found.setdefault(face["UserId"], {})[id] = face
    return found


def _reasons(face: str, name: str, user: str, params: Params, machine: Machine) -> list[str]:
    """Why FACE cannot be the user's; nothing if it can."""
    kept = machine.store.document(kind_of_faces(name), face)
    if kept is None:
        return ["FACE_NOT_FOUND"]
    if kept.get("UserId") not in (None, user):
        return ["ASSOCIATED_TO_A_DIFFERENT_USER"]
    own = _faces(name, machine).get(user, {})
    if face not in own and len(own) >= ASSOCIATED:
        raise Refused("ServiceQuotaExceededException", f"A user has at most {ASSOCIATED} faces.")
    mean = _mean({id: one for id, one in own.items() if id != face})
    if mean is not None:
        away = float(likeness.distances(numbers_of(kept), mean[None])[0])
        if likeness.similarity(away) < params.get("UserMatchThreshold", ALIKE):
            return ["LOW_MATCH_CONFIDENCE"]
    return []


def _mean(own: Faces) -> Any:
    """The mean of the faces OWN; None if there are none."""
    import numpy

    return numpy.mean([numbers_of(one) for one in own.values()], axis=0) if own else None


def _alike(numbers: Any, name: str, params: Params, machine: Machine, *, beside: str = "") -> list[dict[str, Any]]:
    """The users of a collection like NUMBERS, the likest first."""
    matches: list[dict[str, Any]] = []
    every = _faces(name, machine)
    for user, own in every.items():
        if numbers is None or user == beside:
            continue
        alike = likeness.similarity(float(likeness.distances(numbers, _mean(own)[None])[0]))
        if alike >= params.get("UserMatchThreshold", THRESHOLD):
            matches.append({"Similarity": alike, "User": _told(user, every)})
    return sorted(matches, key=lambda one: -one["Similarity"])[: params.get("MaxUsers", FOUND)]


def _told(user: str, faces_of: dict[str, Faces]) -> dict[str, str]:
    return {"UserId": user, "UserStatus": _status(faces_of.get(user, {}))}


def _status(own: Faces) -> str:
    return "ACTIVE" if own else "CREATED"
