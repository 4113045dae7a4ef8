"""The state that this machine keeps in AWS's place, emptied."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from typing import Any, ClassVar

from awsml_cli.core import places
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session


class Held(Record):
    """So many things of one kind that this machine keeps; `bytes` where they are files."""

    columns: ClassVar = ("kind", "count", "bytes")

    kind: str
    count: int
    bytes: int | None = None


def reset(session: Session) -> Listing:
    """Forget buckets, objects, jobs, lexicons, collections, models and whatever else was kept; give what it was.

    Weights that were fetched stay. Raises UsageError where nobody consents.
    """
    home = places.state_dir() / "local"
    if not home.is_dir():
        return Listing(iter(()), "Held")
    store: Any = importlib.import_module("awsml_cli.local.store").Store(home)
    held = [Held.of(asdict(one)) for one in store.held()]
    if held and not session.dry_run:
        things = sum(one.count for one in held)
        confirm(session, f"Remove all {things} things that this machine keeps in AWS's place?")
        store.clear()
    return Listing(iter(held), "Held")
