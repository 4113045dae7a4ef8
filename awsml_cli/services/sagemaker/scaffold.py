"""A new project: a folder that trains and serves at once, with an example to replace."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Template
from typing import ClassVar, Final

from awsml_cli.core.errors import OutputError, UsageError
from awsml_cli.core.record import Record
from awsml_cli.services.sagemaker import cuda
from awsml_cli.services.sagemaker.cuda import Stack
from awsml_cli.services.sagemaker.dockerfile import dockerfile
from awsml_cli.services.sagemaker.project import FILE, About

FRAMEWORKS: Final = ("plain", "sklearn", "xgboost", "pytorch")
_SERVERS: Final = {"fastapi": "container.server", "toolkit": "container.toolkit"}
STACKS: Final = tuple(_SERVERS)  # what serves: our server, or AWS's toolkit behind one of ours
REQUIREMENTS: Final = {
    "plain": "# what train.py and inference.py import\n",
    "sklearn": "scikit-learn>=1.5,<2\njoblib>=1.3,<2\nnumpy>=1.26,<3\n",
    "xgboost": "xgboost>=2.1,<4\nnumpy>=1.26,<3\n",
    "pytorch": "torch>=2.6,<3\n",
}
HYPERPARAMETERS: Final = {
    "plain": "epochs = 50\nrate = 0.1",
    "sklearn": "alpha = 0.01",
    "xgboost": "rounds = 50\neta = 0.3",
    "pytorch": "epochs = 30\nrate = 0.05",
}
RANGES: Final = {
    "plain": 'rate = "0.01..0.3:log"',
    "sklearn": 'alpha = "0.0001..1:log"',
    "xgboost": 'rounds = "10..200"\neta = "0.05..0.5:log"',
    "pytorch": 'rate = "0.001..0.3:log"',
}
_STACKS: Final = {"pytorch": cuda.torch, "xgboost": cuda.xgboost}
INSTANCES: Final = {False: "ml.m5.large", True: "ml.g4dn.xlarge"}


class Written(Record):
    """A file of a new project."""

    columns: ClassVar = ("path",)

    path: str


def about(folder: Path, *, framework: str, gpu: bool, stack: str = STACKS[0]) -> About:
    """What the project in FOLDER is to be. Raises UsageError for what does not go together."""
    if stack not in STACKS:
        raise UsageError(f"there is no stack `{stack}` here", hint=f"one of: {', '.join(STACKS)}")
    if framework not in FRAMEWORKS:
        raise UsageError(f"there is no framework `{framework}` here", hint=f"one of: {', '.join(FRAMEWORKS)}")
    if gpu and framework == "sklearn":
        raise UsageError("scikit-learn does not use a GPU", hint="leave --gpu out, or --framework xgboost")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:42].strip("-")
    return About(name=name or "project", framework=framework, gpu=gpu, stack=stack)


def stack(about: About, version: str | None, cuda_version: str | None) -> Stack | None:
    """The PyTorch or XGBoost for GPUs that the project is to have; None for any other. Raises UsageError."""
    if about.gpu and (choose := _STACKS.get(about.framework)):
        return choose(version, cuda_version)
    if version or cuda_version:
        raise UsageError(
            "a version of the framework or of CUDA is chosen for PyTorch and XGBoost on GPUs alone",
            hint="--framework pytorch --gpu; else the Dockerfile and requirements.txt are yours to change",
        )
    return None


def files(about: About, stack: Stack | None = None) -> dict[str, str]:
    """The files of a project, by their path in it."""
    framework = about.framework
    words = {
        "name": about.name,
        "framework": framework,
        "gpu": str(about.gpu).lower(),
        "stack": about.stack,
        "instance": INSTANCES[about.gpu],
        "hyperparameters": HYPERPARAMETERS[framework],
        "ranges": RANGES[framework],
    }
    found = {
        FILE: Template(_template("awsml-sagemaker.toml")).substitute(words),
        "train.py": _template(f"{framework}.train.py"),
        "inference.py": _template(f"{framework}.inference.py"),
        "requirements.txt": _requirements(framework, stack),
        "Dockerfile": dockerfile(about, stack),
        ".dockerignore": _template("dockerignore"),
        "README.md": Template(_template("README.md")).substitute(words),
        "data/training/points.csv": _resource("templates", "points.csv"),
        **first_processes(about.stack),
    }
    if framework == "pytorch":
        found["network.py"] = _template("pytorch.network.py")
    return dict(sorted(found.items()))


def first_processes(stack: str = STACKS[0]) -> dict[str, str]:
    """What SageMaker starts of a project that is served by STACK, by its path in it."""
    found = {"container/start.py": _module("container.start"), "container/server.py": _module(_SERVERS[stack])}
    if stack == "toolkit":
        found["container/sagemaker_worker.py"] = _module("container.sagemaker_worker")
    return found


def write(folder: Path, contents: dict[str, str]) -> list[Written]:
    """Make FOLDER of CONTENTS, its files by their path. Raises UsageError where one is there already."""
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise UsageError(f"{folder / there[0]} is there already", hint="name a new folder")
    for name, text in contents.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as problem:
            raise OutputError(f"cannot write {path}: {problem.strerror or problem}") from None
    return [Written(path=str(folder / name)) for name in contents]


def _requirements(framework: str, stack: Stack | None) -> str:
    """The text of requirements.txt; its first line is the framework."""
    text = REQUIREMENTS[framework]
    return text if stack is None else f"{stack.requirement}\n{text.partition(chr(10))[2]}"


def _template(name: str) -> str:
    return _resource("templates", f"{name}.txt")


def _module(name: str) -> str:
    """The text of a module that is copied, not imported."""
    folder, _, file = name.partition(".")
    return _resource(folder, f"{file}.py")


def _resource(folder: str, name: str) -> str:
    place = resources.files("awsml_cli.services.sagemaker") / folder / name
    return place.read_text(encoding="utf-8")
