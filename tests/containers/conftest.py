"""Real containers: podman and buildah with runc, docker, and Debian's registry with a login and a certificate of its own.

The base image is made of Debian's packages, once for a machine. What is not installed here, or may not run, skips the tests,
with the reason.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machinery import BASE, BRIDGE, CONF, DAEMON, ONLINE, PACKAGES, PASSWORD, PROGRAMS, Containers, free_port


def lacking() -> str:
    """What hinders containers here, or nothing."""
    if sys.platform != "linux":
        return "containers of Linux need Linux"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"not installed: {', '.join(missing)} (scripts/test installs them with apt-get)"
    if os.geteuid() != 0:
        return "needs root: the tests set engines up with folders of their own"
    return ""


@pytest.fixture(scope="session")
def containers() -> Iterator[Containers]:
    """Give engines that work, with the base image."""
    if reason := lacking():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="awsml-ct-"))
    (folder / "containers.conf").write_text(CONF)
    store = f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n'
    (folder / "storage.conf").write_text(store)
    made = Containers(
        folder,
        {
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "BUILDAH_ISOLATION": "chroot",
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
        },
    )
    try:
        shutil.copy(base_tar(), folder / "base.tar")
        (folder / "Containerfile").write_text("FROM scratch\nADD base.tar /\n")
        tried = subprocess.run(
            ["buildah", "bud", "-q", "-t", BASE, "-f", str(folder / "Containerfile"), str(folder)],
            env={**os.environ, **made.env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if tried.returncode == 0:
            tried = subprocess.run(
                ["podman", "run", "--rm", BASE, "true"],
                env={**os.environ, **made.env},
                capture_output=True,
                text=True,
                check=False,
            )
        if tried.returncode:
            pytest.skip(f"containers cannot run here: {tried.stderr.strip().splitlines()[-1]}")
        yield made
    finally:
        subprocess.run(["podman", "rm", "-af"], env={**os.environ, **made.env}, capture_output=True, check=False)
        subprocess.run(["buildah", "rmi", "-af"], env={**os.environ, **made.env}, capture_output=True, check=False)
        subprocess.run(["umount", "-R", str(folder / "store/overlay")], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def online(containers: Containers) -> str:
    """Give a base from which pip and apt-get reach what they reach from this machine: its certificates and its addresses."""
    folder = containers.folder / "online"
    folder.mkdir()
    lines = [f"FROM {BASE}"]
    certificates = Path(os.environ.get("PIP_CERT") or "/etc/ssl/certs/ca-certificates.crt")
    if certificates.is_file():
        shutil.copy(certificates, folder / "certificates")
        lines += ["COPY certificates /etc/ssl/certs/ca-certificates.crt"]
        lines += ["ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt"]
    for variable in ("PIP_INDEX_URL", "PIP_PROXY", "PIP_TRUSTED_HOST"):
        setting = f"global.{variable.removeprefix('PIP_').lower().replace('_', '-')}"
        words = [sys.executable, "-m", "pip", "config", "get", setting]
        found = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
        if told := os.environ.get(variable) or found:
            lines.append(f'ENV {variable}="{told}"')
    (folder / "Containerfile").write_text("\n".join(lines) + "\n")
    containers.run(
        "buildah", "bud", "-q", "--format", "docker", "-t", ONLINE, "-f", str(folder / "Containerfile"), str(folder)
    )
    tried = subprocess.run(
        ["podman", "run", "--rm", ONLINE, "python3", "-m", "pip", "download", "-q", "--no-deps", "-d", "/tmp/x", "retrying"],
        env={**os.environ, **containers.env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if tried.returncode:
        pytest.skip(f"pip reaches nothing from a container here: {tried.stderr.strip().splitlines()[-1]}")
    return ONLINE


def base_tar() -> Path:
    """The base's files, made once for a machine and a set of packages: minutes where the network is slow."""
    place = Path(tempfile.gettempdir()) / f"awsml-tests-base-{os.geteuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    kept = place / f"{PACKAGES.replace(',', '+')}.tar"
    if not kept.is_file():
        fresh = place / f"{os.getpid()}.tar"
        done = subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=apt", f"--include={PACKAGES}", "bookworm", str(fresh)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"no base image can be made here: {done.stderr.strip().splitlines()[-1]}")
        fresh.replace(kept)
    return kept


@pytest.fixture(scope="session")
def docker() -> Iterator[Containers]:
    """Give docker with a daemon and a network of its own, and the base image.

    The daemon writes no rules for the network, which would outlive it; so containers reach this machine, and no other.
    """
    if reason := lacking():
        pytest.skip(reason)
    if missing := [name for name in ("docker", "dockerd", "ip") if shutil.which(name) is None]:
        pytest.skip(f"not installed: {', '.join(missing)} (scripts/test installs docker.io with apt-get)")
    folder = Path(tempfile.mkdtemp(prefix="awsml-dk-"))
    made = Containers(folder, {"DOCKER_HOST": f"unix://{folder}/socket", "DOCKER_CONFIG": str(folder / "config")})
    log = (folder / "log").open("wb")
    daemon = None
    try:
        for words in BRIDGE:
            done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"docker cannot have a network here: {done.stderr.strip()}")
        places = ("--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid")
        daemon = subprocess.Popen(
            ["dockerd", *map(str, places), "--host", made.env["DOCKER_HOST"], *DAEMON], stdout=log, stderr=log
        )
        for _ in range(300):
            up = subprocess.run(
                ["docker", "info"], env={**os.environ, **made.env}, capture_output=True, text=True, check=False
            )
            if up.returncode == 0 or daemon.poll() is not None:
                break
            time.sleep(0.1)
        if up.returncode:
            last = (folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
            pytest.skip(f"docker's daemon cannot run here: {''.join(last)}")
        made.run("docker", "import", str(base_tar()), BASE)
        tried = subprocess.run(
            ["docker", "run", "--rm", BASE, "true"],
            env={**os.environ, **made.env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if tried.returncode:
            pytest.skip(f"docker's containers cannot run here: {tried.stderr.strip().splitlines()[-1]}")
        yield made
        left = made.run("docker", "ps", "-aq").split()
        if left:
            made.run("docker", "rm", "-f", *left)
    finally:
        if daemon is not None:
            daemon.terminate()
            daemon.wait(60)
        log.close()
        subprocess.run(["ip", "link", "del", BRIDGE[0][2]], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def engines(request: pytest.FixtureRequest, builder: str) -> Containers:
    """Give those that BUILDER is one of."""
    return request.getfixturevalue("docker" if builder == "docker" else "containers")  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def registry(containers: Containers) -> Iterator[tuple[str, Path]]:
    """Give the host of a registry that wants a login, and the certificate that it is known by."""
    folder = containers.folder / "registry"
    folder.mkdir()
    port = free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    users = subprocess.run(["htpasswd", "-Bbn", "AWS", PASSWORD], check=True, capture_output=True, text=True).stdout
    (folder / "users").write_text(users)
    (folder / "registry.yml").write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
        f"http:\n  addr: 127.0.0.1:{port}\n  tls: {{certificate: {folder}/cert.pem, key: {folder}/key.pem}}\n"
        f"auth: {{htpasswd: {{realm: ecr, path: {folder}/users}}}}\n"
    )
    log = (folder / "log").open("wb")
    process = subprocess.Popen(["docker-registry", "serve", str(folder / "registry.yml")], stdout=log, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        place = f"127.0.0.1:{port}"
        key = base64.b64encode(f"AWS:{PASSWORD}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {place: {"auth": key}}}))
        yield place, folder / "cert.pem"
    finally:
        process.terminate()
        process.wait(10)
        log.close()
