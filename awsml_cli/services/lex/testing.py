"""How well a bot understands: utterances with what they mean, each said in a session of its own."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from pydantic import Field, PrivateAttr

from awsml_cli.core import batch, limits
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, InputError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.core.tables import DELIMITERS
from awsml_cli.formats import confusion
from awsml_cli.formats.confusion import Confusion
from awsml_cli.services.lex.finding import RUNTIME, TEST_ALIAS, Place
from awsml_cli.services.lex.turns import Turn, check_text, turn_of

NOTHING: Final = "(no answer)"  # what is predicted where the bot did not answer
_UTTERANCE: Final = ("utterance", "text", "input")
_INTENT: Final = ("intent", "expected", "expected_intent", "expected output intent")
_SLOT: Final = "slot:"


@dataclass(frozen=True)
class Case:
    """An utterance, in the row NUMBER, and what it means; SLOTS only where their values are to be compared."""

    number: int
    utterance: str
    intent: str
    slots: Mapping[str, str]


class Result(Record):
    """One utterance: what was expected of it, and what the bot understood."""

    columns: ClassVar = ("utterance", "expected", "predicted", "confidence", "right", "slots_wrong", "error")

    utterance: str
    expected: str
    predicted: str
    confidence: float | None = None
    right: bool
    slots: dict[str, Any] = Field(default_factory=dict)
    slots_expected: dict[str, str] = Field(default_factory=dict)
    slots_wrong: list[str] = Field(default_factory=list)
    error: str | None = None


class Report(Record):
    """All of it: `accuracy` is the share of utterances whose intent is right, `slot_accuracy` that of slots."""

    columns: ClassVar = ("bot_name", "bot_alias_name", "locale_id", "utterances", "accuracy", "slot_accuracy")
    looks: ClassVar = {"text": "text", "table": "text", "md": "markdown", "csv": "comma_separated"}

    bot_name: str
    bot_alias_name: str
    locale_id: str
    bot_version: str | None = None
    utterances: int
    right: int
    accuracy: float
    slots: int = 0
    slots_right: int = 0
    slot_accuracy: float | None = None
    intents: list[dict[str, Any]]
    confusion: list[dict[str, Any]]
    results: list[Result]

    _found: Confusion = PrivateAttr(default_factory=lambda: Confusion.of(()))

    @classmethod
    def made(cls, where: Place, results: Sequence[Result]) -> Report:
        """The report of RESULTS at WHERE."""
        found = Confusion.of((one.expected, one.predicted) for one in results)
        slots = sum(len(one.slots_expected) for one in results)
        wrong = sum(len(one.slots_wrong) for one in results)
        report = cls(
            bot_name=where.bot_name,
            bot_alias_name=where.alias_name,
            locale_id=where.locale,
            bot_version=where.version or None,
            utterances=found.total,
            right=found.right,
            accuracy=found.accuracy,
            slots=slots,
            slots_right=slots - wrong,
            slot_accuracy=(slots - wrong) / slots if slots else None,
            intents=[
                {
                    **{"intent": score.label, "expected": score.expected, "predicted": score.predicted},
                    **{"right": score.right, "precision": score.precision, "recall": score.recall, "f1": score.f1},
                }
                for score in found.scores()
            ],
            confusion=[
                {"expected": expected, "predicted": predicted, "count": count}
                for (expected, predicted), count in sorted(found.pairs.items())
            ],
            results=list(results),
        )
        report._found = found
        return report

    def text(self) -> str:
        """For reading."""
        return confusion.text(self._found, self._head(), self._mistakes())

    def markdown(self) -> str:
        """As Markdown."""
        return confusion.markdown(self._found, self._head(), self._mistakes())

    def comma_separated(self) -> str:
        """Scores and matrix as CSV."""
        return confusion.comma_separated(self._found)

    def _head(self) -> list[str]:
        lines = [f"accuracy {self.accuracy:.4f}: {self.right} of {self.utterances} utterances"]
        if self.slot_accuracy is not None:
            lines.append(f"slots {self.slot_accuracy:.4f}: {self.slots_right} of {self.slots}")
        return lines

    def _mistakes(self) -> list[str]:
        wrong = [one for one in self.results if not one.right]
        lines = [f"wrong: `{one.utterance}` is {one.expected}, taken for {one.predicted}" for one in wrong]
        for one in self.results:
            lines += [
                f"wrong: {name} in `{one.utterance}` is {one.slots_expected[name]}, taken for {one.slots.get(name)}"
                for name in one.slots_wrong
            ]
        return lines


def read_cases(text: str, *, name: str) -> list[Case]:
    """The cases in a CSV: columns `utterance`, `intent`, and `slot:NAME` for slots. Raises InputError, with the row."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heads = {head.strip().lower(): head for head in rows.fieldnames or () if head}
        utterance = next((heads[one] for one in _UTTERANCE if one in heads), None)
        intent = next((heads[one] for one in _INTENT if one in heads), None)
        if utterance is None or intent is None:
            raise InputError(
                f"{name} has no column `{'intent' if utterance else 'utterance'}`",
                hint="the first row names the columns: utterance,intent and, for slots, slot:NAME",
            )
        slots = {head: head.strip()[len(_SLOT) :].strip() for head in heads.values() if head.lower().startswith(_SLOT)}
        cases = [_case(row, rows.line_num, utterance, intent, slots, name) for row in rows]
    except csv.Error as problem:
        raise InputError(f"{name} is no CSV: line {rows.line_num}: {problem}") from None
    if not cases:
        raise InputError(f"{name} has no utterance in it")
    return cases


