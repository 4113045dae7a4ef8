"""A timeline: what was seen in a video, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# the kinds of analysis, and the member of AWS's answer that lists what was found
MEMBERS: Final = {
    "labels": "Labels",
    "faces": "Faces",
    "search": "Persons",
    "celebrities": "Celebrities",
    "moderation": "ModerationLabels",
    "text": "TextDetections",
    "segments": "Segments",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was seen from START to END, both in milliseconds; a moment where they are the same.

    `about` is what its kind says of it (a label's parents, a face's age); `confidence` is 0 to 100.
    """

    name: str
    confidence: float | None
    start: int
    end: int
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Timeline:
    """Everything that one analysis of KIND found, in the order of AWS's answer, which is `answer`."""

    kind: str
    events: tuple[Event, ...] = ()
    milliseconds: int = 0  # of the whole video; 0 where nobody knows
    frame_rate: float = 0.0  # frames a second; 0 where nobody knows
    answer: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What of a timeline is shown, and how.

    `join` is in seconds: what is seen again within so much time has not been away; with `spans`, so are the rows.
    INCLUDE and EXCLUDE are names, CATEGORIES and WITHOUT the categories of labels.
    """

    min_confidence: float | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    words: bool = False
    spans: bool = False
    join: float = 2.0
    title: str = "video"

    @property
    def sifts(self) -> bool:
        """Whether anything is left out."""
        return bool(self.min_confidence or self.include or self.exclude or self.categories or self.without)


def clock_time(milliseconds: int) -> str:
    """MILLISECONDS as `00:00:01.500`."""
    seconds, rest = divmod(max(milliseconds, 0), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
