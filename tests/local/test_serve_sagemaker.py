"""SageMaker over `awsml local serve`, by boto3: what is trained, what answers, how it fails, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fakeaws.program import Program

from awsml_cli.local import jobs
from awsml_cli.local.serve.answering import Answering, Ears
from awsml_cli.local.serve.http import Request
from awsml_cli.local.store import Store
from local import means
from local.serving import Reached, Serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes here need Linux or macOS")
TARGET = "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture(autouse=True)
def _without_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWSML_ENGINE", "none")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWSML_ENGINE", "none")
        serving = Serving(tmp_path_factory.mktemp("served"))
        fill(serving)
        yield serving
        serving.server.stop()


@pytest.fixture
def sagemaker(served: Serving) -> Any:
    return served.client("sagemaker")


@pytest.fixture
def ask(served: Serving) -> Callable[..., Any]:
    """Ask an endpoint for the answer to some numbers."""
    runtime = served.client("sagemaker-runtime")

    def asked(endpoint: str, numbers: Any, **more: Any) -> Any:
        body = json.dumps(numbers)
        return runtime.invoke_endpoint(EndpointName=endpoint, Body=body, ContentType="application/json", **more)

    return asked


def fill(serving: Reached) -> None:
    for key, data in means.objects().items():
        serving.client("s3").put_object(Bucket="awsml-local", Key=key, Body=data)


def script(serving: Reached, text: str, *, name: str = "train.py") -> dict[str, str]:
    """The hyperparameters of a training by the script TEXT."""
    key = f"code/{abs(hash(text))}.tar.gz"
    serving.client("s3").put_object(Bucket="awsml-local", Key=key, Body=means.archive({name: text}))
    return {"sagemaker_submit_directory": f"s3://awsml-local/{key}", "sagemaker_program": name}


def trained(sagemaker: Any, name: str, **more: Any) -> dict[str, Any]:
    """What has become of a training when it has ended."""
    sagemaker.create_training_job(**means.training(name, **more))
    return until(lambda: sagemaker.describe_training_job(TrainingJobName=name), "TrainingJobStatus")


def until(look: Callable[[], dict[str, Any]], member: str) -> dict[str, Any]:
    while (found := look())[member] in ("InProgress", "Stopping", "Creating", "Updating"):
        pass
    return found


def up(sagemaker: Any, name: str, *models: str, **more: Any) -> dict[str, Any]:
    """An endpoint of MODELS, when it answers or has failed."""
    sagemaker.create_endpoint_config(**means.config(name, *models, **more))
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    return until(lambda: sagemaker.describe_endpoint(EndpointName=name), "EndpointStatus")


def content(serving: Serving, key: str) -> bytes:
    found: bytes = serving.client("s3").get_object(Bucket="awsml-local", Key=key)["Body"].read()
    return found


def members(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {one.name: opened.extractfile(one).read() for one in opened}  # type: ignore[union-attr]


def lines(serving: Reached, group: str, stream: str = "") -> list[str]:
    logs, named = serving.client("logs"), {"logGroupName": f"/aws/sagemaker/{group}"}
    found = [one["logStreamName"] for one in logs.describe_log_streams(**named)["logStreams"]]
    events = [logs.get_log_events(**named, logStreamName=one)["events"] for one in found if one.startswith(stream)]
    return [event["message"] for page in events for event in page]


class TestTraining:
    def test_from_code_in_s3_to_a_model_in_s3(self, served: Serving, sagemaker: Any) -> None:
        done = trained(sagemaker, "whole")
        assert (done["TrainingJobStatus"], done["SecondaryStatus"]) == ("Completed", "Completed")
        walked = [one["Status"] for one in done["SecondaryStatusTransitions"]]
        assert walked == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
        metrics = [(one["MetricName"], one["Value"]) for one in done["FinalMetricDataList"]]
        assert (metrics, done["BillableTimeInSeconds"], done["TrainingTimeInSeconds"]) == ([("loss", 0.25)], 1, 1)
        assert done["ModelArtifacts"]["S3ModelArtifacts"] == "s3://awsml-local/out/whole/output/model.tar.gz"
        model = members(content(served, "out/whole/output/model.tar.gz"))
        assert json.loads(model["model.json"]) == {"mean": 2.0, "words": ["--epochs", "2"]}
        assert members(content(served, "out/whole/output/output.tar.gz")) == {"seen.txt": b"local"}
        assert lines(served, "TrainingJobs", "whole/algo-1-") == ["epoch=1 loss=0.5", "epoch=2 loss=0.25"]
        assert not list((served.home / "sagemaker/training").iterdir())

    def test_two_hosts_find_each_other_s_names_and_checkpoints_are_kept(self, served: Serving, sagemaker: Any) -> None:
        text = ("import os, pathlib\nhost = os.environ['SM_CURRENT_HOST']\nprint('I am', host, os.environ['SM_HOSTS'])\n"
                "kept = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR'], 'checkpoints')\n"
                "print('from', sorted(one.name for one in kept.iterdir()))\n(kept / host).write_text('1')\n")  # fmt: skip
        served.client("s3").put_object(Bucket="awsml-local", Key="kept/earlier", Body=b"0")
        done = trained(
            sagemaker,
            "both",
            HyperParameters=script(served, text),
            InputDataConfig=None,
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
            CheckpointConfig={"S3Uri": "s3://awsml-local/kept/"},
        )
        assert (done["TrainingJobStatus"], content(served, "kept/algo-1")) == ("Completed", b"1")
        hosts = '["algo-1", "algo-2"]'
        assert lines(served, "TrainingJobs", "both/algo-1-")[:2] == [f"I am algo-1 {hosts}", "from ['earlier']"]
        assert lines(served, "TrainingJobs", "both/algo-2-")[:2] == [f"I am algo-2 {hosts}", "from []"]

    def test_data_come_as_a_pipe_and_each_host_has_its_share_of_them(self, served: Serving, sagemaker: Any) -> None:
        text = ("import os, pathlib\ndata = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR'], 'input/data')\n"
                "for epoch in range(2):\n    print(epoch, (data / f'asked_{epoch}').read_bytes())\n")  # fmt: skip
        source = {
            "S3DataType": "S3Prefix",
            "S3Uri": "s3://awsml-local/asked/",
            "S3DataDistributionType": "ShardedByS3Key",
        }
        done = trained(
            sagemaker,
            "piped",
            HyperParameters=script(served, text),
            InputDataConfig=[
                {"ChannelName": "asked", "InputMode": "Pipe", "DataSource": {"S3DataSource": source}},
            ],
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
        )
        assert (done["TrainingJobStatus"], done.get("FailureReason")) == ("Completed", None)
        shares = [lines(served, "TrainingJobs", f"piped/algo-{host}-") for host in (1, 2)]
        assert sorted(shares) == [[f"{n} {data!r}" for n in range(2)] for data in (b"[1]\n[2, 3]\n", b"[4]\n")]

    def test_an_entry_point_runs_without_a_container_too(self, served: Serving, sagemaker: Any) -> None:
        served.client("s3").put_object(
            Bucket="awsml-local",
            Key="scripts/go.py",
            Body=b"import os, sys\nprint(sys.argv[1:], os.environ['SM_HP_EPOCHS'])\n"
            b"open(os.path.join(os.environ['SM_MODEL_DIR'], 'm'), 'w').write('m')\n",
        )
        algorithm = {
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python3", "/opt/ml/input/data/scripts/go.py"],
            "ContainerArguments": ["--fast"],
        }
        done = trained(
            sagemaker,
            "entry",
            AlgorithmSpecification=algorithm,
            HyperParameters={"epochs": "3"},
            InputDataConfig=[means.channel("scripts", "s3://awsml-local/scripts/")],
            OutputDataConfig={"S3OutputPath": "s3://awsml-local/out/", "CompressionType": "NONE"},
        )
        assert (done["TrainingJobStatus"], done.get("FailureReason")) == ("Completed", None)
        assert done["ModelArtifacts"]["S3ModelArtifacts"] == "s3://awsml-local/out/entry/output/model/"
        assert content(served, "out/entry/output/model/m") == b"m"
        assert lines(served, "TrainingJobs", "entry/") == ["['--fast'] 3"]

    def test_it_is_stopped_as_sagemaker_stops_it(self, served: Serving, sagemaker: Any) -> None:
        text = ("import os, pathlib, signal, sys, threading\nover = threading.Event()\n"
                "signal.signal(signal.SIGTERM, lambda *_: over.set())\nprint('ready', flush=True)\nover.wait(60)\n"
                "pathlib.Path(os.environ['SM_MODEL_DIR'], 'half').write_text('half')\n")  # fmt: skip
        sagemaker.create_training_job(**means.training("long", HyperParameters=script(served, text)))
        while not any(one.startswith("long/") for one in streams(served)):
            pass
        sagemaker.stop_training_job(TrainingJobName="long")
        done = until(lambda: sagemaker.describe_training_job(TrainingJobName="long"), "TrainingJobStatus")
        assert (done["TrainingJobStatus"], done["SecondaryStatus"]) == ("Stopped", "Stopped")
        walked = [one["Status"] for one in done["SecondaryStatusTransitions"]]
        assert walked == ["Starting", "Downloading", "Training", "Stopping", "Uploading", "Stopped"]
        assert members(content(served, "out/long/output/model.tar.gz")) == {"half": b"half"}
        listed = sagemaker.list_training_jobs(StatusEquals="Stopped")["TrainingJobSummaries"]
        assert [one["TrainingJobName"] for one in listed] == ["long"]

    def test_what_an_entry_point_starts_is_stopped_with_it(self, served: Serving, sagemaker: Any) -> None:
        text = ("import os, pathlib, signal, threading\nover = threading.Event()\n"
                "signal.signal(signal.SIGTERM, lambda *_: over.set())\nprint('ready', flush=True)\nover.wait(60)\n"
                "pathlib.Path(os.environ['SM_MODEL_DIR'], 'half').write_text('half')\n")  # fmt: skip
        code = means.archive({"train.py": text, "train.sh": f"{sys.executable} train.py\necho over\n"})
        served.client("s3").put_object(Bucket="awsml-local", Key="code/shell.tar.gz", Body=code)
        algorithm = {"TrainingInputMode": "File", "ContainerEntrypoint": ["/bin/bash", "train.sh"]}
        given = {"sagemaker_submit_directory": "s3://awsml-local/code/shell.tar.gz"}
        wanted = means.training("shell", AlgorithmSpecification=algorithm, HyperParameters=given, InputDataConfig=None)
        sagemaker.create_training_job(**wanted)
        while not (streams(served) and lines(served, "TrainingJobs", "shell/")):
            pass
        assert lines(served, "TrainingJobs", "shell/") == ["ready"]
        sagemaker.stop_training_job(TrainingJobName="shell")
        done = until(lambda: sagemaker.describe_training_job(TrainingJobName="shell"), "TrainingJobStatus")
        assert done["TrainingJobStatus"] == "Stopped"
        assert members(content(served, "out/shell/output/model.tar.gz")) == {"half": b"half"}

    def test_an_entry_point_that_is_not_there_fails_it(self, sagemaker: Any) -> None:
        algorithm = {"TrainingInputMode": "File", "ContainerEntrypoint": ["/no/such/program"]}
        done = trained(sagemaker, "lost", AlgorithmSpecification=algorithm, InputDataConfig=None)
        assert done["FailureReason"] == "AlgorithmError: /no/such/program cannot be run: No such file or directory"

    @pytest.mark.parametrize(
        ("name", "text", "reason"),
        [
            ("raised", "raise ValueError('no column y')", "AlgorithmError: ValueError: no column y\nTraceback"),
            ("silent", "import sys; sys.exit(7)", "AlgorithmError: the script ended with exit code 7"),
        ],
    )
    def test_the_reason_of_a_failure_is_the_script_s(
        self, served: Serving, sagemaker: Any, name: str, text: str, reason: str
    ) -> None:
        done = trained(sagemaker, name, HyperParameters=script(served, text))
        assert (done["TrainingJobStatus"], done["FailureReason"][: len(reason)]) == ("Failed", reason)
        assert done["SecondaryStatusTransitions"][-1]["StatusMessage"] == done["FailureReason"]

    def test_data_and_code_that_are_not_there_fail_it(self, sagemaker: Any) -> None:
        missing = [means.channel("training", "s3://awsml-local/nowhere/")]
        done = trained(sagemaker, "dataless", InputDataConfig=missing)
        assert done["FailureReason"] == (
            "ClientError: Data download failed: no S3 objects found under s3://awsml-local/nowhere/"
        )
        lost = {"sagemaker_submit_directory": "s3://awsml-local/gone.tar.gz"}
        done = trained(sagemaker, "codeless", HyperParameters=lost)
        assert done["FailureReason"] == "ClientError: there is no object s3://awsml-local/gone.tar.gz"

    def test_what_nobody_foresaw_fails_it_once(self, sagemaker: Any) -> None:
        done = trained(
            sagemaker,
            "unforeseen",
            AlgorithmSpecification={"TrainingInputMode": "File", "ContainerEntrypoint": ["python3", "train.py"]},
            HyperParameters={"sagemaker_program": "../train.py"},
        )
        assert (done["TrainingJobStatus"], done["FailureReason"].partition(":")[0]) == ("Failed", "InternalServerError")

    def test_its_script_hears_the_arn_that_its_tags_are_under(self, served: Serving) -> None:
        there = served.client("sagemaker", region="eu-west-1")
        text = "import os\nprint(os.environ['TRAINING_JOB_ARN'], os.environ['AWS_REGION'])\n"
        more = {"HyperParameters": script(served, text), "Tags": [{"Key": "team", "Value": "a"}]}
        arn = trained(there, "called", **more)["TrainingJobArn"]
        logs = served.client("logs", region="eu-west-1")
        told = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="called/")
        assert told["events"][0]["message"] == f"{arn} eu-west-1"
        assert there.list_tags(ResourceArn=arn)["Tags"] == more["Tags"]
        for other in (arn.replace("eu-west-1", "us-east-1"), arn.replace("000000000000", "123456789012")):
            with pytest.raises(ClientError, match="Could not find the resource"):
                there.add_tags(ResourceArn=other, Tags=[{"Key": "x", "Value": "y"}])

    def test_a_region_that_the_logs_do_not_know_keeps_none(self, served: Serving) -> None:
        there = served.client("sagemaker", region="local")
        assert trained(there, "elsewhere")["TrainingJobStatus"] == "Completed"

    def test_a_key_that_leaves_its_folder_is_not_followed(self, served: Serving, sagemaker: Any) -> None:
        served.client("s3").put_object(Bucket="awsml-local", Key="evil/../../../escaped", Body=b"x")
        done = trained(sagemaker, "escape", InputDataConfig=[means.channel("training", "s3://awsml-local/evil/")])
        assert done["FailureReason"] == "ClientError: the key evil/../../../escaped leaves its folder"

    def test_the_next_server_begins_anew_what_this_one_gave_up(self, tmp_path: Path) -> None:
        first = Serving(tmp_path)
        fill(first)
        (tmp_path / "wait").touch()
        text = ("import os, pathlib, threading\n"
                "kept = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR'], 'checkpoints/epochs')\n"
                "before = kept.read_text() if kept.exists() else ''\nkept.write_text(before + '1')\n"
                "print('begun', flush=True)\n"
                f"threading.Event().wait(60 if os.path.exists({str(tmp_path / 'wait')!r}) else 0)\n"
                "pathlib.Path(os.environ['SM_MODEL_DIR'], 'm').write_text('m')\n")  # fmt: skip
        first.client("sagemaker").create_training_job(
            **means.training(
                "again",
                HyperParameters=script(first, text),
                InputDataConfig=None,
                CheckpointConfig={"S3Uri": "s3://awsml-local/epochs/"},
            )
        )
        while not any(one.startswith("again/") for one in streams(first)):
            pass
        first.server.stop()
        (tmp_path / "wait").unlink()
        second = Serving(tmp_path)
        sagemaker = second.client("sagemaker")
        done = until(lambda: sagemaker.describe_training_job(TrainingJobName="again"), "TrainingJobStatus")
        kept = content(second, "epochs/epochs")
        second.server.stop()
        assert (done["TrainingJobStatus"], kept) == ("Completed", b"11")

    def test_a_script_that_does_not_listen_ends_with_the_server(self, tmp_path: Path) -> None:
        serving = Serving(tmp_path)
        text = ("import os, signal, threading\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                "print(os.getpid(), flush=True)\nthreading.Event().wait(60)\n")  # fmt: skip
        given = script(serving, text)
        serving.client("sagemaker").create_training_job(
            **means.training("deaf", HyperParameters=given, InputDataConfig=None)
        )
        while not (streams(serving) and lines(serving, "TrainingJobs", "deaf/")):  # logs of others may be there
            pass
        (pid,) = lines(serving, "TrainingJobs", "deaf/")
        serving.server.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def streams(serving: Reached) -> list[str]:
    """The streams of trainings that there are."""
    logs = serving.client("logs")
    try:
        found = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs")["logStreams"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [one["logStreamName"] for one in found]


@pytest.fixture(scope="module")
def live(served: Serving) -> str:
    """An endpoint of two variants, one of which gets nothing by itself."""
    sagemaker = served.client("sagemaker")
    for name in ("two", "idle"):
        sagemaker.create_model(**means.model(name))
    wanted = means.config("live", "two", "idle")
    wanted["ProductionVariants"][1]["InitialVariantWeight"] = 0.0
    sagemaker.create_endpoint_config(**wanted)
    sagemaker.create_endpoint(EndpointName="live", EndpointConfigName="live")
    found = until(lambda: sagemaker.describe_endpoint(EndpointName="live"), "EndpointStatus")
    assert found["EndpointStatus"] == "InService", found.get("FailureReason")
    return "live"


class TestEndpoints:
    def test_it_answers_by_the_variant_that_is_wanted(
        self, served: Serving, ask: Callable[..., Any], live: str
    ) -> None:
        answers = [ask(live, [1, 2]), ask(live, [1, 2], TargetVariant="idle")]
        assert [(one["Body"].read(), one["ContentType"], one["InvokedProductionVariant"]) for one in answers] == [
            (b"[2.0, 4.0]", "application/json", "two"),
            (b"[2.0, 4.0]", "application/json", "idle"),
        ]
        assert "asked [1, 2]" in lines(served, "Endpoints/live", "idle/i-")

    def test_what_the_model_refuses_is_a_model_error_with_the_log_s_name(
        self, served: Serving, ask: Callable[..., Any], live: str
    ) -> None:
        runtime = served.client("sagemaker-runtime")
        with pytest.raises(runtime.exceptions.ModelError) as refused:
            ask(live, 7)
        told = refused.value.response
        assert (told["ResponseMetadata"]["HTTPStatusCode"], told["OriginalStatusCode"]) == (424, 500)
        assert told["OriginalMessage"] == '{"error": "TypeError: \'int\' object is not iterable"}'
        assert "Received server error (500) from primary" in told["Error"]["Message"]
        assert "See /aws/sagemaker/Endpoints/live in account" in told["Error"]["Message"]

    @pytest.mark.parametrize(
        ("endpoint", "more", "code"),
        [("nobody", {}, "ValidationError"), ("live", {"TargetVariant": "x"}, "ValidationError"),
         ("live", {"TargetModel": "x.tar.gz"}, "NotImplemented")],
    )  # fmt: skip
    @pytest.mark.usefixtures("live")
    def test_what_is_not_there_is_refused(
        self, ask: Callable[..., Any], endpoint: str, more: dict[str, str], code: str
    ) -> None:
        with pytest.raises(ClientError) as refused:
            ask(endpoint, [1], **more)
        assert refused.value.response["Error"]["Code"] == code

    def test_an_update_replaces_the_servers_and_one_that_fails_is_taken_back(
        self, served: Serving, sagemaker: Any, ask: Callable[..., Any]
    ) -> None:
        s3 = served.client("s3")
        for name, files in (("three", {"model.json": '{"mean": 3.0}'}), ("broken", {"other.json": "{}"})):
            s3.put_object(Bucket="awsml-local", Key=f"models/{name}.tar.gz", Body=means.archive(files))
            sagemaker.create_model(**means.model(name, f"s3://awsml-local/models/{name}.tar.gz"))
            sagemaker.create_endpoint_config(**means.config(name, name))
        sagemaker.create_model(**means.model("before"))
        assert up(sagemaker, "turning", "before")["EndpointStatus"] == "InService"
        told = []
        for config in ("three", "broken"):
            sagemaker.update_endpoint(EndpointName="turning", EndpointConfigName=config)
            found = until(lambda: sagemaker.describe_endpoint(EndpointName="turning"), "EndpointStatus")
            told.append((found["EndpointStatus"], found["EndpointConfigName"], ask("turning", [1])["Body"].read()))
        assert told == [("InService", "three", b"[3.0]"), ("InService", "three", b"[3.0]")]
        assert "variant broken did not pass the ping health check" in found["FailureReason"]
        assert "No such file or directory" in found["FailureReason"]
        sagemaker.delete_endpoint(EndpointName="turning")
        with pytest.raises(ClientError, match="Could not find endpoint"):
            sagemaker.describe_endpoint(EndpointName="turning")

    def test_what_answers_answers_at_once_while_its_successor_comes_up(
        self, served: Serving, sagemaker: Any, ask: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate = tmp_path / "gate"
        slow = ("import os, threading\ndef model_fn(folder):\n"
                f"    while not os.path.exists({str(gate)!r}):\n        threading.Event().wait(0.02)\n"
                "    return 9\ndef predict_fn(data, model):\n    return model\n")  # fmt: skip
        code = script(served, slow, name="inference.py")["sagemaker_submit_directory"]
        sagemaker.create_model(**means.model("quick"))
        sagemaker.create_model(**means.model("slow", Environment={"SAGEMAKER_SUBMIT_DIRECTORY": code}))
        assert up(sagemaker, "changing", "quick")["EndpointStatus"] == "InService"
        sagemaker.create_endpoint_config(**means.config("slow", "slow"))
        sagemaker.update_endpoint(EndpointName="changing", EndpointConfigName="slow")
        runtime = served.client("sagemaker-runtime", read_timeout=20)
        monkeypatch.setattr(jobs, "PATIENCE", 3600.0)
        got = runtime.invoke_endpoint(EndpointName="changing", Body="[1]", ContentType="application/json")
        assert got["Body"].read() == b"[2.0]"
        gate.touch()
        until(lambda: sagemaker.describe_endpoint(EndpointName="changing"), "EndpointStatus")
        assert ask("changing", [1])["Body"].read() == b"9"
        sagemaker.delete_endpoint(EndpointName="changing")

    def test_a_model_that_cannot_be_loaded_fails_it(
        self, served: Serving, sagemaker: Any, ask: Callable[..., Any]
    ) -> None:
        served.client("s3").put_object(
            Bucket="awsml-local", Key="models/none.tar.gz", Body=means.archive({"other.json": "{}"})
        )
        sagemaker.create_model(**means.model("none", "s3://awsml-local/models/none.tar.gz"))
        found = up(sagemaker, "failing", "none")
        assert (found["EndpointStatus"], "did not pass the ping health check" in found["FailureReason"]) == (
            "Failed",
            True,
        )
        assert any("FileNotFoundError" in line for line in lines(served, "Endpoints/failing"))
        with pytest.raises(ClientError, match="has failed"):
            ask("failing", [1])
        sagemaker.delete_endpoint(EndpointName="failing")

    def test_what_nobody_foresaw_fails_it_once(self, sagemaker: Any) -> None:
        sagemaker.create_model(
            **means.model("unforeseen", Environment={"SAGEMAKER_SUBMIT_DIRECTORY": means.CODE, "A": "\0"})
        )
        found = up(sagemaker, "unforeseen", "unforeseen")
        assert (found["EndpointStatus"], "embedded null byte" in found["FailureReason"]) == ("Failed", True)
        sagemaker.delete_endpoint(EndpointName="unforeseen")

    def test_servers_end_with_the_server_and_the_next_one_has_them_anew(self, tmp_path: Path) -> None:
        first = Serving(tmp_path)
        fill(first)
        sagemaker = first.client("sagemaker")
        sagemaker.create_model(**means.model("two"))
        up(sagemaker, "lasting", "two")
        ports = first.store.document("sagemaker endpoint us-east-1", "lasting")["Serving"]["Ports"]  # type: ignore[index]
        first.server.stop()
        assert not answers(ports["two"])
        second = Serving(tmp_path)
        runtime = second.client("sagemaker-runtime")
        asked = {"EndpointName": "lasting", "Body": "[5]", "ContentType": "application/json"}
        while True:
            try:
                got = runtime.invoke_endpoint(**asked)
                break
            except runtime.exceptions.ModelNotReadyException:
                continue
        second.server.stop()
        assert got["Body"].read() == b"[10.0]"

    def test_they_end_though_the_server_was_killed(self, tmp_path: Path) -> None:
        around = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
        words = [sys.executable, "-m", "awsml_cli", "local", "serve", "--port", "0"]
        listening = ("import socket, time\nheard = socket.create_server(('127.0.0.1', 0))\n"
                     "print(heard.getsockname()[1], flush=True)\ntime.sleep(60)\n")  # fmt: skip
        with subprocess.Popen(words, env=around, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
            try:
                assert child.stdout is not None
                there = Reached(child.stdout.readline().decode().strip())
                fill(there)
                sagemaker = there.client("sagemaker")
                code = script(there, listening)
                sagemaker.create_training_job(**means.training("long", HyperParameters=code, InputDataConfig=None))
                sagemaker.create_model(**means.model("two"))
                assert up(sagemaker, "orphan", "two")["EndpointStatus"] == "InService"
                found = Store(tmp_path / "awsml/local").document("sagemaker endpoint us-east-1", "orphan")
                while not (streams(there) and lines(there, "TrainingJobs")):
                    pass
                open_doors = [found["Serving"]["Ports"]["two"], int(*lines(there, "TrainingJobs"))]  # type: ignore[index]
            finally:
                child.kill()
        assert [until_closed(port) for port in open_doors] == [True, True]

    def test_a_server_that_dies_is_started_again(
        self, served: Serving, sagemaker: Any, ask: Callable[..., Any]
    ) -> None:
        dying = ("import os\ndef model_fn(folder):\n    return 1\n"
                 "def predict_fn(data, model):\n    return os._exit(3) if data == 'die' else os.getpid()\n")  # fmt: skip
        around = {
            "SAGEMAKER_SUBMIT_DIRECTORY": script(served, dying, name="inference.py")["sagemaker_submit_directory"]
        }
        sagemaker.create_model(**means.model("dying", Environment=around))
        assert up(sagemaker, "dying", "dying")["EndpointStatus"] == "InService"
        first = int(ask("dying", "who")["Body"].read())
        with pytest.raises(ClientError, match="ModelError"):
            ask("dying", "die")
        while True:
            try:
                second = int(ask("dying", "who")["Body"].read())
                break
            except ClientError:  # it is not there yet
                continue
        assert second != first
        sagemaker.delete_endpoint(EndpointName="dying")


def until_closed(port: int) -> bool:
    """Whether nobody listens at PORT any more, or soon not."""
    until = time.monotonic() + 30
    while answers(port) and time.monotonic() < until:
        time.sleep(0.05)
    return not answers(port)


def answers(port: int) -> bool:
    """Whether somebody listens at PORT."""
    import socket

    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def ports(serving: Serving, stream: str) -> list[int]:
    """The ports that servers of transforms have told of."""
    try:
        told = lines(serving, "TransformJobs", stream)
    except ClientError:
        return []  # nobody has said anything yet
    return [int(line.split()[1]) for line in told if line.startswith("port ")]


class TestTransforms:
    def test_every_file_has_its_answers(self, served: Serving, sagemaker: Any) -> None:
        sagemaker.create_model(**means.model("batch"))
        sagemaker.create_transform_job(**means.transform("batch", "batch"))
        done = until(lambda: sagemaker.describe_transform_job(TransformJobName="batch"), "TransformJobStatus")
        assert (done["TransformJobStatus"], done.get("FailureReason")) == ("Completed", None)
        assert content(served, "answers/a/one.jsonl.out") == b"[2.0]\n[4.0, 6.0]\n"
        assert content(served, "answers/two.jsonl.out") == b"[8.0]\n"
        assert "asked [2, 3]" in lines(served, "TransformJobs", "batch/i-")

    def test_one_that_waits_for_an_answer_is_stopped_with_its_server(self, served: Serving, sagemaker: Any) -> None:
        text = ("import os, threading\ndef model_fn(folder):\n    return 1\ndef predict_fn(data, model):\n"
                "    print('port', os.environ['SAGEMAKER_BIND_TO_PORT'], flush=True)\n"
                "    threading.Event().wait(60)\n    return data\n")  # fmt: skip
        code = script(served, text, name="inference.py")["sagemaker_submit_directory"]
        sagemaker.create_model(**means.model("pausing", Environment={"SAGEMAKER_SUBMIT_DIRECTORY": code}))
        patience = {"InvocationsTimeoutInSeconds": 30}
        sagemaker.create_transform_job(**means.transform("pausing", "pausing", ModelClientConfig=patience))
        while not (found := ports(served, "pausing/")):
            pass
        sagemaker.stop_transform_job(TransformJobName="pausing")
        done = until(lambda: sagemaker.describe_transform_job(TransformJobName="pausing"), "TransformJobStatus")
        assert (done["TransformJobStatus"], answers(found[0])) == ("Stopped", False)

    def test_what_the_model_refuses_fails_it(self, served: Serving, sagemaker: Any) -> None:
        served.client("s3").put_object(Bucket="awsml-local", Key="wrong/x", Body=b"{")
        source = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://awsml-local/wrong/x"}}}
        sagemaker.create_model(**means.model("picky"))
        wanted = means.transform("picky", "picky", TransformInput={**source, "ContentType": "application/json"})
        sagemaker.create_transform_job(**wanted)
        done = until(lambda: sagemaker.describe_transform_job(TransformJobName="picky"), "TransformJobStatus")
        assert done["TransformJobStatus"] == "Failed"
        assert done["FailureReason"].startswith("the model answered 400:")

    @pytest.mark.parametrize(
        ("name", "data"),  # without a time: it would be another test in each second
        [("cut", gzip.compress(b"[1]\n" * 9, mtime=0)[:-9]), ("bent", gzip.compress(b"", mtime=0)[:10] + b"x" * 20)],
        ids=["cut", "bent"],
    )
    def test_a_compressed_file_that_is_none_fails_it(
        self, served: Serving, sagemaker: Any, name: str, data: bytes
    ) -> None:
        served.client("s3").put_object(Bucket="awsml-local", Key=f"{name}/x.gz", Body=data)
        sagemaker.create_model(**means.model(name))
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://awsml-local/{name}/"}
        wanted = {"DataSource": {"S3DataSource": source}, "CompressionType": "Gzip", "ContentType": "application/json"}
        sagemaker.create_transform_job(**means.transform(name, name, TransformInput=wanted))
        done = until(lambda: sagemaker.describe_transform_job(TransformJobName=name), "TransformJobStatus")
        said = f"ClientError: {name}/x.gz cannot be decompressed: "
        assert (done["TransformJobStatus"], done["FailureReason"][: len(said)]) == ("Failed", said)


class TestContainers:
    """With a stand-in for docker, whose containers end at once; as somebody who is not root."""

    def test_why_an_engine_cannot_start_one_is_in_its_own_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from engines import Engines

        engines = Engines(tmp_path)
        engines.install("docker")
        engines.set(images=["mean"], fails="run")
        monkeypatch.setenv("AWSML_ENGINE", "docker")
        monkeypatch.setenv("PATH", engines.env["PATH"])
        serving = Serving(tmp_path / "home")
        fill(serving)
        done = trained(serving.client("sagemaker"), "full")
        serving.server.stop()
        assert done["FailureReason"] == "AlgorithmError: algo-1 ended with exit code 125: no space left on device"

    def test_what_they_leave_where_the_code_is_becomes_the_user_s(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from engines import Engines

        engines = Engines(tmp_path)
        engines.install("docker")
        engines.set(images=["mean"])
        monkeypatch.setenv("AWSML_ENGINE", "docker")
        monkeypatch.setenv("PATH", engines.env["PATH"])
        monkeypatch.setattr(os, "getuid", lambda: 1234)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        unlink = os.unlink

        def denied(path: Any, **more: Any) -> None:
            if str(path).endswith("inference.py"):
                raise PermissionError(path)
            unlink(path, **more)

        monkeypatch.setattr(os, "unlink", denied)  # as where the image has no chown
        serving = Serving(tmp_path / "home")
        fill(serving)
        sagemaker = serving.client("sagemaker")
        assert trained(sagemaker, "tidied")["TrainingJobStatus"] == "Completed"
        sagemaker.create_model(**means.model("two"))
        sagemaker.create_transform_job(**means.transform("tidied", "two"))
        done = until(lambda: sagemaker.describe_transform_job(TransformJobName="tidied"), "TransformJobStatus")
        serving.server.stop()
        assert "ended with exit code 0" in done["FailureReason"]
        tidied = [one.partition(" chown ")[2] for one in engines.said("run") if " chown " in one]
        assert [one.partition(":/left ")[2] for one in tidied] == [f"mean -R 1234:{os.getgid()} /left"] * 2
        training, model = (Path(one.partition(":/left ")[0].removeprefix("--volume ")) for one in tidied)
        assert training == serving.home / "sagemaker/training/us-east-1.tidied/code"
        assert (model.parent.parent, model.name) == (tmp_path, "code")


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "code", "message"),
        [
            ({"TrainingJobName": "-a"}, "ValidationException", "is no name"),
            ({"OutputDataConfig": {"S3OutputPath": "s3://nobodys/x"}}, "ValidationException", "does not exist"),
            ({"StoppingCondition": {"MaxRuntimeInSeconds": 99_999_999}}, "ValidationException", "28 days"),
            (
                {"InputDataConfig": [means.channel("../../x", "s3://awsml-local/numbers/")]},
                "ValidationException",
                "`../../x` is no name of a channel",
            ),
            (
                {"InputDataConfig": [means.channel("..", "s3://awsml-local/numbers/")]},
                "ValidationException",
                r"`\.\.` is no name of a channel",
            ),
            (
                {"InputDataConfig": [means.channel("a", "s3://awsml-local/numbers/")] * 2},
                "ValidationException",
                "two channels are called a",
            ),
            ({"HyperParameters": {}}, "NotImplemented", "no container engine that works"),
            ({"ServerlessJobConfig": {"BaseModelArn": "a", "JobType": "FineTuning"}}, "NotImplemented", "serverless"),
            (
                {
                    "InputDataConfig": [
                        {
                            "ChannelName": "a",
                            "DataSource": {
                                "S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": "s3://awsml-local/a"}
                            },
                        }
                    ]
                },
                "NotImplemented",
                "manifest",
            ),
        ],
    )
    def test_trainings_that_cannot_be(self, sagemaker: Any, more: dict[str, Any], code: str, message: str) -> None:
        with pytest.raises(ClientError, match=message) as refused:
            sagemaker.create_training_job(**means.training("refused") | more)
        assert refused.value.response["Error"]["Code"] == code

    @pytest.mark.parametrize(
        "more",
        [{"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}},
         {"ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 1}}],
    )  # fmt: skip
    def test_endpoints_that_are_not_served_here(self, sagemaker: Any, more: dict[str, Any]) -> None:
        with pytest.raises(ClientError, match="SageMaker on this machine has no") as refused:
            sagemaker.create_endpoint_config(**means.config("refused", "two", **more))
        assert refused.value.response["Error"]["Code"] == "NotImplemented"

    def test_each_region_has_names_of_its_own(self, served: Serving, sagemaker: Any) -> None:
        there = served.client("sagemaker", region="eu-central-1")
        sagemaker.create_model(**means.model("twice"))
        assert ":eu-central-1:" in there.create_model(**means.model("twice"))["ModelArn"]
        with pytest.raises(ClientError, match="Cannot create already existing model"):
            there.create_model(**means.model("twice"))
        sagemaker.delete_model(ModelName="twice")
        assert [one["ModelName"] for one in there.list_models()["Models"]] == ["twice"]
        trained(sagemaker, "twice", OutputDataConfig={"S3OutputPath": "s3://awsml-local/here"})
        done = trained(there, "twice", OutputDataConfig={"S3OutputPath": "s3://awsml-local/there"})
        assert done["ModelArtifacts"]["S3ModelArtifacts"] == "s3://awsml-local/there/twice/output/model.tar.gz"

    def test_models_that_are_not_served_here(self, sagemaker: Any) -> None:
        for container in ({"Mode": "MultiModel"}, {"ModelPackageName": "p"}):
            with pytest.raises(ClientError, match="SageMaker on this machine has no"):
                sagemaker.create_model(**means.model("refused", **container))
        with pytest.raises(ClientError, match=r"Could not find model data at s3://awsml-local/nothing\.tar\.gz"):
            sagemaker.create_model(**means.model("refused", "s3://awsml-local/nothing.tar.gz"))

    @pytest.mark.parametrize("operation", ["CreateHyperParameterTuningJob", "CreateProcessingJob", "CreatePipeline"])
    def test_what_is_not_done_here_says_so(self, served: Serving, operation: str) -> None:
        headers = {"authorization": TARGET, "x-amz-target": f"SageMaker.{operation}"}
        status, _, answer = served.ask("POST", "/", headers, b"{}")
        assert (status, f"can do sagemaker {operation}" in answer.decode()) == (501, True)

    def test_nobody_from_elsewhere_runs_anything_here(self, tmp_path: Path) -> None:
        answering = Answering(tmp_path, Ears(lambda text: None, lambda text: None))
        for operation, params in (
            ("CreateTrainingJob", means.training("far")),
            ("CreateModel", means.model("far")),
            ("CreateEndpoint", {"EndpointName": "far", "EndpointConfigName": "far"}),
            ("UpdateEndpoint", {"EndpointName": "far", "EndpointConfigName": "far"}),
            ("CreateTransformJob", means.transform("far", "far")),
        ):
            headers = {"authorization": TARGET, "x-amz-target": f"SageMaker.{operation}"}
            request = Request("POST", "/", headers=headers, body=io.BytesIO(json.dumps(params).encode()))
            reply = answering.answer(request, "192.168.1.7:4566", lambda: False)
            assert (reply.status, json.loads(reply.body)["__type"]) == (400, "AccessDeniedException"), operation

    def test_who_asks_is_not_what_a_header_says(self, served: Serving) -> None:
        body = json.dumps({"EndpointName": "far", "EndpointConfigName": "nowhere"}).encode()
        headers = {"authorization": TARGET, "x-amz-target": "SageMaker.CreateEndpoint"}
        for said in ("192.168.1.7", f"127.0.0.1:{served.server.port}"):
            _, _, told = served.ask("POST", "/", {**headers, "x-forwarded-for": said}, body)
            assert json.loads(told)["__type"] == "ValidationException", said


class TestAwsml:
    def test_its_own_commands_by_endpoint_url(self, awsml: Program, served: Serving, sagemaker: Any) -> None:
        trained(sagemaker, "seen")
        there = ("--endpoint-url", served.url, "--region", "us-east-1")
        logs = awsml("sagemaker", "logs", "seen", *there)
        assert (logs.exit_code, logs.text.splitlines()) == (
            0,
            ["algo-1\tepoch=1 loss=0.5", "algo-1\tepoch=2 loss=0.25"],
        )
        told = json.loads(awsml("sagemaker", "jobs", "describe", "seen", *there, "-f", "json").text)
        assert (told["training_job_status"], told["metrics"]) == ("Completed", {"loss": 0.25})

    def test_what_it_deploys_answers_and_is_deleted_with_all_its_parts(self, awsml: Program, served: Serving) -> None:
        there = ("--endpoint-url", served.url, "--region", "us-east-1")
        model = ("--image", "mean", "--model-data", "s3://awsml-local/models/two.tar.gz", "--role", means.ROLE)
        code = ("--env", f"SAGEMAKER_SUBMIT_DIRECTORY={means.CODE}")
        made = awsml("sagemaker", "deploy", "--name", "ours", *model, *code, "-y", *there)
        assert (made.exit_code, made.text.split("\t")[:2]) == (0, ["ours", "InService"]), made.stderr
        assert awsml("sagemaker", "invoke", "ours", "-d", "[1, 2]", *there).text == "[2.0, 4.0]"
        gone = awsml("sagemaker", "delete", "ours", "-y", *there)
        assert (gone.exit_code, [line.split("\t")[0] for line in gone.text.splitlines()]) == (
            0,
            ["endpoint", "endpoint-config", "model", "log-group"],
        ), gone.stderr
