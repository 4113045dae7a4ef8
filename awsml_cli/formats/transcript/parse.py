"""Read any JSON that Transcribe writes, and know which shape it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript.model import Transcript
from awsml_cli.formats.transcript.shapes import batch, call, events, inline, own

_HINT = (
    "give the JSON that Transcribe wrote: a job's transcript, the answer of TranscribeAudio, or a stream's events, "
    "one a line"
)
_SHAPES: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any]], Transcript]], ...] = (
    (batch.matches, batch.read),
    (call.matches, call.read),
    (inline.matches, inline.read),
    (own.matches, own.read),
)
# What a document of a known shape can still have wrong inside: a list for a text, a word for a number.
_MISSHAPEN = (KeyError, IndexError, TypeError, ValueError, AttributeError)


def parse(data: bytes | str | dict[str, Any]) -> Transcript:
    """The transcript in DATA, of whatever shape: batch (plain, diarized, two channels, redacted, several languages,
    alternatives, toxicity), medical, Call Analytics, HealthScribe, the synchronous API, a stream's events (JSON Lines
    or an array), or our own record. Takes time in proportion to the size.

    Raises InputError for what is not JSON, for JSON of something else (naming the keys it found), and for a transcript
    that is damaged inside.
    """
    document = data if isinstance(data, dict) else _document(_text(data))
    try:
        return _read(document)
    except _MISSHAPEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"this transcript is damaged inside: {reason}", hint=_HINT) from error


def _read(document: dict[str, Any] | list[Any]) -> Transcript:
    if isinstance(document, list):
        if document and all(isinstance(event, dict) for event in document) and any(map(events.matches, document)):
            return events.read(document)
        raise InputError("this JSON is a list, but not of a stream's events", hint=_HINT)
    if events.matches(document):
        return events.read([document])
    for matches, read in _SHAPES:
        if matches(document):
            return read(document)
    raise _foreign(document)


def _text(data: bytes | str) -> str:
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise InputError(f"this is not text: byte {error.start} is not UTF-8", hint=_HINT) from error
    text = text.removeprefix("\ufeff").strip()
    if not text:
        raise InputError("the transcript is empty", hint=_HINT)
    return text


def _document(text: str) -> dict[str, Any] | list[Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        document = _lines(text, error)
    except RecursionError as error:
        raise InputError("this JSON is nested too deeply to be a transcript", hint=_HINT) from error
    if not isinstance(document, (dict, list)):
        raise InputError("this JSON is a single value, not a transcript", hint=_HINT)
    return document


def _lines(text: str, whole: json.JSONDecodeError) -> list[Any]:
    """The lines as JSON each; a last line that was cut short is left out, as a broken stream leaves it."""
    lines = [line for line in text.split("\n") if line.strip()]
    documents = []
    for position, line in enumerate(lines, start=1):
        try:
            documents.append(json.loads(line))
        except json.JSONDecodeError as error:
            if documents and position == len(lines):
                break
            # Broken in its first line it is no list of lines: what was wrong with the whole says more.
            at, problem = (whole.lineno, whole) if position == 1 else (position, error)
            sentence = f"this is not JSON: {problem.msg} at line {at}, column {problem.colno}"
            raise InputError(sentence, hint=_HINT) from error
    return documents


def _foreign(document: dict[str, Any]) -> InputError:
    for job in ("TranscriptionJob", "CallAnalyticsJob", "MedicalTranscriptionJob", "MedicalScribeJob"):
        if job in document:
            return InputError(
                f"this describes a job ({job}), it is not its transcript",
                hint="fetch the document at TranscriptFileUri, or use `awsml jobs result ID`",
            )
    keys = ", ".join(list(document)[:8]) or "none"
    more = " and more" if len(document) > 8 else ""
    return InputError(f"this JSON is not a transcript: its keys are {keys}{more}", hint=_HINT)
