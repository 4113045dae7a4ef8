"""`awsml sagemaker train`, `logs` and `jobs`: what arrives at AWS, what is told meanwhile, and what is found before it costs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from engines import Engines
from fakeaws import Aws, AwsError, FakeClock, Raw
from fakeaws.program import KILLED, Program
from recordings import STAGING
from registry import Registry

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
    role("trainer", TRUST)
    aws.calls.clear()


def role(name: str, trust: dict[str, Any]) -> None:
    boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


@pytest.fixture
def image(aws: Aws) -> str:
    return aws.ecr.image("team/churn", "v1")


@pytest.fixture
def train(awsml: Program, image: str) -> Program:
    """`awsml sagemaker train churn --image … --role …`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "train", "churn", "--image", image, "--role", ROLE, *words, **options
    )


class TestTrain:
    def test_one_command_uploads_trains_and_tells(self, aws: Aws, train: Program, image: str) -> None:
        run = train("--hp", "epochs=2", "-f", "json")
        assert run.exit_code == 0, run.stderr
        job = json.loads(run.text)
        name = job["training_job_name"]
        assert run.stderr.splitlines() == [
            "uploading 1 files, 2,710 bytes",
            f"{name}: Starting",
            f"{name}: Downloading",
            f"{name}: Training",
            "epoch=1 loss=0.5",
            f"{name}: Restarting",
            "epoch=2 loss=0.25",
            f"{name}: Uploading",
            f"{name}: Completed",
            f"{name}: 120 s billed on 1 x ml.m5.large, about 0.0038 USD",
        ]
        assert (job["training_job_status"], job["metrics"], job["id"]) == (
            "Completed",
            {"train:loss": 0.25},
            f"sagemaker:us-east-1:{name}",
        )
        assert job["model_artifacts"] == f"s3://{STAGING}/awsml/models/{name}/output/model.tar.gz"
        (call,) = aws.calls_of("CreateTrainingJob")
        sent = call.params
        assert sent["AlgorithmSpecification"] == {
            "TrainingImage": image,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "train:loss", "Regex": "loss=([0-9.e+-]+)"}],
            "EnableSageMakerMetricsTimeSeries": True,
        }
        assert sent["HyperParameters"] == {"epochs": "2", "rate": "0.1"}
        assert sent["ResourceConfig"] == {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
        assert sent["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
        assert sent["Environment"] == {"SAGEMAKER_PROGRAM": "train.py"}
        (channel,) = sent["InputDataConfig"]
        assert channel["DataSource"]["S3DataSource"]["S3Uri"].endswith("/training/")

    def test_what_was_staged_for_one_that_nobody_waited_for_is_cleaned_once_it_is_over(
        self, aws: Aws, awsml: Program, train: Program
    ) -> None:
        name = train("--no-wait").text.strip()
        assert any("/tmp/" in key for key in aws.objects(STAGING))
        while (
            json.loads(awsml("sagemaker", "jobs", "describe", name, "-f", "json").text)["training_job_status"]
            == "InProgress"
        ):
            pass
        run = awsml("jobs", "clean")
        assert (run.exit_code, [key for key in aws.objects(STAGING) if "/tmp/" in key]) == (0, []), run.stderr

    def test_what_was_staged_is_gone_and_the_model_is_there(self, aws: Aws, train: Program) -> None:
        name = json.loads(train("-f", "json").text)["training_job_name"]
        assert list(aws.objects(STAGING)) == [f"awsml/models/{name}/output/model.tar.gz"]

    def test_every_flag_arrives(self, aws: Aws, train: Program) -> None:
        for bucket in ("out", "checks"):
            aws.bucket(bucket)
        run = train(
            *("--instance", "ml.g4dn.xlarge", "--count", "2", "--max-run", "2h", "--volume", "100", "--name", "one"),
            *("--spot", "--max-wait", "4h", "--checkpoint-s3", "s3://checks/c/", "--output-s3", "s3://out/m/"),
            *(
                "--keep-alive",
                "30m",
                "--retry",
                "3",
                "--kms-key",
                "k",
                "--subnet",
                "subnet-1",
                "--security-group",
                "sg-1",
            ),
            *("--network-isolation", "--tag", "team=a", "--env", "X=1", "--max-pending", "1h", "--no-wait"),
        )
        assert (run.exit_code, run.text) == (0, "sagemaker:us-east-1:one\n"), run.stderr
        sent = aws.calls_of("CreateTrainingJob")[0].params
        wanted = {
            "TrainingJobName": "one",
            "ResourceConfig": {
                "InstanceType": "ml.g4dn.xlarge",
                "InstanceCount": 2,
                "VolumeSizeInGB": 100,
                "KeepAlivePeriodInSeconds": 1800,
                "VolumeKmsKeyId": "k",
            },
            "StoppingCondition": {
                "MaxRuntimeInSeconds": 7200,
                "MaxWaitTimeInSeconds": 14400,
                "MaxPendingTimeInSeconds": 3600,
            },
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {"S3Uri": "s3://checks/c/"},
            "OutputDataConfig": {"S3OutputPath": "s3://out/m/", "KmsKeyId": "k"},
            "RetryStrategy": {"MaximumRetryAttempts": 3},
            "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
            "EnableNetworkIsolation": True,
            "Tags": [{"Key": "awsml", "Value": "train"}, {"Key": "team", "Value": "a"}],
            "Environment": {"X": "1", "SAGEMAKER_PROGRAM": "train.py"},
        }
        assert {name: sent[name] for name in wanted} == wanted
        assert aws.rejected == []

    def test_preferred_types_take_the_place_of_one(self, aws: Aws, train: Program) -> None:
        train("--prefer", "ml.g5.xlarge, ml.g4dn.xlarge", "--no-wait")
        sent = aws.calls_of("CreateTrainingJob")[0].params["ResourceConfig"]
        assert sent["InstancePreferences"] == [{"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.g4dn.xlarge"}]
        assert "InstanceType" not in sent

    def test_data_in_s3_is_not_copied(self, aws: Aws, awsml: Program, image: str) -> None:
        aws.bucket("lake")
        run = awsml(
            "sagemaker",
            "train",
            "churn",
            "--image",
            image,
            "--role",
            ROLE,
            "--channel",
            "training=s3://lake/d/:FastFile",
            "--no-wait",
        )
        assert run.exit_code == 0, run.stderr
        (channel,) = aws.calls_of("CreateTrainingJob")[0].params["InputDataConfig"]
        assert (channel["DataSource"]["S3DataSource"]["S3Uri"], channel["InputMode"]) == ("s3://lake/d/", "FastFile")
        assert aws.calls_of("PutObject") == []

    def test_the_lines_of_several_machines_are_merged_by_time(self, aws: Aws, train: Program) -> None:
        aws.sagemaker.script = [("algo-2", "two"), ("algo-1", "one"), ("algo-2", "three")]
        said = train("--count", "2").stderr.splitlines()
        assert [line for line in said if line.startswith("algo-")] == ["algo-2 | two", "algo-1 | one", "algo-2 | three"]

    def test_spot_says_what_it_saved(self, aws: Aws, train: Program) -> None:
        run = train("--spot", "--checkpoint-s3", f"s3://{STAGING}/c/")
        assert run.stderr.splitlines()[-1].endswith("36 s billed on 1 x ml.m5.large, about 0.0011 USD; spot saved 70%")

    def test_a_training_without_a_project(self, aws: Aws, awsml: Program, image: str, tmp_path: Path) -> None:
        (tmp_path / "d.csv").write_text("1,2\n")
        run = awsml("sagemaker", "train", "--image", image, "--role", ROLE, "--channel", "train=d.csv", "--no-wait")
        assert (run.exit_code, run.text.startswith("sagemaker:us-east-1:training-")) == (0, True), run.stderr

    def test_in_a_project_the_image_is_built_and_pushed_first(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        engines, registry = Engines(tmp_path), Registry(aws.ecr.password)
        aws.ecr.registry, aws.ecr.scheme = registry.host, "http"
        engines.install("podman")
        try:
            words = ("sagemaker", "train", "churn", "--role", ROLE, "--no-wait")
            first = awsml(*words, env=engines.env)
            again = awsml(*words, env=engines.env)
        finally:
            registry.close()
        assert (first.exit_code, again.exit_code, first.text) == (0, 0, again.text), first.stderr + again.stderr
        sent = aws.calls_of("CreateTrainingJob")[0].params["AlgorithmSpecification"]["TrainingImage"]
        assert sent.startswith(f"{registry.host}/awsml/churn@sha256:")
        assert (len(engines.calls("build")), "is not pushed again" in again.stderr) == (1, True)


class TestFailing:
    def test_a_state_that_nobody_knows_has_not_ended(self, aws: Aws, train: Program) -> None:
        body = {"TrainingJobName": "x", "TrainingJobStatus": "Rehearsing", "SecondaryStatus": "Rehearsing",
                "SecondaryStatusTransitions": [{"Status": "Rehearsing", "StartTime": 0}]}  # fmt: skip
        aws.respond(
            "sagemaker",
            "DescribeTrainingJob",
            AwsError("ValidationException", "Requested resource not found."),
            Raw(json.dumps(body).encode()),
        )
        run = train("-f", "json")
        assert (run.exit_code, ": Rehearsing\n" in run.stderr) == (0, True), run.stderr

    def test_the_cause_is_the_error(self, aws: Aws, train: Program) -> None:
        aws.sagemaker.failing = "AlgorithmError: RuntimeError: no labels, exit code: 1"
        run = train()
        assert run.exit_code == 4
        name = aws.calls_of("CreateTrainingJob")[0].params["TrainingJobName"]
        assert run.stderr.splitlines()[-2:] == [
            f"error: the training {name} failed: AlgorithmError: RuntimeError: no labels, exit code: 1",
            f"hint: awsml sagemaker logs sagemaker:us-east-1:{name}",
        ]

    def test_without_its_log_the_last_lines_are_the_hint(self, aws: Aws, awsml: Program, train: Program) -> None:
        aws.sagemaker.failing = "AlgorithmError"
        job = train("--no-wait").text.strip()
        run = awsml("sagemaker", "jobs", "wait", job, "--no-logs")
        assert run.stderr.splitlines()[-1] == "hint: epoch=1 loss=0.5 | epoch=2 loss=0.25"

    def test_throttling_slows_us_down(self, aws: Aws, train: Program, clock: FakeClock) -> None:
        aws.respond("logs", "GetLogEvents", AwsError("ThrottlingException", times=3))
        aws.respond(
            "sagemaker",
            "DescribeTrainingJob",
            AwsError("ValidationException", "Requested resource not found."),
            AwsError("ThrottlingException", times=3),
        )
        assert train().exit_code == 0

    def test_the_time_of_the_caller_is_over(self, aws: Aws, train: Program) -> None:
        run = train("--timeout", "3")
        assert (run.exit_code, "it goes on: sagemaker:us-east-1:churn-" in run.stderr) == (8, True)

    @pytest.mark.parametrize("operation", ["CreateTrainingJob", "PutObject"])
    def test_a_killed_run_is_picked_up_and_nothing_is_paid_twice(
        self, aws: Aws, train: Program, operation: str
    ) -> None:
        aws.kill_after(operation)
        assert train().exit_code == KILLED
        run = train("-f", "json")
        assert run.exit_code == 0, run.stderr
        assert len(aws.sagemaker.trainings) == 1
        assert list(aws.objects(STAGING)) == [
            f"awsml/models/{json.loads(run.text)['training_job_name']}/output/model.tar.gz"
        ]

    def test_the_same_again_is_the_same_job_and_fresh_is_another(self, aws: Aws, train: Program) -> None:
        first = json.loads(train("-f", "json").text)["training_job_name"]
        run = train("-f", "json")
        assert (json.loads(run.text)["training_job_name"], "was started already: Completed" in run.stderr) == (
            first,
            True,
        )
        assert json.loads(train("--fresh", "-f", "json").text)["training_job_name"] != first
        assert json.loads(train("--hp", "epochs=9", "-f", "json").text)["training_job_name"] != first

    @pytest.mark.parametrize(
        "words",
        [
            ["--volume", "200"],
            ["--kms-key", "k"],
            ["--network-isolation"],
            ["--subnet", "subnet-1", "--security-group", "sg-1"],
            ["--keep-alive", "30m"],
            ["--max-pending", "1h"],
        ],
    )
    def test_on_other_terms_it_is_another(self, aws: Aws, train: Program, words: list[str]) -> None:
        train("-q")
        assert train(*words, "-q").exit_code == 0
        assert len(aws.sagemaker.trainings) == 2

    def test_one_that_failed_is_not_tried_again_unasked_and_how_is_said(self, aws: Aws, train: Program) -> None:
        aws.sagemaker.failing = "AlgorithmError"
        train("-q")
        aws.sagemaker.failing = ""
        again = train()
        assert (again.exit_code, again.stderr.splitlines()[0].endswith(": Failed; --fresh starts another")) == (4, True)
        assert train("--fresh", "-q").exit_code == 0

    def test_a_name_of_ones_own_is_that_of_one_training(self, aws: Aws, train: Program, tmp_path: Path) -> None:
        assert train("--name", "one", "-q").exit_code == 0
        again = train("--name", "one")
        assert (again.exit_code, again.stderr.splitlines()[0]) == (
            0, "one was started already: Completed; --fresh starts another",
        )  # fmt: skip
        (tmp_path / "more.csv").write_text("1,2\n")
        for words, said in (
            (["--hp", "epochs=9"], "with another HyperParameters"),
            (
                ["--instance", "ml.m5.xlarge", "--max-run", "2h"],
                "with another ResourceConfig, another StoppingCondition",
            ),
            (["--channel", "training=more.csv"], "with another InputDataConfig"),
            (["--fresh"], "and --fresh wants another"),
        ):
            run = train("--name", "one", *words)
            assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
                3, [f"error: there is a training one already, {said}", "hint: another --name, or none"],
            )  # fmt: skip
        assert len(aws.sagemaker.trainings) == 1


class TestPreflight:
    def test_everything_that_is_missing_is_named_at_once(self, aws: Aws, awsml: Program) -> None:
        aws.bucket("far", region="eu-west-1")
        role("other", {"Statement": []})
        quota = {"QuotaName": "ml.p3.2xlarge for spot training job usage", "QuotaCode": "L-1", "Value": 0.0}
        aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [quota]})
        run = awsml(
            *("sagemaker", "train", "churn", "--image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/none:v1"),
            *("--role", "arn:aws:iam::123456789012:role/other", "--spot", "--output-s3", "s3://far/m/"),
            *("--instance", "ml.p3.2xlarge", "--max-cost", "0.5"),
        )
        assert run.exit_code == 3
        error = next(line for line in run.stderr.splitlines() if line.startswith("error"))
        for said in (
            "error: 6 things are missing for this training: (1) spot machines are taken away",
            "3600 s on 1 x ml.p3.2xlarge cost up to 3.83 USD, over --max-cost 0.5",
            "the role other does not trust sagemaker.amazonaws.com",
            "the bucket far is in eu-west-1",
            "there is no image 123456789012.dkr.ecr.us-east-1.amazonaws.com/none:v1",
            "this account may have 0 of `ml.p3.2xlarge for spot training job usage`, and 1 are needed",
        ):
            assert said in error
        assert [aws.calls_of(name) for name in ("CreateTrainingJob", "PutObject")] == [[], []]
        assert "warning: ml.p3.2xlarge is of a family that is gone or going; take ml.g5 or ml.p4d" in run.stderr

    def test_in_a_project_it_is_said_before_an_image_is_built(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        engines = Engines(tmp_path)
        engines.install("podman")
        for command in (["train"], ["tune", "--range", "rate=0.01..1", "--metric", "loss=(.*)", "--objective", "loss"]):
            run = awsml("sagemaker", *command, "churn", "--max-cost", "0.001", env=engines.env)
            assert (run.exit_code, "(2) SageMaker needs a role" in run.stderr) == (3, True), run.stderr
        assert engines.said("build") == []

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--max-cost", "5"], "ml.g4dn.xlarge or ml.p3.2xlarge cost up to 7.65 USD, over --max-cost 5"),
            (
                ["--spot", "--checkpoint-s3", f"s3://{STAGING}/c/"],
                "SageMaker takes spot machines of one type alone",
            ),
        ],
    )
    def test_of_preferred_types_the_dearest_counts(self, aws: Aws, train: Program, words: list[str], said: str) -> None:
        preferred = ("--prefer", "ml.g4dn.xlarge,ml.p3.2xlarge", "--max-run", "2h")
        run = train(*preferred, *words)
        assert (run.exit_code, said in run.stderr, aws.calls_of("CreateTrainingJob")) == (3, True, []), run.stderr
        planned = json.loads(train(*preferred, "--dry-run", "-f", "json").text)
        assert planned[-1]["price"] == 7.65

    def test_of_preferred_types_one_that_can_be_had_is_enough(self, aws: Aws, train: Program) -> None:
        none, one = (
            {"QuotaName": f"{kind} for training job usage", "QuotaCode": "L", "Value": value}
            for kind, value in (("ml.g5.xlarge", 0.0), ("ml.g4dn.xlarge", 1.0))
        )
        words = ("--prefer", "ml.g4dn.xlarge,ml.g5.xlarge", "--no-wait")
        aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [none, {**one, "Value": 0.0}]})
        run = train(*words)
        said = (
            "0 of `ml.g4dn.xlarge for training job usage`, 0 of `ml.g5.xlarge for training job usage`, and 1 are needed"
        )
        assert (run.exit_code, said in run.stderr) == (3, True), run.stderr
        aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [none, one]})
        assert train(*words).exit_code == 0

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--keep-alive", "9h"], "machines are kept warm for 6 hours at most"),
            (["--max-pending", "5m"], "a training waits for machines from 30 minutes to 28 days"),
            (["--checkpoint-s3", "here"], "--checkpoint-s3 takes a place in S3, and `here` is none"),
            (["--output-s3", "out/"], "--output-s3 takes a place in S3, and `out/` is none"),
            (["--env", "X=" + "y" * 513], "the variable X has 513 characters, over 512"),
            (
                [word for number in range(100) for word in ("--env", f"X{number}=1")],
                "101 variables, SAGEMAKER_PROGRAM among them, are more than 100",
            ),
        ],
    )
    def test_what_sagemaker_would_refuse_is_refused_here(
        self, aws: Aws, train: Program, words: list[str], said: str
    ) -> None:
        aws.calls.clear()
        run = train(*words)
        assert (run.exit_code, run.stderr.splitlines()[0], aws.calls) == (2, f"error: {said}", [])

    def test_one_type_or_several(self, train: Program) -> None:
        run = train("--prefer", "ml.g5.xlarge", "--instance", "ml.m5.large")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: --prefer takes the place of --instance")

    def test_no_role(self, awsml: Program, image: str) -> None:
        run = awsml("sagemaker", "train", "churn", "--image", image)
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (3, "hint: --role ARN, or awsml config set role ARN")

    def test_a_role_that_is_not_there(self, awsml: Program, image: str) -> None:
        run = awsml("sagemaker", "train", "churn", "--image", image, "--role", "arn:aws:iam::123456789012:role/x")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (3, "error: there is no role x")

    def test_a_role_that_may_not_be_looked_at_is_no_problem(self, aws: Aws, train: Program) -> None:
        aws.respond("iam", "GetRole", AwsError("AccessDenied", "no", status=403))
        assert train("--no-wait").exit_code == 0

    def test_one_that_may_not_be_passed_on(self, aws: Aws, train: Program) -> None:
        denied = [{"EvalActionName": "iam:PassRole", "EvalDecision": "implicitDeny"}]
        aws.respond(
            "sts",
            "GetCallerIdentity",
            {"Arn": "arn:aws:iam::123456789012:user/ann", "Account": "123456789012", "UserId": "a"},
        )
        aws.respond("iam", "SimulatePrincipalPolicy", {"EvaluationResults": denied})
        run = train()
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            3,
            "error: arn:aws:iam::123456789012:user/ann may not pass the role on",
        )

    @pytest.mark.parametrize(
        "kind", ["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"]
    )
    def test_an_image_that_sagemaker_would_refuse(self, aws: Aws, awsml: Program, kind: str) -> None:
        image = aws.ecr.image("team/index", "v1", media_type=kind)
        run = awsml("sagemaker", "train", "churn", "--image", image, "--role", ROLE)
        assert (run.exit_code, f"is stored as {kind}, which SageMaker refuses" in run.stderr) == (3, True)

    def test_an_instance_type_that_nobody_knows_is_a_warning(self, aws: Aws, train: Program) -> None:
        aws.respond(
            "sagemaker",
            "CreateTrainingJob",
            {"TrainingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/x"},
        )
        run = train("--instance", "ml.z9.large", "--no-wait", "--name", "x")
        assert "warning: boto3 knows no instance type ml.z9.large for training; it is asked for anyway" in run.stderr

    def test_a_dry_run_says_what_and_how_much_and_sends_nothing(self, aws: Aws, train: Program) -> None:
        steps = json.loads(train("--dry-run", "-f", "json").text)
        assert [(one["operation"], one["price"]) for one in steps] == [
            ("s3:PutObject", None),
            ("sagemaker:CreateTrainingJob", 0.115),
        ]
        assert aws.calls == []

    def test_a_dear_training_asks_first(self, aws: Aws, train: Program) -> None:
        run = train("--max-run", "5d", tty={"stderr", "stdin"}, answers="n\n")
        assert (run.exit_code, "This run will cost about 13.80 USD. Go on?" in run.stderr) == (2, True)
        assert aws.calls_of("CreateTrainingJob") == []


