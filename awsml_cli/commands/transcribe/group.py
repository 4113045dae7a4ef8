"""The group, and the formats that a transcript has of its own."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup
from awsml_cli.formats.transcript import RENDERERS

app = CommandGroup("Speech to text with Amazon Transcribe.", default="media")
jobs = app.group("jobs", "Transcription jobs: list, look at, wait for, fetch, remove.")
vocabulary = app.group("vocabulary", "Words that Transcribe learns to spell.")
medical_vocabulary = app.group("medical-vocabulary", "Words that Transcribe Medical learns to spell.")
filters = app.group("filter", "Words that transcripts shall not show.")
models = app.group("model", "Language models of your own texts.")
categories = app.group("category", "Rules that sort calls, for Call Analytics.")

# a transcript in the formats of its own; json and jsonl are the record, as everywhere
FORMATS = {
    name: (lambda record, name=name: record.rendered(name))
    for name in RENDERERS
    if name not in ("text", "json", "jsonl")
}
