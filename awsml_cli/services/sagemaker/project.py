"""A project folder: what `awsml-sagemaker.toml` says about it, its code, and the digest of what makes its image."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from awsml_cli.core.errors import ConfigError
from awsml_cli.services.sagemaker import ignoring

FILE = "awsml-sagemaker.toml"
NEED_TRUST = ("role", "bucket", "profile", "endpoint_url")  # a checkout does not decide who pays and where data goes
Target = Literal["train", "serve"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Table):
    """What the project is."""

    name: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?$")
    framework: Literal["plain", "sklearn", "xgboost", "pytorch"] = "plain"
    gpu: bool = False
    stack: Literal["fastapi", "toolkit"] = "fastapi"


class Train(_Table):
    """How it is trained; spans of time in seconds or as `2h`, channels as paths here or s3:// addresses."""

    program: str = "train.py"
    instance: str = "ml.m5.large"
    count: int = Field(default=1, ge=1)
    max_run: str | int = "1h"
    volume_gb: int = Field(default=30, ge=1)
    spot: bool = False
    hyperparameters: dict[str, Any] = {}
    channels: dict[str, str] = {}
    metrics: dict[str, str] = {}
    environment: dict[str, str] = {}


class Made(_Table):
    """How its images are made: the build arguments of its Dockerfile."""

    arguments: dict[str, str] = {}


class Serve(_Table):
    """How it is served."""

    instance: str = "ml.m5.large"
    count: int = Field(default=1, ge=1)
    environment: dict[str, str] = {}


class Tune(_Table):
    """How its hyperparameters are looked for; ranges as `LOW..HIGH`, `LOW..HIGH:log`, or a list of words."""

    objective: str | None = None
    goal: Literal["minimize", "maximize"] = "minimize"
    trials: int = Field(default=10, ge=1)
    parallel: int = Field(default=2, ge=1)
    strategy: Literal["bayesian", "random", "hyperband", "grid"] = "bayesian"
    early_stopping: bool = False
    ranges: dict[str, str | list[Any]] = {}


class _File(_Table):
    project: About
    train: Train = Train()
    serve: Serve = Serve()
    build: Made = Made()
    tune: Tune = Tune()


@dataclass(frozen=True)
class Project:
    """A folder with code to train and serve."""

    root: Path
    about: About
    train: Train
    serve: Serve
    build: Made = field(default_factory=Made)
    tune: Tune = field(default_factory=Tune)

    def files(self) -> Iterator[Path]:
        """The files that go into the image, relative to the folder, sorted."""
        return ignoring.files(self.root)

    def digest(self, target: Target, *words: str) -> str:
        """What makes the image for TARGET, as 64 hexadecimal digits: its files, their modes, and WORDS of the build."""
        return self.digest_of([name.as_posix() for name in self.files()], target, *words)

    def digest_of(self, names: Iterable[str], *words: str) -> str:
        """The digest of the files NAMES, as far as they are there, and of WORDS."""
        sum = hashlib.sha256("\0".join(words).encode())
        for name in names:
            if not (self.root / name).is_file():
                continue
            path = self.root / name
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            sum.update(f"\n{name}\0{path.stat().st_mode & 0o111:o}\0{content}".encode())
        return sum.hexdigest()


def find(folder: Path | None) -> Project | None:
    """The project in FOLDER; None where none was named, and this folder is none. Raises ConfigError."""
    return load(folder) if folder is not None or Path(FILE).is_file() else None


def load(folder: Path | None) -> Project:
    """The project in FOLDER (None: here). Raises ConfigError where there is none, or its file cannot be meant."""
    root = (folder or Path()).resolve()
    path = root / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{root} is no project: it has no {FILE}", hint="awsml sagemaker init FOLDER") from None
    except (OSError, ValueError) as problem:
        raise ConfigError(f"cannot read {path}: {problem}") from None
    try:
        read = _File.model_validate(data)
    except ValidationError as problem:
        raise _unusable(path, problem) from None
    return Project(root, read.project, read.train, read.serve, read.build, read.tune)


def _unusable(path: Path, problem: ValidationError) -> ConfigError:
    first = problem.errors()[0]
    place: Sequence[Any] = first["loc"]
    where = ".".join(map(str, place))
    hint = None
    if first["type"] == "extra_forbidden":
        said = f"unknown setting `{where}`"
        if place[-1] in NEED_TRUST:
            hint = f"`{place[-1]}` is yours to say: --{str(place[-1]).replace('_', '-')}, or awsml config set"
    else:
        said = f"`{where}`: {first['msg'].lower()}"
    return ConfigError(f"{said} in {path}", hint=hint)
