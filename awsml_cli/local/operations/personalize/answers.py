"""Answers from what was learnt: items for users, items like items, an order, users for items; through filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from awsml_cli.formats import filters
from awsml_cli.formats.filters import Rule
from awsml_cli.local.engines.recommend import models
from awsml_cli.local.engines.recommend.models import Model
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.personalize import keeping
from awsml_cli.local.operations.personalize.keeping import find, in_use, invalid
from awsml_cli.local.operations.personalize.training import paths_of


@dataclass(frozen=True)
class Learnt:
    """A model that can be asked, with the places of its ids."""

    model: Model
    users: dict[str, int]
    items: dict[str, int]


def of_version(machine: Machine, arn: str) -> tuple[Learnt, dict[str, Any]]:
    """What the version ARN has learnt, and the version. Raises Refused where it is not trained."""
    found = find(machine, "solutionVersion", arn)
    if not found.get("Model"):
        raise in_use(f"{arn} is not trained yet.")
    return _learnt(machine, found["Model"]), found


def of_recommender(machine: Machine, arn: str) -> tuple[Learnt, dict[str, Any]]:
    """What the recommender ARN has learnt, and the recommender. Raises Refused where it is stopped."""
    found = find(machine, "recommender", arn)
    if found["status"] != keeping.ACTIVE:
        raise invalid(f"{arn} is {found['status']}.")
    return _learnt(machine, found["Model"]), found


def _learnt(machine: Machine, key: str) -> Learnt:
    one = machine.store.get(keeping.BUCKET, key)
    assert one is not None
    return _read(one.path)


@lru_cache(maxsize=4)
def _read(path: Path) -> Learnt:
    model = models.loaded(path.read_bytes())
    users = {str(one): at for at, one in enumerate(model.user_ids)}
    items = {str(one): at for at, one in enumerate(model.item_ids)}
    return Learnt(model, users, items)


def for_user(learnt: Learnt, user: str) -> Any:
    """The score of each item for USER: what they had is left out; who is not known gets what is popular."""
    import numpy as np

    at = learnt.users.get(user)
    if at is None:
        return np.array(learnt.model.popular / max(float(learnt.model.popular.sum()), 1.0))
    if learnt.model.kind in (models.POPULARITY, models.TRENDS):
        return np.array(learnt.model.arrays["scores"], dtype=np.float64)
    scores = np.array(learnt.model.for_users([at])[0], dtype=np.float32)
    seen = learnt.model.seen
    scores[seen.indices[seen.indptr[at] : seen.indptr[at + 1]]] = -np.inf
    return scores


def for_item(learnt: Learnt, item: str) -> Any:
    """The likeness of each item to ITEM, itself left out. Who is not known is like what is popular."""
    import numpy as np

    at = learnt.items.get(item)
    if at is None:
        return np.array(learnt.model.popular / max(float(learnt.model.popular.sum()), 1.0))
    scores = np.array(learnt.model.for_item(at), dtype=np.float64)
    scores[at] = -np.inf
    return scores


def best(learnt: Learnt, scores: Any, count: int, *, allowed: Any = None) -> list[dict[str, Any]]:
    """The COUNT best items by SCORES, of those ALLOWED (a mask) if given; nothing without a score."""
    import numpy as np

    from awsml_cli.local.engines.recommend.measured import top

    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    places = top(scores[None, :], min(count, len(scores)))[0] if len(scores) and count else []
    return [
        {"itemId": str(learnt.model.item_ids[at]), "score": float(scores[at])}
        for at in places
        if at >= 0 and (scores[at] > 0 or learnt.model.kind in (models.ALS, models.BPR))
    ]


def ranked(learnt: Learnt, user: str, items: Sequence[str]) -> list[dict[str, Any]]:
    """ITEMS by how much USER will like them; those that are not known stand last, without a score."""
    at = learnt.users.get(user)
    scores = for_user(learnt, user) if at is None else _all_scores(learnt, at)
    known = sorted((one for one in items if one in learnt.items), key=lambda one: -float(scores[learnt.items[one]]))
    found = [{"itemId": one, "score": float(scores[learnt.items[one]])} for one in known]
    return [*found, *({"itemId": one} for one in items if one not in learnt.items)]


def _all_scores(learnt: Learnt, user: int) -> Any:
    import numpy as np

    return learnt.model.for_users(np.array([user]))[0]


def for_items(learnt: Learnt, item: str, count: int) -> list[str]:
    """The COUNT users to whom ITEM speaks most. Raises Refused for an unknown item."""
    from awsml_cli.local.engines.recommend.measured import top

    at = learnt.items.get(item)
    if at is None:
        raise invalid(f"There is no item {item}.")
    scores = learnt.model.users_for(at)
    places = top(scores[None, :], min(count, len(scores)))[0]
    return [str(learnt.model.user_ids[one]) for one in places]


@dataclass
class Tables:
    """What is known of items, users and events in a group, for filters: id -> column -> values."""

    items: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    users: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    events: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)


def allowed(machine: Machine, learnt: Learnt, filter_arn: str, given: dict[str, str], *, user: str | None) -> Any:
    """Which items (a mask) the filter lets through for USER. Raises Refused where a parameter has no value."""
    import numpy as np

    about = find(machine, "filter", filter_arn)
    rules = filters.parse(about["filterExpression"])
    values = {name: filters.values(text) for name, text in given.items()}
    if missing := [name for rule in rules for name in rule.parameters if name not in values]:
        raise invalid(f"The filter needs a value for {missing[0]}.")
    group = about["datasetGroupArn"]
    known = _tables(machine, group)
    kept = np.ones(len(learnt.model.item_ids), dtype=bool)
    for rule in rules:
        if rule.concerns(lambda _, name: known.users.get(user or "", {}).get(name, []), values):
            applies = np.array([_applies(rule, known, str(one), user, values) for one in learnt.model.item_ids])
            kept &= applies if rule.action == "INCLUDE" else ~applies
    return kept


def _applies(rule: Rule, known: Tables, item: str, user: str | None, values: dict[str, list[str]]) -> bool:
    def lookup(table: str, name: str) -> Sequence[str]:
        if table == "Items":
            return known.items.get(item, {}).get(name, [])
        if table in ("Users", "CurrentUser"):
            return known.users.get(user or "", {}).get(name, [])
        return known.events.get((user or "", item), {}).get(name, [])

    return rule.applies(lookup, values)


@lru_cache(maxsize=2)
def _read_tables(paths: tuple[tuple[str, str], ...]) -> Tables:
    import csv

    known = Tables()
    for sort, path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if sort == "ITEMS":
                    known.items.setdefault(row["ITEM_ID"], {}).update(_values(row.items()))
                elif sort == "USERS":
                    known.users.setdefault(row["USER_ID"], {}).update(_values(row.items()))
                else:
                    held = known.events.setdefault((row["USER_ID"], row["ITEM_ID"]), {})
                    for name, value in row.items():
                        held.setdefault(name, []).append(value)
    return known


def _tables(machine: Machine, group: str) -> Tables:
    paths = [
        (sort, str(path)) for sort in ("ITEMS", "USERS", "INTERACTIONS") for path in paths_of(machine, group, sort)
    ]
    return _read_tables(tuple(paths))


def _values(cells: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: value.split("|") for name, value in cells if value}
