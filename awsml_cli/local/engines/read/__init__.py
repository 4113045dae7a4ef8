"""Pages to lines of words: what a PDF says itself, and an engine that reads for all else.

Order of choice, by what was measured on drawn pages: PP-OCRv6 reads bad scans and turned lines best and knows many
scripts; Tesseract is a tenth of its size and four times quicker, and as good on clean English pages.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import fields, identity, layout, ppocr, questions, receipts, tables, tesseract
from awsml_cli.local.engines.read.found import Line, Word, box, lines
from awsml_cli.local.engines.read.pages import Page, opened

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Line", "Page", "Read", "Word", "choose", "load", "opened", "read"]

CHOICE: Final = "AWSML_ENGINE_READ"
"""The environment variable that names the engine to use."""


class Reading(Protocol):
    """An engine that reads."""

    declaration: Declaration

    def lines(self, picture: Image) -> list[Line]:
        """The lines of PICTURE, from the top, corners in its pixels."""
        ...


TEXT_LAYER: Final = Declaration(
    name="pdf-text-layer",
    job="read",
    package="pypdfium2",
    pin=">=5,<6",
    module="pypdfium2",
    licence="BSD-3-Clause, Apache-2.0",
    languages=("*",),
    quality="good",
    measured="the very words of a PDF that says them itself; milliseconds a page",
    install="pip install 'awsml-cli[pages]'",
)
ENGINES: Final = (ppocr.DECLARATION, tesseract.DECLARATION)
RULES: Final = tuple(one.DECLARATION for one in (tables, fields, layout, questions, receipts, identity))
DECLARED: Final = (*ENGINES, TEXT_LAYER, *RULES)

_MAKERS: Final[dict[str, Callable[[Path], Reading]]] = {
    ppocr.DECLARATION.name: ppocr.PpOcr,
    tesseract.DECLARATION.name: tesseract.Tesseract,
}
_loaded: dict[str, Reading] = {}
_loading = threading.Lock()
_working = threading.Lock()


@dataclass(frozen=True)
class Read:
    """The lines of a page, and who read them."""

    lines: list[Line]
    engines: tuple[Declaration, ...]


def choose(*, env: Mapping[str, str] = os.environ) -> Declaration:
    """The best engine installed, or the one that the environment names.

    Raises ConfigError where there is none, with the command that installs one.
    """
    wanted = env.get(CHOICE)
    if wanted:
        found = next((one for one in ENGINES if one.name == wanted or one.name.startswith(f"{wanted}-")), None)
        if found is None:
            raise ConfigError(
                f"{CHOICE} names no engine: {wanted}", hint=f"one of {', '.join(one.name for one in ENGINES)}"
            )
        if not found.installed():
            raise found.missing()
        return found
    for engine in ENGINES:
        if engine.installed():
            return engine
    raise ConfigError(
        "no engine on this machine can read pictures of text",
        hint=f"{ppocr.DECLARATION.install}; or, smaller, {tesseract.DECLARATION.install}",
    )


def load(engine: Declaration, *, home: Path) -> Reading:
    """ENGINE ready to work, loaded once a process. HOME is where checked weights are remembered."""
    with _loading:
        if engine.name not in _loaded:
            _loaded[engine.name] = _MAKERS[engine.name](home)
        return _loaded[engine.name]


def read(page: Page, *, home: Path, warn: Callable[[str], None] = lambda text: None) -> Read:
    """The lines of PAGE. What a PDF says itself is taken; what else may stand on it is read, where an engine can.

    Raises ConfigError where nothing is said and there is no engine; WARN hears of pictures that nobody could read.
    """
    if page.said and not page.pictured:
        return Read(lines(page.said), (TEXT_LAYER,))
    try:
        engine = load(choose(), home=home)
    except ConfigError as problem:
        if not page.said:
            raise
        warn(f"what the pictures on a page say is left out: {problem.message}")
        return Read(lines(page.said), (TEXT_LAYER,))
    with _working:  # two at once would only take turns on the same cores
        seen = engine.lines(page.picture)
    if not page.said:
        return Read(seen, (engine.declaration,))
    beside = _beside(page.said, seen)
    engines = (TEXT_LAYER, engine.declaration) if beside else (TEXT_LAYER,)
    return Read(lines([*page.said, *beside]), engines)


def _beside(said: list[list[Word]], seen: list[Line]) -> list[list[Word]]:
    """The words that were SEEN where nothing is SAID."""
    taken = [box(word.corners) for words in said for word in words]
    return [
        kept
        for line in seen
        if (kept := [word for word in line.words if not any(_overlap(box(word.corners), one) for one in taken)])
    ]


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether the boxes share a quarter of the smaller one."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return False
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (one, other)]
    return across * down > 0.25 * min(areas)
