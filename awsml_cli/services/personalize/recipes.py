"""Recipes by their short names, as AWS lists them now: a new one works without a new version of ours."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import paging
from awsml_cli.core.errors import InputError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize.resources import SERVICE

PREFIX: Final = "arn:aws:personalize:::recipe/"
USERS, ITEMS, RANKING, SEGMENTS, ACTIONS = "users", "items", "ranking", "segments", "actions"
_ABOUT: Final = {  # parts of names that tell what a recipe is asked about; all others are asked about users
    "similar": ITEMS,
    "sims": ITEMS,
    "more-like": ITEMS,
    "because-you-watched": ITEMS,
    "also-viewed": ITEMS,
    "frequently-bought": ITEMS,
    "ranking": RANKING,
    "affinity": SEGMENTS,
    "next-best-action": ACTIONS,
}


class Recipe(Record):
    """A recipe; `about` says what it is asked about: users, items, ranking, segments or actions."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "about", "domain", "status")

    name: str
    about: str
    domain: str | None = None
    status: str | None = None
    recipe_arn: str


def about(arn: str) -> str:
    """What the recipe ARN is asked about."""
    name = arn.rpartition("/")[2].lower().replace("_", "-")
    return next((what for part, what in _ABOUT.items() if part in name), USERS)


def short(arn: str) -> str:
    """The short name of the recipe ARN: `user-personalization-v2`."""
    return arn.rpartition("/")[2].removeprefix("aws-")


def listed(session: Session, *, domain: str | None = None, limit: int | None = None) -> Listing:
    """The recipes that AWS has, of DOMAIN or all."""
    found = _all(session, **({"domain": domain} if domain else {}))
    return Listing((Recipe.of(one, about=about(one["recipeArn"])) for one in islice(found, limit)), "recipes")


def find(session: Session, name: str, *, domain: str | None = None) -> str:
    """The ARN of the recipe NAME: whole, short (`sims`), or in AWS's documents' spelling (`Popularity-Count`).

    Raises InputError for an unknown one.
    """
    if name.startswith("arn:"):
        return name
    told = name.lower().removeprefix("aws-").replace("_", "-")
    known: dict[str, str] = {}
    for one in session.once("personalize recipes", lambda: list(_all(session))):
        known[short(one["recipeArn"])] = one["recipeArn"]
    kind = {"ECOMMERCE": "ecomm-", "VIDEO_ON_DEMAND": "vod-"}.get(domain or "", "")
    for called in (f"{kind}{told}", told):
        if called in known:
            return known[called]
    near = get_close_matches(told, known, n=1)
    raise InputError(
        f"there is no recipe `{name}`", hint=f"did you mean `{near[0]}`?" if near else "awsml personalize recipes"
    )


def _all(session: Session, **params: Any) -> Iterator[dict[str, Any]]:
    yield from paging.items(session.client(SERVICE).list_recipes, "recipes", **params)
