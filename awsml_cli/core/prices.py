"""What a call costs, from AWS's public price lists: good enough to decide, not an invoice.

US East (N. Virginia), first tier, US dollars, read 2026-11; free tiers and discounts are not counted.
Sources: https://aws.amazon.com/transcribe/pricing/, /polly/pricing/, /translate/pricing/, /comprehend/pricing/,
/comprehend/medical/pricing/, /textract/pricing/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TRANSCRIBE_MINUTE = 0.024
# https://aws.amazon.com/transcribe/pricing/, the first tier in us-east-1; as of 2025, to be looked at again
TRANSCRIBE_CALL_MINUTE = 0.030
TRANSCRIBE_MEDICAL_MINUTE = 0.075
TRANSCRIBE_SCRIBE_MINUTE = 0.10
TRANSCRIBE_SYNC_MINUTE = 0.0070
TRANSLATE_CHARACTER = 15.00 / 1_000_000
TRANSLATE_WORD_CHARACTER = 30.00 / 1_000_000
POLLY_CHARACTER = {
    "standard": 4.00 / 1_000_000,
    "neural": 16.00 / 1_000_000,
    "long-form": 100.00 / 1_000_000,
    "generative": 30.00 / 1_000_000,
}

# a unit is 100 characters of one document
COMPREHEND_UNIT = {
    "DetectSentiment": 0.0001,
    "DetectTargetedSentiment": 0.0001,
    "DetectEntities": 0.0001,
    "DetectKeyPhrases": 0.0001,
    "DetectDominantLanguage": 0.0001,
    "DetectSyntax": 0.00005,
    "DetectPiiEntities": 0.0001,
    "ContainsPiiEntities": 0.000002,
    "DetectToxicContent": 0.0001,
}
MEDICAL_UNIT = {
    "DetectEntitiesV2": 0.01,
    "DetectPHI": 0.0014,
    "InferICD10CM": 0.0005,
    "InferRxNorm": 0.00025,
    "InferSNOMEDCT": 0.0005,
}
# of a page; layout and signatures cost nothing beside another feature, queries less beside tables or forms
TEXTRACT_PAGE = {"text": 0.0015, "expense": 0.01, "id": 0.025, "lending": 0.07}
TEXTRACT_FEATURE = {"FORMS": 0.05, "TABLES": 0.015, "QUERIES": 0.015, "LAYOUT": 0.004, "SIGNATURES": 0.0035}
TEXTRACT_QUERIES_BESIDE = 0.005
TEXTRACT_ADAPTER = 0.025
COMPREHEND_LEAST_UNITS = 3  # of one document
MEDICAL_LEAST_UNITS = 1

_READING = {"DetectDocumentText": "text", "AnalyzeDocument": "", "AnalyzeExpense": "expense", "AnalyzeID": "id"}
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
    if service in ("comprehend", "comprehendmedical") and "EndpointArn" not in params:
        texts = params.get("TextList") or [part["Text"] for part in params.get("TextSegments", ())]
        return language(service, operation, [len(text) for text in texts or [params.get("Text", "")]])
    if service == "textract" and (kind := _READING.get(operation)) is not None:
        count = len(params.get("DocumentPages", ())) or 1
        return pages(count, kind, features=params.get("FeatureTypes", ()), adapted="AdaptersConfig" in params)
    return None


def pages(count: int, kind: str, *, features: Iterable[str] = (), adapted: bool = False) -> Charge:
    """Reading COUNT pages as KIND (`text`, `expense`, `id`, `lending`), or with FEATURES of AnalyzeDocument."""
    wanted = set(features)
    paid = wanted & {"FORMS", "TABLES"}
    price = sum(TEXTRACT_FEATURE[feature] for feature in paid)
    if "QUERIES" in wanted:
        alone = TEXTRACT_ADAPTER if adapted else TEXTRACT_FEATURE["QUERIES"]
        price += TEXTRACT_QUERIES_BESIDE if paid and not adapted else alone
    if not price:
        price = max((TEXTRACT_FEATURE.get(feature, 0.0) for feature in wanted), default=TEXTRACT_PAGE.get(kind, 0.0))
    return Charge(count, "pages", count * price)


def translation(characters: int, *, word_file: bool = False) -> Charge:
    """Translating so many characters of source text; as a WORD_FILE, in one request, they are dearer."""
    price = TRANSLATE_WORD_CHARACTER if word_file else TRANSLATE_CHARACTER
    return Charge(characters, "characters", characters * price)


def speech(characters: int, *, engine: str) -> Charge:
    """Speaking so many billed characters with a voice of ENGINE."""
    return Charge(characters, "characters", characters * POLLY_CHARACTER.get(engine, POLLY_CHARACTER["standard"]))


def language(service: str, operation: str, characters: Iterable[int]) -> Charge | None:
    """Looking with OPERATION at documents of so many characters each; None for an operation without a price."""
    medical = service == "comprehendmedical"
    price = (MEDICAL_UNIT if medical else COMPREHEND_UNIT).get(operation.removeprefix("Batch"))
    if price is None:
        return None
    least = MEDICAL_LEAST_UNITS if medical else COMPREHEND_LEAST_UNITS
    units = sum(max(least, -(-count // 100)) for count in characters)
    return Charge(units, "units of 100 characters", units * price)


def transcription(seconds: float, *, minute: float = TRANSCRIBE_MINUTE) -> Charge:
    """Transcribing so many seconds of audio at MINUTE dollars; a request is billed for at least 15 of them."""
    minutes = max(seconds, 15.0) / 60
    return Charge(round(minutes, 2), "minutes", minutes * minute)


def transcription_at_once(seconds: float) -> Charge:
    """Transcribing so many seconds of audio with TranscribeAudio, which bills each second."""
    return Charge(round(seconds / 60, 2), "minutes", seconds / 60 * TRANSCRIBE_SYNC_MINUTE)
