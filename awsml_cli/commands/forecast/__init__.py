"""`awsml forecast`: a table of series checked, sent, learnt from, forecast and drawn, at once or step by step."""

from awsml_cli.commands.forecast import asking, check, jobs, plot, run, steps
from awsml_cli.commands.forecast.group import app

__all__ = ["app", "asking", "check", "jobs", "plot", "run", "steps"]
