"""The group."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("Time series and what comes next, with Amazon Forecast.")
jobs_group = app.group("jobs", "Runs that were begun: list, look at, go on with, stop, remove.")
