"""`awsml personalize`: from a table of interactions to recommendations."""

from awsml_cli.commands.personalize import asking, data, events, jobs, models, pipeline, things
from awsml_cli.commands.personalize.group import app

__all__ = ["app", "asking", "data", "events", "jobs", "models", "pipeline", "things"]
