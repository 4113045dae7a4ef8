"""Names as Rekognition takes them: of collections, users, faces, and of the pictures that faces come from."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from typing import Final

from awsml_cli.core.errors import UsageError
from awsml_cli.core.sources import Source

# patterns and lengths: the model's CollectionId, UserId, FaceId and ExternalImageId
_COLLECTION: Final = re.compile(r"[a-zA-Z0-9_.\-]{1,255}")
_USER: Final = re.compile(r"[a-zA-Z0-9_.\-:]{1,128}")
_FACE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST: Final = 255
WORDS: Final = ("stem", "name", "folder", "path")


def collection_id(name: str) -> str:
    """NAME, if a collection may be called so. Raises UsageError."""
    if not _COLLECTION.fullmatch(name):
        raise UsageError(
            f"a collection cannot be called `{name}`", hint="letters, digits, `_`, `.` and `-`, up to 255 of them"
        )
    return name


def user_id(name: str) -> str:
    """NAME, if a user may be called so. Raises UsageError."""
    if not _USER.fullmatch(name):
        raise UsageError(
            f"a user cannot be called `{name}`", hint="letters, digits, `_`, `.`, `-` and `:`, up to 128 of them"
        )
    return name


def is_face(name: str) -> bool:
    """Whether NAME is the id of a face."""
    return _FACE.fullmatch(name) is not None


def external_id(source: Source, pattern: str = "{stem}") -> str:
    """What the faces of SOURCE are called, by PATTERN: `{stem}`, `{name}`, `{folder}` or `{path}` of its file.

    Letters with marks lose them; what AWS does not take becomes `_`, and a folder's end `:`. Raises UsageError.
    """
    place = source.relative
    holder = source.path.resolve() if source.path is not None else PurePath(source.name)
    words = {
        "stem": place.stem,
        "name": place.name,
        "folder": holder.parent.name,
        "path": place.with_suffix("").as_posix(),
    }
    unknown = [word for word in re.findall(r"\{(\w*)\}", pattern) if word not in words]
    if unknown:
        raise UsageError(f"`{{{unknown[0]}}}` is no part of a file's name", hint=f"one of: {', '.join(WORDS)}")
    text = re.sub(r"\{(\w+)\}", lambda found: words[found[1]], pattern)
    plain = unicodedata.normalize("NFKD", text.replace("/", ":"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    made = re.sub(r"[^a-zA-Z0-9_.\-:]+", "_", bare).strip(":")[:LONGEST]
    if not made:
        raise UsageError(f"nothing of `{text}` can be the name of a face", hint="--id '{stem}' or --id '{path}'")
    return made
