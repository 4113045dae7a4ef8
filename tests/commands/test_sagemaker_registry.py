"""`awsml sagemaker registry`, and `deploy --package`: what arrives at AWS, and that nothing is registered twice."""

from __future__ import annotations

import contextlib
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
from fakeaws.program import KILLED, Program, Result
from recordings import STAGING
from registry import Registry

ROLE = "arn:aws:iam::123456789012:role/server"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/wine"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    aws.ecr.image("team/churn", "v1")
    pack(tmp_path / "model.tar.gz", "{}")


@pytest.fixture
def register(awsml: Program) -> Program:
    """`awsml sagemaker registry register wine --image … --model-data model.tar.gz`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        *("sagemaker", "registry", "register", "wine", "--image", IMAGE, "--model-data", "model.tar.gz"),
        *words,
        **options,
    )


@pytest.fixture
def registry(awsml: Program) -> Program:
    """`awsml sagemaker registry`."""
    return lambda *words, **options: awsml("sagemaker", "registry", *words, **options)  # type: ignore[return-value]


def pack(path: Path, content: str) -> None:
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("model.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))


def told(run: Result) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith(("error: ", "hint: "))]


def sent(aws: Aws) -> dict[str, Any]:
    """The last version that was asked for, without its token."""
    params = dict(aws.calls_of("CreateModelPackage")[-1].params)
    del params["ClientToken"]
    return params


def version(status: str = "PendingManualApproval", *, image: str = IMAGE) -> None:
    """Have one more version of `wine`."""
    client = boto3.client("sagemaker")
    with contextlib.suppress(client.exceptions.ClientError):
        client.create_model_package_group(ModelPackageGroupName="wine")
    container = {"Image": image, "ModelDataUrl": f"s3://{STAGING}/m.tar.gz"}
    client.create_model_package(
        ModelPackageGroupName="wine",
        ModelApprovalStatus=status,
        InferenceSpecification={"Containers": [container]},
    )


def trained(name: str, image: str = IMAGE) -> None:
    """Have a training that has ended with `loss=0.25`."""
    client = boto3.client("sagemaker")
    client.create_training_job(
        TrainingJobName=name, RoleArn=ROLE, OutputDataConfig={"S3OutputPath": f"s3://{STAGING}/m"},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        AlgorithmSpecification={
            "TrainingImage": image, "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        },
    )  # fmt: skip
    for _ in range(6):
        client.describe_training_job(TrainingJobName=name)


class TestRegister:
    def test_a_model_is_packed_uploaded_and_a_version_of_a_group_that_was_not_there(
        self, aws: Aws, register: Program
    ) -> None:
        run = register("--content-type", "text/csv", "--accept", "text/csv", "--accept", "application/json",
                       "--instance", "ml.m5.large", "--instance", "ml.inf1.xlarge", "--metrics", "accuracy=0.93",
                       "--metrics", "loss=0.2", "--description", "the first", "--property", "team=a", "--env", "X=1",
                       "-f", "json")  # fmt: skip
        assert run.exit_code == 0, run.stderr
        request = sent(aws)
        (container,) = request["InferenceSpecification"].pop("Containers")
        report = request.pop("ModelMetrics")["ModelQuality"]["Statistics"]
        assert request == {
            "ModelPackageGroupName": "wine",
            "ModelPackageDescription": "the first",
            "ModelApprovalStatus": "PendingManualApproval",
            "CustomerMetadataProperties": {"team": "a"},
            "InferenceSpecification": {
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv", "application/json"],
                "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large", "ml.inf1.xlarge"],
                "SupportedTransformInstanceTypes": ["ml.m5.large"],
            },
        }
        assert container["ModelDataUrl"].startswith(f"s3://{STAGING}/awsml/models/")
        assert (container["Image"], container["Environment"]) == (IMAGE, {"X": "1"})
        bucket, key = report["S3Uri"].removeprefix("s3://").split("/", 1)
        assert json.loads(aws.objects(bucket)[key]) == {
            "metrics": {"accuracy": {"value": 0.93}, "loss": {"value": 0.2}}
        }
        made = json.loads(run.text)
        assert (made["package"], made["model_package_arn"], made["model_approval_status"]) == (
            "wine:1", f"{ARN}/1", "PendingManualApproval",
        )  # fmt: skip
        assert run.stderr.splitlines()[-1] == "wine: creating the group"
        assert aws.rejected == []

    def test_the_same_again_is_the_same_version_unless_it_is_wanted_anew(
        self, aws: Aws, register: Program, tmp_path: Path
    ) -> None:
        register("-q")
        again = register("--query", "package")
        assert (again.text, again.stderr) == (
            "wine:1\n",
            "wine:1 is this very model; --fresh registers it once more\n",
        )
        assert (len(aws.calls_of("CreateModelPackage")), len(aws.calls_of("CreateModelPackageGroup"))) == (1, 1)
        assert register("--fresh", "-q", "--query", "package").text == "wine:2\n"
        pack(tmp_path / "model.tar.gz", '{"better": 1}')
        assert register("-q", "--query", "package").text == "wine:3\n"

    @pytest.mark.parametrize(
        "more",
        [
            ["--env", "DEBUG=1"],
            ["--content-type", "text/csv"],
            ["--instance", "ml.m5.large"],
            ["--metrics", "accuracy=0.9"],
            ["--description", "the first"],
            ["--property", "team=a"],
        ],
        ids=lambda more: more[0],
    )
    def test_one_that_says_less_is_another(self, aws: Aws, register: Program, more: list[str]) -> None:
        register(*more, "-q")
        run = register("--approve", "-q", "--query", "[package, model_approval_status]")
        assert (run.text, run.stderr) == ("wine:2\tApproved\n", "")
        assert aws.sagemaker.packages[f"{ARN}/1"]["ModelApprovalStatus"] == "PendingManualApproval"

    def test_what_aws_adds_and_what_is_empty_make_it_no_other(self, aws: Aws, register: Program) -> None:
        register("--metrics", "accuracy=0.9", "-q")
        held = aws.sagemaker.packages[f"{ARN}/1"]
        held["InferenceSpecification"]["SupportedContentTypes"] = []
        (container,) = held["InferenceSpecification"]["Containers"]
        container |= {"Environment": {}, "ModelDataETag": "e", "IsCheckpoint": False}
        held["ModelMetrics"]["ModelQuality"]["Statistics"]["ContentDigest"] = "sha256:" + "0" * 64
        held["DriftCheckBaselines"] = {}
        assert register("--metrics", "accuracy=0.9", "-q", "--query", "package").text == "wine:1\n"

    @pytest.mark.parametrize("operation", ["PutObject", "CreateModelPackageGroup", "CreateModelPackage"])
    def test_a_killed_run_leaves_one_version(self, aws: Aws, register: Program, operation: str) -> None:
        aws.kill_after(operation)
        assert register().exit_code == KILLED
        assert register("--approve", "--query", "model_approval_status").text == "Approved\n"
        assert list(aws.sagemaker.packages) == [f"{ARN}/1"]

    def test_a_version_that_aws_does_not_list_yet_is_made_once_by_its_token(self, aws: Aws, register: Program) -> None:
        register("-q")
        aws.respond("sagemaker", "ListModelPackages", {"ModelPackageSummaryList": []})
        assert (register("-q", "--query", "package").text, len(aws.sagemaker.packages)) == ("wine:1\n", 1)

    def test_one_of_a_training_has_its_model_image_and_metrics(self, aws: Aws, registry: Program) -> None:
        trained("churn-1")
        run = registry("register", "wine", "--from-job", "churn-1", "--approve", "--query", "model_approval_status")
        assert (run.text, run.stderr.splitlines()[0]) == ("Approved\n", f"the image is that of the training: {IMAGE}")
        (container,) = sent(aws)["InferenceSpecification"]["Containers"]
        assert container == {"Image": IMAGE, "ModelDataUrl": f"s3://{STAGING}/m/churn-1/output/model.tar.gz"}
        assert registry("show", "wine", "--query", "metrics.loss").text == "0.25\n"

    @pytest.mark.parametrize(
        "image",
        [
            "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0",
            "626614931356.dkr.ecr.af-south-1.amazonaws.com/pytorch-training-neuronx:2.6.0",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/awsml/churn:train-0123456789abcdef",
            f"123456789012.dkr.ecr.us-east-1.amazonaws.com/awsml/churn@sha256:{'0' * 64}",
        ],
        ids=["aws", "aws-neuron", "own", "own-by-digest"],
    )
    def test_an_image_that_only_trains_is_refused(self, aws: Aws, registry: Program, image: str) -> None:
        aws.ecr.images.clear()
        aws.ecr.image("awsml/churn", "train-0123456789abcdef", digest=f"sha256:{'0' * 64}")
        trained("churn-1", image)
        run = registry("register", "wine", "--from-job", "churn-1")
        assert (run.exit_code, told(run)[0]) == (2, f"error: {image} trains, and does not serve")
        assert aws.calls_of("CreateModelPackage") == []

    @pytest.mark.parametrize(
        ("name", "warned"),
        [("strength-training-app", False), ("gym-training/app", False), ("gym-training", True)],
    )
    def test_an_image_that_is_called_after_a_training_is_none_of_awss(
        self, aws: Aws, registry: Program, name: str, warned: bool
    ) -> None:
        image = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{name}:1"
        aws.ecr.image(name, "1")
        run = registry("register", "wine", "--image", image, "--model-data", "model.tar.gz", "--query", "package")
        assert (run.exit_code, run.text) == (0, "wine:1\n"), run.stderr
        assert (f"warning: {image} is called as one that trains" in run.stderr) is warned

    def test_in_a_project_it_is_the_newest_model_with_the_project_s_image(
        self, aws: Aws, awsml: Program, registry: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engines, images = Engines(tmp_path), Registry(aws.ecr.password)
        aws.ecr.registry, aws.ecr.scheme = images.host, "http"
        engines.install("podman")
        awsml("sagemaker", "init", "churn", "-q")
        trained("churn-1")
        monkeypatch.chdir(tmp_path / "churn")
        try:
            run = registry("register", "-q", "--query", "package", env=engines.env)
        finally:
            images.close()
        assert (run.exit_code, run.text) == (0, "churn:1\n"), run.stderr
        (container,) = sent(aws)["InferenceSpecification"]["Containers"]
        assert container["Image"].startswith(f"{images.host}/awsml/churn@sha256:")
        assert container["ModelDataUrl"].endswith("/churn-1/output/model.tar.gz")

    def test_all_that_is_missing_is_named_at_once_and_nothing_is_sent(
        self, aws: Aws, registry: Program, tmp_path: Path
    ) -> None:
        (tmp_path / "report.json").write_text("accuracy: 0.9")
        run = registry("register", "wine", "--image", IMAGE.replace("v1", "v9"), "--model-data", f"s3://{STAGING}/none",
                       "--metrics", "report.json", "--property", f"k={'v' * 257}", "--description", "d" * 1025)  # fmt: skip
        assert run.exit_code == 2
        for said in (
            "error: 6 things are missing for this registration: (1) a description has 1,024 characters at most",
            "the property k is too long or empty",
            f"there is no model s3://{STAGING}/none",
            f"s3://{STAGING}/none is no .tar.gz",
            "report.json is no JSON",
            f"there is no image {IMAGE.replace('v1', 'v9')}",
        ):
            assert said in told(run)[0]
        assert not {"PutObject", "CreateModelPackageGroup", "CreateModelPackage"} & set(aws.operations)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["wine"], "2 things are missing for this registration: (1) no model is named; (2) no image is named"),
            ([], "which model is it a version of?"),
            (["wine:2"], "AWS numbers the versions of wine"),
            (["a_b"], "`a_b` names no model package"),
            (["wine", "--metrics", "a=b"], "--metrics takes NAME=NUMBER or a file, and `a=b` is neither"),
            (["wine", "--metrics", "a=1", "--metrics", "s3://b/r.json"], "--metrics takes one report, or numbers"),
            (["wine", "--model-data", "m", "--from-job", "t"], "--model-data and --from-job cannot both be"),
        ],
    )
    def test_what_cannot_be_meant(self, aws: Aws, registry: Program, words: list[str], said: str) -> None:
        run = registry("register", *words)
        assert (run.exit_code, told(run)[0], aws.calls) == (2, f"error: {said}", []), run.stderr

    def test_a_dry_run_sends_nothing(self, aws: Aws, register: Program) -> None:
        run = register("--dry-run", "--metrics", "a=1", "--query", "[].operation")
        assert run.text.split() == [
            "s3:PutObject", "s3:PutObject", "sagemaker:CreateModelPackageGroup", "sagemaker:CreateModelPackage",
        ]  # fmt: skip
        assert aws.objects(STAGING) == {}

    def test_one_that_fails_at_aws_is_said_and_made_anew(self, aws: Aws, register: Program) -> None:
        aws.sagemaker.package_failing, aws.sagemaker.package_looks = "the image cannot be pulled", 2
        run = register()
        assert (run.exit_code, told(run)) == (
            4, ["error: the registration wine:1 failed: the image cannot be pulled"],
        )  # fmt: skip
        aws.sagemaker.package_failing = ""
        assert register("-q", "--query", "package").text == "wine:2\n"

    def test_one_that_aws_does_not_end_is_not_waited_for_for_ever(self, aws: Aws, register: Program) -> None:
        aws.sagemaker.package_looks = 10_000
        run = register()
        assert (run.exit_code, run.text, told(run)) == (
            8,
            "",
            [
                "error: the registration has not ended after 600 s; it goes on: sagemaker:us-east-1:wine:1",
                "hint: awsml sagemaker registry show wine:1",
            ],
        )


class TestLooking:
    def test_groups_and_versions_over_all_pages(self, aws: Aws, registry: Program) -> None:
        for name in ("a", "b", "c"):
            boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
        for status in ("Approved", "Rejected", "PendingManualApproval"):
            version(status)
        assert registry("ls", "--query", "[].model_package_group_name").text.split() == ["wine", "c", "b", "a"]
        assert registry("ls", "--limit", "2", "--query", "[].model_package_group_name").text.split() == ["wine", "c"]
        rows = [row.split("\t") for row in registry("ls", "wine").text.splitlines()]
        assert [(row[0], row[1], *row[3:]) for row in rows] == [
            (f"wine:{number}", status, IMAGE, f"s3://{STAGING}/m.tar.gz")
            for number, status in ((3, "PendingManualApproval"), (2, "Rejected"), (1, "Approved"))
        ]
        assert registry("ls", "wine", "--status", "Rejected", "--query", "[].package").text == "wine:2\n"
        assert registry("ls", "a").text == ""

    def test_without_the_right_to_ask_for_images_they_are_left_out(self, aws: Aws, registry: Program) -> None:
        version()
        aws.respond("sagemaker", "BatchDescribeModelPackage", AwsError("AccessDeniedException", "no"))
        run = registry("ls", "wine", "--query", "[].[package, image]", "-v")
        assert (run.exit_code, run.text) == (0, "wine:1\t\n")
        assert "images and data are not told: sagemaker BatchDescribeModelPackage was refused" in run.stderr

    def test_the_newest_the_newest_approved_and_one(self, registry: Program) -> None:
        for status in ("Approved", "Approved", "PendingManualApproval"):
            version(status)
        for words, found in (
            (["wine"], "wine:3"),
            (["wine", "--approved"], "wine:2"),
            (["wine:1"], "wine:1"),
            (["wine/1"], "wine:1"),
            ([f"{ARN}/1"], "wine:1"),
            ([ARN.replace("model-package/", "model-package-group/")], "wine:3"),
        ):
            assert registry("show", *words, "--query", "package").text == f"{found}\n"

    def test_packages_of_no_group(self, aws: Aws, registry: Program) -> None:
        kinds = {"SupportedTransformInstanceTypes": ["ml.m5.large"], "SupportedContentTypes": ["text/csv"]}
        boto3.client("sagemaker").create_model_package(
            ModelPackageName="bought", InferenceSpecification={"Containers": [{"Image": IMAGE}], **kinds}
        )
        version()
        assert registry("ls", "--unversioned", "--query", "[].package").text == "bought\n"
        assert registry("show", "bought", "--query", "[package, content_types[0]]").text == "bought\ttext/csv\n"
        assert told(registry("approve", "bought"))[0] == (
            "error: bought is of no group, and only versions of a group are approved or rejected"
        )
        assert registry("rm", "bought", "-y").text == "model-package\tbought\n"
        assert list(aws.sagemaker.packages) == [f"{ARN}/1"]

    @pytest.mark.parametrize(
        ("words", "error", "hint"),
        [
            (["ls", "none"], "there is no group of model packages called none", "awsml sagemaker registry ls"),
            (["show", "none"], "there is no group of model packages called none, and no package",
             "awsml sagemaker registry ls"),
            (["show", "wine:9"], "wine has no version 9", "awsml sagemaker registry ls wine"),
            (["show", "wine", "--approved"], "no version of wine is Approved: wine:1 is PendingManualApproval",
             "awsml sagemaker registry approve wine:1"),
            (["show", "empty"], "empty has no version yet", "awsml sagemaker registry register empty --model-data …"),
            (["show", ARN.replace("us-east-1", "eu-west-1")],
             f"{ARN.replace('us-east-1', 'eu-west-1')} lies in eu-west-1, and this is about us-east-1",
             "--region eu-west-1"),
            (["ls", "wine", "--status", "good"], "--status takes approved, rejected, pending, and `good` is none of them",
             None),
            (["ls", "--status", "approved"], "--status is that of the versions of a group", "name the group"),
        ],
    )  # fmt: skip
    def test_what_is_not_there(self, registry: Program, words: list[str], error: str, hint: str | None) -> None:
        boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName="empty")
        version()
        run = registry(*words)
        assert (run.exit_code, run.stderr) == (2, f"error: {error}\n" + (f"hint: {hint}\n" if hint else ""))


class TestDeciding:
    def test_a_version_is_approved_and_rejected_with_a_reason(self, aws: Aws, registry: Program) -> None:
        version()
        version()
        run = registry("approve", "wine:1", "--reason", "accuracy over 0.9", "-f", "json")
        made = json.loads(run.text)
        assert (made["package"], made["model_approval_status"], made["approval_description"]) == (
            "wine:1", "Approved", "accuracy over 0.9",
        )  # fmt: skip
        assert registry("reject", "wine", "--query", "[package, model_approval_status]").text == "wine:2\tRejected\n"
        assert registry("approve", "wine:2", "--dry-run", "--query", "on").text == "wine:2, Approved\n"
        assert len(aws.calls_of("UpdateModelPackage")) == 2

    def test_a_version_is_removed_and_a_group_with_all_of_its_own(self, aws: Aws, registry: Program) -> None:
        for _ in range(3):
            version()
        assert registry("rm", "wine:2").exit_code == 2
        assert registry("rm", "wine:2", "-y").text == "model-package\twine:2\n"
        assert registry("rm", "wine", "--dry-run", "--query", "[].operation").text.split() == [
            "sagemaker:DeleteModelPackage", "sagemaker:DeleteModelPackage", "sagemaker:DeleteModelPackageGroup",
        ]  # fmt: skip
        assert len(aws.sagemaker.packages) == 2
        assert registry("rm", "wine", "-y").text.splitlines()[-1] == "model-package-group\twine"
        assert (aws.sagemaker.packages, aws.sagemaker.groups) == ({}, {})


class TestDeploy:
    @pytest.fixture
    def deploy(self, awsml: Program) -> Program:
        """`awsml sagemaker deploy --role …`."""
        return lambda *words, **options: awsml("sagemaker", "deploy", "--role", ROLE, *words, **options)  # type: ignore[return-value]

    def test_the_newest_approved_version_is_served_by_its_package(
        self, aws: Aws, deploy: Program, awsml: Program
    ) -> None:
        for status in ("Approved", "Approved", "Rejected"):
            version(status)
        run = deploy("--package", "wine", "--env", "X=1")
        assert (run.exit_code, run.text, run.stderr.splitlines()[0]) == (
            0, "wine\tInService\t\n", "the model is wine:2",
        )  # fmt: skip
        (call,) = aws.calls_of("CreateModel")
        assert call.params["PrimaryContainer"] == {"ModelPackageName": f"{ARN}/2", "Environment": {"X": "1"}}
        assert "wine: unchanged" in deploy("--package", "wine:2", "--env", "X=1").stderr
        assert "wine: updating" in deploy("--package", "wine:1", "--env", "X=1").stderr
        assert [len(one) for one in (aws.sagemaker.models, aws.sagemaker.configs)] == [1, 1]
        awsml("sagemaker", "delete", "wine", "-y", "-q")
        assert (aws.sagemaker.models, len(aws.sagemaker.packages)) == ({}, 3)

    def test_a_project_gives_a_package_its_machines_alone_and_only_where_it_is_named(
        self, aws: Aws, deploy: Program, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version("Approved")
        awsml("sagemaker", "init", "churn", "-q")
        about = tmp_path / "churn/awsml-sagemaker.toml"
        serve = '[serve]\ninstance = "ml.c5.large"\n'
        text = re.sub(r"(?ms)^\[serve\].*?(?=^\[|\Z)", "", about.read_text())
        about.write_text(f'{text}\n{serve}[serve.environment]\nMODE = "churn"\n')
        monkeypatch.chdir(tmp_path / "churn")
        assert deploy("--package", "wine").text == "wine\tInService\t\n"
        monkeypatch.chdir(tmp_path)
        assert deploy("churn", "--package", "wine", "--name", "named").text == "named\tInService\t\n"
        for call in aws.calls_of("CreateModel"):
            assert call.params["PrimaryContainer"] == {"ModelPackageName": f"{ARN}/1"}
        configs = [call.params["ProductionVariants"][0] for call in aws.calls_of("CreateEndpointConfig")]
        assert [one["InstanceType"] for one in configs] == ["ml.m5.large", "ml.c5.large"]
        assert told(deploy("none", "--package", "wine"))[0].endswith(
            "none is no project: it has no awsml-sagemaker.toml"
        )

    def test_a_package_of_the_marketplace_is_served_without_a_network(self, aws: Aws, deploy: Program) -> None:
        kinds = {"SupportedTransformInstanceTypes": ["ml.m5.large"], "SupportedContentTypes": ["text/csv"]}
        boto3.client("sagemaker").create_model_package(
            ModelPackageName="bought",
            InferenceSpecification={"Containers": [{"Image": IMAGE, "ProductId": "prod-1"}], **kinds},
        )
        run = deploy("--package", "bought", "--variant", f"b=model.tar.gz,image={IMAGE}")
        assert (run.exit_code, run.text) == (0, "bought\tInService\t\n"), run.stderr
        first, second = (call.params for call in aws.calls_of("CreateModel"))
        assert first["PrimaryContainer"] == {"ModelPackageName": ARN.replace("wine", "bought")}
        assert (first["EnableNetworkIsolation"], "EnableNetworkIsolation" in second) == (True, False)

    def test_what_is_not_approved_is_not_served(self, aws: Aws, deploy: Program) -> None:
        version("Rejected")
        version()
        assert told(deploy("--package", "wine")) == [
            "error: no version of wine is Approved: wine:2 is PendingManualApproval, wine:1 is Rejected",
            "hint: awsml sagemaker registry approve wine:2",
        ]
        assert told(deploy("--package", "wine:1")) == [
            "error: wine:1 is Rejected, and SageMaker serves what is Approved alone",
            "hint: awsml sagemaker registry approve wine:1",
        ]
        assert told(deploy("--package", "none"))[0] == (
            "error: there is no group of model packages called none, and no package"
        )
        assert aws.calls_of("CreateModel") == []

    def test_one_that_failed_is_not_served(self, aws: Aws, deploy: Program) -> None:
        aws.sagemaker.package_failing = "the image cannot be pulled"
        version("Approved")
        assert told(deploy("--package", "wine"))[0] == (
            "error: wine:1 cannot be served: it is Failed: the image cannot be pulled"
        )

    def test_a_package_has_its_image_and_its_model(self, aws: Aws, deploy: Program) -> None:
        for words in (["--image", IMAGE], ["--model-data", "m.tar.gz"], ["--multi-model"]):
            run = deploy("--package", "wine", *words)
            assert (run.exit_code, told(run)[0], aws.calls) == (
                2, "error: a --package has its image and its model", [],
            )  # fmt: skip

    def test_another_type_than_it_is_registered_for_is_a_warning(
        self, aws: Aws, deploy: Program, register: Program
    ) -> None:
        register("--instance", "ml.c5.large", "--approve", "-q")
        run = deploy("--package", "wine", "--dry-run", "--query", "[].operation")
        assert run.text.split()[0] == "sagemaker:CreateModel"
        assert "warning: wine:1 is registered for ml.c5.large, not for ml.m5.large" in run.stderr
