"""The group `awsml local`."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("The engines on this machine, behind `--local`.")
