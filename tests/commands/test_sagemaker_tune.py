"""`awsml sagemaker tune` and `tunings`: what arrives at AWS, what is told of each trial, and what is refused before it costs."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program
from recordings import STAGING

from awsml_cli.services.sagemaker.container import start

TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
ROLE = "arn:aws:iam::123456789012:role/trainer"


@pytest.fixture(autouse=True)
def desk(aws: Aws, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project, a bucket, a role."""
    awsml("sagemaker", "init", tmp_path / "churn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    boto3.client("iam").create_role(RoleName="trainer", AssumeRolePolicyDocument=json.dumps(TRUST))
    aws.calls.clear()


@pytest.fixture
def tune(aws: Aws, awsml: Program) -> Program:
    """`awsml sagemaker tune churn --image … --role …`."""
    image = aws.ecr.image("team/churn", "v1")
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "tune", "churn", "--image", image, "--role", ROLE, *words, **options
    )


class TestTune:
    def test_one_command_uploads_tries_and_tells_the_best(self, aws: Aws, tune: Program) -> None:
        run = tune("--range", "rate=0.1,0.2,0.3", "--trials", "3", "--name", "t", "-f", "json")
        assert run.exit_code == 0, run.stderr
        assert run.stderr.splitlines() == [
            "uploading 1 files, 2,710 bytes",
            "t-001-0a1b2c3d: Completed, train:loss 0.1 with rate=0.1",
            "t-002-0a1b2c3d: Completed, train:loss 0.2 with rate=0.2",
            "t-003-0a1b2c3d: Completed, train:loss 0.3 with rate=0.3",
            "t: the best is t-001-0a1b2c3d, train:loss 0.1 with rate=0.1",
            "t: 3 trials, about 0.0058 USD",
        ]
        told = json.loads(run.text)
        assert {name: told[name] for name in ("id", "best_training_job", "best_value", "best_hyperparameters")} == {
            "id": "sagemaker-tuning:us-east-1:t",
            "best_training_job": "t-001-0a1b2c3d",
            "best_value": 0.1,
            "best_hyperparameters": {"rate": "0.1"},
        }
        assert (told["trials"]["completed"], told["price"]) == (3, 0.0058)
        assert [key for key in aws.objects(STAGING) if not key.startswith("awsml/models/")] == []

    def test_the_project_says_what_and_the_words_more(self, aws: Aws, tune: Program) -> None:
        run = tune(
            *(
                "--range",
                "epochs=1..10",
                "--range",
                "kind=a,b",
                "--trials",
                "6",
                "--parallel",
                "3",
                "--strategy",
                "random",
            ),
            *("--early-stopping", "--goal", "maximize", "--spot", "--checkpoint-s3", f"s3://{STAGING}/c/"),
            *("--tag", "team=a", "--env", "X=1", "--no-wait"),
        )
        assert run.exit_code == 0, run.stderr
        (call,) = aws.calls_of("CreateHyperParameterTuningJob")
        name = call.params["HyperParameterTuningJobName"]
        assert (run.text, len(name) <= 32, name.startswith("churn-")) == (
            f"sagemaker-tuning:us-east-1:{name}\n", True, True)  # fmt: skip
        assert call.params["HyperParameterTuningJobConfig"] == {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "train:loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 3},
            "ParameterRanges": {
                "IntegerParameterRanges": [
                    {"Name": "epochs", "MinValue": "1", "MaxValue": "10", "ScalingType": "Auto"}
                ],
                "CategoricalParameterRanges": [{"Name": "kind", "Values": ["a", "b"]}],
            },
            "TrainingJobEarlyStoppingType": "Auto",
        }
        definition = call.params["TrainingJobDefinition"]
        assert definition["AlgorithmSpecification"]["MetricDefinitions"] == [
            {"Name": "train:loss", "Regex": "loss=([0-9.e+-]+)"}
        ]
        assert definition["StaticHyperParameters"] == {"rate": "0.1"}
        assert (definition["EnableManagedSpotTraining"], definition["Environment"]) == (
            True,
            {"X": "1", "SAGEMAKER_PROGRAM": "train.py"},
        )
        assert call.params["Tags"] == [{"Key": "awsml", "Value": "tune"}, {"Key": "team", "Value": "a"}]
        assert aws.rejected == []

    def test_what_is_tried_is_the_projects_or_what_is_said(self, aws: Aws, tune: Program) -> None:
        tune("--no-wait")
        tune("--range", "epochs=5,10", "--strategy", "grid", "--no-wait")
        sent = [call.params for call in aws.calls_of("CreateHyperParameterTuningJob")]
        assert [one["HyperParameterTuningJobConfig"]["ParameterRanges"] for one in sent] == [
            {
                "ContinuousParameterRanges": [
                    {"Name": "rate", "MinValue": "0.01", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
                ]
            },
            {"CategoricalParameterRanges": [{"Name": "epochs", "Values": ["5", "10"]}]},
        ]
        assert [one["TrainingJobDefinition"]["StaticHyperParameters"] for one in sent] == [
            {"epochs": "50"},
            {"rate": "0.1"},
        ]

    def test_a_grid_tries_all_of_it(self, aws: Aws, awsml: Program, tune: Program) -> None:
        (Path("churn") / "awsml-sagemaker.toml").write_text(
            '[project]\nname = "churn"\n[train.metrics]\nloss = "loss=(.*)"\n'
        )
        run = tune("--range", "a=1,2", "--range", "b=3,4,5", "--strategy", "grid", "--name", "g", "-f", "json")
        assert (run.exit_code, json.loads(run.text)["trials"]["completed"]) == (0, 6), run.stderr
        (call,) = aws.calls_of("CreateHyperParameterTuningJob")
        assert call.params["HyperParameterTuningJobConfig"]["ResourceLimits"] == {"MaxParallelTrainingJobs": 2}

    def test_one_goes_on_from_another(self, aws: Aws, tune: Program) -> None:
        parent = tune("--name", "first", "--trials", "2").text
        assert parent
        run = tune("--name", "second", "--warm-start", "sagemaker-tuning:us-east-1:first", "--trials", "2", "--no-wait")
        assert run.exit_code == 0, run.stderr
        assert aws.calls_of("CreateHyperParameterTuningJob")[1].params["WarmStartConfig"] == {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "first"}],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        }

    def test_a_trial_that_fails_is_told_and_the_best_of_the_others_counts(self, aws: Aws, tune: Program) -> None:
        aws.sagemaker.value_of = lambda tried: None if tried["rate"] == "0.1" else float(tried["rate"])
        run = tune("--range", "rate=0.1,0.2", "--trials", "2", "--name", "t", "--query", "best_value")
        assert (run.exit_code, run.text) == (0, "0.2\n")
        assert "t-001-0a1b2c3d: Failed with rate=0.1: AlgorithmError: it did not converge" in run.stderr

    def test_its_trials_are_a_live_table_at_a_terminal(self, tune: Program) -> None:
        run = tune(
            "--range", "rate=0.3,0.2,0.1", "--trials", "3", "--name", "t", tty={"stderr", "stdin"}, answers="y\n"
        )
        assert run.exit_code == 0, run.stderr
        frames = [frame.splitlines() for frame in run.stderr.split("\r\x1b[K")]
        tables = [frame[:-1] for frame in frames if frame and frame[-1].startswith("tuning t: ") and len(frame) > 1]
        assert tables[0] == [
            "TRIAL           STATUS      TRAIN:LOSS  WITH",
            "t-001-0a1b2c3d  InProgress              rate=0.3",
            "t-002-0a1b2c3d  InProgress              rate=0.2",
        ]
        assert tables[-1] == [
            "TRIAL           STATUS     TRAIN:LOSS  WITH",
            "t-003-0a1b2c3d  Completed  0.1         rate=0.1",
            "t-002-0a1b2c3d  Completed  0.2         rate=0.2",
            "t-001-0a1b2c3d  Completed  0.3         rate=0.3",
        ]

    def test_a_killed_run_is_picked_up_and_nothing_is_paid_twice(self, aws: Aws, tune: Program) -> None:
        aws.kill_after("CreateHyperParameterTuningJob")
        assert tune("--trials", "2").exit_code == KILLED
        run = tune("--trials", "2")
        assert (run.exit_code, "was started already: InProgress" in run.stderr) == (0, True), run.stderr
        assert len(aws.sagemaker.tunings) == 1
        assert [key for key in aws.objects(STAGING) if not key.startswith("awsml/models/")] == []

    def test_a_tuning_that_fails(self, aws: Aws, tune: Program) -> None:
        aws.sagemaker.tuning_failing = "the best of none"
        run = tune("--trials", "2", "--name", "t")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (
            4,
            "error: the tuning t failed: the best of none",
        )

    def test_a_dry_run_says_how_much_at_most(self, aws: Aws, tune: Program) -> None:
        steps = json.loads(tune("--trials", "8", "--dry-run", "-f", "json").text)
        assert [(one["operation"], one["price"]) for one in steps] == [
            ("s3:PutObject", None),
            ("sagemaker:CreateHyperParameterTuningJob", 0.92),
        ]
        assert aws.calls == []


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--range", "rate=1"], None),
            (["--range", "rate=2..1"], "the range rate ends before it begins: 2..1"),
            (["--range", "rate=a..b"], "`a..b` is no range of numbers for rate"),
            (["--range", "rate=0..1:log"], "the range rate is logarithmic, and begins at 0"),
            (["--range", "rate=0.1..1:cubic"], "the scale of rate is never `cubic`"),
            (["--range", "n=1..9:reverse-log"], "the range n is of whole numbers, for which there is no reverse-log"),
            (["--range", "rate"], "--range takes NAME=LOW..HIGH or NAME=A,B,C, and `rate` is none"),
            (["--objective", "accuracy"], "the objective `accuracy` is none of the metrics (train:loss)"),
            (["--strategy", "guess"], "--strategy is never `guess`"),
            (["--strategy", "grid"], "grid tries words, and rate is a range of numbers"),
            (["--strategy", "hyperband", "--early-stopping"], "hyperband stops early by itself"),
            (["--trials", "2", "--parallel", "3"], "--parallel 3 is more than there are trials, 2"),
            (["--name", "a" * 33], "is no name of a tuning: letters, digits and hyphens, at most 32"),
            ([f"--warm-start=t{number}" for number in range(6)], "6 tunings to start from are more than 5"),
        ],
    )
    def test_before_anything_is_sent(self, aws: Aws, tune: Program, words: list[str], said: str | None) -> None:
        run = tune(*words, "--dry-run")
        assert (run.exit_code, said is None or said in run.stderr) == (2 if said else 0, True), run.stderr
        assert aws.calls == []

    def test_on_this_machine_there_is_none(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "tune", "churn", "--range", "rate=0.1..1", "--local")
        assert (run.exit_code, run.stderr.splitlines()) == (
            3,
            [
                "error: this takes an image to AWS, which --local does not",
                "hint: awsml sagemaker local train churn",
            ],
        )

    def test_a_name_of_ones_own_is_that_of_one_tuning(self, aws: Aws, tune: Program) -> None:
        words = ("--range", "rate=0.1,0.2", "--trials", "2", "--name", "t", "--no-wait")
        assert [tune(*words).exit_code for _ in range(2)] == [0, 0]
        run = tune(*words, "--parallel", "1")
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            3,
            [
                "error: there is a tuning t already, with another HyperParameterTuningJobConfig",
                "hint: another --name, or none",
            ],
        )
        assert len(aws.calls_of("CreateHyperParameterTuningJob")) == 1

    def test_what_all_trials_together_lack_is_named(self, aws: Aws, tune: Program) -> None:
        quota = {"QuotaName": "ml.m5.large for training job usage", "QuotaCode": "L-1", "Value": 3.0}
        aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [quota]})
        run = tune("--trials", "8", "--parallel", "4", "--max-cost", "0.5")
        assert run.exit_code == 3
        assert "8 times 3600 s on 1 x ml.m5.large cost up to 0.92 USD, over --max-cost 0.5" in run.stderr
        assert "this account may have 3 of `ml.m5.large for training job usage`, and 4 are needed" in run.stderr
        assert aws.calls_of("CreateHyperParameterTuningJob") == []


