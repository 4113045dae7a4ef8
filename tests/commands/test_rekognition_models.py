"""`awsml rekognition models`: a folder of pictures becomes a model, once; and it never runs unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, FakeClock
from fakeaws.program import KILLED, Program
from movies import STAGING, sent
from pictures import classes, png

# of a training: what is asked first, a picture on its way, and everything from the manifests on
CALLS = (*range(1, 6), 17, *range(29, 47))


@pytest.fixture(autouse=True)
def _bucket(aws: Aws) -> None:
    aws.bucket(STAGING)


@pytest.fixture
def models(awsml: Program, tmp_path: Path) -> Program:
    """`awsml rekognition models …` with a bucket, in a folder."""

    def run(*words: object, **options: object) -> object:
        options.setdefault("env", {"AWSML_BUCKET": STAGING})
        options.setdefault("cwd", tmp_path)
        return awsml("rekognition", "models", *map(str, words), **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    """Twelve pictures of two classes."""
    return classes(tmp_path / "birds", owl=6, wren=6)


def staged(aws: Aws) -> list[str]:
    """What lies in the bucket of what was staged."""
    return [key for key in aws.objects(STAGING) if key.startswith("awsml/tmp/")]


class TestTraining:
    def test_a_folder_is_one_command(self, aws: Aws, models: Program, birds: Path) -> None:
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, run.stderr) == (0, "")
        assert run.text == "\t1\t1\t1\t\t2\nowl\t1\t1\t1\t0.5\t1\nwren\t1\t1\t1\t0.5\t1\n"
        assert [one for one in aws.operations if one.startswith("Create")] == [
            "CreateProject",
            "CreateDataset",
            "CreateDataset",
            "CreateProjectVersion",
        ]
        assert (aws.rekognition.trainings, staged(aws)) == (1, [])

    def test_the_manifest_is_in_the_form_of_ground_truth(self, aws: Aws, models: Program, birds: Path) -> None:
        models("train", birds, "--project", "birds", "--no-wait")
        (version,) = aws.rekognition.projects["birds"]["versions"].values()
        train, test = version["sets"]["TRAIN"], version["sets"]["TEST"]
        assert (len(train), len(test)) == (10, 2)
        line = next(one for one in train if "class-1" in one)
        assert line.pop("source-ref").startswith(f"s3://{STAGING}/awsml/tmp/birds-v-")
        line["class-1-metadata"].pop("creation-date")
        assert line == {
            "class-1": 1,
            "class-1-metadata": {
                "confidence": 1,
                "job-name": "labeling-job/class-1",
                "class-name": "wren",
                "human-annotated": "yes",
                "type": "groundtruth/image-classification",
            },
        }

    def test_the_same_pictures_are_never_paid_for_twice(self, aws: Aws, models: Program, birds: Path) -> None:
        first = models("train", birds, "--project", "birds")
        again = models("train", birds, "--project", "birds")
        assert (again.text, aws.rekognition.trainings, sent(aws).count("CreateProject")) == (first.text, 1, 1)

    def test_other_pictures_are_another_version(self, aws: Aws, models: Program, birds: Path) -> None:
        models("train", birds, "--project", "birds")
        (birds / "owl/more.png").write_bytes(png(200))
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, aws.rekognition.trainings) == (0, 2)
        assert len(models("ls", "--project", "birds").text.splitlines()) == 2
        assert staged(aws) == []

    def test_a_version_that_was_given_a_name_is_for_its_pictures_alone(
        self, aws: Aws, models: Program, birds: Path
    ) -> None:
        words = ("train", birds, "--project", "birds", "--version-name", "summer")
        assert (models(*words).exit_code, models(*words).exit_code, aws.rekognition.trainings) == (0, 0, 1)
        (birds / "owl/more.png").write_bytes(png(200))
        other = models(*words)
        assert (other.exit_code, aws.rekognition.trainings) == (2, 1)
        assert other.stderr.startswith("error: there is another model birds/summer\n")

    def test_a_picture_in_two_classes_has_two_labels(self, aws: Aws, models: Program, birds: Path) -> None:
        (birds / "owl/both.png").write_bytes((birds / "wren/0.png").read_bytes())
        models("train", birds, "--project", "birds", "--test-share", "0.1", "--no-wait")
        (version,) = aws.rekognition.projects["birds"]["versions"].values()
        lines = [*version["sets"]["TRAIN"], *version["sets"]["TEST"]]
        assert sorted(sum(name.endswith("-metadata") for name in line) for line in lines) == [1] * 11 + [2]

    def test_a_test_of_ones_own(self, aws: Aws, models: Program, birds: Path, tmp_path: Path) -> None:
        held = classes(tmp_path / "held", owl=0, wren=0)
        (held / "owl/x.png").write_bytes(png(150))
        (held / "wren/y.png").write_bytes(png(151))
        run = models("train", birds, "--project", "birds", "--test", held)
        assert run.text.splitlines()[0] == "\t1\t1\t1\t\t2"
        (version,) = aws.rekognition.projects["birds"]["versions"].values()
        assert [len(version["sets"][kind]) for kind in ("TRAIN", "TEST")] == [12, 2]

    def test_pictures_that_stay(self, aws: Aws, models: Program, birds: Path) -> None:
        models("train", birds, "--project", "birds", "--to", f"s3://{STAGING}/pictures/birds")
        kept = [key for key in aws.objects(STAGING) if key.startswith("pictures/birds/")]
        assert (len(kept), staged(aws)) == (14, [])

    def test_a_manifest_in_s3(self, aws: Aws, models: Program) -> None:
        lines = []
        for number in range(12):
            place = aws.put(STAGING, f"photos/{number}.png", png(number))
            name = ("owl", "wren")[number % 2]
            about = {"class-name": name, "type": "groundtruth/image-classification"}
            lines.append(json.dumps({"source-ref": place, "bird": 1, "bird-metadata": about}))
        uri = aws.put(STAGING, "birds.manifest", "\n".join(lines).encode())
        run = models("train", uri, "--project", "birds")
        assert (run.exit_code, len(run.text.splitlines()), staged(aws)) == (0, 3, [])
        assert len([key for key in aws.objects(STAGING) if key.startswith("photos/")]) == 12

    def test_the_same_pictures_with_other_labels_are_another_training(self, aws: Aws, models: Program) -> None:
        places = [aws.put(STAGING, f"photos/{number}.png", png(number)) for number in range(12)]
        for turn in (0, 1):
            lines = []
            for number, place in enumerate(places):
                about = {"class-name": ("owl", "wren")[(number + turn) % 2], "type": "groundtruth/image-classification"}
                lines.append(json.dumps({"source-ref": place, "bird": 1, "bird-metadata": about}))
            uri = aws.put(STAGING, "birds.manifest", "\n".join(lines).encode())
            assert models("train", uri, "--project", "birds", "--replace").exit_code == 0
        first, second = aws.rekognition.projects["birds"]["versions"].values()
        name = {line["source-ref"]: line["bird-metadata"]["class-name"] for line in first["sets"]["TRAIN"]}
        assert all(
            line["bird-metadata"]["class-name"] != name[line["source-ref"]]
            for line in second["sets"]["TRAIN"]
            if line["source-ref"] in name
        )

    def test_a_manifest_beside_its_pictures_with_boxes(self, aws: Aws, models: Program, birds: Path) -> None:
        lines = []
        for number, path in enumerate(sorted(birds.rglob("*.png"))):
            box = {"class_id": number % 2, "left": 1, "top": 1, "width": 9, "height": 9}
            about = {"class-map": {"0": "owl", "1": "wren"}, "type": "groundtruth/object-detection"}
            value = {"annotations": [box], "image_size": [{"width": 64, "height": 64, "depth": 1}]}
            lines.append(json.dumps({"source-ref": str(path.relative_to(birds)), "b": value, "b-metadata": about}))
        (birds / "boxes.jsonl").write_text("\n".join(lines))
        run = models("train", birds / "boxes.jsonl", "--project", "birds")
        assert (run.exit_code, [line.split("\t")[0] for line in run.text.splitlines()]) == (0, ["", "owl", "wren"])

    def test_an_adapter_for_moderation(self, aws: Aws, models: Program, birds: Path) -> None:
        run = models("train", birds, "--project", "taste", "--feature", "moderation", "--threshold", "60", "--no-wait")
        (call,) = aws.calls_of("CreateProjectVersion")
        assert run.exit_code == 0
        assert aws.calls_of("CreateProject")[0].params["Feature"] == "CONTENT_MODERATION"
        assert call.params["FeatureConfig"] == {"ContentModeration": {"ConfidenceThreshold": 60}}
        started = models("start", "taste")
        assert (started.exit_code, "is an adapter: it needs no start" in started.stderr) == (2, True)
        labels = models("train", birds, "--project", "taste")
        assert (labels.exit_code, "is for content moderation" in labels.stderr) == (2, True)

    def test_dry_run(self, aws: Aws, models: Program, birds: Path) -> None:
        run = models("train", birds, "--project", "birds", "--dry-run", "-f", "json")
        steps = json.loads(run.text)
        assert [(one["operation"], one["calls"]) for one in steps] == [
            ("s3:PutObject", 14),
            ("rekognition:CreateProject", 1),
            ("rekognition:CreateDataset", 2),
            ("rekognition:CreateProjectVersion", 1),
        ]
        assert (steps[-1]["price"], aws.calls) == (1.0, [])

    def test_without_waiting_and_later(self, aws: Aws, models: Program, awsml: Program, birds: Path) -> None:
        run = models("train", birds, "--project", "birds", "--no-wait")
        name = run.text.split("\t")[0]
        assert (name.startswith("birds/v-"), run.text.split("\t")[1]) == (True, "TRAINING_IN_PROGRESS")
        assert len(staged(aws)) == 14
        assert awsml("jobs", "clean").text == ""  # it goes on
        assert json.loads(models("wait", name, "-f", "json").text)["f1_score"] == 1.0
        assert staged(aws) == []

    def test_what_is_left_when_it_has_ended_is_cleaned_up(
        self, aws: Aws, models: Program, awsml: Program, birds: Path
    ) -> None:
        models("train", birds, "--project", "birds", "--no-wait")
        aws.rekognition.training = ("TRAINING_COMPLETED",)
        assert awsml("jobs", "clean").text.startswith("rekognition-models:us-east-1:birds/v-")
        assert staged(aws) == []

    def test_a_timeout(self, aws: Aws, models: Program, birds: Path) -> None:
        aws.rekognition.training = ("TRAINING_IN_PROGRESS",) * 90 + ("TRAINING_COMPLETED",)
        run = models("train", birds, "--project", "birds", "--timeout", "60")
        assert (run.exit_code, run.stdout) == (8, b"")
        assert "hint: awsml rekognition models get birds/v-" in run.stderr

    def test_datasets_of_somebody_else_are_not_touched(self, aws: Aws, models: Program, birds: Path) -> None:
        models("train", birds, "--project", "birds", "--to", f"s3://{STAGING}/theirs")
        (birds / "owl/more.png").write_bytes(png(200))
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, aws.rekognition.trainings) == (2, 1)
        assert run.stderr.splitlines() == [
            "error: the project birds has a dataset of its own, with other pictures",
            "hint: --replace puts these in its place; or name another --project",
        ]
        assert models("train", birds, "--project", "birds", "--replace").exit_code == 0

    @pytest.mark.parametrize("number", CALLS)
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_killed_anywhere_and_repeated(
        self, aws: Aws, models: Program, birds: Path, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = models("train", birds, "--project", "birds")
        aws.kill_at(10_000)
        repeated = models("train", birds, "--project", "birds")
        assert (killed.exit_code in (0, KILLED), repeated.exit_code, len(repeated.text.splitlines())) == (True, 0, 3)
        assert (aws.rekognition.trainings, sent(aws).count("CreateProject"), staged(aws)) == (1, 1, [])
        assert sent(aws).count("PutObject") <= 12 + 2 * 2  # each picture once


class TestFaults:
    @pytest.mark.parametrize(
        "name",
        [
            *("DescribeProjects", "CreateProject", "DescribeProjectVersions", "CreateDataset", "DescribeDataset"),
            "CreateProjectVersion",
        ],
    )
    def test_throttled(self, aws: Aws, models: Program, birds: Path, name: str) -> None:
        aws.respond("rekognition", name, AwsError("ThrottlingException", "Slower.", times=6))
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, run.stderr, aws.rekognition.trainings, staged(aws)) == (0, "", 1, [])

    @pytest.mark.parametrize("name", ["CreateProject", "CreateDataset", "CreateProjectVersion"])
    def test_refused_and_repeated(self, aws: Aws, models: Program, birds: Path, name: str) -> None:
        aws.respond("rekognition", name, AwsError("AccessDeniedException", "No.", status=403))
        refused = models("train", birds, "--project", "birds")
        assert (refused.exit_code, f"rekognition:{name}" in refused.stderr) == (4, True)
        assert models("train", birds, "--project", "birds").exit_code == 0
        assert (aws.rekognition.trainings, staged(aws)) == (1, [])

    def test_a_training_that_fails_says_why_and_is_begun_anew(self, aws: Aws, models: Program, birds: Path) -> None:
        aws.rekognition.failing = "Access to the pictures was denied."
        failed = models("train", birds, "--project", "birds")
        error, hint = failed.stderr.splitlines()
        assert (failed.exit_code, staged(aws)) == (4, [])
        assert error.endswith(" failed: Access to the pictures was denied.")
        assert hint.endswith("awsml rekognition models policy BUCKET")
        aws.rekognition.failing = ""
        assert (models("train", birds, "--project", "birds").exit_code, aws.rekognition.trainings) == (0, 2)

    def test_a_dataset_that_fails(self, aws: Aws, models: Program, birds: Path) -> None:
        aws.rekognition.dataset_failing = "The manifest file contains too many invalid data objects."
        failed = models("train", birds, "--project", "birds")
        assert failed.exit_code == 4
        assert failed.stderr.startswith("error: AWS cannot use the pictures: The manifest file contains too many")
        aws.rekognition.dataset_failing = ""
        assert (models("train", birds, "--project", "birds").exit_code, aws.rekognition.trainings) == (0, 1)

    def test_a_bucket_that_rekognition_may_not_read(self, aws: Aws, models: Program, birds: Path) -> None:
        aws.respond("rekognition", "CreateDataset", AwsError("InvalidS3ObjectException", "Unable to access."))
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (
            3,
            f"hint: its policy must let Rekognition read it: awsml rekognition models policy {STAGING}",
        )

    def test_interrupted_it_names_what_goes_on(self, aws: Aws, models: Program, birds: Path) -> None:
        aws.rekognition.training = ("TRAINING_IN_PROGRESS",) * 5 + ("TRAINING_COMPLETED",)

        def press(_: float) -> None:
            if aws.rekognition.trainings:
                raise KeyboardInterrupt

        aws.clock.during_sleep.append(press)
        stopped = models("train", birds, "--project", "birds")
        assert (stopped.exit_code, "awsml rekognition models get birds/v-" in stopped.stderr) == (130, True)
        aws.clock.during_sleep.clear()
        assert (models("train", birds, "--project", "birds").exit_code, aws.rekognition.trainings) == (0, 1)


class TestBadInput:
    @pytest.mark.parametrize(
        ("counts", "complaint"),
        [
            ({"owl": 4, "wren": 4}, "has 8 pictures; Custom Labels takes 10 to 250,000"),
            ({"owl": 12}, "has 1 class: a model tells two at least apart"),
        ],
    )
    def test_too_little(
        self, aws: Aws, models: Program, tmp_path: Path, counts: dict[str, int], complaint: str
    ) -> None:
        run = models("train", classes(tmp_path / "birds", **counts), "--project", "birds")
        assert (run.exit_code, complaint in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (b"", "is empty"),
            (b"no picture", "is not a document: it looks like text"),
            (png(width=63), "is 63 x 64 pixels; Custom Labels takes sides of 64 to 4,096"),
            (png(width=4097), "is 4,097 x 64 pixels"),
            (png()[:-20], "is damaged"),
            (b"GIF89a" + bytes(60), ""),
        ],
    )
    def test_a_picture_that_cannot_be_used(
        self, aws: Aws, models: Program, birds: Path, data: bytes, complaint: str
    ) -> None:
        (birds / "owl/bad.png").write_bytes(data)
        run = models("train", birds, "--project", "birds")
        assert (run.exit_code, complaint in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "has no line"),
            ("{}", "line 1: this is no line of a manifest"),
            ('{"source-ref": "s3://a/b"}\nno', "line 2: this is no line of a manifest"),
            ('{"source-ref": "none.png"}', "no such picture: "),
        ],
    )
    def test_a_manifest_that_is_none(
        self, aws: Aws, models: Program, tmp_path: Path, text: str, complaint: str
    ) -> None:
        (tmp_path / "birds.manifest").write_text(text)
        run = models("train", "birds.manifest", "--project", "birds")
        assert (run.exit_code, complaint in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            ((), "a model belongs to a project"),
            (("--project", "my birds"), "`my birds` cannot be a name"),
            (("--project", "birds", "--feature", "taste"), "there is no feature `taste`"),
            (("--project", "birds", "--threshold", "50"), "a threshold is a moderation adapter's"),
            (("--project", "birds", "--test-share", "0"), "there is nothing to measure the model on"),
            (("--project", "birds", "--test", "birds"), "pictures of birds are in"),
        ],
    )
    def test_words_that_do_not_go(
        self, aws: Aws, models: Program, birds: Path, words: tuple[str, ...], complaint: str
    ) -> None:
        run = models("train", birds, *words)
        assert (run.exit_code, complaint in run.stderr, aws.calls) == (2, True, [])

    def test_a_folder_without_classes(self, aws: Aws, models: Program, tmp_path: Path) -> None:
        (tmp_path / "flat").mkdir()
        run = models("train", "flat", "--project", "birds")
        assert (run.exit_code, "has no folder of a class in it" in run.stderr) == (2, True)


class TestServing:
    @pytest.fixture(autouse=True)
    def _flowers(self, aws: Aws) -> None:
        aws.rekognition.trained("flowers", bucket=STAGING)

    def test_starting_says_what_it_bills_and_how_to_end_it(self, aws: Aws, models: Program) -> None:
        run = models("start", "flowers", "--units", "2", "--max-units", "4")
        assert run.exit_code == 0
        assert run.text.split("\t")[:4] == ["flowers/v-1", "RUNNING", "1", "8"]
        assert run.stderr == (
            "warning: flowers/v-1 bills 8.00 USD an hour, in use or not, until `awsml rekognition models stop "
            "flowers/v-1`\n"
        )
        (call,) = aws.calls_of("StartProjectVersion")
        assert (call.params["MinInferenceUnits"], call.params["MaxInferenceUnits"]) == (2, 4)

    def test_started_once(self, aws: Aws, models: Program) -> None:
        models("start", "flowers")
        again = models("start", "flowers")
        assert (again.exit_code, again.stderr, len(aws.calls_of("StartProjectVersion"))) == (0, "", 1)

    @pytest.mark.parametrize("number", range(1, 9))
    def test_killed_while_starting_and_repeated(self, aws: Aws, models: Program, number: int) -> None:
        aws.kill_at(number, after=True)
        models("start", "flowers")
        aws.kill_at(10_000)
        run = models("start", "flowers")
        assert (run.exit_code, sent(aws).count("StartProjectVersion")) == (0, 1)

    def test_what_runs_is_found_with_the_command_that_ends_it(self, aws: Aws, models: Program, awsml: Program) -> None:
        models("start", "flowers")
        (found,) = json.loads(
            awsml("running", "--regions", "us-east-1", "--kind", "custom-labels-model", "-f", "json").text
        )
        assert found["stop"] == "awsml rekognition models stop flowers/v-1 --region us-east-1"
        assert awsml(*found["stop"].split()[1:]).exit_code == 0
        assert models("ls").text.split("\t")[1:4] == ["STOPPED", "1", "0"]

    def test_for_a_while(self, aws: Aws, models: Program, clock: FakeClock) -> None:
        run = models("start", "flowers", "--for", "1h30m")
        assert (run.exit_code, run.text.split("\t")[1]) == (0, "STOPPED")
        assert 5400 <= sum(clock.slept) < 5460

    def test_for_a_while_interrupted(self, aws: Aws, models: Program, clock: FakeClock) -> None:
        clock.interrupt_in_wait(6)
        run = models("start", "flowers", "--for", "2h")
        assert (run.exit_code, len(aws.calls_of("StopProjectVersion"))) == (130, 1)
        assert models("get", "flowers", "--query", "hourly").text.strip() == "0"

    def test_for_a_while_that_cannot_be_stopped_says_so(self, aws: Aws, models: Program) -> None:
        aws.respond("rekognition", "StopProjectVersion", AwsError("AccessDeniedException", "No."))
        run = models("start", "flowers", "--for", "90s")
        assert "warning: flowers/v-1 may still run and bill: " in run.stderr

    @pytest.mark.parametrize("time", ["soon", "0s", "", "1d"])
    def test_a_time_that_is_none(self, aws: Aws, models: Program, time: str) -> None:
        assert (models("start", "flowers", "--for", time).exit_code, aws.calls) == (2, [])

    def test_dry_run(self, aws: Aws, models: Program) -> None:
        run = models("start", "flowers", "--units", "2", "--dry-run", "-f", "json")
        assert (json.loads(run.text)["price"], aws.calls) == (8.0, [])

    def test_stopping_what_does_not_run(self, aws: Aws, models: Program) -> None:
        run = models("stop", "flowers")
        assert (run.exit_code, aws.calls_of("StopProjectVersion")) == (0, [])

    def test_more_models_than_may_run(self, aws: Aws, models: Program) -> None:
        for name in ("a", "b"):
            aws.rekognition.trained(name, bucket=STAGING, status="RUNNING")
        run = models("start", "flowers")
        assert (run.exit_code, "LimitExceededException" in run.stderr) == (4, True)

    def test_metrics(self, models: Program) -> None:
        run = models("metrics", "flowers", "-f", "csv")
        assert run.text.splitlines() == [
            "label,f1_score,precision,recall,threshold,number_of_testing_images",
            ",1.0,1.0,1.0,,2",
            "rose,1.0,1.0,1.0,0.5,1",
            "tulip,1.0,1.0,1.0,0.5,1",
        ]
        assert models("metrics", "flowers", "--confusion").text.splitlines()[0] == "rose\trose\t1"

    def test_a_copy(self, aws: Aws, models: Program) -> None:
        aws.rekognition.trained("garden", version="v-0", bucket=STAGING)
        run = models("copy", "flowers", "--to", "garden")
        assert (run.exit_code, run.text.split("\t")[:2]) == (0, ["garden/v-1", "COPYING_COMPLETED"])
        assert (models("copy", "flowers", "--to", "garden").exit_code, sent(aws).count("CopyProjectVersion")) == (0, 1)

    def test_removing_a_project(self, aws: Aws, models: Program) -> None:
        aws.rekognition.trained("flowers", version="v-2", bucket=STAGING)
        assert models("rm", "flowers").exit_code == 2
        assert len(models("rm", "flowers", "--dry-run").text.splitlines()) == 3
        run = models("rm", "flowers", "-y")
        assert (run.exit_code, aws.rekognition.projects) == (0, {})
        assert [key for key in aws.objects(STAGING) if key.startswith("awsml/models/")] == []

    def test_removing_a_project_with_datasets(self, aws: Aws, models: Program, birds: Path) -> None:
        models("train", birds, "--project", "birds")
        assert models("rm", "birds", "-y").exit_code == 0
        assert list(aws.rekognition.projects) == ["flowers"]

    def test_what_runs_is_not_removed(self, aws: Aws, models: Program) -> None:
        models("start", "flowers")
        run = models("rm", "flowers", "-y")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: flowers/v-1 runs\nhint: awsml rekognition models stop flowers/v-1\n",
        )

    @pytest.mark.parametrize("name", ["none", "flowers/v-9", "arn:aws:rekognition:us-east-1:1:project/x/1"])
    def test_what_is_not_there(self, models: Program, name: str) -> None:
        assert models("get", name).exit_code == 2

    def test_its_arn_is_a_name_too(self, aws: Aws, models: Program) -> None:
        arn = aws.rekognition.projects["flowers"]["versions"]["v-1"]["about"]["ProjectVersionArn"]
        assert models("get", arn).text.split("\t")[0] == "flowers/v-1"

    def test_lists_are_read_to_their_end(self, aws: Aws, models: Program) -> None:
        for name in "abcd":
            aws.rekognition.trained(name, bucket=STAGING)
        assert [line.split("\t")[0] for line in models("projects").text.splitlines()] == ["flowers", *"abcd"]
        assert len(models("ls").text.splitlines()) == 5

    def test_the_policy_of_a_bucket(self, models: Program) -> None:
        made = json.loads(models("policy", "photos", "-f", "json").text)
        assert {one["Principal"]["Service"] for one in made["Statement"]} == {"rekognition.amazonaws.com"}
        assert {one["Condition"]["StringEquals"]["aws:SourceAccount"] for one in made["Statement"]} == {"123456789012"}
