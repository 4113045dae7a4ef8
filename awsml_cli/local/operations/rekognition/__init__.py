"""Amazon Rekognition's pictures, as far as engines of this machine can see them."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.rekognition import collections, custom, labels, looking, people, users

OPERATIONS: dict[str, Operation] = {
    **people.OPERATIONS,
    **labels.OPERATIONS,
    **looking.OPERATIONS,
    **collections.OPERATIONS,
    **users.OPERATIONS,
    **custom.OPERATIONS,
}
