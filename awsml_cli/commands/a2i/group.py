"""The group `awsml a2i`."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("People who look at what was found, with Amazon A2I.")
ui_app = app.group("ui", "Pages that reviewers see, of Liquid HTML.")
flow_app = app.group("flow", "Flows: who is asked what, when, and where the answers go.")
loop_app = app.group("loop", "Human loops: start, wait for, and fetch what people said.")
