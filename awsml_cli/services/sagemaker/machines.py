"""Instance types: how much memory one has, as far as its name tells, and which are of another age.

Sizes are those of https://aws.amazon.com/ec2/instance-types/ (an `ml.` type has what its EC2 namesake has).
"""

from __future__ import annotations

import re
from typing import Final

from awsml_cli.core import lifecycle

_PROCESSORS: Final = {"medium": 2, "large": 2, "xlarge": 4}  # of a size; Nxlarge has N times 4
# GiB for each processor of a family; burstable t3 and t2 have 2 processors and their own sizes
_FAMILIES: Final = {"c": 2, "m": 4, "r": 8, "g4dn": 4, "g5": 4, "g6": 4, "g6e": 8, "inf1": 2, "inf2": 4}
_BURSTABLE: Final = {"medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_SINGLE: Final = {
    "p3.2xlarge": 61, "p3.8xlarge": 244, "p3.16xlarge": 488, "p3dn.24xlarge": 768,
    "p4d.24xlarge": 1152, "p4de.24xlarge": 1152, "p5.48xlarge": 2048, "trn1.2xlarge": 32, "trn1.32xlarge": 512,
}  # fmt: skip


def memory(instance: str) -> int | None:
    """The memory of INSTANCE in GiB; None where its name does not tell."""
    found = re.fullmatch(r"(?:ml\.)?([a-z0-9-]+)\.(\w+)", instance)
    if not found:
        return None
    family, size = found[1], found[2]
    if f"{family}.{size}" in _SINGLE:
        return _SINGLE[f"{family}.{size}"]
    if family in ("t2", "t3"):
        return _BURSTABLE.get(size)
    per = _FAMILIES.get(family) or (_FAMILIES.get(family[0]) if re.fullmatch(r"[cmr]\d+[a-z]*", family) else None)
    times = re.fullmatch(r"(\d+)xlarge", size)
    processors = int(times[1]) * 4 if times else _PROCESSORS.get(size)
    return per * processors if per and processors else None


def is_gpu(instance: str) -> bool:
    """Whether INSTANCE has GPUs of NVIDIA's."""
    return re.match(r"(?:ml\.)?(g|p)\d", instance) is not None


def age(instance: str) -> str | None:
    """What to take instead of INSTANCE, where it is of a family that is gone or going."""
    found = lifecycle.family_of(instance)
    return found.replacement if found else None
