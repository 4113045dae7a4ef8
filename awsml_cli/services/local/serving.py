"""The server that answers `aws`, boto3 and other SDKs from this machine, alone or around a command."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from awsml_cli.core import places
from awsml_cli.core.errors import CheckFailed, InputError
from awsml_cli.core.record import Record
from awsml_cli.core.session import LOCAL_REGION, Session

# what could lead a program somewhere else, or have it look for somebody's real keys
_LEADS_AWAY: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
_KEY: Final = "local"  # keys are needed to sign with, and nobody looks at them


class Served(Record):
    """A server that runs: AWS_ENDPOINT_URL is its `url`."""

    columns: ClassVar = ("url",)

    url: str
    host: str
    port: int


@contextlib.contextmanager
def served(session: Session, *, host: str, port: int, names: Sequence[str] = ()) -> Iterator[Served]:
    """A server at HOST and PORT (0: a free one) that answers as long as the block runs, and to the end what it began.

    NAMES are names by which others call this machine. Raises ConfigError where it is not installed, InputError where
    it cannot listen.
    """
    module = importlib.import_module("awsml_cli.local.serve")
    talk = session.talk
    home = places.private_dir(places.state_dir()) / "local"
    server: Any = module.Server(home, host=host, port=port, names=names, note=talk.note, warn=talk.warn)
    try:
        if not module.is_loopback(host):
            talk.warn("whoever reaches this machine over the network can use it now, and read and change what it keeps")
        yield Served(url=server.url, host=host, port=server.port)
    finally:
        server.stop()


def wait() -> None:
    """Wait until somebody ends this process."""
    import threading

    while True:
        threading.Event().wait(3600)


def run(words: Sequence[str], server: Served) -> None:
    """Run the command WORDS, for which AWS is SERVER. Raises InputError if there is none, CheckFailed if it fails."""
    program = shutil.which(words[0])
    if program is None:
        raise InputError(f"there is no command {words[0]}")
    code = subprocess.run([program, *words[1:]], env=environment(server.url), check=False).returncode
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise CheckFailed(f"{words[0]} ended with {how}")


def environment(url: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """ENV with the server at URL in AWS's place."""
    kept = {
        name: value
        for name, value in env.items()
        if name not in _LEADS_AWAY and not name.startswith("AWS_ENDPOINT_URL_")
    }
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or LOCAL_REGION
    return {
        **kept,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": _KEY,
        "AWS_SECRET_ACCESS_KEY": _KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def how_to_reach(server: Served) -> str:
    """What somebody types to use SERVER."""
    told = environment(server.url, {})
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
    return "export " + " ".join(f"{name}={told[name]}" for name in names)
