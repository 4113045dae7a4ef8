"""`awsml sagemaker transform`: files up, through a model at AWS, answers down; and the jobs that it makes."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program, Result
from recordings import STAGING

ROLE = "arn:aws:iam::123456789012:role/server"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files, a model at AWS, and a bucket."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    aws.bucket("my-bucket")
    (tmp_path / "data/more").mkdir(parents=True)
    (tmp_path / "data/one.csv").write_bytes(b"1,2\n")
    (tmp_path / "data/more/two.csv").write_bytes(b"3,4\n")
    aws.sagemaker.transform_answers = {b"1,2\n": b"0.5\n", b"3,4\n": b"0.25\n"}
    boto3.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"})


@pytest.fixture
def transform(awsml: Program) -> Program:
    """`awsml sagemaker transform … --model m --content-type text/csv -q`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "transform", *words, "--model", "m", "--content-type", "text/csv", "-q", **options
    )


def told(run: Result) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith(("error: ", "hint: "))]


def staged(aws: Aws) -> list[str]:
    """The inputs that lie in the bucket."""
    return [key for key in aws.objects(STAGING) if "-answers/" not in key]


class TestTransform:
    def test_one_command_uploads_transforms_and_fetches(self, aws: Aws, transform: Program, tmp_path: Path) -> None:
        run = transform("data", "-o", "out/")
        assert (run.exit_code, run.text) == (0, ""), run.stderr
        found = {path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in tmp_path.rglob("*.out")}
        assert found == {"one.csv.out": b"0.5\n", "more/two.csv.out": b"0.25\n"}
        assert (staged(aws), aws.rejected) == ([], [])
        (call,) = aws.calls_of("CreateTransformJob")
        assert (call.params["ModelName"], call.params["TransformResources"]) == (
            "m",
            {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )

    def test_one_file_goes_to_stdout(self, transform: Program) -> None:
        assert transform("data/one.csv").text == "0.5\n"

    def test_every_flag_arrives(self, aws: Aws, transform: Program) -> None:
        transform("data/one.csv", "--split-type", "Line", "--batch-strategy", "SingleRecord", "--max-payload", "10",
                  "--concurrent", "8", "--request-timeout", "900", "--retries", "1", "--input-filter", "$[1:]",
                  "--output-filter", "$[0,-1]", "--join", "--env", "A=1", "--tag", "team=a", "--accept", "text/csv",
                  "--instance", "ml.c5.xlarge", "--count", "2", "--output-s3", "s3://my-bucket/out/")  # fmt: skip
        sent = aws.calls_of("CreateTransformJob")[0].params
        place = sent["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
        assert place.startswith(f"s3://{STAGING}/awsml/tmp/sagemaker-{sent['TransformJobName']}/")
        assert {name: value for name, value in sent.items() if name not in ("TransformJobName", "TransformInput")} == {
            "ModelName": "m",
            "MaxPayloadInMB": 10,
            "MaxConcurrentTransforms": 8,
            "BatchStrategy": "SingleRecord",
            "ModelClientConfig": {"InvocationsTimeoutInSeconds": 900, "InvocationsMaxRetries": 1},
            "Environment": {"A": "1"},
            "DataProcessing": {"InputFilter": "$[1:]", "OutputFilter": "$[0,-1]", "JoinSource": "Input"},
            "TransformOutput": {"S3OutputPath": "s3://my-bucket/out/", "AssembleWith": "Line", "Accept": "text/csv"},
            "TransformResources": {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
            "Tags": [{"Key": "awsml", "Value": "transform"}, {"Key": "team", "Value": "a"}],
        }
        assert (aws.objects("my-bucket"), aws.rejected) == ({"out/one.csv.out": b"0.5\n"}, [])

    def test_a_folder_in_s3_is_read_where_it_lies(self, aws: Aws, transform: Program, tmp_path: Path) -> None:
        aws.put("my-bucket", "in/a.csv", b"1,2\n")
        aws.put("my-bucket", "in/b/c.csv", b"3,4\n")
        assert transform("s3://my-bucket/in/", "-o", "out/").exit_code == 0
        assert aws.calls_of("PutObject") == []
        assert [(tmp_path / f"out/{name}.out").read_bytes() for name in ("a.csv", "b/c.csv")] == [b"0.5\n", b"0.25\n"]
        assert transform("s3://my-bucket/in/a.csv").text == "0.5\n"

    def test_a_model_is_made_for_it_and_goes_with_it(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
            entry = tarfile.TarInfo("model.json")
            archive.addfile(entry, io.BytesIO(b""))
        words = ("--image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1", "--role", ROLE)
        run = awsml("sagemaker", "transform", "data/one.csv", *words, "--model-data", "model.tar.gz", "-q")
        assert (run.exit_code, run.text) == (0, "0.5\n"), run.stderr
        made = aws.calls_of("CreateModel")[1].params
        assert made["ModelName"].startswith("awsml-transform-")
        assert list(aws.sagemaker.models) == ["m"]

    @pytest.mark.parametrize(
        "operation", ["PutObject", "CreateTransformJob", "DescribeTransformJob", "DeleteObject", "GetObject"]
    )
    def test_a_killed_run_is_picked_up_and_nothing_is_paid_twice(
        self, aws: Aws, transform: Program, operation: str
    ) -> None:
        aws.kill_after(operation)
        assert transform("data/one.csv").exit_code == KILLED
        run = transform("data/one.csv")
        assert (run.text, len(aws.sagemaker.transforms), staged(aws)) == ("0.5\n", 1, [])
        assert len([call for call in aws.calls_of("CreateTransformJob") if not call.error]) == 1

    def test_the_same_again_costs_nothing_and_fresh_asks_anew(self, aws: Aws, transform: Program) -> None:
        assert [transform("data/one.csv").text for _ in range(2)] == ["0.5\n"] * 2
        assert len(aws.calls_of("CreateTransformJob")) == 1
        aws.clock.sleep(5)
        assert transform("data/one.csv", "--fresh", "--no-cache").text == "0.5\n"
        assert (len(aws.calls_of("CreateTransformJob")), len(aws.objects(STAGING))) == (2, 1)

    def test_one_that_fails_says_why(self, aws: Aws, awsml: Program, transform: Program) -> None:
        aws.sagemaker.transform_failing = "ClientError: See job logs for more information"
        at = int(aws.clock.now() * 1000)
        run = transform("data/one.csv", "--no-wait")
        name = run.text.strip().rpartition(":")[2]
        aws.sagemaker.logs.put("/aws/sagemaker/TransformJobs", f"{name}/i-1", [(at, "KeyError: 'age'")], "us-east-1")
        run = transform("data/one.csv")
        assert (run.exit_code, told(run)) == (
            4,
            [
                f"error: the transform {name} failed: ClientError: See job logs for more information",
                "hint: KeyError: 'age'",
            ],
        )
        assert staged(aws) == []
        assert told(awsml("sagemaker", "transforms", "wait", name)) == told(run)

    def test_an_answer_that_is_missing_fails_alone(self, aws: Aws, transform: Program, tmp_path: Path) -> None:
        transform("data", "-o", "out/")
        key = next(key for key in aws.objects(STAGING) if key.endswith("one.csv.out"))
        boto3.client("s3").delete_object(Bucket=STAGING, Key=key)
        run = transform("data", "-o", "again/")
        assert (run.exit_code, told(run)[0].startswith("error: data/one.csv has no answer in s3://")) == (5, True)
        assert (tmp_path / "again/more/two.csv.out").read_bytes() == b"0.25\n"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["data"], "several inputs give several files"),
            (["data/one.csv", "--image", "i"], "through which model?"),
            (["data/one.csv", "--model-data", "x"], "--model-data is part of a model that --image makes"),
            (["data/one.csv", "--split-type", "Word"], "--split-type knows no `Word`"),
            (["data/one.csv", "--concurrent", "20"], "20 requests of 6 MB at a time are more than 100 MB"),
            (["none.csv"], "no such file: none.csv"),
            (["large.csv"], "large.csv has 6,291,457 bytes, and a request takes 6 MB (--max-payload)"),
            (["s3://my-bucket/in/", "data/one.csv"], "name one folder in S3, or files of this machine"),
        ],
    )
    def test_what_cannot_be_is_refused_before_a_call(
        self, aws: Aws, transform: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        with (tmp_path / "large.csv").open("wb") as file:
            file.truncate(6_291_457)
        before = len(aws.calls)
        run = transform(*words)
        assert (run.exit_code, told(run)[0], len(aws.calls)) == (2, f"error: {said}", before)

    def test_a_dry_run_says_what_an_hour_costs(self, aws: Aws, transform: Program) -> None:
        steps = json.loads(transform("data", "--dry-run", "-f", "json").text)
        assert [(one["operation"], one["calls"], one["price"]) for one in steps] == [
            ("s3:PutObject", 2, None),
            ("sagemaker:CreateTransformJob", 1, 0.115),
        ]
        assert aws.calls_of("PutObject") == []


class TestJobs:
    def test_one_that_is_not_waited_for_is_found_by_its_id(self, aws: Aws, awsml: Program, transform: Program) -> None:
        job = transform("data/one.csv", "--no-wait").text.strip()
        assert job.startswith("sagemaker-transform:us-east-1:transform-")
        assert awsml("jobs", "--service", "sagemaker", "--query", "[].id").text.strip() == job
        assert awsml("jobs", "get", job, "--query", "transform_job_status").text == "InProgress\n"
        waited = awsml("sagemaker", "transforms", "wait", job, "-q", "--query", "price")
        assert (waited.text, staged(aws)) == ("0.0038\n", [])
        assert awsml("jobs", "result", job, "-q").text == "0.5\n"
        assert awsml("sagemaker", "transforms", "ls", "--status", "Completed", "--query", "[].id").text.strip() == job

    def test_one_is_stopped_and_what_it_needed_is_removed(self, aws: Aws, awsml: Program, transform: Program) -> None:
        job = transform("data/one.csv", "--no-wait").text.strip()
        assert awsml("jobs", "stop", job, "-y", "--query", "transform_job_status").text == "Stopped\n"
        awsml("jobs", "clean")
        assert staged(aws) == []
        run = awsml("sagemaker", "transforms", "result", job)
        assert (run.exit_code, "failed: Stopped" in run.stderr) == (4, True)

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "transforms", "get", "none")
        assert (run.exit_code, told(run)[0]) == (2, "error: there is no transform sagemaker-transform:us-east-1:none")
