"""Our own record, as `-f json` writes it: read again, it gives the same transcript."""

from __future__ import annotations

from typing import Any

from awsml_cli.formats.transcript.model import Segment, Transcript, Word, speakers_of


def matches(document: dict[str, Any]) -> bool:
    """Whether this is our record: `transcript` and `items` whose words stand in `content`."""
    items = document.get("items")
    return isinstance(document.get("transcript"), str) and isinstance(items, list)


def read(document: dict[str, Any]) -> Transcript:
    """The transcript of our own record."""
    words = tuple(Word(**{**item, "redactions": tuple(item.get("redactions") or ())}) for item in document["items"])
    segments = (
        Segment(**{**segment, "alternatives": tuple(segment.get("alternatives") or ())})
        for segment in document.get("segments") or ()
    )
    return Transcript(
        words=words,
        language_code=document.get("language_code"),
        language_codes=tuple(
            (code["language_code"], code["duration_in_seconds"]) for code in document.get("language_codes") or ()
        ),
        speakers=speakers_of(words),
        job_name=document.get("job_name"),
        is_redacted=bool(document.get("is_redacted")),
        segments=tuple(segments),
        toxicity_detection=tuple(document.get("toxicity_detection") or ()),
        details=document.get("details") or {},
    )
