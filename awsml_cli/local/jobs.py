"""Jobs that are worked on in this process while others, and the caller, go on.

A job is a document of the store. Who works on it holds its lock, so a killed process leaves a job that the next
question about it takes up again: a job is IN_PROGRESS exactly while somebody works on it, and QUEUED otherwise.
A thread that works looks at `stopping` between two pieces of its work, so that leaving the program takes no longer.
"""

from __future__ import annotations

import atexit
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsml_cli.core import clock
from awsml_cli.local.lock import Lock
from awsml_cli.local.store import Store

QUEUED, IN_PROGRESS, COMPLETED, FAILED = "QUEUED", "IN_PROGRESS", "COMPLETED", "FAILED"

PATIENCE = 5.0
"""Seconds that a question about a job waits for its end: short jobs need one question only."""

Work = Callable[[dict[str, Any], Callable[[], bool]], dict[str, Any]]
"""What is done: from a job's document and `stopping` to the members that the ended job has more."""


class Stopped(Exception):
    """The program ends, or the job was deleted: the work is given up."""


class Failure(Exception):
    """The job cannot be done; the message is its reason as AWS words it."""


class _Worker:
    """A thread that works on one job."""

    def __init__(self, store: Store, kind: str, name: str, work: Work, lock: Lock) -> None:
        self._store, self._kind, self._name, self._work, self._lock = store, kind, name, work, lock
        self.problem: Exception | None = None
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"{kind} {name}", daemon=True)

    def _run(self) -> None:
        try:
            self._end(self._outcome())
        except Stopped:
            pass
        except Exception as problem:  # noqa: BLE001 - carried over to whoever asks about the job
            self.problem = problem
        finally:
            self._lock.release()

    def _outcome(self) -> dict[str, Any]:
        job = self._store.document(self._kind, self._name)
        if job is None:
            raise Stopped
        if job["Status"] in (COMPLETED, FAILED):  # another process was quicker
            return {}
        self._store.change_document(self._kind, self._name, {"Begun": job.get("Begun") or clock.now()})
        try:
            return {"Status": COMPLETED, **self._work(job, self.stop.is_set)}
        except Failure as failure:
            return {"Status": FAILED, "Reason": str(failure)}

    def _end(self, changes: dict[str, Any]) -> None:
        if changes:
            self._store.change_document(self._kind, self._name, {**changes, "Ended": clock.now()})


_workers: dict[tuple[Path, str, str], _Worker] = {}
_guard = threading.Lock()


def look(store: Store, kind: str, name: str, work: Work, *, patience: float = PATIENCE) -> dict[str, Any] | None:
    """The job's document with its `Status` as it is now; None if there is no such job.

    A job that has not ended and that nobody works on is begun by this. What the work raises is raised here, and the
    job stays QUEUED: ConfigError if no engine can do it.
    """
    job = store.document(kind, name)
    if job is None or job["Status"] in (COMPLETED, FAILED):
        return job
    worker = _begin(store, kind, name, work)
    if worker is not None:
        worker.thread.join(patience)
        if worker.problem is not None:
            raise worker.problem
    job = store.document(kind, name)
    if job is None or job["Status"] in (COMPLETED, FAILED):
        return job
    return {**job, "Status": IN_PROGRESS}


def state(store: Store, kind: str, name: str, job: dict[str, Any]) -> str:
    """The status of JOB without beginning it."""
    if job["Status"] in (COMPLETED, FAILED):
        return str(job["Status"])
    lock = Lock.take(_lock_path(store, kind, name))
    if lock is None:
        return IN_PROGRESS
    lock.release()
    return QUEUED


def begin(store: Store, kind: str, name: str, work: Work) -> None:
    """Have the job worked on, if it has not ended and nobody does; its end is not waited for."""
    job = store.document(kind, name)
    if job is not None and job["Status"] not in (COMPLETED, FAILED):
        _begin(store, kind, name, work)


def leave(home: Path) -> None:
    """Give up all work on the state below HOME in this process, and return when that is done."""
    _give_up([worker for (place, _, _), worker in list(_workers.items()) if place == home])


def stop(store: Store, kind: str, name: str) -> None:
    """Tell whoever works on the job in this process to give it up."""
    worker = _workers.get((store.home, kind, name))
    if worker is not None:
        worker.stop.set()


def _begin(store: Store, kind: str, name: str, work: Work) -> _Worker | None:
    """The worker on this job in this process, a new one if nobody works on it; None if another process does."""
    key = (store.home, kind, name)
    with _guard:
        worker = _workers.get(key)
        if worker is not None and worker.thread.is_alive():
            return worker
        lock = Lock.take(_lock_path(store, kind, name))
        if lock is None:
            return None
        if not _workers:
            atexit.register(_leave)
        worker = _workers[key] = _Worker(store, kind, name, work, lock)
        worker.thread.start()
        return worker


def _leave() -> None:
    """Give up all work, so that no engine runs while the interpreter is taken down."""
    _give_up(list(_workers.values()))


def _give_up(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.stop.set()
    for worker in workers:
        worker.thread.join(30)


def _lock_path(store: Store, kind: str, name: str) -> Path:
    return store.home / "locks" / hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()[:32]
