"""`awsml personalize --local`: the same commands, records and exit codes, from an engine on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shop
from fakeaws import Aws
from fakeaws.program import Program

pytest.importorskip("implicit", reason="implicit is in the extra `personalize`")
RUN = ("personalize", "run", "interactions.csv", "--local")


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with tables, and no bucket anywhere."""
    monkeypatch.chdir(tmp_path)
    Path("interactions.csv").write_text(shop.interactions(event=True))
    Path("items.csv").write_text(shop.items())
    Path("users.csv").write_text(shop.users())


def group(number: str) -> int:
    return int(number[1:]) % 3


@pytest.fixture
def trained(awsml: Program) -> None:
    words = ("--name", "shop", "--items", "items.csv", "--users", "users.csv", "--local")
    assert awsml("personalize", "import", "interactions.csv", *words).exit_code == 0
    assert awsml("personalize", "train", "shop", "--solution", "likes", "--local").exit_code == 0
    assert awsml("personalize", "deploy", "likes", "--campaign", "front", "--local").exit_code == 0


class TestRun:
    def test_recommendations_fit_the_user_and_nothing_is_left(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*RUN, "--user", "u1", "--user", "u2", "-n", "3")
        rows = [line.split("\t") for line in run.text.splitlines()]
        assert (run.exit_code, run.stderr, aws.calls) == (0, "", [])
        assert [row[0] for row in rows] == ["u1"] * 3 + ["u2"] * 3
        assert awsml("personalize", "ls", "--local").text == ""

    def test_metrics_are_personalizes(self, awsml: Program) -> None:
        names = [line.split("\t")[0] for line in awsml(*RUN).text.splitlines()]
        assert names == [
            "coverage", "mean_reciprocal_rank_at_25",
            *(f"normalized_discounted_cumulative_gain_at_{k}" for k in (10, 25, 5)), *(f"precision_at_{k}" for k in (10, 25, 5)),
        ]  # fmt: skip

    def test_the_engine_is_named(self, awsml: Program) -> None:
        assert "answered on this machine by implicit 0.7" in awsml(*RUN, "--user", "u1", "-v").stderr

    def test_a_batch_gives_the_same(self, awsml: Program) -> None:
        words = ("--user", "u1", "--user", "u2", "-n", "3")
        assert awsml(*RUN, *words, "--batch").text == awsml(*RUN, *words).text

    def test_a_user_that_nobody_knows_gets_what_is_popular(self, awsml: Program) -> None:
        popular = awsml(*RUN, "--recipe", "popularity-count", "--user", "u1", "-n", "1").text
        assert awsml(*RUN, "--user", "stranger", "-n", "1").text.split("\t")[0] == popular.split("\t")[0]

    def test_items_like_an_item(self, awsml: Program) -> None:
        rows = awsml(*RUN, "--recipe", "similar-items", "--item", "i1", "-n", "4").text.splitlines()
        assert {group(row.split("\t")[0]) for row in rows} == {1}

    def test_an_order_for_a_user(self, awsml: Program) -> None:
        words = (
            "--recipe",
            "personalized-ranking-v2",
            "--user",
            "u3",
            "--item",
            "i3",
            "--item",
            "i1",
            "--item",
            "nothing",
        )
        assert [line.split("\t")[0] for line in awsml(*RUN, *words).text.splitlines()] == ["i1", "i3", "nothing"]

    def test_users_for_an_item(self, awsml: Program) -> None:
        rows = awsml(*RUN, "--recipe", "item-affinity", "--item", "i1", "-n", "5").text.splitlines()
        assert {group(row.split("\t")[1]) for row in rows} == {0}

    def test_trends_and_a_domain(self, awsml: Program) -> None:
        assert awsml(*RUN, "--recipe", "trending-now", "--user", "u1", "-n", "1").exit_code == 0
        run = awsml(*RUN, "--domain", "VIDEO_ON_DEMAND", "--recipe", "top-picks", "--user", "u1", "-n", "1")
        assert (run.exit_code, run.text.count("\n"), awsml("personalize", "ls", "--local").text) == (0, 1, "")

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["--recipe", "semantic-similarity", "--item", "i1"], 3, "no engine on this machine can follow the recipe"),
            (["--recipe", "sim", "--item", "i1"], 2, "there is no recipe `sim`"),
            (["--set", "magic=1"], 4, "the engine on this machine has no setting `magic`"),
            (["--event-type", "buy"], 4, "fewer than 1000 interactions after filtering"),
            (["--auto-train"], 4, "trains by itself"),
        ],
    )
    def test_what_it_cannot_do_says_so(self, awsml: Program, words: list[str], code: int, said: str) -> None:
        run = awsml(*RUN, *words)
        assert (run.exit_code, said in run.stderr) == (code, True), run.stderr


