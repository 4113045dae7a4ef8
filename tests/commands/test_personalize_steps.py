"""`awsml personalize`, each step alone: import, train, deploy, ask, filter, batch, tell, look, clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shop
from fakeaws import Aws, AwsError
from fakeaws.program import Program

JOB = "personalize:us-east-1:"


@pytest.fixture
def desk(aws: Aws, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with tables, and a bucket to stage them in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("interactions.csv").write_text(shop.interactions(event=True))
    Path("items.csv").write_text(shop.items())
    Path("users.csv").write_text(shop.users())


@pytest.fixture
def trained(desk: None, aws: Aws, awsml: Program) -> None:
    """A dataset group `shop` with a solution `likes` that answers at the campaign `front`."""
    words = ("--name", "shop", "--items", "items.csv", "--users", "users.csv", "-y")
    assert awsml("personalize", "import", "interactions.csv", *words).exit_code == 0
    assert awsml("personalize", "train", "shop", "--solution", "likes").exit_code == 0
    assert awsml("personalize", "deploy", "likes", "--campaign", "front").exit_code == 0


def names(aws: Aws, kind: str) -> list[str]:
    return [arn.rpartition("/")[2] for arn, held in aws.personalize.things.items() if held["kind"] == kind]


@pytest.mark.usefixtures("desk")
class TestImport:
    def test_tables_become_datasets_and_nothing_stays_staged(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "personalize", "import", "interactions.csv", "--name", "shop", "--items", "items.csv", "-y", "-f", "json"
        )
        found = [(one["dataset_type"], one["status"], one["rows"]) for one in json.loads(run.text)]
        assert (run.exit_code, found) == (0, [("INTERACTIONS", "ACTIVE", 1200), ("ITEMS", "ACTIVE", 39)])
        assert (names(aws, "datasetGroup"), aws.objects("staging")) == (["shop"], {})

    def test_the_same_table_is_imported_once(self, aws: Aws, awsml: Program) -> None:
        for _ in range(2):
            assert awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y").exit_code == 0
        assert aws.personalize.imports == 1

    def test_without_waiting_it_gives_ids(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "personalize", "import", "interactions.csv", "--name", "shop", "--no-wait", "-y", "--query", "[0].id"
        )
        assert run.text.startswith(f"{JOB}dataset-import-job/shop-interactions-")
        assert len(aws.objects("staging")) == 1
        waited = awsml("jobs", "wait", run.text.strip())
        assert (waited.exit_code, aws.objects("staging")) == (0, {})

    def test_more_of_it_is_added(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y")
        Path("more.csv").write_text("USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\nu1,i1,view,1800000000\n")
        run = awsml("personalize", "import", "more.csv", "--name", "shop", "--mode", "incremental", "-y")
        assert (run.exit_code, aws.calls_of("CreateDatasetImportJob")[-1].params["importMode"]) == (0, "INCREMENTAL")
        assert [len(rows) for rows in aws.personalize.rows.values()] == [1201]

    def test_other_columns_than_those_that_are_there(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y")
        Path("plain.csv").write_text(shop.interactions())
        run = awsml("personalize", "import", "plain.csv", "--name", "shop", "-y")
        assert (run.exit_code, "has other columns than the dataset that is there: EVENT_TYPE" in run.stderr) == (
            2,
            True,
        )

    def test_a_group_that_is_for_something_else(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y")
        run = awsml("personalize", "import", "interactions.csv", "--name", "shop", "--domain", "ecommerce", "-y")
        assert (run.exit_code, "the dataset group shop is for no domain" in run.stderr) == (2, True)

    def test_one_that_fails_says_why_and_leaves_nothing_staged(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.failing["datasetImportJob"] = "Input csv is bad."
        run = awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y")
        assert (run.exit_code, "failed: Input csv is bad." in run.stderr, aws.objects("staging")) == (4, True, {})
        again = awsml("personalize", "import", "interactions.csv", "--name", "shop", "-y", "--query", "[0].id")
        assert (again.exit_code, again.text.strip().endswith("-2"), aws.objects("staging")) == (0, True, {})

    def test_no_table_is_named(self, awsml: Program) -> None:
        assert "name a table to import" in awsml("personalize", "import", "--name", "shop").stderr

    def test_several_files_are_one_table_and_one_import(self, aws: Aws, awsml: Program) -> None:
        head, *rows = shop.interactions(event=True).splitlines(keepends=True)
        for name, some in (("a/jan.csv", rows[:700]), ("a/feb.csv", rows[700:1100]), ("mar.csv", rows[1100:])):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text((head + "".join(some)).rstrip("\n"))
        words = ["personalize", "import", "a", "mar.csv", "--name", "shop", "-y", "-f", "json"]
        run, again = awsml(*words), awsml(*words)
        (told,) = json.loads(run.text)
        (asked,) = aws.calls_of("CreateDatasetImportJob")
        assert (run.exit_code, told["rows"], asked.params["dataSource"]["dataLocation"][-1:]) == (0, 1200, "/"), (
            run.stderr
        )
        assert ([len(held) for held in aws.personalize.rows.values()], aws.objects("staging")) == ([1200], {})
        assert (again.exit_code, aws.personalize.imports) == (0, 1)

    def test_what_is_wrong_with_one_of_several_files(self, aws: Aws, awsml: Program) -> None:
        head, *rows = shop.interactions(event=True).splitlines(keepends=True)
        Path("one.csv").write_text(head + "".join(rows[:600]))
        Path("two.csv").write_text(head + "".join(rows[600:]) + "u1,i1,view,yesterday\n")
        Path("three.csv").write_text("ITEM_ID,USER_ID,EVENT_TYPE,TIMESTAMP\n")
        wrong = awsml("personalize", "import", "one.csv", "two.csv", "--name", "shop", "-y")
        other = awsml("personalize", "import", "one.csv", "three.csv", "--name", "shop", "-y")
        assert (wrong.exit_code, "two.csv, line 602, TIMESTAMP: it is no time" in wrong.stderr) == (2, True), (
            wrong.stderr
        )
        assert (other.exit_code, "three.csv begins otherwise than one.csv" in other.stderr, aws.calls) == (2, True, [])

    def test_files_without_a_header_as_one_table(self, awsml: Program) -> None:
        rows = shop.interactions(event=True).splitlines(keepends=True)[1:]
        Path("parts").mkdir()
        Path("parts/one.csv").write_text("".join(rows[:600]))
        Path("parts/two.csv").write_text("".join(rows[600:]))
        words = ["--columns", "USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP", "-o", "whole.csv"]
        assert awsml("personalize", "check", "parts", *words).exit_code == 0
        assert Path("whole.csv").read_text() == shop.interactions(event=True)


@pytest.mark.usefixtures("trained")
class TestTraining:
    def test_the_same_settings_are_trained_once(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "train", "shop", "--solution", "likes")
        assert (run.exit_code, run.text.splitlines()[0], aws.personalize.trainings) == (0, "coverage\t0.27", 1)

    def test_fresh_and_update_train_again(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "personalize", "train", "shop", "--solution", "likes", "--update", "--no-wait", "--query", "training_mode"
        )
        assert (run.text, aws.personalize.trainings) == ("UPDATE\n", 2)

    def test_settings_reach_aws(self, aws: Aws, awsml: Program) -> None:
        words = (
            "--recipe",
            "sims",
            "--event-type",
            "view",
            "--min-value",
            "2",
            "--set",
            "popularity_discount_factor=0.5",
        )
        assert awsml("personalize", "train", "shop", *words, "--hpo").exit_code == 0
        made = aws.calls_of("CreateSolution")[-1].params
        assert (made["eventType"], made["performHPO"], made["performAutoTraining"], made["solutionConfig"]) == (
            "view", True, False,
            {"eventValueThreshold": "2", "algorithmHyperParameters": {"popularity_discount_factor": "0.5"}},
        )  # fmt: skip

    def test_metrics_by_name(self, awsml: Program) -> None:
        assert awsml("personalize", "metrics", "likes", "--query", "[0].value").text == "0.27\n"

    def test_a_training_is_stopped(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.slow = 9
        job = awsml("personalize", "train", "shop", "--recipe", "sims", "--no-wait", "--query", "id").text.strip()
        run = awsml("jobs", "stop", job, "--query", "status")
        assert (run.exit_code, run.text) == (0, "CREATE STOPPING\n")

    def test_one_that_fails_says_why_and_is_tried_again(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.failing["solutionVersion"] = "Not enough data."
        run = awsml("personalize", "train", "shop", "--recipe", "sims")
        assert (run.exit_code, "failed: Not enough data." in run.stderr) == (4, True)
        assert awsml("personalize", "train", "shop", "--recipe", "sims").exit_code == 0

    def test_what_is_trained_answers_under_the_same_name(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "train", "shop", "--solution", "likes", "--update")
        run = awsml("personalize", "deploy", "likes", "--campaign", "front", "--tps", "2", "-f", "json")
        told = json.loads(run.text)
        assert (told["min_provisioned_tps"], told["hourly"], len(aws.calls_of("UpdateCampaign"))) == (2, 0.4, 1)
        assert "the campaign bills 0.40 USD an hour until `awsml personalize campaigns rm front`" in run.stderr

    def test_recipes_are_those_that_aws_has(self, awsml: Program) -> None:
        rows = awsml("personalize", "recipes").text.splitlines()
        assert (rows[0], len(rows)) == ("user-personalization-v2\tusers\t\tACTIVE".replace("user", "aws-user", 1), 13)
        assert len(awsml("personalize", "recipes", "--domain", "VIDEO_ON_DEMAND").text.splitlines()) == 2


@pytest.mark.usefixtures("trained")
class TestAsking:
    def test_one_user(self, awsml: Program) -> None:
        assert awsml("personalize", "recommend", "front", "--user", "u1", "-n", "2").text == "i14\t1\ni13\t0.5\n"

    def test_many_users_from_a_pipe_in_order(self, awsml: Program) -> None:
        run = awsml("personalize", "recommend", "front", "-n", "1", stdin="u1\nu2\n\nu3\n")
        assert run.text == "u1\ti14\t1\nu2\ti14\t1\nu3\ti14\t1\n"

    def test_one_that_fails_does_not_stop_the_others_and_can_be_fed_back(self, aws: Aws, awsml: Program) -> None:
        fault = AwsError("InvalidInputException", "No such user.")
        no_such = {"on": True}
        aws.respond_where(
            "personalize-runtime",
            "GetRecommendations",
            lambda params: params["userId"] == "u2" and no_such["on"],
            fault,
        )
        run = awsml("personalize", "recommend", "front", "-n", "1", "--errors", "lost.jsonl", stdin="u1\nu2\nu3\n")
        assert (run.exit_code, run.text) == (5, "u1\ti14\t1\nu3\ti14\t1\n")
        assert "1 of 3 failed; the others are done" in run.stderr
        no_such["on"] = False
        again = awsml(
            "personalize",
            "recommend",
            "front",
            "-n",
            "1",
            "--user",
            "u9",
            "--user",
            "-",
            stdin=Path("lost.jsonl").read_text(),
        )
        assert again.text == "u9\ti14\t1\nu2\ti14\t1\n"

    def test_a_campaign_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("personalize", "recommend", "back", "--user", "u1")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: there is no campaign or recommender back")

    def test_filters_values_context_promotions(self, aws: Aws, awsml: Program) -> None:
        awsml(
            "personalize", "filter", "create", "kind", "--group", "shop", "INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)"
        )
        run = awsml(
            *(
                "personalize",
                "recommend",
                "front",
                "--user",
                "u1",
                "-n",
                "4",
                "--filter",
                "kind",
                "--value",
                "GENRE=Drama,Crime",
            ),
            *(
                "--context",
                "DEVICE=phone",
                "--promote",
                "kind=50",
                "--promote-value",
                "GENRE=Crime",
                "--metadata",
                "GENRE",
            ),
            *("-f", "jsonl", "--query", "promotion_name"),
        )
        sent = aws.calls_of("GetRecommendations")[-1].params
        assert (run.exit_code, run.text.splitlines()) == (
            0,
            ['["kind", "kind", null, null]'] if "[" in run.text else run.text.splitlines(),
        )
        assert (sent["filterValues"], sent["context"], sent["metadataColumns"]) == (
            {"GENRE": '"Drama","Crime"'}, {"DEVICE": "phone"}, {"ITEMS": ["GENRE"]},
        )  # fmt: skip
        assert sent["promotions"][0]["percentPromotedItems"] == 50

    def test_a_value_that_is_missing_is_aws_to_say(self, awsml: Program) -> None:
        awsml(
            "personalize", "filter", "create", "kind", "--group", "shop", "INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)"
        )
        run = awsml("personalize", "recommend", "front", "--user", "u1", "--filter", "kind")
        assert (run.exit_code, "The filter needs values for" in run.stderr) == (4, True)

    def test_items_beside_it(self, awsml: Program) -> None:
        run = awsml(
            "personalize", "recommend", "front", "--user", "u1", "-n", "1", "--items", "items.csv", "-f", "json"
        )
        (one,) = json.loads(run.text)
        assert (one["item_id"], one["genre"], one["price"]) == ("i14", "Crime", "7.0")

    def test_ranking_from_words_and_from_a_pipe(self, awsml: Program) -> None:
        words = ("personalize", "rank", "front", "--user", "u1")
        assert awsml(*words, "i9", "i13", "i14").text == awsml(*words, stdin="i9\ni13\ni14\n").text
        assert awsml(*words, "i9", "i13", "i14", "--query", "[].item_id", "-f", "jsonl").text.split() == [
            '"i14"',
            '"i13"',
            '"i9"',
        ]

    def test_actions_and_similar(self, awsml: Program) -> None:
        assert awsml("personalize", "actions", "front", "--user", "u1", "-n", "1").text == "subscribe\t0.8\n"
        assert awsml("personalize", "similar", "front", "--item", "i14", "-n", "1").text == "i13\t1\n"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["rank", "front", "i1"], "for whom?"),
            (["recommend", "front", "--user", "u1", "--promote", "x"], "--promote takes FILTER=PERCENT"),
            (["recommend", "front", "--user", "u1", "--value", "x"], "--value takes NAME=VALUE"),
            (["recommend", "front", "--user", "u1", "--filter", "none"], "there is no filter none"),
            (["recommend", "front", "--user", "u1", "--items", "users.csv"], "users.csv has no column ITEM_ID"),
            (["batch", "nothing", "--user", "u1"], "there is no solution nothing"),
            (["segment", "likes", "--item", "i1"], "wants `awsml personalize batch`"),
        ],
    )
    def test_wrong_words(self, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("personalize", *words)
        assert (run.exit_code, said in run.stderr) == (2, True)


@pytest.mark.usefixtures("trained")
class TestBatch:
    def test_users_from_a_pipe_and_nothing_is_left_in_the_bucket(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "batch", "likes", "-n", "1", stdin="u1\nu2\n")
        assert (run.exit_code, run.text, aws.objects("staging")) == (0, "u1\ti14\t1\nu2\ti14\t1\n", {})

    def test_several_files_are_one_job(self, aws: Aws, awsml: Program) -> None:
        for name, text in (("more/a.txt", "u1\nu2\n"), ("more/b.txt", "u3"), ("c.jsonl", '{"userId": "u4"}\n')):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(text)
        run = awsml("personalize", "batch", "likes", "-n", "1", "--file", "more", "--file", "c.jsonl", "--user", "u0")
        assert (run.exit_code, run.text) == (0, "".join(f"u{n}\ti14\t1\n" for n in range(5)))
        assert len(aws.calls_of("CreateBatchInferenceJob")) == 1
        assert "no such file" in awsml("personalize", "batch", "likes", "--file", "nobody.txt").stderr

    def test_the_same_questions_are_asked_once(self, aws: Aws, awsml: Program) -> None:
        for _ in range(2):
            awsml("personalize", "batch", "likes", "--user", "u1")
        assert len([call for call in aws.calls_of("CreateBatchInferenceJob") if not call.error]) == 1

    def test_without_waiting_its_id_gives_the_answers_anywhere(self, aws: Aws, awsml: Program) -> None:
        job = awsml(
            "personalize", "batch", "likes", "--user", "u1", "-n", "1", "--no-wait", "--query", "id"
        ).text.strip()
        assert job.startswith(f"{JOB}batch-inference-job/likes-")
        assert awsml("jobs", "result", job).text == "u1\ti14\t1\n"
        assert awsml("jobs", "get", job, "--query", "status").text == "ACTIVE\n"
        assert aws.objects("staging") == {}

    def test_answers_stay_where_they_were_asked_for(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "batch", "likes", "--user", "u1", "--to", "s3://staging/mine/")
        assert list(aws.objects("staging")) == ["mine/questions.jsonl.out"]

    def test_aws_own_json_passes_through(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "batch", "likes", "-n", "1", stdin='{"userId": "u7", "filterValues": {"A": "1"}}\n')
        assert run.text == "u7\ti14\t1\n"

    def test_segments(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "train", "shop", "--recipe", "item-affinity", "--solution", "fans")
        run = awsml("personalize", "segment", "fans", "--item", "i14", "-n", "2")
        assert (run.exit_code, run.text) == (0, "i14\tu1\ni14\tu10\n")
        assert awsml("personalize", "batch", "fans", "--item", "i14").exit_code == 2

    def test_one_that_fails_says_why(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.failing["batchInferenceJob"] = "No access."
        run = awsml("personalize", "batch", "likes", "--user", "u1")
        assert (run.exit_code, "failed: No access." in run.stderr, aws.objects("staging")) == (4, True, {})


@pytest.mark.usefixtures("trained")
class TestTelling:
    def test_events_go_ten_a_call_each_session_in_its_order(self, aws: Aws, awsml: Program) -> None:
        tracking = awsml(
            "personalize", "trackers", "create", "clicks", "--group", "shop", "--query", "tracking_id"
        ).text.strip()
        lines = "".join(
            json.dumps({"userId": f"u{n % 2}", "itemId": f"i{n}", "eventType": "view", "sentAt": 1_700_000_000 + n})
            + "\n"
            for n in range(25)
        )
        run = awsml("personalize", "events", "--tracking-id", tracking, stdin=lines, env={"NO_COLOR": "1"})
        sizes = [len(call.params["eventList"]) for call in aws.calls_of("PutEvents")]
        assert (run.exit_code, run.text, sizes) == (0, "25\t0\t4\n", [10, 10, 3, 2])
        order = [event["itemId"] for _, user, event in aws.personalize_events.events if user == "u0"]
        assert order == [f"i{n}" for n in range(0, 25, 2)]

    def test_events_as_people_write_them(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        line = {
            "USER_ID": "u1",
            "session_id": "s1",
            "ITEM_ID": 7,
            "TIMESTAMP": "2026-11-26T10:00:00Z",
            "NUM_RATINGS": 3,
            "event_value": "2",
        }
        run = awsml(
            "personalize", "events", "--tracking-id", "clicks-id", "--event-type", "rate", stdin=json.dumps(line) + "\n"
        )
        ((session, user, event),) = aws.personalize_events.events
        assert (run.exit_code, session, user, event["itemId"], event["eventType"], event["eventValue"]) == (
            0, "s1", "u1", "7", "rate", 2.0,
        )  # fmt: skip
        assert (json.loads(event["properties"]), event["sentAt"].isoformat()) == (
            {"numRatings": 3},
            "2026-11-26T10:00:00",
        )

    def test_a_csv_of_events(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        run = awsml("personalize", "events", "--tracking-id", "clicks-id", "--file", "interactions.csv")
        assert (run.exit_code, run.text.split("\t")[:2]) == (0, ["1200", "0"])

    def test_lines_that_fail_can_be_fed_back(self, aws: Aws, awsml: Program) -> None:
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        aws.respond("personalize-events", "PutEvents", AwsError("ResourceInUseException", "Later."))
        good = '{"userId": "u1", "itemId": "i1", "eventType": "view"}\n'
        bad = '{"itemId": "i1", "eventType": "view"}\nnonsense\n{"userId": "u2"}\n'
        run = awsml("personalize", "events", "--tracking-id", "clicks-id", "--errors", "lost.jsonl", stdin=good + bad)
        assert (run.exit_code, [line.split(":")[1] for line in run.stderr.splitlines() if line.startswith("error: line")]) == (
            5, [" line 2", " line 3", " line 4", " line 1"],
        )  # fmt: skip
        again = awsml(
            "personalize",
            "events",
            "--tracking-id",
            "clicks-id",
            "--user",
            "u3",
            "--event-type",
            "view",
            "--file",
            "lost.jsonl",
        )
        assert (again.exit_code, len(aws.personalize_events.events)) == (5, 3)

    def test_an_unknown_tracker_and_none(self, aws: Aws, awsml: Program) -> None:
        assert "to which tracker?" in awsml("personalize", "events", stdin="").stderr
        run = awsml(
            "personalize", "events", "--tracking-id", "x", stdin='{"userId": "u", "itemId": "i", "eventType": "e"}\n'
        )
        assert (run.exit_code, "Tracking id x is not known" in run.stderr) == (5, True)

    def test_actions_and_what_is_done_with_them_go_ten_a_call(self, aws: Aws, awsml: Program) -> None:
        Path("actions.csv").write_text("ACTION_ID,VALUE\n" + "".join(f"a{n},{n}\n" for n in range(12)))
        awsml("personalize", "import", "--name", "shop", "--actions", "actions.csv", "--mode", "incremental", "-y")
        put = awsml("personalize", "actions", "put", "--group", "shop", "--file", "actions.csv")
        assert (put.text, [len(call.params["actions"]) for call in aws.calls_of("PutActions")]) == (
            "12\t0\t2\n",
            [10, 2],
        )
        assert aws.personalize_events.records[-1] == {"actionId": "a11", "properties": '{"value": "11"}'}
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        deeds = "".join(
            json.dumps({"USER_ID": f"u{n % 2}", "action_id": f"a{n}", "TIMESTAMP": 1_700_000_000 + n, "DEVICE": "tv"})
            + "\n"
            for n in range(11)
        )
        words = ["events", "--tracking-id", "clicks-id", "--actions", "--event-type", "taken"]
        done = awsml("personalize", *words, stdin=deeds + '{"userId": "u1"}\n')
        assert (done.exit_code, "line 12: there is no actionId" in done.stderr) == (5, True)
        sizes = [len(call.params["actionInteractions"]) for call in aws.calls_of("PutActionInteractions")]
        told = [event["actionId"] for _, _, event in aws.personalize_events.events]
        assert (sizes, told) == ([10, 1], [f"a{n}" for n in range(11)])
        assert aws.personalize_events.events[-1][2]["properties"] == '{"device": "tv"}'

    def test_users_and_items_go_ten_a_call(self, aws: Aws, awsml: Program) -> None:
        run = awsml("personalize", "items", "put", "--group", "shop", "--file", "items.csv")
        assert (run.text, [len(call.params["items"]) for call in aws.calls_of("PutItems")]) == (
            "39\t0\t4\n",
            [10, 10, 10, 9],
        )
        line = json.dumps({"user_id": "u99", "AGE": 30, "HOME_TOWN": "Rome"})
        run = awsml("personalize", "users", "put", "--group", "shop", stdin=line + "\n")
        assert (run.exit_code, aws.personalize_events.records[-1]) == (
            0, {"userId": "u99", "properties": '{"age": 30, "homeTown": "Rome"}'},
        )  # fmt: skip
        assert "in which dataset group?" in awsml("personalize", "users", "put", stdin="").stderr


@pytest.mark.usefixtures("trained")
class TestKept:
    def test_everything_in_a_group(self, awsml: Program) -> None:
        kinds = [line.split("\t")[0] for line in awsml("personalize", "ls", "shop").text.splitlines()]
        assert kinds == ["dataset group", "solution", "training", "campaign", "dataset", "dataset", "dataset"]
        assert len(awsml("personalize", "ls").text.splitlines()) == 10
        assert awsml("personalize", "ls", "nothing").exit_code == 2

    def test_what_runs_is_among_the_jobs_of_all_services(self, awsml: Program) -> None:
        run = awsml("jobs", "--service", "personalize", "-f", "json")
        states = [one["state"] for one in json.loads(run.text)]
        assert (states.count("ended"), states.count("idle"), len(states)) == (4, 1, 5)  # its campaign idles

    def test_what_bills_names_the_command_that_ends_it(self, awsml: Program) -> None:
        run = awsml("running", "--kind", "personalize-campaign", "--regions", "us-east-1", "--query", "[0].stop")
        assert run.text == "awsml personalize campaigns rm front --region us-east-1\n"
        assert awsml(*run.text.split()[1:], "-y").exit_code == 0
        assert awsml("personalize", "campaigns", "ls").text == ""

    def test_clean_in_the_order_of_aws(self, aws: Aws, awsml: Program) -> None:
        awsml(
            "personalize",
            "filter",
            "create",
            "seen",
            "--group",
            "shop",
            'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")',
        )
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        planned = awsml(
            "personalize", "clean", "shop", "--dry-run", "--query", "[].operation", "-f", "jsonl"
        ).text.split()
        assert awsml("personalize", "clean", "shop").exit_code == 2
        run = awsml("personalize", "clean", "shop", "-y")
        kinds = [line.split("\t")[0] for line in run.text.splitlines()]
        assert (run.exit_code, aws.personalize.things) == (0, {})
        assert kinds == [
            "campaign",
            "filter",
            "event tracker",
            "solution",
            *["dataset"] * 3,
            *["schema"] * 3,
            "dataset group",
        ]
        assert len(planned) == len(kinds)

    def test_clean_stops_what_is_being_trained(self, aws: Aws, awsml: Program) -> None:
        aws.personalize.slow = 5
        awsml("personalize", "train", "shop", "--recipe", "sims", "--no-wait")
        run = awsml("personalize", "clean", "shop", "-y")
        assert (run.exit_code, aws.personalize.things) == (0, {})

    def test_a_schema_that_another_group_uses_stays(self, aws: Aws, awsml: Program) -> None:
        import boto3

        client = boto3.client("personalize")
        schema = next(arn for arn in aws.personalize.things if arn.endswith("schema/shop-items"))
        other = client.create_dataset_group(name="other")["datasetGroupArn"]
        client.describe_dataset_group(datasetGroupArn=other)
        for _ in range(2):
            client.describe_dataset_group(datasetGroupArn=other)
        client.create_dataset(name="x", schemaArn=schema, datasetGroupArn=other, datasetType="Items")
        run = awsml("personalize", "clean", "shop", "-y")
        assert (run.exit_code, schema in aws.personalize.things, names(aws, "datasetGroup")) == (0, True, ["other"])

    def test_nothing_to_clean(self, awsml: Program) -> None:
        run = awsml("personalize", "clean", "nothing", "-y")
        assert (run.exit_code, "there is no dataset group nothing" in run.stderr) == (2, True)

    def test_filters(self, aws: Aws, awsml: Program) -> None:
        text = "EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE)"
        assert awsml("personalize", "filter", "test", text).text == "EXCLUDE\tItemID\tItems.GENRE\tGENRE\n"
        refused = awsml("personalize", "filter", "create", "f", "--group", "shop", "EXCLUDE Things")
        assert (refused.exit_code, aws.calls_of("CreateFilter")) == (2, [])
        awsml("personalize", "filter", "create", "f", "--group", "shop", text)
        assert awsml("personalize", "filter", "ls", "--query", "[0].parameters[0]").text == "GENRE\n"
        assert awsml("personalize", "filter", "create", "f", "--group", "shop", text.replace("EX", "IN")).exit_code == 4
        assert (awsml("personalize", "filter", "rm", "f", "-y").exit_code, names(aws, "filter")) == (0, [])

    def test_trackers(self, awsml: Program) -> None:
        awsml("personalize", "trackers", "create", "clicks", "--group", "shop")
        assert awsml("personalize", "trackers", "ls", "--query", "[0].tracking_id").text == "clicks-id\n"
        assert awsml("personalize", "trackers", "rm", "clicks", "-y").exit_code == 0


@pytest.mark.usefixtures("desk")
def test_recommenders_start_and_stop(aws: Aws, awsml: Program) -> None:
    awsml("personalize", "import", "interactions.csv", "--name", "films", "--domain", "VIDEO_ON_DEMAND", "-y")
    made = awsml(
        "personalize",
        "recommenders",
        "create",
        "picks",
        "--group",
        "films",
        "--recipe",
        "top-picks",
        "--query",
        "status",
    )
    assert (made.exit_code, made.text) == (0, "ACTIVE\n"), made.stderr
    assert awsml("personalize", "recommend", "picks", "--user", "u1", "-n", "1").text == "i14\t1\n"
    assert awsml("personalize", "recommenders", "stop", "picks", "--query", "status").text == "INACTIVE\n"
    assert awsml("personalize", "recommend", "picks", "--user", "u1").exit_code == 4
    assert awsml("personalize", "recommenders", "start", "picks", "--query", "status").text == "ACTIVE\n"
    assert awsml("personalize", "recommenders", "ls", "--query", "[0].name").text == "picks\n"
    awsml("personalize", "recommenders", "stop", "picks")
    assert awsml("personalize", "recommenders", "rm", "picks", "-y").exit_code == 0
    assert awsml("personalize", "clean", "films", "-y").exit_code == 0
    assert aws.personalize.things == {}
    assert "needs a domain" not in awsml("personalize", "recommenders", "create", "x", "--group", "none").stderr
