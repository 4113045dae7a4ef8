"""Amazon Comprehend Medical: what it finds is computed from the text; offsets are code points.

Medicines are `aspirin|ibuprofen` with a dose in mg behind them, conditions `headache|fever`, patients as in `fakeaws.comprehend`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fakeaws import limits
from fakeaws.comprehend import NAME
from fakeaws.comprehendmedical_jobs import Jobs
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

_MEDICINE = r"\b(?:aspirin|ibuprofen)\b"
_CONDITION = r"\b(?:headache|fever)\b"
_CODES = {
    "headache": ("R51.9", "Headache, unspecified"),
    "fever": ("R50.9", "Fever, unspecified"),
    "aspirin": ("1191", "aspirin"),
    "ibuprofen": ("5640", "ibuprofen"),
}


class ComprehendMedical:
    """Comprehend Medical's operations, and its `jobs`."""

    name = "comprehendmedical"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.jobs = Jobs(aws, self)
        for name, method in self.jobs.methods():
            setattr(self, name, method)

    def refuse_first(self, operation: str, params: Mapping[str, Any]) -> None:
        """Refuse what is too long, with the error that AWS has for it."""
        limit = limits.MEDICAL_CHARACTERS.get(operation, limits.MEDICAL_INFER_CHARACTERS)
        if len(params.get("Text", "")) > limit:
            raise AwsError("TextSizeLimitExceededException", f"Text is longer than {limit} characters.")

    def detect_entities_v2(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find medicines with their doses, conditions and people."""
        text = params["Text"]
        entities = _medicines(text, with_category=True) + _conditions(text) + _people(text)
        return _answer(entities) | {"UnmappedAttributes": []}

    def detect_phi(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find people."""
        return _answer(_people(params["Text"]))

    def infer_icd10_cm(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find conditions, with their codes."""
        return _answer([_coded(one, "ICD10CMConcepts") for one in _conditions(params["Text"])])

    def infer_rx_norm(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find medicines, with their codes."""
        found = _medicines(params["Text"], with_category=False)
        return _answer([_coded(one, "RxNormConcepts") for one in found])

    def infer_snomedct(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Find conditions, with their codes."""
        details = {"Edition": "US", "Language": "en", "VersionDate": "20220901"}
        answer = _answer([_coded(one, "SNOMEDCTConcepts") for one in _conditions(params["Text"])])
        return answer | {"SNOMEDCTDetails": details, "Characters": {"OriginalTextCharacters": len(params["Text"])}}


def _medicines(text: str, *, with_category: bool) -> list[dict[str, Any]]:
    found = []
    for match in re.finditer(rf"({_MEDICINE})(?: (\d+ mg))?", text):
        dose = []
        if match[2]:
            place = {"BeginOffset": match.start(2), "EndOffset": match.end(2), "Text": match[2]}
            dose = [{"Id": 1, "Type": "DOSAGE", "Score": 0.98, "RelationshipScore": 0.97, **place, "Traits": []}]
            if with_category:
                dose[0] |= {"Category": "MEDICATION", "RelationshipType": "DOSAGE"}
        one = _entity(match.start(1), match.end(1), match[1], "MEDICATION", "GENERIC_NAME")
        found.append(one | {"Attributes": dose})
    return found


def _conditions(text: str) -> list[dict[str, Any]]:
    return [
        _entity(match.start(), match.end(), match[0], "MEDICAL_CONDITION", "DX_NAME")
        | {"Traits": [{"Name": "SYMPTOM", "Score": 0.9}], "Attributes": []}
        for match in re.finditer(_CONDITION, text)
    ]


def _people(text: str) -> list[dict[str, Any]]:
    kind = "PROTECTED_HEALTH_INFORMATION"
    return [_entity(match.start(), match.end(), match[0], kind, "NAME") for match in re.finditer(NAME, text)]


def _entity(begin: int, end: int, text: str, category: str, kind: str) -> dict[str, Any]:
    place = {"BeginOffset": begin, "EndOffset": end, "Text": text}
    return {"Id": 0, **place, "Category": category, "Type": kind, "Score": 0.99, "Traits": []}


def _coded(entity: dict[str, Any], concepts: str) -> dict[str, Any]:
    code, description = _CODES[entity["Text"]]
    other = {"Description": f"other {description}", "Code": f"{code}X", "Score": 0.2}
    return entity | {concepts: [{"Description": description, "Code": code, "Score": 0.8}, other]}


def _answer(entities: list[dict[str, Any]]) -> dict[str, Any]:
    ordered = sorted(entities, key=lambda one: int(one["BeginOffset"]))
    return {"Entities": [one | {"Id": number} for number, one in enumerate(ordered)], "ModelVersion": "3.0.0"}
