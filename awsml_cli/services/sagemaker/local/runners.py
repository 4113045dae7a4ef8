"""How a host is started on this machine: as a process of the user's own Python."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from awsml_cli.core.errors import ConfigError
from awsml_cli.services.sagemaker import container, processes
from awsml_cli.services.sagemaker.asked import Channel
from awsml_cli.services.sagemaker.processes import Host
from awsml_cli.services.sagemaker.project import Project, Target

ACCOUNT: Final = "123456789012"  # of names that are AWS's and mean nothing here
REGION: Final = "us-east-1"
FIRST_PROCESS: Final = "container/start.py"
_TOOLKIT: Final = Path(container.__file__).with_name("toolkit.py")


class Runner(Protocol):
    """Starts hosts, of which FOLDER is their /opt/ml."""

    @property
    def project(self) -> Project:
        """What is run."""

    @property
    def linked(self) -> bool:
        """Whether it sees this machine's files where they are, so that data and code are given as links and copies."""

    @property
    def ready(self) -> str:
        """What is said about it when it begins."""

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
        """Start HOST of the job NAME; a server listens at PORT, a training finds CHANNELS."""

    def detach(self, name: str, folder: Path, variables: Mapping[str, str], *, port: int, log: Path) -> str:
        """Start the server NAME so that it outlives this process; what ends it."""

    def together(self, name: str, hosts: Sequence[str]) -> AbstractContextManager[None]:
        """What the HOSTS of the job NAME need to reach each other, as long as they run."""

    def tidy(self, folder: Path) -> None:
        """Make what was left in FOLDER the user's own."""


@dataclass(frozen=True)
class Processes:
    """Hosts as processes of PYTHON, with the code and without a container."""

    project: Project
    target: Target
    python: str
    ready: str = ""
    linked: bool = True

    @classmethod
    def of(cls, project: Project, target: Target, *, python: str | None) -> Processes:
        """Processes of PYTHON, or of the environment that is active. Raises ConfigError where none can be."""
        if sys.platform == "win32":
            raise ConfigError("--no-container needs Linux or macOS", hint="leave it out, and use a container engine")
        if not (project.root / FIRST_PROCESS).is_file():
            raise ConfigError(f"{project.root} has no {FIRST_PROCESS}", hint="awsml sagemaker init makes one")
        made = cls(project, target, python or processes.python_here())
        if target == "serve" and project.about.stack == "toolkit":
            _check_toolkit(made.python)
        return made

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
        """Start HOST of the job NAME; its channels lie in its folder."""
        words, more = self._call(folder, variables, port)
        return Host.started(host, words, env=more, ends=())

    def detach(self, name: str, folder: Path, variables: Mapping[str, str], *, port: int, log: Path) -> str:
        """Start the server NAME, to outlive this process."""
        words, more = self._call(folder, variables, port)
        return f"pid:{processes.detached(words, env=more, log=log)}"

    def together(self, name: str, hosts: Sequence[str]) -> AbstractContextManager[None]:
        """Nothing: they are on one machine."""
        return nullcontext()

    def tidy(self, folder: Path) -> None:
        """Nothing: it is the user's."""

    def _call(self, folder: Path, variables: Mapping[str, str], port: int) -> tuple[list[str], dict[str, str]]:
        script = folder / "code" / FIRST_PROCESS
        more = {
            **variables,
            "SAGEMAKER_BASE_DIR": str(folder),
            "SAGEMAKER_SUBMIT_DIRECTORY": str(folder / "code"),
            "PYTHONUNBUFFERED": "1",
            "SM_STUDIO_LOCAL_MODE": "true",  # else AWS's toolkit looks for the other hosts by name, for 15 minutes
        }
        if port:
            more |= {"SAGEMAKER_BIND_TO_PORT": str(port), "SAGEMAKER_BIND_TO_HOST": "127.0.0.1"}
        return [self.python, str(script), self.target], more


def variables(job: str, program: str, more: Mapping[str, str]) -> dict[str, str]:
    """The variables that SageMaker sets for a training."""
    return {
        "TRAINING_JOB_NAME": job,
        "TRAINING_JOB_ARN": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{job}",
        "AWS_REGION": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION,
        "SAGEMAKER_PROGRAM": program,
        **more,
    }


def _check_toolkit(python: str) -> None:
    """Raises ConfigError where this machine, or PYTHON, lacks what AWS's toolkit serves with, as that itself finds."""
    done = processes.run([python, str(_TOOLKIT), "check"])
    if done.code:
        missing, _, install = done.stderr.strip().rpartition(": ")
        hint = f"{python} -m {install}" if install.startswith("pip") else install
        raise ConfigError(
            f"the toolkit cannot serve with {python}: {missing}", hint=f"{hint}; or leave --no-container out"
        )


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
