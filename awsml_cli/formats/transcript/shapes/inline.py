"""The answer of the synchronous TranscribeAudio: `TranscriptResponse` with `Results` of `Transcript` and `Items`.

Its items have times as numbers, no confidence and no type, so punctuation is told by its characters
(https://docs.aws.amazon.com/transcribe/latest/APIReference/API_SyncItem.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from awsml_cli.formats.transcript.model import Transcript, speakers_of
from awsml_cli.formats.transcript.shapes.words import Token, assemble, interleave, is_mark, number, speaker_name, spread


def matches(document: dict[str, Any]) -> bool:
    """Whether this is the answer, or its `Results` alone."""
    results = _results(document)
    return isinstance(results, dict) and isinstance(results.get("Transcript"), str)


def read(document: dict[str, Any]) -> Transcript:
    """The transcript of an answer; a redacted one is taken where there are two."""
    results = _results(document)
    about = _response(document).get("Metadata") or {}
    items = results.get("Items") or []
    apart: dict[str | None, list[dict[str, Any]]] = {}
    channel: str | None = None
    for item in items:
        channel = item.get("ChannelLabel") or channel
        apart.setdefault(channel, []).append(item)
    channels = [assemble(_tokens(part)) for part in apart.values()] or [
        assemble(spread(results["Transcript"], 0.0, 0.0))
    ]
    words = interleave(channels) if len(channels) > 1 else channels[0]
    codes = tuple(_languages(about))
    return Transcript(
        words=tuple(words),
        language_code=about.get("LanguageCode") or max(codes, key=lambda code: code[1], default=(None, 0.0))[0],
        language_codes=codes,
        speakers=speakers_of(words),
        is_redacted=any(word.redactions for word in words),
    )


def _response(document: dict[str, Any]) -> dict[str, Any]:
    inner = document.get("TranscriptResponse")
    return inner if isinstance(inner, dict) else document


def _results(document: dict[str, Any]) -> Any:
    response = _response(document)
    for key in ("RedactedResults", "Results"):
        if isinstance(response.get(key), dict):
            return response[key]
    return response


def _tokens(items: Iterable[dict[str, Any]]) -> Iterator[Token]:
    for item in items:
        content = item.get("Content") or ""
        yield Token(
            content,
            number(item.get("StartTime")),
            number(item.get("EndTime")),
            is_mark(content),
            number(item.get("Confidence")),
            speaker_name(item.get("SpeakerLabel")),
            item.get("ChannelLabel"),
            item.get("LanguageCode"),
            item.get("VocabularyFilterMatch") is True,
            tuple(redaction.get("Type", "PII") for redaction in item.get("Redactions") or ()),
        )


def _languages(about: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for language in about.get("LanguageCodes") or ():
        yield language["LanguageCode"], float(language.get("DurationInSeconds") or 0.0)
