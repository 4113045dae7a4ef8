"""Amazon Comprehend's operations, as far as engines of this machine can do them."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.comprehend import topics

OPERATIONS: dict[str, Operation] = {**topics.OPERATIONS}
