"""Custom Labels: projects, their datasets, models trained on them, which answer when they were started."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.rekognition.custom import datasets, projects, versions

OPERATIONS: dict[str, Operation] = {**projects.OPERATIONS, **datasets.OPERATIONS, **versions.OPERATIONS}
