"""What an analysis says of a conversation besides its words: a summary, what came up, the clinical note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Section = tuple[str, list[str]]  # a title, and the points under it

_POINTS = ("issues", "outcomes", "action_items")


def sections(details: Mapping[str, Any]) -> Iterator[Section]:
    """The sections in the DETAILS of a transcript, in the order in which a person reads them."""
    yield from note(details)
    summary = _inside(details, "contact_summary", "auto_generated", "overall_summary", "content")
    if summary:
        yield "Summary", [str(summary)]
    for name in _POINTS:
        if details.get(name):
            yield name.replace("_", " ").capitalize(), [str(point) for point in details[name]]
    if categories := _inside(details, "categories", "matched_categories"):
        yield "Categories", [str(name) for name in categories]
    if figures := list(_figures(details.get("conversation_characteristics") or {})):
        yield "Figures", figures


def note(details: Mapping[str, Any]) -> Iterator[Section]:
    """The sections of a clinical note that hold something."""
    for section in _inside(details, "clinical_documentation", "sections") or ():
        found = [str(one.get("summarized_segment") or "") for one in section.get("summary") or ()]
        if lines := [line.strip() for line in found if line.strip()]:
            yield str(section.get("section_name") or "").replace("_", " ").capitalize(), lines


def _figures(found: Mapping[str, Any]) -> Iterator[str]:
    for who, sentiment in (_inside(found, "sentiment", "overall_sentiment") or {}).items():
        yield f"sentiment of {who}: {sentiment}"
    for who, talk in (_inside(found, "talk_time", "details_by_participant") or {}).items():
        yield f"{who} talks {float(talk.get('total_time_millis') or 0) / 1000:.0f} s"
    if (count := _inside(found, "interruptions", "total_count")) is not None:
        yield f"interruptions: {count}"
    if (silence := _inside(found, "non_talk_time", "total_time_millis")) is not None:
        yield f"nobody talks for {float(silence) / 1000:.0f} s"


def _inside(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
