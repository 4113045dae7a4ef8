"""The recipes that engines of this machine can follow, by AWS's names, and the engine of each."""

from __future__ import annotations

from typing import Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.recommend import DECLARATION, POPULARITY
from awsml_cli.local.engines.recommend import models as m
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused

PREFIX: Final = "arn:aws:personalize:::recipe/"
# AWS's name -> the kind of model, and the domain it is for
ENGINES: Final[dict[str, tuple[str, str | None]]] = {
    "aws-user-personalization-v2": (m.ALS, None),
    "aws-user-personalization": (m.BPR, None),
    "aws-personalized-ranking-v2": (m.ALS, None),
    "aws-personalized-ranking": (m.BPR, None),
    "aws-popularity-count": (m.POPULARITY, None),
    "aws-trending-now": (m.TRENDS, None),
    "aws-similar-items": (m.LIKENESS, None),
    "aws-sims": (m.LIKENESS, None),
    "aws-item-affinity": (m.ALS, None),
    "aws-ecomm-recommended-for-you": (m.ALS, "ECOMMERCE"),
    "aws-ecomm-popular-items-by-views": (m.POPULARITY, "ECOMMERCE"),
    "aws-ecomm-popular-items-by-purchases": (m.POPULARITY, "ECOMMERCE"),
    "aws-ecomm-frequently-bought-together": (m.LIKENESS, "ECOMMERCE"),
    "aws-ecomm-customers-who-viewed-x-also-viewed": (m.LIKENESS, "ECOMMERCE"),
    "aws-vod-top-picks": (m.ALS, "VIDEO_ON_DEMAND"),
    "aws-vod-most-popular": (m.POPULARITY, "VIDEO_ON_DEMAND"),
    "aws-vod-trending-now": (m.TRENDS, "VIDEO_ON_DEMAND"),
    "aws-vod-because-you-watched-x": (m.LIKENESS, "VIDEO_ON_DEMAND"),
    "aws-vod-more-like-x": (m.LIKENESS, "VIDEO_ON_DEMAND"),
}
ELSEWHERE: Final = ("aws-next-best-action", "aws-item-attribute-affinity", "aws-semantic-similarity")


def engine(recipe: str) -> str:
    """The kind of model for the RECIPE's ARN. Raises ConfigError for one that nothing here can follow, Refused."""
    name = recipe.removeprefix(PREFIX)
    if name in ELSEWHERE:
        raise ConfigError(
            f"no engine on this machine can follow the recipe {name}",
            hint="run it without --local; `awsml personalize recipes --local` says what there is",
        )
    if name not in ENGINES:
        raise Refused("InvalidInputException", f"There is no recipe {recipe}.")
    return ENGINES[name][0]


def label(kind: str) -> tuple[str, str]:
    """The name and the quality class of the engine for models of KIND."""
    if kind in (m.POPULARITY, m.TRENDS):
        return POPULARITY.name if kind == m.POPULARITY else "trends", POPULARITY.quality
    return f"{DECLARATION.label()} {kind}", DECLARATION.quality


def list_recipes(params: Params, machine: Machine) -> Answer:
    """The recipes that can be followed here."""
    return {
        "recipes": [
            {"name": name, "recipeArn": PREFIX + name, "status": "ACTIVE", **({"domain": domain} if domain else {})}
            for name, (_, domain) in ENGINES.items()
            if params.get("domain") in (None, domain)
        ]
        + [
            {"name": name, "recipeArn": PREFIX + name, "status": "UNAVAILABLE HERE"}
            for name in ELSEWHERE
            if "domain" not in params
        ]
    }


OPERATIONS: dict[str, Operation] = {"ListRecipes": list_recipes}
