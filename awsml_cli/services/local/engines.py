"""What this machine can do instead of AWS."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from typing import ClassVar

from awsml_cli.core.record import Listing, Record


class Engine(Record):
    """One engine, and how good it is: `quality` says what was measured."""

    columns: ClassVar = ("job", "name", "installed", "version", "quality", "languages", "install")

    job: str
    name: str
    installed: bool
    version: str | None = None
    licence: str
    languages: list[str] | str
    quality: str
    install: str


def engines() -> Listing:
    """Every engine, installed or not; none of them is loaded to find out."""
    module = importlib.import_module("awsml_cli.local.engines")
    return Listing((Engine.of(asdict(engine)) for engine in module.engines()), "Engines")
