"""Turns of a conversation: what was said, what the bot answers, and how far it has come."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

from pydantic import Field

from awsml_cli.core import limits, prices
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.keys import plain
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex.finding import RUNTIME, Place

_SESSION: Final = re.compile(r"[0-9a-zA-Z._:-]{2,100}")  # by the service's model
_TAG: Final = re.compile(r"<[^>]*>")


class Turn(Record):
    """One turn: what was said (or heard), and the answer.

    `text` is all that the answer says; `slots` are the values understood so far, `slot_to_elicit` what is asked for
    next; `confidence` is between 0 and 1, None where the intent was not in question.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("said", "text", "intent", "confidence", "state"),
        *("dialog_action", "slot_to_elicit"),
    )
    prose: ClassVar[str | None] = "shown"

    said: str | None = None
    text: str = ""
    intent: str | None = None
    confidence: float | None = None
    state: str | None = None
    dialog_action: str | None = None
    slot_to_elicit: str | None = None
    slots: dict[str, Any] = Field(default_factory=dict)
    messages: list[dict[str, Any]] = Field(default_factory=list)
    interpretations: list[dict[str, Any]] = Field(default_factory=list)
    session_attributes: dict[str, str] = Field(default_factory=dict)
    request_attributes: dict[str, str] = Field(default_factory=dict)
    session_id: str = ""

    @property
    def shown(self) -> str:
        """The answer for a person: each message on lines of its own."""
        return f"{self.text}\n" if self.text else ""

    @property
    def buttons(self) -> dict[str, str]:
        """What is sent for each button of the answer, by the words on it."""
        cards = [message.get("image_response_card") or {} for message in self.messages]
        return {button["text"]: button["value"] for card in cards for button in card.get("buttons") or ()}

    @property
    def told(self) -> str:
        """How far the conversation has come, in one line."""
        sure = f" ({self.confidence:.2f})" if self.confidence is not None else ""
        parts = [f"intent {self.intent or 'none'}{sure}", f"{self.dialog_action or 'None'}, {self.state or 'no state'}"]
        if self.slots:
            parts.append(", ".join(f"{name}: {'?' if value is None else value}" for name, value in self.slots.items()))
        if self.slot_to_elicit:
            parts.append(f"asks for {self.slot_to_elicit}")
        if self.buttons:
            parts.append("buttons: " + ", ".join(self.buttons))
        return "; ".join(parts)


class Heard(Turn):
    """A turn whose recording was heard: what it says, and the answer."""

    columns: ClassVar[tuple[str, ...]] = ("said", "text", "intent", "confidence", "slot_to_elicit")
    prose: ClassVar = None

    @classmethod
    def of_turn(cls, turn: Turn) -> Self:
        """TURN, shown otherwise."""
        return cls.model_validate(turn.fields()).with_raw(turn.raw)


class State(Heard):
    """Where a conversation stands."""

    columns: ClassVar = ("session_id", "intent", "state", "dialog_action", "slot_to_elicit", "slots")


@dataclass(frozen=True)
class Asked:
    """How a conversation is held: its SESSION (made up where none is named), and what goes along with the turns.

    ATTRIBUTES are the session's, sent with the first turn; REQUEST are each request's.
    """

    session: str = field(default_factory=lambda: f"awsml-{uuid.uuid4().hex[:16]}")
    attributes: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Raises UsageError for a session that cannot be."""
        if not _SESSION.fullmatch(self.session):
            raise UsageError(
                f"`{self.session}` is no id of a session", hint="2 to 100 letters, digits, and any of . _ : -"
            )

    def params(self, *, first: bool) -> dict[str, Any]:
        """The members of a request about it."""
        asked: dict[str, Any] = {"sessionId": self.session}
        if self.attributes and first:
            asked["sessionState"] = {"sessionAttributes": dict(self.attributes)}
        if self.request:
            asked["requestAttributes"] = dict(self.request)
        return asked


def check_text(text: str) -> str:
    """TEXT as one turn may say it. Raises InputError for nothing, and for more than Lex takes."""
    said = " ".join(text.split())
    if not said:
        raise InputError("there is nothing to say")
    size = len(said.encode("utf-16-le", "surrogatepass")) // 2  # as Lex counts
    if size > limits.LEX_TEXT_CHARACTERS:
        raise InputError(
            f"{size:,} characters: Lex takes at most {limits.LEX_TEXT_CHARACTERS:,} in a turn",
            hint="say it in several turns: `awsml lex chat` takes one a line",
        )
    return said


def say(session: Session, where: Place, text: str, asked: Asked, *, first: bool = True) -> Turn:
    """Say TEXT at WHERE, and give the bot's answer. Raises InputError for a text that one turn cannot say."""
    said = check_text(text)
    answer = session.client(RUNTIME).recognize_text(text=said, **where.params, **asked.params(first=first))
    turn = turn_of(answer, said=said)
    session.talk.note(f"session {asked.session}: {turn.told}")
    return turn


