"""Amazon Comprehend: what texts are about, how they feel, whom and what they name, and what in them is private."""

from awsml_cli.services.comprehend.analyses import ANALYSES, ENTITY_TYPES, Analysis
from awsml_cli.services.comprehend.asking import analyse, plan
from awsml_cli.services.comprehend.families import COMPREHEND, FAMILIES, MEDICAL, family_named
from awsml_cli.services.comprehend.jobs import (
    Job,
    Start,
    job_named,
    listed,
    result,
    start,
    stop,
    topics,
)
from awsml_cli.services.comprehend.jobs import get as get_job
from awsml_cli.services.comprehend.jobs import plan as plan_job
from awsml_cli.services.comprehend.jobs import wait as wait_job
from awsml_cli.services.comprehend.redaction import PII_TYPES, redact

__all__ = [
    "ANALYSES",
    "COMPREHEND",
    "ENTITY_TYPES",
    "FAMILIES",
    "MEDICAL",
    "PII_TYPES",
    "Analysis",
    "Job",
    "Start",
    "analyse",
    "family_named",
    "get_job",
    "job_named",
    "listed",
    "plan",
    "plan_job",
    "redact",
    "result",
    "start",
    "stop",
    "topics",
    "wait_job",
]
