"""The group."""

from __future__ import annotations

from awsml_cli.cli.documents import DocumentGroup

app = DocumentGroup("What texts say, feel and give away, with Amazon Comprehend.")
jobs_group = app.group("jobs", "Jobs over many documents: start, list, look at, wait for, stop, read.")
