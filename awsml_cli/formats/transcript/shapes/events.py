"""The events of a stream, kept one a line: partial results replaced by their final ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from awsml_cli.formats.transcript.model import Transcript, Word, speakers_of
from awsml_cli.formats.transcript.shapes.words import Token, assemble, interleave, is_mark, number, speaker_name, spread

_WRAPPERS = ("TranscriptEvent", "MedicalTranscriptEvent", "TranscriptResultStream")


def matches(event: dict[str, Any]) -> bool:
    """Whether this is one event of a stream: of a transcription, medical or not, or of a call."""
    return next(_results(event), None) is not None or _is_empty_event(event)


def read(events: Iterable[dict[str, Any]]) -> Transcript:
    """The transcript of a stream.

    Final results count. Of what had not become final when the stream ended, the last partial result of each channel is
    kept if it begins where the final ones end: a broken line loses no words that had been heard.
    """
    final: dict[str | None, list[dict[str, Any]]] = {}
    partial: dict[str | None, dict[str, Any]] = {}
    for event in events:
        for result in _results(event):
            channel = result.get("ChannelId") or result.get("ParticipantRole")
            if result.get("IsPartial"):
                partial[channel] = result
            else:
                final.setdefault(channel, []).append(result)
    for channel, result in partial.items():
        heard = final.setdefault(channel, [])
        if not heard or _begin(result) >= _end(heard[-1]):
            heard.append(result)
    # A stream of one channel calls it ch_0 all the same; that names nobody.
    lone = len(final) == 1 and str(next(iter(final))).startswith("ch_")
    channels = [_words(results, None if lone else channel) for channel, results in final.items()]
    words = interleave(channels) if len(channels) > 1 else [word for channel in channels for word in channel]
    results = [result for channel in final.values() for result in channel]
    return Transcript(
        words=tuple(words),
        language_code=next((result["LanguageCode"] for result in results if result.get("LanguageCode")), None),
        speakers=speakers_of(words),
    )


def _words(results: list[dict[str, Any]], channel: str | None) -> list[Word]:
    words: list[Word] = []
    for result in results:
        words.extend(assemble(_tokens(result, channel)))
    return words


def _tokens(result: dict[str, Any], channel: str | None) -> Iterator[Token]:
    best = (result.get("Alternatives") or [result])[0]
    items = best.get("Items")
    if not items:
        yield from spread(best.get("Transcript") or "", _begin(result), _end(result))
        return
    for item in items:
        content = item.get("Content") or ""
        kind = item.get("Type") or item.get("ItemType")
        yield Token(
            content,
            _time(item, "Start", "Begin"),
            _time(item, "End", "End"),
            kind.lower() == "punctuation" if kind else is_mark(content),
            number(item.get("Confidence")),
            speaker_name(item.get("Speaker")),
            channel,
            result.get("LanguageCode"),
            item.get("VocabularyFilterMatch") is True,
        )


def _results(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for wrapper in _WRAPPERS:
        event = event.get(wrapper) or event
    if isinstance(event.get("UtteranceEvent"), dict):
        yield event["UtteranceEvent"]
    elif "IsPartial" in event and ("Alternatives" in event or "Items" in event):
        yield event
    elif isinstance(event.get("Transcript"), dict):
        yield from event["Transcript"].get("Results") or ()


def _is_empty_event(event: dict[str, Any]) -> bool:
    for wrapper in _WRAPPERS:
        event = event.get(wrapper) or event
    transcript = event.get("Transcript")
    return "CategoryEvent" in event or (isinstance(transcript, dict) and "Results" in transcript)


def _begin(result: dict[str, Any]) -> float:
    return _time(result, "Start", "Begin") or 0.0


def _end(result: dict[str, Any]) -> float:
    return _time(result, "End", "End") or 0.0


def _time(item: dict[str, Any], seconds: str, milliseconds: str) -> float | None:
    """A time in seconds: transcriptions say StartTime in seconds, calls BeginOffsetMillis."""
    if f"{seconds}Time" in item:
        return number(item[f"{seconds}Time"])
    value = number(item.get(f"{milliseconds}OffsetMillis"))
    return None if value is None else value / 1000