class TestJobs:
    @pytest.fixture
    def job(self, train: Program) -> str:
        return train("--no-wait", "--name", "one").text.strip()

    def test_they_are_listed_over_all_pages(self, aws: Aws, awsml: Program, train: Program) -> None:
        for name in ("one", "two", "three"):
            train("--no-wait", "--name", name)
        assert awsml("sagemaker", "jobs", "ls", "--query", "[].training_job_name").text.split() == [
            "three",
            "two",
            "one",
        ]
        assert len(awsml("sagemaker", "jobs", "ls", "--limit", "1", "-f", "jsonl").text.splitlines()) == 1
        assert awsml("sagemaker", "jobs", "ls", "--status", "Failed").text == ""

    def test_one_is_described_stopped_and_waited_for(self, aws: Aws, awsml: Program, job: str) -> None:
        assert awsml("sagemaker", "jobs", "describe", job, "--query", "training_job_status").text == "InProgress\n"
        assert awsml("sagemaker", "jobs", "stop", job).exit_code == 2
        assert awsml("sagemaker", "jobs", "stop", job, "-y", "--query", "secondary_status").exit_code == 0
        run = awsml("sagemaker", "jobs", "wait", "one")
        assert (run.exit_code, run.stderr.splitlines()[-2]) == (4, "error: the training one failed: Stopped")

    def test_jobs_of_all_services_know_it(self, aws: Aws, awsml: Program, job: str) -> None:
        assert awsml("jobs", "--service", "sagemaker", "--query", "[].id").text.strip() == job
        assert awsml("jobs", "get", job, "--query", "training_job_name").text == "one\n"
        assert awsml("jobs", "wait", job, "-q").exit_code == 0

    def test_what_it_left_is_fetched(self, aws: Aws, awsml: Program, job: str, tmp_path: Path) -> None:
        early = awsml("sagemaker", "jobs", "download", job)
        assert (early.exit_code, early.stderr) == (2, "error: one has left no model: it is InProgress\n")
        awsml("sagemaker", "jobs", "wait", job, "-q")
        run = awsml("sagemaker", "jobs", "download", job, "--to", "out")
        assert (run.exit_code, run.text.split("\t")[0]) == (0, "out/model.tar.gz")
        asked = awsml("sagemaker", "local", "transform", "churn", "-", "--help")
        assert asked.exit_code == 0

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "jobs", "describe", "none")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there is no training sagemaker:us-east-1:none",
        )


