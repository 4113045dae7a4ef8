"""Engines of the tests: which programs they need, and where they keep what they make."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("podman", "buildah", "runc", "mmdebstrap", "docker-registry", "htpasswd", "openssl")
PACKAGES = "python3,python3-pip,python3-fastapi,python3-uvicorn,ca-certificates"
BASE = "localhost/awsml-base:bookworm"
ONLINE = "localhost/awsml-base:online"
PASSWORD = "a-token-of-ecr"
# a network of the tests' own, by its process's number; the name of an interface has at most 15 characters
_NETWORK = f"awsml{os.getpid()}"
BRIDGE = (
    ("link", "add", _NETWORK, "type", "bridge"),
    ("address", "add", f"10.231.{os.getpid() % 250}.1/24", "dev", _NETWORK),
    ("link", "set", _NETWORK, "up"),
)
DAEMON = (
    "--storage-driver", "overlay2", "--bridge", _NETWORK, "--iptables=false", "--ip6tables=false",
    "--ip-forward=false", "--ip-masq=false",
)  # fmt: skip
CONF = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=10000:10000"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


@dataclass(frozen=True)
class Containers:
    """ENV is what the engines need, so that they keep to a FOLDER of the tests and run inside a container too."""

    folder: Path
    env: dict[str, str]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            words, env={**os.environ, **self.env}, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
        return done.stdout

    def log(self, name: str) -> str:
        """What the container NAME has written to stderr."""
        words = ("podman", "logs", name)
        done = subprocess.run(words, env={**os.environ, **self.env}, capture_output=True, text=True, check=True)
        return done.stderr


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
