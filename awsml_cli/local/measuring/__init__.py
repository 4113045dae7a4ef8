"""Engines measured on this machine, there and then: how fast, and how good on what is here to compare with.

That is what ships in packages, what can be drawn, or what is made with a known truth; `data` says which. Speed is in
seconds of CPU, of which a machine that is busy with something else takes up to three times as many. What a declaration
says was measured with care, on more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring import (
    circuits,
    conversing,
    language,
    pages,
    pictures,
    series,
    speech,
    tastes,
)
from awsml_cli.local.measuring.measured import Measured, Place, Way, errors

__all__ = ["Measured", "Place", "errors", "measure", "way_of"]

_WAYS: Final[dict[str, Way]] = {
    **speech.WAYS,
    **language.WAYS,
    **pages.WAYS,
    **pictures.WAYS,
    **series.WAYS,
    **tastes.WAYS,
    **conversing.WAYS,
    **circuits.WAYS,
}
"""How engines are measured, by their name or by what they are asked for."""


def measure(engine: Declaration, place: Place) -> Iterator[Measured]:
    """How ENGINE does, on one sort of data after the other.

    Raises ConfigError where it is not installed, or what it is measured on is not here.
    """
    if not engine.installed():
        raise engine.missing()
    return way_of(engine)(engine, place)


def way_of(engine: Declaration) -> Way:
    """How ENGINE is measured; each has a way, by its own name or by its job."""
    return _WAYS.get(engine.name) or _WAYS[engine.job]
