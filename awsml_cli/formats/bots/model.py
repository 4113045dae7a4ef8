"""What stands in a bot's files: locales with intents, slots in their order, and types of slots.

The names of members differ between AWS's own pages and what it exports (`messageGroupList`, `messageGroupsList`,
`messageGroups` …), so each is looked for in all of its spellings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.errors import InputError

FALLBACK: Final = "AMAZON.FallbackIntent"
_GROUPS: Final = ("messageGroupList", "messageGroupsList", "messageGroups")
_PROMPT: Final = ("promptSpecification", "confirmationPrompt")
_ELICITATION: Final = ("slotValueElicitationSetting", "valueElicitationSetting")
_SAMPLES: Final = ("sampleValueElicitingUtterances", "sampleUtterances")
_DEFAULTS: Final = ("defaultValueSpec", "defaultValueSpecification")
_KINDS: Final = {"plainTextMessage": "PlainText", "ssmlMessage": "SSML", "customPayload": "CustomPayload"}
_RETRIES: Final = 2

Message = dict[str, Any]


@dataclass(frozen=True)
class Slot:
    """A slot: TYPE is the name of its type; PROMPT is said to ask for it, RETRIES times again."""

    name: str
    type: str
    required: bool
    prompt: tuple[Message, ...]
    retries: int
    samples: tuple[str, ...]
    default: str | None


@dataclass(frozen=True)
class Intent:
    """An intent: SLOTS in the order in which they are asked for. The messages have the form that the runtime gives."""

    name: str
    parent: str | None
    samples: tuple[str, ...]
    slots: tuple[Slot, ...]
    confirmation: tuple[Message, ...]
    retries: int
    declination: tuple[Message, ...]
    closing: tuple[Message, ...]
    hooked: bool

    @property
    def fallback(self) -> bool:
        """Whether it stands for what is none of the others."""
        return self.parent == FALLBACK


@dataclass(frozen=True)
class SlotType:
    """A type of slots: VALUES with what else means them; only those, where CLOSED."""

    name: str
    values: Mapping[str, tuple[str, ...]]
    closed: bool
    pattern: str | None


@dataclass(frozen=True)
class Locale:
    """A locale: an intent must be at least so likely as THRESHOLD to be meant."""

    id: str
    name: str
    threshold: float
    intents: tuple[Intent, ...]
    types: Mapping[str, SlotType]

    @property
    def fallback(self) -> Intent | None:
        """The intent for what is none of the others."""
        return next((intent for intent in self.intents if intent.fallback), None)


@dataclass(frozen=True)
class Bot:
    """A bot."""

    name: str
    locales: Mapping[str, Locale]


def read(name: str, files: Mapping[str, bytes]) -> Bot:
    """The bot NAME in FILES, by their paths. Raises InputError where they do not make sense."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for path, data in files.items():
        if match := re.fullmatch(r"[^/]+/BotLocales/([^/]+)/(.+\.json)", path):
            found.setdefault(match[1], {})[match[2]] = json.loads(data)
    return Bot(name, {locale: _locale(locale, contents) for locale, contents in found.items()})


def _locale(name: str, files: Mapping[str, dict[str, Any]]) -> Locale:
    about = files.get("BotLocale.json", {})
    threshold = about.get("nluConfidenceThreshold", about.get("nluIntentConfidenceThreshold"))
    return Locale(
        id=name,
        name=str(about.get("name") or name),
        threshold=0.4 if threshold is None else float(threshold),
        intents=tuple(
            _intent(content, files, path.rpartition("/")[0])
            for path, content in sorted(files.items())
            if re.fullmatch(r"Intents/[^/]+/Intent\.json", path)
        ),
        types={
            one.name: one
            for path, content in files.items()
            if re.fullmatch(r"SlotTypes/[^/]+/SlotType\.json", path)
            for one in [_type(content)]
        },
    )


def _intent(content: Mapping[str, Any], files: Mapping[str, dict[str, Any]], folder: str) -> Intent:
    name = str(content.get("name") or folder.rpartition("/")[2])
    slots = {
        slot.name: slot
        for path, one in files.items()
        if re.fullmatch(re.escape(folder) + r"/Slots/[^/]+/Slot\.json", path)
        for slot in [_slot(one)]
    }
    order = sorted(content.get("slotPriorities") or (), key=lambda one: one.get("priority", 0))
    names = [one["slotName"] for one in order]
    if unknown := [one for one in names if one not in slots]:
        raise InputError(f"the intent {name} asks for a slot that it has not: {unknown[0]}")
    confirmation = content.get("intentConfirmationSetting") or {}
    prompt = _first(confirmation, _PROMPT) or {}
    closing = content.get("intentClosingSetting") or {}
    return Intent(
        name=name,
        parent=content.get("parentIntentSignature"),
        samples=_samples(content, ("sampleUtterances",)),
        slots=tuple(slots[one] for one in [*names, *sorted(slots.keys() - set(names))]),
        confirmation=tuple(_messages(prompt)),
        retries=_retries(prompt),
        declination=tuple(_messages(confirmation.get("declinationResponse"))),
        closing=tuple(_messages(closing.get("closingResponse"))),
        hooked=any(bool((content.get(one) or {}).get("enabled")) for one in ("dialogCodeHook", "fulfillmentCodeHook")),
    )


def _slot(content: Mapping[str, Any]) -> Slot:
    how = _first(content, _ELICITATION) or {}
    prompt = _first(how, _PROMPT) or {}
    defaults = _first(content, _DEFAULTS) or _first(how, _DEFAULTS) or {}
    values = defaults.get("defaultValueList") or ()
    return Slot(
        name=str(content["name"]),
        type=str(content.get("slotTypeName") or ""),
        required=(content.get("slotConstraint") or how.get("slotConstraint") or "Optional") == "Required",
        prompt=tuple(_messages(prompt)),
        retries=_retries(prompt),
        samples=_samples(how, _SAMPLES),
        default=next((str(one["defaultValue"]) for one in values if "defaultValue" in one), None),
    )


def _type(content: Mapping[str, Any]) -> SlotType:
    setting = content.get("valueSelectionSetting") or {}
    values = {
        str(one["sampleValue"]["value"]): tuple(str(other["value"]) for other in one.get("synonyms") or ())
        for one in content.get("slotTypeValues") or ()
    }
    strategy = str(setting.get("resolutionStrategy") or "").replace("_", "").lower()
    pattern = (setting.get("regexFilter") or {}).get("pattern")
    return SlotType(str(content["name"]), values, strategy == "topresolution", pattern)


def _samples(content: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(one["utterance"]) for one in _first(content, names) or () if one.get("utterance"))


def _messages(part: Mapping[str, Any] | None) -> Iterator[Message]:
    """The first variation of each group of messages."""
    for group in _first(part or {}, _GROUPS) or ():
        message = group.get("message") or {}
        card = message.get("imageResponseCard")
        if card:
            told = {name: value for name, value in card.items() if value is not None}
            yield {"contentType": "ImageResponseCard", "imageResponseCard": told}
        for name, kind in _KINDS.items():
            if message.get(name):
                yield {"contentType": kind, "content": str(message[name]["value"])}


def _retries(prompt: Mapping[str, Any]) -> int:
    found = prompt.get("maxRetries")
    return _RETRIES if found is None else int(found)


def _first(content: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((content[name] for name in names if content.get(name)), None)
