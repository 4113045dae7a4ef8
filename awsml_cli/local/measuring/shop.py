"""A shop's bot of four intents, what its customers say in words of their own, and what is none of its business."""

from __future__ import annotations

import json
from typing import Any, Final

from awsml_cli.formats import bots

SHOP: Final = {
    "Order": [
        "I want to buy a phone",
        "order a new phone",
        "I would like to order something",
        "buy {Product}",
        "can I order {Product}",
    ],
    "Track": [
        "where is my order",
        "track my parcel",
        "when will my package arrive",
        "has my order been shipped",
        "delivery status",
    ],
    "Cancel": [
        "cancel my order",
        "I do not want it any more",
        "stop the order",
        "please cancel the purchase",
        "I changed my mind",
    ],
    "Hours": [
        "when are you open",
        "what are your opening hours",
        "are you open on Sunday",
        "when do you close",
        "until when can I come",
    ],
}
IN_OTHER_WORDS: Final = [
    ("I'd like to buy a tablet", "Order"), ("could I order a laptop please", "Order"), ("I need a new phone", "Order"),
    ("purchase headphones", "Order"), ("get me a phone", "Order"), ("I want to order", "Order"),
    ("where's my package", "Track"), ("has my parcel been shipped yet", "Track"), ("track order", "Track"),
    ("when does my delivery arrive", "Track"), ("is it on its way", "Track"),
    ("what is the status of my delivery", "Track"),
    ("I want to cancel", "Cancel"), ("please stop my order", "Cancel"), ("I don't want the phone any more", "Cancel"),
    ("cancel it", "Cancel"), ("forget about the purchase", "Cancel"), ("I've changed my mind", "Cancel"),
    ("are you open today", "Hours"), ("what time do you close", "Hours"), ("opening times", "Hours"),
    ("when can I visit the shop", "Hours"), ("do you open on Saturdays", "Hours"), ("how late are you open", "Hours"),
]  # fmt: skip
ABOUT_OTHER_THINGS: Final = [
    "tell me a joke", "what is the capital of France", "sing a song", "how old are you",
    "the weather is nice today", "do you like cats",
]  # fmt: skip


def shop() -> bots.Locale:
    """A locale of four intents."""
    files: dict[str, Any] = {"Shop/BotLocales/en_US/BotLocale.json": {"name": "English (US)"}}
    for name, samples in SHOP.items():
        intent = {"name": name, "sampleUtterances": [{"utterance": one} for one in samples]}
        files[f"Shop/BotLocales/en_US/Intents/{name}/Intent.json"] = intent
    product = {"name": "Product", "slotTypeName": "Products", "slotConstraint": "Optional"}
    files["Shop/BotLocales/en_US/Intents/Order/Slots/Product/Slot.json"] = product
    known = [{"sampleValue": {"value": one}} for one in ("phone", "tablet", "laptop", "headphones")]
    files["Shop/BotLocales/en_US/SlotTypes/Products/SlotType.json"] = {"name": "Products", "slotTypeValues": known}
    packed = {path: json.dumps(content).encode() for path, content in files.items()}
    return bots.read("Shop", packed).locales["en_US"]
