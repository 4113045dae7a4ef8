"""The group."""

from __future__ import annotations

from awsml_cli.cli.documents import DocumentGroup

app = DocumentGroup("What texts say, feel and give away, with Amazon Comprehend.")
models_group = app.group("models", "Classifiers and recognizers of your own: list, look at, measure, stop, remove.")
endpoints_group = app.group("endpoints", "Where a model of your own answers at once, billed until it is removed.")
flywheels_group = app.group("flywheels", "Models that are trained again as data comes in.")
datasets_group = app.group("datasets", "The examples in a flywheel.")
jobs_group = app.group("jobs", "Jobs over many documents: start, list, look at, wait for, stop, read.")
