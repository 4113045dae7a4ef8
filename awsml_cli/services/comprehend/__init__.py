"""Amazon Comprehend: what texts are about, how they feel, whom and what they name, and what in them is private."""

from awsml_cli.services.comprehend.analyses import ANALYSES, ENTITY_TYPES, Analysis
from awsml_cli.services.comprehend.asking import analyse, plan
from awsml_cli.services.comprehend.jobs import (
    FAMILIES,
    Job,
    Start,
    family_named,
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
    "ENTITY_TYPES",
    "FAMILIES",
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
