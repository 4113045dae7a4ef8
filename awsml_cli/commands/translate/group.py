"""The group."""

from __future__ import annotations

from awsml_cli.cli.documents import DocumentGroup

app = DocumentGroup("Text to text in another language with Amazon Translate.", default="text")
terminology = app.group("terminology", "Words whose translation is given.")
parallel_data = app.group("parallel-data", "Sentences and their translations, whose manner a job takes over.")
jobs_group = app.group("jobs", "Jobs over a folder of documents in S3.")
