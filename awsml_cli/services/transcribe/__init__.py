"""Amazon Transcribe: media into words."""

from awsml_cli.services.transcribe.batch import plan, transcribe
from awsml_cli.services.transcribe.jobs import get_job, list_jobs, removal, remove_job, result, wait_job
from awsml_cli.services.transcribe.making import category_rules, filter_words, model_data, put_vocabulary
from awsml_cli.services.transcribe.options import SERVICE, Options, live_words, options
from awsml_cli.services.transcribe.records import (
    Job,
    Look,
    StartedJob,
    Transcription,
    Violation,
    transcription,
)
from awsml_cli.services.transcribe.words import Words
from awsml_cli.services.transcribe.words import of as words

__all__ = [
    "SERVICE",
    "Job",
    "Look",
    "Options",
    "StartedJob",
    "Transcription",
    "Violation",
    "Words",
    "category_rules",
    "filter_words",
    "get_job",
    "list_jobs",
    "live_words",
    "model_data",
    "options",
    "plan",
    "put_vocabulary",
    "removal",
    "remove_job",
    "result",
    "transcribe",
    "transcription",
    "wait_job",
    "words",
]
