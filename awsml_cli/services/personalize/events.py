"""Events, users and items as they happen: JSON lines in, ten a call, the order of each session kept."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import batch, clock, limits
from awsml_cli.core.errors import AwsmlError, InputError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.core.tables import lines
from awsml_cli.formats.interactions.moments import moment, seconds
from awsml_cli.services.personalize.resources import DATASET, GROUP, listed, resolve

EVENTS: Final = "personalize-events"
WINDOW: Final = 500  # events that may wait for company
_KNOWN: Final = {  # a field as people write it, without `_` and in lower case -> the member of the request
    "userid": "userId",
    "sessionid": "sessionId",
    "eventid": "eventId",
    "eventtype": "eventType",
    "eventvalue": "eventValue",
    "itemid": "itemId",
    "sentat": "sentAt",
    "timestamp": "sentAt",
    "recommendationid": "recommendationId",
    "impression": "impression",
    "properties": "properties",
}


class Sent(Record):
    """What became of the lines: so many went out, in so many calls, so many failed."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("sent", "failed", "calls")

    sent: int
    failed: int
    calls: int


@dataclass(frozen=True)
class Line:
    """A line of input: its NUMBER (from 1), its TEXT, and what it says."""

    number: int
    text: str
    said: Mapping[str, Any]


@dataclass
class Tally:
    """How many went out and how many did not; `failed` hears of each that did not."""

    failed: Callable[[Line, AwsmlError], None]
    sent: int = 0
    wrong: int = 0
    calls: int = 0

    def lose(self, these: Iterable[Line], error: AwsmlError) -> None:
        """Note that THESE did not go out. Raises ERROR where all others would meet it."""
        if batch.shared(error):
            raise error
        for one in these:
            self.wrong += 1
            self.failed(one, error)

    @property
    def record(self) -> Sent:
        """The tally as a record."""
        return Sent(sent=self.sent, failed=self.wrong, calls=self.calls)


@dataclass(frozen=True)
class Defaults:
    """What holds for events that do not say it themselves."""

    user: str | None = None
    session: str | None = None
    event: str | None = None


def put_events(session: Session, tracking: str, pieces: Iterable[str], defaults: Defaults, tally: Tally) -> None:
    """Send the events in PIECES of text (an empty piece: the source was silent) to the tracker with the id TRACKING.

    Those of one session go in their order, at most ten a call; they are sent when ten are there, when the source is
    silent, or when too many wait.
    """
    waiting: dict[tuple[str, str], list[tuple[Line, dict[str, Any]]]] = {}

    def flush(key: tuple[str, str]) -> None:
        held = waiting.pop(key)
        called(tally, [line for line, _ in held], lambda: _send(session, tracking, key, [event for _, event in held]))

    for line in read(pieces, tally):
        if line is None:
            for key in list(waiting):
                flush(key)
            continue
        try:
            key, event = _event(line.said, defaults)
        except InputError as error:
            tally.lose([line], InputError(f"line {line.number}: {error.message}", hint=error.hint))
            continue
        waiting.setdefault(key, []).append((line, event))
        if len(waiting[key]) == limits.PERSONALIZE_EVENTS:
            flush(key)
        elif sum(map(len, waiting.values())) >= WINDOW:
            flush(next(iter(waiting)))
    for key in list(waiting):
        flush(key)


def _send(session: Session, tracking: str, key: tuple[str, str], events: list[dict[str, Any]]) -> None:
    user = {"userId": key[0]} if key[0] else {}
    session.client(EVENTS).put_events(trackingId=tracking, sessionId=key[1], eventList=events, **user)


def called(tally: Tally, these: list[Line], call: Callable[[], object]) -> None:
    """CALL for THESE lines, and count what became of them."""
    try:
        call()
    except AwsmlError as error:
        tally.lose(these, error)
    else:
        tally.sent += len(these)
    tally.calls += 1


def put_records(session: Session, dataset: str, sort: str, pieces: Iterable[str], tally: Tally) -> None:
    """Send the users or items (SORT) in PIECES, JSON lines or a CSV with a header, to the DATASET's ARN, ten a call."""
    waiting: list[tuple[Line, dict[str, Any]]] = []
    id_of = {"users": "userId", "items": "itemId", "actions": "actionId"}[sort]

    def flush() -> None:
        held, waiting[:] = waiting[:], []
        params: dict[str, Any] = {"datasetArn": dataset, sort: [one for _, one in held]}
        call = getattr(session.client(EVENTS), f"put_{sort}")
        called(tally, [line for line, _ in held], lambda: call(**params))

    for line in read(pieces, tally):
        if line is not None:
            try:
                waiting.append((line, _about(line.said, id_of)))
            except InputError as error:
                tally.lose([line], InputError(f"line {line.number}: {error.message}", hint=error.hint))
        if waiting and (line is None or len(waiting) == limits.PERSONALIZE_EVENTS):
            flush()
    if waiting:
        flush()


