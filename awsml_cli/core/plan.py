"""What a run would do and cost: the answer of `--dry-run`, and the question before a dear run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar

from awsml_cli.core.errors import UsageError
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session


class Step(Record):
    """One operation that would be called so many times; `price` is in US dollars, None where it is not known."""

    columns: ClassVar = ("operation", "on", "calls", "units", "unit", "price")

    operation: str
    on: str
    calls: int = 1
    units: float | None = None
    unit: str | None = None
    price: float | None = None


def step(operation: str, on: str, *, calls: int = 1, charge: Charge | None = None) -> Step:
    """The step of CALLS calls of OPERATION (`translate:TranslateText`) ON something, billed as CHARGE."""
    if charge is None:
        return Step(operation=operation, on=on, calls=calls)
    price = round(charge.dollars, 6)
    return Step(operation=operation, on=on, calls=calls, units=charge.count, unit=charge.unit, price=price)


def unpaid(answer: Any) -> Any:
    """ANSWER, where it is a plan, with no price on it: nobody bills what this machine does."""
    if isinstance(answer, Step):
        return answer if answer.price is None else answer.model_copy(update={"price": 0.0})
    if isinstance(answer, Listing) and answer.name == "Plan":
        return replace(answer, records=map(unpaid, answer.records))
    return answer


def confirm(session: Session, question: str) -> None:
    """Ask before what cannot be undone, or is made at AWS. Raises UsageError where nobody says yes."""
    if not (session.assume_yes or session.talk.confirm(question)):
        raise UsageError(
            f"nobody confirmed: {question[:1].lower()}{question[1:].rstrip('?')}", hint="-y does it without a question"
        )


def approve(session: Session, steps: Callable[[], Iterable[Step]]) -> None:
    """Ask the person at the terminal, if there is one, before a run dearer than `confirm_above`.

    Raises UsageError where the answer is no.
    """
    if session.local or session.assume_yes or not session.talk.watched:
        return
    total = sum(step.price or 0.0 for step in steps())
    if total <= session.config.confirm_above:
        return
    if not session.talk.confirm(f"This run will cost about {total:.2f} USD. Go on?"):
        raise UsageError("not confirmed; nothing was sent", hint="-y goes on without a question")