def saying(on: str, *, calls: int = 1, speech: bool = False) -> Step:
    """What CALLS turns with the bot ON would cost."""
    operation = "RecognizeUtterance" if speech else "RecognizeText"
    return step(f"lexv2-runtime:{operation}", on, calls=calls, charge=prices.conversation(calls, speech=speech))


def turn_of(answer: Mapping[str, Any], *, said: str | None) -> Turn:
    """AWS's ANSWER to what was SAID."""
    state = answer.get("sessionState") or {}
    intent, action = state.get("intent") or {}, state.get("dialogAction") or {}
    found = answer.get("interpretations") or []
    scores = [(one.get("nluConfidence") or {}).get("score") for one in found if one.get("intent", {}) == intent]
    if not scores:
        scores = [
            (one.get("nluConfidence") or {}).get("score")
            for one in found
            if one.get("intent", {}).get("name") == intent.get("name")
        ]
    messages = answer.get("messages") or []
    turn = Turn(
        said=said,
        text="\n".join(words(messages)),
        intent=intent.get("name"),
        confidence=next((score for score in scores if score is not None), None),
        state=intent.get("state"),
        dialog_action=action.get("type"),
        slot_to_elicit=action.get("slotToElicit"),
        slots={name: value_of(slot) for name, slot in (intent.get("slots") or {}).items()},
        messages=[plain(message) for message in messages],
        interpretations=[_interpretation(one) for one in found],
        session_attributes=state.get("sessionAttributes") or {},
        request_attributes=answer.get("requestAttributes") or {},
        session_id=str(answer.get("sessionId", "")),
    )
    return turn.with_raw(answer)


def value_of(slot: Mapping[str, Any] | None) -> Any:
    """What was understood as a SLOT: a value, a list of them, or those of its parts; None where it is empty."""
    if slot is None:
        return None
    if slot.get("values"):
        return [value_of(one) for one in slot["values"]]
    if slot.get("subSlots"):
        return {name: value_of(one) for name, one in slot["subSlots"].items()}
    value = slot.get("value") or {}
    return value.get("interpretedValue", value.get("originalValue"))


def words(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """What MESSAGES say, each as lines for a person: SSML without its tags, cards with their buttons."""
    return [text for message in messages if (text := _words(message).strip("\n"))]


def _words(message: Mapping[str, Any]) -> str:
    content = str(message.get("content") or "")
    if message.get("contentType") == "SSML":
        return " ".join(html.unescape(_TAG.sub(" ", content)).split())
    card = message.get("imageResponseCard")
    if not card:
        return content
    lines = [content, str(card.get("title", "")), str(card.get("subtitle") or ""), str(card.get("imageUrl") or "")]
    lines += [f"[{button['text']}]" for button in card.get("buttons") or ()]
    return "\n".join(line for line in lines if line)


def _interpretation(one: Mapping[str, Any]) -> dict[str, Any]:
    intent = one.get("intent") or {}
    return {
        "intent": intent.get("name"),
        "confidence": (one.get("nluConfidence") or {}).get("score"),
        "state": intent.get("state"),
        "confirmation_state": intent.get("confirmationState"),
        "slots": {name: value_of(slot) for name, slot in (intent.get("slots") or {}).items()},
        "source": one.get("interpretationSource"),
        "sentiment": (one.get("sentimentResponse") or {}).get("sentiment"),
    }
