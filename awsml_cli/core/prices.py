"""What a call costs, from AWS's public price lists: good enough to decide, not an invoice.

US East (N. Virginia), first tier, US dollars, read 2026-11; free tiers and discounts are not counted.
Sources: https://aws.amazon.com/transcribe/pricing/, /polly/pricing/, /translate/pricing/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TRANSCRIBE_MINUTE = 0.024
TRANSLATE_CHARACTER = 15.00 / 1_000_000
POLLY_CHARACTER = {
    "standard": 4.00 / 1_000_000,
    "neural": 16.00 / 1_000_000,
    "long-form": 100.00 / 1_000_000,
    "generative": 30.00 / 1_000_000,
}

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Charge:
    """So many units of something, and what they likely cost in US dollars."""

    count: float
    unit: str
    dollars: float

    def __str__(self) -> str:
        return f"{self.count:,.10g} {self.unit}, about {self.dollars:.6f} USD"


def charge(service: str, operation: str, params: Mapping[str, Any]) -> Charge | None:
    """What the call of OPERATION with PARAMS is billed for; None where it is free or not known beforehand."""
    if (service, operation) == ("translate", "TranslateText"):
        return translation(len(params["Text"]))
    if (service, operation) == ("polly", "SynthesizeSpeech"):
        text = params["Text"] if params.get("TextType") != "ssml" else _TAG.sub("", params["Text"])
        return speech(len(text), engine=params.get("Engine", "standard"))
    return None


def translation(characters: int) -> Charge:
    """Translating so many characters of source text."""
    return Charge(characters, "characters", characters * TRANSLATE_CHARACTER)


def speech(characters: int, *, engine: str) -> Charge:
    """Speaking so many billed characters with a voice of ENGINE."""
    return Charge(characters, "characters", characters * POLLY_CHARACTER.get(engine, POLLY_CHARACTER["standard"]))


def transcription(seconds: float) -> Charge:
    """Transcribing so many seconds of audio; a request is billed for at least 15 of them."""
    minutes = max(seconds, 15.0) / 60
    return Charge(round(minutes, 2), "minutes", minutes * TRANSCRIBE_MINUTE)
