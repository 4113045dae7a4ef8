"""The lines that pictures become in text and tables: what it is, how sure that is, then what else is known."""

from __future__ import annotations

from typing import ClassVar

from awsml_cli.core.record import Record

PLACE = ("left", "top", "width", "height")


class Placed(Record):
    """Something with a place; `confidence` is 0 to 100 with one decimal, the place in shares of the picture."""

    name: str
    confidence: str
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None


class LabelRow(Record):
    """A label, and how often it has a place of its own."""

    columns: ClassVar = ("name", "confidence", "instances", "parents", "categories")

    name: str
    confidence: str
    instances: int = 0
    parents: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class CustomRow(Placed):
    """A label of a model of one's own."""

    columns: ClassVar = ("name", "confidence", *PLACE)


class FaceRow(Placed):
    """A face, with what it looks like."""

    columns: ClassVar = ("name", "confidence", "age_range", "gender", "emotion", *PLACE)

    age_range: str | None = None
    gender: str | None = None
    emotion: str | None = None


class CelebrityRow(Placed):
    """Somebody whom everybody knows."""

    columns: ClassVar = ("name", "confidence", "id", "urls", *PLACE)

    id: str = ""
    urls: tuple[str, ...] = ()


class ModerationRow(Record):
    """Something that not everybody wants to see."""

    columns: ClassVar = ("name", "confidence", "parent_name", "taxonomy_level")

    name: str
    confidence: str
    parent_name: str = ""
    taxonomy_level: int | None = None


class TextRow(Placed):
    """A line or a word on the picture."""

    columns: ClassVar = ("name", "confidence", "type", *PLACE)

    type: str = ""


class PersonRow(Placed):
    """A person, what they wear, and whether that is all that is required."""

    columns: ClassVar = ("name", "confidence", "worn", "equipped", *PLACE)

    worn: tuple[str, ...] = ()
    equipped: str | None = None


class ColourRow(Record):
    """A colour, the share of the picture (0 to 100) that has it, and the part that is looked at."""

    columns: ClassVar = ("name", "pixel_percent", "hex_code", "simplified_color", "part")

    name: str
    pixel_percent: str
    hex_code: str = ""
    simplified_color: str = ""
    part: str = "image"


class MatchRow(Placed):
    """A face of the target that is like a face of the source, and how much, 0 to 100 with one decimal."""

    columns: ClassVar = ("name", "similarity", *PLACE)

    confidence: str = ""
    similarity: str = ""


class HitRow(Placed):
    """Somebody of a collection who is like a face of the picture; the place is that of the face."""

    columns: ClassVar = ("name", "similarity", "face", "face_id", *PLACE)

    confidence: str = ""
    similarity: str = ""
    face: str = ""
    face_id: str = ""


class IndexedRow(Placed):
    """A face of a picture, in the collection with its id, or not for these reasons."""

    columns: ClassVar = ("name", "confidence", "face_id", "reasons", *PLACE)

    face_id: str = ""
    reasons: tuple[str, ...] = ()
