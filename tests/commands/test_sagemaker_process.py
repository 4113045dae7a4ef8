"""`awsml sagemaker process` and `processing`: what arrives at AWS, what is told and fetched, and what is refused before it costs."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program
from recordings import STAGING

TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
ROLE = "arn:aws:iam::123456789012:role/trainer"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script, data here and in S3, a bucket, a role."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    for bucket in (STAGING, "lake", "out"):
        aws.bucket(bucket)
    aws.put("lake", "d/deep/a.csv", b"far\n")
    (tmp_path / "clean.py").write_text("print('clean')\n")
    (tmp_path / "points.csv").write_text("near\n")
    boto3.client("iam").create_role(RoleName="trainer", AssumeRolePolicyDocument=json.dumps(TRUST))
    aws.calls.clear()


@pytest.fixture
def process(aws: Aws, awsml: Program) -> Program:
    """`awsml sagemaker process --image … --role …`."""
    image = aws.ecr.image("team/clean", "v1")
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "process", "--image", image, "--role", ROLE, *words, **options
    )


class TestProcess:
    def test_one_command_uploads_runs_tells_and_fetches(self, aws: Aws, process: Program) -> None:
        run = process("clean.py", "--input", "data=points.csv", "--result", "clean=out", "--name", "p", "-f", "json")
        assert run.exit_code == 0, run.stderr
        assert run.stderr.splitlines() == [
            *("uploading 2 files, 20 bytes", "step 1", "step 2"),
            "p: 90 s on 1 x ml.m5.large, about 0.0029 USD",
        ]
        told = json.loads(run.text)
        assert (told["id"], told["outputs"]) == ("sagemaker-processing:us-east-1:p", {"clean": "out"})
        assert Path("out/points.csv").read_text() == "NEAR\n"
        assert aws.objects(STAGING) == {}

    def test_every_word_arrives(self, aws: Aws, process: Program) -> None:
        run = process(
            *("clean.py", "--input", "data=s3://lake/d/:sharded", "--result", "clean=s3://out/c/", "--count", "2"),
            *("--instance", "ml.m5.xlarge", "--max-run", "2h", "--env", "A=1", "--volume", "50", "--kms-key", "k"),
            *("--network-isolation", "--subnet", "subnet-1", "--security-group", "sg-1", "--tag", "team=a"),
            *("--name", "p", "--no-wait", "--", "--rate", "3"),
        )
        assert (run.exit_code, run.text) == (0, "sagemaker-processing:us-east-1:p\n"), run.stderr
        (call,) = aws.calls_of("CreateProcessingJob")
        code, data = call.params["ProcessingInputs"]
        assert code["S3Input"]["S3Uri"].startswith(f"s3://{STAGING}/awsml/tmp/sagemaker-processing-")
        assert (data["S3Input"]["S3Uri"], data["S3Input"]["S3DataDistributionType"]) == (
            "s3://lake/d/",
            "ShardedByS3Key",
        )
        wanted = {
            "AppSpecification": {
                "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/clean:v1",
                "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/clean.py"],
                "ContainerArguments": ["--rate", "3"],
            },
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 2,
                    "InstanceType": "ml.m5.xlarge",
                    "VolumeSizeInGB": 50,
                    "VolumeKmsKeyId": "k",
                }
            },
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "clean",
                        "S3Output": {
                            "S3Uri": "s3://out/c/",
                            "LocalPath": "/opt/ml/processing/output/clean",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                ],
                "KmsKeyId": "k",
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
            "Environment": {"A": "1"},
            "NetworkConfig": {
                "EnableNetworkIsolation": True,
                "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
            },
            "Tags": [{"Key": "awsml", "Value": "process"}, {"Key": "team", "Value": "a"}],
        }
        assert {name: call.params[name] for name in wanted} == wanted
        assert aws.rejected == []

    def test_data_in_s3_is_neither_copied_nor_fetched(self, aws: Aws, process: Program) -> None:
        run = process("--input", "data=s3://lake/d/", "--result", "clean=s3://out/c/", "--query", "outputs.clean")
        assert (run.exit_code, run.text) == (0, "s3://out/c/\n"), run.stderr
        assert aws.objects("out") == {"c/deep/a.csv": b"FAR\n"}
        assert aws.calls_of("PutObject") == aws.calls_of("GetObject") == []

    def test_the_lines_of_several_machines_are_told_apart(self, process: Program) -> None:
        said = process("clean.py", "--count", "2").stderr.splitlines()
        assert [line for line in said if " | " in line] == [
            *("algo-1 | step 1", "algo-2 | step 1", "algo-1 | step 2", "algo-2 | step 2")
        ]

    @pytest.mark.parametrize(
        "words",
        [["--volume", "200"], ["--kms-key", "k"], ["--network-isolation"],
         ["--subnet", "subnet-1", "--security-group", "sg-1"]],
    )  # fmt: skip
    def test_on_other_terms_it_is_another(self, aws: Aws, process: Program, words: list[str]) -> None:
        process("clean.py", "-q")
        assert process("clean.py", *words, "-q").exit_code == 0
        assert len(aws.calls_of("CreateProcessingJob")) == 2

    def test_a_name_of_ones_own_is_that_of_one_processing(self, aws: Aws, process: Program) -> None:
        words = ("clean.py", "--name", "p", "--result", "clean=out")
        for _ in range(2):
            assert process(*words).exit_code == 0
        run = process(*words, "--count", "2")
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            3,
            [
                "error: there is a processing p already, with another ProcessingResources",
                "hint: another --name, or none",
            ],
        )
        assert len(aws.calls_of("CreateProcessingJob")) == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--spot"], "SageMaker's processings know no --spot"),
            (["--prefer", "ml.m5.large,ml.c5.large"], "SageMaker's processings know no --prefer"),
            (["--keep-alive", "30m"], "SageMaker's processings know no --keep-alive"),
            (["--output-s3", "s3://out/m/"], "--output-s3 is where a model goes, and a processing leaves none"),
        ],
    )
    def test_what_only_trainings_know_is_not_passed_over(
        self, aws: Aws, process: Program, words: list[str], said: str
    ) -> None:
        run = process("clean.py", *words)
        assert (run.exit_code, run.stderr.splitlines()[0], aws.calls) == (2, f"error: {said}", [])

    def test_a_failure_has_its_reason_and_nothing_is_left(self, aws: Aws, process: Program) -> None:
        aws.sagemaker.processing_failing = "AlgorithmError: exit code 1"
        run = process("clean.py", "--result", "clean=out", "--name", "p")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (
            4,
            "error: the processing p failed: AlgorithmError: exit code 1",
        )
        assert aws.objects(STAGING) == {}

    @pytest.mark.parametrize("operation", ["CreateProcessingJob", "GetObject"])
    def test_a_killed_run_is_picked_up_and_nothing_is_paid_twice(
        self, aws: Aws, process: Program, operation: str
    ) -> None:
        words = ("clean.py", "--input", "data=points.csv", "--result", "clean=out")
        aws.kill_after(operation)
        assert process(*words).exit_code == KILLED
        run = process(*words)
        assert run.exit_code == 0, run.stderr
        assert (len(aws.sagemaker.processings), aws.objects(STAGING)) == (1, {})
        assert Path("out/points.csv").read_text() == "NEAR\n"

    def test_a_name_that_leads_out_of_the_folder_is_refused(self, aws: Aws, process: Program) -> None:
        aws.put("lake", "d/../../evil.csv", b"x")
        run = process("--input", "data=s3://lake/d/", "--result", "clean=out/deep")
        assert (run.exit_code, "a name that leads out of its folder" in run.stderr) == (2, True)
        assert not Path("evil.csv").exists()

    def test_a_dry_run_says_what_and_how_much(self, aws: Aws, process: Program) -> None:
        steps = json.loads(process("clean.py", "--result", "clean=out", "--dry-run", "-f", "json").text)
        assert [(one["operation"], one["price"]) for one in steps] == [
            ("s3:PutObject", None),
            ("sagemaker:CreateProcessingJob", 0.115),
            ("s3:GetObject", None),
        ]
        assert aws.calls == []


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["none.py"], "there is no script none.py"),
            (["--input", "data=none.csv"], "the input data is not there: none.csv"),
            (["--input", "data"], "--input takes NAME=PLACE, and `data` is none"),
            (["--input", "a=points.csv", "--input", "a=clean.py"], "two inputs are called a"),
            (["clean.py", "--input", "code=points.csv"], "two inputs are called code"),
            (["--result", "a=points.csv"], "points.csv is a file, and the output a needs a folder"),
            (["--max-run", "6d"], "a processing runs for at most 5 days"),
            (["--name", "no_good"], "`no_good` is no name of a processing job"),
            ([word for n in range(11) for word in ("--result", f"r{n}=out")], "11 outputs are more than 10"),
        ],
    )
    def test_before_anything_is_sent(self, aws: Aws, process: Program, words: list[str], said: str) -> None:
        run = process(*words)
        assert (run.exit_code, said in run.stderr) == (2, True), run.stderr
        assert aws.calls == []

    def test_everything_that_is_missing_is_named_at_once(self, aws: Aws, awsml: Program) -> None:
        aws.bucket("far", region="eu-west-1")
        quota = {"QuotaName": "ml.m5.large for processing job usage", "QuotaCode": "L-1", "Value": 1.0}
        aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [quota]})
        image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/none:v1"
        run = awsml(
            *("sagemaker", "process", "--image", image, "--role", "arn:aws:iam::123456789012:role/none"),
            *("--result", "a=s3://far/", "--count", "2"),
        )
        assert run.exit_code == 3
        for said in (
            "4 things are missing for this processing: (1) there is no role none",
            "the bucket far is in eu-west-1",
            f"there is no image {image}",
            "this account may have 1 of `ml.m5.large for processing job usage`, and 2 are needed",
        ):
            assert said in run.stderr

    def test_without_an_image(self, awsml: Program) -> None:
        run = awsml("sagemaker", "process", "clean.py", "--role", ROLE)
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (2, "hint: --image URI")


class TestProcessings:
    @pytest.fixture
    def job(self, process: Program) -> str:
        """The id of a processing that goes on."""
        return process("--input", "data=points.csv", "--result", "clean=out", "--name", "p", "--no-wait").text.strip()

    def test_what_it_left_is_fetched(self, awsml: Program, job: str) -> None:
        early = awsml("sagemaker", "processing", "result", job)
        assert (early.exit_code, early.stderr) == (2, "error: p has left nothing: it is InProgress\n")
        assert awsml("sagemaker", "processing", "wait", job, "-q").exit_code == 0
        run = awsml("sagemaker", "processing", "result", job, "--to", "there")
        assert (run.exit_code, run.text) == (0, "there/clean/points.csv\t5\n")

    def test_jobs_of_all_services_know_it(self, awsml: Program, job: str) -> None:
        assert job in awsml("jobs", "--service", "sagemaker", "--query", "[].id").text.split()
        assert awsml("jobs", "get", job, "--query", "processing_job_status").text == "InProgress\n"
        assert awsml("jobs", "wait", job, "-q").exit_code == 0
        assert awsml("sagemaker", "processing", "ls", "--status", "Completed", "--query", "[].id").text.strip() == job

    def test_one_is_stopped(self, awsml: Program, job: str) -> None:
        assert awsml("sagemaker", "processing", "stop", job).exit_code == 2
        assert awsml("sagemaker", "processing", "stop", job, "-y").exit_code == 0
        run = awsml("sagemaker", "processing", "wait", job)
        assert (run.exit_code, "error: the processing p failed: Stopped" in run.stderr) == (4, True)

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "processing", "get", "none")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there is no processing sagemaker-processing:us-east-1:none",
        )
