"""Sessions: where a conversation stands, looked at, set, ended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.core import models
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.lex.finding import RUNTIME, Place
from awsml_cli.services.lex.turns import Turn, turn_of
from awsml_cli.services.lex.waiting import GONE

ACTIONS: Final = ("ElicitIntent", "ElicitSlot", "ConfirmIntent", "Delegate", "Close", "None")


@dataclass(frozen=True)
class Standing:
    """Where a conversation is to stand: an INTENT with SLOTS, ATTRIBUTES, the slot to ELICIT, or an ACTION.

    STATE is all of it in AWS's own form.
    """

    intent: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    elicit: str | None = None
    action: str | None = None
    state: Mapping[str, Any] | None = None

    def session_state(self) -> dict[str, Any]:
        """It in AWS's form. Raises UsageError for what does not go together."""
        if self.state is not None:
            if self.intent or self.slots or self.attributes or self.elicit or self.action:
                raise UsageError("--state says all, so nothing else is said", hint="leave the other options out")
            return dict(self.state)
        if (self.slots or self.elicit) and not self.intent:
            raise UsageError("slots belong to an intent", hint="--intent NAME")
        if self.action is not None and self.action not in ACTIONS:
            raise UsageError(f"there is no action `{self.action}`", hint=f"one of: {', '.join(ACTIONS)}")
        action = self.action or ("ElicitSlot" if self.elicit else "Delegate" if self.intent else "ElicitIntent")
        if (action == "ElicitSlot") != bool(self.elicit):
            raise UsageError("ElicitSlot and --elicit SLOT belong together")
        said: dict[str, Any] = {"dialogAction": {"type": action}}
        if self.elicit:
            said["dialogAction"]["slotToElicit"] = self.elicit
        if self.intent:
            slots = {name: _value(value) for name, value in self.slots.items()}
            said["intent"] = {"name": self.intent, "slots": slots, "state": "InProgress"}
        if self.attributes:
            said["sessionAttributes"] = dict(self.attributes)
        return said


def read_state(text: str, *, name: str) -> dict[str, Any]:
    """A session's state in JSON, checked against the service's model. Raises InputError, UsageError."""
    try:
        state = json.loads(text)
    except ValueError as problem:
        raise InputError(f"{name} is not JSON: {problem}") from None
    shape = models.operation_model(RUNTIME, "PutSession").input_shape.members["sessionState"]
    if problems := list(models.faults(shape, state, "sessionState")):
        raise InputError(f"{name} is no state of a session: {'; '.join(problems)}")
    return dict(state)


def get(session: Session, where: Place, number: str) -> Turn:
    """Where the conversation NUMBER stands. Raises InputError where there is none."""
    try:
        answer = session.client(RUNTIME).get_session(sessionId=number, **where.params)
    except ServiceError as error:
        raise _absent(error, where, number) from None
    return turn_of(answer, said=None)


def put(session: Session, where: Place, number: str, state: Mapping[str, Any]) -> Turn:
    """Set where the conversation NUMBER stands; it is begun where there is none."""
    session.client(RUNTIME).read(
        "put_session", "audioStream", sessionId=number, sessionState=dict(state), **where.params
    )
    return get(session, where, number)


def remove(session: Session, where: Place, number: str) -> None:
    """End the conversation NUMBER. Raises InputError where there is none."""
    try:
        session.client(RUNTIME).delete_session(sessionId=number, **where.params)
    except ServiceError as error:
        raise _absent(error, where, number) from None


def doing(operation: str, number: str) -> Step:
    """What OPERATION on the conversation NUMBER would call."""
    return step(f"{RUNTIME}:{operation}", number)


def _absent(error: ServiceError, where: Place, number: str) -> Exception:
    if error.code != GONE:
        return error
    return InputError(
        f"{where.bot_name} has no session `{number}`", hint="it may have ended: sessions do so after some idle minutes"
    )


def _value(text: str) -> dict[str, Any]:
    values: Sequence[str] = [text]
    return {"value": {"originalValue": text, "interpretedValue": text, "resolvedValues": list(values)}}