@pytest.mark.usefixtures("trained")
class TestSteps:
    def test_filters(self, awsml: Program) -> None:
        make = ("personalize", "filter", "create", "--local", "--group", "shop")
        assert awsml(*make, "crime", "INCLUDE ItemID WHERE Items.GENRE IN ($KIND)").exit_code == 0
        assert awsml(*make, "dear", "EXCLUDE ItemID WHERE Items.PRICE > 5 IF CurrentUser.AGE > 22").exit_code == 0
        ask = ("personalize", "recommend", "front", "--local", "-n", "40", "--items", "items.csv", "-f", "jsonl")
        crime = [
            json.loads(line)
            for line in awsml(*ask, "--user", "u1", "--filter", "crime", "--value", "KIND=Crime").text.splitlines()
        ]
        assert {one["genre"] for one in crime} == {"Crime"}
        young = awsml(*ask, "--user", "u1", "--filter", "dear").text.splitlines()
        old = [json.loads(line) for line in awsml(*ask, "--user", "u9", "--filter", "dear").text.splitlines()]
        assert max(float(one["price"]) for one in old) <= 5
        assert max(float(json.loads(line)["price"]) for line in young) > 5
        refused = awsml("personalize", "recommend", "front", "--local", "--user", "u1", "--filter", "crime")
        assert (refused.exit_code, "needs a value for KIND" in refused.stderr) == (4, True)

    def test_promotions(self, awsml: Program) -> None:
        awsml(
            "personalize",
            "filter",
            "create",
            "--local",
            "--group",
            "shop",
            "drama",
            'INCLUDE ItemID WHERE Items.GENRE IN ("Comedy")',
        )
        run = awsml(
            "personalize",
            "recommend",
            "front",
            "--local",
            "--user",
            "u2",
            "-n",
            "4",
            "--promote",
            "drama=50",
            "-f",
            "json",
        )
        named = [one["promotion_name"] for one in json.loads(run.text)]
        assert (len(named), named.count("drama")) == (4, 2)

    def test_what_happens_is_learnt_from(self, awsml: Program) -> None:
        tracking = awsml(
            "personalize", "trackers", "create", "clicks", "--group", "shop", "--local", "--query", "tracking_id"
        ).text.strip()
        lines = "".join(
            json.dumps(
                {"userId": "newcomer", "itemId": f"i{3 * n + 1}", "eventType": "view", "sentAt": 1_800_000_000 + n}
            )
            + "\n"
            for n in range(6)
        )
        assert awsml("personalize", "events", "--local", "--tracking-id", tracking, stdin=lines).text.startswith(
            "6\t0\t"
        )
        awsml("personalize", "train", "shop", "--solution", "likes", "--update", "--local")
        awsml("personalize", "deploy", "likes", "--campaign", "front", "--local")
        rows = awsml("personalize", "recommend", "front", "--local", "--user", "newcomer", "-n", "3").text.splitlines()
        assert {group(row.split("\t")[0]) for row in rows} == {1}
        assert (
            awsml("personalize", "items", "put", "--group", "shop", "--local", "--file", "items.csv").text
            == "39\t0\t4\n"
        )

    def test_aws_order_of_deletion_holds(self, awsml: Program) -> None:
        import shlex

        def delete(what: str, name: str) -> str:
            arn = f"arn:aws:personalize:us-east-1:000000000000:{name}"
            return awsml(*shlex.split(f"api personalize delete-{what} --{what}-arn {arn} --local -y")).stderr

        assert "A campaign is based on the solution" in delete("solution", "solution/likes")
        assert "The dataset group has a solution" in delete("dataset-group", "dataset-group/shop")
        assert "A dataset uses the schema" in delete("schema", "schema/shop-items")
        assert awsml("personalize", "clean", "shop", "-y", "--local").exit_code == 0
        assert awsml("personalize", "ls", "--local").text == ""

    def test_a_killed_training_is_taken_up(self, awsml: Program) -> None:
        job = awsml(
            "personalize", "train", "shop", "--recipe", "sims", "--local", "--no-wait", "--query", "id"
        ).text.strip()
        assert awsml("jobs", "wait", job, "--local", "--query", "status").text == "ACTIVE\n"