def results(session: Session, where: Place, cases: Sequence[Case], *, workers: int) -> Iterator[Result]:
    """What the bot at WHERE makes of each of CASES, in order; one that fails is told, and counts as wrong."""
    most = limits.LEX_TEST_CONVERSATIONS if where.alias == TEST_ALIAS else limits.LEX_CONVERSATIONS
    cache = Cache(session.config)

    def one(case: Case) -> Result:
        try:
            return _result(case, _answer(session, where, case.utterance, cache))
        except AwsmlError as error:
            if batch.shared(error):
                raise
            return Result(
                utterance=case.utterance,
                expected=case.intent,
                predicted=NOTHING,
                right=False,
                slots_expected=dict(case.slots),
                slots_wrong=list(case.slots),
                error=f"line {case.number}: {error.message}",
            )

    for number, result in enumerate(batch.in_order(one, cases, workers=min(workers, most)), start=1):
        session.talk.progress(f"{number} of {len(cases)} utterances", done=number / len(cases))
        yield result
    session.talk.settled()


def _answer(session: Session, where: Place, utterance: str, cache: Cache) -> Turn:
    """The answer to UTTERANCE as the first of a session; with `--cache`, one that is kept."""
    key = key_of(RUNTIME, session.region, session.local, where.params, where.version, where.built, utterance)
    kept = cache.find(key) if session.keep and not session.fresh else None
    if kept is not None:
        return turn_of(json.loads(kept), said=utterance)
    answer = session.client(RUNTIME).recognize_text(
        text=utterance, sessionId=f"awsml-test-{uuid.uuid4().hex[:16]}", **where.params
    )
    if session.keep:
        told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        cache.keep(key, json.dumps(told, default=str).encode())
    return turn_of(answer, said=utterance)


def _result(case: Case, turn: Turn) -> Result:
    wrong = [name for name, value in case.slots.items() if _plain(turn.slots.get(name)) != _plain(value)]
    return Result(
        utterance=case.utterance,
        expected=case.intent,
        predicted=turn.intent or NOTHING,
        confidence=turn.confidence,
        right=turn.intent == case.intent,
        slots=turn.slots,
        slots_expected=dict(case.slots),
        slots_wrong=wrong,
    )


def _plain(value: Any) -> str:
    """A slot's value as it is compared: without regard to case and blanks."""
    if isinstance(value, list):
        return ",".join(_plain(one) for one in value)
    return " ".join(str("" if value is None else value).casefold().split())


def _case(
    row: Mapping[str, Any], number: int, utterance: str, intent: str, slots: Mapping[str, str], name: str
) -> Case:
    expected = str(row.get(intent) or "").strip()
    if not expected:
        raise InputError(f"{name}, line {number}: no intent is expected")
    try:
        said = check_text(str(row.get(utterance) or ""))
    except InputError as error:
        raise InputError(f"{name}, line {number}: {error.message}", hint=error.hint) from None
    values = {slot: str(row[head]).strip() for head, slot in slots.items() if str(row.get(head) or "").strip()}
    return Case(number, said, expected, values)
