"""`awsml textract`: documents into text, tables, form fields, answers, and the jobs behind them."""

from awsml_cli.commands.textract import adapters, finding, jobs, reading
from awsml_cli.commands.textract.group import app

__all__ = ["adapters", "app", "finding", "jobs", "reading"]
