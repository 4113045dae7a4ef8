"""A conversation, turn by turn: an intent is found, its slots are asked for in their order, confirmed, closed.

No Lambda function is called: an intent with all it needs is ready for fulfillment, and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.formats.bots import Intent, Message, Slot
from awsml_cli.local.engines.converse import values
from awsml_cli.local.engines.converse.match import Guess, Matcher, best_of
from awsml_cli.local.engines.converse.values import Value

_YES: Final = frozenset(
    (
        *("yes", "y", "yeah", "yep", "sure", "ok", "okay", "correct", "right", "certainly", "please"),
        *("si", "sí", "claro", "oui", "ja", "sim", "はい", "네", "是", "हाँ"),
    )
)
_NO: Final = frozenset(
    (
        *("no", "n", "nope", "nah", "not", "cancel", "stop", "don't"),
        *("non", "nein", "nee", "não", "nao", "いいえ", "아니요", "不", "नहीं"),
    )
)
_SWITCH: Final = 0.6  # how likely another intent must be to be meant by what is no value of the slot asked for
_SURE: Final = 0.9  # and by what could be one, where any words can


@dataclass
class Standing:
    """Where a conversation stands; `slots` are in AWS's form, `tries` counts what was said in vain."""

    intent: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    state: str = "InProgress"
    confirmation: str = "None"
    action: str = "ElicitIntent"
    elicits: str | None = None
    tries: int = 0
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> str | None:
        """What the bot has asked for, if it has."""
        return self.action if self.intent and self.state == "InProgress" else None


@dataclass(frozen=True)
class Said:
    """What the bot says in a turn; GUESSES are what was thought of, where an intent was in question."""

    messages: list[Message]
    guesses: Sequence[Guess] = ()


def turn(matcher: Matcher, now: Standing, text: str) -> Said:
    """What the bot says to TEXT; NOW is where the conversation stands, and is moved on."""
    intents = {intent.name: intent for intent in matcher.locale.intents}
    current = intents.get(now.intent or "")
    if current is not None and now.waiting == "ElicitSlot":
        slot = next((one for one in current.slots if one.name == now.elicits), None)
        if slot is not None:
            return _answered(matcher, now, current, slot, text)
    if current is not None and now.waiting == "ConfirmIntent":
        return _confirmed(matcher, now, current, text)
    return _begun(matcher, now, text)


def value_of(value: Value) -> dict[str, Any]:
    """VALUE in AWS's form."""
    told = {"originalValue": value.original, "interpretedValue": value.interpreted}
    return {"shape": "Scalar", "value": {**told, "resolvedValues": [value.interpreted]}}


def _begun(matcher: Matcher, now: Standing, text: str) -> Said:
    guesses = matcher.guesses(text)
    guess = best_of(guesses, matcher.locale.threshold)
    if guess is None:
        return Said(_fallen_back(matcher, now), guesses)
    return Said(_turned(now, guess), guesses)


def _turned(now: Standing, guess: Guess) -> list[Message]:
    """Turn to the intent of GUESS."""
    now.intent, now.state, now.confirmation, now.tries = guess.intent.name, "InProgress", "None", 0
    now.slots = {name: value_of(value) for name, value in guess.slots.items()}
    return _next(now, guess.intent)


def _answered(matcher: Matcher, now: Standing, intent: Intent, slot: Slot, text: str) -> Said:
    value = _value(matcher, slot, text)
    free = value is not None and value.original == text.strip() and slot.type not in ("AMAZON.FreeFormInput",)
    guesses = matcher.guesses(text)
    other = best_of((one for one in guesses if one.intent is not intent), _SURE if free else _SWITCH)
    known = next(values.found(slot.type, text, matcher.locale.types), None) is not None
    if other is not None and not known and slot.type != "AMAZON.FreeFormInput":
        return Said(_turned(now, other), guesses)
    if value is None:
        now.tries += 1
        if now.tries > slot.retries:
            return Said(_fallen_back(matcher, now), guesses)
        return Said(_filled(slot.prompt, now))
    more = {name: found for name, found in matcher.slots(intent, text).items() if name not in now.slots}
    now.slots |= {name: value_of(found) for name, found in more.items() if name != slot.name and known}
    now.slots[slot.name] = value_of(value)
    now.tries = 0
    return Said(_next(now, intent))


def _value(matcher: Matcher, slot: Slot, text: str) -> Value | None:
    language = matcher.locale.id[:2]
    for sample in slot.samples:
        parts = sample.split(f"{{{slot.name}}}")
        if len(parts) != 2:
            continue
        match = re.fullmatch("(.+)".join(re.escape(part.strip()) + r"\s*" for part in parts), text, re.IGNORECASE)
        if match:
            return values.answer(slot.type, match[1], matcher.locale.types, language=language)
    return values.answer(slot.type, text, matcher.locale.types, language=language)


def _confirmed(matcher: Matcher, now: Standing, intent: Intent, text: str) -> Said:
    words = set(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold()))
    yes, no = bool(words & _YES), bool(words & _NO)
    if yes != no:
        now.confirmation = "Confirmed" if yes else "Denied"
        if yes:
            return Said(_closed(now, intent))
        now.action, now.elicits, now.state = "Close", None, "Failed"
        return Said(_filled(intent.declination, now))
    guesses = matcher.guesses(text)
    other = best_of((one for one in guesses if one.intent is not intent), _SWITCH)
    if other is not None:
        return Said(_turned(now, other), guesses)
    corrected = matcher.slots(intent, text)
    if corrected:
        now.slots |= {name: value_of(value) for name, value in corrected.items()}
        return Said(_next(now, intent))
    now.tries += 1
    if now.tries > intent.retries:
        return Said(_fallen_back(matcher, now), guesses)
    return Said(_filled(intent.confirmation, now))


def _next(now: Standing, intent: Intent) -> list[Message]:
    """Ask for what is still wanted, or end."""
    for slot in intent.slots:
        if slot.name not in now.slots and slot.default is not None:
            now.slots[slot.name] = value_of(Value(0, 0, slot.default, slot.default))
    wanted = next((slot for slot in intent.slots if slot.required and slot.name not in now.slots), None)
    if wanted is not None:
        now.action, now.elicits = "ElicitSlot", wanted.name
        return _filled(wanted.prompt, now)
    if intent.confirmation and now.confirmation == "None":
        now.action, now.elicits = "ConfirmIntent", None
        return _filled(intent.confirmation, now)
    return _closed(now, intent)


def _closed(now: Standing, intent: Intent) -> list[Message]:
    now.action, now.elicits, now.state = "Close", None, "ReadyForFulfillment"
    return _filled(intent.closing, now)


def _fallen_back(matcher: Matcher, now: Standing) -> list[Message]:
    fallback = matcher.locale.fallback
    if fallback is None:
        now.intent, now.slots, now.action, now.elicits, now.tries = None, {}, "ElicitIntent", None, 0
        return []
    now.intent, now.slots, now.confirmation, now.tries = fallback.name, {}, "None", 0
    return _closed(now, fallback)


def _filled(messages: Iterable[Message], now: Standing) -> list[Message]:
    """MESSAGES with the values of slots in their places."""
    return [_with_values(message, now.slots) for message in messages]


def _with_values(message: Any, slots: Mapping[str, Any]) -> Any:
    if isinstance(message, dict):
        return {name: _with_values(part, slots) for name, part in message.items()}
    if isinstance(message, list):
        return [_with_values(part, slots) for part in message]
    if isinstance(message, str):
        for name, slot in slots.items():
            message = message.replace(f"{{{name}}}", str(slot["value"]["interpretedValue"]))
    return message
