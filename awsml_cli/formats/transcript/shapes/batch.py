"""The document of a batch job, plain or medical: `results` with `items`, and what the job's options add to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from awsml_cli.formats.transcript.model import Segment, Transcript, Word, speakers_of
from awsml_cli.formats.transcript.shapes.words import Token, assemble, interleave, number, speaker_name, spread


def matches(document: dict[str, Any]) -> bool:
    """Whether this is a job's document: `results` with any of the lists that a transcript can be made of."""
    results = document.get("results")
    return isinstance(results, dict) and bool(
        {"items", "transcripts", "segments", "audio_segments", "channel_labels"} & results.keys()
    )


def read(document: dict[str, Any]) -> Transcript:
    """The transcript of a job's document.

    Times are strings there, punctuation has none; speakers stand on the items (jobs since 2024) or in
    `speaker_labels.segments`; a redacted item has `redactions` and no confidence.
    """
    results = document["results"]
    words = _words(results)
    codes = tuple(_languages(results))
    return Transcript(
        words=tuple(words),
        language_code=results.get("language_code") or max(codes, key=lambda code: code[1], default=(None, 0.0))[0],
        language_codes=codes,
        speakers=speakers_of(words),
        job_name=document.get("jobName"),
        is_redacted=bool(document.get("isRedacted")) or any(word.redactions for word in words),
        segments=tuple(_segments(results.get("segments") or ())),
        toxicity_detection=tuple(results.get("toxicity_detection") or ()),
    )


def _words(results: dict[str, Any]) -> list[Word]:
    channels = (results.get("channel_labels") or {}).get("channels")
    if channels:
        return interleave(
            [
                assemble(_tokens(channel.get("items") or (), _no_speaker, channel["channel_label"]))
                for channel in channels
            ]
        )
    items = results.get("items") or _first_alternatives(results.get("segments") or ())
    if not items:
        return assemble(_tokens_of_text(results))
    apart = _by_channel(items)
    if apart:
        return interleave([assemble(_tokens(part, _no_speaker, label)) for label, part in apart.items()])
    return assemble(_tokens(items, _speaker_finder(results.get("speaker_labels") or {}), None))


def _tokens(
    items: Iterable[dict[str, Any]], speaker_at: Callable[[str | None], str | None], channel: str | None
) -> Iterator[Token]:
    for item in items:
        alternatives = item.get("alternatives")
        if not alternatives:
            continue
        best = alternatives[0]
        content = best.get("content") or ""
        if item.get("type") == "punctuation":
            yield Token(content, None, None, True)
            continue
        start = item.get("start_time")
        redactions = best.get("redactions")
        yield Token(
            content,
            number(start),
            number(item.get("end_time")),
            False,
            number(best.get("confidence")),
            item.get("speaker_label") or speaker_at(start),
            item.get("channel_label") or channel,
            item.get("language_code"),
            item.get("vocabularyFilterMatch") is True,
            tuple(redaction.get("type", "PII") for redaction in redactions) if redactions else (),
        )


def _no_speaker(start: str | None) -> str | None:
    return None


def _speaker_finder(labels: dict[str, Any]) -> Callable[[str | None], str | None]:
    """Who speaks at a time, given as the item writes it: as the segment's own item says, else by the segment's span."""
    segments = labels.get("segments") or []
    if not segments:
        return _no_speaker
    exact: dict[str, str | None] = {
        item["start_time"]: item.get("speaker_label") or segment.get("speaker_label")
        for segment in segments
        for item in segment.get("items") or ()
    }
    begins = [float(segment["start_time"]) for segment in segments]

    def speaker_at(start: str | None) -> str | None:
        if start is None:
            return None
        if start in exact:
            return exact[start]
        found = max(bisect_right(begins, float(start)) - 1, 0)
        return speaker_name(segments[found].get("speaker_label"))

    return speaker_at


def _by_channel(items: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The items of each channel where only the items say so; punctuation goes with the word before it."""
    apart: dict[str, list[dict[str, Any]]] = {}
    label: str | None = None
    for item in items:
        label = item.get("channel_label") or label
        if label is None:
            return {}
        apart.setdefault(label, []).append(item)
    return apart


def _first_alternatives(segments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items of each segment's best reading, in the form of `results.items`."""
    return [
        {**item, "alternatives": [item]}
        for segment in segments
        for item in (segment.get("alternatives") or [{}])[0].get("items") or ()
    ]


def _tokens_of_text(results: dict[str, Any]) -> Iterator[Token]:
    """Tokens of a document from which the items were left out: of its segments, else of its bare text, without
    times.
    """
    segments = results.get("audio_segments")
    if segments:
        for segment in segments:
            start, end = float(segment["start_time"]), float(segment["end_time"])
            yield from spread(segment.get("transcript") or "", start, end, speaker=segment.get("speaker_label"))
        return
    for transcript in results.get("transcripts") or ():
        yield from spread(transcript.get("transcript") or "", 0.0, 0.0)


def _languages(results: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for language in results.get("language_codes") or ():
        yield language["language_code"], float(language.get("duration_in_seconds") or 0.0)


def _segments(segments: Iterable[dict[str, Any]]) -> Iterator[Segment]:
    for segment in segments:
        readings = tuple(reading.get("transcript", "") for reading in segment.get("alternatives") or ())
        yield Segment(
            float(segment["start_time"]),
            float(segment["end_time"]),
            readings[0] if readings else "",
            alternatives=readings,
        )
