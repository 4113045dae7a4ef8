"""Comprehend's questions about one text, and about 25: its language, how it feels, what it names, what is private."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import identify, understand
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.understand.words import Found
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by

# the engine's labels in Comprehend's words: https://docs.aws.amazon.com/comprehend/latest/dg/how-entities.html
_ENTITIES: Final = {
    "PERSON": "PERSON", "ORG": "ORGANIZATION", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "DATE": "DATE",
    "TIME": "DATE", "PRODUCT": "COMMERCIAL_ITEM", "EVENT": "EVENT", "WORK_OF_ART": "TITLE", "MONEY": "QUANTITY",
    "PERCENT": "QUANTITY", "QUANTITY": "QUANTITY", "CARDINAL": "QUANTITY", "ORDINAL": "QUANTITY",
}  # fmt: skip
# https://docs.aws.amazon.com/comprehend/latest/dg/how-pii.html
PRIVATE: Final = {
    "PERSON": "NAME", "LOCATION": "ADDRESS", "ADDRESS": "ADDRESS", "DATE_TIME": "DATE_TIME", "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE", "URL": "URL", "IP_ADDRESS": "IP_ADDRESS", "MAC_ADDRESS": "MAC_ADDRESS",
    "CREDIT_CARD": "CREDIT_DEBIT_NUMBER", "IBAN_CODE": "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "US_SSN": "SSN",
    "US_PASSPORT": "PASSPORT_NUMBER", "US_DRIVER_LICENSE": "DRIVER_ID", "US_BANK_NUMBER": "BANK_ACCOUNT_NUMBER",
    "ABA_ROUTING_NUMBER": "BANK_ROUTING", "US_ITIN": "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
    "UK_NHS": "UK_NATIONAL_HEALTH_SERVICE_NUMBER", "IN_AADHAAR": "IN_AADHAAR", "IN_PAN": "IN_PERMANENT_ACCOUNT_NUMBER",
    "AWS_ACCESS_KEY": "AWS_ACCESS_KEY", "AWS_SECRET_KEY": "AWS_SECRET_KEY",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What can be asked about a text in one of the engine's languages, of at most LIMIT bytes of UTF-8."""

    name: str
    engine: Declaration
    limit: int
    ask: Callable[[str, Machine], Answer]

    def answer(self, text: str, language: str | None, machine: Machine) -> Answer:
        """What the engine says. Raises Refused as AWS does, ConfigError for a language that it does not know."""
        if not text.strip():
            raise Refused("InvalidRequestException", "Input text is empty.")
        if len(text.encode()) > self.limit:
            raise Refused(
                "TextSizeLimitExceededException",
                f"Input text size exceeds limit. Max length of request text allowed is {self.limit} bytes while in "
                f"this request the text size is {len(text.encode())} bytes",
            )
        self.check(language)
        return self.ask(text, machine)

    def check(self, language: str | None) -> None:
        """Raise ConfigError for a LANGUAGE that the engine does not know."""
        if language is not None and self.engine.languages != ("*",) and language not in self.engine.languages:
            raise ConfigError(
                f"no engine on this machine can do comprehend {self.name} in {language}",
                hint=f"{self.engine.name} knows {', '.join(self.engine.languages)} alone; leave out --local",
            )


def _languages(text: str, machine: Machine) -> Answer:
    code, score = identify.language(text, home=machine.home)
    return {"Languages": [{"LanguageCode": code, "Score": score}] if code else []}


def _sentiment(text: str, machine: Machine) -> Answer:
    felt = understand.sentiment.feel(text, home=machine.home)
    scores = {"Positive": felt.positive, "Negative": felt.negative, "Neutral": felt.neutral, "Mixed": 0.0}
    return {"Sentiment": max(scores, key=lambda name: scores[name]).upper(), "SentimentScore": scores}


def _entities(text: str, machine: Machine) -> Answer:
    found = understand.words.names(text, home=machine.home)
    return {"Entities": [_span(one, text, Type=_ENTITIES.get(one.label, "OTHER")) for one in found]}


def _phrases(text: str, machine: Machine) -> Answer:
    return {"KeyPhrases": [_span(one, text) for one in understand.words.phrases(text, home=machine.home)]}


