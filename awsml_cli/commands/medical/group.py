"""The group."""

from __future__ import annotations

from awsml_cli.cli.documents import DocumentGroup

app = DocumentGroup("Clinical texts in English, with Amazon Comprehend Medical.")
jobs_group = app.group("jobs", "Jobs over many clinical texts: start, list, look at, wait for, stop, read.")
