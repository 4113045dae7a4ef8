"""Amazon Personalize's answers at once, from what was learnt on this machine."""

from __future__ import annotations

import uuid
from typing import Any

from awsml_cli.local.operations import Answer, Machine, Operation, Params, made_by
from awsml_cli.local.operations.personalize import answers, recipes
from awsml_cli.local.operations.personalize.answers import Learnt
from awsml_cli.local.operations.personalize.keeping import find, invalid


def get_recommendations(params: Params, machine: Machine) -> Answer:
    """Items for a user, or like an item, through the filter, with those that are promoted among them."""
    learnt = _learnt(params, machine)
    if params.get("context"):
        raise invalid("No engine on this machine knows what holds now.")
    user, item = params.get("userId"), params.get("itemId")
    if recipes_ask_items(params, machine):
        if item is None:
            raise invalid("An item is needed.")
        scores = answers.for_item(learnt, item)
    elif user is None:
        raise invalid("A user is needed.")
    else:
        scores = answers.for_user(learnt, user)
    count = params.get("numResults") or 25
    allowed = None
    if "filterArn" in params:
        allowed = answers.allowed(machine, learnt, params["filterArn"], params.get("filterValues") or {}, user=user)
    found = answers.best(learnt, scores, count, allowed=allowed)
    for promotion in params.get("promotions") or ():
        found = _promoted(machine, learnt, scores, found, promotion, count, user)
    return _made(machine, learnt, {"itemList": found, "recommendationId": f"RID-{uuid.uuid4().hex}"})


def get_personalized_ranking(params: Params, machine: Machine) -> Answer:
    """The given items in the order in which a user will like them; those that are not known stand last."""
    learnt = _learnt(params, machine)
    found = answers.ranked(learnt, params["userId"], params["inputList"])
    return _made(machine, learnt, {"personalizedRanking": found, "recommendationId": f"RID-{uuid.uuid4().hex}"})


def recipes_ask_items(params: Params, machine: Machine) -> bool:
    """Whether the recipe behind the campaign or recommender is asked about an item."""
    from awsml_cli.local.engines.recommend.models import LIKENESS

    return recipes.engine(_about(params, machine)["recipeArn"]) == LIKENESS


def _about(params: Params, machine: Machine) -> dict[str, Any]:
    if "recommenderArn" in params:
        return find(machine, "recommender", params["recommenderArn"])
    return find(machine, "solutionVersion", find(machine, "campaign", params["campaignArn"])["solutionVersionArn"])


def _learnt(params: Params, machine: Machine) -> Learnt:
    if "recommenderArn" in params:
        return answers.of_recommender(machine, params["recommenderArn"])[0]
    if "campaignArn" not in params:
        raise invalid("A campaign or a recommender is needed.")
    campaign = find(machine, "campaign", params["campaignArn"])
    return answers.of_version(machine, campaign["solutionVersionArn"])[0]


def _promoted(
    machine: Machine,
    learnt: Learnt,
    scores: Any,
    found: list[dict[str, Any]],
    promotion: dict[str, Any],
    count: int,
    user: str | None,
) -> list[dict[str, Any]]:
    """FOUND with so many percent of the COUNT items from the promotion's filter, in the order of their scores."""
    wanted = count * promotion["percentPromotedItems"] // 100
    mask = answers.allowed(machine, learnt, promotion["filterArn"], promotion.get("filterValues") or {}, user=user)
    chosen = answers.best(learnt, scores, wanted, allowed=mask)
    ids = {one["itemId"] for one in chosen}
    others = [one for one in found if one["itemId"] not in ids][: count - len(chosen)]
    named = [{**one, "promotionName": promotion["name"]} for one in chosen]
    return sorted([*named, *others], key=lambda one: -one["score"])


def _made(machine: Machine, learnt: Learnt, answer: Answer) -> Answer:
    engine, quality = recipes.label(learnt.model.kind)
    return made_by(answer, engine=engine, quality=quality, machine=machine)


OPERATIONS: dict[str, Operation] = {
    "GetRecommendations": get_recommendations,
    "GetPersonalizedRanking": get_personalized_ranking,
}
