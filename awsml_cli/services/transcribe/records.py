"""What Transcribe's commands return: transcripts, jobs, breaches of the rules for subtitles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Final

from pydantic import PrivateAttr

from awsml_cli.core.record import Record
from awsml_cli.formats.transcript import Options as RenderOptions
from awsml_cli.formats.transcript import Transcript, parse, record, rename, render, render_note


class Job(Record):
    """A transcription job, as AWS describes it; `id` is enough for `awsml transcribe jobs …`."""

    columns: ClassVar = ("id", "transcription_job_status", "language_code", "creation_time")

    id: str
    transcription_job_name: str
    transcription_job_status: str
    language_code: str | None = None
    creation_time: Any = None
    completion_time: Any = None
    failure_reason: str | None = None


class CallJob(Record):
    """A job that analyses a call."""

    columns: ClassVar = ("id", "call_analytics_job_status", "language_code", "creation_time")

    id: str
    call_analytics_job_name: str
    call_analytics_job_status: str
    call_analytics_job_details: Any = None
    language_code: str | None = None
    creation_time: Any = None
    completion_time: Any = None
    failure_reason: str | None = None


class MedicalJob(Record):
    """A job that transcribes a consultation or a dictation."""

    columns: ClassVar = ("id", "transcription_job_status", "type", "creation_time")

    id: str
    medical_transcription_job_name: str
    transcription_job_status: str
    language_code: str | None = None
    specialty: str | None = None
    type: str | None = None
    creation_time: Any = None
    completion_time: Any = None
    failure_reason: str | None = None


class ScribeJob(Record):
    """A job that writes the note of a consultation."""

    columns: ClassVar = ("id", "medical_scribe_job_status", "creation_time")

    id: str
    medical_scribe_job_name: str
    medical_scribe_job_status: str
    language_code: str | None = None
    creation_time: Any = None
    completion_time: Any = None
    failure_reason: str | None = None


class StartedJob(Record):
    """The id of a job that goes on without us."""

    columns: ClassVar = ("id",)

    id: str


class Violation(Record):
    """A rule of subtitles that a cue breaks: how much was `found`, and the `limit`."""

    columns: ClassVar = ("input", "cue", "rule", "message")

    input: str
    cue: int
    rule: str
    found: float
    limit: float
    message: str


@dataclass(frozen=True)
class Look:
    """How a transcript is shown: `names` gives speakers their names (`spk_0` is Ann).

    `language` is the one that was asked for, which AWS's document does not say again.
    """

    options: RenderOptions = field(default_factory=RenderOptions)
    names: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None

    def asked(self, language: str | None) -> Look:
        """The same look for a transcript whose LANGUAGE was asked for (`auto`: AWS says it)."""
        return self if language in (None, "auto") else replace(self, language=language)


class Transcription(Record):
    """What was said. `raw` is the transcript document of AWS, byte for byte; all else is read from it."""

    columns: ClassVar = ("transcript", "language_code")
    prose: ClassVar = "text"

    transcript: str
    language_code: str | None = None

    _look: Look = PrivateAttr(default_factory=Look)

    @cached_property
    def document(self) -> Transcript:
        """The words with their times, for the renderers."""
        return rename(_read(self.raw, self._look), self._look.names)

    @property
    def text(self) -> str:
        """The transcript in paragraphs, with turns where several people speak, ending in a newline."""
        return str(self.rendered("text"))

    def rendered(self, format: str) -> str | bytes:
        """The transcript in one of the formats of its own."""
        return render(self.document, format, options=self._look.options)

    def fields(self) -> dict[str, Any]:
        """The record with every word."""
        engine = json.loads(self.raw).get("awsml_engine") if b'"awsml_engine"' in self.raw else None
        return {**record(self.document), **({"engine": engine} if engine else {})}


class ClinicalNote(Transcription):
    """The note of a consultation; all of the conversation is in it."""

    prose: ClassVar = "note"

    @property
    def note(self) -> str:
        """The sections of the note, with their points."""
        return render_note(self.document)


PLAIN: Final = Look()


def transcription(document: bytes, look: Look = PLAIN) -> Transcription:
    """The record of a transcript document, of whatever shape. Raises InputError for a JSON that is none."""
    parsed = _read(document, look)
    kind = ClinicalNote if "clinical_documentation" in parsed.details else Transcription
    record = kind(transcript=parsed.text, language_code=parsed.language_code).with_raw(document)
    record._look = look
    return record


def _read(document: bytes, look: Look) -> Transcript:
    parsed = parse(document)
    return parsed if parsed.language_code else replace(parsed, language_code=look.language)
