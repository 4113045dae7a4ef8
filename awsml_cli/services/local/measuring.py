"""Engines measured on this machine, beside what they declare."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from awsml_cli.core import places
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session


class Bench(Record):
    """What was measured here and now on `data`, and what the engine's declaration says of itself."""

    columns: ClassVar = ("name", "speed", "unit", "quality", "data", "declared")

    name: str
    job: str
    data: str
    speed: float
    unit: str
    quality: str | None = None
    declared: str


def bench(session: Session, names: Sequence[str], *, data: Path | None = None) -> Listing:
    """Measure the engines NAMES, or all that are installed, one after the other.

    DATA is a folder that may hold what no package installs. Where all are measured, one whose data is not here is told
    of and left out. Raises UsageError for what no engine is called, ConfigError for one that is not installed, or whose
    data is not here.
    """
    installing = importlib.import_module("awsml_cli.local.installing")
    measuring = importlib.import_module("awsml_cli.local.measuring")
    declared = importlib.import_module("awsml_cli.local.engines").declarations()
    engines = [installing.named(name) for name in names] or [one for one in declared if one.installed()]
    place = measuring.Place(places.private_dir(places.state_dir()) / "local", data)

    def measured() -> Iterator[Record]:
        for engine in engines:
            session.talk.progress(f"measuring {engine.name}")
            try:
                for found in measuring.measure(engine, place):
                    told = {**asdict(found), "speed": float(f"{found.speed:.3g}")}
                    yield Bench(name=engine.name, job=engine.job, declared=engine.measured, **told)
            except ConfigError as problem:
                if names:
                    raise
                session.talk.warn(f"{engine.name} is left out: {problem.message}")

    return Listing(measured(), "Benches")
