"""What has been done, and what is still lying about: the memory that lets a killed run be picked up.

One row for each piece of work that uses a job at AWS, written before the first thing is put there. The key derives
from the content and the options, so the same command finds its row again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from awsml_cli.core import clock, places
from awsml_cli.core.errors import ConfigError

STATES = ("staging", "asked", "started", "ended", "clean")


@dataclass(frozen=True)
class Entry:
    """One piece of work.

    `state` walks staging, asked (whether its job began is not known; only where a job has no token), started, ended
    (its answer is kept here), clean (nothing is left at AWS). `vocabulary` is the one made for it, which other work
    may need too. `plan` is what is to be done, in the words of its service, where several steps at AWS follow each
    other.
    """

    key: str
    service: str
    region: str
    job: str
    state: str = "staging"
    bucket: str | None = None
    staged: str | None = None
    output: str | None = None
    input: str = ""
    vocabulary: str | None = None
    plan: str | None = None

    @property
    def id(self) -> str:
        """`transcribe:eu-west-1:NAME`, enough for `jobs get`."""
        return f"{self.service}:{self.region}:{self.job}"


class Ledger:
    """The rows, in SQLite under the state folder; several processes may write."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or places.state_dir() / "ledger.db"

    def find(self, key: str) -> Entry | None:
        """The row of KEY."""
        return self._first("SELECT entry FROM work WHERE key = ?", (key,))

    def find_job(self, service: str, region: str, job: str) -> Entry | None:
        """The newest row whose job has this name."""
        return self._first(
            "SELECT entry FROM work WHERE service = ? AND region = ? AND job = ? ORDER BY at DESC",
            (service, region, job),
        )

    def put(self, entry: Entry) -> Entry:
        """Write ENTRY, and return it."""
        with self._open() as rows:
            rows.execute(
                "INSERT OR REPLACE INTO work (key, service, region, job, state, at, entry)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.key,
                    entry.service,
                    entry.region,
                    entry.job,
                    entry.state,
                    clock.now(),
                    json.dumps(asdict(entry)),
                ),
            )
        return entry

    def move(self, entry: Entry, state: str) -> Entry:
        """ENTRY with a new state, written."""
        return self.put(replace(entry, state=state))

    def open(self) -> list[Entry]:
        """The rows that are not clean: something of theirs may lie at AWS."""
        with self._open() as rows:
            found = rows.execute("SELECT entry FROM work WHERE state != 'clean' ORDER BY at").fetchall()
        return [Entry(**json.loads(text)) for (text,) in found]

    def _first(self, query: str, values: tuple[str, ...]) -> Entry | None:
        if not self._path.exists():
            return None
        with self._open() as rows:
            found = rows.execute(query, values).fetchone()
        return Entry(**json.loads(found[0])) if found else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        places.private_dir(self._path.parent)
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as rows:
                rows.execute(
                    "CREATE TABLE IF NOT EXISTS work (key TEXT PRIMARY KEY, service TEXT, region TEXT, job TEXT,"
                    " state TEXT, at REAL, entry TEXT)"
                )
                with rows:
                    yield rows
        except sqlite3.Error as problem:
            raise ConfigError(
                f"cannot use the ledger {self._path}: {problem}", hint="make room there, or move the file away"
            ) from None
