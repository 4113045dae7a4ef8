"""What was measured, and what every way of measuring needs: time spent, wrong words, shares, data in packages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration

LEAST: Final = 0.2  # seconds of CPU; a system counts them in hundredths


@dataclass(frozen=True)
class Measured:
    """`speed` in `unit`; `quality` in words, None where there is nothing to compare with; `data` says on what."""

    data: str
    speed: float
    unit: str
    quality: str | None = None


@dataclass(frozen=True)
class Place:
    """Where things are: `home` remembers which weights were checked; `data` may hold what no package installs."""

    home: Path
    data: Path | None = None

    def file(self, name: str) -> Path | None:
        """The file NAME among the data, None where it is not there."""
        path = self.data / name if self.data is not None else None
        return path if path is not None and path.is_file() else None


Way = Callable[[Declaration, Place], Iterator[Measured]]


def spent(since: float) -> float:
    """The seconds of CPU SINCE then; never nothing."""
    return max(clock.working() - since, 1e-6)


def each(work: Callable[[], object]) -> float:
    """The seconds of CPU that WORK takes, done once before for what is loaded, then until a clock can tell."""
    work()
    begun, times = clock.working(), 0
    while not times or spent(begun) < LEAST:
        work()
        times += 1
    return spent(begun) / times


def errors(said: str, found: str) -> float:
    """The rate of wrong words in FOUND: those to change, add or leave out, by the words of SAID."""
    wanted, had = _words(said), _words(found)
    row = list(range(len(had) + 1))
    for at, word in enumerate(wanted, 1):
        before, row[0] = row[0], at
        for index, other in enumerate(had, 1):
            changed = before + (word != other)
            before, row[index] = row[index], min(changed, row[index] + 1, row[index - 1] + 1)
    return row[-1] / max(1, len(wanted))


def matched(found: Iterable[Hashable], there: Iterable[Hashable]) -> tuple[int, int, int]:
    """How many of FOUND are THERE, how many are found, and how many are there; the same twice counts twice."""
    had, wanted = Counter(found), Counter(there)
    return (had & wanted).total(), had.total(), wanted.total()


def shares(right: int, found: int, there: int) -> str:
    """What `matched` told, as precision and recall."""
    return f"precision {right / max(found, 1):.3f}, recall {right / max(there, 1):.3f}"


def of_package(module: str, name: str, *, brought_by: str) -> Path:
    """The file NAME of an installed package. Raises ConfigError where it is not there."""
    spec = util.find_spec(module)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ConfigError(f"{Path(name).name}, on which it is measured, is not here", hint=brought_by)
    return path


def _words(text: str) -> Sequence[str]:
    return re.findall(r"[\w']+", text.lower())
