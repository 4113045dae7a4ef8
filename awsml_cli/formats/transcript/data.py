"""JSON and JSON Lines: a transcript for programs, keys in the snake_case of AWS's names."""

from __future__ import annotations

import json
from typing import Any

from awsml_cli.formats.transcript.model import Segment, Transcript, Word
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.table import records


def record(transcript: Transcript) -> dict[str, Any]:
    """One object: `transcript` (the text), `language_code`, `speakers`, `items` (words with their punctuation), always;
    `job_name`, `is_redacted`, `language_codes`, `segments`, `toxicity_detection`, `details` where the service says so.

    An item always has `content`, `start_time`, `end_time` (seconds) and `confidence`; the rest where it is known.
    """
    found: dict[str, Any] = {
        "transcript": transcript.text,
        "language_code": transcript.language_code,
        "speakers": list(transcript.speakers),
        "job_name": transcript.job_name,
        "is_redacted": transcript.is_redacted,
        "language_codes": [
            {"language_code": code, "duration_in_seconds": seconds} for code, seconds in transcript.language_codes
        ],
        "items": list(map(_item, transcript.words)),
        "segments": list(map(_segment, transcript.segments)),
        "toxicity_detection": [dict(found) for found in transcript.toxicity_detection],
        "details": dict(transcript.details),
    }
    always = ("transcript", "language_code", "speakers", "items")
    return {key: value for key, value in found.items() if value or key in always}


def render_json(transcript: Transcript, options: Options) -> str:
    """The record as one object, indented, with a newline at the end."""
    return json.dumps(record(transcript), ensure_ascii=False, indent=2) + "\n"


def render_jsonl(transcript: Transcript, options: Options) -> str:
    """An object a line for each word, cue or turn, as `granularity` says; times are seconds."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records(transcript, options))


def _item(word: Word) -> dict[str, Any]:
    item: dict[str, Any] = {
        "content": word.content,
        "start_time": word.start_time,
        "end_time": word.end_time,
        "confidence": word.confidence,
    }
    for key in ("speaker_label", "channel_label", "language_code", "vocabulary_filter_match"):
        if value := getattr(word, key):
            item[key] = value
    if word.redactions:
        item["redactions"] = list(word.redactions)
    return item


def _segment(segment: Segment) -> dict[str, Any]:
    found = {
        "start_time": segment.start_time,
        "end_time": segment.end_time,
        "transcript": segment.transcript,
        "speaker_label": segment.speaker_label,
        "sentiment": segment.sentiment,
        "alternatives": list(segment.alternatives),
    }
    return {key: value for key, value in found.items() if value or key.endswith("_time") or key == "transcript"}
