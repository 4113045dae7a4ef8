"""`awsml sagemaker deploy`, `invoke`, `delete`, `gc`: the parts that are made, what is asked, and that nothing is left."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from engines import Engines
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program
from recordings import STAGING
from registry import Registry

from awsml_cli.core.errors import InputError
from awsml_cli.services.sagemaker import archives

ROLE = "arn:aws:iam::123456789012:role/server"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"
LOGS = "/aws/sagemaker/Endpoints/churn"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    pack(tmp_path / "model.tar.gz", {"model.json": b"{}"})


@pytest.fixture
def deploy(awsml: Program) -> Program:
    """`awsml sagemaker deploy --name churn --image … --role … --model-data model.tar.gz`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        *("sagemaker", "deploy", "--name", "churn", "--image", IMAGE, "--role", ROLE, "--model-data", "model.tar.gz"),
        *words,
        **options,
    )


def pack(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def left(aws: Aws) -> list[list[str]]:
    """The names of the models, configurations and endpoints that there are."""
    held = aws.sagemaker
    return [list(held.models), list(held.configs), list(held.endpoints)]


class TestDeploy:
    def test_a_model_a_configuration_and_an_endpoint_are_made(self, aws: Aws, deploy: Program) -> None:
        run = deploy("--instance", "ml.g4dn.xlarge", "--count", "2", "--startup-timeout", "300", "--ami", "al2-ami-sagemaker-inference-gpu-2",
                     "--env", "X=1", "--tag", "team=a", "-f", "json")  # fmt: skip
        assert run.exit_code == 0, run.stderr
        about = json.loads(run.text)
        assert (about["endpoint_name"], about["endpoint_status"]) == ("churn", "InService")
        assert run.stderr.splitlines()[-2:] == ["churn: creating", "churn: InService"]
        model, config, _ = (
            aws.calls_of(name)[0].params for name in ("CreateModel", "CreateEndpointConfig", "CreateEndpoint")
        )
        data = model["PrimaryContainer"].pop("ModelDataUrl")
        assert data.startswith(f"s3://{STAGING}/awsml/models/")
        assert data.endswith("/model.tar.gz")
        assert model["PrimaryContainer"] == {"Image": IMAGE, "Environment": {"X": "1"}}
        assert config["ProductionVariants"] == [
            {
                "VariantName": "main",
                "ModelName": model["ModelName"],
                "InstanceType": "ml.g4dn.xlarge",
                "InitialInstanceCount": 2,
                "ContainerStartupHealthCheckTimeoutInSeconds": 300,
                "ModelDataDownloadTimeoutInSeconds": 300,
                "InferenceAmiVersion": "al2-ami-sagemaker-inference-gpu-2",
            }
        ]
        assert model["Tags"] == [{"Key": "awsml-endpoint", "Value": "churn"}, {"Key": "team", "Value": "a"}]
        assert aws.rejected == []

    def test_without_machines(self, aws: Aws, deploy: Program) -> None:
        deploy("--serverless", "2048,5")
        (variant,) = aws.calls_of("CreateEndpointConfig")[0].params["ProductionVariants"]
        assert variant["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
        assert "InstanceType" not in variant

    def test_asynchronous(self, aws: Aws, deploy: Program) -> None:
        deploy("--async", f"s3://{STAGING}/a/")
        assert aws.calls_of("CreateEndpointConfig")[0].params["AsyncInferenceConfig"] == {
            "OutputConfig": {
                "S3OutputPath": f"s3://{STAGING}/a/answers/",
                "S3FailurePath": f"s3://{STAGING}/a/failures/",
            }
        }

    def test_scaled(self, aws: Aws, deploy: Program) -> None:
        deploy("--autoscale", "1,4,100")
        target = aws.calls_of("RegisterScalableTarget")[0].params
        policy = aws.calls_of("PutScalingPolicy")[0].params["TargetTrackingScalingPolicyConfiguration"]
        assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"], policy["TargetValue"]) == (
            "endpoint/churn/variant/main",
            1,
            4,
            100.0,
        )

    def test_the_same_again_makes_nothing_and_another_model_replaces_the_first(
        self, aws: Aws, deploy: Program, tmp_path: Path
    ) -> None:
        deploy()
        first = left(aws)
        assert "churn: unchanged" in deploy().stderr
        assert left(aws) == first
        pack(tmp_path / "model.tar.gz", {"model.json": b"{1}"})
        run = deploy()
        assert (run.exit_code, "churn: updating" in run.stderr) == (0, True)
        second = left(aws)
        assert [len(names) for names in second] == [1, 1, 1]
        assert second[0] != first[0]
        assert aws.sagemaker.endpoints["churn"]["EndpointConfigName"] == second[1][0]

    def test_what_a_training_has_left_is_served(self, aws: Aws, awsml: Program) -> None:
        boto3.client("sagemaker").create_training_job(
            TrainingJobName="one",
            RoleArn=ROLE,
            OutputDataConfig={"S3OutputPath": f"s3://{STAGING}/m"},
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        )
        awsml("sagemaker", "jobs", "wait", "one", "-q")
        words = (
            "sagemaker",
            "deploy",
            "--name",
            "churn",
            "--image",
            IMAGE,
            "--role",
            ROLE,
            "--model-data",
            "sagemaker:us-east-1:one",
        )
        assert awsml(*words).exit_code == 0
        made = aws.calls_of("CreateModel")[0].params["PrimaryContainer"]
        assert made["ModelDataUrl"] == f"s3://{STAGING}/m/one/output/model.tar.gz"

    def test_a_folder_is_packed(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "m").mkdir()
        (tmp_path / "m/model.json").write_text("{}")
        run = awsml("sagemaker", "deploy", "--name", "churn", "--image", IMAGE, "--role", ROLE, "--model-data", "m")
        assert run.exit_code == 0, run.stderr
        (key,) = aws.objects(STAGING)
        with tarfile.open(fileobj=io.BytesIO(aws.objects(STAGING)[key])) as archive:
            assert archive.getnames() == ["model.json"]
        sent = len(aws.calls_of("PutObject"))
        awsml("sagemaker", "deploy", "--name", "churn", "--image", IMAGE, "--role", ROLE, "--model-data", "m")
        assert len(aws.calls_of("PutObject")) == sent == 1

    def test_a_folder_with_a_file_that_cannot_be_read_is_no_model(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        (tmp_path / "m").mkdir()
        (tmp_path / "m/a.bin").write_bytes(b"x")
        streamed = archives.Streamed(tmp_path / "m")
        (tmp_path / "m/b.bin").symlink_to(tmp_path / "gone")
        with streamed as packed, pytest.raises(InputError, match="cannot read"):
            packed.read()
        run = awsml("sagemaker", "deploy", "--name", "churn", "--image", IMAGE, "--role", ROLE, "--model-data", "m")
        assert (run.exit_code, run.stderr.startswith("error: cannot read m/b.bin: No such file")) == (2, True)
        assert aws.objects(STAGING) == {}

    def test_in_a_project_the_image_is_built_and_pushed_first(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        engines, registry = Engines(tmp_path), Registry(aws.ecr.password)
        aws.ecr.registry, aws.ecr.scheme = registry.host, "http"
        engines.install("podman")
        awsml("sagemaker", "init", "churn")
        try:
            run = awsml("sagemaker", "deploy", "churn", "--role", ROLE, "--model-data", "model.tar.gz", env=engines.env)
        finally:
            registry.close()
        assert run.exit_code == 0, run.stderr
        assert (
            aws.calls_of("CreateModel")[0]
            .params["PrimaryContainer"]["Image"]
            .startswith(f"{registry.host}/awsml/churn@sha256:")
        )
        assert "--target serve" in engines.said("build")[0]

    def test_in_a_project_the_model_is_that_of_the_newest_training(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        engines, registry = Engines(tmp_path), Registry(aws.ecr.password)
        aws.ecr.registry, aws.ecr.scheme = registry.host, "http"
        engines.install("podman")
        awsml("sagemaker", "init", "churn")
        words = ("sagemaker", "deploy", "churn", "--role", ROLE, "-q")
        try:
            first = awsml(*words, env=engines.env)
            boto3.client("sagemaker").create_training_job(
                TrainingJobName="churn-1", RoleArn=ROLE, OutputDataConfig={"S3OutputPath": f"s3://{STAGING}/m"},
                StoppingCondition={"MaxRuntimeInSeconds": 60}, AlgorithmSpecification={"TrainingInputMode": "File"},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            )  # fmt: skip
            awsml("sagemaker", "jobs", "wait", "churn-1", "-q")
            second = awsml(*words, env=engines.env)
        finally:
            registry.close()
        assert (first.exit_code, first.stderr.splitlines()[0]) == (2, "error: nothing has been trained yet")
        assert second.exit_code == 0, second.stderr
        made = aws.calls_of("CreateModel")[0].params["PrimaryContainer"]
        assert made["ModelDataUrl"] == f"s3://{STAGING}/m/churn-1/output/model.tar.gz"

    def test_a_project_says_nothing_of_the_image_of_another(
        self, aws: Aws, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        awsml("sagemaker", "init", "churn")
        about = tmp_path / "churn/awsml-sagemaker.toml"
        text = re.sub(r"(?ms)^\[serve\].*?(?=^\[|\Z)", "", about.read_text())
        about.write_text(f'{text}\n[serve]\ninstance = "ml.c5.large"\n[serve.environment]\nMODE = "churn"\n')
        monkeypatch.chdir(tmp_path / "churn")
        words = ("--role", ROLE, "--model-data", "../model.tar.gz", "-q")
        run = awsml("sagemaker", "deploy", "--image", IMAGE, *words)
        assert (run.exit_code, run.stderr.splitlines()) == (
            2,
            [
                "error: what shall the endpoint be called?",
                "hint: --name NAME: letters, digits and hyphens; or `deploy .`, "
                "if the image is one of this folder's project",
            ],
        )
        own = IMAGE.replace("team/churn:v1", "awsml/churn@sha256:" + "0" * 64)
        for image, more in ((IMAGE, ["--name", "other"]), (IMAGE, ["."]), (own, ["--name", "own"])):
            assert awsml("sagemaker", "deploy", "--image", image, *more, *words).exit_code == 0
        made = [call.params["PrimaryContainer"]["Environment"] for call in aws.calls_of("CreateModel")]
        kinds = [call.params["ProductionVariants"][0]["InstanceType"] for call in aws.calls_of("CreateEndpointConfig")]
        assert [(env.get("MODE"), kind) for env, kind in zip(made, kinds, strict=True)] == [
            (None, "ml.m5.large"), ("churn", "ml.c5.large"), ("churn", "ml.c5.large"),
        ]  # fmt: skip
        assert list(aws.sagemaker.endpoints) == ["other", "churn", "own"]

    @pytest.mark.parametrize("command", ["deploy", "train", "tune"])
    def test_a_folder_that_is_no_project_is_not_passed_over(self, aws: Aws, awsml: Program, command: str) -> None:
        run = awsml("sagemaker", command, "chrun", "--image", IMAGE, "--role", ROLE)
        assert (run.exit_code, "chrun is no project" in run.stderr, aws.calls) == (3, True, [])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--serverless", "3000,5"], "error: a serverless endpoint has 1024 to 6144 MB in steps of 1024"),
            (["--serverless", "2048"], "error: --serverless takes MB,N, and `2048` is none"),
            (["--autoscale", "4,1,100"], "error: --autoscale takes MIN,MAX,N, and `4,1,100` is none"),
            (["--autoscale", "0,1,100"], "error: only an asynchronous endpoint, or a component, scales to no machine"),
            (
                ["--serverless", "2048,5", "--autoscale", "1,2,3"],
                "error: a serverless endpoint is neither asynchronous",
            ),
            (["--async", "answers"], "error: --async takes a place in S3"),
            (["--name", "a_b"], "error: what shall the endpoint be called?"),
        ],
    )
    def test_what_cannot_be_is_refused_before_a_call(
        self, aws: Aws, deploy: Program, words: list[str], said: str
    ) -> None:
        run = deploy(*words)
        assert (run.exit_code, run.stderr.startswith(said), aws.calls) == (2, True, []), run.stderr

    def test_a_model_at_the_wrong_depth(self, aws: Aws, deploy: Program, tmp_path: Path) -> None:
        pack(tmp_path / "model.tar.gz", {"out/model.joblib": b"x"})
        run = deploy()
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: the model lies one folder too deep in model.tar.gz: out/model.joblib",
        )
        assert left(aws) == [[], [], []]

    def test_a_dry_run_says_what_an_hour_costs(self, aws: Aws, deploy: Program) -> None:
        steps = json.loads(deploy("--dry-run", "--count", "2", "-f", "json").text)
        assert [(one["operation"], one["price"]) for one in steps] == [
            ("s3:PutObject", None),
            ("sagemaker:CreateModel", None),
            ("sagemaker:CreateEndpointConfig", None),
            ("sagemaker:CreateEndpoint", 0.23),
        ]
        assert aws.calls == []

    def test_a_model_that_is_not_here_is_said_before_an_image_is_built(self, awsml: Program, tmp_path: Path) -> None:
        engines = Engines(tmp_path)
        engines.install("podman")
        awsml("sagemaker", "init", "churn")
        words = ("sagemaker", "deploy", "churn", "--role", ROLE, "--model-data", "none.tar.gz")
        run = awsml(*words, env=engines.env)
        assert (run.exit_code, run.stderr.splitlines()[0], engines.said("build")) == (
            2, "error: there is no model none.tar.gz", [],
        )  # fmt: skip

    @pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint", "DescribeEndpoint"])
    def test_a_killed_run_is_picked_up_without_a_second_of_anything(
        self, aws: Aws, deploy: Program, operation: str
    ) -> None:
        aws.kill_after(operation)
        assert deploy().exit_code == KILLED
        assert deploy().exit_code == 0
        assert [len(names) for names in left(aws)] == [1, 1, 1]

    def test_one_that_fails_is_explained_by_its_log(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        aws.sagemaker.endpoint_failing = "The primary container did not pass the ping health check."
        aws.sagemaker.logs.put(
            LOGS, "main/i-1", [(int(aws.clock.now() * 1000), "ModuleNotFoundError: torch")], "us-east-1"
        )
        run = deploy()
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            4,
            [
                "error: the endpoint churn failed: The primary container did not pass the ping health check.",
                "hint: ModuleNotFoundError: torch",
            ],
        )
        again = deploy()
        assert (again.exit_code, again.stderr.splitlines()[-1]) == (
            2,
            "hint: awsml sagemaker delete churn -y, then deploy again",
        )


class TestInvoke:
    @pytest.fixture(autouse=True)
    def served(self, aws: Aws, deploy: Program) -> None:
        deploy("--async", f"s3://{STAGING}/a/", "-q")

    def test_bytes_in_bytes_out(self, aws: Aws, awsml: Program) -> None:
        body = bytes(range(256))
        run = awsml("sagemaker", "invoke", "churn", "--content-type", "application/x-npy", "--accept", "image/png",
                    "--variant", "main", "--custom-attributes", "a=b", stdin=body)  # fmt: skip
        assert (run.exit_code, run.stdout, run.stderr) == (0, body, "")
        sent = aws.calls_of("InvokeEndpoint")[0].params
        assert (sent["ContentType"], sent["Accept"], sent["TargetVariant"], sent["CustomAttributes"]) == (
            "application/x-npy",
            "image/png",
            "main",
            "a=b",
        )

    def test_at_a_terminal_text_is_shown_and_bytes_are_not(self, aws: Aws, awsml: Program) -> None:
        assert awsml("sagemaker", "invoke", "churn", "-d", "[1]", tty={"stdout"}).text == "[1]\n"
        run = awsml("sagemaker", "invoke", "churn", "--content-type", "image/png", tty={"stdout"}, stdin=b"\x89PNG")
        assert (run.exit_code, "binary" in run.stderr) == (2, True)

    def test_a_stream_is_shown_as_it_comes(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "invoke", "churn", "-d", "one two three", "--stream")
        assert (run.exit_code, run.text) == (0, "one two three")

    def test_the_answer_of_an_asynchronous_one_is_fetched_and_what_was_staged_is_gone(
        self, aws: Aws, awsml: Program
    ) -> None:
        run = awsml("sagemaker", "invoke", "churn", "-d", "[1]", "--async")
        assert (run.exit_code, run.text) == (0, "[1]")
        assert [key for key in aws.objects(STAGING) if key.startswith("awsml/tmp/")] == []

    def test_its_failure_is_fetched_too(self, aws: Aws, awsml: Program) -> None:
        aws.sagemaker_runtime.failing = "no memory"
        run = awsml("sagemaker", "invoke", "churn", "-d", "[1]", "--async")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (4, "error: the model failed: no memory")

    def test_a_models_error_is_told_in_its_own_words(self, aws: Aws, awsml: Program) -> None:
        aws.sagemaker_runtime.failing = "KeyError: 'age'"
        run = awsml("sagemaker", "invoke", "churn", "-d", "[1]")
        assert (run.exit_code, run.stderr.splitlines()) == (
            4,
            ["error: the model of churn answered 500: KeyError: 'age'", "hint: awsml sagemaker endpoints logs churn"],
        )

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "invoke", "none", "-d", "[1]")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: there is no endpoint none")

    def test_more_than_an_endpoint_takes_is_not_sent(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "invoke", "churn", stdin=bytes(6_291_457))
        assert (run.exit_code, run.stderr.splitlines()[1]) == (2, "hint: an asynchronous endpoint takes 1 GB: --async")
        assert aws.calls_of("InvokeEndpoint") == []


class TestDelete:
    def test_all_parts_go_in_order(self, aws: Aws, awsml: Program, deploy: Program) -> None:
        deploy("--autoscale", "1,4,100", "-q")
        aws.sagemaker.logs.put(LOGS, "main/i-1", [(int(aws.clock.now() * 1000), "x")], "us-east-1")
        planned = awsml("sagemaker", "delete", "churn", "--dry-run", "--query", "[].operation").text.split()
        assert planned == [
            "application-autoscaling:DeregisterScalableTarget",
            "sagemaker:DeleteEndpoint",
            "sagemaker:DeleteEndpointConfig",
            "sagemaker:DeleteModel",
            "logs:DeleteLogGroup",
        ]
        assert awsml("sagemaker", "delete", "churn").exit_code == 2
        run = awsml("sagemaker", "delete", "churn", "-y")
        assert [row.split("\t")[0] for row in run.text.splitlines()] == [
            "scaling-target", "endpoint", "endpoint-config", "model", "log-group",
        ]  # fmt: skip
        assert (left(aws), aws.sagemaker.logs.groups()) == ([[], [], []], [])

    @pytest.mark.parametrize("operation", ["DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel"])
    def test_a_killed_delete_is_finished_by_the_next(
        self, aws: Aws, awsml: Program, deploy: Program, operation: str
    ) -> None:
        deploy("-q")
        aws.kill_after(operation)
        assert awsml("sagemaker", "delete", "churn", "-y").exit_code == KILLED
        awsml("sagemaker", "delete", "churn", "-y")
        assert left(aws) == [[], [], []]

    def test_what_others_made_is_left_unless_every_part_is_wanted(self, aws: Aws, awsml: Program) -> None:
        client = boto3.client("sagemaker")
        client.create_model(ModelName="shared", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
        variants: list[Any] = [
            {"VariantName": "a", "ModelName": "shared", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        ]
        client.create_endpoint_config(EndpointConfigName="theirs", ProductionVariants=variants)
        client.create_endpoint(EndpointName="old", EndpointConfigName="theirs")
        awsml("sagemaker", "delete", "old", "-y")
        assert left(aws) == [["shared"], ["theirs"], []]
        client.create_endpoint(EndpointName="old", EndpointConfigName="theirs")
        awsml("sagemaker", "delete", "old", "-y", "--all-parts")
        assert left(aws) == [[], [], []]

    def test_nothing_is_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "delete", "none", "-y")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: there is no endpoint none, nor a part of one")


class TestIdle:
    def test_endpoints_that_nobody_asks_and_parts_without_one(self, aws: Aws, awsml: Program, deploy: Program) -> None:
        deploy("-q")
        boto3.client("sagemaker").create_model(
            ModelName="lost", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE}
        )
        found = json.loads(awsml("sagemaker", "gc", "-f", "json").text)
        assert [(one["kind"], one["name"], one["why"], one["hourly"]) for one in found] == [
            ("endpoint", "churn", "nobody has asked it for 24 h", 0.115),
            ("model", "lost", "no endpoint uses it", 0.0),
        ]
        for one in found:
            assert awsml(*one["delete"].split()[1:]).exit_code == 0
        assert left(aws) == [[], [], []]

    def test_one_that_is_asked_is_none(self, aws: Aws, awsml: Program, deploy: Program) -> None:
        deploy("-q")
        aws.respond("cloudwatch", "GetMetricStatistics", {"Datapoints": [{"Sum": 3.0}]})
        assert awsml("sagemaker", "gc").text == ""


class TestEndpoints:
    def test_they_are_listed_looked_at_and_heard(self, aws: Aws, awsml: Program, deploy: Program) -> None:
        deploy("-q")
        aws.sagemaker.logs.put(LOGS, "main/i-1", [(int(aws.clock.now() * 1000), "ready")], "us-east-1")
        assert awsml("sagemaker", "endpoints", "ls", "--query", "[].endpoint_name").text == "churn\n"
        assert awsml("sagemaker", "endpoints", "get", "churn", "--query", "endpoint_status").text == "InService\n"
        assert awsml("sagemaker", "endpoints", "logs", "churn").text == "main/i-1\tready\n"
        assert awsml("sagemaker", "endpoints", "get", "none").exit_code == 2

    def test_one_that_is_not_waited_for_can_be_waited_for(self, aws: Aws, awsml: Program, deploy: Program) -> None:
        assert deploy("--no-wait").text == "churn\tCreating\t\n"
        assert awsml("sagemaker", "endpoints", "wait", "churn").text == "churn\tInService\t\n"

    def test_one_that_may_not_be_seen(self, aws: Aws, awsml: Program) -> None:
        aws.respond("sagemaker", "ListEndpoints", AwsError("AccessDeniedException", "no"))
        run = awsml("sagemaker", "endpoints", "ls")
        assert (run.exit_code, "`sagemaker:ListEndpoints` is missing" in run.stderr) == (4, True)