class TestTunings:
    @pytest.fixture
    def job(self, tune: Program) -> str:
        """The id of a tuning that goes on."""
        return tune("--range", "rate=0.3,0.1,0.2", "--trials", "3", "--name", "t", "--no-wait").text.strip()

    def test_its_trials_are_listed_the_best_first_over_all_pages(self, awsml: Program, tune: Program) -> None:
        tune("--range", "rate=0.4,0.1,0.3,0.2", "--trials", "4", "--name", "t")
        words = ("sagemaker", "tunings", "trials", "t", "--query")
        assert awsml(*words, "[].objective_value").text.split() == ["0.1", "0.2", "0.3", "0.4"]
        tune("--range", "rate=0.4,0.1", "--trials", "2", "--goal", "maximize", "--name", "u")
        assert awsml(*words[:3], "u", "--query", "[].objective_value").text.split() == ["0.4", "0.1"]

    def test_the_best_is_a_training_like_any_other(self, aws: Aws, awsml: Program, tune: Program) -> None:
        aws.sagemaker.value_of = lambda tried: None if tried["rate"] == "0.3" else float(tried["rate"])
        words = ("--range", "rate=0.3,0.1,0.2", "--trials", "3", "--parallel", "1", "--name", "t", "--no-wait")
        job = tune(*words).text.strip()
        early = awsml("sagemaker", "tunings", "result", job)
        assert (early.exit_code, early.stderr.splitlines()[0]) == (
            2,
            "error: no trial of t has ended well: it is InProgress",
        )
        awsml("sagemaker", "tunings", "wait", job)
        best = awsml("sagemaker", "tunings", "result", job, "--query", "model_artifacts").text
        assert best == f"s3://{STAGING}/awsml/models/t-002-0a1b2c3d/output/model.tar.gz\n"

    def test_jobs_of_all_services_know_it(self, awsml: Program, job: str) -> None:
        assert job in awsml("jobs", "--service", "sagemaker", "--query", "[].id").text.split()
        assert awsml("jobs", "get", job, "--query", "tuning_job_status").text == "InProgress\n"
        assert awsml("jobs", "wait", job, "-q").exit_code == 0
        assert awsml("jobs", "result", job, "--query", "training_job_name").text == "t-002-0a1b2c3d\n"
        assert (
            awsml("sagemaker", "tunings", "ls", "--status", "Completed", "--query", "[].tuning_job_name").text == "t\n"
        )
        assert awsml("jobs", "rm", job, "-y").exit_code == 0
        gone = awsml("sagemaker", "tunings", "get", job)
        assert (gone.exit_code, gone.stderr.splitlines()[0]) == (2, f"error: there is no tuning {job}")

    def test_one_is_stopped(self, aws: Aws, awsml: Program, job: str) -> None:
        assert awsml("sagemaker", "tunings", "stop", job).exit_code == 2
        assert awsml("sagemaker", "tunings", "stop", job, "-y").exit_code == 0
        run = awsml("sagemaker", "tunings", "wait", job)
        assert (run.exit_code, "error: the tuning t failed: Stopped" in run.stderr) == (4, True)


def test_a_script_is_not_given_what_sagemaker_adds_for_itself(tmp_path: Path) -> None:
    config = tmp_path / "input" / "config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text('{"epochs": "3", "_tuning_objective_metric": "train:loss"}')
    variables, arguments = start.described(tmp_path)
    assert (arguments, json.loads(variables["SM_HPS"])) == (["--epochs", "3"], {"epochs": 3})
