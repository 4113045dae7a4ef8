"""The engines of this machine: what there is, what it is good for, and what would install the rest."""

from __future__ import annotations

from dataclasses import dataclass

import awsml_cli.local.engines.translate as apertium
from awsml_cli.local.engines import (
    classify,
    clinical,
    converse,
    forecast,
    hear,
    identify,
    quantum,
    read,
    recommend,
    see,
    speak,
    topics,
    understand,
)
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.hear import speakers


@dataclass(frozen=True)
class EngineInfo:
    """One engine. `languages` are ISO 639-1 codes (`*`: many); `quality` is good, fair or weak, as `measured` says."""

    job: str
    name: str
    installed: bool
    version: str | None
    licence: str
    languages: tuple[str, ...]
    quality: str
    measured: str
    install: str


def engines() -> list[EngineInfo]:
    """Every engine we know, by job, the preferred one first. Imports none of them."""
    return [_info(declared) for declared in declarations()]


def declarations() -> tuple[Declaration, ...]:
    """What the engines say of themselves."""
    return (
        *hear.DECLARED,
        speakers.DECLARATION,
        *speak.DECLARED,
        apertium.declaration(),
        identify.DECLARATION,
        *understand.DECLARED,
        *clinical.DECLARED,
        topics.DECLARATION,
        classify.DECLARATION,
        *read.DECLARED,
        *see.DECLARED,
        forecast.DECLARATION,
        forecast.PROPHET,
        forecast.HOLIDAYS,
        forecast.DEEPAR,
        recommend.DECLARATION,
        recommend.POPULARITY,
        converse.DECLARATION,
        quantum.DECLARATION,
    )


def _info(declared: Declaration) -> EngineInfo:
    return EngineInfo(
        job=declared.job,
        name=declared.name,
        installed=declared.installed(),
        version=declared.version(),
        licence=declared.licence,
        languages=declared.languages,
        quality=declared.quality,
        measured=declared.measured,
        install=declared.install,
    )
