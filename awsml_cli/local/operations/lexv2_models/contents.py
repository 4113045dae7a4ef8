"""What is in a locale: intents, slots, types of slots."""

from __future__ import annotations

from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.lexv2_models.kept import absent, bot_of, ident, locale_of


def list_intents(params: Params, machine: Machine) -> Answer:
    """The intents of a locale, on one page."""
    locale = locale_of(params, bot_of(params, machine), machine)
    found = [
        {"intentId": ident("intent", intent.name), "intentName": intent.name}
        | ({"parentIntentSignature": intent.parent} if intent.parent else {})
        for intent in locale.intents
    ]
    return {"intentSummaries": found}


def list_slots(params: Params, machine: Machine) -> Answer:
    """The slots of an intent, on one page."""
    locale = locale_of(params, bot_of(params, machine), machine)
    for intent in locale.intents:
        if ident("intent", intent.name) == params["intentId"]:
            return {
                "slotSummaries": [
                    {
                        **{"slotId": ident("slot", intent.name, slot.name), "slotName": slot.name},
                        "slotConstraint": "Required" if slot.required else "Optional",
                        "slotTypeId": slot.type if "." in slot.type else ident("type", slot.type),
                    }
                    for slot in intent.slots
                ]
            }
    raise absent("intent", params["intentId"])


def list_slot_types(params: Params, machine: Machine) -> Answer:
    """The types of slots of a locale, on one page."""
    locale = locale_of(params, bot_of(params, machine), machine)
    found = [
        {"slotTypeId": ident("type", name), "slotTypeName": name, "slotTypeCategory": "Custom"} for name in locale.types
    ]
    return {"slotTypeSummaries": found}


OPERATIONS: dict[str, Operation] = {
    "ListIntents": list_intents,
    "ListSlots": list_slots,
    "ListSlotTypes": list_slot_types,
}
