"""`awsml braket jobs` and `limits`: scripts beside a device, and how much may be spent."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws, AwsError, Reset
from fakeaws.program import KILLED, Program

BUCKET = "amazon-braket-us-east-1-123456789012"
ROLE = "arn:aws:iam::123456789012:role/AmazonBraketJobsExecutionRole"
RESULT = {"braketSchemaHeader": {}, "dataDictionary": {"energy": -1.5}, "dataFormat": "plaintext"}


@pytest.fixture
def script(aws: Aws, tmp_path: Path) -> Path:
    """A script, and the bucket for what it leaves."""
    aws.bucket(BUCKET)
    (tmp_path / "vqe.py").write_text("print(1)\n")
    return tmp_path / "vqe.py"


def start(awsml: Program, *words: Any) -> Any:
    return awsml("braket", "jobs", "start", *words, "--role", ROLE)


def saved(aws: Aws, name: str, document: Any = RESULT) -> None:
    """Leave what a job of NAME saves."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        data = json.dumps(document).encode()
        entry = tarfile.TarInfo("results.json")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    aws.put(BUCKET, f"awsml/jobs/{name}/data/output/model.tar.gz", made.getvalue())


def staged(aws: Aws) -> list[str]:
    return [key for key in aws.objects(BUCKET) if key.startswith("awsml/tmp/")]


