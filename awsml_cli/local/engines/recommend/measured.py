"""A model measured on what was held back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from awsml_cli.local.engines.recommend import metrics
from awsml_cli.local.engines.recommend.history import History, parted
from awsml_cli.local.engines.recommend.models import Model, learn

AT_ONCE: Final = 1024  # users scored together


def measured(
    kind: str, history: History, settings: Mapping[str, str], *, wanted: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """The metrics of a model of KIND that has learnt nine tenths of HISTORY, on the rest.

    WANTED is called now and then; it may raise to give the work up. Nothing is measured where nothing can be held back.
    """
    learnt, held = parted(history)
    if not len(held) or not len(learnt):
        return {}
    return judged(learn(kind, learnt, settings), held, wanted=wanted)


def judged(model: Model, held: History, *, wanted: Callable[[], None] = lambda: None) -> dict[str, float]:
    """The metrics of MODEL on what was HELD back: what a user had before is not recommended again."""
    import numpy as np

    truth = held.matrix()
    users = np.flatnonzero(np.diff(truth.indptr))
    depth = min(metrics.DEEPEST, len(model.item_ids))
    lists, hits = [], []
    for begin in range(0, len(users), AT_ONCE):
        wanted()
        some = users[begin : begin + AT_ONCE]
        best = top(unseen(model, some), depth)
        lists.append(best)
        hits.append(_hits(truth[some], best))
    relevant = np.diff(truth.indptr)[users]
    return metrics.all_of(np.concatenate(hits), relevant, np.concatenate(lists), items=len(model.item_ids))


def unseen(model: Model, users: Any) -> Any:
    """The scores of all items for USERS (places), those that they met already at the very end."""
    import numpy as np

    scores = np.array(model.for_users(users), dtype=np.float32)
    rows = model.seen[users]
    at = np.repeat(np.arange(len(users)), np.diff(rows.indptr))
    scores[at, rows.indices] = -np.inf
    return scores


def top(scores: Any, depth: int) -> Any:
    """The places of the DEPTH highest SCORES of each row, the highest first; -1 where a score is minus infinity."""
    import numpy as np

    best = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
    found = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    return np.where(np.isfinite(np.take_along_axis(scores, best, axis=1)), best, -1)


def _hits(truth: Any, best: Any) -> Any:
    import numpy as np

    relevant = np.zeros(truth.shape, dtype=bool)
    at = np.repeat(np.arange(truth.shape[0]), np.diff(truth.indptr))
    relevant[at, truth.indices] = True
    found = np.take_along_axis(relevant, np.maximum(best, 0), axis=1)
    return found & (best >= 0)
