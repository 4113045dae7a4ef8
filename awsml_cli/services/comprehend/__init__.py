"""Amazon Comprehend: what texts are about, how they feel, whom and what they name, and what in them is private."""

from awsml_cli.services.comprehend.analyses import ANALYSES, ENTITY_TYPES, Analysis
from awsml_cli.services.comprehend.asking import analyse, plan
from awsml_cli.services.comprehend.redaction import PII_TYPES, redact

__all__ = ["ANALYSES", "ENTITY_TYPES", "PII_TYPES", "Analysis", "analyse", "plan", "redact"]
