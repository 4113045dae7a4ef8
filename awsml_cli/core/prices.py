"""What a call costs, from AWS's public price lists: good enough to decide, not an invoice.

US East (N. Virginia), first tier, US dollars, read 2026-11; free tiers and discounts are not counted.
Sources: https://aws.amazon.com/transcribe/pricing/, /polly/pricing/, /translate/pricing/, /comprehend/pricing/,
/comprehend/medical/pricing/, /textract/pricing/, /rekognition/pricing/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from awsml_cli.core.hourly import INSTANCES

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
LEX_TEXT_REQUEST = 0.00075  # https://aws.amazon.com/lex/pricing/
LEX_SPEECH_REQUEST = 0.004
# Amazon Braket, https://aws.amazon.com/braket/pricing/; devices say their own price of a shot or a minute
BRAKET_TASK = 0.30  # of each task of a QPU
BRAKET_MINUTE = {"sv1": 0.075, "dm1": 0.075, "tn1": 0.275}
BRAKET_LEAST_SECONDS = 3.0  # of one task of a simulator
# of a picture and an operation, https://aws.amazon.com/rekognition/pricing/; a model of one's own is paid by the hour
REKOGNITION_PICTURE = 0.001
REKOGNITION_PROPERTIES = 0.00075
REKOGNITION_VIDEO_MINUTE = 0.10  # of one analysis of stored video; as of 2025, to be looked at again
REKOGNITION_SEGMENTS_MINUTE = 0.05  # of shots, and again of technical cues
REKOGNITION_TRAINING_HOUR = 1.00  # of Custom Labels; as of 2025, to be looked at again
COMPREHEND_LEAST_UNITS = 3  # of one document
MEDICAL_LEAST_UNITS = 1

# https://aws.amazon.com/forecast/pricing/, as of 2024, to be looked at again: data points (series, steps and quantiles)
# by the thousand, each price up to so many of them
FORECAST_GIGABYTE = 0.088
FORECAST_TRAINING_HOUR = 0.24
FORECAST_POINTS = ((100_000, 2.00), (1_000_000, 0.80), (50_000_000, 0.20), (float("inf"), 0.02))

_READING = {"DetectDocumentText": "text", "AnalyzeDocument": "", "AnalyzeExpense": "expense", "AnalyzeID": "id"}
_LOOKING = frozenset(
    {"DetectLabels", "DetectFaces", "RecognizeCelebrities", "DetectModerationLabels", "DetectText", "CompareFaces"}
    | {"DetectProtectiveEquipment", "IndexFaces", "SearchFacesByImage", "SearchFaces", "SearchUsersByImage"}
    | {"SearchUsers"}
)
_TAG = re.compile(r"<[^>]*>")
# https://aws.amazon.com/personalize/pricing/; as of 2025, to be looked at again
PERSONALIZE_GIGABYTE = 0.05  # of data taken in
PERSONALIZE_TRAINING_HOUR = 0.24  # of AWS's own counting, which may be more than the hours that pass
PERSONALIZE_V2_INTERACTION = 0.002 / 1_000  # of a training with a recipe whose name ends in -v2
PERSONALIZE_RECOMMENDATION = 0.0556 / 1_000  # of one request at a campaign or recommender
PERSONALIZE_V2_RECOMMENDATION = 0.15 / 1_000
PERSONALIZE_TPS_HOUR = 0.20  # of a transaction a second that a campaign keeps ready, used or not
PERSONALIZE_BATCH = 0.067 / 1_000  # of one user or item in a batch job


# https://aws.amazon.com/codebuild/pricing/, Linux on x86, of each begun minute; read 2026-11, as of 2026-05
CODEBUILD_MINUTE = {"small": 0.005, "medium": 0.01, "large": 0.02}


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
    if (service, operation) == ("lexv2-runtime", "RecognizeText"):
        return conversation(1)
    if (service, operation) == ("lexv2-runtime", "RecognizeUtterance"):
        return conversation(1, speech=not str(params.get("requestContentType", "")).startswith("text/"))
    if service in ("comprehend", "comprehendmedical") and "EndpointArn" not in params:
        texts = params.get("TextList") or [part["Text"] for part in params.get("TextSegments", ())]
        return language(service, operation, [len(text) for text in texts or [params.get("Text", "")]])
    if service == "textract" and (kind := _READING.get(operation)) is not None:
        count = len(params.get("DocumentPages", ())) or 1
        return pages(count, kind, features=params.get("FeatureTypes", ()), adapted="AdaptersConfig" in params)
    if service == "rekognition" and operation in _LOOKING and "ProjectVersion" not in params:
        return pictures(1, features=params.get("Features", ()))
    return None


def pictures(count: int, *, features: Iterable[str] = ()) -> Charge:
    """Looking once at each of COUNT pictures; FEATURES are those of DetectLabels."""
    wanted = set(features) or {"GENERAL_LABELS"}
    price = (REKOGNITION_PICTURE if "GENERAL_LABELS" in wanted else 0.0) + (
        REKOGNITION_PROPERTIES if "IMAGE_PROPERTIES" in wanted else 0.0
    )
    return Charge(count, "pictures", count * price)


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


def conversation(turns: int, *, speech: bool = False) -> Charge:
    """So many TURNS with a bot, said in text or in SPEECH."""
    return Charge(turns, "requests", turns * (LEX_SPEECH_REQUEST if speech else LEX_TEXT_REQUEST))


def transcription(seconds: float, *, minute: float = TRANSCRIBE_MINUTE) -> Charge:
    """Transcribing so many seconds of audio at MINUTE dollars; a request is billed for at least 15 of them."""
    minutes = max(seconds, 15.0) / 60
    return Charge(round(minutes, 2), "minutes", minutes * minute)


def instances(kind: str | None, count: int, seconds: float) -> Charge | None:
    """COUNT machines of SageMaker's of this KIND for so many seconds; None where the price is not known."""
    hour = INSTANCES.get(kind or "")
    if hour is None:
        return None
    return Charge(round(count * seconds / 3600, 4), f"hours of {kind}", count * seconds / 3600 * hour)


