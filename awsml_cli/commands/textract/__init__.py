"""`awsml textract`: documents into text, tables, form fields, answers, and the jobs behind them."""

from awsml_cli.commands.textract import adapters, reading  # what a user meets first comes first

# isort: split
from awsml_cli.commands.textract import finding, insights, jobs
from awsml_cli.commands.textract.group import app

__all__ = ["adapters", "app", "finding", "insights", "jobs", "reading"]
