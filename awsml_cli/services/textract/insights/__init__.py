"""Textract's document insights: documents looked into by a project or by blueprints, in one job each."""

from awsml_cli.services.textract.insights.answer import Insights, safe
from awsml_cli.services.textract.insights.job import SERVICE
from awsml_cli.services.textract.insights.projects import (
    Wanted,
    blueprints,
    get_blueprint,
    get_project,
    projects,
)
from awsml_cli.services.textract.insights.reading import (
    get_job,
    list_jobs,
    look_into,
    plan,
    remove_job,
    result,
    wait_job,
)

__all__ = [
    "SERVICE",
    "Insights",
    "Wanted",
    "blueprints",
    "get_blueprint",
    "get_job",
    "get_project",
    "list_jobs",
    "look_into",
    "plan",
    "projects",
    "remove_job",
    "result",
    "safe",
    "wait_job",
]