def dataset_of(session: Session, group: str, sort: str) -> str:
    """The ARN of the dataset of SORT (users, items) in the GROUP (name or ARN). Raises InputError."""
    if group.startswith("arn:") and ":dataset/" in group:
        return group
    arn = resolve(session, GROUP, group)
    for one in listed(session, DATASET, datasetGroupArn=arn):
        if one.get("datasetType", "").lower() == sort:
            return str(one["datasetArn"])
    raise InputError(f"the dataset group {group} has no {sort}", hint=f"awsml personalize import --{sort} FILE.csv")


def read(pieces: Iterable[str], tally: Tally) -> Iterator[Line | None]:
    """The lines in PIECES; None where the source was silent. The first line says whether it is JSON or a CSV."""
    head: list[str] | None = None
    number = 0
    for found in lines(pieces):
        if found is None:
            yield None
            continue
        number += 1
        text = found[0]
        if not text.strip():
            continue
        if number == 1 and not text.lstrip().startswith("{"):
            head = next(csv.reader([text]))
            continue
        why = "it is no object"
        said: Any = None
        try:
            said = json.loads(text) if head is None else _row(head, text)
            if isinstance(said, dict) and isinstance(said.get("input"), str) and "error" in said:
                text = said["input"]  # what failed before, fed back
                said = json.loads(text)
        except ValueError as problem:
            said, why = None, str(problem)
        if isinstance(said, dict):
            yield Line(number, text, said)
        else:
            tally.lose([Line(number, text, {})], InputError(f"line {number}: it cannot be read: {why}"))


def _row(head: list[str], text: str) -> dict[str, str]:
    cells = next(csv.reader([text]))
    if len(cells) != len(head):
        raise ValueError(f"{len(cells)} cells, and the header has {len(head)}")
    return {name: cell for name, cell in zip(head, cells, strict=True) if cell}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def camel(name: str) -> str:
    """The name that properties have for a column: `NUM_RATINGS` and `num_ratings` are `numRatings`."""
    if "_" not in name and not name.isupper():
        return name
    first, *rest = name.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def _event(said: Mapping[str, Any], defaults: Defaults) -> tuple[tuple[str, str], dict[str, Any]]:
    """User and session, and the event as AWS takes it. Raises InputError for what is missing or no such thing."""
    told, more = parted(said, _KNOWN)
    user = str(told.pop("userId", defaults.user or ""))
    place = str(told.pop("sessionId", defaults.session or user))
    if not place:
        raise InputError("who did it? there is no userId and no sessionId", hint="--user ID or --session ID")
    told.setdefault("eventType", defaults.event)
    if not told["eventType"]:
        raise InputError("there is no eventType", hint="--event-type NAME")
    told["sentAt"] = sent(told.get("sentAt"))
    if "eventValue" in told:
        told["eventValue"] = _number(told["eventValue"])
    if isinstance(told.get("impression"), str):
        told["impression"] = told["impression"].split("|")
    if merged := properties(told, more):
        told["properties"] = json.dumps(merged, ensure_ascii=False)
    for name in ("itemId", "eventType", "eventId", "recommendationId"):
        if name in told:
            told[name] = str(told[name])
    return (user, place), told


def parted(said: Mapping[str, Any], known: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was SAID by the members that are KNOWN, and the rest by the names that properties have; without blanks."""
    told: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for name, value in said.items():
        if value is None or value == "":
            continue
        if member := known.get(_plain(name)):
            told[member] = value
        else:
            more[camel(name)] = value
    return told, more


def properties(told: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that were TOLD, which are taken out of it, with MORE."""
    given = told.pop("properties", {})
    return {**(json.loads(given) if isinstance(given, str) else given), **more}


def sent(value: Any) -> datetime:
    """The moment VALUE, or now. Raises InputError for what is none."""
    if value is None:
        return datetime.fromtimestamp(int(clock.now()), UTC)
    text = str(value)
    if re.fullmatch(r"\d{8,10}", text):
        return datetime.fromtimestamp(int(text), UTC)
    found = seconds(text) if text.isdigit() else moment(text)
    if found is None:
        raise InputError(f"`{text}` is no time", hint="Unix seconds, or 2026-11-26T10:00:00Z")
    return datetime.fromtimestamp(found, UTC)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InputError(f"the event value `{value}` is no number") from None


def _about(said: Mapping[str, Any], id_of: str) -> dict[str, Any]:
    told = {_plain(name): value for name, value in said.items()}
    found = told.get(id_of.lower())
    if not found:
        raise InputError(f"there is no {id_of}")
    given = told.get("properties") or {}
    properties = dict(json.loads(given) if isinstance(given, str) else given)
    for name, value in said.items():
        if _plain(name) not in (id_of.lower(), "properties") and value not in (None, ""):
            properties[camel(name)] = value
    return {id_of: str(found), **({"properties": json.dumps(properties, ensure_ascii=False)} if properties else {})}
