"""The folder that a training or a server sees as /opt/ml: its input, its settings, and where its results go."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from awsml_cli.services.sagemaker.asked import Channel, Training
from awsml_cli.services.sagemaker.project import Project

GROUP = "homogeneousCluster"


def lay_out(folder: Path, asked: Training, host: str, *, checkpoints: Path | None = None) -> Path:
    """Make FOLDER the /opt/ml of HOST, and return it; its CHECKPOINTS may be kept in a folder of the user's."""
    config = folder / "input" / "config"
    for place in (
        config,
        folder / "input" / "data",
        folder / "model",
        folder / "output" / "data",
        folder / "checkpoints",
    ):
        place.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("hyperparameters", dict(asked.hyperparameters)),
        ("resourceconfig", resources(asked, host)),
        ("inputdataconfig", {channel.name: _described(channel) for channel in asked.channels}),
    ):
        (config / f"{name}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        (folder / "checkpoints").rmdir()
        (folder / "checkpoints").symlink_to(checkpoints.resolve(), target_is_directory=True)
    return folder


def resources(asked: Training, host: str) -> dict[str, Any]:
    """resourceconfig.json: which machines there are, and which this is."""
    groups = [{"instance_group_name": GROUP, "instance_type": asked.instance, "hosts": asked.hosts}]
    return {
        "current_host": host,
        "current_instance_type": asked.instance,
        "current_group_name": GROUP,
        "hosts": asked.hosts,
        "instance_groups": groups,
        "network_interface_name": "eth0",
    }


def give_code(project: Project, place: Path) -> None:
    """Copy what the image would hold of PROJECT to PLACE."""
    for name in project.files():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(project.root / name, target)


def failure_of(folder: Path, limit: int) -> str | None:
    """What the training below FOLDER said about its failure, at most LIMIT characters of it."""
    try:
        said = (folder / "output" / "failure").read_text(encoding="utf-8", errors="replace")[:limit].strip()
    except OSError:
        return None
    return said or None


def fresh(folder: Path) -> Path:
    """FOLDER, emptied of what an earlier run left there."""
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def newest(folder: Path, name: str) -> Path | None:
    """The file called NAME of the newest run below FOLDER."""
    found = sorted(_of_runs(folder, name), key=os.path.getmtime)
    return found[-1] if found else None


def _of_runs(folder: Path, name: str) -> Iterator[Path]:
    if folder.is_dir():
        yield from (run / name for run in folder.iterdir() if (run / name).is_file())


def _described(channel: Channel) -> dict[str, str]:
    return {
        "TrainingInputMode": channel.mode,
        "S3DistributionType": channel.distribution,
        "RecordWrapperType": channel.wrapper,
    }
