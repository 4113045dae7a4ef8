"""SageMaker on this machine: trainings, models, endpoints and transforms, run as `awsml sagemaker local` runs them.

What this needs of processes and containers is `services/sagemaker/local`: docs/decisions/0017 says why that is so here.
"""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.sagemaker import endpoints, models, tags, training, transforms

OPERATIONS: dict[str, Operation] = {
    **training.OPERATIONS,
    **models.OPERATIONS,
    **endpoints.OPERATIONS,
    **transforms.OPERATIONS,
    **tags.OPERATIONS,
}
