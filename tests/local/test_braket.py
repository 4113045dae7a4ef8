"""`awsml braket --local`: circuits on Braket's own simulator, with AWS's records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.local.engines import quantum

needs_engine = pytest.mark.skipif(not quantum.DECLARATION.installed(), reason=quantum.DECLARATION.install)
BELL = "qubit[2] q;\nbit[2] c;\nh q[0];\ncnot q[0], q[1];\nc = measure q;\n"
ENDS = "#pragma braket result state_vector\n#pragma braket result expectation z(q[0]) @ z(q[1])\n"


@needs_engine
def test_a_bell_pair_is_measured_alike(awsml: Program) -> None:
    run = awsml("braket", "run", "--local", "-f", "json", "-v", stdin=BELL)
    found = json.loads(run.text)
    assert (run.exit_code, set(found["counts"]), sum(found["counts"].values())) == (0, {"00", "11"}, 1000)
    assert 380 < found["counts"]["00"] < 620  # eight standard deviations
    assert (found["price"], found["device"]) == (None, "sv1")
    assert "answered on this machine by braket-default-simulator" in run.stderr


@needs_engine
def test_twice_is_measured_twice(awsml: Program) -> None:
    ids = {awsml("braket", "run", "--local", "--query", "id", stdin=BELL).text for _ in range(2)}
    assert len(ids) == 2
    listed = awsml("braket", "tasks", "ls", "--local")
    assert {line.split("\t")[1] for line in listed.text.splitlines()} == {"COMPLETED"}
    (one, _other) = sorted(ids)
    assert (
        sum(int(line.split("\t")[1]) for line in awsml("jobs", "result", one.strip(), "--local").text.splitlines())
        == 1000
    )


@needs_engine
def test_a_state_without_shots(awsml: Program) -> None:
    text = BELL.replace("c = measure q;\n", ENDS)
    run = awsml("braket", "run", "--local", "--shots", "0", "--query", "results[].value", "-f", "json", stdin=text)
    state, correlation = json.loads(run.text)
    half = pytest.approx(0.5**0.5)
    assert ([part[0] for part in state], correlation) == ([half, 0.0, 0.0, half], pytest.approx(1.0))


@needs_engine
@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("expectation z(q[0]) @ z(q[1])", 1.0),
        ("variance x(q[0]) @ x(q[1])", 0.0),
        ("expectation hermitian([[0, 1], [1, 0]]) q[2]", 1.0),
        ("expectation hermitian([[1, 0], [0, -1]]) q[3]", 1.0),
        ("probability q[3]", [1.0, 0.0]),
        ("expectation y(q[2])", None),
    ],
)
def test_what_is_asked_of_shots_is_reckoned_as_without(awsml: Program, asked: str, value: object) -> None:
    text = f"qubit[4] q;\nh q[0];\ncnot q[0], q[1];\nh q[2];\ni q[3];\n#pragma braket result {asked}\n"
    run = awsml("braket", "run", "--local", "--query", "results[].value", "-f", "json", stdin=text)
    (found,) = json.loads(run.text)
    if value is None:
        assert abs(found) < 0.26  # eight standard deviations
    else:
        assert found == pytest.approx(value)


@needs_engine
def test_inputs_and_density_matrices(awsml: Program) -> None:
    text = "input float t; qubit q; rx(t) q; bit b; b = measure q;"
    run = awsml("braket", "run", "--local", "--device", "dm1", "--set", "t=3.141592653589793", stdin=text)
    assert (run.exit_code, run.text, run.stderr) == (0, "1\t1000\n", "")


@needs_engine
def test_a_program_that_cannot_be_run_says_why(awsml: Program) -> None:
    run = awsml("braket", "run", "--local", stdin="qubit q; bit b; int i = 3; x q; b[i] = measure q;")
    assert (run.exit_code, run.stdout) in ((2, b""), (4, b""))
    assert run.stderr.startswith("error: stdin")


@needs_engine
def test_more_qubits_than_fit_are_refused(awsml: Program) -> None:
    run = awsml("braket", "run", "--local", stdin="qubit[26] q; h q;")
    assert (run.exit_code, run.stderr) == (2, "error: stdin has 26 qubits; SV1 has 25\n")


def test_the_devices_of_this_machine(awsml: Program) -> None:
    names = awsml("braket", "devices", "--local", "--query", "[].[name, provider_name, cost]", "-f", "json")
    assert json.loads(names.text) == [["DM1", "this machine", None], ["SV1", "this machine", None]]
    run = awsml("braket", "run", "--local", "--device", "Garnet", stdin=BELL)
    assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: there is no device `Garnet`")


def test_without_the_engine_it_says_what_installs_it(awsml: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", missing)
    run = awsml("braket", "run", "--local", stdin=BELL)
    assert (run.exit_code, "hint: pip install 'awsml-cli[quantum]'" in run.stderr) == (3, True)


def missing(name: str) -> str:
    """No distribution is installed."""
    import importlib.metadata

    raise importlib.metadata.PackageNotFoundError(name)


def test_the_machine_keeps_tasks_apart_by_token(tmp_path: Path, awsml: Program) -> None:
    """No two runs share a task, and a folder of circuits is one task each."""
    if not quantum.DECLARATION.installed():
        pytest.skip(quantum.DECLARATION.install)
    for name in ("one.qasm", "two.qasm"):
        (tmp_path / name).write_text(BELL)
    run = awsml("braket", "run", "--local", tmp_path, "--shots", "5", "-f", "jsonl")
    assert len({json.loads(line)["id"] for line in run.text.splitlines()}) == 2
