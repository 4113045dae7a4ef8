"""SageMaker over `awsml local serve` by real containers: an image trains, and another answers with what it has learnt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program
from local import means
from local.serving import Serving
from machinery import BASE, Containers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def images(awsml: Program, containers: Containers, tmp_path: Path) -> dict[str, str]:
    """The images of a project, by what they do."""
    folder = tmp_path / "churn"
    awsml("sagemaker", "init", folder)
    about = folder / "awsml-sagemaker.toml"
    about.write_text(about.read_text() + f'\n[build.arguments]\nBASE = "{BASE}"\nTRAINING_TOOLKIT = ""\nSERVING = ""\n')
    made = awsml("sagemaker", "build", folder, "--engine", "podman", "-f", "json", env=containers.env)
    assert made.exit_code == 0, made.stderr
    return {one["target"]: one["image"] for one in json.loads(made.text)}


@pytest.fixture
def served(containers: Containers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    for name, value in {**containers.env, "AWSML_ENGINE": "podman"}.items():
        monkeypatch.setenv(name, value)
    serving = Serving(tmp_path / "state")
    yield serving
    serving.server.stop()


def test_images_train_and_answer(
    images: dict[str, str], served: Serving, tmp_path: Path, containers: Containers
) -> None:
    s3, sagemaker, runtime = (served.client(name) for name in ("s3", "sagemaker", "sagemaker-runtime"))
    points = tmp_path / "churn/data/training/points.csv"
    s3.put_object(Bucket="awsml-local", Key="points/points.csv", Body=points.read_bytes())

    def trained(name: str, **more: Any) -> dict[str, Any]:
        algorithm = {"TrainingImage": images["train"], "TrainingInputMode": "File"}
        data = [means.channel("training", "s3://awsml-local/points/")]
        asked = means.training(name, HyperParameters={"epochs": "30"}, InputDataConfig=data)
        sagemaker.create_training_job(**{**asked, "AlgorithmSpecification": {**algorithm, **more}})
        return until(lambda: sagemaker.describe_training_job(TrainingJobName=name), "TrainingJobStatus")

    done = trained("image")
    assert (done["TrainingJobStatus"], done.get("FailureReason")) == ("Completed", None)
    done = trained("entry", ContainerEntrypoint=["python3", "-c"], ContainerArguments=["import sys; sys.exit('no')"])
    assert (done["TrainingJobStatus"], done["FailureReason"]) == (
        "Failed", "AlgorithmError: algo-1 ended with exit code 1",
    )  # fmt: skip
    done = trained("nobody", TrainingImage="localhost/nobody/knows:this")
    assert done["TrainingJobStatus"] == "Failed"
    assert done["FailureReason"].startswith("AlgorithmError: algo-1 ended with exit code 125: ")

    container = {"Image": images["serve"], "ModelDataUrl": "s3://awsml-local/out/image/output/model.tar.gz"}
    sagemaker.create_model(ModelName="image", ExecutionRoleArn=means.ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(**means.config("image", "image"))
    sagemaker.create_endpoint(EndpointName="image", EndpointConfigName="image")
    found = until(lambda: sagemaker.describe_endpoint(EndpointName="image"), "EndpointStatus")
    assert (found["EndpointStatus"], found.get("FailureReason")) == ("InService", None)
    answer = runtime.invoke_endpoint(EndpointName="image", Body="[[1.0, 1.0]]", ContentType="application/json")
    assert json.loads(answer["Body"].read())[0] == pytest.approx(2, abs=0.1)
    served.server.stop()
    assert containers.run("podman", "ps", "-aq").strip() == ""


def until(look: Any, member: str) -> dict[str, Any]:
    while (found := look())[member] in ("InProgress", "Stopping", "Creating", "Updating"):
        pass
    return dict(found)
