"""`awsml compute`: what machines have and cost, and what images are called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program

from awsml_cli.core.containers import ACCOUNTS, account

USUAL = "763104351884"


def rows(run: Any) -> list[dict[str, Any]]:
    assert run.exit_code == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.text)
    return found


class TestInstances:
    def test_what_a_type_has_and_costs(self, aws: Aws, awsml: Program) -> None:
        aws.price_list.price("AmazonSageMaker", None, instanceName="ml.g5.xlarge", component="Hosting")  # reserved
        aws.price_list.price("AmazonSageMaker", 9.9, instanceName="ml.g5.xlarge", component="Studio")
        aws.price_list.price(
            "AmazonSageMaker", 8.8, region="eu-west-1", instanceName="ml.g5.xlarge", component="Training"
        )
        (found,) = rows(awsml("compute", "instances", "ml.g5.xlarge", "-f", "json"))
        assert found == {
            "instance_type": "ml.g5.xlarge",
            "family": "g5",
            "uses": ["training", "hosting"],
            "vcpus": 4,
            "memory": 16.0,
            "accelerators": 1,
            "accelerator": "A10G",
            "accelerator_memory": 22.4,
            "architecture": "x86_64",
            "price": 1.408,
            "prices": {"training": 1.408, "hosting": 1.408},
            "price_source": "AWS Price List",
            "state": "previous generation",
            "replacement": None,
        }
        (asked,) = {call.region for call in aws.calls_of("GetProducts")}
        assert asked == "us-east-1"
        assert aws.calls_of("DescribeInstanceTypes")[0].params["Filters"] == [
            {"Name": "instance-type", "Values": ["g5.xlarge"]}
        ]

    def test_the_price_list_is_asked_where_it_is(self, aws: Aws, awsml: Program) -> None:
        aws.price_list.price(
            "AmazonSageMaker", 1.8, region="eu-west-1", instanceName="ml.g5.xlarge", component="Training"
        )
        run = awsml("compute", "instances", "ml.g5.xlarge", "--for", "training", "--region", "eu-west-1")
        assert run.text.split("\t")[6] == "1.8"
        assert [call.region for call in aws.calls_of("GetProducts")] == ["eu-central-1"]

    @pytest.mark.parametrize(
        ("name", "state"),
        [
            ("ml.m4.xlarge", "previous generation"),
            ("ml.c4.xlarge", "previous generation"),
            ("ml.p2.xlarge", "previous generation"),
            ("ml.m7i.xlarge", "active"),
        ],
    )
    def test_types_are_shown_as_what_they_are_now(self, aws: Aws, awsml: Program, name: str, state: str) -> None:
        (found,) = rows(awsml("compute", "instances", name, "-f", "json"))
        assert (found["state"], bool(found["replacement"])) == (state, state != "active")
        assert awsml("compute", "instances", name, "--current").text.count("\n") == (state == "active")

    def test_what_a_region_has_not_is_said(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "instances", "ml.g5.xlarge", "ml.p5.48xlarge", "--query", "[].state", "-f", "json")
        assert json.loads(run.text) == ["previous generation", "not offered here"]

    def test_what_is_retired_names_what_took_its_place(self, aws: Aws, awsml: Program) -> None:
        found = rows(awsml("compute", "instances", "ml.eia2.*", "-f", "json"))
        assert {(one["state"], one["replacement"]) for one in found} == {("retired", "ml.inf2")}

    def test_aws_s_own_chips_are_accelerators_and_no_gpus(self, aws: Aws, awsml: Program) -> None:
        words = ("compute", "instances", "ml.inf2.xlarge", "ml.g5.xlarge", "--for", "hosting", "-f", "json")
        assert [(one["accelerator"], one["accelerator_memory"]) for one in rows(awsml(*words))] == [
            ("A10G", 22.4),
            ("Inferentia2", 32.0),
        ]
        assert [one["family"] for one in rows(awsml(*words, "--gpu"))] == ["g5"]
        assert [one["family"] for one in rows(awsml(*words, "--cpu"))] == ["inf2"]

    def test_bounds_and_the_order_of_prices(self, aws: Aws, awsml: Program) -> None:
        words = ("compute", "instances", "ml.g5.*", "ml.m5.xlarge", "--query", "[].instance_type")
        assert awsml(*words, "--gpus", "4").text.split() == ["ml.g5.12xlarge", "ml.g5.24xlarge", "ml.g5.48xlarge"]
        assert awsml(*words, "--max-price", "1.5").text.split() == ["ml.g5.xlarge", "ml.m5.xlarge"]
        assert awsml(*words, "--cheapest").text.split()[:3] == ["ml.m5.xlarge", "ml.g5.xlarge", "ml.g5.2xlarge"]
        assert awsml(*words, "--memory", "300", "--vcpus", "100").text.split() == ["ml.g5.48xlarge"]

    def test_those_of_ec2(self, aws: Aws, awsml: Program) -> None:
        (found,) = rows(awsml("compute", "instances", "m7g.2xlarge", "--for", "ec2", "-f", "json"))
        assert (found["price"], found["memory"], found["architecture"]) == (0.3264, 32.0, "arm64")

    def test_what_is_none(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "instances", "ml.z9.*")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there is no instance type `ml.z9.*` for training, hosting, accelerator",
        )
        run = awsml("compute", "instances", "--for", "cooking")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: there is no use `cooking`")

    def test_without_the_right_to_ask_it_says_what_it_knows(self, aws: Aws, awsml: Program) -> None:
        aws.respond("pricing", "GetProducts", AwsError("AccessDeniedException", "not allowed"))
        aws.respond("ec2", "DescribeInstanceTypes", AwsError("UnauthorizedOperation", "not allowed"))
        run = awsml("compute", "instances", "ml.m5.xlarge", "-f", "json")
        (found,) = rows(run)
        assert (found["price"], found["price_source"], found["memory"]) == (0.23, "as of 2025, us-east-1", None)
        assert run.stderr.count("warning: ") == 2

    def test_at_a_terminal(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "instances", "ml.g5.xlarge", tty={"stdout"}, env={"COLUMNS": "140"})
        assert "A10G" in run.text


class TestImages:
    @pytest.fixture(autouse=True)
    def held(self, aws: Aws) -> None:
        def have(*tags: str, name: str = "pytorch-training", days: int = 0) -> None:
            aws.ecr.image_of(USUAL, name, *tags, days=days)

        have(
            "2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker",
            "2.9-gpu-py312",
            "2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker-v1.2",
        )
        have("2.9.0-gpu-py312-cu130-ubuntu22.04-ec2")
        have("2.9.0-cpu-py312-ubuntu22.04-sagemaker")
        have("2.10.0-gpu-py313-cu130-amzn2023-sagemaker", days=30)
        have("2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker")
        have("2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker-v1.1-2025-03-01-10-00-00", days=300)
        have("0.12.0-gpu-py312-cu130", name="vllm")

    def test_the_newest_version_is_first_and_an_image_is_there_once(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "images", "pytorch", "--query", "[].tag")
        assert run.text.split() == [
            "2.10.0-gpu-py313-cu130-amzn2023-sagemaker",
            "2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker",
            "2.9.0-cpu-py312-ubuntu22.04-sagemaker",
            "2.9.0-gpu-py312-cu130-ubuntu22.04-ec2",
            "2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker",
        ]
        assert aws.calls_of("DescribeImages")[0].params["registryId"] == USUAL

    @pytest.mark.parametrize(
        ("words", "tag"),
        [
            ((), "2.10.0-gpu-py313-cu130-amzn2023-sagemaker"),
            (("--cpu",), "2.9.0-cpu-py312-ubuntu22.04-sagemaker"),
            (("--cuda", "12"), "2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"),
            (("--version", "2.9", "--gpu", "--platform", "ec2"), "2.9.0-gpu-py312-cu130-ubuntu22.04-ec2"),
            (("--python", "3.12", "--cuda", "13.0"), "2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker"),
        ],
    )
    def test_one_word_for_another_command(self, aws: Aws, awsml: Program, words: tuple[str, ...], tag: str) -> None:
        run = awsml("compute", "images", "pytorch", *words, "--newest")
        assert run.text == f"{USUAL}.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:{tag}\n"

    def test_the_account_is_that_of_the_region_and_the_address_what_ecr_says(self, aws: Aws, awsml: Program) -> None:
        aws.ecr.image_of(ACCOUNTS["eu-south-1"], "pytorch-training", "2.9.0-cpu-py312-ubuntu22.04-sagemaker")
        aws.ecr.hosts[ACCOUNTS["eu-south-1"]] = "ecr.example:5000"
        run = awsml("compute", "images", "pytorch", "--newest", "--region", "eu-south-1")
        assert run.text == "ecr.example:5000/pytorch-training:2.9.0-cpu-py312-ubuntu22.04-sagemaker\n"
        assert (account("eu-west-1"), account("cn-north-1")) == (USUAL, "727897471807")

    def test_one_that_only_serves(self, aws: Aws, awsml: Program) -> None:
        (found,) = rows(awsml("compute", "images", "vllm", "-f", "json"))
        assert (found["version"], found["device"], found["cuda"], found["python"]) == ("0.12.0", "gpu", "13.0", "3.12")

    def test_what_is_none(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "images", "torch")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there are no images called torch in us-east-1",
        )
        run = awsml("compute", "images", "pytorch", "--version", "3", "--newest")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: no image of pytorch-training is like that")
        assert awsml("compute", "images", "pytorch", "--version", "3").text == ""

    def test_without_the_right_to_ask(self, aws: Aws, awsml: Program) -> None:
        aws.respond("ecr", "DescribeImages", AwsError("AccessDeniedException", "not allowed"))
        run = awsml("compute", "images", "pytorch")
        assert (run.exit_code, "https://aws.github.io/deep-learning-containers/" in run.stderr) == (4, True)


class TestAmis:
    def test_a_bare_id(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "amis", "--framework", "pytorch", "--newest")
        wanted = "/aws/service/deeplearning/ami/x86_64/oss-nvidia-driver-gpu-pytorch-2.10-ubuntu-24.04/latest/ami-id"
        assert run.text == aws.parameters.values[wanted] + "\n"
        assert run.text[:-1] in awsml("compute", "amis", "--framework", "pytorch", "--newest", tty={"stdout"}).text

    def test_all_pages_and_only_the_newest_of_a_kind(self, aws: Aws, awsml: Program) -> None:
        aws.parameters.ami("oss-nvidia-driver-gpu-pytorch-2.10-ubuntu-24.04", version="v1.3")
        found = rows(awsml("compute", "amis", "-f", "json"))
        assert len(found) == sum(len(kinds) for kinds in aws.parameters.kinds.values())
        assert len(aws.calls_of("GetParametersByPath")) == 2

    @pytest.mark.parametrize(
        ("words", "kinds"),
        [
            (("--kind", "conda"), ["multi-framework-oss-nvidia-driver-amazon-linux-2"]),
            (("--cuda", "12.6"), ["oss-nvidia-driver-gpu-pytorch-2.6-ubuntu-22.04"]),
            (("--cpu",), ["neuron-base-ubuntu-24.04"]),
            (
                ("--arch", "arm64"),
                ["base-oss-nvidia-driver-gpu-ubuntu-24.04", "base-with-single-cuda-amazon-linux-2023"],
            ),
            (
                ("--framework", "pytorch", "--os", "ubuntu"),
                [
                    f"oss-nvidia-driver-gpu-pytorch-{one}"
                    for one in ("2.10-ubuntu-24.04", "2.9-ubuntu-24.04", "2.6-ubuntu-22.04")
                ],
            ),
            (("--version", "2.1"), []),
        ],
    )
    def test_they_are_chosen(self, aws: Aws, awsml: Program, words: tuple[str, ...], kinds: list[str]) -> None:
        assert [one["ami"] for one in rows(awsml("compute", "amis", *words, "-f", "json"))] == kinds

    def test_what_ec2_says_of_them(self, aws: Aws, awsml: Program) -> None:
        wanted = aws.parameters.ami("oss-nvidia-driver-gpu-pytorch-2.11-ubuntu-24.04")
        image = {
            "ImageId": wanted,
            "Name": "Deep Learning OSS Nvidia Driver AMI GPU PyTorch 2.11 (Ubuntu 24.04) 20261009",
            "Description": "PyTorch 2.11 with CUDA 13.0",
            "CreationDate": "2026-10-09T04:00:00.000Z",
            "DeprecationTime": "2028-10-09T04:00:00.000Z",
        }
        aws.respond("ec2", "DescribeImages", {"Images": [image]})
        (found,) = rows(awsml("compute", "amis", "--version", "2.11", "-f", "json"))
        assert (found["name"], found["cuda"], found["deprecation_time"], found["version"]) == (
            image["Name"],
            ["13.0"],
            "2028-10-09",
            "2.11",
        )

    def test_ec2_need_not_be_asked(self, aws: Aws, awsml: Program) -> None:
        aws.respond("ec2", "DescribeImages", AwsError("UnauthorizedOperation", "not allowed"))
        run = awsml("compute", "amis", "--framework", "pytorch", "--newest")
        assert (run.exit_code, run.text[:4], run.stderr) == (0, "ami-", "")

    def test_none_is_like_that(self, aws: Aws, awsml: Program) -> None:
        run = awsml("compute", "amis", "--framework", "jax", "--newest")
        assert (run.exit_code, run.stdout, run.stderr.splitlines()[0]) == (
            2,
            b"",
            "error: no Deep Learning AMI in us-east-1 is like that",
        )
        assert awsml("compute", "amis", "--arch", "riscv").exit_code == 2
