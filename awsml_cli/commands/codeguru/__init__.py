"""`awsml codeguru`: reviews of code, and profiles of programs."""

from awsml_cli.commands.codeguru import gone, profiling, reviewing
from awsml_cli.commands.codeguru.group import app

__all__ = ["app", "gone", "profiling", "reviewing"]
