"""Comprehend Medical's questions about one text: its medicines and conditions, their codes, and who it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.local.engines import clinical, understand
from awsml_cli.local.engines.clinical.conditions import Condition
from awsml_cli.local.engines.clinical.doses import Attribute
from awsml_cli.local.engines.clinical.drugs import Drug
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by

VERSION: Final = "awsml.1"
# The share of the places that a rule finds which are right ones, on sentences of ours (tests/local/test_medical.py),
# rounded down: what a score of a rule means.
SURE: Final = {"GENERIC_NAME": 0.95, "BRAND_NAME": 0.9, "attribute": 0.9, "trait": 0.9}


@dataclass(frozen=True)
class Question:
    """What can be asked about a text of at most LIMIT code points, and by which engines it is answered."""

    name: str
    engines: tuple[Declaration, ...]
    limit: int
    ask: Callable[[str, Machine], list[dict[str, Any]]]

    def __call__(self, params: Params, machine: Machine) -> Answer:
        """Answer as AWS does. Raises Refused for a text that AWS would refuse, ConfigError for want of an engine."""
        text = params["Text"]
        if not text.strip():
            raise Refused("InvalidRequestException", "Input text is empty.")
        if len(text) > self.limit:
            raise Refused(
                "TextSizeLimitExceededException",
                f"Input text size exceeds limit. Max length of request text allowed is {self.limit} characters while "
                f"in this request the text size is {len(text)} characters",
            )
        for engine in self.engines:
            if not engine.installed():
                raise engine.missing()
        found = sorted(self.ask(text, machine), key=lambda one: (one["BeginOffset"], one["EndOffset"]))
        answer: Answer = {"Entities": list(_numbered(found)), "ModelVersion": VERSION}
        if self.name == "DetectEntitiesV2":
            answer["UnmappedAttributes"] = []
        labels = " and ".join(engine.label() for engine in self.engines)
        return made_by(answer, engine=labels, quality="weak", machine=machine)


def _numbered(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """FOUND with ids, which no two have, neither of places nor of what belongs to them."""
    number = count()
    for one in found:
        first = next(number)
        belonging = [{"Id": next(number), **it} for it in one.get("Attributes", ())]
        yield {"Id": first, **one, **({"Attributes": belonging} if "Attributes" in one else {})}


def _entities(text: str, machine: Machine) -> list[dict[str, Any]]:
    medicines = clinical.drugs.find(text, home=machine.home)
    conditions = clinical.conditions.find(text, home=machine.home)
    placed = [(one.begin, one.end) for one in medicines]
    belonging = clinical.doses.attributes(text, medicines)
    return [
        *(_medicine(text, one, mine) for one, mine in zip(medicines, belonging, strict=True)),
        *(_condition(text, one) for one in conditions if not any(one.begin < e and b < one.end for b, e in placed)),
    ]


def _codes(text: str, machine: Machine) -> list[dict[str, Any]]:
    found = []
    for one in clinical.conditions.find(text, home=machine.home):
        concepts = [{"Code": it.code, "Description": it.description, "Score": it.score} for it in one.codes]
        found.append({**_condition(text, one), "ICD10CMConcepts": concepts})
    return found


def _private(text: str, machine: Machine) -> list[dict[str, Any]]:
    machine.warn("weak engines look for who the patient is: look the answer over before you pass a text on")
    return [
        {
            **_place(text, one.begin, one.end),
            "Score": one.score,
            "Type": one.label,
            "Category": "PROTECTED_HEALTH_INFORMATION",
            "Traits": [],
        }
        for one in clinical.patient.find(text, home=machine.home)
    ]


def _medicine(text: str, drug: Drug, belonging: list[Attribute]) -> dict[str, Any]:
    kind = "BRAND_NAME" if drug.brand else "GENERIC_NAME"
    negated = clinical.standing.negated(text, drug.begin, drug.end)
    return {
        **_place(text, drug.begin, drug.end),
        "Score": SURE[kind],
        "Category": "MEDICATION",
        "Type": kind,
        "Traits": _traits("NEGATION" if negated else None),
        "Attributes": [_attribute(text, one) for one in belonging],
    }


def _attribute(text: str, one: Attribute) -> dict[str, Any]:
    return {
        **_place(text, one.begin, one.end),
        "Type": one.kind,
        "Category": "MEDICATION",
        "Score": SURE["attribute"],
        "RelationshipScore": SURE["attribute"],
        "RelationshipType": one.kind,
        "Traits": [],
    }


def _condition(text: str, one: Condition) -> dict[str, Any]:
    negated = clinical.standing.negated(text, one.begin, one.end)
    family = clinical.standing.of_family(text, one.begin)
    return {
        **_place(text, one.begin, one.end),
        "Score": one.codes[0].score,
        "Category": "MEDICAL_CONDITION",
        "Type": "DX_NAME",
        "Traits": _traits(one.sort, "NEGATION" if negated else None, "PERTAINS_TO_FAMILY" if family else None),
        "Attributes": [],
    }


def _traits(*names: str | None) -> list[dict[str, Any]]:
    return [{"Name": name, "Score": SURE["trait"]} for name in names if name]


def _place(text: str, begin: int, end: int) -> dict[str, Any]:
    return {"BeginOffset": begin, "EndOffset": end, "Text": text[begin:end]}


_MEDICINES, _CONDITIONS = clinical.drugs.DECLARATION, clinical.conditions.DECLARATION
_LONG, _SHORT = limits.MEDICAL_CHARACTERS, limits.MEDICAL_INFER_CHARACTERS
OPERATIONS: dict[str, Operation] = {
    question.name: question
    for question in (
        Question("DetectEntitiesV2", (_MEDICINES, _CONDITIONS), _LONG, _entities),
        Question("InferICD10CM", (_CONDITIONS,), _SHORT, _codes),
        Question("DetectPHI", (understand.private.DECLARATION, _MEDICINES, _CONDITIONS), _LONG, _private),
    )
}
