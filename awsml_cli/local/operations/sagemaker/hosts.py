"""How code or an image that a caller brings becomes something that `services/sagemaker/local` runs.

Code is put beside the first processes of a project, so that it is one; an image is run by the container engine that
works here. AWSML_ENGINE chooses the engine, and `none` has code run as processes though there is one.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.config import Config
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.session import LOCAL_REGION, Session
from awsml_cli.core.talk import Curves, Silence
from awsml_cli.local import jobs
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.sagemaker import places
from awsml_cli.local.operations.sagemaker.kept import cannot
from awsml_cli.services.sagemaker import scaffold
from awsml_cli.services.sagemaker.containers import engine as engines
from awsml_cli.services.sagemaker.containers.hosting import Containers
from awsml_cli.services.sagemaker.local.runners import Processes, Runner
from awsml_cli.services.sagemaker.project import About, Project, Serve, Target, Train

NO_ENGINE: Final = "none"
ML: Final = "/opt/ml"
CODE: Final = f"{ML}/code"


@dataclass(frozen=True)
class Brought:
    """What is to be run: an IMAGE, the address of CODE with its PROGRAM, WORDS to start; each may be missing."""

    image: str = ""
    code: str = ""
    program: str = ""
    words: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()

    def engine(self) -> engines.Engine | None:
        """The engine that is to run it; None where it runs as processes. Raises ConfigError where it cannot run."""
        if self.image and (found := engine()) is not None:
            return found
        if not (self.code or self.words):
            raise cannot(
                "container engine that works, and the job brings no code",
                "docker, podman, nerdctl or finch runs images; code is given by sagemaker_submit_directory",
            )
        if sys.platform == "win32":
            raise cannot("processes on Windows", "a container engine runs images")
        return None

    def check(self, machine: Machine) -> None:
        """Tell what is run of it, if that is not the image. Raises ConfigError where it cannot run."""
        if self.engine() is None and self.image:
            machine.warn(f"the image {self.image} is not run, but the code that came with it, as processes")


def engine() -> engines.Engine | None:
    """The container engine that works here, unless AWSML_ENGINE is `none`."""
    if os.environ.get("AWSML_ENGINE") == NO_ENGINE:
        return None
    try:
        return engines.find(None, runs=True)
    except ConfigError:
        return None


class Unpacked(Project):
    """Code that lies in a folder, as a project: all of it but what its runs leave."""

    def files(self) -> Iterator[Path]:
        """The files of the code, relative to the folder, sorted."""
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root)
            if path.is_file() and name.parts[0] != "output" and "__pycache__" not in name.parts:
                yield name


@dataclass(frozen=True)
class Mounted(Containers):
    """Containers that have the code as a folder of this machine, and as root may write to it."""

    def tidy(self, folder: Path) -> None:
        """Make what was left where the code is, which FOLDER is below, the user's own."""
        super().tidy(self.project.root)


@dataclass(frozen=True)
class Spoken(Processes):
    """Hosts as processes of the words that a caller gave; what they call /opt/ml is the host's folder.

    Our first process starts them, which tells all that they start to stop.
    """

    words: Sequence[str] = field(default=())

    def _call(self, folder: Path, variables: Mapping[str, str], port: int) -> tuple[list[str], dict[str, str]]:
        _, more = super()._call(folder, variables, port)
        from awsml_cli.services.sagemaker.container import start

        words = [word.replace(ML, str(folder)) for word in self.words]
        return [self.python, start.__file__, "run", *words], {**start.described(folder)[0], **more}


def runner(machine: Machine, brought: Brought, target: Target, root: Path, **more: Any) -> Runner:
    """What starts hosts of BROUGHT, whose code is put into ROOT; MORE is for containers.

    Raises InputError where its code cannot be had, ConfigError where nothing runs it.
    """
    root.mkdir(parents=True, exist_ok=True)
    if brought.code:
        places.fetch_code(machine, brought.code, root)
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    project = Unpacked(root.resolve(), About(name=name), Train(), Serve())
    found = brought.engine()
    if found is not None:
        options = ["--volume", f"{project.root}:{CODE}"] if brought.code else []
        words = [*brought.words[1:], *brought.arguments]
        if brought.words:
            options += ["--entrypoint", brought.words[0]]
        made = Mounted if brought.code else Containers
        return made(project, target, found, brought.image, options=options, words=words, **more)
    for name, text in scaffold.first_processes().items():
        path = root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    plain = Processes.of(project, target, python=None)
    if not brought.words:
        return plain
    return Spoken(project, target, plain.python, words=[*brought.words, *brought.arguments])


def variables(machine: Machine, runner: Runner) -> dict[str, str]:
    """What leads the calls of RUNNER's hosts to this machine, and not to somebody's account; a container has none."""
    if not runner.linked:
        return {}
    region = machine.region or LOCAL_REGION
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": region}
    return {**keys, "AWS_ENDPOINT_URL": machine.address} if machine.address else {}


class Ears(Silence):
    """Who hears a host: its lines go into a log; GLANCE is called every moment, with the newest numbers.

    GLANCE may raise, which ends the host.
    """

    def __init__(self, line: Callable[[str], None], glance: Callable[[Mapping[str, float]], None]) -> None:
        self._line, self._glance = line, glance

    def tell(self, text: str) -> None:
        """A line of a host, or what is said about it."""
        self._line(text)

    def progress(self, text: str, *, done: float | None = None, curves: Curves | None = None) -> None:
        """A moment has passed."""
        self._glance({name: values[-1] for name, values in (curves or {}).items()})


@contextmanager
def session(ears: Ears) -> Iterator[Session]:
    """A session for the services, which calls nobody and is heard by EARS."""
    made = Session(Config(local=True), talk=ears)
    try:
        yield made
    finally:
        made.close()


def unless(stopping: Callable[[], bool]) -> Callable[[Mapping[str, float]], None]:
    """A glance that gives up where STOPPING says so."""

    def glance(_numbers: Mapping[str, float]) -> None:
        if stopping():
            raise jobs.Stopped

    return glance


def stamp() -> int:
    """This second, as streams of logs are named by it."""
    return int(clock.now())
