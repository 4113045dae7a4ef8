"""`awsml sagemaker deploy` beyond one model on one machine: its parts, careful updates, and its end."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program, Result
from recordings import STAGING
from registry import Registry

from awsml_cli.core.config import load as config_of
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.talk import Silence
from awsml_cli.services.sagemaker import cuda
from awsml_cli.services.sagemaker.remote import fitness
from awsml_cli.services.sagemaker.remote.deployments import Deployment

ROLE = "arn:aws:iam::123456789012:role/server"
ENDER = "arn:aws:iam::123456789012:role/ender"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    for name in ("model", "b", "models/one", "models/two"):
        pack(tmp_path / f"{name}.tar.gz", name)


@pytest.fixture
def deploy(awsml: Program) -> Program:
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        *("sagemaker", "deploy", "--name", "churn", "--image", IMAGE, "--role", ROLE, "-q"), *words, **options
    )


def pack(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("model.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))


def config(aws: Aws) -> dict[str, Any]:
    return aws.calls_of("CreateEndpointConfig")[-1].params


def told(run: Result) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith(("error: ", "hint: "))]


def kinds(run: Result) -> list[str]:
    return [row.split("\t")[0] for row in run.text.splitlines()]


def left(aws: Aws) -> list[Any]:
    """What there is of an endpoint, anywhere."""
    held = aws.sagemaker
    targets = boto3.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")
    return [
        *(len(one) for one in (held.models, held.configs, held.components, held.endpoints)),
        len(targets["ScalableTargets"]),
        len(boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        len(boto3.client("scheduler").list_schedules()["Schedules"]),
    ]


class TestShapes:
    def test_many_models_of_a_folder(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        assert deploy("--multi-model", "--model-data", "models").exit_code == 0
        container = aws.calls_of("CreateModel")[0].params["PrimaryContainer"]
        prefix = container["ModelDataUrl"].removeprefix(f"s3://{STAGING}/")
        assert (container["Mode"], prefix.endswith("/")) == ("MultiModel", True)
        assert sorted(aws.objects(STAGING)) == [f"{prefix}one.tar.gz", f"{prefix}two.tar.gz"]
        awsml("sagemaker", "invoke", "churn", "-d", "1", "--target-model", "one.tar.gz")
        assert aws.calls_of("InvokeEndpoint")[0].params["TargetModel"] == "one.tar.gz"

    def test_several_variants_share_the_requests(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        words = ("--model-data", "model.tar.gz", "--weight", "9",
                 "--variant", "b=b.tar.gz,weight=1,instance=ml.m5.xlarge,count=2", "--variant", "c=b.tar.gz")  # fmt: skip
        planned = json.loads(deploy(*words, "--dry-run", "-f", "json").text)
        assert deploy(*words).exit_code == 0
        first, second, third = config(aws)["ProductionVariants"]
        assert [(one["VariantName"], one["InitialVariantWeight"]) for one in (first, second, third)] == [
            ("main", 9.0), ("b", 1.0), ("c", 1.0),
        ]  # fmt: skip
        assert (second["InstanceType"], second["InitialInstanceCount"]) == ("ml.m5.xlarge", 2)
        assert (third["InstanceType"], third["InitialInstanceCount"]) == ("ml.m5.large", 1)
        assert second["ModelName"] == third["ModelName"] != first["ModelName"]
        assert planned[-1]["price"] == pytest.approx(2 * 0.115 + 2 * 0.23)
        assert left(aws)[:2] == [2, 1]
        assert kinds(awsml("sagemaker", "delete", "churn", "-y")) == ["endpoint", "endpoint-config", "model", "model"]

    def test_any_of_several_types_and_what_is_said_is_kept(self, aws: Aws, deploy: Program) -> None:
        deploy("--pool", "ml.g5.xlarge:2", "--pool", "ml.m5.large:1", "--pool-timeout", "600", "--count", "2",
               "--capture", "s3://my-bucket/seen/", "--capture-percent", "20")  # fmt: skip
        (variant,) = config(aws)["ProductionVariants"]
        assert variant["InstancePools"] == [
            {"InstanceType": "ml.g5.xlarge", "Priority": 2},
            {"InstanceType": "ml.m5.large", "Priority": 1},
        ]
        assert (variant["VariantInstanceProvisionTimeoutInSeconds"], variant["InitialInstanceCount"]) == (600, 2)
        assert "InstanceType" not in variant
        assert config(aws)["DataCaptureConfig"] == {
            "EnableCapture": True,
            "InitialSamplingPercentage": 20,
            "DestinationS3Uri": "s3://my-bucket/seen/",
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        }
        assert aws.rejected == []

    def test_what_was_deployed_by_an_older_awsml_is_unchanged(self, aws: Aws, deploy: Program) -> None:
        deploy("--model-data", "s3://my-bucket/model.tar.gz")
        assert list(aws.sagemaker.configs) == ["churn-73fedbd707"]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--serverless", "2048,5", "--multi-model"], "a serverless endpoint knows no --multi-model"),
            (["--serverless", "2048,5", "--capture", "s3://b/"], "a serverless endpoint knows no --capture"),
            (["--serverless", "2048,5", "--canary", "10%"], "a serverless endpoint knows no --canary and the like"),
            (["--pool", "ml.m5.large:6"], "--pool takes TYPE:N with N from 1 to 5, and `ml.m5.large:6` is none"),
            (["--pool", "ml.m5.large", "--instance", "ml.m5.large"], "--pool takes the place of --instance"),
            (["--multi-model"], "--multi-model serves the archives of a folder"),
            (["--variant", "main=b.tar.gz"], "each variant has a name of its own, and the first is called main"),
            (["--variant", "b=m,size=2"], "--variant takes NAME=MODEL,weight=N,instance=TYPE,count=N,image=URI, and"),
            (["--variant", "b=m", "--rolling", "10%"], "an endpoint of several variants is not updated in place"),
            (["--component", "64"], "--component takes NAME=MB,CPUS,GPUS, from 128 MB on, and `64` is none"),
            (["--component", "512", "--async", "s3://b/"], "a component goes without --async"),
            (["--component", "512", "--ttl", "2h"], "SageMaker deletes no endpoint that has components"),
            (["--component", "512", "--no-wait"], "scaling and components are made when the endpoint serves"),
            (["--component", "512", "--canary", "10%"], "a component is updated at once, or --rolling"),
            (["--capture", "seen"], "--capture takes a place in S3, and `seen` is none"),
            (["--canary", "60%"], "--canary takes 1% to 50%, or a number of machines, and `60%` is none"),
            (["--linear", "5%"], "--linear takes 10% to 50%, or a number of machines, and `5%` is none"),
            (["--canary", "10%", "--linear", "10%"], "--canary and --linear cannot both be"),
            (["--step-wait", "2h", "--canary", "10%"], "between two steps there is an hour at most"),
            (["--ttl", "10s"], "an endpoint lives 5 minutes at least"),
            (["--ttl-role", ENDER], "--ttl-role is about --ttl"),
        ],
    )
    def test_what_does_not_go_together_is_refused_before_a_call(
        self, aws: Aws, deploy: Program, words: list[str], said: str
    ) -> None:
        run = deploy(*words)
        assert (run.exit_code, told(run)[0].startswith(f"error: {said}"), aws.calls) == (2, True, []), run.stderr


class TestComponents:
    WORDS = ("--model-data", "model.tar.gz", "--component", "2048,1.5,1", "--copies", "2", "--scale-to-zero")

    def test_a_model_on_shared_machines_that_scales_to_none(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        run = deploy(*self.WORDS)
        assert run.exit_code == 0, run.stderr
        (variant,) = config(aws)["ProductionVariants"]
        assert "ModelName" not in variant
        assert (variant["ManagedInstanceScaling"], config(aws)["ExecutionRoleArn"]) == (
            {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 2},
            ROLE,
        )
        made = aws.calls_of("CreateInferenceComponent")[0].params
        assert (made["EndpointName"], made["RuntimeConfig"]) == ("churn", {"CopyCount": 2})
        assert made["Specification"]["ComputeResourceRequirements"] == {
            "MinMemoryRequiredInMb": 2048,
            "NumberOfCpuCoresRequired": 1.5,
            "NumberOfAcceleratorDevicesRequired": 1.0,
        }
        target = aws.calls_of("RegisterScalableTarget")[0].params
        assert (target["ResourceId"], target["ScalableDimension"], target["MinCapacity"], target["MaxCapacity"]) == (
            "inference-component/churn", "sagemaker:inference-component:DesiredCopyCount", 0, 2,
        )  # fmt: skip
        (alarm,) = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
        wake = aws.calls_of("PutScalingPolicy")[1].params
        assert (alarm["MetricName"], wake["PolicyType"]) == ("NoCapacityInvocationFailures", "StepScaling")
        assert wake["PolicyName"] in alarm["AlarmActions"][0]
        assert left(aws) == [1, 1, 1, 1, 1, 1, 0]
        assert json.loads(awsml("sagemaker", "gc", "-f", "json").text)[0]["name"] == "churn"
        awsml("sagemaker", "invoke", "churn", "-d", "1", "--component", "churn")
        assert aws.calls_of("InvokeEndpoint")[0].params["InferenceComponentName"] == "churn"
        removed = awsml("sagemaker", "delete", "churn", "-y")
        assert kinds(removed) == [
            "alarm", "scaling-target", "inference-component", "endpoint", "endpoint-config", "model",
        ]  # fmt: skip
        assert left(aws) == [0] * 7

    def test_another_model_updates_the_component_alone(self, aws: Aws, deploy: Program) -> None:
        words = ("--component", "2048")
        deploy("--model-data", "model.tar.gz", *words)
        deploy("--model-data", "model.tar.gz", *words)
        assert aws.calls_of("UpdateInferenceComponent") == []
        assert deploy("--model-data", "b.tar.gz", *words, "--rolling", "1").exit_code == 0
        (call,) = aws.calls_of("UpdateInferenceComponent")
        assert call.params["DeploymentConfig"]["RollingUpdatePolicy"]["MaximumBatchSize"] == {
            "Type": "COPY_COUNT",
            "Value": 1,
        }
        assert (aws.calls_of("UpdateEndpoint"), left(aws)[:4]) == ([], [1, 1, 1, 1])

    @pytest.mark.parametrize("operation", ["CreateInferenceComponent", "RegisterScalableTarget", "PutMetricAlarm"])
    def test_a_killed_run_is_picked_up(self, aws: Aws, deploy: Program, operation: str) -> None:
        aws.kill_after(operation)
        assert deploy(*self.WORDS).exit_code == KILLED
        assert (deploy(*self.WORDS).exit_code, left(aws)) == (0, [1, 1, 1, 1, 1, 1, 0])

    def test_one_that_fails_is_said(self, aws: Aws, deploy: Program) -> None:
        aws.sagemaker.component_failing = "Not enough hardware resources on the instances."
        run = deploy(*self.WORDS)
        said = "error: the inference component churn failed: Not enough hardware resources on the instances."
        assert (run.exit_code, told(run)[0]) == (4, said)

    def test_an_asynchronous_endpoint_is_woken_from_none(self, aws: Aws, deploy: Program) -> None:
        deploy("--async", f"s3://{STAGING}/a/", "--autoscale", "0,4,5")
        tracked = aws.calls_of("PutScalingPolicy")[0].params["TargetTrackingScalingPolicyConfiguration"]
        assert tracked["CustomizedMetricSpecification"]["MetricName"] == "ApproximateBacklogSizePerInstance"
        (alarm,) = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
        assert alarm["MetricName"] == "HasBacklogWithoutCapacity"


class TestUpdates:
    @pytest.mark.parametrize(
        ("words", "policy"),
        [
            (
                ["--canary", "10%"],
                {
                    "Type": "CANARY",
                    "WaitIntervalInSeconds": 300,
                    "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
                },
            ),
            (
                ["--linear", "1", "--step-wait", "90s"],
                {
                    "Type": "LINEAR",
                    "WaitIntervalInSeconds": 90,
                    "LinearStepSize": {"Type": "INSTANCE_COUNT", "Value": 1},
                },
            ),
            (["--alarm", "errors"], {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 300}),
        ],
    )
    def test_traffic_goes_over_step_by_step(
        self, aws: Aws, deploy: Program, words: list[str], policy: dict[str, Any]
    ) -> None:
        ring("errors", "OK")
        deploy("--model-data", "model.tar.gz", *words)
        assert deploy("--model-data", "b.tar.gz", *words, "--alarm", "errors").exit_code == 0
        made = aws.calls_of("UpdateEndpoint")[0].params["DeploymentConfig"]
        assert made["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"] == policy
        assert made["AutoRollbackConfiguration"] == {"Alarms": [{"AlarmName": "errors"}]}
        assert aws.rejected == []

    def test_in_place(self, aws: Aws, deploy: Program) -> None:
        deploy("--model-data", "model.tar.gz")
        deploy("--model-data", "b.tar.gz", "--rolling", "25%")
        assert aws.calls_of("UpdateEndpoint")[0].params["DeploymentConfig"] == {
            "RollingUpdatePolicy": {
                "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 25},
                "WaitIntervalInSeconds": 300,
            }
        }

    def test_what_it_replaced_is_kept_and_can_be_served_again(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        deploy("--model-data", "model.tar.gz")
        (first,) = aws.sagemaker.configs
        deploy("--model-data", "b.tar.gz", "--canary", "10%")
        assert left(aws)[:4] == [2, 2, 0, 1]
        assert [one["kind"] for one in json.loads(awsml("sagemaker", "gc", "-f", "json").text)] == ["endpoint"]
        planned = awsml("sagemaker", "rollback", "churn", "--dry-run", "--query", "on")
        assert planned.text == f"churn, {first}\n"
        assert awsml("sagemaker", "rollback", "churn", "-y", "-q").exit_code == 0
        assert aws.sagemaker.endpoints["churn"]["EndpointConfigName"] == first
        deploy("--model-data", "s3://my-bucket/c.tar.gz")
        assert left(aws)[:4] == [1, 1, 0, 1]
        run = awsml("sagemaker", "rollback", "churn", "-y")
        assert (run.exit_code, told(run)[0]) == (2, "error: nothing is kept of what churn served before")

    def test_one_that_was_taken_back_is_a_failure_and_leaves_nothing(self, aws: Aws, deploy: Program) -> None:
        deploy("--model-data", "model.tar.gz")
        (first,) = aws.sagemaker.configs
        aws.sagemaker.update_failing = "One or more alarms went into ALARM state: errors"
        ring("errors", "OK")
        run = deploy("--model-data", "b.tar.gz", "--canary", "10%", "--alarm", "errors")
        assert (run.exit_code, told(run)) == (
            4,
            [
                "error: the update of churn was taken back: One or more alarms went into ALARM state: errors",
                f"hint: it serves {first} as before; awsml sagemaker endpoints logs churn",
            ],
        )
        assert (list(aws.sagemaker.configs), left(aws)[:2]) == ([first], [1, 1])

    def test_alarms_that_are_not_there_or_ring_already(self, aws: Aws, deploy: Program) -> None:
        run = deploy("--model-data", "model.tar.gz", "--alarm", "none")
        assert (run.exit_code, told(run)[0]) == (2, "error: there is no alarm none in us-east-1")
        assert left(aws)[:2] == [0, 0]
        ring("loud", "ALARM")
        assert deploy("--model-data", "model.tar.gz", "--alarm", "loud").exit_code == 0
        run = deploy("--model-data", "b.tar.gz", "--alarm", "loud")
        assert told(run)[0] == "error: the alarm loud rings already, so the update would be taken back at once"
        assert left(aws)[:2] == [1, 1]

    def test_what_may_not_be_looked_at_is_left(self, aws: Aws, deploy: Program) -> None:
        deploy("--model-data", "model.tar.gz")
        aws.respond("sagemaker", "ListInferenceComponents", AwsError("AccessDeniedException", "no"))
        assert (deploy("--model-data", "b.tar.gz").exit_code, left(aws)[:4]) == (0, [2, 2, 0, 1])

    def test_a_killed_update_is_picked_up_and_leaves_nothing_of_the_first(self, aws: Aws, deploy: Program) -> None:
        deploy("--model-data", "model.tar.gz")
        aws.kill_after("UpdateEndpoint")
        assert deploy("--model-data", "b.tar.gz").exit_code == KILLED
        assert (deploy("--model-data", "b.tar.gz").exit_code, left(aws)[:4]) == (0, [1, 1, 0, 1])


class TestEnd:
    @pytest.fixture(autouse=True)
    def ender(self, aws: Aws) -> None:
        role("ender", "scheduler.amazonaws.com")

    def test_a_schedule_deletes_it_and_is_renewed_and_goes_with_it(
        self, aws: Aws, deploy: Program, awsml: Program
    ) -> None:
        run = deploy("--ttl", "2h", "--ttl-role", ENDER, "-f", "json")
        assert run.exit_code == 0, run.stderr
        first = boto3.client("scheduler").get_schedule(Name="awsml-churn")
        expires = json.loads(run.text)["expires"]
        assert first["ScheduleExpression"] == f"at({expires.removesuffix('Z').removesuffix('+00:00')})"
        assert (first["ActionAfterCompletion"], first["FlexibleTimeWindow"]) == ("DELETE", {"Mode": "OFF"})
        assert [first["Target"][name] for name in ("Arn", "RoleArn", "Input")] == [
            "arn:aws:scheduler:::aws-sdk:sagemaker:deleteEndpoint",
            ENDER,
            '{"EndpointName": "churn"}',
        ]
        asked = aws.operations
        assert asked.index("CreateSchedule") < asked.index("CreateEndpoint")
        aws.clock.sleep(3600)
        deploy("--ttl", "2h", "--ttl-role", ENDER)
        second = boto3.client("scheduler").get_schedule(Name="awsml-churn")
        assert second["ScheduleExpression"] > first["ScheduleExpression"]
        assert kinds(awsml("sagemaker", "delete", "churn", "-y")) == [
            "endpoint",
            "schedule",
            "endpoint-config",
            "model",
        ]
        assert left(aws) == [0] * 7

    def test_a_dry_run_says_so(self, aws: Aws, deploy: Program) -> None:
        steps = json.loads(deploy("--ttl", "2h", "--ttl-role", ENDER, "--dry-run", "-f", "json").text)
        assert ("scheduler:CreateSchedule", "awsml-churn") in [(one["operation"], one["on"]) for one in steps]
        assert left(aws) == [0] * 7

    def test_without_a_role_that_can_end_it_nothing_is_made(self, aws: Aws, deploy: Program) -> None:
        role("other", "ec2.amazonaws.com")
        cases = {
            (): "--ttl needs a role that the scheduler takes on to delete the endpoint",
            ("--ttl-role", "ender"): "`ender` is not the ARN of a role",
            ("--ttl-role", ENDER.replace("ender", "none")): "there is no role none",
            (
                "--ttl-role",
                ENDER.replace("ender", "other"),
            ): "the role other does not trust scheduler.amazonaws.com, so",
        }
        for words, said in cases.items():
            run = deploy("--ttl", "2h", *words)
            assert (run.exit_code, told(run)[0].startswith(f"error: {said}")) == (3, True), run.stderr
            assert "sagemaker:DeleteEndpoint" in told(run)[1]
        assert left(aws) == [0] * 7

    def test_a_delete_needs_no_right_to_look_for_schedules(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        deploy()
        aws.respond("scheduler", "GetSchedule", AwsError("AccessDeniedException", "no"))
        assert kinds(awsml("sagemaker", "delete", "churn", "-y")) == ["endpoint", "endpoint-config", "model"]


class TestImages:
    @pytest.fixture
    def registry(self, aws: Aws) -> Iterator[Registry]:
        registry = Registry(aws.ecr.password)
        aws.ecr.registry, aws.ecr.scheme = registry.host, "http"
        aws.ecr.image("team/churn", "v1")
        yield registry
        registry.close()

    def test_one_that_is_too_large_for_serverless(self, aws: Aws, deploy: Program) -> None:
        aws.ecr.image("team/churn", "v1", size=12 * 1024**3)
        run = deploy("--serverless", "2048,5", "--model-data", "model.tar.gz")
        assert (run.exit_code, told(run)[0]) == (
            2,
            f"error: the image {IMAGE} has 12.0 GB as it is stored, and a serverless endpoint takes 10",
        )
        assert (left(aws)[:4], aws.objects(STAGING)) == ([0, 0, 0, 0], {})
        aws.respond("ecr", "DescribeImages", AwsError("AccessDeniedException", "no"))
        assert deploy("--serverless", "2048,5").exit_code == 0

    def test_many_models_on_a_gpu_without_triton(self, aws: Aws, awsml: Program, registry: Registry) -> None:
        words = ("sagemaker", "deploy", "--name", "churn", "--role", ROLE, "-q", "--multi-model", "--model-data",
                 "models", "--image", f"{registry.host}/team/churn:v1", "--instance", "ml.g5.xlarge")  # fmt: skip
        registry.image("team/churn", "v1")
        run = awsml(*words)
        assert (run.exit_code, told(run)[0]) == (
            2,
            "error: SageMaker serves many models on GPUs with Triton alone, and this image is none",
        )
        assert left(aws)[:4] == [0, 0, 0, 0]
        registry.manifests.clear()
        registry.image("team/churn", "v1", env=("TRITON_SERVER_VERSION=2.50",))
        assert awsml(*words).exit_code == 0

    @pytest.mark.parametrize(
        ("env", "ami", "said"),
        [
            (
                ["CUDA_VERSION=13.0.1"],
                "al2-ami-sagemaker-inference-gpu-2",
                "error: the image needs CUDA 13.0, and the driver of al2-ami-sagemaker-inference-gpu-2 knows 12.2",
            ),
            (["CUDA_VERSION=13.0.1"], "al2023-ami-sagemaker-inference-gpu-4-1", ""),
            (
                ["CUDA_VERSION=12.6.3", "NVIDIA_REQUIRE_CUDA=cuda>=12.6 brand=tesla,driver>=550,driver<551"],
                "al2-ami-sagemaker-inference-gpu-2",
                "error: the image needs CUDA 12.6, and the driver of al2-ami-sagemaker-inference-gpu-2 knows 12.2",
            ),
            (
                ["CUDA_VERSION=12.6.3", "NVIDIA_REQUIRE_CUDA=cuda>=12.6 brand=tesla,driver>=550,driver<551"],
                "al2-ami-sagemaker-inference-gpu-3-1",
                "warning: the image has CUDA 12.6, and the driver of al2-ami-sagemaker-inference-gpu-3-1 knows 12.4",
            ),
            (
                ["CUDA_VERSION=12.6.3"],
                None,
                "warning: the image has CUDA 12.6, which the default machine image may not",
            ),
            (["CUDA_VERSION=11.8.0"], None, ""),
            (["PATH=/bin"], "al2-ami-sagemaker-inference-gpu-2", ""),
        ],
    )
    def test_cuda_that_the_driver_does_not_know(
        self, aws: Aws, registry: Registry, env: list[str], ami: str | None, said: str
    ) -> None:
        registry.image("team/churn", "v1", env=tuple(env))
        image = f"{registry.host}/team/churn:v1"
        heard = Heard()
        wanted = Deployment("churn", image, None, ROLE, instance="ml.g5.xlarge", ami=ami)
        try:
            fitness.check(Session(config_of({}), talk=heard), wanted)
        except InputError as error:
            heard.said.append(f"error: {error.message}")
            heard.hinted = str(error.hint)
        assert [line[: len(said)] for line in heard.said] == ([said] if said else [])
        assert heard.hinted.startswith("--ami al2") == said.startswith("error: ")

    def test_cuda_that_a_label_tells(self, aws: Aws, registry: Registry) -> None:
        registry.image("team/churn", "v1", labels={"CUDA_VERSION": cuda.torch("2.13", "13.0").cuda})
        image = f"{registry.host}/team/churn:v1"
        wanted = Deployment(
            "churn", image, None, ROLE, instance="ml.g5.xlarge", ami="al2-ami-sagemaker-inference-gpu-2"
        )
        with pytest.raises(InputError, match=r"needs CUDA 13\.0, and the driver of .* knows 12\.2"):
            fitness.check(Session(config_of({})), wanted)
        fitness.check(Session(config_of({})), replace(wanted, ami="al2023-ami-sagemaker-inference-gpu-4-1"))

    def test_one_that_cannot_be_read_is_not_judged(self, aws: Aws, registry: Registry) -> None:
        registry.password = "another"
        wanted = Deployment("churn", f"{registry.host}/team/churn:v1", None, ROLE, instance="ml.g5.xlarge")
        fitness.check(Session(config_of({})), wanted)
        fitness.check(Session(config_of({})), replace(wanted, image="team/churn"))


class Heard(Silence):
    """Remembers warnings."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.hinted = ""

    def warn(self, text: str) -> None:
        self.said.append(f"warning: {text}")


def ring(name: str, state: str) -> None:
    """Have an alarm in this state."""
    client = boto3.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName=name, Namespace="n", MetricName="m", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="as the test has it")


def role(name: str, service: str) -> None:
    """Have a role that SERVICE may take on."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