def build_minutes(minutes: int, size: str) -> Charge:
    """So many begun MINUTES of a machine of CodeBuild's of this SIZE."""
    return Charge(minutes, f"minutes of {size}", minutes * CODEBUILD_MINUTE[size])


def transcription_at_once(seconds: float) -> Charge:
    """Transcribing so many seconds of audio with TranscribeAudio, which bills each second."""
    return Charge(round(seconds / 60, 2), "minutes", seconds / 60 * TRANSCRIBE_SYNC_MINUTE)


def quantum_task(shots: int, *, shot: float) -> Charge:
    """One task of so many shots on a QPU, whose SHOT has that price."""
    return Charge(shots, "shots", BRAKET_TASK + shots * shot)


def simulation(seconds: float, *, minute: float) -> Charge:
    """One task of a simulator that works so many seconds at MINUTE dollars; at least three are billed."""
    billed = max(seconds, BRAKET_LEAST_SECONDS)
    return Charge(round(billed, 3), "seconds", billed / 60 * minute)


def machines(seconds: float, *, hour: float, count: int = 1) -> Charge:
    """So many seconds of each of COUNT machines that cost HOUR dollars an hour; they are billed by the second."""
    return Charge(round(seconds * count, 3), "seconds", seconds * count / 3600 * hour)


def video(seconds: float, *, minute: float = REKOGNITION_VIDEO_MINUTE) -> Charge:
    """Analysing so many seconds of stored video at MINUTE dollars."""
    return Charge(round(seconds / 60, 2), "minutes", seconds / 60 * minute)


def forecast_points(count: int) -> Charge:
    """Forecasting COUNT data points: series, steps and quantiles multiplied; a begun thousand is a whole one."""
    thousands, dollars, below = -(-count // 1000), 0.0, 0.0
    for end, price in FORECAST_POINTS:
        dollars += max(0.0, min(thousands * 1000, end) - below) / 1000 * price
        below = end
    return Charge(count, "data points", dollars)


def forecast_import(size: int) -> Charge:
    """Taking in a table of SIZE bytes."""
    return Charge(round(size / 1e9, 6), "GB", size / 1e9 * FORECAST_GIGABYTE)
