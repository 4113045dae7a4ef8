"""The tests' world: no real account, no network, no waiting, and AWS faked at the wire.

The order of what follows matters: the environment is emptied before moto is imported, and moto before boto3 makes a session,
since a session made earlier would call the real AWS.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="awsml-tests-"))
_LOOPBACK = ["127.0.0.1", "::1"]
_HOME_VARIABLES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
    "AWS_CONFIG_FILE": ".aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": ".aws/credentials",
}


def _empty_the_environment() -> None:
    """Take away all that could lead to a real account or change an outcome."""
    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith(("AWS_", "AWSML_", "BOTO_", "S3_")) or upper.endswith("_PROXY"):
            del os.environ[name]
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PAGER", "EDITOR"):
        os.environ.pop(name, None)
    os.environ.update(_home(_HOME))
    os.environ.update(
        AWSML_MODELS=str(Path(__file__).parents[1] / ".venv/data/models"),  # scripts/test puts them there
        AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        TERM="xterm-256color",
        COLUMNS="80",
    )


def _home(path: Path) -> dict[str, str]:
    return {name: str(path / below) for name, below in _HOME_VARIABLES.items()}


_empty_the_environment()
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

import boto3  # noqa: E402
import botocore.endpoint  # noqa: E402
import botocore.retries.bucket  # noqa: E402
import botocore.waiter  # noqa: E402
import moto  # noqa: E402, F401 - before any session
import pytest_socket  # noqa: E402
from fakeaws import Aws, FakeClock, inprocess, wire  # noqa: E402
from fakeaws.inprocess import front_end  # noqa: E402
from fakeaws.process import Process, Terminal  # noqa: E402
from fakeaws.program import Program  # noqa: E402
from fakeaws.server import HttpFrontEnd  # noqa: E402

inprocess.install()


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home: configuration, cache and state of one test are unknown to the next."""
    home = tmp_path_factory.mktemp("home")
    for name, value in _home(home).items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that reaches for any host but this one, whichever way it tries."""
    resolve = socket.getaddrinfo

    def resolve_here(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (None, "", "localhost", *_LOOPBACK):
            pytest.fail(f"a test tried to look up {name}")
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    inprocess.guard_network(monkeypatch)
    pytest_socket.socket_allow_hosts([*_LOOPBACK], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Give the time of this test: waits pass at once and are noted in `clock.slept`."""
    fake = FakeClock()
    stand_in = fake.time_module()
    for module in (botocore.endpoint, botocore.waiter, botocore.retries.bucket):
        monkeypatch.setattr(module, "time", stand_in)
    monkeypatch.setattr(time, "sleep", _no_sleep_of_ours(time.sleep))
    if importlib.util.find_spec("awsml_cli.core.clock") is not None:
        ours = importlib.import_module("awsml_cli.core.clock")
        for name in ("now", "monotonic", "sleep"):
            if hasattr(ours, name):
                monkeypatch.setattr(ours, name, getattr(fake, name))
    return fake


@pytest.fixture
def aws(clock: FakeClock) -> Iterator[Aws]:
    """Give AWS: see `fakeaws`. At the end of the test, what was scripted must have been asked for."""
    mock = wire.start_moto()
    fake = Aws(clock)
    front_end.aws = fake
    try:
        yield fake
        fake.verify()
    finally:
        front_end.aws = None
        mock.stop()


@pytest.fixture(scope="session")
def _http() -> Iterator[HttpFrontEnd]:
    server = HttpFrontEnd()
    yield server
    server.stop()


@pytest.fixture
def aws_http(aws: Aws, _http: HttpFrontEnd) -> Iterator[HttpFrontEnd]:
    """Let `aws` answer over HTTP too: `.env` is what a process needs to find it."""
    _http.lend(aws)
    yield _http
    _http.give_back()


@pytest.fixture
def awsml(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Run the program in this process: `awsml("translate", "Hello", "--to", "es")` -> Result."""
    return Program(tmp_path_factory.mktemp("program"))


@pytest.fixture
def awsml_process(aws_http: HttpFrontEnd, _home_of_its_own: Path) -> Process:
    """Run the program in a process of its own, against `aws_http`."""
    return Process(aws_http, _home_of_its_own)


@pytest.fixture
def terminal(awsml_process: Process) -> Iterator[Callable[..., Terminal]]:
    """Start the program at a pseudo-terminal: `terminal("polly", "Hello")` -> Terminal."""
    if sys.platform == "win32":
        pytest.skip("needs a pseudo-terminal")
    started: list[Terminal] = []

    def start(*args: Any, **options: Any) -> Terminal:
        started.append(Terminal(awsml_process, *args, **options))
        return started[-1]

    yield start
    for run in started:
        run.close()


def _no_sleep_of_ours(sleep: Callable[[float], None]) -> Callable[[float], None]:
    """Fail where the program itself waits in real time: its waits go through `awsml_cli.core.clock`."""

    def guarded(seconds: float) -> None:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if caller.startswith("awsml_cli") and caller != "awsml_cli.core.clock":
            pytest.fail(f"{caller} calls time.sleep; it must call clock.sleep")
        sleep(seconds)

    return guarded