class TestLogs:
    def test_they_end_where_the_training_has(self, aws: Aws, awsml: Program, train: Program) -> None:
        for end in ("Completed", "Stopped"):
            job = train("--no-wait", "--name", end).text.strip()
            if end == "Stopped":
                awsml("sagemaker", "jobs", "stop", job, "-y")
                aws.sagemaker.logs.put(
                    "/aws/sagemaker/TrainingJobs", f"{end}/algo-1-1", [(int(time.time() * 1000), "bye")], "us-east-1"
                )
            run = awsml("sagemaker", "logs", job, "--follow")
            wanted = (
                ["algo-1\tepoch=1 loss=0.5", "algo-1\tepoch=2 loss=0.25"] if end == "Completed" else ["algo-1\tbye"]
            )
            assert (run.exit_code, run.text.splitlines()) == (0, wanted)

    def test_a_host_and_words_choose(self, aws: Aws, awsml: Program, train: Program) -> None:
        aws.sagemaker.script = [("algo-1", "loss 1"), ("algo-2", "loss 2"), ("algo-1", "done")]
        train("--name", "one", "--count", "2")
        assert awsml("sagemaker", "logs", "one").text == "algo-1\tloss 1\nalgo-2\tloss 2\nalgo-1\tdone\n"
        assert awsml("sagemaker", "logs", "one", "--host", "algo-1", "--grep", "^loss").text == "algo-1\tloss 1\n"
        assert awsml("sagemaker", "logs", "one", "--grep", "(").exit_code == 2

    def test_before_there_is_a_log_there_is_nothing(self, awsml: Program, train: Program) -> None:
        train("--no-wait", "--name", "one")
        run = awsml("sagemaker", "logs", "one")
        assert (run.exit_code, run.text, run.stderr) == (0, "", "")

    def test_a_reader_that_leaves_stops_the_calls(self, aws: Aws, awsml: Program, train: Program) -> None:
        train("--no-wait", "--name", "one")
        run = awsml("sagemaker", "logs", "one", "--follow", head=1)
        assert (run.exit_code, run.text) == (0, "algo-1\tepoch=1 loss=0.5\n")
