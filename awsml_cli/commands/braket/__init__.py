"""`awsml braket`: quantum devices, circuits run on them, hybrid jobs, and what they cost."""

from awsml_cli.commands.braket import devices, jobs, limits, run, tasks
from awsml_cli.commands.braket.group import app

__all__ = ["app", "devices", "jobs", "limits", "run", "tasks"]
