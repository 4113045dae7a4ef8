"""Amazon Transcribe: media into words."""

from awsml_cli.services.transcribe.batch import plan, transcribe
from awsml_cli.services.transcribe.jobs import get_job, list_jobs, removal, remove_job, result, wait_job
from awsml_cli.services.transcribe.options import SERVICE, Options
from awsml_cli.services.transcribe.records import (
    Job,
    Look,
    StartedJob,
    Transcription,
    Violation,
    transcription,
)

__all__ = [
    "SERVICE",
    "Job",
    "Look",
    "Options",
    "StartedJob",
    "Transcription",
    "Violation",
    "get_job",
    "list_jobs",
    "plan",
    "removal",
    "remove_job",
    "result",
    "transcribe",
    "transcription",
    "wait_job",
]