class TestJobs:
    def test_a_script_is_packed_staged_and_run(self, aws: Aws, awsml: Program, script: Path) -> None:
        saved(aws, "mine")
        run = start(
            awsml, script, "--name", "mine", "--hyper", "steps=5", "--input", "data=s3://my-bucket/in/", "--max-runtime", "600",
            "-f", "json",
        )  # fmt: skip
        assert (run.exit_code, json.loads(run.text)["result"], staged(aws)) == (0, {"energy": -1.5}, [])
        (call,) = aws.calls_of("CreateJob")
        asked = call.params
        assert asked["algorithmSpecification"]["scriptModeConfig"] == {
            "entryPoint": "vqe",
            "s3Uri": f"s3://{BUCKET}/awsml/tmp/mine/source.tar.gz",
            "compressionType": "GZIP",
        }
        assert (asked["hyperParameters"], asked["stoppingCondition"]) == ({"steps": "5"}, {"maxRuntimeInSeconds": 600})
        assert asked["deviceConfig"] == {"device": "arn:aws:braket:::device/quantum-simulator/amazon/sv1"}
        assert asked["inputDataConfig"][0]["dataSource"] == {"s3DataSource": {"s3Uri": "s3://my-bucket/in/"}}

    def test_the_archive_holds_the_script_alone(self, aws: Aws, awsml: Program, script: Path) -> None:
        folder = script.parent / "src"
        (folder / "__pycache__").mkdir(parents=True)
        for name in ("main.py", "more.py", ".env", "__pycache__/main.pyc"):
            (folder / name).write_text("pass\n")
        (folder / "out").symlink_to("/etc")
        assert start(awsml, folder, "--entry", "main:run", "--no-wait").exit_code == 0
        (key,) = staged(aws)
        with tarfile.open(fileobj=io.BytesIO(aws.objects(BUCKET)[key])) as archive:
            assert archive.getnames() == ["main.py", "more.py"]

    def test_by_its_id(self, aws: Aws, awsml: Program, script: Path) -> None:
        started = start(awsml, script, "--device", "local:none", "--no-wait").text.split("\t")[0]
        assert started.startswith("braket-job:us-east-1:awsml-")
        saved(aws, started.rpartition(":")[2])
        assert awsml("jobs", "--service", "braket", "--query", "[].state").text == "running\n"
        assert awsml("jobs", "wait", started, "--query", "status").text == "COMPLETED\n"
        assert json.loads(awsml("jobs", "result", started, "--query", "result", "-f", "json").text) == {"energy": -1.5}
        assert staged(aws) == []

    def test_the_same_script_is_the_same_job(self, aws: Aws, awsml: Program, script: Path) -> None:
        for _ in range(2):
            start(awsml, script, "--no-wait")
        assert len(aws.braket.jobs) == 1
        script.write_text("print(2)\n")
        start(awsml, script, "--no-wait")
        assert len(aws.braket.jobs) == 2

    def test_one_that_failed_says_why_and_where_its_log_is(self, aws: Aws, awsml: Program, script: Path) -> None:
        aws.braket.failing = "ImportError: no module named x"
        run = start(awsml, script)
        assert (run.exit_code, staged(aws)) == (4, [])
        assert "failed: ImportError: no module named x\nhint: awsml braket jobs logs braket-job:" in run.stderr
        start(awsml, script, "--no-wait")
        assert len(aws.braket.jobs) == 2

    @pytest.mark.parametrize("document", [None, b"no archive"])
    def test_one_without_a_result_says_so(self, aws: Aws, awsml: Program, script: Path, document: bytes | None) -> None:
        if document:
            aws.put(BUCKET, "awsml/jobs/mine/data/output/model.tar.gz", document)
        run = start(awsml, script, "--name", "mine")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "braket-job:us-east-1:mine" in run.stderr

    def test_its_log(self, aws: Aws, awsml: Program, script: Path) -> None:
        start(awsml, script, "--name", "mine", "--no-wait")
        assert awsml("braket", "jobs", "logs", "mine").text == ""
        client = boto3.client("logs")
        client.create_log_group(logGroupName="/aws/braket/jobs")
        for stream in ("mine/algo-1", "other/algo-1"):
            client.create_log_stream(logGroupName="/aws/braket/jobs", logStreamName=stream)
            now = int(aws.clock.now() * 1000)
            events = [{"timestamp": now + number, "message": f"{stream} {number}"} for number in range(3)]
            client.put_log_events(logGroupName="/aws/braket/jobs", logStreamName=stream, logEvents=events)
        lines = ["mine/algo-1 0", "mine/algo-1 1", "mine/algo-1 2"]
        assert awsml("braket", "jobs", "logs", "mine").text.splitlines() == lines
        assert awsml("braket", "jobs", "logs", "mine", "--follow").text.splitlines() == lines

    def test_listed_looked_at_and_stopped(self, aws: Aws, awsml: Program, script: Path) -> None:
        for name in ("a", "b", "c"):
            start(awsml, script, "--name", name, "--no-wait")
        listed = awsml("braket", "jobs", "ls", "--query", "[].job_name", "-f", "json")
        assert json.loads(listed.text) == ["c", "b", "a"]
        assert awsml("braket", "jobs", "stop", "a").exit_code == 2  # nobody said yes
        assert awsml("braket", "jobs", "stop", "a", "-y", "--query", "status").text == "CANCELLED\n"
        assert awsml("braket", "jobs", "ls", "--status", "cancelled", "--query", "[].job_name").text == "a\n"
        again = awsml("braket", "jobs", "stop", "a", "-y")
        assert (again.exit_code, again.stderr) == (0, "warning: braket-job:us-east-1:a had ended already\n")

    @pytest.mark.parametrize("billed", [90_000, 90])
    def test_what_its_machines_have_cost(self, aws: Aws, awsml: Program, script: Path, billed: int) -> None:
        aws.braket.billed = billed  # milliseconds or seconds: of the 95 seconds that it took, 90 are billed
        job = "braket-job:us-east-1:mine"
        start(awsml, script, "--name", "mine", "--count", "2", "--no-wait")
        assert awsml("braket", "cost", job).text == f"{job}\tRUNNING\tsv1\t\t\t\n"
        awsml("jobs", "wait", job)
        assert awsml("braket", "cost", job).text == f"{job}\tCOMPLETED\tsv1\t\t90\t0.0057\n"
        arn = awsml("jobs", "get", job, "--query", "job_arn").text.strip()
        assert json.loads(awsml("braket", "cost", arn, "--query", "[].price", "-f", "json").text) == [0.00575]
        assert awsml("jobs", "get", job, "--query", "price").text == "0.0057\n"

    def test_a_machine_without_a_known_price(self, aws: Aws, awsml: Program, script: Path) -> None:
        start(awsml, script, "--name", "mine", "--instance", "ml.p4d.24xlarge", "--no-wait")
        awsml("jobs", "wait", "braket-job:us-east-1:mine")
        found = json.loads(awsml("braket", "cost", "braket-job:us-east-1:mine", "-f", "json").text)
        assert [(one["seconds"], one.get("price")) for one in found] == [(90.0, None)]

    def test_beforehand_it_says_what_it_costs_at_most(self, aws: Aws, awsml: Program, script: Path) -> None:
        run = start(awsml, script, "--max-runtime", "7200", "--count", "2", "--dry-run", "-f", "json")
        assert [(one["operation"], one["price"]) for one in json.loads(run.text)] == [
            ("s3:PutObject", None),
            ("braket:CreateJob", 0.46),
        ]
        assert aws.calls == []

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["nothing.py"], 2, "no such file: nothing.py"),
            (["."], 2, ". is a folder: say what is run"),
            (["vqe.py", "--hyper", "steps"], 2, "`steps` is no NAME=VALUE"),
            (["vqe.py", "--input", "data=./in"], 2, "the input `data` is not in S3: ./in"),
            (["vqe.py", "--device", "garnt"], 2, "there is no device `garnt`"),
            (["vqe.py", "--bucket", "mine"], 2, "Braket writes into no bucket but those named amazon-braket-…"),
        ],
    )
    def test_what_cannot_be_started(
        self, aws: Aws, awsml: Program, script: Path, words: list[str], code: int, said: str
    ) -> None:
        run = awsml("braket", "jobs", "start", *words, "--role", ROLE, cwd=script.parent)
        assert (run.exit_code, aws.braket.jobs, run.stderr.startswith(f"error: {said}")) == (code, {}, True)

    def test_without_a_role(self, aws: Aws, awsml: Program, script: Path) -> None:
        assert (awsml("braket", "jobs", "start", script).exit_code, aws.calls) == (3, [])

    @pytest.mark.parametrize("verb", ["get", "wait", "result", "logs --follow", "stop -y"])
    def test_a_job_that_is_not_there(self, aws: Aws, awsml: Program, verb: str) -> None:
        name, *words = verb.split()
        run = awsml("braket", "jobs", name, "nothing", *words)
        assert (run.exit_code, "there is no hybrid job braket-job:us-east-1:nothing" in run.stderr) == (2, True)

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, 7))
    def test_killed_at_any_call_it_is_started_once(
        self, aws: Aws, awsml: Program, script: Path, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = start(awsml, script, "--no-wait")
        again = start(awsml, script, "--no-wait")
        assert (killed.exit_code, again.exit_code, len(aws.braket.jobs), len(staged(aws))) == (KILLED, 0, 1, 1)

    @pytest.mark.parametrize("fault", [AwsError("ThrottlingException", times=5), Reset()])
    @pytest.mark.parametrize("operation", ["CreateJob", "GetJob"])
    def test_what_passes_is_outlived(self, aws: Aws, awsml: Program, script: Path, operation: str, fault: Any) -> None:
        aws.respond("braket", operation, fault)
        assert (start(awsml, script, "--no-wait").exit_code, len(aws.braket.jobs)) == (0, 1)

    def test_a_refusal_leaves_nothing(self, aws: Aws, awsml: Program, script: Path) -> None:
        aws.respond("braket", "CreateJob", AwsError("ServiceQuotaExceededException", "too many", status=402))
        assert (start(awsml, script).exit_code, staged(aws)) == (4, [])


class TestLimits:
    def test_set_changed_listed_removed(self, aws: Aws, awsml: Program) -> None:
        made = json.loads(awsml("braket", "limits", "set", "Garnet", "250", "-f", "json").text)
        assert (made["limit"], made["spent"], made["queued"], made["region"]) == (250.0, 2.25, 1.5, "eu-north-1")
        awsml("braket", "limits", "set", "Garnet", "99.50", "--from", "2026-12-01", "--until", "2027-01-01")
        (held,) = aws.braket.limits.values()
        assert (held["spendingLimit"], held["timePeriod"]["endAt"].year) == ("99.50", 2027)
        awsml("braket", "limits", "set", "Forte 1", "10")
        listed = awsml("braket", "limits", "ls", "--query", "[].[device, limit]", "-f", "json")
        assert sorted(json.loads(listed.text)) == [["Forte-1", 10.0], ["Garnet", 99.5]]
        assert awsml("braket", "limits", "rm", "Garnet").exit_code == 2  # nobody said yes
        assert awsml("braket", "limits", "rm", "Garnet", "-y").exit_code == 0
        (arn,) = aws.braket.limits
        assert (awsml("braket", "limits", "rm", arn, "-y").exit_code, aws.braket.limits) == (0, {})

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["set", "sv1", "5"], "SV1 is a simulator: only QPUs have spending limits"),
            (["set", "Garnet", "much"], "`much` is no amount of dollars"),
            (["set", "Garnet", "1.234"], "`1.234` is no amount of dollars"),
            (["set", "Garnet", "5", "--from", "2026-12-01"], "a time has a beginning and an end"),
            (["set", "Garnet", "5", "--from", "soon", "--until", "later"], "`soon` is no time"),
            (["rm", "Garnet", "-y"], "Garnet has no spending limit"),
            (
                ["rm", "arn:aws:braket:us-east-1:123456789012:spending-limit/9", "-y"],
                "there is no spending limit arn:aws:braket:us-east-1:123456789012:spending-limit/9",
            ),
        ],
    )
    def test_what_cannot_be_limited(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("braket", "limits", *words)
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, f"error: {said}")
