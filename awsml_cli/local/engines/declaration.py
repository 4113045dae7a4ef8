"""What an engine says of itself, and whether it is here; no engine is imported to find out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path

from awsml_cli.core.errors import ConfigError


@dataclass(frozen=True)
class Declaration:
    """An engine: who made it, what it can do and how well.

    `job` is hear, speak, translate or identify; `quality` is good, fair or weak; `measured` says on what that
    stands. `package` is the distribution to look for, or a program's name where `program` is set.
    `needs` are further distributions without which it does not run. `languages` are ISO 639-1 codes, `*` for many.
    `weights` maps files below the package's `module` to their SHA-256.
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

    def installed(self) -> bool:
        """Whether everything that it needs is on this machine."""
        if self.program:
            return shutil.which(self.package) is not None
        return all(_version(name) is not None for name in (self.package, *self.needs))

    def version(self) -> str | None:
        """The installed version, or None (also where a program does not tell it without being run)."""
        return None if self.program else _version(self.package)

    def label(self) -> str:
        """Name and version, as answers carry them: `moonshine-tiny-en 0.0.73`."""
        return " ".join(part for part in (self.name, self.version()) if part)

    def folder(self) -> Path:
        """Where the package's files are. Raises ConfigError if it is not installed."""
        spec = util.find_spec(self.module)
        if spec is None or not spec.origin:
            raise self.missing()
        return Path(spec.origin).parent

    def missing(self) -> ConfigError:
        """The error for want of this engine."""
        return ConfigError(f"the engine {self.name} is not installed", hint=self.install)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
