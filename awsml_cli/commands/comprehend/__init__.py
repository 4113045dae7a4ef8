"""`awsml comprehend`: what texts are about, what in them is private, jobs over many of them."""

from awsml_cli.commands.comprehend import jobs, texts
from awsml_cli.commands.comprehend.group import app

__all__ = ["app", "jobs", "texts"]
