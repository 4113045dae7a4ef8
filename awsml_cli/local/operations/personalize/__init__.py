"""Amazon Personalize's operations, as far as engines of this machine can do them."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.personalize import batches, imports, recipes, things, training

OPERATIONS: dict[str, Operation] = {
    **things.OPERATIONS,
    **imports.OPERATIONS,
    **recipes.OPERATIONS,
    **training.OPERATIONS,
    **batches.OPERATIONS,
}
