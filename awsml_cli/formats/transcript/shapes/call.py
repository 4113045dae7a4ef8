"""The documents of analysed conversations: Call Analytics (milliseconds, turns) and HealthScribe (seconds,
segments).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from awsml_cli.formats.transcript.model import Segment, Transcript, Word, speakers_of
from awsml_cli.formats.transcript.shapes.words import Token, assemble, is_mark, number, spread

_DETAILS = (
    "Categories",
    "ConversationCharacteristics",
    "ContactSummary",
    "CallAnalyticsJobDetails",
    "ClinicalInsights",
)
_POINTS = {"IssuesDetected": "issues", "OutcomesDetected": "outcomes", "ActionItemsDetected": "action_items"}
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CONSTANT = re.compile(r"[A-Z0-9_]+")


def matches(document: dict[str, Any]) -> bool:
    """Whether this is a Call Analytics document (`Transcript` is a list of turns) or a HealthScribe one."""
    return isinstance(document.get("Transcript"), list) or isinstance(document.get("Conversation"), dict)


def read(document: dict[str, Any]) -> Transcript:
    """The transcript of an analysed conversation; the speaker is the participant's role ("AGENT", "CLINICIAN")."""
    conversation = document.get("Conversation")
    return _clinical(conversation, document.get("ClinicalDocumentation")) if conversation else _call(document)


def _call(document: dict[str, Any]) -> Transcript:
    turns = sorted(document["Transcript"], key=lambda turn: turn.get("BeginOffsetMillis") or 0)
    words: list[Word] = []
    for turn in turns:
        words.extend(assemble(_tokens_of_turn(turn)))
    metadata = document.get("ContentMetadata") or {}
    return Transcript(
        words=tuple(words),
        language_code=document.get("LanguageCode"),
        speakers=speakers_of(words),
        job_name=document.get("JobName"),
        is_redacted=metadata.get("Output") == "Redacted",
        segments=tuple(_turn(turn) for turn in turns),
        details={**{_snake(key): _snaked(document[key]) for key in _DETAILS if key in document}, **_points(turns)},
    )


def _points(turns: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """What was found in the turns, in the words of the call: issues, outcomes, action items."""
    found: dict[str, list[str]] = {}
    for turn in turns:
        content = turn.get("Content") or ""
        for key, name in _POINTS.items():
            for one in turn.get(key) or ():
                place = one.get("CharacterOffsets") or {}
                text = one.get("Text") or content[place.get("Begin", 0) : place.get("End", len(content))]
                found.setdefault(name, []).append(text.strip())
    return found


def _turn(turn: dict[str, Any]) -> Segment:
    return Segment(
        (turn.get("BeginOffsetMillis") or 0) / 1000,
        (turn.get("EndOffsetMillis") or 0) / 1000,
        turn.get("Content") or "",
        _role(turn),
        turn.get("Sentiment"),
    )


def _tokens_of_turn(turn: dict[str, Any]) -> Iterator[Token]:
    items = turn.get("Items")
    if not items:
        begin, end = turn.get("BeginOffsetMillis") or 0, turn.get("EndOffsetMillis") or 0
        yield from spread(turn.get("Content") or "", begin / 1000, end / 1000, speaker=_role(turn))
        return
    for item in items:
        best = (item.get("Alternatives") or [item])[0]
        content = best.get("Content") or ""
        redaction = best.get("Redactions") or item.get("Redactions") or ()
        yield Token(
            content,
            _seconds(item.get("BeginOffsetMillis")),
            _seconds(item.get("EndOffsetMillis")),
            _is_punctuation(item, content),
            number(best.get("Confidence")),
            _role(turn),
            filtered=item.get("VocabularyFilterMatch") is True,
            redactions=tuple(found.get("Type", "PII") for found in redaction),
        )


def _clinical(conversation: dict[str, Any], note: Any = None) -> Transcript:
    segments = sorted(conversation.get("TranscriptSegments") or (), key=lambda segment: segment["BeginAudioTime"])
    words = assemble(_clinical_tokens(conversation.get("TranscriptItems") or (), segments))
    return Transcript(
        words=tuple(words),
        language_code=conversation.get("LanguageCode"),
        speakers=speakers_of(words),
        job_name=conversation.get("JobName"),
        segments=tuple(
            Segment(
                float(segment["BeginAudioTime"]), float(segment["EndAudioTime"]), segment["Content"], _role(segment)
            )
            for segment in segments
        ),
        details={
            **{_snake(key): _snaked(conversation[key]) for key in _DETAILS if key in conversation},
            **({"clinical_documentation": _snaked(note)} if note else {}),
        },
    )


def _clinical_tokens(items: Iterable[dict[str, Any]], segments: list[dict[str, Any]]) -> Iterator[Token]:
    """Items and segments run side by side, both in order of time."""
    at = 0
    for item in items:
        start = float(item["BeginAudioTime"])
        while at + 1 < len(segments) and float(segments[at + 1]["BeginAudioTime"]) <= start:
            at += 1
        best = (item.get("Alternatives") or [item])[0]
        content = best.get("Content") or ""
        role = _role(segments[at]) if segments else None
        mark = _is_punctuation(item, content)
        yield Token(content, start, number(item.get("EndAudioTime")), mark, number(best.get("Confidence")), role)


def _role(turn: dict[str, Any]) -> str | None:
    details = turn.get("ParticipantDetails") or turn
    return details.get("ParticipantRole") or details.get("ParticipantId")


def _is_punctuation(item: dict[str, Any], content: str) -> bool:
    kind = item.get("Type") or item.get("ItemType")
    return kind.lower() == "punctuation" if kind else is_mark(content)


def _seconds(milliseconds: Any) -> float | None:
    return None if milliseconds is None else float(milliseconds) / 1000


def _snaked(value: Any) -> Any:
    if isinstance(value, dict):
        return {_snake(key): _snaked(inner) for key, inner in value.items()}
    return [_snaked(inner) for inner in value] if isinstance(value, list) else value


def _snake(key: str) -> str:
    """AWS's key in snake_case; a key that is a value (AGENT, a category's own name) stays as it is."""
    return key if _CONSTANT.fullmatch(key) or not key[:1].isupper() else _WORD_START.sub("_", key).lower()
