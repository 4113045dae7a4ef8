"""Several inference components on one endpoint: added, updated, asked, removed, and nothing of them is left."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws, AwsError, FakeClock
from fakeaws.program import KILLED, Program, Result
from recordings import STAGING

ROLE = "arn:aws:iam::123456789012:role/server"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    for name in ("a", "b", "c"):
        with tarfile.open(tmp_path / f"{name}.tar.gz", "w:gz") as archive:
            entry = tarfile.TarInfo("model.json")
            entry.size = 1
            archive.addfile(entry, io.BytesIO(name.encode()))


@pytest.fixture
def deploy(awsml: Program) -> Program:
    """`awsml sagemaker deploy --name shop --image … --role … --model-data MODEL.tar.gz`."""
    return lambda model, *words, **options: awsml(  # type: ignore[return-value]
        *("sagemaker", "deploy", "--name", "shop", "--image", IMAGE, "--role", ROLE),
        *("--model-data", f"{model}.tar.gz"),
        *words,
        **options,
    )


def told(run: Result) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith(("error: ", "hint: ", "warning: "))]


def machines(aws: Aws) -> tuple[Any, ...]:
    """What the endpoint runs on: a type, and the least and the most of it."""
    config = aws.sagemaker.configs[aws.sagemaker.endpoints["shop"]["EndpointConfigName"]]
    (variant,) = config["ProductionVariants"]
    scaling = variant["ManagedInstanceScaling"]
    return variant["InstanceType"], scaling["MinInstanceCount"], scaling["MaxInstanceCount"]


def left(aws: Aws) -> list[int]:
    """How many models, configurations, components, endpoints, scaling targets and alarms there are."""
    held = aws.sagemaker
    targets = boto3.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return [
        *(len(one) for one in (held.models, held.configs, held.components, held.endpoints)),
        *(len(targets["ScalableTargets"]), len(alarms)),
    ]


def test_another_name_is_another_component_and_the_same_is_updated(aws: Aws, deploy: Program, awsml: Program) -> None:
    deploy("a", "--component", "2048", "--instance", "ml.g5.xlarge", "-q")
    run = deploy("b", "--component", "small=512,0.5")
    assert (run.exit_code, run.stderr.splitlines()[-3:]) == (
        0, ["shop: unchanged", "shop: InService", "shop: creating the component small"],
    )  # fmt: skip
    assert {name: one["Specification"] for name, one in aws.sagemaker.components.items()}["small"][
        "ComputeResourceRequirements"
    ] == {"MinMemoryRequiredInMb": 512, "NumberOfCpuCoresRequired": 0.5}
    assert (left(aws), machines(aws)) == ([2, 1, 2, 1, 0, 0], ("ml.g5.xlarge", 1, 1))
    assert deploy("c", "--component", "small=512,0.5").stderr.splitlines()[-1] == "shop: updating the component small"
    assert (left(aws), len(aws.calls_of("UpdateEndpoint"))) == ([2, 1, 2, 1, 0, 0], 0)
    rows = [row.split("\t") for row in awsml("sagemaker", "endpoints", "components", "shop").text.splitlines()]
    assert [(row[0], row[1], row[2], row[3]) for row in rows] == [
        ("shop", "InService", "1", "2048"),
        ("small", "InService", "1", "512"),
    ]
    shown = json.loads(awsml("sagemaker", "endpoints", "get", "shop", "-f", "json").text)
    assert shown["components"] == ["shop", "small"]
    awsml("sagemaker", "invoke", "shop", "-d", "1", "--component", "small")
    assert aws.calls_of("InvokeEndpoint")[0].params["InferenceComponentName"] == "small"
    assert aws.rejected == []


def test_one_is_removed_with_what_is_its_own_and_all_go_with_the_endpoint(
    aws: Aws, deploy: Program, awsml: Program
) -> None:
    deploy("a", "--component", "one=2048", "--scale-to-zero", "-q")
    deploy("b", "--component", "two=512", "--scale-to-zero", "-q")
    deploy("b", "--component", "three=512", "-q")
    assert left(aws) == [2, 1, 3, 1, 2, 2]
    delete = ("sagemaker", "delete", "shop")
    planned = awsml(*delete, "--component", "one", "--dry-run", "--query", "[].[operation, on]")
    removed = awsml(*delete, "--component", "one", "-y")
    assert removed.text.splitlines() == [
        "alarm\tawsml-shop/one-wake",
        "scaling-target\tinference-component/one",
        "inference-component\tone",
        *(row for row in removed.text.splitlines() if row.startswith("model\tshop-")),
    ]
    assert [row.split("\t")[1] for row in planned.text.splitlines()] == [
        row.split("\t")[1] for row in removed.text.splitlines()
    ]
    assert left(aws) == [1, 1, 2, 1, 1, 1]
    assert [row.split("\t")[0] for row in awsml(*delete, "--component", "two", "-y").text.splitlines()] == [
        "alarm", "scaling-target", "inference-component",
    ]  # fmt: skip
    deploy("b", "--component", "two=512", "--scale-to-zero", "-q")
    assert [row.split("\t")[0] for row in awsml(*delete, "-y").text.splitlines()] == [
        *("alarm", "scaling-target", "inference-component", "inference-component"),
        *("endpoint", "endpoint-config", "model"),
    ]
    assert left(aws) == [0] * 6


def test_without_a_component_the_machines_may_go_on_billing(deploy: Program, awsml: Program) -> None:
    deploy("a", "--component", "one=512", "-q")
    run = awsml("sagemaker", "delete", "shop", "--component", "one", "-y")
    assert (run.exit_code, told(run)) == (
        0, ["warning: shop has no component left, and its machines may go on billing; awsml sagemaker delete shop"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([], [], ("ml.m5.large", 1, 1)),
        (["--copies", "3"], [], ("ml.m5.large", 1, 3)),
        ([], ["--copies", "3"], ("ml.m5.large", 1, 3)),
        (["--scale-to-zero"], [], ("ml.m5.large", 0, 1)),
        ([], ["--scale-to-zero"], ("ml.m5.large", 1, 1)),
        (["--instance", "ml.g5.xlarge", "--count", "2"], ["--copies", "4"], ("ml.g5.xlarge", 2, 4)),
        (["--copies", "3"], ["--instance", "ml.g5.xlarge"], ("ml.g5.xlarge", 1, 3)),
        (["--copies", "3"], ["--instance", "ml.g5.xlarge", "--count", "2"], ("ml.g5.xlarge", 2, 2)),
        (["--count", "4"], ["--count", "1"], ("ml.m5.large", 1, 1)),
        (["--count", "4"], ["--count", "1", "--autoscale", "1,3,10"], ("ml.m5.large", 1, 3)),
    ],
)
def test_machines_stay_or_become_more_unless_others_are_named(
    aws: Aws, deploy: Program, first: list[str], second: list[str], expected: tuple[Any, ...]
) -> None:
    deploy("a", "--component", "one=512", *first, "-q")
    assert deploy("b", "--component", "two=512", *second, "-q").exit_code == 0
    assert (machines(aws), left(aws)[1:4]) == (expected, [1, 2, 1])


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        (["--instance", "ml.m5.2xlarge", "--count", "2"], [], ("ml.m5.2xlarge", 2, 2)),
        (["--instance", "ml.m5.2xlarge"], ["--copies", "3"], ("ml.m5.2xlarge", 1, 3)),
        (["--instance", "ml.m5.2xlarge"], ["--scale-to-zero"], ("ml.m5.2xlarge", 0, 1)),
        (["--instance", "ml.m5.2xlarge"], ["--instance", "ml.g5.xlarge"], ("ml.g5.xlarge", 1, 1)),
        (["--copies", "3"], ["--instance", "ml.g5.xlarge"], ("ml.g5.xlarge", 1, 3)),
    ],
)
def test_the_machines_of_an_only_component_stay_too(
    aws: Aws, deploy: Program, first: list[str], again: list[str], expected: tuple[Any, ...]
) -> None:
    deploy("a", "--component", "one=512", *first, "-q")
    assert deploy("b", "--component", "one=512", *again, "-q").exit_code == 0
    assert (machines(aws), left(aws)[:4]) == (expected, [1, 1, 1, 1])
    assert aws.sagemaker.components["one"]["Specification"]["ModelName"] in aws.sagemaker.models


def test_when_all_may_go_to_none_so_may_the_machines(aws: Aws, deploy: Program) -> None:
    deploy("a", "--component", "one=512", "-q")
    deploy("b", "--component", "two=512", "--scale-to-zero", "-q")
    assert machines(aws)[1:] == (1, 1)
    deploy("a", "--component", "one=512", "--scale-to-zero", "-q")
    assert machines(aws)[1:] == (0, 1)


@pytest.mark.parametrize("operation", ["CreateModel", "CreateInferenceComponent", "PutMetricAlarm"])
def test_a_killed_run_is_picked_up(aws: Aws, deploy: Program, operation: str) -> None:
    deploy("a", "--component", "one=512", "-q")
    aws.kill_after(operation)
    words = ("b", "--component", "two=512", "--scale-to-zero", "-q")
    assert deploy(*words).exit_code == KILLED
    assert (deploy(*words).exit_code, left(aws)) == (0, [2, 1, 2, 1, 1, 1])


def test_what_would_break_what_is_served_is_refused_before_anything_is_made(
    aws: Aws, deploy: Program, awsml: Program
) -> None:
    deploy("a", "--component", "one=512", "-q")
    deploy("b", "--component", "two=512", "-q")
    cases = (
        (deploy("c"), "shop serves components: one, two"),
        (deploy("c", "--component", "512", "--name", "other"), None),
        (deploy("c", "--component", "other=512"), "there is a component other already, of the endpoint other"),
        (awsml("sagemaker", "delete", "shop", "--component", "none", "-y"), "shop has no component none"),
        (awsml("sagemaker", "delete", "shop", "--component", "one", "--keep-logs"), "--keep-logs is about the whole"),
        (deploy("c", "--component", "a_b=512"), "--component takes NAME=MB,CPUS,GPUS"),
    )
    for run, said in cases:
        if said is None:
            assert run.exit_code == 0, run.stderr
        else:
            assert (run.exit_code, told(run)[0].startswith(f"error: {said}")) == (2, True), run.stderr
    assert left(aws)[:4] == [3, 2, 3, 2]


class TestTheSameAgain:
    """What is said about a component that is there is done to it; what is not said stays."""

    def test_more_copies_are_had_without_an_update_of_what_they_run(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "-q")
        run = deploy("a", "--component", "one=512", "--copies", "3")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (0, "shop: copies of the component one: 3")
        (call,) = aws.calls_of("UpdateInferenceComponentRuntimeConfig")
        assert call.params["DesiredRuntimeConfig"] == {"CopyCount": 3}
        assert aws.calls_of("UpdateInferenceComponent") == []
        assert deploy("a", "--component", "one=512", "--copies", "3", "-q").exit_code == 0
        assert len(aws.calls_of("UpdateInferenceComponentRuntimeConfig")) == 1
        assert aws.rejected == []

    def test_copies_that_were_not_said_stay(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "--copies", "3", "-q")
        deploy("a", "--component", "one=512", "-q")
        deploy("b", "--component", "one=512", "-q")
        assert aws.calls_of("UpdateInferenceComponentRuntimeConfig") == []
        assert len(aws.calls_of("UpdateInferenceComponent")) == 1
        assert aws.sagemaker.components["one"]["RuntimeConfig"] == {"CopyCount": 3}

    def test_copies_that_are_scaled_are_scaling_s_business(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "-q")
        deploy("a", "--component", "one=512", "--copies", "3", "--autoscale", "1,4,100", "-q")
        assert aws.calls_of("UpdateInferenceComponentRuntimeConfig") == []

    def test_how_long_it_may_take_to_start(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "-q")
        for words in (["--startup-timeout", "900"], ["--startup-timeout", "900"], []):
            assert deploy("a", "--component", "one=512", *words, "-q").exit_code == 0
        assert len(aws.calls_of("UpdateInferenceComponent")) == 1
        deploy("b", "--component", "one=512", "-q")
        assert aws.sagemaker.components["one"]["Specification"]["StartupParameters"] == {
            "ContainerStartupHealthCheckTimeoutInSeconds": 900,
            "ModelDataDownloadTimeoutInSeconds": 900,
        }


def test_an_endpoint_may_be_called_as_another_and_its_component(aws: Aws, deploy: Program, awsml: Program) -> None:
    deploy("a", "--component", "small=512", "--scale-to-zero", "-q")
    deploy("a", "--name", "shop-small", "--component", "512", "--scale-to-zero", "-q")
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {one["AlarmName"]: one["Dimensions"][0]["Value"] for one in alarms} == {
        "awsml-shop/small-wake": "small",
        "awsml-shop-small-wake": "shop-small",
    }
    awsml("sagemaker", "delete", "shop", "-y")
    assert [one["AlarmName"] for one in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]] == [
        "awsml-shop-small-wake"
    ]


def test_one_that_is_not_waited_for_is_found_by_its_endpoint(deploy: Program, awsml: Program, clock: FakeClock) -> None:
    deploy("a", "--component", "one=512", "-q")
    look = "awsml sagemaker endpoints components shop"
    run = deploy("b", "--component", "small=512", "--timeout", "1", "-q")
    assert (run.exit_code, told(run)[-1]) == (8, f"hint: {look}")
    clock.interrupt_in_wait(1)
    run = deploy("b", "--component", "other=512", "-q")
    assert (run.exit_code, look in run.stderr, "endpoints get" in run.stderr) == (130, True, False)
    assert awsml(*look.split()[1:]).exit_code == 0


class TestWhatMayNotBeSeen:
    """A role that may look at endpoints alone goes on as before there were components."""

    def test_an_endpoint_is_shown_without_its_components(self, aws: Aws, deploy: Program, awsml: Program) -> None:
        deploy("a", "-q")
        aws.respond("sagemaker", "ListInferenceComponents", AwsError("AccessDeniedException", "not yours"))
        run = awsml(
            "sagemaker", "endpoints", "get", "shop", "-v", "--query", "[endpoint_status, components]", "-f", "json"
        )
        assert (run.exit_code, json.loads(run.text)) == (0, ["InService", None])
        assert "not looked at: " in run.stderr
        assert "not yours" in run.stderr

    def test_another_model_is_served(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "-q")
        aws.respond("sagemaker", "DescribeEndpointConfig", AwsError("AccessDeniedException", "not yours"))
        assert (deploy("b", "-q").exit_code, len(aws.calls_of("UpdateEndpoint"))) == (0, 1)

    def test_a_component_is_not_put_on_machines_that_are_not_known(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "--instance", "ml.m5.2xlarge", "-q")
        aws.respond("sagemaker", "DescribeEndpointConfig", AwsError("AccessDeniedException", "not yours"))
        assert (deploy("b", "--component", "two=512", "-q").exit_code, machines(aws)) == (4, ("ml.m5.2xlarge", 1, 1))

    def test_which_components_there_are_is_not_needed_to_refuse(self, aws: Aws, deploy: Program) -> None:
        deploy("a", "--component", "one=512", "-q")
        aws.respond("sagemaker", "ListInferenceComponents", AwsError("AccessDeniedException", "not yours"))
        run = deploy("c", "-q")
        assert (run.exit_code, told(run)[0]) == (2, "error: shop serves components")
