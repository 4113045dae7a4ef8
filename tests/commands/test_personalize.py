"""`awsml personalize check`, `schema` and `run`: from a table to recommendations in one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shop
from fakeaws import Aws, AwsError, FakeClock
from fakeaws.program import Program

ASK = ("--user", "u1", "--user", "u2", "-n", "2")
ANSWER = "u1\ti14\t1\nu1\ti13\t0.5\nu2\ti14\t1\nu2\ti13\t0.5\n"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with tables, and a bucket to stage them in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("interactions.csv").write_text(shop.interactions())
    Path("items.csv").write_text(shop.items())
    Path("users.csv").write_text(shop.users())


def left(aws: Aws) -> list[str]:
    """What is left at AWS that can be removed, and in the bucket."""
    things = [arn.split(":", 5)[5] for arn, held in aws.personalize.things.items() if "batch" not in held["kind"]]
    return [*things, *aws.objects("staging")]


class TestCheck:
    def test_a_good_table(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "check", "interactions.csv", "--users", "users.csv", "--items", "items.csv")
        assert (run.exit_code, run.text, run.stderr, aws.calls) == (0, "", "", [])

    def test_problems_are_records_and_the_exit_code_is_2(self, aws: Aws, awsml: Program) -> None:
        Path("bad.csv").write_text("userId,ITEM_ID,TIMESTAMP\nu1,i1,1600000000000\n")
        run = awsml("personalize", "check", "bad.csv", "-f", "json")
        assert (run.exit_code, [(one["line"], one["column"], one["repair"]) for one in json.loads(run.text)]) == (
            2,
            [
                (1, "userId", "called USER_ID"),
                (1, None, None),
                (1, "USER_ID", None),
                (2, "TIMESTAMP", "in seconds"),
            ],
        )
        assert run.stderr == (
            "error: bad.csv, line 1, userId: Personalize must know it as USER_ID (and 3 more)\n"
            "hint: awsml personalize check bad.csv -o mended.csv mends what can be mended\n"
        )

    def test_the_table_comes_back_mended(self, aws: Aws, awsml: Program) -> None:
        Path("bad.csv").write_text(shop.interactions(milliseconds=True) + "u1,i1\n")
        run = awsml("personalize", "check", "bad.csv", "-o", "good.csv")
        assert (run.exit_code, run.text, run.stderr.splitlines()[-1]) == (
            0,
            "",
            "warning: bad.csv: 1 rows were left out, 1200 kept",
        )
        assert Path("good.csv").read_text() == shop.interactions()
        assert awsml("personalize", "check", "good.csv").exit_code == 0

    def test_what_nothing_can_mend_writes_nothing(self, aws: Aws, awsml: Program) -> None:
        Path("bad.csv").write_text("USER_ID,ITEM_ID\nu1,i1\n")
        run = awsml("personalize", "check", "bad.csv", "-o", "good.csv")
        assert (run.exit_code, Path("good.csv").exists(), "nothing can mend that" in run.stderr) == (2, False, True)

    def test_from_a_pipe(self, aws: Aws, awsml: Program) -> None:
        assert awsml("personalize", "check", "-", stdin=shop.interactions()).exit_code == 0

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["nowhere.csv"], "no such file: nowhere.csv"),
            (["interactions.csv", "--rename", "a"], "--rename takes OLD=NEW, and `a` is not that"),
            (["interactions.csv", "--domain", "toys"], "there is no domain `toys`"),
            (["interactions.csv", "-o", "interactions.csv"], "would be written over the input"),
        ],
    )
    def test_wrong_words(self, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("personalize", "check", *words)
        assert (run.exit_code, said in run.stderr) == (2, True)

    def test_the_schema(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "schema", "interactions.csv")
        assert [one["name"] for one in json.loads(run.text)["fields"]] == ["USER_ID", "ITEM_ID", "TIMESTAMP"]
        both = awsml("personalize", "schema", "interactions.csv", "--items", "items.csv", "-f", "json")
        assert [one["dataset_type"] for one in json.loads(both.text)] == ["INTERACTIONS", "ITEMS"]


class TestRun:
    def test_everything_and_nothing_is_left(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, "-y")
        assert (run.exit_code, run.text, run.stderr, left(aws)) == (0, ANSWER, "", [])
        assert (aws.personalize.imports, aws.personalize.trainings) == (1, 1)

    def test_one_user_has_the_columns_of_the_contract(self, aws: Aws, awsml: Program) -> None:
        assert (
            awsml("personalize", "run", "interactions.csv", "--user", "u1", "-n", "2", "-y").text
            == "i14\t1\ni13\t0.5\n"
        )

    def test_automatic_training_is_off_unless_asked(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "run", "interactions.csv", "-y")
        run = awsml("personalize", "run", "interactions.csv", "-y", "--auto-train")
        assert [call.params["performAutoTraining"] for call in aws.calls_of("CreateSolution")] == [False, True]
        assert "AWS trains this solution anew every seven days, and bills each training" in run.stderr

    def test_without_users_it_gives_the_metrics_and_makes_no_campaign(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", "--recipe", "popularity-count", "-y")
        assert (run.text.splitlines()[0], aws.calls_of("CreateCampaign"), left(aws)) == ("coverage\t0.27", [], [])

    def test_a_second_time_costs_nothing(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "run", "interactions.csv", *ASK, "-y")
        before = len(aws.calls)
        again = awsml("personalize", "run", "interactions.csv", *ASK, "-y", "-f", "jsonl")
        assert (len(again.text.splitlines()), len(aws.calls)) == (4, before)

    def test_items_are_joined(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "personalize",
            "run",
            "interactions.csv",
            "--items",
            "items.csv",
            "--user",
            "u1",
            "-n",
            "1",
            "-y",
            "-f",
            "csv",
        )
        assert run.text == "item_id,score,genre,price\ni14,1.0,Crime,7.0\n"
        assert aws.personalize.imports == 2

    def test_users_from_a_pipe(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", "--user", "-", "-n", "2", "-y", stdin="u1\nu2\n")
        assert run.text == ANSWER

    def test_a_batch_makes_no_campaign(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, "--batch", "-y")
        assert (run.text, aws.calls_of("CreateCampaign"), left(aws)) == (ANSWER, [], [])

    @pytest.mark.parametrize(
        ("recipe", "words", "text"),
        [
            ("sims", ["--item", "i14"], "i13\t1\n"),
            ("Similar-Items", ["--item", "i14"], "i13\t1\n"),
            ("semantic-similarity", ["--item", "i14"], "i13\t1\n"),
            ("personalized-ranking-v2", ["--user", "u1", "--item", "i13", "--item", "i14"], "i14\t1\ni13\t0.5\n"),
            ("item-affinity", ["--item", "i14"], "i14\tu1\n"),
            ("aws-trending-now", ["--user", "u1"], "i14\t1\n"),
        ],
    )
    def test_recipes_by_short_name(self, aws: Aws, awsml: Program, recipe: str, words: list[str], text: str) -> None:
        run = awsml("personalize", "run", "interactions.csv", "--recipe", recipe, *words, "-n", "1", "-y")
        assert (run.exit_code, run.text, left(aws)) == (0, text, [])

    def test_a_domain_has_a_recommender(self, aws: Aws, awsml: Program) -> None:
        Path("views.csv").write_text(shop.interactions(event=True))
        words = ("--domain", "VIDEO_ON_DEMAND", "--recipe", "top-picks", "--user", "u1", "-n", "1", "-y")
        run = awsml("personalize", "run", "views.csv", *words)
        assert (run.exit_code, run.text, left(aws)) == (0, "i14\t1\n", [])
        assert aws.calls_of("CreateDatasetGroup")[0].params["domain"] == "VIDEO_ON_DEMAND"
        assert (len(aws.calls_of("CreateRecommender")), aws.calls_of("CreateSolution")) == (1, [])

    def test_kept_things_are_named_with_their_price(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", "--user", "u1", "--keep", "--tps", "2", "-y")
        assert "its campaign bills 0.40 USD an hour at the least, used or not" in run.stderr
        (name,) = [
            arn.rpartition("/")[2] for arn, held in aws.personalize.things.items() if held["kind"] == "datasetGroup"
        ]
        assert awsml("personalize", "clean", name, "-y").exit_code == 0
        assert left(aws) == []

    def test_a_kept_run_trains_another_recipe_on_the_same_data(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "run", "interactions.csv", "--user", "u1", "--keep", "-y")
        awsml("personalize", "run", "interactions.csv", "--recipe", "sims", "--item", "i1", "--keep", "-y")
        assert (aws.personalize.imports, aws.personalize.trainings) == (1, 2)

    def test_the_dry_run_says_price_and_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, "--dry-run", "-f", "json")
        steps = {one["operation"]: one["price"] for one in json.loads(run.text)}
        assert aws.calls == []
        assert list(steps) == [
            "personalize:CreateDatasetGroup", "s3:PutObject", "personalize:CreateSchema", "personalize:CreateDataset",
            "personalize:CreateDatasetImportJob", "personalize:CreateSolution", "personalize:CreateSolutionVersion",
            "personalize:GetSolutionMetrics", "personalize:CreateCampaign", "personalize-runtime:GetRecommendations",
            "personalize:DeleteDatasetGroup",
        ]  # fmt: skip
        assert (steps["personalize:CreateSolutionVersion"], steps["personalize:CreateCampaign"]) == (0.0024, 0.2)

    def test_a_bad_table_sends_nothing_and_says_everything(self, aws: Aws, awsml: Program) -> None:
        milliseconds = "milliseconds; Personalize takes seconds (1700000001000) in 1200 rows"
        Path("bad.csv").write_text(shop.interactions(milliseconds=True).replace("USER_ID", "user", 1))
        for words, hint in (
            (["run", "bad.csv", *ASK, "-q"], "--repair mends all on the way"),
            (["import", "bad.csv"], "awsml personalize check bad.csv -o mended.csv mends all"),
        ):
            run = awsml("personalize", *words)
            assert (run.exit_code, aws.calls, run.stderr) == (
                2,
                [],
                "error: bad.csv cannot be sent: 2 errors\n"
                "  bad.csv, line 1, user: Personalize must know it as USER_ID\n"
                f"  bad.csv, line 2, TIMESTAMP: {milliseconds}\n"
                f"hint: {hint}\n",
            )

    @pytest.mark.parametrize("words", [["--repair", "-y"], ["-y"]])
    def test_a_bad_table_is_mended_on_the_way(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        Path("bad.csv").write_text(shop.interactions(milliseconds=True))
        run = awsml("personalize", "run", "bad.csv", *ASK, *words, tty={"stdin", "stderr"}, answers="y\n")
        assert (run.exit_code, run.text, left(aws)) == (0, ANSWER, [])
        assert "TIMESTAMP: milliseconds; Personalize takes seconds (1700000001000) in 1200 rows; in" in run.stderr

    def test_a_yaml_holds_it_all(self, aws: Aws, awsml: Program) -> None:
        Path("personalize.yaml").write_text(
            "interactions: interactions.csv\nitems: items.csv\nrecipe: popularity-count\nuser: [u1]\nlimit: 3\n"
        )
        run = awsml("personalize", "run", "personalize.yaml", "-n", "1", "-y")
        assert (run.exit_code, run.text) == (0, "i14\t1\tCrime\t7.0\n")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                "interactions: [a]\nrecipy: sims\n",
                "`interactions` is text, not ['a']; there is no setting `recipy`, did you mean",
            ),
            ("user: u1\n", "`interactions` is missing"),
            ("- a\n", "holds no settings"),
            ("a: b: c\n", "is no YAML"),
        ],
    )
    def test_a_yaml_that_says_something_else(self, aws: Aws, awsml: Program, text: str, said: str) -> None:
        Path("personalize.yaml").write_text(text)
        run = awsml("personalize", "run", "personalize.yaml")
        assert (run.exit_code, said in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--recipe", "usr-personalization"], "did you mean `user-personalization`?"),
            (["--recipe", "sims", "--batch"], "whom is the batch about?"),
            (["--recipe", "personalized-ranking-v2", "--user", "u1"], "ranks items: which?"),
            (["--recipe", "item-affinity"], "finds users for items: which?"),
            (["--recipe", "next-best-action", "--user", "u1"], "`run` has no tables for next-best-action"),
            (["--min-value", "3"], "a least value needs the event type"),
            (["--set", "x"], "--set takes NAME=VALUE"),
            (["--name", "-shop"], "AWS takes no such name: `-shop`"),
        ],
    )
    def test_what_cannot_be_meant(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("personalize", "run", "interactions.csv", *words, "-y")
        assert (run.exit_code, said in run.stderr, aws.personalize.trainings) == (2, True, 0)

    def test_too_few_events_are_refused_by_aws_with_a_way_out(self, aws: Aws, awsml: Program) -> None:
        Path("views.csv").write_text(shop.interactions(event=True))
        run = awsml("personalize", "run", "views.csv", "--event-type", "buy", "-y", "--name", "shop")
        assert (run.exit_code, "fewer than 1000 interactions after filtering" in run.stderr) == (4, True)
        assert "`awsml personalize clean shop` removes it" in run.stderr


class TestAccess:
    def test_without_consent_nothing_is_made(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK)
        assert (run.exit_code, "there is no role for it" in run.stderr, aws.personalize.things) == (3, True, {})

    def test_a_person_is_asked_once_for_both(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, tty={"stdin", "stderr"}, answers="y\n")
        assert (run.exit_code, run.stderr.count("Make the role awsml-personalize and let Personalize read")) == (0, 1)

    def test_the_policies_say_who_and_what(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "run", "interactions.csv", *ASK, "-y")
        (made,), (rights,), (policy,) = (
            aws.calls_of(name) for name in ("CreateRole", "PutRolePolicy", "PutBucketPolicy")
        )
        trust = json.loads(made.params["AssumeRolePolicyDocument"])["Statement"][0]
        assert (trust["Principal"], trust["Condition"]["StringEquals"]) == (
            {"Service": "personalize.amazonaws.com"},
            {"aws:SourceAccount": "123456789012"},
        )
        assert "arn:aws:s3:::staging/*" in rights.params["PolicyDocument"]
        assert json.loads(policy.params["Policy"])["Statement"][0]["Action"] == [
            "s3:GetObject",
            "s3:PutObject",
            "s3:ListBucket",
        ]

    def test_a_second_run_makes_neither_again(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "run", "interactions.csv", "--user", "u1", "-y")
        awsml("personalize", "run", "interactions.csv", "--user", "u2")
        assert (len(aws.calls_of("CreateRole")), len(aws.calls_of("PutBucketPolicy"))) == (1, 1)

    def test_a_policy_that_is_there_stays(self, aws: Aws, awsml: Program) -> None:
        import boto3

        other = {
            "Sid": "Other",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:DeleteBucket",
            "Resource": "arn:aws:s3:::staging",
        }
        boto3.client("s3").put_bucket_policy(
            Bucket="staging", Policy=json.dumps({"Version": "2012-10-17", "Statement": [other]})
        )
        awsml("personalize", "run", "interactions.csv", *ASK, "-y")
        assert [one["Sid"] for one in json.loads(aws.store.policy("staging"))["Statement"]] == [
            "Other",
            "AwsmlPersonalize",
        ]

    def test_a_role_that_is_not_there(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "personalize", "run", "interactions.csv", *ASK, "-y", "--role", "arn:aws:iam::123456789012:role/none"
        )
        assert (run.exit_code, "there is no role" in run.stderr) == (3, True)

    def test_a_new_role_is_waited_for(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        aws.respond(
            "personalize",
            "CreateDatasetImportJob",
            AwsError("InvalidInputException", "The role cannot be assumed.", times=2),
        )
        assert awsml("personalize", "run", "interactions.csv", *ASK, "-y").text == ANSWER
        assert clock.slept.count(10.0) == 3


class TestWaiting:
    def test_no_wait_says_what_aws_works_on_and_the_same_command_goes_on(self, aws: Aws, awsml: Program) -> None:
        words = ("personalize", "run", "interactions.csv", *ASK, "-y", "--no-wait")
        seen = []
        for _ in range(60):
            run = awsml(*words)
            assert run.exit_code == 0
            if "\t" not in run.text:
                seen.append(run.text.strip())
            elif not left(aws):
                break
        assert (run.text, left(aws)) == (ANSWER, [])
        assert [one.split(":")[2].partition("/")[0] for one in dict.fromkeys(seen)] == [
            "dataset-group", "dataset", "dataset-import-job", "solution", "solution", "campaign",
        ]  # fmt: skip
        assert (aws.personalize.imports, aws.personalize.trainings) == (1, 1)

    def test_the_id_is_enough_anywhere(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, "-y", "--no-wait")
        waited = awsml("jobs", "wait", run.text.strip(), "--query", "status")
        assert (waited.exit_code, waited.text) == (0, "ACTIVE\n")

    def test_a_timeout_is_exit_8(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.slow = 50
        run = awsml("personalize", "run", "interactions.csv", *ASK, "-y", "--timeout", "30")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (8, "hint: the same command goes on from there")
        aws.personalize.slow = 0
        assert awsml("personalize", "run", "interactions.csv", *ASK, "-y").text == ANSWER
        assert left(aws) == []

    def test_ctrl_c_names_what_runs_and_the_same_command_goes_on(
        self, aws: Aws, awsml: Program, clock: FakeClock
    ) -> None:
        clock.interrupt_in_wait(8)
        run = awsml("personalize", "run", "interactions.csv", *ASK, "-y")
        assert (run.exit_code, "still running at AWS: personalize:us-east-1:" in run.stderr) == (130, True)
        assert awsml("personalize", "run", "interactions.csv", *ASK, "-y").text == ANSWER
        assert (aws.personalize.imports, aws.personalize.trainings, left(aws)) == (1, 1, [])

    def test_a_reader_that_leaves_leaves_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "run", "interactions.csv", *ASK, "-y", head=1)
        assert (run.exit_code, run.text, left(aws)) == (0, "u1\ti14\t1\n", [])
