"""Amazon Textract: documents into text, tables, form fields, answers and everything that can be made of these."""

from awsml_cli.services.textract.asked import (
    SERVICE,
    Asked,
    Question,
    adapter,
    features,
)
from awsml_cli.services.textract.index import search, store
from awsml_cli.services.textract.jobs import get_job, list_jobs, remove_job, result, wait_job
from awsml_cli.services.textract.reading import VIAS, offline, plan, read
from awsml_cli.services.textract.records import Job, Reading, StartedJob
from awsml_cli.services.textract.redaction import Redacted, check_redaction, redact
from awsml_cli.services.textract.views import VIEWS

__all__ = [
    "SERVICE",
    "VIAS",
    "VIEWS",
    "Asked",
    "Job",
    "Question",
    "Reading",
    "Redacted",
    "StartedJob",
    "adapter",
    "check_redaction",
    "features",
    "get_job",
    "list_jobs",
    "offline",
    "plan",
    "read",
    "redact",
    "remove_job",
    "result",
    "search",
    "store",
    "wait_job",
]
