"""What is asked of a document: which operation of Textract, with which features, questions and pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import UsageError
from awsml_cli.core.spans import EVERY_PAGE, Pages

SERVICE: Final = "textract"
FEATURES: Final = ("TABLES", "FORMS", "QUERIES", "SIGNATURES", "LAYOUT")
_QUESTION = re.compile(r"[a-zA-Z0-9\s!\"#$%'&()*+,\-./:;=?@\[\\\]^_`{|}~><]+")  # the model's pattern of QueryInput
_ADAPTER = re.compile(r"(?P<id>[a-zA-Z0-9-_]{12,1011}):(?P<version>[a-zA-Z0-9]{1,128})")


@dataclass(frozen=True)
class Operation:
    """The operations of one sort of reading, as boto3 spells them; None where there is none. `member` holds results."""

    now: str | None
    start: str | None
    get: str | None
    member: str
    results: int = limits.TEXTRACT_RESULTS


OPERATIONS: Final = {
    "text": Operation("detect_document_text", "start_document_text_detection", "get_document_text_detection", "Blocks"),
    "analysis": Operation("analyze_document", "start_document_analysis", "get_document_analysis", "Blocks"),
    "expense": Operation("analyze_expense", "start_expense_analysis", "get_expense_analysis", "ExpenseDocuments"),
    "id": Operation("analyze_id", None, None, "IdentityDocuments"),
    "lending": Operation(
        None, "start_lending_analysis", "get_lending_analysis", "Results", limits.TEXTRACT_LENDING_RESULTS
    ),
}


@dataclass(frozen=True)
class Question:
    """A question to be asked of PAGES; the alias is what its answer is called."""

    text: str
    alias: str | None = None
    pages: Pages = EVERY_PAGE

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        for text in (self.text, *([self.alias] if self.alias is not None else [])):
            if not 1 <= len(text) <= limits.TEXTRACT_QUERY_CHARACTERS:
                raise UsageError(f"a question has 1 to {limits.TEXTRACT_QUERY_CHARACTERS} characters, not {len(text)}")
            if not _QUESTION.fullmatch(text):
                odd = next(character for character in text if not _QUESTION.fullmatch(character))
                raise UsageError(f"Textract takes no `{odd}` in a question", hint="write it in plain English letters")

    def params(self, pages: Sequence[str] | None) -> dict[str, Any]:
        """As AWS takes it, about PAGES of what is sent; None leaves them out, for a single page."""
        asked: dict[str, Any] = {"Text": self.text}
        if self.alias is not None:
            asked["Alias"] = self.alias
        if pages is not None:
            asked["Pages"] = list(pages)
        return asked


@dataclass(frozen=True)
class Adapter:
    """A version of an adapter, trained on documents of one's own."""

    id: str
    version: str


def adapter(text: str) -> Adapter:
    """The adapter that TEXT, `ID:VERSION`, names. Raises UsageError."""
    found = _ADAPTER.fullmatch(text)
    if found is None:
        raise UsageError(f"`{text}` is no version of an adapter", hint="--adapter ID:VERSION, as 1a2b3c4d5e6f:1")
    return Adapter(found["id"], found["version"])


@dataclass(frozen=True)
class Asked:
    """What is asked of a document: a KIND of reading (see OPERATIONS), and what goes with an analysis."""

    kind: str = "text"
    features: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    pages: Pages = EVERY_PAGE
    flow: str | None = None  # of people who look at what was found: its name, or its ARN

    @property
    def operation(self) -> Operation:
        """The operations that answer it."""
        return OPERATIONS[self.kind]

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        for question in self.questions:
            question.check()
        if "QUERIES" in self.features and not self.questions:
            raise UsageError("there is no question", hint="-Q 'What is the total?'")
        if len(self.questions) > limits.TEXTRACT_JOB_QUERIES:
            raise UsageError(
                f"{len(self.questions)} questions: Textract takes {limits.TEXTRACT_JOB_QUERIES} of a page",
                hint="ask the rest in a second run",
            )
        names = [question.alias or question.text for question in self.questions]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UsageError(f"`{twice}` is asked twice", hint="give each question an alias of its own")

    def params(self, number_of: Sequence[int] | None = None) -> dict[str, Any]:
        """The part of a request that shapes its answer.

        NUMBER_OF gives the numbers that the pages sent have in the whole document; None where the whole is sent. For
        one page alone, the questions that it is not asked are left out, and with them their feature.
        """
        if self.kind != "analysis":
            return {}
        questions = self._questions(number_of)
        features = [name for name in self.features if name != "QUERIES" or questions]
        asked: dict[str, Any] = {"FeatureTypes": features}
        if questions:
            asked["QueriesConfig"] = {"Queries": questions}
            if self.adapters:
                asked["AdaptersConfig"] = {
                    "Adapters": [{"AdapterId": one.id, "Version": one.version, "Pages": ["*"]} for one in self.adapters]
                }
        return asked

    def _questions(self, number_of: Sequence[int] | None) -> list[dict[str, Any]]:
        if number_of is None:
            return [question.params(question.pages.words()) for question in self.questions]
        if len(number_of) == 1:
            return [question.params(None) for question in self.questions if number_of[0] in question.pages]
        asked = []
        for question in self.questions:
            places = [str(place) for place, number in enumerate(number_of, start=1) if number in question.pages]
            if places:
                asked.append(question.params(["*"] if len(places) == len(number_of) else places))
        return asked

    def identity(self) -> Any:
        """What tells this question from others, for the name of its answer."""
        return [self.kind, self.params(), self.pages.words(), *([self.flow] if self.flow else [])]


def features(names: Iterable[str]) -> tuple[str, ...]:
    """The features that NAMES, separated by commas, name, in AWS's order. Raises UsageError for one that is none."""
    found: set[str] = set()
    for name in (part.strip().upper() for text in names for part in text.split(",")):
        if name not in FEATURES:
            raise UsageError(f"unknown feature `{name.lower()}`", hint=f"one of: {', '.join(FEATURES).lower()}")
        found.add(name)
    return ordered(found)


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """The features NAMES in the one order that a request has, so that the same question has the same name."""
    return tuple(sorted(names, key=FEATURES.index))