def _syntax(text: str, machine: Machine) -> Answer:
    tokens = []
    for number, one in enumerate(understand.words.tokens(text, home=machine.home), 1):
        tag = {"Tag": "O" if one.label in ("X", "") else one.label, "Score": one.score}
        token = {"TokenId": number, "Text": text[one.begin : one.end], "PartOfSpeech": tag}
        tokens.append({**token, "BeginOffset": one.begin, "EndOffset": one.end})
    return {"SyntaxTokens": tokens}


def _private(text: str, machine: Machine) -> Answer:
    return {"Entities": [_span(one, None, Type=kind) for kind, one in _kinds(text, machine)]}


def _contains(text: str, machine: Machine) -> Answer:
    best: dict[str, float] = {}
    for kind, one in _kinds(text, machine):
        best[kind] = max(best.get(kind, 0.0), one.score or 0.0)
    return {"Labels": [{"Name": kind, "Score": score} for kind, score in best.items()]}


def _kinds(text: str, machine: Machine) -> Iterable[tuple[str, Found]]:
    found = understand.private.find(text, home=machine.home)
    return [(PRIVATE[one.label], one) for one in found if one.label in PRIVATE]


def _span(one: Found, text: str | None, **more: Any) -> dict[str, Any]:
    told = {"Score": one.score, "Text": None if text is None else text[one.begin : one.end]}
    known = {name: value for name, value in told.items() if value is not None}
    return {**more, **known, "BeginOffset": one.begin, "EndOffset": one.end}


_LONG: Final = limits.COMPREHEND_LONG_DOCUMENT_BYTES
_SHORT: Final = limits.COMPREHEND_DOCUMENT_BYTES
QUESTIONS: Final = (
    Question("DetectDominantLanguage", identify.DECLARATION, _LONG, _languages),
    Question("DetectSentiment", understand.sentiment.DECLARATION, _SHORT, _sentiment),
    Question("DetectEntities", understand.words.DECLARATION, _LONG, _entities),
    Question("DetectKeyPhrases", understand.words.DECLARATION, _LONG, _phrases),
    Question("DetectSyntax", understand.words.DECLARATION, _SHORT, _syntax),
    Question("DetectPiiEntities", understand.private.DECLARATION, _LONG, _private),
    Question("ContainsPiiEntities", understand.private.DECLARATION, _LONG, _contains),
)
TOGETHER: Final = frozenset(
    {"DetectDominantLanguage", "DetectSentiment", "DetectEntities", "DetectKeyPhrases", "DetectSyntax"}
)  # that can be asked about 25 texts in one call


def _one(question: Question) -> Operation:
    def ask(params: Params, machine: Machine) -> Answer:
        if params.get("EndpointArn"):
            raise ConfigError("no endpoint answers on this machine", hint="leave out --endpoint, or --local")
        answer = question.answer(params["Text"], params.get("LanguageCode"), machine)
        return _signed(answer, question, machine)

    return ask


def _batch(question: Question) -> Operation:
    def ask(params: Params, machine: Machine) -> Answer:
        texts = params["TextList"]
        if len(texts) > limits.COMPREHEND_BATCH_DOCUMENTS:
            raise Refused("BatchSizeLimitExceededException", "The number of documents in the request exceeds 25.")
        question.check(params.get("LanguageCode"))
        results: list[Mapping[str, Any]] = []
        faults: list[Mapping[str, Any]] = []
        for index, text in enumerate(texts):
            try:
                answer = question.answer(text, params.get("LanguageCode"), machine)
                results.append({"Index": index, **answer})
            except Refused as refusal:
                faults.append({"Index": index, "ErrorCode": refusal.code, "ErrorMessage": refusal.message})
        return _signed({"ResultList": results, "ErrorList": faults}, question, machine)

    return ask


def _signed(answer: Answer, question: Question, machine: Machine) -> Answer:
    return made_by(answer, engine=question.engine.label(), quality=question.engine.quality, machine=machine)


OPERATIONS: dict[str, Operation] = {
    **{question.name: _one(question) for question in QUESTIONS},
    **{f"Batch{question.name}": _batch(question) for question in QUESTIONS if question.name in TOGETHER},
}
