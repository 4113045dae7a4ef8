"""`awsml medical`: clinical texts, who they are about, and jobs over many of them."""

from awsml_cli.commands.medical import jobs, texts
from awsml_cli.commands.medical.group import app

__all__ = ["app", "jobs", "texts"]
