"""The group `awsml braket`."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("Quantum circuits and devices with Amazon Braket.")
tasks_app = app.group("tasks", "Quantum tasks: list, look at, wait for, fetch, stop.")
jobs_app = app.group("jobs", "Hybrid jobs: start, list, look at, wait for, read their logs, stop.")
limits_app = app.group("limits", "Spending limits of QPUs.")
