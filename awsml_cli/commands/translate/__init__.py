"""`awsml translate`: texts, files, tables and folders into other languages, and what AWS is told beforehand."""

from awsml_cli.commands.translate import jobs, parallel, terminology, text
from awsml_cli.commands.translate.group import app

__all__ = ["app", "jobs", "parallel", "terminology", "text"]
