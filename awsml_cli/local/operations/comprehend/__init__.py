"""Amazon Comprehend's operations, as far as engines of this machine can do them."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.comprehend import custom, texts, topics, toxicity

OPERATIONS: dict[str, Operation] = {**texts.OPERATIONS, **topics.OPERATIONS, **custom.OPERATIONS, **toxicity.OPERATIONS}
