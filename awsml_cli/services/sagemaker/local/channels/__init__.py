"""The data of a training on this machine, given to its hosts as SageMaker gives them: folders, or pipes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from awsml_cli.core import batch, objects
from awsml_cli.core.errors import InputError
from awsml_cli.core.objects import Kept, Stored
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.asked import Channel, Training
from awsml_cli.services.sagemaker.local.channels import parts
from awsml_cli.services.sagemaker.local.channels.parts import Part
from awsml_cli.services.sagemaker.local.channels.pipes import Pipe, stream


def mounted(channel: Channel) -> bool:
    """Whether CHANNEL is a folder of this machine that all hosts see as it is."""
    return _as_it_is(channel) and channel.path.is_dir()


class Given:
    """The channels of a training, as its hosts get them.

    Not LINKED, hosts are containers, and a folder of data has its place and is mounted there by whoever starts them.
    `files` and `size`, in bytes, are what has to be there in S3 for it. Raises InputError for what is not there.
    """

    def __init__(self, session: Session, asked: Training, *, linked: bool) -> None:
        self._session, self._asked, self._linked = session, asked, linked
        self._kept = Kept(session)
        self._fetched: list[Path] = []
        self._pipes: list[Pipe] = []
        for channel in asked.channels:
            if channel.mode == "Pipe":
                _check_pipes(channel, linked=linked)
        self._parts = {one.name: parts.of(session, one) for one in asked.channels if not _as_it_is(one)}
        away = [part.content for found in self._parts.values() for part in found if isinstance(part.content, Stored)]
        self.files, self.size = len(away), sum(one.size for one in away)

    @property
    def problem(self) -> tuple[str, BaseException] | None:
        """The first channel that could not be read to its end, and why."""
        return next(((one.name, one.problem) for one in self._pipes if one.problem is not None), None)

    def to(self, host: str, data: Path) -> None:
        """Give HOST its channels in the folder DATA, as far as they are no pipes, which `open` makes."""
        for channel in self._asked.channels:
            place = data / channel.name
            if channel.mode == "Pipe":
                continue
            if _as_it_is(channel):
                _give(channel, place, linked=self._linked)
                continue
            place.mkdir()
            if channel.remote:
                self._fetched.append(place)
            put = partial(self._put, channel=channel, place=place)
            for _ in batch.in_order(put, self._of(host, channel), workers=parts.AT_ONCE):
                pass

    def open(self, host: str, data: Path) -> None:
        """Begin HOST's pipes in the folder DATA."""
        for channel in self._asked.channels:
            if channel.mode == "Pipe":
                wrapped = channel.wrapper == "RecordIO"
                flow = partial(stream, self._of(host, channel), self._read, wrapped=wrapped)
                self._pipes.append(Pipe(data, channel.name, flow))

    def close(self) -> None:
        """Let go of it: no pipe and no fetched file is left in the hosts' folders."""
        for pipe in self._pipes:
            pipe.close()
        for place in self._fetched:
            shutil.rmtree(place, ignore_errors=True)

    def _of(self, host: str, channel: Channel) -> Sequence[Part]:
        return parts.shard(self._parts[channel.name], channel, self._asked.hosts.index(host), self._asked.count)

    def _put(self, part: Part, *, channel: Channel, place: Path) -> None:
        """Have PART below PLACE: of FastFile only to be read, as at AWS."""
        target = place / part.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(part.content, Path):
            if self._linked:
                target.symlink_to(part.content)
            else:
                shutil.copy2(part.content, target)
            return
        assert isinstance(part.content, Stored)
        if self._session.keep is False:
            objects.write(target, objects.chunks(self._session, part.content))
        elif channel.mode == "FastFile":
            kept = self._kept.path(part.content)
            try:
                os.link(kept, target)
            except FileExistsError:  # a copy would go into what is kept
                raise
            except OSError:  # on another disk
                shutil.copyfile(kept, target)
        else:
            shutil.copyfile(self._kept.path(part.content), target)
        if channel.mode == "FastFile":
            target.chmod(0o444)

    def _read(self, part: Part) -> Iterator[bytes]:
        if isinstance(part.content, bytes):
            yield part.content
        elif isinstance(part.content, Stored):
            yield from self._kept.chunks(part.content)
        else:
            with part.content.open("rb") as file:
                yield from iter(lambda: file.read(objects.CHUNK), b"")


def _as_it_is(channel: Channel) -> bool:
    """Whether every host gets all of CHANNEL, from this machine, as files."""
    return not (channel.remote or channel.mode == "Pipe" or channel.distribution == "ShardedByS3Key")


def _check_pipes(channel: Channel, *, linked: bool) -> None:
    if sys.platform == "win32" or not (linked or sys.platform == "linux"):
        way = "--no-container, or File" if sys.platform != "win32" else "File or FastFile"
        raise InputError(
            f"the channel {channel.name} is a pipe, which containers here do not share with this machine", hint=way
        )


def _give(channel: Channel, place: Path, *, linked: bool) -> None:
    """Put a CHANNEL of this machine where the script finds it: as a link where there can be one, else as a copy."""
    if channel.path.is_dir() and not linked:
        place.mkdir()
        return
    if channel.path.is_dir() and sys.platform != "win32":
        place.symlink_to(channel.path, target_is_directory=True)
        return
    place.mkdir()
    if channel.path.is_dir():
        shutil.copytree(channel.path, place, dirs_exist_ok=True)
    else:
        shutil.copy2(channel.path, place / channel.path.name)
