"""Moments into spans: what is seen again and again is there all the while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from awsml_cli.formats.timeline.model import Event, Look, Timeline

STEP: Final = 500  # milliseconds between two looks at a video, where an answer has but one
LONGEST_STEP: Final = 1000  # milliseconds; what is further apart was not seen in between


@dataclass(frozen=True)
class Chapter:
    """The names that are seen from START to END (milliseconds)."""

    start: int
    end: int
    names: tuple[str, ...]


def spans(timeline: Timeline, look: Look) -> list[Event]:
    """The events of TIMELINE as spans, by their beginning: those of one name that lie close together are one.

    A moment lasts until the next look at the video. The confidence of a span is its best.
    """
    if timeline.kind == "segments":
        return sorted(timeline.events, key=lambda one: (one.start, one.end))
    step = _step(timeline.events)
    gap = max(round(look.join * 1000), step)
    open_: dict[str, Event] = {}
    made: list[Event] = []
    for event in sorted(timeline.events, key=lambda one: one.start):
        end = event.end if event.end > event.start else event.start + step
        current = open_.get(event.name)
        if current is not None and event.start <= current.end + gap:
            best = max(current.confidence or 0.0, event.confidence or 0.0)
            open_[event.name] = replace(current, end=max(current.end, end), confidence=best)
            continue
        if current is not None:
            made.append(current)
        open_[event.name] = replace(event, end=end)
    made += open_.values()
    whole = timeline.milliseconds
    return sorted(
        (replace(one, end=min(one.end, whole)) if one.start < whole else one for one in made),
        key=lambda one: (one.start, one.end, one.name),
    )


def chapters(found: Iterable[Event]) -> Iterator[Chapter]:
    """The spans FOUND as chapters, which never overlap: a new one wherever something comes or goes."""
    events = [event for event in found if event.end > event.start]
    edges = sorted({edge for event in events for edge in (event.start, event.end)})
    starting: dict[int, list[Event]] = {}
    for event in events:
        starting.setdefault(event.start, []).append(event)
    here: list[Event] = []
    for start, end in pairwise(edges):
        here = [event for event in here if event.end > start] + starting.get(start, [])
        if names := tuple(dict.fromkeys(event.name for event in here)):
            yield Chapter(start, end, names)


def _step(events: Iterable[Event]) -> int:
    """The time between two looks at the video, in milliseconds."""
    gaps = [later - earlier for earlier, later in pairwise(sorted({event.start for event in events}))]
    return min(min(gaps), LONGEST_STEP) if gaps else STEP
