"""What a processing is to run: a script or an image, over inputs to outputs, checked before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.limits import (
    SAGEMAKER_PROCESSING_ARGUMENTS,
    SAGEMAKER_PROCESSING_PLACES,
    SAGEMAKER_PROCESSING_SECONDS,
)
from awsml_cli.services.sagemaker import durations
from awsml_cli.services.sagemaker.asked import NAME, Channel, pair

ROOT: Final = "/opt/ml/processing"  # where SageMaker lays inputs, and takes outputs from
CODE: Final = "code"  # the input that the script is
SHARDED: Final = ":sharded"


@dataclass(frozen=True)
class Output:
    """What is left in /opt/ml/processing/output/NAME goes to PLACE: a folder here, or one in S3."""

    name: str
    place: str

    @property
    def remote(self) -> bool:
        """Whether it goes to S3, and stays there."""
        return self.place.startswith("s3://")


@dataclass(frozen=True)
class Processing:
    """What is to be run. MAX_RUN is in seconds; SHARDED are the inputs of which each machine has its part."""

    name: str | None
    script: Path | None
    arguments: tuple[str, ...]
    instance: str
    count: int
    max_run: int
    inputs: tuple[Channel, ...] = ()
    sharded: frozenset[str] = frozenset()
    outputs: tuple[Output, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Channel, ...]:
        """The inputs, and the script as one of them."""
        return (Channel(CODE, str(self.script)), *self.inputs) if self.script else self.inputs


def processing(
    script: Path | None,
    arguments: Sequence[str],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    environment: Sequence[str],
    instance: str,
    count: int,
    max_run: str,
    name: str | None,
) -> Processing:
    """The processing that these words ask for. Raises UsageError and InputError for what cannot work."""
    if script is not None and not script.is_file():
        raise InputError(f"there is no script {script}")
    read, sharded = [], set()
    for word in inputs:
        key, place = _place(word, "--input", "data=points.csv")
        if place.endswith(SHARDED):
            place = place.removesuffix(SHARDED)
            sharded.add(key)
        if not place.startswith("s3://") and not Path(place).exists():
            raise InputError(f"the input {key} is not there: {place}")
        read.append(Channel(key, place))
    written = [Output(*_place(word, "--result", "clean=out/")) for word in outputs]
    made = Processing(
        name=name,
        script=script,
        arguments=tuple(arguments),
        instance=instance,
        count=count,
        max_run=durations.seconds(max_run),
        inputs=tuple(read),
        sharded=frozenset(sharded),
        outputs=tuple(written),
        environment=dict(_place(word, "--env", "NAME=VALUE") for word in environment),
    )
    if problems := list(complaints(made)):
        raise UsageError("; ".join(problems))
    return made


def complaints(asked: Processing) -> Iterator[str]:
    """What SageMaker would refuse of ASKED, by its limits."""
    if asked.name is not None and not NAME.fullmatch(asked.name):
        yield f"`{asked.name}` is no name of a processing job: letters, digits and hyphens, at most 63"
    for what, names in (
        ("inputs", [one.name for one in asked.places]),
        ("outputs", [one.name for one in asked.outputs]),
    ):
        if len(names) > SAGEMAKER_PROCESSING_PLACES:
            yield f"{len(names)} {what} are more than {SAGEMAKER_PROCESSING_PLACES}"
        if twice := {name for name in names if names.count(name) > 1}:
            yield f"two {what} are called {', '.join(sorted(twice))}"
    if len(asked.arguments) > SAGEMAKER_PROCESSING_ARGUMENTS:
        yield f"{len(asked.arguments)} arguments are more than {SAGEMAKER_PROCESSING_ARGUMENTS}"
    if not 0 < asked.max_run <= SAGEMAKER_PROCESSING_SECONDS:
        yield f"a processing runs for at most {SAGEMAKER_PROCESSING_SECONDS // 86400} days"
    for one in asked.outputs:
        if not one.remote and Path(one.place).is_file():
            yield f"{one.place} is a file, and the output {one.name} needs a folder"


def _place(word: str, option: str, example: str) -> tuple[str, str]:
    return pair(word, option, example, takes="NAME=PLACE", filled=True)
