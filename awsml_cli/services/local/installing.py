"""Engines brought to this machine, and shown first: package, version, size, licence."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from awsml_cli.core import places
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.local.engines import Engine


class Package(Record):
    """A package that would be fetched, from PyPI by pip or from npm; `sha256` is the file's."""

    columns: ClassVar = ("package", "version", "megabytes", "licence", "source")

    package: str
    version: str
    megabytes: float | None = None
    licence: str
    source: str
    sha256: str


def install(session: Session, names: Sequence[str]) -> Listing:
    """Bring the engines NAMES here, and give them; with `--dry-run`, the packages that would be fetched.

    Raises UsageError for what no engine is called, and where nobody consents; ConfigError where pip, npm or the network
    is not there.
    """
    module = importlib.import_module("awsml_cli.local.installing")
    made: Any = module.plan(names)
    packages = [Package.of(asdict(item)) for item in made.items]
    if session.dry_run:
        return Listing(iter(packages), "Packages")
    if packages:
        for package in packages:
            session.talk.tell(_shown(package))
        confirm(session, f"Install {_counted(packages)} into this Python?")
        session.talk.progress(f"fetching {_counted(packages)}")
    module.carry_out(made, home=places.private_dir(places.state_dir()) / "local")
    wanted = {engine.name for engine in made.engines}
    every = importlib.import_module("awsml_cli.local.engines").engines()
    return Listing((Engine.of(asdict(one)) for one in every if one.name in wanted), "Engines")


def _shown(package: Package) -> str:
    size = "" if package.megabytes is None else f", {package.megabytes:g} MB"
    return f"{package.package} {package.version} ({package.licence}{size}, {package.source})"


def _counted(packages: Sequence[Package]) -> str:
    noun = "package" if len(packages) == 1 else "packages"
    known = sum(package.megabytes or 0 for package in packages)
    return f"{len(packages)} {noun}" + (f" of about {known:.0f} MB" if known >= 1 else "")
