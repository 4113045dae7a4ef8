"""What is in a channel of data: its files in order, here or in S3, and which of them a host gets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from awsml_cli.core import batch, objects, sources
from awsml_cli.core.errors import InputError
from awsml_cli.core.objects import Stored
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.asked import Channel

WINDOWS: Final = frozenset("\\:")  # what leads to other folders and disks there
UNNAMED: Final = WINDOWS if os.name == "nt" else frozenset[str]()  # what no name of a file can have
AT_ONCE: Final = 8  # objects that are asked about, or fetched, at the same time


@dataclass(frozen=True)
class Part:
    """One file of a channel: its NAME below it, and what is in it, which may be bytes of a manifest."""

    name: str
    content: Path | Stored | bytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return self.content.size if isinstance(self.content, Stored) else len(self.content)


def of(session: Session, channel: Channel) -> list[Part]:
    """The files of CHANNEL in the order in which they are streamed. Raises InputError where there are none."""
    if not channel.remote:
        return [Part(one.relative.as_posix(), one.path) for one in sources.paths([channel.uri]) if one.path]
    bucket, slash, key = channel.uri.removeprefix("s3://").partition("/")
    if channel.kind == "S3Prefix":
        found = [Part(below(one.key, key), one) for one in objects.below(session, bucket, key if slash else "")]
        if not found:
            raise InputError(
                f"the channel {channel.name} is empty: no key begins with {channel.uri}",
                hint=f"aws s3 ls {channel.uri}",
            )
    else:
        text = b"".join(objects.chunks(session, objects.about(session, *sources.split_uri(channel.uri))))
        read = _listed if channel.kind == "ManifestFile" else _described
        found = list(read(session, channel, text))
        if not found:
            raise InputError(f"the channel {channel.name} is empty: {channel.uri} lists nothing")
    return _checked(channel, found)


def shard(parts: Sequence[Part], channel: Channel, host: int, hosts: int) -> Sequence[Part]:
    """Those of PARTS that the HOST-th of so many HOSTS gets: all of them, or every so-manieth."""
    return parts[host::hosts] if channel.distribution == "ShardedByS3Key" else parts


def below(key: str, prefix: str) -> str:
    """Where the object KEY lies in a channel of PREFIX: below it, where it is a folder, else below its folder.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """
    if key.startswith(prefix.removesuffix("/") + "/"):
        return key.removeprefix(prefix).lstrip("/") if prefix else key
    return key[prefix.rfind("/") + 1 :]


def _listed(session: Session, channel: Channel, text: bytes) -> Iterator[Part]:
    """The objects that a manifest lists: an object with their `prefix`, and what comes behind it.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """
    try:
        first, *names = json.loads(text)
        prefix = first["prefix"]
        places = [sources.split_uri(f"{prefix}{name}") for name in names]
    except (ValueError, TypeError, KeyError):
        raise InputError(
            f"{channel.uri} is no manifest of SageMaker's", hint='[{"prefix": "s3://BUCKET/FOLDER/"}, "NAME", …]'
        ) from None
    found = batch.in_order(lambda place: objects.about(session, *place), places, workers=AT_ONCE)
    for name, one in zip(names, found, strict=True):
        yield Part(name.lstrip("/"), one)


def _described(session: Session, channel: Channel, text: bytes) -> Iterator[Part]:
    """The wanted attributes of each line of an augmented manifest: the object that a `-ref` names, or the value.

    https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest-stream.html
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record: dict[str, Any] = json.loads(line)
            values = [(name, record[name]) for name in channel.attributes]
        except (ValueError, TypeError, KeyError) as problem:
            said = f"has no `{problem.args[0]}`" if isinstance(problem, KeyError) else "is no JSON object"
            raise InputError(f"line {number} of {channel.uri} {said}") from None
        for name, value in values:
            if name.endswith("-ref") and isinstance(value, str):
                yield Part(f"{number}/{name}", objects.about(session, *sources.split_uri(value)))
            else:
                plain = value if isinstance(value, str) else json.dumps(value)
                yield Part(f"{number}/{name}", plain.encode())


def _checked(channel: Channel, found: list[Part]) -> list[Part]:
    """The parts FOUND, if they can be files below one folder, each once but in a pipe. Raises InputError."""
    named: dict[PurePosixPath, Part] = {}
    for one in found:
        path = PurePosixPath(one.name)
        if not path.parts or ".." in path.parts or one.name.startswith("/") or UNNAMED & set(one.name):
            raise InputError(f"the channel {channel.name} has `{one.name}`, which cannot be a file below its folder")
        first = named.setdefault(path, one)
        if first.content != one.content and channel.mode != "Pipe":
            both = f"`{first.name}` and `{one.name}`"
            raise InputError(f"the channel {channel.name} has {both}, which would be one file")
    for path in named:
        for above in path.parents:
            if above in named:
                raise InputError(f"the channel {channel.name} has `{above}` both as a file and as a folder")
    return found if channel.mode == "Pipe" else list(named.values())
