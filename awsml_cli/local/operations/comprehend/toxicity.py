"""How toxic texts are, up to ten in a call: one score each.

An answer has no labels: the engine does not tell insults from threats or from hate.
"""

from __future__ import annotations

from awsml_cli.core import limits
from awsml_cli.local.engines.understand import toxicity
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by


def detect_toxic_content(params: Params, machine: Machine) -> Answer:
    """Judge each segment."""
    texts = [segment["Text"] for segment in params["TextSegments"]]
    _check(texts, params["LanguageCode"])
    results = [{"Labels": [], "Toxicity": toxicity.score(text, home=machine.home)} for text in texts]
    machine.warn("toxicity is one score of rude words here: its kind is not told, and hate in decent words is missed")
    engine = toxicity.DECLARATION
    return made_by({"ResultList": results}, engine=engine.label(), quality=engine.quality, machine=machine)


OPERATIONS: dict[str, Operation] = {"DetectToxicContent": detect_toxic_content}


def _check(texts: list[str], language: str) -> None:
    """Raise Refused for what AWS refuses: https://docs.aws.amazon.com/comprehend/latest/dg/trust-safety.html"""
    if language not in limits.COMPREHEND_TOXIC_LANGUAGES:
        raise Refused("UnsupportedLanguageException", f"The language {language} is not supported.")
    if len(texts) > limits.COMPREHEND_TOXIC_SEGMENTS:
        raise Refused("InvalidRequestException", f"More than {limits.COMPREHEND_TOXIC_SEGMENTS} text segments.")
    if not all(text.strip() for text in texts):
        raise Refused("InvalidRequestException", "Input text is empty.")
    longest = max(len(text.encode()) for text in texts)
    if longest > limits.COMPREHEND_TOXIC_SEGMENT_BYTES:
        raise Refused(
            "TextSizeLimitExceededException",
            f"Input text size exceeds limit. Max length of a text segment is {limits.COMPREHEND_TOXIC_SEGMENT_BYTES} "
            f"bytes while in this request the text size is {longest} bytes",
        )
