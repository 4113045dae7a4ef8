"""Amazon Transcribe: media into words."""

from awsml_cli.services.transcribe.asked import Asked
from awsml_cli.services.transcribe.batch import plan, transcribe
from awsml_cli.services.transcribe.calls import CallOptions, call_options
from awsml_cli.services.transcribe.clinical import LANGUAGE as MEDICAL_LANGUAGE
from awsml_cli.services.transcribe.clinical import PRONOUNS, TEMPLATES, MedicalOptions, ScribeOptions
from awsml_cli.services.transcribe.family import CALL, FAMILIES, MEDICAL, SCRIBE, SERVICE, TRANSCRIPTION, Family
from awsml_cli.services.transcribe.jobs import get_job, list_jobs, removal, remove_job, result, wait_job
from awsml_cli.services.transcribe.making import category_rules, filter_words, model_data, put_vocabulary
from awsml_cli.services.transcribe.options import Options, live_words, options
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
    "CALL",
    "FAMILIES",
    "MEDICAL",
    "MEDICAL_LANGUAGE",
    "PRONOUNS",
    "SCRIBE",
    "SERVICE",
    "TEMPLATES",
    "TRANSCRIPTION",
    "Asked",
    "CallOptions",
    "Family",
    "Job",
    "Look",
    "MedicalOptions",
    "Options",
    "ScribeOptions",
    "StartedJob",
    "Transcription",
    "Violation",
    "Words",
    "call_options",
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
