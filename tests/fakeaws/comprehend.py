"""Amazon Comprehend: what it finds is computed from the text, so that a test can say what must come out.

Names are `John|Jane|Ann|Bob` with a capitalised word behind them, places are `Paris|Berlin|Seattle`, phones `555-0100`; `good`, `great` and
`love` are positive, `bad`, `awful` and `hate` negative, `idiot` and `stupid` insults. Offsets are code points. The results of a batch come
in the opposite order, as AWS promises none; `faulty` maps a text to how often it comes back in the `ErrorList`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from fakeaws import limits
from fakeaws.comprehend_custom import Custom
from fakeaws.comprehend_jobs import Jobs
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.translate import language_of

NAME = r"(?:John|Jane|Ann|Bob) [A-Z][a-z]+"
_PII = {
    "EMAIL": r"[\w.]+@[\w.]+\.[a-z]{2,}",
    "NAME": NAME,
    "PHONE": r"\b\d{3}-\d{4}\b",
    "SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "ADDRESS": r"\b\d+ [A-Z][a-z]+ (?:Street|Road)(?:\n[A-Z]{2} \d{5})?",
}
_ENTITIES = {"PERSON": NAME, "LOCATION": r"\b(?:Paris|Berlin|Seattle)\b", "DATE": r"\b(?:19|20)\d\d\b"}
_GOOD = r"\b(?:good|great|love)\b"
_BAD = r"\b(?:bad|awful|hate)\b"
_TOXIC = {"INSULT": r"\b(?:idiot|stupid)\b", "VIOLENCE_OR_THREAT": r"\bkill\b", "PROFANITY": r"\bdamn\b"}
_LABELS = (
    "PROFANITY",
    "HATE_SPEECH",
    "INSULT",
    "GRAPHIC",
    "HARASSMENT_OR_ABUSE",
    "SEXUAL",
    "VIOLENCE_OR_THREAT",
)
SYNTAX_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
PII_LANGUAGES = ("en", "es")


class Comprehend(Custom):
    """Comprehend's operations, and its `jobs`. `faulty` and `unanswered` are for tests to fill."""

    name = "comprehend"

    def __init__(self, aws: FakeAws) -> None:
        super().__init__()
        self.aws = aws
        self.jobs = Jobs(aws, self)
        for name, method in self.jobs.methods():
            setattr(self, name, method)
        self.faulty: dict[str, int] = {}
        self.unanswered: set[str] = set()

    def refuse_first(self, operation: str, params: Mapping[str, Any]) -> None:
        """Refuse what AWS refuses by figures that its model does not have."""
        texts = params.get("TextList") or [s["Text"] for s in params.get("TextSegments", [])]
        if operation.startswith("Batch") and len(texts) > limits.COMPREHEND_BATCH_DOCUMENTS:
            raise AwsError("BatchSizeLimitExceededException", "The number of documents in the request exceeds 25.")
        if operation == "DetectToxicContent" and len(texts) > limits.COMPREHEND_TOXIC_SEGMENTS:
            raise AwsError("InvalidRequestException", "The number of text segments exceeds 10.")
        if (
            sum(len(text.encode()) for text in texts) > limits.COMPREHEND_TOXIC_BYTES
            and operation == "DetectToxicContent"
        ):
            raise AwsError("TextSizeLimitExceededException", "The text segments exceed 10 KB together.")
        limit = limits.COMPREHEND_BYTES.get(operation, limits.COMPREHEND_DOCUMENT_BYTES)
        for text in [*texts, *([params["Text"]] if "Text" in params else [])]:
            if len(text.encode()) > limit:
                raise AwsError(
                    "TextSizeLimitExceededException", f"Input text size exceeds limit. Max length is {limit} bytes"
                )
            if not text.strip():
                raise AwsError("InvalidRequestException", "Text is empty.")

    def detect_sentiment(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Weigh the good words against the bad ones."""
        return sentiment(params["Text"])

    def detect_dominant_language(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Name the language, and a second one."""
        return dominant(params["Text"])

    def detect_entities(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find names, places and years."""
        return {"Entities": found(_ENTITIES, params["Text"])}

    def detect_key_phrases(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find an article with the word behind it."""
        return {"KeyPhrases": [_without_type(one) for one in found({"": r"\b(?:[Tt]he|[Aa]n?) \w+"}, params["Text"])]}

    def detect_syntax(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Cut into words and marks."""
        _only(params, SYNTAX_LANGUAGES)
        return syntax(params["Text"])

    def detect_targeted_sentiment(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find names and places, each with the sentiment of the text."""
        return targeted(params["Text"])

    def detect_pii_entities(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find what is personal; AWS does not repeat the text."""
        _only(params, PII_LANGUAGES)
        return {"Entities": [{k: v for k, v in one.items() if k != "Text"} for one in found(_PII, params["Text"])]}

    def contains_pii_entities(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Name the kinds of what is personal."""
        _only(params, PII_LANGUAGES)
        kinds = {one["Type"]: one["Score"] for one in found(_PII, params["Text"])}
        return {"Labels": [{"Name": kind, "Score": score} for kind, score in kinds.items()]}

    def detect_toxic_content(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Judge each segment."""
        _only(params, ("en",))
        return {"ResultList": [toxicity(segment["Text"]) for segment in params["TextSegments"]]}

    def classify_document(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Sort into `sport` and `other`, by one word."""
        share = 0.9 if "ball" in params["Text"] else 0.2
        return {"Classes": [{"Name": "sport", "Score": share}, {"Name": "other", "Score": round(1 - share, 4)}]}

    def batch_detect_sentiment(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        return self._batch(params, sentiment)

    def batch_detect_dominant_language(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        return self._batch(params, dominant)

    def batch_detect_entities(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        return self._batch(params, lambda text: self.detect_entities({"Text": text}, call))

    def batch_detect_key_phrases(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        return self._batch(params, lambda text: self.detect_key_phrases({"Text": text}, call))

    def batch_detect_syntax(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        _only(params, SYNTAX_LANGUAGES)
        return self._batch(params, syntax)

    def batch_detect_targeted_sentiment(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Do it for many."""
        return self._batch(params, targeted)

    def _batch(self, params: Mapping[str, Any], one: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        results, errors = [], []
        for index, text in enumerate(params["TextList"]):
            if text in self.unanswered:
                continue
            if self.faulty.get(text, 0) > 0:
                self.faulty[text] -= 1
                errors.append({"Index": index, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "Try again."})
            else:
                results.append({"Index": index, **one(text)})
        return {"ResultList": results[::-1], "ErrorList": errors[::-1]}


def sentiment(text: str) -> dict[str, Any]:
    """Give Comprehend's answer about TEXT."""
    good, bad = bool(re.search(_GOOD, text)), bool(re.search(_BAD, text))
    kind = "MIXED" if good and bad else "POSITIVE" if good else "NEGATIVE" if bad else "NEUTRAL"
    score = {name.title(): 0.0125 for name in ("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED")} | {kind.title(): 0.9625}
    return {"Sentiment": kind, "SentimentScore": score}


def dominant(text: str) -> dict[str, Any]:
    """Give Comprehend's answer about the language of TEXT."""
    code = language_of(text)
    other = "fr" if code != "fr" else "en"
    return {"Languages": [{"LanguageCode": other, "Score": 0.0046}, {"LanguageCode": code, "Score": 0.9954}]}


def found(patterns: Mapping[str, str], text: str) -> list[dict[str, Any]]:
    """List what matches in TEXT, in the order of the text."""
    spans = [
        {"Type": kind, "Text": match[0], "Score": 0.99, "BeginOffset": match.start(), "EndOffset": match.end()}
        for kind, pattern in patterns.items()
        for match in re.finditer(pattern, text)
    ]
    return sorted(spans, key=lambda span: span["BeginOffset"])


def syntax(text: str) -> dict[str, Any]:
    """Give Comprehend's answer about the words of TEXT."""
    tokens = []
    for number, match in enumerate(re.finditer(r"\w+|[^\w\s]", text), 1):
        tag = "NOUN" if match[0][0].isalnum() else "PUNCT"
        place = {"BeginOffset": match.start(), "EndOffset": match.end()}
        tokens.append({"TokenId": number, "Text": match[0], **place, "PartOfSpeech": {"Tag": tag, "Score": 0.98}})
    return {"SyntaxTokens": tokens}


def targeted(text: str) -> dict[str, Any]:
    """Give Comprehend's answer about who is meant how in TEXT."""
    felt = sentiment(text)
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found({kind: _ENTITIES[kind] for kind in ("PERSON", "LOCATION")}, text):
        mention = {**one, "GroupScore": 1.0, "MentionSentiment": felt}
        groups.setdefault(one["Text"], []).append(mention)
    return {"Entities": [{"DescriptiveMentionIndex": [0], "Mentions": mentions} for mentions in groups.values()]}


def toxicity(text: str) -> dict[str, Any]:
    """Give Comprehend's judgement of one segment."""
    scores = {kind: 0.9 if re.search(_TOXIC.get(kind, r"(?!)"), text) else 0.01 for kind in _LABELS}
    return {
        "Labels": [{"Name": kind, "Score": score} for kind, score in scores.items()],
        "Toxicity": max(scores.values()),
    }


def _without_type(span: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in span.items() if name != "Type"}


def _only(params: Mapping[str, Any], languages: tuple[str, ...]) -> None:
    if params["LanguageCode"] not in languages:
        raise AwsError("UnsupportedLanguageException", f"Input language {params['LanguageCode']} is not supported.")
