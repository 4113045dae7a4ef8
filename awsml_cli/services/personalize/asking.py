"""Questions to a campaign or recommender: what a user will like, what is like an item, in which order, what next."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import limits, sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.formats.interactions.kinds import ITEM, ITEMS
from awsml_cli.services.personalize.resources import FILTER, resolve

RUNTIME: Final = "personalize-runtime"


class Recommendation(Record):
    """An item for a user or another item, best first; what is known of it may stand beside it."""

    model_config = ConfigDict(defer_build=True, extra="allow")
    columns: ClassVar[tuple[str, ...]] = ("item_id", "score")

    item_id: str
    score: float | None = None
    promotion_name: str | None = None
    reason: list[str] | None = None
    metadata: dict[str, str] | None = None


class Named(Recommendation):
    """The same, with whom or what it is for, where several were asked about."""

    model_config = ConfigDict(defer_build=True, extra="allow")
    columns: ClassVar = ("input", "item_id", "score")

    input: str


class Action(Record):
    """An action that a user may take next."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar[tuple[str, ...]] = ("action_id", "score")

    action_id: str
    score: float | None = None


class NamedAction(Action):
    """The same, with whom it is for."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("input", "action_id", "score")

    input: str


class Items:
    """What is known of items, from a CSV with a column that Personalize knows as ITEM_ID."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file)
                head = next(rows, [])
                at = next((at for at, name in enumerate(head) if ITEMS.known(name) == ITEM), None)
                if at is None:
                    raise InputError(f"{path} has no column ITEM_ID", hint=f"its columns are: {', '.join(head)}")
                self.columns = tuple(_key(name) for number, name in enumerate(head) if number != at)
                self._rows = {
                    row[at]: [cell for number, cell in enumerate(row) if number != at] for row in rows if len(row) > at
                }
        except OSError as problem:
            raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
        except UnicodeDecodeError:
            sources.refuse_bytes(path, name=str(path))
            raise

    def about(self, item: str) -> dict[str, str | None]:
        """The columns of ITEM; None in each where nothing is known of it."""
        row: Sequence[str | None] = self._rows.get(item, ())
        return dict(zip(self.columns, [*row, *[None] * len(self.columns)], strict=False))


def _key(name: str) -> str:
    told = name.strip().lower()
    return f"items_{told}" if told in Named.model_fields else told


@dataclass(frozen=True)
class Look:
    """How answers become records: with the name of what was asked about where SEVERAL were, with ITEMS joined."""

    several: bool = False
    items: Items | None = None

    def records(self, asked: str, found: Iterable[Mapping[str, Any]]) -> Iterator[Recommendation]:
        """The records of what was FOUND for what was ASKED about."""
        made = self._class()
        for one in found:
            more = self.items.about(str(one["itemId"])) if self.items else {}
            name = {"input": asked} if self.several else {}
            yield made.of({**one, **more, **name}).with_raw(dict(one))

    def _class(self) -> type[Recommendation]:
        plain: type[Recommendation] = Named if self.several else Recommendation
        if self.items is None:
            return plain
        columns = (*plain.columns, *self.items.columns)
        return type("Joined", (plain,), {"columns": columns, "__annotations__": {"columns": ClassVar[tuple[str, ...]]}})


@dataclass(frozen=True)
class Question:
    """What every question to a campaign or recommender has: its ARN under the MEMBER of the request, and the rest.

    LIMIT is the number of answers; FILTER an ARN, VALUES those of its parameters; CONTEXT what holds now; PROMOTED
    part of the answers that a filter chooses; METADATA columns of the items that AWS shall tell.
    """

    member: str
    arn: str
    limit: int | None = None
    filter: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)
    promoted: Mapping[str, Any] | None = None
    metadata: tuple[str, ...] = ()

    @property
    def params(self) -> dict[str, Any]:
        """The members of a request."""
        return {
            self.member: self.arn,
            **({"numResults": self.limit} if self.limit is not None else {}),
            **({"filterArn": self.filter} if self.filter else {}),
            **({"filterValues": quoted(self.values)} if self.values else {}),
            **({"context": dict(self.context)} if self.context else {}),
            **({"promotions": [dict(self.promoted)]} if self.promoted else {}),
            **({"metadataColumns": {"ITEMS": list(self.metadata)}} if self.metadata else {}),
        }


def quoted(values: Mapping[str, str]) -> dict[str, str]:
    """VALUES of a filter's parameters as AWS reads them: in double quotes, parted by commas; numbers as they are."""
    return {name: ",".join(_quoted(part) for part in text.split(",")) for name, text in values.items()}


def _quoted(text: str) -> str:
    text = text.strip()
    try:
        float(text)
    except ValueError:
        return text if text.startswith('"') else f'"{text}"'
    return text


def promotion(session: Session, text: str, values: Mapping[str, str]) -> dict[str, Any]:
    """`FILTER=PERCENT` as a promotion. Raises UsageError, InputError."""
    name, _, percent = text.rpartition("=")
    if not name or not percent.isdigit() or not 1 <= int(percent) <= 100:
        raise UsageError(f"--promote takes FILTER=PERCENT, and `{text}` is not that", hint="--promote new-items=20")
    arn = filter_arn(session, name)
    more = {"filterValues": quoted(values)} if values else {}
    return {"name": name.rpartition("/")[2], "percentPromotedItems": int(percent), "filterArn": arn, **more}


def filter_arn(session: Session, name: str) -> str:
    """The ARN of the filter NAME."""
    return str(session.once(("filter", name), lambda: resolve(session, FILTER, name)))


def for_user(session: Session, question: Question, user: str, *, item: str | None = None) -> list[dict[str, Any]]:
    """AWS's items for USER, best first; ITEM is what they look at now, for the recipes that want both."""
    about = {"userId": user, **({"itemId": item} if item else {})}
    return list(session.client(RUNTIME).get_recommendations(**question.params, **about).get("itemList", ()))


def for_item(session: Session, question: Question, item: str) -> list[dict[str, Any]]:
    """AWS's items like ITEM, best first."""
    return list(session.client(RUNTIME).get_recommendations(**question.params, itemId=item).get("itemList", ()))


def ranked(session: Session, question: Question, user: str, items: Sequence[str]) -> list[dict[str, Any]]:
    """ITEMS in the order in which USER will like them. Raises InputError for none, or too many."""
    if not items:
        raise InputError("there is nothing to rank", hint="name the items, or pipe them in, one a line")
    if len(items) > limits.PERSONALIZE_RESULTS:
        raise InputError(f"{len(items)} items; AWS ranks {limits.PERSONALIZE_RESULTS} at a time")
    params = {name: value for name, value in question.params.items() if name not in ("numResults", "promotions")}
    answer = session.client(RUNTIME).get_personalized_ranking(**params, userId=user, inputList=list(items))
    return list(answer.get("personalizedRanking", ()))


def actions(session: Session, question: Question, user: str, *, several: bool) -> list[Action]:
    """The actions that USER may take next, the likeliest first."""
    members = ("campaignArn", "numResults", "filterArn", "filterValues")
    params = {name: value for name, value in question.params.items() if name in members}
    found = session.client(RUNTIME).get_action_recommendations(**params, userId=user).get("actionList", ())
    if several:
        return [NamedAction.of({**one, "input": user}).with_raw(one) for one in found]
    return [Action.of(one) for one in found]
