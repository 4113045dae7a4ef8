"""What users did with actions, as it happens: JSON lines in, ten a call, in their order.

https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutActionInteractions.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import events
from awsml_cli.services.personalize.events import EVENTS, Defaults, Line, Tally

_KNOWN: Final = {  # a field as people write it, without `_` and in lower case -> the member of the request
    **dict.fromkeys(("timestamp", "sentat"), "timestamp"),
    **{name.lower(): name for name in ("userId", "sessionId", "eventId", "eventType", "actionId", "recommendationId")},
    **{name: name for name in ("impression", "properties")},
}


def put_action_interactions(
    session: Session, tracking: str, pieces: Iterable[str], defaults: Defaults, tally: Tally
) -> None:
    """Send what users did with actions, in PIECES of text (an empty piece: the source was silent), to a tracker.

    Ten go in a call, in their order, whoever did them; fewer where the source is silent.
    """
    waiting: list[tuple[Line, dict[str, Any]]] = []

    def flush() -> None:
        held, waiting[:] = waiting[:], []
        call = session.client(EVENTS).put_action_interactions
        params = {"trackingId": tracking, "actionInteractions": [one for _, one in held]}
        events.called(tally, [line for line, _ in held], lambda: call(**params))

    for line in events.read(pieces, tally):
        if line is not None:
            try:
                waiting.append((line, _deed(line.said, defaults)))
            except InputError as error:
                tally.lose([line], InputError(f"line {line.number}: {error.message}", hint=error.hint))
        if waiting and (line is None or len(waiting) == limits.PERSONALIZE_EVENTS):
            flush()
    if waiting:
        flush()


def _deed(said: Mapping[str, Any], defaults: Defaults) -> dict[str, Any]:
    """What was done as AWS takes it. Raises InputError for what is missing or no such thing."""
    told, more = events.parted(said, _KNOWN)
    user = str(told.pop("userId", defaults.user or ""))
    place = str(told.pop("sessionId", defaults.session or user))
    if not told.get("actionId"):
        raise InputError("there is no actionId", hint="events that are about items go without --actions")
    if not place:
        raise InputError("who did it? there is no userId and no sessionId", hint="--user ID or --session ID")
    told.setdefault("eventType", defaults.event)
    if not told["eventType"]:
        raise InputError("there is no eventType", hint="--event-type NAME")
    told["timestamp"] = events.sent(told.get("timestamp"))
    if isinstance(told.get("impression"), str):
        told["impression"] = told["impression"].split("|")
    if merged := events.properties(told, more):
        told["properties"] = json.dumps(merged, ensure_ascii=False)
    for name in ("actionId", "eventType", "eventId", "recommendationId"):
        if name in told:
            told[name] = str(told[name])
    return {**({"userId": user} if user else {}), "sessionId": place, **told}
