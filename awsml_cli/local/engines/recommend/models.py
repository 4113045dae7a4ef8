"""What is learnt: factors of users and items, the likeness of items, counts; how each scores, and how each is kept."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.local.engines import recommend
from awsml_cli.local.engines.recommend.history import History

ALS, BPR, LIKENESS, POPULARITY, TRENDS = "als", "bpr", "likeness", "popularity", "trends"
NEIGHBOURS: Final = 100  # items kept for each item
SEED: Final = 42
# found on MovieLens 100k by NDCG@25 on likes held out, then left alone
_DEFAULTS: Final[dict[str, dict[str, float]]] = {
    ALS: {"factors": 64, "iterations": 15, "regularization": 0.05, "alpha": 5.0},
    BPR: {"factors": 64, "iterations": 100, "regularization": 0.01, "learning_rate": 0.01},
    LIKENESS: {},
    POPULARITY: {},
    TRENDS: {"window": 7200},
}
_CALLED: Final = {"hidden_dimension": "factors", "trend_discovery_frequency": "window"}  # AWS's words for the same


@dataclass(frozen=True)
class Model:
    """Something that was learnt: its KIND, whose ids it knows, and its arrays.

    `seen` is who met what, sparse: rows are users. `popular` is how often each item was met.
    """

    kind: str
    user_ids: Any
    item_ids: Any
    seen: Any
    popular: Any
    arrays: Mapping[str, Any]

    def for_users(self, users: Any) -> Any:
        """The score of every item (column) for each of USERS (places, row)."""
        import numpy as np

        if self.kind in (ALS, BPR):
            return self.arrays["users"][users] @ self.arrays["items"].T
        if self.kind == LIKENESS:
            return np.asarray((self.seen[users] @ self.likeness).todense())
        return np.broadcast_to(self.arrays["scores"], (len(users), len(self.item_ids)))

    def for_item(self, item: int) -> Any:
        """The likeness of every item to the ITEM (its place)."""
        import numpy as np

        if self.kind == LIKENESS:
            return np.asarray(self.likeness[[item]].todense())[0]
        if self.kind in (ALS, BPR):
            factors = self.arrays["items"]
            sizes = np.linalg.norm(factors, axis=1)
            return factors @ factors[item] / np.maximum(sizes * sizes[item], 1e-9)
        return self.arrays["scores"]

    def users_for(self, item: int) -> Any:
        """The score of every user for the ITEM (its place)."""
        return self.arrays["users"] @ self.arrays["items"][item]

    @property
    def likeness(self) -> Any:
        """How alike items are, sparse."""
        from scipy.sparse import csr_matrix

        parts = (self.arrays["data"], self.arrays["indices"], self.arrays["indptr"])
        return csr_matrix(parts, shape=(len(self.item_ids), len(self.item_ids)))


def learn(kind: str, history: History, settings: Mapping[str, str]) -> Model:
    """Learn a model of KIND from HISTORY. Raises InputError for unknown settings, ConfigError for want of it."""
    import numpy as np

    told = _settings(kind, settings)
    seen = history.matrix()
    popular = np.asarray(seen.sum(axis=0), dtype=np.float64).ravel()
    arrays = _arrays(kind, history, seen, popular, told)
    return Model(kind, history.user_ids, history.item_ids, seen, popular, arrays)


def _settings(kind: str, given: Mapping[str, str]) -> dict[str, float]:
    told = dict(_DEFAULTS[kind])
    for name, value in given.items():
        known = _CALLED.get(name, name)
        if known not in told:
            raise InputError(
                f"the engine on this machine has no setting `{name}`", hint=", ".join(told) or "it has none"
            )
        try:
            told[known] = float(value)
        except ValueError:
            raise InputError(f"the setting `{name}` is a number, not `{value}`") from None
    return told


def _arrays(kind: str, history: History, seen: Any, popular: Any, told: Mapping[str, float]) -> dict[str, Any]:
    if kind == POPULARITY:
        return {"scores": popular / max(popular.sum(), 1.0)}
    if kind == TRENDS:
        return {"scores": _growth(history, popular, told["window"])}
    recommend.prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about BLAS's threads, where numpy was imported before us
        if kind == LIKENESS:
            return _likeness(seen)
        model = _factorisation(kind, told)
        model.fit(seen, show_progress=False)
    return {"users": _plain(model.user_factors), "items": _plain(model.item_factors)}


def _factorisation(kind: str, told: Mapping[str, float]) -> Any:
    common: dict[str, Any] = {
        "factors": int(told["factors"]),
        "iterations": int(told["iterations"]),
        "random_state": SEED,
    }
    common["regularization"] = told["regularization"]
    if kind == ALS:
        from implicit.als import AlternatingLeastSquares

        return AlternatingLeastSquares(alpha=told["alpha"], **common)
    from implicit.bpr import BayesianPersonalizedRanking

    return BayesianPersonalizedRanking(learning_rate=told["learning_rate"], **common)


def _likeness(seen: Any) -> dict[str, Any]:
    from implicit.nearest_neighbours import CosineRecommender

    model = CosineRecommender(K=min(NEIGHBOURS + 1, seen.shape[1]))
    model.fit(seen, show_progress=False)
    found = model.similarity.tocsr()
    found.setdiag(0)
    found.eliminate_zeros()
    return {"data": found.data, "indices": found.indices, "indptr": found.indptr}


def _plain(factors: Any) -> Any:
    import numpy as np

    return np.ascontiguousarray(factors, dtype=np.float32)


def _growth(history: History, popular: Any, window: float) -> Any:
    """How much more each item was met in the last WINDOW seconds than in as many before, popularity breaking ties.

    Where little happened in so short a time, the window is the last tenth of all time.
    """
    import numpy as np

    last, first = int(history.times[-1]), int(history.times[0])
    if (history.times > last - window).sum() < min(1000, len(history) / 10):
        window = max((last - first) / 10, 1.0)
    size = len(history.item_ids)
    newest = np.bincount(history.items[history.times > last - window], minlength=size)
    middle = (history.times <= last - window) & (history.times > last - 2 * window)
    before = np.bincount(history.items[middle], minlength=size)
    return np.maximum(newest - before, 0) + popular / (popular.sum() + 1.0)


def kept(model: Model) -> bytes:
    """MODEL as bytes."""
    import numpy as np

    out = io.BytesIO()
    seen = {f"seen_{name}": getattr(model.seen, name) for name in ("data", "indices", "indptr")}
    ids = {"user_ids": model.user_ids, "item_ids": model.item_ids, "popular": model.popular}
    arrays = {f"own_{name}": value for name, value in model.arrays.items()}
    np.savez(out, kind=np.array(model.kind), **ids, **seen, **arrays)
    return out.getvalue()


def loaded(data: bytes) -> Model:
    """The model that `kept` made DATA of."""
    import numpy as np
    from scipy.sparse import csr_matrix

    found = np.load(io.BytesIO(data), allow_pickle=False)
    shape = (len(found["user_ids"]), len(found["item_ids"]))
    seen = csr_matrix((found["seen_data"], found["seen_indices"], found["seen_indptr"]), shape=shape)
    arrays = {name.removeprefix("own_"): found[name] for name in found.files if name.startswith("own_")}
    return Model(str(found["kind"]), found["user_ids"], found["item_ids"], seen, found["popular"], arrays)
