"""What was heard, as the document that Transcribe writes.

`confidence` stands only where the engine has one: a number that nobody measured would be an invention.
`awsml_engine` and `awsml_quality` say who heard it; AWS's documents have no such keys.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from awsml_cli.local.engines.hear import Word

_UNSPACED = ("zh", "ja", "th", "lo", "my", "km", "yue")
Item = dict[str, Any]


@dataclass(frozen=True)
class Passage:
    """Items that belong together: what was heard at one stretch, in one channel, of one speaker."""

    items: list[Item]
    start: float
    end: float
    labels: dict[str, str]


@dataclass(frozen=True)
class About:
    """What the document says of itself. SCORE is there if the language was identified."""

    name: str
    language_code: str
    engine: str
    quality: str
    score: float | None = None
    speakers: bool = False
    channels: int = 0


def passages(heard: list[list[Word]], *, channel: int | None = None) -> list[Passage]:
    """The words of each stretch as items, parted where the speaker changes."""
    found = []
    for words in heard:
        for speaker, part in groupby(words, key=lambda word: word.speaker):
            said = list(part)
            labels = {} if speaker is None else {"speaker_label": f"spk_{speaker}"}
            if channel is not None:
                labels["channel_label"] = f"ch_{channel}"
            items = [{**item, **labels} for word in said for item in _items(word)]
            found.append(Passage(items, said[0].start, said[-1].end, labels))
    return found


def document(about: About, found: list[Passage], *, redacted: bool = False) -> bytes:
    """The JSON document of a job: FOUND in order of time."""
    gap = "" if about.language_code.startswith(_UNSPACED) else " "
    items: list[Item] = []
    segments: list[dict[str, Any]] = []
    for passage in found:
        numbered = [{"id": len(items) + at, **item} for at, item in enumerate(passage.items)]
        items += numbered
        if numbered:
            segments.append(_segment(len(segments), numbered, passage, gap))
    results: dict[str, Any] = {}
    if about.score is not None:
        results["language_code"] = about.language_code
        results["language_identification"] = [{"code": about.language_code, "score": f"{about.score:.4f}"}]
    results["transcripts"] = [{"transcript": gap.join(segment["transcript"] for segment in segments)}]
    if about.speakers:
        results["speaker_labels"] = _speaker_labels(found)
    if about.channels:
        results["channel_labels"] = _channel_labels(items, about.channels)
    results["items"] = items
    results["audio_segments"] = segments
    whole: dict[str, Any] = {
        "jobName": about.name,
        "accountId": "000000000000",
        "status": "COMPLETED",
        "results": results,
        "awsml_engine": about.engine,
        "awsml_quality": about.quality,
    }
    if redacted:
        whole["isRedacted"] = True
    return json.dumps(whole, ensure_ascii=False).encode()


def _items(word: Word) -> list[Item]:
    """WORD as an item, and the punctuation after it as another."""
    content, sign = word.parted()
    best = {"content": content}
    if word.confidence is not None:
        best = {"confidence": f"{word.confidence:.3f}", **best}
    items: list[Item] = [
        {
            "type": "pronunciation",
            "alternatives": [best],
            "start_time": f"{word.start:.3f}",
            "end_time": f"{word.end:.3f}",
        }
    ]
    if sign:
        items.append({"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": sign}]})
    return items


def _segment(number: int, items: list[Item], passage: Passage, gap: str) -> dict[str, Any]:
    text = ""
    for item in items:
        content = item["alternatives"][0]["content"]
        text += content if item["type"] == "punctuation" or not text else gap + content
    return {
        "id": number,
        "transcript": text,
        "start_time": f"{passage.start:.3f}",
        "end_time": f"{passage.end:.3f}",
        **passage.labels,
        "items": [item["id"] for item in items],
    }


def _speaker_labels(found: list[Passage]) -> dict[str, Any]:
    segments = []
    for passage in found:
        spoken = [item for item in passage.items if item["type"] == "pronunciation"]
        members = ("start_time", "speaker_label", "end_time")
        if spoken:
            segments.append(
                {
                    "start_time": spoken[0]["start_time"],
                    **passage.labels,
                    "end_time": spoken[-1]["end_time"],
                    "items": [{member: item[member] for member in members} for item in spoken],
                }
            )
    count = len({segment["speaker_label"] for segment in segments})
    return {"segments": segments, "channel_label": "ch_0", "speakers": count}


def _channel_labels(items: list[Item], count: int) -> dict[str, Any]:
    labels = [f"ch_{channel}" for channel in range(count)]
    channels = [
        {"channel_label": label, "items": [item for item in items if item["channel_label"] == label]}
        for label in labels
    ]
    return {"channels": channels, "number_of_channels": count}
