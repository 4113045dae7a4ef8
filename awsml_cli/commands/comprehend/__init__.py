"""`awsml comprehend`: what texts are about, what in them is private, jobs over many of them, models of one's own."""

from awsml_cli.commands.comprehend import endpoints, flywheels, jobs, models, texts
from awsml_cli.commands.comprehend.group import app

__all__ = ["app", "endpoints", "flywheels", "jobs", "models", "texts"]
