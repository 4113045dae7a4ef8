"""Lists of names kept on disk in a form that is asked in microseconds: SQLite, made once of what a package carries."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

_RULES = 1  # counted up when what is kept, or how words are compared, changes
_making = threading.Lock()


def opened(engine: Declaration, fill: Callable[[Path, sqlite3.Connection], None], *, home: Path) -> sqlite3.Connection:
    """The index of ENGINE below HOME, made by FILL (the package's folder, an empty database) if it is not there.

    Whoever comes first makes it, and other threads wait for that; another process makes its own meanwhile, and the last
    one stays: they are alike.
    Raises ConfigError where the package is not installed, or not the one that was measured.
    """
    if not engine.installed():
        raise engine.missing()
    weights.verify_once(engine, home=home)
    digest = next(iter(engine.weights.values()))[:12]
    place = home / "clinical" / f"{engine.name}-{digest}-{_RULES}.sqlite"
    with _making:  # many at once would take turns, each at all of the work
        if not place.exists():
            _make(place, lambda base: fill(engine.folder(), base))
    return sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _make(place: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_name(f"{place.name}.{uuid.uuid4().hex}")
    try:
        with closing(sqlite3.connect(made)) as base:
            base.execute("PRAGMA journal_mode=OFF")
            base.execute("PRAGMA synchronous=OFF")
            fill(base)
            base.commit()
        with suppress(PermissionError):  # Windows: another has made it, and somebody reads it
            os.replace(made, place)
    finally:
        made.unlink(missing_ok=True)
