"""`awsml transcribe`: media into words, subtitles, and the jobs behind them."""

from awsml_cli.commands.transcribe import conversations, jobs, media, resources
from awsml_cli.commands.transcribe.group import app

__all__ = ["app", "conversations", "jobs", "media", "resources"]
