"""What belongs to a medicine in a text: how much, how strong, in which form, which way, how often and for how long.

Rules over the words beside its name, in the same sentence, up to the next medicine. An amount of a substance before a
form ("500 mg tablet") or before a number of forms ("0.2 mg, 2 tabs") is a strength, any other a dosage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from awsml_cli.local.engines.clinical.drugs import Drug

REACH: Final = 90  # characters behind a name: a prescription is short
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)"
_FORMS: Final = (
    r"(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|patch(?:es)?|puffs?|drops?|gtts?|suppositor(?:y|ies)|lozenges?|sprays?|"
    r"injections?|infusions?|creams?|ointments?|inhalers?|syrups?|suspensions?|solutions?|gels?|lotions?)"
)
_COUNT: Final = r"(?:one|two|three|four|half(?: a)?|\d+(?:\.\d+)?(?:\s*(?:-|to|and)\s*\d+)?(?:\s*/\s*\d+)?)"
_TIMES: Final = r"(?:once|twice|(?:one|two|three|four|\d)\s+times)"
_PERIOD: Final = r"(?:hours?|hrs?|h|days?|d|weeks?|wks?|months?|mornings?|evenings?|nights?)"
_WHEN: Final = (
    r"(?:at bedtime|at night|nightly|with (?:meals|food|breakfast|dinner)|before (?:meals|bed|breakfast)|"
    r"in the (?:morning|evening)|at breakfast)"
)
_RULES: Final = (
    ("FORM_COUNT", rf"\b{_COUNT}\s+{_FORMS}\b"),
    (
        "AMOUNT",
        rf"(?<![\w.]){_NUMBER}(?:\s*(?:-|to)\s*{_NUMBER})?\s*"
        r"(?:mgs?|milligrams?|mcgs?|micrograms?|µg|μg|ug|g|grams?|ml|mL|cc|units?|IU|mEq|mmol|%)"
        rf"(?:\s*/\s*(?:{_NUMBER}\s*)?(?:ml|mL|kg|h|hr|day|tablet|puff|mg))?(?!\w)",
    ),
    ("FORM", rf"\b{_FORMS}\b"),
    (
        "ROUTE_OR_MODE",
        r"\b(?:po|p\.o\.|iv|i\.v\.|im|i\.m\.|sc|sq|subq|s\.c\.|sl|pr|orally|by mouth|intravenous(?:ly)?|"
        r"intramuscular(?:ly)?|subcutaneous(?:ly)?|sublingual(?:ly)?|topical(?:ly)?|rectal(?:ly)?|inhaled|"
        r"by inhalation|intranasal(?:ly)?|transdermal(?:ly)?)(?!\w)",
    ),
    (
        "FREQUENCY",
        rf"(?:\b{_TIMES}\s+(?:daily|weekly|monthly|(?:a|per|each|every)\s+(?:day|week|month|night))|"
        rf"\b(?:every|each)\s+(?:other\s+)?(?:\d+(?:\s*(?:-|to)\s*\d+)?\s*|four |six |eight |twelve )?{_PERIOD}|"
        rf"\bq\.?\s?\d+(?:-\d+)?\s?(?:h|hrs?|hours|d)|\b(?:bid|tid|qid|qd|qhs|qam|qpm|qod|b\.i\.d\.|t\.i\.d\.|"
        rf"q\.i\.d\.|q\.d\.)|\b(?:daily|weekly|monthly|hourly)|\b{_WHEN})"
        rf"(?:\s+(?:{_WHEN}|as needed|prn))?(?!\w)|\b(?:as needed|when needed|prn)(?!\w)",
    ),
    (
        "DURATION",
        r"\b(?:for|x|×)\s*(?:the (?:next|past) )?(?:\d+|one|two|three|four|six|ten)\s+(?:more )?"
        r"(?:days?|weeks?|months?|years?)\b",
    ),
)
_PATTERN: Final = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES), re.IGNORECASE)
_BEFORE: Final = re.compile(rf"(\b{_COUNT}\s+{_FORMS}|{_RULES[1][1]})(?:\s+{_FORMS})?\s+(?:of\s+)?$", re.IGNORECASE)
_AND: Final = re.compile(r",|\b(?:and|plus|with|or)\b", re.IGNORECASE)
_END: Final = re.compile(r"[.!?](?=\s+[A-Z(]|\s*$)|\n|;")


class Attribute(NamedTuple):
    """What belongs to a medicine: Comprehend Medical's type, from where to where, and how far from the name."""

    kind: str
    begin: int
    end: int
    away: int


def attributes(text: str, drugs: Sequence[Drug]) -> Iterator[list[Attribute]]:
    """What belongs to each of DRUGS, which are those of TEXT in its order."""
    taken = 0  # where what belongs to the one before ends
    for number, drug in enumerate(drugs):
        until = drugs[number + 1].begin if number + 1 < len(drugs) else len(text)
        before = list(_before(text, drug, taken))
        behind = list(_behind(text, drug, until))
        if number + 1 < len(drugs) and (held := _BEFORE.search(text[drug.end : until])):
            begin = drug.end + held.start(1)
            earlier = any(one.kind in ("DOSAGE", "STRENGTH") and one.begin < begin for one in behind)
            if before or earlier or _AND.search(text[drug.end : begin]):
                behind = [one for one in behind if one.begin < begin]  # the amount is the next one's
        taken = max([drug.end, *(one.end for one in behind)])
        yield [*before, *behind]


def _before(text: str, drug: Drug, taken: int) -> Iterator[Attribute]:
    begin = max(taken, drug.begin - 40)
    if found := _BEFORE.search(text[begin : drug.begin]):
        yield Attribute("DOSAGE", begin + found.start(1), begin + found.end(1), drug.begin - begin - found.end(1))


def _behind(text: str, drug: Drug, until: int) -> Iterator[Attribute]:
    behind = text[drug.end : min(until, drug.end + REACH)]
    if end := _END.search(behind):
        behind = behind[: end.start()]
    matches = list(_PATTERN.finditer(behind))
    for number, match in enumerate(matches):
        kind = str(match.lastgroup)
        if kind == "AMOUNT":
            following = matches[number + 1].lastgroup if number + 1 < len(matches) else ""
            kind = "STRENGTH" if following in ("FORM", "FORM_COUNT") else "DOSAGE"
        elif kind == "FORM_COUNT":
            kind = "DOSAGE"
        yield Attribute(kind, drug.end + match.start(), drug.end + match.end(), match.start())
