"""Every system of AWS machine learning, as records."""

from __future__ import annotations

from typing import ClassVar, Final

from awsml_cli.core import lifecycle
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record

_STATES: Final = {"active": lifecycle.ACTIVE, "closed": lifecycle.CLOSED, "retired": lifecycle.RETIRED}


class System(Record):
    """A system, its state and what took its place; `services` are boto3's names, `operations` those it is about."""

    columns: ClassVar = ("name", "state", "since", "replacement", "source")

    name: str
    state: str
    since: str | None = None
    replacement: str | None = None
    services: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    source: str | None = None


def systems(state: str | None = None) -> Listing:
    """All systems, or those in STATE (`active`, `closed`, `retired`). Raises UsageError for another."""
    if state is not None and state not in _STATES:
        raise UsageError(f"there is no state `{state}`", hint=f"one of: {', '.join(_STATES)}")
    wanted = None if state is None else _STATES[state]
    found = (one for one in lifecycle.SYSTEMS if wanted is None or one.state == wanted)
    return Listing((_record(one) for one in found), "Systems")


def system(name: str) -> System:
    """The system NAME."""
    return _record(lifecycle.named(name))


def refuse(name: str) -> None:
    """Say what became of the system NAME. Raises Retired."""
    raise lifecycle.gone(lifecycle.named(name))


def _record(one: lifecycle.System) -> System:
    return System(
        name=one.name,
        state=one.state,
        since=one.since or None,
        replacement=one.replacement or None,
        services=one.services,
        operations=one.operations,
        source=one.source or None,
    )
