"""`awsml braket`: devices, circuits into counts, tasks, and what they cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Raw, Reset
from fakeaws.program import KILLED, Program

BELL = "OPENQASM 3.0;\nqubit[2] q;\nbit[2] c;\nh q[0];\ncnot q[0], q[1];\nc = measure q;\n"
BUCKET = "amazon-braket-us-east-1-123456789012"
FIRST = "braket:us-east-1:00000001-0000-4000-8000-000000000000"
ARN = "arn:aws:braket:us-east-1:123456789012:quantum-task/00000001-0000-4000-8000-000000000000"
FORTE = "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1"
HALF = "00\t500\n11\t500\n"


@pytest.fixture
def bell(aws: Aws, tmp_path: Path) -> Path:
    """A circuit, and the bucket that its result goes to."""
    aws.bucket(BUCKET)
    (tmp_path / "bell.qasm").write_text(BELL)
    return tmp_path / "bell.qasm"


def made(aws: Aws) -> int:
    """How many tasks there are at AWS."""
    return len(aws.braket.tasks)


class TestRun:
    def test_a_circuit_becomes_counts(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell)
        assert (run.exit_code, run.text, run.stderr) == (0, HALF, "")
        (call,) = aws.calls_of("CreateQuantumTask")
        action = json.loads(call.params.pop("action"))
        assert action["source"] == BELL
        assert call.params.pop("clientToken").startswith("awsml-")
        assert call.params == {
            "deviceArn": "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
            "outputS3Bucket": BUCKET,
            "outputS3KeyPrefix": "awsml/tasks",
            "shots": 1000,
        }
        assert list(aws.objects(BUCKET)) == [f"awsml/tasks/{ARN.rpartition('/')[2]}/results.json"]

    def test_stdin_needs_no_name(self, aws: Aws, awsml: Program, bell: Path) -> None:
        assert awsml("braket", "run", "--shots", "4", stdin=BELL).text == "00\t2\n11\t2\n"

    def test_as_a_record(self, aws: Aws, awsml: Program, bell: Path) -> None:
        found = json.loads(awsml("braket", "run", bell, "-f", "json", "--shots", "10").text)
        assert found == {
            "id": FIRST,
            "device": "sv1",
            "shots": 10,
            "counts": {"00": 5, "11": 5},
            "probabilities": {"00": 0.5, "11": 0.5},
            "measured_qubits": [0, 1],
            "results": [],
            "seconds": 0.02,
            "price": 0.00375,
        }
        assert awsml("braket", "run", bell, "--shots", "10", "--query", 'counts."11"').text == "5\n"

    def test_at_a_terminal_there_are_bars(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.braket.outcomes[BELL] = {"measurements": [[0, 0]] * 750 + [[1, 1]] * 250}
        run = awsml("braket", "run", bell, tty={"stdout", "stderr"}, env={"NO_COLOR": "1"})
        assert [line.split() for line in run.text.splitlines()[2:]] == [
            ["00", "750", "0.75", "█" * 30],
            ["11", "250", "0.25", "█" * 10],
        ]

    @pytest.mark.parametrize(
        ("name", "begins"), [("a.svg", b"<svg "), ("a.png", b"\x89PNG"), ("a.csv", b"bitstring,count\n")]
    )
    def test_into_a_file(self, aws: Aws, awsml: Program, bell: Path, tmp_path: Path, name: str, begins: bytes) -> None:
        if name.endswith("png"):
            pytest.importorskip("PIL", reason="pip install '.[pages]'")
        run = awsml("braket", "run", bell, "-o", tmp_path / name)
        assert (run.exit_code, (tmp_path / name).read_bytes()[: len(begins)]) == (0, begins)

    def test_raw_is_what_braket_wrote(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell, "-f", "raw")
        (written,) = aws.objects(BUCKET).values()
        assert run.stdout == written

    def test_result_types_without_shots(self, aws: Aws, awsml: Program, bell: Path) -> None:
        text = "qubit q; h q;\n#pragma braket result expectation z(q)\n"
        kind = {"type": "expectation", "observable": ["z"], "targets": [0]}
        aws.braket.outcomes[text] = {"resultTypes": [{"type": kind, "value": 0.25}]}
        assert awsml("braket", "run", "-", "--shots", "0", stdin=text).text == "expectation z\t0\t0.25\n"

    def test_the_standard_gates_are_sent_in_brakets_words(self, aws: Aws, awsml: Program, bell: Path) -> None:
        text = 'include "stdgates.inc"; qubit[2] q; cx q[0], q[1];'
        assert awsml("braket", "run", "-", stdin=text).exit_code == 0
        (call,) = aws.calls_of("CreateQuantumTask")
        assert json.loads(call.params["action"])["source"].startswith("gate cx a, b { cnot a, b; } qubit[2] q;")

    def test_a_qpu_is_asked_in_its_region(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell, "--device", "garnet", "--shots", "100", "-y", "-f", "json")
        assert (run.exit_code, json.loads(run.text)["price"]) == (0, 0.445)
        (call,) = aws.calls_of("CreateQuantumTask")
        assert (call.region, call.params["outputS3Bucket"]) == ("eu-north-1", "amazon-braket-eu-north-1-123456789012")

    def test_many_circuits(self, aws: Aws, awsml: Program, bell: Path, tmp_path: Path) -> None:
        (tmp_path / "in/more").mkdir(parents=True)
        for name in ("in/one.qasm", "in/more/two.qasm"):
            (tmp_path / name).write_text(f"// {name}\n{BELL}")
        (tmp_path / "in/broken.qasm").write_text("qubit[2 q;")
        (tmp_path / "in/notes.txt").write_text("no circuit")
        run = awsml("braket", "run", "in", "--shots", "2", "--errors", "failed.jsonl", cwd=tmp_path)
        assert (run.exit_code, run.text) == (
            5,
            "in/more/two.qasm\t00\t1\nin/more/two.qasm\t11\t1\nin/one.qasm\t00\t1\nin/one.qasm\t11\t1\n",
        )
        assert run.stderr == "error: in/broken.qasm:1:9: `]` is missing before `q`\n"
        assert json.loads((tmp_path / "failed.jsonl").read_text())["input"] == "in/broken.qasm"
        mirrored = awsml("braket", "run", "in", "--shots", "2", "-o", "out/", "-f", "svg", "-q", cwd=tmp_path)
        assert mirrored.exit_code == 5
        assert sorted(p.relative_to(tmp_path).as_posix() for p in (tmp_path / "out").rglob("*.svg")) == [
            "out/more/two.svg",
            "out/one.svg",
        ]


class TestPaidOnce:
    def test_again_it_is_free_and_said_to_be_kept(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell)
        again = awsml("braket", "run", bell)
        assert (again.text, made(aws)) == (HALF, 1)
        assert again.stderr == f"warning: {bell}: these are the counts of {FIRST}, kept here; --fresh measures anew\n"

    def test_fresh_measures_anew(self, aws: Aws, awsml: Program, bell: Path) -> None:
        for _ in range(2):
            assert awsml("braket", "run", bell, "--fresh").text == HALF
        assert made(aws) == 2

    @pytest.mark.parametrize("words", [["--shots", "10"], ["--device", "dm1"]])
    def test_other_questions_are_other_tasks(self, aws: Aws, awsml: Program, bell: Path, words: list[str]) -> None:
        awsml("braket", "run", bell)
        awsml("braket", "run", bell, *words)
        assert made(aws) == 2

    def test_what_was_not_waited_for_is_picked_up(self, aws: Aws, awsml: Program, bell: Path) -> None:
        started = awsml("braket", "run", bell, "--no-wait")
        assert started.text == f"{FIRST}\n"
        assert (awsml("braket", "run", bell).text, made(aws)) == (HALF, 1)

    def test_patience_that_ends_names_the_task(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.braket.walk = ("QUEUED",)
        run = awsml("braket", "run", bell, "--timeout", "30")
        assert (run.exit_code, run.stdout) == (8, b"")
        assert f"it goes on: {FIRST}\nhint: awsml braket tasks result {FIRST}\n" in run.stderr
        aws.braket.walk = ("COMPLETED",)
        assert (awsml("braket", "run", bell).text, made(aws)) == (HALF, 1)

    def test_a_task_that_failed_says_why_and_is_tried_anew(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.braket.failing = "the device broke"
        failed = awsml("braket", "run", bell)
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.endswith("failed: the device broke\n")
        assert (awsml("braket", "run", bell).text, made(aws)) == (HALF, 2)

    def test_an_unknown_state_is_waited_through(self, aws: Aws, awsml: Program, bell: Path) -> None:
        strange = json.dumps({"quantumTaskArn": ARN, "status": "CALIBRATING"}).encode()
        aws.respond("braket", "GetQuantumTask", Raw(strange, headers={"Content-Type": "application/json"}))
        assert awsml("braket", "run", bell).text == HALF

    def test_ctrl_c_names_what_goes_on(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.clock.interrupt_in_wait(2)
        run = awsml("braket", "run", bell)
        assert (run.exit_code, f"awsml braket tasks wait {FIRST}" in run.stderr) == (130, True)


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "words", "said"),
        [
            ("qubit[2 q;", [], "stdin:1:9: `]` is missing before `q`"),
            ("", [], "stdin:1:1: the program is empty"),
            ("\xff".encode("latin-1"), [], "stdin is not UTF-8 text"),
            ("input float t; qubit q; rx(t) q;", [], "stdin has the input `t`, and no value for it"),
            ("input float t; qubit q; rx(t) q;", ["--set", "t=x"], "`t=x` sets no input"),
            (BELL, ["--set", "t=1"], "stdin has no input `t`"),
        ],
    )
    def test_nothing_is_sent(self, aws: Aws, awsml: Program, text: str | bytes, words: list[str], said: str) -> None:
        run = awsml("braket", "run", "-", *words, stdin=text)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")

    @pytest.mark.parametrize(
        ("text", "words", "said", "hint"),
        [
            ("qubit[35] q; h q;", [], "stdin has 35 qubits; SV1 has 34", ""),
            ("qubit q; hh q;", [], "stdin:1:10: SV1 has no gate `hh`", "did you mean `h`?"),
            ("input float t; qubit q; rx(t) q;", ["--set", "t=1"], "stdin has inputs, which Braket's devices do not take", ""),
            (BELL, ["--shots", "100001"], "SV1 takes 0 to 100,000 shots, not 100,001", ""),
            (BELL, ["--shots", "0"], "stdin asks for no result, and no shots are taken", "--shots 1000"),
            (BELL, ["--device", "garnt"], "there is no device `garnt`", "did you mean `Garnet`?"),
            (BELL, ["--device", "arn:aws:braket:us-east-1::device/qpu/x/y"], "there is no device `arn:", ""),
            (BELL, ["--device", "Garnet"], "each shot on Garnet is paid for: say how many", "--shots 100"),
            (BELL, ["--bucket", "mine"], "Braket writes into no bucket but those named amazon-braket-…, and not into mine", ""),
        ],
    )  # fmt: skip
    def test_what_a_device_would_refuse(
        self, aws: Aws, awsml: Program, text: str, words: list[str], said: str, hint: str
    ) -> None:
        run = awsml("braket", "run", "-", *words, stdin=text)
        assert (run.exit_code, run.stdout, aws.calls_of("CreateQuantumTask")) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")
        assert hint in run.stderr

    def test_a_retired_device_is_refused(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell, "--device", "ionQdevice", "--shots", "10")
        assert (run.exit_code, made(aws)) == (6, 0)

    def test_a_device_that_is_offline_is_said(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell, "--device", "Forte 1", "--shots", "10", "-y")
        assert (run.exit_code, run.text) == (0, "00\t5\n11\t5\n")
        assert run.stderr == "warning: Forte 1 is offline (maintenance): a task waits until it is back\n"

    def test_without_a_bucket_nobody_pays(self, aws: Aws, awsml: Program) -> None:
        run = awsml("braket", "run", "-", stdin=BELL)
        assert (run.exit_code, made(aws)) == (3, 0)
        assert f"hint: awsml setup bucket {BUCKET}" in run.stderr

    def test_another_bucket_after_a_refusal_is_taken(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.respond("braket", "CreateQuantumTask", AwsError("AccessDeniedException", "not into this", status=403))
        assert awsml("braket", "run", bell).exit_code == 4
        other = aws.bucket("amazon-braket-other")
        assert awsml("braket", "run", bell, "--bucket", other).text == HALF
        assert len(aws.objects(other)) == 1

    def test_a_setting_for_other_services_does_not_count(self, aws: Aws, awsml: Program, bell: Path) -> None:
        assert awsml("braket", "run", bell, env={"AWSML_BUCKET": "staging"}).text == HALF


class TestCosts:
    def test_beforehand(self, aws: Aws, awsml: Program, bell: Path) -> None:
        run = awsml("braket", "run", bell, "--device", "Garnet", "--shots", "100", "--dry-run", "-f", "json")
        (step,) = json.loads(run.text)
        assert (step["operation"], step["units"], step["unit"], step["price"]) == (
            "braket:CreateQuantumTask",
            100,
            "shots",
            0.445,
        )
        assert aws.calls_of("CreateQuantumTask") == []

    @pytest.mark.parametrize(("answer", "code", "tasks"), [("n\n", 2, 0), ("y\n", 0, 1)])
    def test_a_dear_run_asks_at_a_terminal(
        self, aws: Aws, awsml: Program, bell: Path, answer: str, code: int, tasks: int
    ) -> None:
        run = awsml(
            "braket", "run", bell, "--device", "Forte 1", "--shots", "1000", tty={"stdout", "stderr", "stdin"}, answers=answer
        )  # fmt: skip
        assert (run.exit_code, made(aws), "80.30 USD" in run.stderr) == (code, tasks, True)

    def test_afterwards(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.braket.milliseconds = 60_000
        awsml("braket", "run", bell)
        awsml("braket", "run", bell, "--device", "Garnet", "--shots", "10", "-y")
        garnet = "arn:aws:braket:eu-north-1:123456789012:quantum-task/00000002-0000-4000-8000-000000000000"
        run = awsml("braket", "cost", ARN, garnet, "-f", "csv")
        assert run.text.splitlines()[1:] == [
            f"{FIRST},COMPLETED,sv1,1000,60.0,0.075",
            "braket:eu-north-1:00000002-0000-4000-8000-000000000000,COMPLETED,Garnet,10,,0.3145",
        ]

    def test_what_has_not_ended_has_no_price_and_what_failed_is_free(
        self, aws: Aws, awsml: Program, bell: Path
    ) -> None:
        aws.braket.walk = ("QUEUED",)
        awsml("braket", "run", bell, "--no-wait")
        assert awsml("braket", "cost", FIRST).text == f"{FIRST}\tQUEUED\tsv1\t1000\t\t\n"
        awsml("braket", "tasks", "stop", FIRST, "-y")
        assert awsml("braket", "cost", FIRST).text == f"{FIRST}\tCANCELLED\tsv1\t1000\t\t0\n"

    def test_a_result_that_is_gone_leaves_its_price_open(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell)
        aws.respond("s3", "GetObject", AwsError("NoSuchKey", status=404))
        run = awsml("braket", "cost", FIRST)
        assert (run.exit_code, run.text) == (0, f"{FIRST}\tCOMPLETED\tsv1\t1000\t\t\n")
        assert run.stderr.startswith(f"warning: {FIRST}: ")


class TestDevices:
    def test_all_regions_in_one_list(self, aws: Aws, awsml: Program) -> None:
        run = awsml("braket", "devices")
        assert run.text.splitlines() == [
            "dm1\tAmazon Braket\tSIMULATOR\tONLINE\t17\t0\t0.075 a minute\tus-east-1",
            "SV1\tAmazon Braket\tSIMULATOR\tONLINE\t34\t0\t0.075 a minute\tus-east-1",
            "Garnet\tIQM\tQPU\tONLINE\t20\t12\t0.3 a task + 0.00145 a shot\teu-north-1",
            "Forte 1\tIonQ\tQPU\tOFFLINE\t36\t>4000\t0.3 a task + 0.08 a shot\tus-east-1",
        ]

    def test_retired_ones_are_shown_when_asked_for(self, aws: Aws, awsml: Program) -> None:
        names = json.loads(awsml("braket", "devices", "--all", "--query", "[].name", "-f", "json").text)
        assert names[-1] == "IonQ Device"

    def test_a_region_that_fails_hides_no_other(self, aws: Aws, awsml: Program) -> None:
        aws.respond(
            "braket", "SearchDevices", lambda _: AwsError("AccessDeniedException", "not in this one", status=403)
        )
        run = awsml("braket", "devices", "--regions", "eu-north-1,us-east-1")
        assert run.exit_code == 0
        assert "warning: eu-north-1: braket SearchDevices was refused" in run.stderr or "us-east-1" in run.stderr
        assert 1 <= len(run.text.splitlines()) <= 4

    def test_where_all_fail_it_is_a_failure(self, aws: Aws, awsml: Program) -> None:
        aws.respond("braket", "SearchDevices", AwsError("AccessDeniedException", "no", status=403, times=2))
        run = awsml("braket", "devices", "--regions", "eu-north-1,us-east-1")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "hint: the IAM action `braket:SearchDevices` is missing for this identity" in run.stderr

    def test_a_device_that_says_nothing_of_itself(self, aws: Aws, awsml: Program) -> None:
        for text in ("", "{", "[]", '{"service": 3, "paradigm": null}'):
            aws.braket.devices[2].can = text
            run = awsml("braket", "device", "Garnet", "-f", "json")
            found = json.loads(run.text)
            assert (found["qubits"], found["price"], found["queue"]) == (None, None, "12")

    def test_one(self, aws: Aws, awsml: Program) -> None:
        found = json.loads(awsml("braket", "device", "Forte 1", "-f", "json").text)
        assert (found["priority_queue"], found["jobs_queue"], found["shots"]) == ("3", "1", [1, 5000])
        assert found["status_reason"] == "maintenance"
        assert json.loads(awsml("braket", "device", "sv1", "-f", "raw").text)["deviceName"] == "SV1"


class TestTasks:
    def test_listed_over_regions(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell)
        awsml("braket", "run", bell, "--device", "Garnet", "--shots", "10", "-y", "--no-wait")
        here = awsml("braket", "tasks", "ls", "--query", "[].id", "-f", "text")
        both = awsml("braket", "tasks", "ls", "--regions", "us-east-1,eu-north-1", "--query", "[].status")
        assert (here.text, both.text) == (f"{FIRST}\n", "CREATED\tCOMPLETED\n")

    def test_all_pages_and_filters(self, aws: Aws, awsml: Program, bell: Path) -> None:
        for shots in range(1, 6):
            awsml("braket", "run", bell, "--shots", str(shots), "--no-wait")
        assert len(awsml("braket", "tasks", "ls").text.splitlines()) == 5
        assert len(awsml("braket", "tasks", "ls", "--limit", "3").text.splitlines()) == 3
        assert awsml("braket", "tasks", "ls", "--status", "completed").text == ""
        assert len(awsml("braket", "tasks", "ls", "--device", "sv1").text.splitlines()) == 5

    @pytest.mark.parametrize("name", [FIRST, ARN, FIRST.rpartition(":")[2]])
    def test_an_id_or_an_arn_is_enough(self, aws: Aws, awsml: Program, bell: Path, name: str) -> None:
        awsml("braket", "run", bell, "--no-wait")
        assert awsml("braket", "tasks", "get", name, "--query", "status").text == "CREATED\n"
        assert awsml("braket", "tasks", "wait", name, "--query", "status").text == "COMPLETED\n"
        assert awsml("braket", "tasks", "result", name).text == HALF

    def test_a_result_is_fetched_once(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell, "--no-wait")
        first = awsml("braket", "tasks", "result", FIRST)
        before = len(aws.calls_of("GetObject"))
        again = awsml("braket", "tasks", "result", FIRST, "-f", "csv")
        assert (first.text, again.text, len(aws.calls_of("GetObject"))) == (
            HALF,
            "bitstring,count\n00,500\n11,500\n",
            before,
        )

    def test_awsml_jobs_knows_them(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell, "--no-wait")
        assert awsml("jobs", "--service", "braket", "--query", "[].state").text == "running\n"
        assert awsml("jobs", "result", FIRST).text == HALF
        assert awsml("jobs", "--service", "braket", "--query", "[].state").text == "ended\n"

    def test_stopped(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell, "--no-wait")
        assert awsml("braket", "tasks", "stop", FIRST).exit_code == 2  # nobody said yes
        assert awsml("braket", "tasks", "stop", FIRST, "--dry-run").text.startswith("braket:CancelQuantumTask\t")
        assert awsml("jobs", "stop", FIRST, "-y", "--query", "status").text == "CANCELLED\n"
        ended = awsml("braket", "tasks", "stop", FIRST, "-y")
        assert (ended.exit_code, ended.stderr) == (0, f"warning: {FIRST} had ended already\n")
        result = awsml("braket", "tasks", "result", FIRST)
        assert (result.exit_code, result.stdout) == (4, b"")

    @pytest.mark.parametrize(
        ("name", "code", "said"),
        [
            ("braket:us-east-1:nothing", 2, "there is no quantum task braket:us-east-1:nothing"),
            ("transcribe:us-east-1:one", 2, "`transcribe:us-east-1:one` is not the id of a job of braket"),
            ("a/b", 2, "`a/b` is not the id of a quantum task"),
        ],
    )
    def test_no_task(self, aws: Aws, awsml: Program, name: str, code: int, said: str) -> None:
        run = awsml("braket", "tasks", "get", name)
        assert (run.exit_code, run.stderr.splitlines()[0]) == (code, f"error: {said}")

    def test_a_result_that_is_gone_is_said(self, aws: Aws, awsml: Program, bell: Path) -> None:
        awsml("braket", "run", bell, "--no-wait")
        awsml("braket", "tasks", "wait", FIRST)
        aws.respond("s3", "GetObject", AwsError("NoSuchKey", status=404))
        run = awsml("braket", "tasks", "result", FIRST)
        assert (run.exit_code, "is completed, and its result is not in s3://" in run.stderr) == (4, True)


class TestFaults:
    @pytest.mark.parametrize(
        ("service", "operation"),
        [
            ("braket", "GetDevice"),
            ("sts", "GetCallerIdentity"),
            ("s3", "HeadBucket"),
            ("braket", "CreateQuantumTask"),
            ("braket", "GetQuantumTask"),
            ("s3", "GetObject"),
        ],
    )
    @pytest.mark.parametrize("fault", ["throttle", "reset", "error"])
    def test_what_passes_is_outlived(
        self, aws: Aws, awsml: Program, bell: Path, service: str, operation: str, fault: str
    ) -> None:
        faults = {
            "throttle": AwsError("ThrottlingException", times=5),
            "reset": Reset(),
            "error": AwsError("InternalServiceException", status=500, times=2),
        }
        aws.respond(service, operation, faults[fault])
        run = awsml("braket", "run", bell)
        assert (run.exit_code, run.text, made(aws)) == (0, HALF, 1)

    @pytest.mark.parametrize("operation", ["GetDevice", "CreateQuantumTask", "GetQuantumTask"])
    def test_half_an_answer_is_asked_for_again(self, aws: Aws, awsml: Program, bell: Path, operation: str) -> None:
        aws.respond("braket", operation, HalfAnswer())
        run = awsml("braket", "run", bell)
        assert (run.exit_code, run.text, made(aws)) == (0, HALF, 1)

    @pytest.mark.parametrize("body", [b"", b"{}", b"<html>"])
    def test_a_result_that_is_none_is_an_error(self, aws: Aws, awsml: Program, bell: Path, body: bytes) -> None:
        awsml("braket", "run", bell, "--no-wait")
        awsml("braket", "tasks", "wait", FIRST)
        aws.put(BUCKET, f"awsml/tasks/{ARN.rpartition('/')[2]}/results.json", body)
        run = awsml("braket", "run", bell)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert f"the result of {FIRST} cannot be used" in run.stderr

    def test_a_refusal_is_told_with_its_code(self, aws: Aws, awsml: Program, bell: Path) -> None:
        aws.respond("braket", "CreateQuantumTask", AwsError("ServiceQuotaExceededException", "too many", status=402))
        run = awsml("braket", "run", bell)
        assert (run.exit_code, "ServiceQuotaExceededException: too many" in run.stderr) == (4, True)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 10))
def test_killed_at_any_call_and_repeated_it_pays_once(
    aws: Aws, awsml: Program, bell: Path, number: int, after: bool
) -> None:
    aws.kill_at(number, after=after)
    killed = awsml("braket", "run", bell)
    again = awsml("braket", "run", bell, "-q")
    assert (killed.exit_code, again.exit_code, again.text, made(aws)) == (KILLED, 0, HALF, 1)
