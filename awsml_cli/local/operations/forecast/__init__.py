"""Amazon Forecast's operations, done by the engines of this machine."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.forecast import making, things

OPERATIONS: dict[str, Operation] = {**things.OPERATIONS, **making.OPERATIONS}
