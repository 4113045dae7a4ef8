"""What is to be trained: the words of the command over those of the project, checked before anything is done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.limits import (
    SAGEMAKER_ATTRIBUTES,
    SAGEMAKER_CHANNELS,
    SAGEMAKER_HYPERPARAMETER_CHARACTERS,
    SAGEMAKER_HYPERPARAMETERS,
    SAGEMAKER_METRICS,
    SAGEMAKER_RUN_SECONDS,
    SAGEMAKER_VARIABLE_CHARACTERS,
    SAGEMAKER_VARIABLES,
)
from awsml_cli.services.sagemaker import durations
from awsml_cli.services.sagemaker.project import Project

MODES: Final = ("File", "Pipe", "FastFile")
# CreateTrainingJob's own words for a channel, each of another member of it
_SAID: Final = {
    **dict.fromkeys(MODES, "mode"),
    **dict.fromkeys(("S3Prefix", "ManifestFile", "AugmentedManifestFile"), "kind"),
    **dict.fromkeys(("FullyReplicated", "ShardedByS3Key"), "distribution"),
    "RecordIO": "wrapper",
}
NAME: Final = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_CHANNEL: Final = re.compile(r"[A-Za-z0-9.\-_]{1,64}")


@dataclass(frozen=True)
class Channel:
    """A channel of data: a file or folder here, or a place in S3.

    `mode`, `kind`, `distribution` and `wrapper` are CreateTrainingJob's InputMode, S3DataType, S3DataDistributionType
    and RecordWrapperType; `attributes` are those of an augmented manifest.
    """

    name: str
    uri: str
    mode: str = "File"
    kind: str = "S3Prefix"
    distribution: str = "FullyReplicated"
    wrapper: str = "None"
    attributes: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """How it is read, as it would be said: the mode, and what is not as usual."""
        kind = "=".join((self.kind, *([",".join(self.attributes)] if self.attributes else [])))
        words = [self.mode, kind, self.distribution, self.wrapper]
        return ":".join(word for word in words if word not in ("S3Prefix", "FullyReplicated", "None"))

    @property
    def remote(self) -> bool:
        """Whether it lies in S3."""
        return self.uri.startswith("s3://")

    @property
    def path(self) -> Path:
        """Where it lies here."""
        return Path(self.uri)


@dataclass(frozen=True)
class Words:
    """What the command line said about a training; None and empty where it said nothing. Spans are in seconds."""

    hyperparameters: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    instance: str | None = None
    count: int | None = None
    max_run: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Training:
    """What is to be trained. Hyperparameters are strings, as SageMaker makes of them; metrics regular expressions."""

    name: str | None
    program: str
    instance: str
    count: int
    max_run: int
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    metrics: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> list[str]:
        """The names of its machines."""
        return [f"algo-{number}" for number in range(1, self.count + 1)]


def training(project: Project | None, words: Words) -> Training:
    """The training that WORDS ask for over what PROJECT says. Raises UsageError and InputError for what cannot work."""
    said = project.train if project else None
    hyperparameters = {key: _string(value) for key, value in (said.hyperparameters if said else {}).items()}
    for word in words.hyperparameters:
        hyperparameters.update(_hyperparameters(word))
    channels = {name: _channel(name, uri, project) for name, uri in (said.channels if said else {}).items()}
    for word in words.channels:
        name, uri = pair(word, "--channel", "training=data/")
        channels[name] = _channel(name, uri, None)
    metrics = {
        **(said.metrics if said else {}),
        **dict(pair(w, "--metric", "loss='loss=(.*)'") for w in words.metrics),
    }
    environment = {
        **(said.environment if said else {}),
        **dict(pair(w, "--env", "NAME=VALUE") for w in words.environment),
    }
    made = Training(
        name=words.name,
        program=said.program if said else "train.py",
        instance=words.instance or (said.instance if said else "ml.m5.large"),
        count=words.count or (said.count if said else 1),
        max_run=durations.seconds(words.max_run or (said.max_run if said else "1d")),
        hyperparameters=hyperparameters,
        channels=tuple(channels.values()),
        metrics=metrics,
        environment=environment,
    )
    if problems := list(complaints(made)):
        raise UsageError("; ".join(problems))
    return made


def complaints(asked: Training) -> Iterable[str]:
    """What SageMaker would refuse of ASKED, by its limits."""
    if asked.name is not None and not NAME.fullmatch(asked.name):
        yield f"`{asked.name}` is no name of a training job: letters, digits and hyphens, at most 63"
    if len(asked.hyperparameters) > SAGEMAKER_HYPERPARAMETERS:
        yield f"{len(asked.hyperparameters)} hyperparameters are more than {SAGEMAKER_HYPERPARAMETERS}"
    for key, value in asked.hyperparameters.items():
        if len(value) > SAGEMAKER_HYPERPARAMETER_CHARACTERS:
            yield f"the hyperparameter {key} has {len(value)} characters, over {SAGEMAKER_HYPERPARAMETER_CHARACTERS}"
    if len(asked.channels) > SAGEMAKER_CHANNELS:
        yield f"{len(asked.channels)} channels are more than {SAGEMAKER_CHANNELS}"
    names = [channel.name for channel in asked.channels]
    for name in dict.fromkeys(names):
        if not _CHANNEL.fullmatch(name) or name in (".", ".."):  # each is a folder of its own
            yield f"`{name}` is no name of a channel: letters, digits, - _ . and at most 64 of them"
        if names.count(name) > 1:
            yield f"two channels are called {name}"
    if len(asked.metrics) > SAGEMAKER_METRICS:
        yield f"{len(asked.metrics)} metrics are more than {SAGEMAKER_METRICS}"
    for name, expression in asked.metrics.items():
        try:
            if not re.compile(expression).groups:
                yield f"the metric {name} has no group ( ) around its value"
        except re.error as problem:
            yield f"the metric {name} is no regular expression: {problem}"
    if (variables := len({*asked.environment, "SAGEMAKER_PROGRAM"})) > SAGEMAKER_VARIABLES:
        yield f"{variables} variables, SAGEMAKER_PROGRAM among them, are more than {SAGEMAKER_VARIABLES}"
    for name, value in asked.environment.items():
        if (length := max(len(name), len(value))) > SAGEMAKER_VARIABLE_CHARACTERS:
            yield f"the variable {name[:40]} has {length} characters, over {SAGEMAKER_VARIABLE_CHARACTERS}"
    if not 0 < asked.max_run <= SAGEMAKER_RUN_SECONDS:
        yield f"a training runs for at most {SAGEMAKER_RUN_SECONDS // 86400} days"


def pair(
    word: str, option: str, example: str = "", *, takes: str = "NAME=VALUE", filled: bool = False
) -> tuple[str, str]:
    """The name and the value in WORD, which was given to OPTION; FILLED wants a value that is not empty.

    Raises UsageError, with EXAMPLE as its hint.
    """
    name, equals, value = word.partition("=")
    if not equals or not name or (filled and not value):
        hint = f"{option} {example}" if example else None
        raise UsageError(f"{option} takes {takes}, and `{word}` is none", hint=hint)
    return name, value


def _hyperparameters(word: str) -> dict[str, str]:
    """`key=value`, or the name of a JSON file with several."""
    if "=" in word:
        key, _, value = word.partition("=")
        return {key: value}
    try:
        found = json.loads(Path(word).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"`{word}` is neither key=value nor a file with a JSON object", hint="--hp epochs=3")
    return {str(key): _string(value) for key, value in found.items()}


def _channel(name: str, said: str, project: Project | None) -> Channel:
    """The channel NAME of what was SAID of it: `PLACE`, and behind colons CreateTrainingJob's words for how."""
    uri, how = said, dict[str, Any]()
    while (parted := uri.rpartition(":"))[1]:
        word, equals, rest = parted[2].partition("=")
        member = _SAID.get(word)
        if member is None or member in how or (equals and word != "AugmentedManifestFile"):
            break
        uri, how[member] = parted[0], word
        if rest:
            how["attributes"] = tuple(rest.split(","))
    if uri.startswith("s3://"):
        return _complete(Channel(name, uri, **how))
    path = (project.root / uri if project else Path(uri)).resolve()
    if not path.exists():
        raise InputError(f"the channel {name} is not there: {path}")
    return _complete(Channel(name, str(path), **how))


def _complete(channel: Channel) -> Channel:
    """CHANNEL, if its words go together. Raises UsageError for what SageMaker would refuse."""
    if channel.kind != "S3Prefix" and not channel.remote:
        raise UsageError(
            f"the channel {channel.name} is called a {channel.kind}, which is an object in S3", hint="s3://BUCKET/KEY"
        )
    if channel.kind == "AugmentedManifestFile" and channel.mode != "Pipe":
        raise UsageError(
            f"the channel {channel.name} is an augmented manifest, which SageMaker reads as a pipe alone",
            hint=f"--channel {channel.name}={channel.uri}:Pipe:{channel.kind}=source-ref,…",
        )
    if channel.kind == "AugmentedManifestFile" and not 0 < len(channel.attributes) <= SAGEMAKER_ATTRIBUTES:
        raise UsageError(
            f"the channel {channel.name} needs the attributes of its manifest, at most {SAGEMAKER_ATTRIBUTES}",
            hint=f"{channel.kind}=source-ref,…",
        )
    if channel.wrapper != "None" and channel.mode != "Pipe":
        raise UsageError(f"the channel {channel.name} is no pipe, and {channel.wrapper} is for pipes")
    return channel


def _string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
