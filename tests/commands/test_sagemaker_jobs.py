"""`awsml sagemaker jobs attach` and `clone`: a training followed from elsewhere, and started again with changes."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws, FakeClock
from fakeaws.program import KILLED, Program
from recordings import STAGING

TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
ROLE = "arn:aws:iam::123456789012:role/trainer"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket, a role, data in S3 and here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    aws.bucket("lake")
    (tmp_path / "points.csv").write_text("1,2\n")
    boto3.client("iam").create_role(RoleName="trainer", AssumeRolePolicyDocument=json.dumps(TRUST))
    aws.calls.clear()


@pytest.fixture
def first(aws: Aws, awsml: Program) -> str:
    """The id of a training that was started with much to say."""
    run = awsml(
        *("sagemaker", "train", "--image", aws.ecr.image("team/churn", "v1"), "--role", ROLE, "--name", "first"),
        *("--hp", "epochs=2", "--hp", "rate=0.1", "--channel", "training=s3://lake/d/", "--instance", "ml.m5.large"),
        *("--metric", "loss=loss=([0-9.]+)", "--env", "A=1", "--tag", "team=a", "--max-run", "1h", "--retry", "2"),
        *("--spot", "--checkpoint-s3", "s3://lake/c/", "--output-s3", "s3://lake/m/", "--no-wait"),
    )
    assert run.exit_code == 0, run.stderr
    return run.text.strip()


class TestAttach:
    def test_it_follows_as_if_it_had_started_it(self, aws: Aws, awsml: Program, first: str) -> None:
        run = awsml("sagemaker", "jobs", "attach", first, "-f", "json")
        assert run.exit_code == 0, run.stderr
        assert run.stderr.splitlines() == [
            *("first: Starting", "first: Downloading", "first: Training", "epoch=1 loss=0.5", "first: Restarting"),
            *("epoch=2 loss=0.25", "first: Uploading", "first: Completed"),
            "first: 36 s billed on 1 x ml.m5.large, about 0.0011 USD; spot saved 70%",
        ]
        assert json.loads(run.text)["metrics"] == {"loss": 0.25}
        assert len(aws.calls_of("CreateTrainingJob")) == 1

    def test_metrics_are_curves_at_a_terminal(self, aws: Aws, awsml: Program, first: str) -> None:
        aws.sagemaker.script = [("algo-1", f"loss={8 - number}") for number in range(8)]
        run = awsml("sagemaker", "jobs", "clone", first, "--name", "second", tty={"stderr", "stdin"}, answers="y\n")
        assert run.exit_code == 0, run.stderr
        frames = [frame.splitlines() for frame in run.stderr.split("\r\x1b[K")]
        drawn = [frame for frame in frames if len(frame) > 1 and frame[-1].startswith("training second: ")]
        titles = [frame[0] for frame in drawn]
        assert ("loss 8" in titles, titles[-1]) == (True, "loss 1  (1 to 8)")
        assert drawn[-1][1].startswith("⠉⠉⠑⠒")
        assert json.loads(awsml("sagemaker", "jobs", "describe", "second", "-f", "json").text)["metrics"] == {"loss": 1}

    def test_without_the_log_they_are_lines(self, awsml: Program, first: str) -> None:
        said = awsml("sagemaker", "jobs", "wait", first, "--no-logs").stderr.splitlines()
        assert [line for line in said if "loss" in line] == ["first: loss 0.5", "first: loss 0.25"]

    def test_of_its_log_only_the_newest_may_be_wanted(self, aws: Aws, awsml: Program, first: str) -> None:
        old = int((aws.clock.now() - 7200) * 1000)
        aws.sagemaker.logs.put("/aws/sagemaker/TrainingJobs", "first/algo-1-1", [(old, "long ago")], "us-east-1")
        said = awsml("sagemaker", "jobs", "attach", first, "--since", "1h").stderr
        assert ("long ago" in said, "epoch=2 loss=0.25" in said) == (False, True)

    def test_ctrl_c_leaves_it_alone(self, aws: Aws, awsml: Program, clock: FakeClock, first: str) -> None:
        clock.interrupt_in_wait(2)
        run = awsml("sagemaker", "jobs", "attach", first)
        assert (run.exit_code, first in run.stderr) == (130, True)
        assert aws.calls_of("StopTrainingJob") == []

    def test_its_failure_is_that_of_the_training(self, aws: Aws, awsml: Program) -> None:
        aws.sagemaker.failing = "AlgorithmError: RuntimeError: no labels, exit code: 1"
        image = aws.ecr.image("team/churn", "v1")
        awsml("sagemaker", "train", "--image", image, "--role", ROLE, "--name", "bad", "--no-wait")
        run = awsml("sagemaker", "jobs", "attach", "bad")
        assert (run.exit_code, run.stderr.splitlines()[-2].partition("failed: ")[2]) == (
            4,
            "AlgorithmError: RuntimeError: no labels, exit code: 1",
        )


class TestClone:
    def test_all_is_as_it_was_but_what_is_said(self, aws: Aws, awsml: Program, first: str) -> None:
        run = awsml(
            *(
                "sagemaker",
                "jobs",
                "clone",
                first,
                "--name",
                "second",
                "--hp",
                "epochs=9",
                "--instance",
                "ml.m5.xlarge",
            ),
            *("--max-run", "3h", "--env", "B=2", "--tag", "try=2", "--metric", "acc=acc=(.*)", "--no-wait"),
        )
        assert (run.exit_code, run.text) == (0, "sagemaker:us-east-1:second\n"), run.stderr
        before, after = (call.params for call in aws.calls_of("CreateTrainingJob"))
        changed = {
            "TrainingJobName": "second",
            "HyperParameters": {"epochs": "9", "rate": "0.1"},
            "ResourceConfig": before["ResourceConfig"] | {"InstanceType": "ml.m5.xlarge"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 10800, "MaxWaitTimeInSeconds": 21600},
            "Environment": {"A": "1", "B": "2", "SAGEMAKER_PROGRAM": "train.py"},
            "Tags": [*before["Tags"], {"Key": "try", "Value": "2"}],
            "AlgorithmSpecification": before["AlgorithmSpecification"]
            | {
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}, {"Name": "acc", "Regex": "acc=(.*)"}]
            },
        }
        assert after == before | changed
        assert aws.rejected == []

    def test_what_no_option_of_ours_names_is_kept_too(self, aws: Aws, awsml: Program) -> None:
        boto3.client("sagemaker").create_training_job(
            TrainingJobName="foreign",
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/xgb:1",
                                    "TrainingInputMode": "File", "ContainerEntrypoint": ["/run.sh"]},
            OutputDataConfig={"S3OutputPath": "s3://lake/m/"},
            ResourceConfig={"VolumeSizeInGB": 30, "InstanceGroups": [
                {"InstanceType": "ml.m5.large", "InstanceCount": 2, "InstanceGroupName": "a"}]},
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            DebugHookConfig={"S3OutputPath": "s3://lake/debug/"},
        )  # fmt: skip
        aws.respond("ecr", "DescribeImages", {"imageDetails": [{}]})
        run = awsml("sagemaker", "jobs", "clone", "foreign", "--name", "again", "--no-wait")
        assert run.exit_code == 0, run.stderr
        before, after = (call.params for call in aws.calls_of("CreateTrainingJob"))
        assert after == before | {"TrainingJobName": "again"}
        refused = awsml("sagemaker", "jobs", "clone", "foreign", "--count", "3")
        assert (refused.exit_code, "several groups of machines" in refused.stderr) == (2, True)

    def test_off_spot_there_is_no_waiting_for_one(self, aws: Aws, awsml: Program, first: str) -> None:
        assert awsml("sagemaker", "jobs", "clone", first, "--no-spot", "--no-wait").exit_code == 0
        sent = aws.calls_of("CreateTrainingJob")[-1].params
        assert (sent["EnableManagedSpotTraining"], sent["StoppingCondition"]) == (False, {"MaxRuntimeInSeconds": 3600})

    def test_data_that_were_uploaded_for_the_first_are_asked_for(self, aws: Aws, awsml: Program) -> None:
        image = aws.ecr.image("team/churn", "v1")
        words = ("--image", image, "--role", ROLE, "--channel", "training=points.csv", "--no-wait")
        job = awsml("sagemaker", "train", *words).text.strip()
        run = awsml("sagemaker", "jobs", "clone", job)
        name = job.rpartition(":")[2]
        assert (run.exit_code, run.stderr.splitlines()) == (
            2,
            [
                f"error: the data of training were uploaded for {name} alone, and go when it ends",
                "hint: --channel training=PATH",
            ],
        )
        again = awsml("sagemaker", "jobs", "clone", job, "--channel", "training=points.csv", "-f", "json")
        assert again.exit_code == 0, again.stderr
        made = json.loads(again.text)["training_job_name"]
        assert (made.startswith("training-"), made != name) == (True, True)
        assert f"awsml/models/{made}/output/model.tar.gz" in aws.objects(STAGING)

    def test_a_killed_clone_is_picked_up_and_the_same_again_is_the_same(
        self, aws: Aws, awsml: Program, first: str
    ) -> None:
        words = ("sagemaker", "jobs", "clone", first, "--hp", "epochs=9", "--no-wait")
        aws.kill_after("CreateTrainingJob")
        assert awsml(*words).exit_code == KILLED
        run = awsml(*words)
        assert (run.exit_code, "was started already: InProgress" in run.stderr) == (0, True)
        assert len(aws.sagemaker.trainings) == 2
        assert awsml(*words, "--fresh").text != run.text

    def test_a_dry_run_shows_the_whole_request(self, aws: Aws, awsml: Program, first: str) -> None:
        words = ("sagemaker", "jobs", "clone", first, "--hp", "epochs=9", "--channel", "extra=points.csv", "--dry-run")
        upload, create = json.loads(awsml(*words, "-f", "json").text)
        assert (upload["operation"], create["operation"], create["price"]) == (
            "s3:PutObject",
            "sagemaker:CreateTrainingJob",
            0.115,
        )
        assert create["request"]["HyperParameters"] == {"epochs": "9", "rate": "0.1"}
        assert [one["ChannelName"] for one in create["request"]["InputDataConfig"]] == ["training", "extra"]
        assert len(aws.calls_of("CreateTrainingJob")) == 1

    def test_what_is_missing_for_it_is_named(self, aws: Aws, awsml: Program, first: str) -> None:
        boto3.client("iam").delete_role(RoleName="trainer")
        run = awsml("sagemaker", "jobs", "clone", first)
        assert (run.exit_code, run.stderr.splitlines()[0]) == (3, "error: there is no role trainer")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--metric", "x=loss"], "the metric x has no group ( ) around its value"),
            (["--hp", f"big={'x' * 2501}"], "the hyperparameter big has 2501 characters, over 2500"),
            (["--name", "no_good"], "`no_good` is no name of a training job"),
            (["--max-run", "40d"], "a training runs for at most 28 days"),
        ],
    )
    def test_what_sagemaker_would_refuse_is_refused(
        self, aws: Aws, awsml: Program, first: str, words: list[str], said: str
    ) -> None:
        run = awsml("sagemaker", "jobs", "clone", first, *words)
        assert (run.exit_code, said in run.stderr) == (2, True), run.stderr
        assert len(aws.calls_of("CreateTrainingJob")) == 1
