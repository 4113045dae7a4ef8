"""The CUDA and cuDNN of a framework's version: chosen so that the drivers of SageMaker's machines know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import UsageError

# Of PyTorch's own packages: CUDA and its cuDNN by version, those called stable; read in 2026-11 from
# https://github.com/pytorch/pytorch/blob/main/RELEASE.md#release-compatibility-matrix
TORCH: Final = {
    "2.6": {"12.4": "9.1.0.70"},
    "2.7": {"12.6": "9.5.1.17"},
    "2.8": {"12.6": "9.10.2.21", "12.8": "9.10.2.21"},
    "2.9": {"12.6": "9.10.2.21", "12.8": "9.10.2.21"},
    "2.10": {"12.6": "9.10.2.21", "12.8": "9.10.2.21"},
    "2.11": {"12.6": "9.10.2.21", "12.8": "9.17.1.4", "13.0": "9.17.1.4"},
    "2.12": {"12.6": "9.10.2.21", "13.0": "9.20.0.48"},
    "2.13": {"12.6": "9.10.2.21", "13.0": "9.20.0.48"},
}
# Of XGBoost: the packages of a version, by the CUDA that they are built with; read in 2026-11 from its release notes
# (https://github.com/dmlc/xgboost/tree/master/doc/changes: 3.2 upgrades to 12.9, 3.4 to 13.3 with `xgboost-cu12` beside
# it), https://github.com/dmlc/xgboost/pull/11344 (12.8 of 3.0) and https://github.com/dmlc/xgboost/issues/12348 (3.3).
# They bring CUDA's libraries, and need no cuDNN.
XGBOOST: Final = {
    "3.0": {"12.8": "xgboost"},
    "3.1": {"12.8": "xgboost"},
    "3.2": {"12.9": "xgboost"},
    "3.3": {"12.9": "xgboost"},
    "3.4": {"12.9": "xgboost-cu12", "13.3": "xgboost"},
}
# A driver runs every CUDA of its major version, and all machines' know 12, the newest alone 13 (remote/fitness.py):
# https://docs.nvidia.com/deploy/cuda-compatibility/
EVERYWHERE: Final = "12"
_PACKAGES: Final = "https://download.pytorch.org/whl/cu"


@dataclass(frozen=True)
class Stack:
    """A FRAMEWORK of a VERSION, by the name of its PACKAGE, with its CUDA; `cudnn` and `index` where it has them.

    `index` is where its packages are that are made for this CUDA.
    """

    framework: str
    version: str
    package: str
    cuda: str
    cudnn: str | None = None
    index: str | None = None

    @property
    def requirement(self) -> str:
        """The line of requirements.txt: this minor version, since the next may have another CUDA."""
        major, minor = self.version.split(".")
        return f"{self.package}>={self.version},<{major}.{int(minor) + 1}"

    @property
    def parts(self) -> str:
        """What it has of NVIDIA's, as one says it."""
        return f"CUDA {self.cuda}" + (f" and cuDNN {self.cudnn}" if self.cudnn else "")


def torch(version: str | None = None, cuda: str | None = None) -> Stack:
    """PyTorch of VERSION (default: the newest) with CUDA (default: the newest that every machine's driver knows).

    Raises UsageError for what PyTorch has no packages of.
    """
    known, cuda, cudnn = _chosen("PyTorch", TORCH, version, cuda)
    return Stack("PyTorch", known, "torch", cuda, cudnn, _PACKAGES + cuda.replace(".", ""))


def xgboost(version: str | None = None, cuda: str | None = None) -> Stack:
    """XGBoost of VERSION with CUDA, as `torch` takes them."""
    known, cuda, package = _chosen("XGBoost", XGBOOST, version, cuda)
    return Stack("XGBoost", known, package, cuda)


def _chosen(
    framework: str, table: Mapping[str, Mapping[str, str]], version: str | None, cuda: str | None
) -> tuple[str, str, str]:
    """The version and the CUDA that are meant, and what TABLE has for them."""
    known = version or next(reversed(list(table)))
    if known not in table:
        raise UsageError(f"which CUDA {framework} {known} needs is not known here", hint=f"one of: {', '.join(table)}")
    made = table[known]
    if cuda is None:
        cuda = [one for one in made if one.partition(".")[0] == EVERYWHERE][-1]
    if cuda not in made:
        raise UsageError(f"{framework} {known} is not made for CUDA {cuda}", hint=f"one of: {', '.join(made)}")
    return known, cuda, made[cuda]
