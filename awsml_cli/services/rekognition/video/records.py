"""What an analysis of a video is to a reader: one record, or the moments in it as rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from pydantic import PrivateAttr

from awsml_cli.core.keys import plain
from awsml_cli.core.record import Listing, Record
from awsml_cli.formats.timeline import RENDERERS, Look, Timeline, clock_time, contact_sheet, parse, spans


class Job(Record):
    """A job over a video, as AWS describes it; `id` is enough for `awsml jobs …`."""

    columns: ClassVar = ("id", "job_status", "input")

    id: str
    job_status: str
    status_message: str | None = None
    input: str | None = None
    video_metadata: Any = None
    job_tag: str | None = None


class StartedJob(Record):
    """The id of a job that goes on without us."""

    columns: ClassVar = ("id",)

    id: str


class Seen(Record):
    """Something seen in a video: from when to when, as a clock shows it, and in milliseconds; confidence 0 to 100."""

    columns: ClassVar[tuple[str, ...]] = ("name", "confidence", "start", "end")

    name: str
    confidence: float | str | None = None
    start: str
    end: str
    start_timestamp_millis: int
    end_timestamp_millis: int


class SeenLabel(Seen):
    """A label; `instances` are the boxes where it was found."""

    columns: ClassVar = (*Seen.columns, "parents", "count")

    parents: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    instances: tuple[Any, ...] = ()
    count: int = 0


class SeenFace(Seen):
    """A face; age, gender and emotion are known with `--attributes all`."""

    columns: ClassVar = (*Seen.columns, "age_low", "age_high", "gender", "emotion")

    age_low: int | None = None
    age_high: int | None = None
    gender: str | None = None
    emotion: str | None = None
    bounding_box: Any = None


class SeenPerson(Seen):
    """A face of a collection; `confidence` is how alike it is, `person` numbers the people in the video."""

    columns: ClassVar = (*Seen.columns, "person", "face_id")

    person: int | None = None
    face_id: str | None = None
    bounding_box: Any = None


class SeenCelebrity(Seen):
    """A celebrity."""

    columns: ClassVar = (*Seen.columns, "id", "urls")

    id: str | None = None
    urls: tuple[str, ...] = ()
    bounding_box: Any = None


class SeenModeration(Seen):
    """Something to moderate."""

    columns: ClassVar = (*Seen.columns, "parent_name", "taxonomy_level")

    parent_name: str | None = None
    taxonomy_level: int | None = None
    content_types: tuple[str, ...] = ()


class SeenText(Seen):
    """A line or a word of text."""

    columns: ClassVar = (*Seen.columns, "type")

    type: str | None = None
    bounding_box: Any = None


class SeenSegment(Seen):
    """A shot, or a technical cue."""

    columns: ClassVar = (*Seen.columns, "type", "start_timecode", "end_timecode", "start_frame", "end_frame")

    type: str | None = None
    start_timecode: str | None = None
    end_timecode: str | None = None
    start_frame: int | None = None
    end_frame: int | None = None
    duration_frames: int | None = None


ROWS: dict[str, type[Seen]] = {
    "labels": SeenLabel,
    "faces": SeenFace,
    "search": SeenPerson,
    "celebrities": SeenCelebrity,
    "moderation": SeenModeration,
    "text": SeenText,
    "segments": SeenSegment,
}


class Analysis(Record):
    """What was found in a video. `raw` is AWS's answer, all pages in one; all else is read from it."""

    columns: ClassVar = ("kind", "found")

    kind: str
    found: int

    _timeline: Timeline = PrivateAttr(default_factory=lambda: Timeline("labels"))
    _look: Look = PrivateAttr(default_factory=Look)

    @property
    def timeline(self) -> Timeline:
        """What was found, and when."""
        return self._timeline

    def sheet(self, video: Path) -> bytes:
        """The contact sheet, as PNG, with pictures out of VIDEO."""
        return contact_sheet(self._timeline, self._look, video)

    def listing(self, *, worded: bool = False) -> Listing:
        """Its moments as records; WORDED ones tell confidences as text with one decimal, as pictures do."""
        return Listing(self._rows(worded), "Seen")

    def _rows(self, worded: bool) -> Iterator[Record]:
        made = ROWS[self.kind]
        for event in spans(self._timeline, self._look) if self._look.spans else self._timeline.events:
            more = {name: plain(about) for name, about in event.about.items()}
            if self.kind == "labels":
                more["count"] = len(more["instances"])
            yield made(
                name=event.name,
                confidence=_confidence(event.confidence, worded=worded),
                start=clock_time(event.start),
                end=clock_time(event.end),
                start_timestamp_millis=event.start,
                end_timestamp_millis=event.end,
                **more,
            )

    def rendered(self, format: str) -> str:
        """The timeline in one of the formats of its own."""
        return RENDERERS[format](self._timeline, self._look)

    def fields(self) -> dict[str, Any]:
        """AWS's answer, as far as it is looked at."""
        found: dict[str, Any] = plain(self._timeline.answer)
        return found


def analysis(answer: bytes, look: Look) -> Analysis:
    """The record of ANSWER. Raises InputError for a JSON that is none about a video."""
    timeline = parse(answer, look)
    made = Analysis(kind=timeline.kind, found=len(timeline.events)).with_raw(answer)
    made._timeline = timeline
    made._look = look
    return made


def _confidence(value: float | None, *, worded: bool) -> float | str | None:
    if value is None:
        return None
    return f"{value:.1f}" if worded else round(value, 1)
