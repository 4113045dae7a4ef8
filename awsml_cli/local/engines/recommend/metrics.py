"""How good recommendations are, by what a user did afterwards: the metrics of Personalize, as pure functions.

Definitions: https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html; of NDCG, Järvelin and
Kekäläinen, https://doi.org/10.1145/582415.582418. `hits` has a row for each user and a column for each place of their
list, True where the item there is one that was held back; `relevant` is how many were held back for each user.
"""

from __future__ import annotations

from typing import Any, Final

DEPTHS: Final = (5, 10, 25)
DEEPEST: Final = 25


def precision(hits: Any, *, depth: int) -> float:
    """The share of the first DEPTH places that are hits, over all users."""
    return float(hits[:, :depth].sum(axis=1).mean() / depth)


def ndcg(hits: Any, relevant: Any, *, depth: int) -> float:
    """What the hits in the first DEPTH places are worth, less the later they come, as a share of the best possible."""
    import numpy as np

    worth = 1.0 / np.log2(np.arange(2, depth + 2))
    gained = (hits[:, :depth] * worth[: hits.shape[1]]).sum(axis=1)
    best = np.concatenate([[0.0], np.cumsum(worth)])[np.minimum(relevant, depth)]
    return float((gained / best).mean())


def reciprocal_rank(hits: Any) -> float:
    """One divided by the place of the first hit, nought where there is none, over all users."""
    first = hits.argmax(axis=1) + 1.0
    return float((hits.any(axis=1) / first).mean())


def coverage(listed: Any, *, items: int) -> float:
    """The share of all ITEMS that stands in at least one list."""
    import numpy as np

    return float(np.unique(listed[listed >= 0]).size / items)


def all_of(hits: Any, relevant: Any, listed: Any, *, items: int) -> dict[str, float]:
    """Every metric, by AWS's name of it."""
    return {
        "coverage": coverage(listed, items=items),
        "mean_reciprocal_rank_at_25": reciprocal_rank(hits[:, :DEEPEST]),
        **{f"normalized_discounted_cumulative_gain_at_{k}": ndcg(hits, relevant, depth=k) for k in DEPTHS},
        **{f"precision_at_{k}": precision(hits, depth=k) for k in DEPTHS},
    }
