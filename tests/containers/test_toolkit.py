"""AWS's own toolkits in real images: sagemaker-training trains, sagemaker-inference with multi-model-server serves.

Both come from PyPI, and Java from Debian, by what this machine is told about them.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from fakeaws.program import Program
from machinery import BASE, Containers, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
REQUESTS = 300
CODE = """
import json, os, pathlib, time
def model_fn(folder):
    while not (pathlib.Path(folder) / "go").is_file():
        time.sleep(0.05)
    return (pathlib.Path(folder) / "weights").read_text()
def input_fn(body, content_type):
    return json.loads(body)
def predict_fn(data, model):
    if data == "slow":
        print("begun", flush=True)
        time.sleep(2)
    if data == "die":
        os._exit(3)
    return {"key": 1}[data] if data == "unknown" else data
def output_fn(prediction, accept):
    return json.dumps(prediction), "application/json"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toolkit") / "ranks"


@pytest.fixture
def image(awsml: Program, containers: Containers, online: str, folder: Path) -> str:
    """Give the image that serves, beside which lies the one that trains; both are built once."""
    if not folder.exists():
        made = awsml("sagemaker", "init", folder, "--stack", "toolkit")
        assert made.exit_code == 0, made.stderr
        about = folder / "awsml-sagemaker.toml"
        about.write_text(about.read_text() + f'\n[build.arguments]\nBASE = "{online}"\n')
    env = {**containers.env, "AWSML_ENGINE": "buildah"}
    built = awsml("sagemaker", "build", folder, "-f", "json", env=env)
    assert built.exit_code == 0, built.stderr
    return str(next(one["image"] for one in json.loads(built.text) if one["target"] == "serve"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Give a folder with a model that brings code of its own, so that no image is built for it."""
    (tmp_path / "model/code").mkdir(parents=True)
    for name in ("weights", "go"):
        (tmp_path / "model" / name).touch()
    (tmp_path / "model/code/inference.py").write_text(CODE)
    return tmp_path / "model"


def test_aws_s_toolkits_train_a_project_and_serve_it(
    awsml: Program, containers: Containers, image: str, folder: Path
) -> None:
    env = {**containers.env, "AWSML_ENGINE": "podman"}
    trained = awsml("sagemaker", "local", "train", folder, "--hp", "epochs=30", "-f", "json", env=env)
    assert trained.exit_code == 0, trained.stderr
    assert "sagemaker-training-toolkit INFO     Invoking user script" in trained.stderr
    report = awsml("sagemaker", "check", folder, "--image", image, "-d", "[[1.0, 1.0]]", "-f", "json", env=env)
    assert {one["check"]: one["detail"] for one in json.loads(report.text) if one["result"] != "pass"} == {}
    words = ("sagemaker", "local", "invoke", folder, "--content-type", "text/csv", "--accept", "text/csv")
    asked = awsml(*words, "-d", "1.0,1.0\n0,0\n", env=env)
    assert asked.exit_code == 0, asked.stderr
    assert [float(line) for line in asked.text.splitlines()] == pytest.approx([2, 1], abs=0.2)


def test_an_exception_under_aws_s_toolkit_is_the_reason_of_the_failure(
    awsml: Program, containers: Containers, image: str, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "p", ignore=shutil.ignore_patterns("output"))
    (tmp_path / "p/train.py").write_text("raise RuntimeError('no labels')\n")
    run = awsml("sagemaker", "local", "train", tmp_path / "p", env={**containers.env, "AWSML_ENGINE": "podman"})
    assert (run.exit_code, "failed: RuntimeError: no labels" in run.stderr) == (4, True), run.stderr


def test_the_ping_knows_whether_the_model_is_loaded(containers: Containers, image: str, model: Path) -> None:
    stale = model.parent / "stale"
    stale.write_text("1")
    (model / "go").unlink()
    with running(containers, image, model, "--volume", f"{stale}:/tmp/.model_server.pid:ro") as (name, port):
        until(lambda: ask(port, "GET", "/ping") == (503, b""))
        assert ask(port, "POST", "/invocations", b"1") == (503, b'{"error": "the model is being loaded"}')
        (model / "go").touch()
        until(lambda: ask(port, "GET", "/ping") == (200, b""))
        assert ask(port, "POST", "/invocations", b'"die"')[0] == 500
        until(lambda: ask(port, "GET", "/ping") == (200, b""))
        assert ask(port, "POST", "/invocations", b"1") == (200, b"1")
        (model / "weights").unlink()
        assert ask(port, "POST", "/invocations", b'"die"')[0] == 500
        assert ask(port, "GET", "/ping")[0] in (503, 0)
        assert containers.run("podman", "wait", name).strip() == "1"
        assert containers.log(name).splitlines()[-1].startswith("FileNotFoundError: ")


def test_errors_have_their_traceback_in_the_log_alone_and_what_was_asked_before_the_end_is_answered(
    containers: Containers, image: str, model: Path
) -> None:
    with running(containers, image, model) as (name, port):
        until(lambda: ask(port, "GET", "/ping") == (200, b""))
        assert ask(port, "POST", "/invocations", b'"unknown"') == (500, b'{"error": "KeyError: \'unknown\'"}')
        status, said = ask(port, "POST", "/invocations", b"[1")
        assert (status, said.startswith(b'{"error": "JSONDecodeError: ')) == (400, True)
        answers: list[tuple[int, bytes]] = []
        asking = threading.Thread(target=lambda: answers.append(ask(port, "POST", "/invocations", b'"slow"')))
        asking.start()
        until(lambda: "begun" in containers.log(name).splitlines())
        containers.run("podman", "stop", "--time", "30", name)
        asking.join()
        assert answers == [(200, b'"slow"')]
        assert containers.run("podman", "inspect", "-f", "{{.State.ExitCode}}", name).strip() == "0"
        assert {"Traceback (most recent call last):", "KeyError: 'unknown'"} <= set(containers.log(name).splitlines())


def test_to_the_first_ping_and_for_a_request_fastapi_takes_less_of_the_processor(
    containers: Containers, image: str, model: Path, tmp_path: Path, awsml: Program
) -> None:
    awsml("sagemaker", "init", tmp_path / "plain")
    about = tmp_path / "plain/awsml-sagemaker.toml"
    about.write_text(about.read_text() + f'\n[build.arguments]\nBASE = "{BASE}"\nSERVING = ""\n')
    words = ("sagemaker", "build", tmp_path / "plain", "--target", "serve", "--engine", "buildah", "-f", "json")
    built = awsml(*words, env=containers.env)
    assert built.exit_code == 0, built.stderr
    ours, theirs = (measured(containers, one, model) for one in (json.loads(built.text)[0]["image"], image))
    print("FastAPI:", ours)
    print("the toolkit:", theirs)
    assert 2 * ours.to_ping < theirs.to_ping
    assert ours.each < theirs.each


class Figures(NamedTuple):
    """Seconds of the processor to the first ping, its milliseconds for a request; by the clock: seconds, p50 and p99."""

    to_ping: float
    each: float
    first: float
    p50: float
    p99: float


def measured(containers: Containers, image: str, model: Path) -> Figures:
    """What a container of IMAGE takes to its first ping, and for requests, one after the other."""
    begun = time.monotonic()
    with running(containers, image, model) as (name, port):
        until(lambda: ask(port, "GET", "/ping") == (200, b""))
        first = time.monotonic() - begun
        pid = int(containers.run("podman", "inspect", "-f", "{{.State.Pid}}", name))
        to_ping = spent(pid)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        took = []
        for _ in range(REQUESTS):
            begun = time.monotonic()
            line.request("POST", "/invocations", b"[1.5]", {"Content-Type": "application/json"})
            assert line.getresponse().read() == b"[1.5]"
            took.append((time.monotonic() - begun) * 1000)
        line.close()
        each = (spent(pid) - to_ping) / REQUESTS * 1000
    cuts = statistics.quantiles(took, n=100)
    return Figures(*(round(one, 2) for one in (to_ping, each, first, cuts[49], cuts[98])))


def spent(pid: int) -> float:
    """The seconds of the processor that a process has taken, with all that it has started."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    below = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).split()
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK") + sum(spent(int(child)) for child in below)


@contextmanager
def running(containers: Containers, image: str, model: Path, *options: str) -> Iterator[tuple[str, int]]:
    """A container of IMAGE that serves MODEL with one worker: its name and its port."""
    port = free_port()
    name = f"toolkit-{port}"
    variables = ("-e", f"SAGEMAKER_BIND_TO_PORT={port}", "-e", "SAGEMAKER_MODEL_SERVER_WORKERS=1")
    mounts = ("--volume", f"{model}:/opt/ml/model:ro", *options)
    containers.run("podman", "run", "-d", "--network", "host", "--name", name, *variables, *mounts, image, "serve")
    try:
        yield name, port
    finally:
        containers.run("podman", "rm", "-f", name)


def until(true: Callable[[], bool]) -> None:
    """Wait for what becomes TRUE; two minutes are too long."""
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """The status and the body that come back; 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, body, {"Content-Type": "application/json"})
        got = line.getresponse()
        return got.status, got.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()
