"""Hosts of a training or a server as containers, as SageMaker runs them: the folders, arguments, limits and signals."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import machines, processes
from awsml_cli.services.sagemaker.asked import Channel
from awsml_cli.services.sagemaker.containers import images
from awsml_cli.services.sagemaker.containers.engine import Command, Engine
from awsml_cli.services.sagemaker.local.channels import mounted
from awsml_cli.services.sagemaker.processes import Host
from awsml_cli.services.sagemaker.project import Project, Target

# never /opt/ml as a whole: code that the image has there would be hidden
_TRAINING: Final = {"input": ":ro", "model": "", "output": "", "checkpoints": ""}
_SERVING: Final = {"model": ":ro"}
PORT_LABEL: Final = "com.amazonaws.sagemaker.capabilities.accept-bind-to-port"
DEFAULT_PORT: Final = 8080


@dataclass(frozen=True)
class Containers:
    """Hosts as containers of IMAGE; `instance` limits their memory, `several` lets them reach each other by name."""

    project: Project
    target: Target
    engine: Engine
    image: str
    instance: str | None = None
    several: bool = False
    options: Sequence[str] = ()
    words: Sequence[str] = ()  # said to the image instead of `train` or `serve`
    linked: bool = False  # a link would lead to a place that is outside the container

    @property
    def ready(self) -> str:
        """What is said about it when it begins."""
        return f"{self.image} in {self.engine.name}"

    @classmethod
    def of(cls, session: Session, project: Project, target: Target, engine: Engine, **more: Any) -> Containers:
        """Containers of the image for TARGET, which is built first if its content has changed."""
        made = images.build(session, images.Build(project, target, project.build.arguments), engine)
        return cls(project, target, engine, made.image, **more)

    def start(
        self,
        name: str,
        host: str,
        folder: Path,
        variables: Mapping[str, str],
        *,
        port: int = 0,
        channels: Sequence[Channel] = (),
    ) -> Host:
        """Start HOST of the job NAME, in place of one that a killed run left."""
        called = self._called(name, host)
        _run(self.engine.remove(called))
        command = self._command(called, host, folder, variables, port, channels)
        return Host.started(
            host,
            command.words,
            env=command.env,
            stop=lambda grace: _run(self.engine.stop(called, grace)),
            kill=lambda: _run(self.engine.remove(called)),
            ends=self.engine.remove(called).words,
        )

    def detach(self, name: str, folder: Path, variables: Mapping[str, str], *, port: int, log: Path) -> str:
        """Start the server NAME, to outlive this process."""
        called = f"awsml-{name}"
        _run(self.engine.remove(called))
        command = self._command(called, "algo-1", folder, variables, port, ())
        processes.detached(command.words, env=command.env, log=log)
        return "run:" + json.dumps(list(self.engine.remove(called).words))

    @contextlib.contextmanager
    def together(self, name: str, hosts: Sequence[str]) -> Iterator[None]:
        """A network for the HOSTS of the job NAME, where there are several; what a killed run left of it goes."""
        network = self._called(name)
        if not self.several:
            yield
            return
        for host in hosts:
            _run(self.engine.remove(self._called(name, host)))
        _run(Command((self.engine.program, "network", "rm", network)))
        Command((self.engine.program, "network", "create", network)).checked(f"making the network {network}")
        try:
            yield
        finally:
            _run(Command((self.engine.program, "network", "rm", network)))

    def tidy(self, folder: Path) -> None:
        """Give what the container, as root, left in FOLDER to the user; a rootless engine has done so already."""
        user = getattr(os, "getuid", lambda: 0)()
        if user == 0 or self.engine.name == "podman":
            return
        words = ["-R", f"{user}:{os.getgid()}", "/left"]
        _run(
            self.engine.run(
                self.image, self._called("tidy"), words,
                mounts={folder: "/left"}, variables={}, options=["--entrypoint", "chown"],
            )
        )  # fmt: skip

    def _called(self, name: str, *host: str) -> str:
        """What the container of a HOST of the job NAME is called, or their network: another project's is another."""
        mark = hashlib.sha256(str(self.project.root.resolve()).encode()).hexdigest()[:8]
        return "-".join(("awsml", name, mark, *host))

    def _command(
        self,
        called: str,
        host: str,
        folder: Path,
        variables: Mapping[str, str],
        port: int,
        channels: Sequence[Channel],
    ) -> Command:
        mounts = {
            folder / place: f"/opt/ml/{place}{how}"
            for place, how in (_TRAINING if self.target == "train" else _SERVING).items()
        }
        for channel in channels:
            if mounted(channel):
                mounts[channel.path] = f"/opt/ml/input/data/{channel.name}:ro"
        options = ["--hostname", host, *self.options]
        given = dict(variables)
        if self.target == "train":
            options += (
                ["--network", called.removesuffix(f"-{host}"), "--network-alias", host]
                if self.several
                else ["--add-host", f"{host}:127.0.0.1"]
            )
        if self.instance and (size := machines.memory(self.instance)):
            options += ["--memory", f"{size}g"]
        if port:
            inside = port if binds_to_port(self.engine, self.image) else DEFAULT_PORT
            options += ["--publish", f"127.0.0.1:{port}:{inside}"]
            given["SAGEMAKER_BIND_TO_PORT"] = str(inside)
        said = self.words or [self.target]
        return self.engine.run(self.image, called, said, mounts=mounts, variables=given, options=options)


def binds_to_port(engine: Engine, image: str) -> bool:
    """Whether IMAGE says that it listens where SAGEMAKER_BIND_TO_PORT says."""
    return labels(engine.inspect(image)).get(PORT_LABEL) == "true"


def labels(inspected: Mapping[str, Any]) -> dict[str, str]:
    """The labels of an image that an engine has INSPECTED."""
    for place in ("Config", "config"):
        if isinstance(found := inspected.get(place), Mapping):
            return dict(found.get("Labels") or {})
    return dict(inspected.get("Labels") or {})


def _run(command: Command) -> None:
    """Run COMMAND, whose failure says only that there was nothing to do."""
    command.run()
