"""Who a clinical text is about: what is private in it, in the words of protected health information.

Names, places, dates and numbers come from the engine of `understand.private`; ages, numbers of records and names
behind titles are rules of ours. What the lists of medicines and conditions know is nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from awsml_cli.local.engines.clinical import conditions, drugs
from awsml_cli.local.engines.understand import private
from awsml_cli.local.engines.understand.words import Found

# https://docs.aws.amazon.com/comprehend-medical/latest/dev/textanalysis-phi.html
KINDS: Final = {
    "PERSON": "NAME", "LOCATION": "ADDRESS", "ADDRESS": "ADDRESS", "DATE_TIME": "DATE", "PHONE_NUMBER": "PHONE_OR_FAX",
    "EMAIL_ADDRESS": "EMAIL", "URL": "URL", "US_SSN": "ID", "US_PASSPORT": "ID", "US_DRIVER_LICENSE": "ID",
    "US_BANK_NUMBER": "ID", "US_ITIN": "ID", "UK_NHS": "ID", "IN_AADHAAR": "ID", "IN_PAN": "ID", "CREDIT_CARD": "ID",
    "IBAN_CODE": "ID", "IP_ADDRESS": "ID", "MAC_ADDRESS": "ID",
}  # fmt: skip
SURE: Final = 0.95  # what a rule of ours has
_RULES: Final = (
    (
        "AGE",
        re.compile(
            r"\b(\d{1,3})(?=[- ]?(?:years?|yrs?|months?|weeks?)[- ]old\b| ?(?:y/?o|yo)\b)|"
            r"\b(?:aged?|age of) (\d{1,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "ID",
        re.compile(
            r"\b(?:MRN|medical record(?: number| no\.?)?|record number|patient ID|account(?: number| no\.?))[:#\s]*"
            r"([A-Z]{0,3}-?\d[\d-]{3,14})",
            re.IGNORECASE,
        ),
    ),
    ("NAME", re.compile(r"\b(?:Dr|Mr|Mrs|Ms)\.? ([A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)")),
    ("DATE", re.compile(r"\b(\d{1,2}/\d{1,2}/(?:\d{4}|\d{2}))\b")),
)
# spans of time, hours and what comes round are no dates of a person
_NO_DATE: Final = re.compile(
    r"\b(?:daily|weekly|monthly|hourly|nightly|every|each|ago|since|once|twice|hours?|minutes?|seconds?|days?|weeks?|months?|"
    r"years?|today|tonight|tomorrow|yesterday|now|currently|recent(?:ly)?|morning|evening|night|noon|bedtime|bid|tid|old|past|"
    r"last|next)\b|^\W*\d{1,3}\W*$",
    re.IGNORECASE,
)


def find(text: str, *, home: Path) -> list[Found]:
    """What in TEXT says who the patient is, with the types of protected health information, none inside another.

    Raises ConfigError where an engine that it needs is not installed.
    """
    known = [(one.begin, one.end) for one in drugs.find(text, home=home)]
    known += [(one.begin, one.end) for one in conditions.find(text, home=home)]
    found = [*_ruled(text), *_private(text, known, home)]
    taken: list[Found] = []
    for one in found:
        if all(one.end <= other.begin or other.end <= one.begin for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.begin)


def _ruled(text: str) -> Iterator[Found]:
    for kind, rule in _RULES:
        for match in rule.finditer(text):
            group = match.lastindex or 0
            yield Found(kind, match.start(group), match.end(group), SURE)


def _private(text: str, known: list[tuple[int, int]], home: Path) -> Iterator[Found]:
    for one in private.find(text, home=home):
        kind = KINDS.get(one.label)
        if kind is None or (kind == "DATE" and _NO_DATE.search(text[one.begin : one.end])):
            continue
        if kind in ("NAME", "ADDRESS") and any(one.begin < end and begin < one.end for begin, end in known):
            continue
        yield one._replace(label=kind)
