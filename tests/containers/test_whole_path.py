"""From a folder of code to an answer, by real containers and a real registry; nothing of it is faked but AWS's own API."""

from __future__ import annotations

import json
import shutil
import signal
import tarfile
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.process import Process
from fakeaws.program import Program
from machinery import BASE, PASSWORD, Containers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def folder(awsml: Program, tmp_path: Path) -> Path:
    """A project on the base that was made here, which has what serves it."""
    awsml("sagemaker", "init", tmp_path / "churn")
    about = tmp_path / "churn/awsml-sagemaker.toml"
    about.write_text(about.read_text() + f'\n[build.arguments]\nBASE = "{BASE}"\nTRAINING_TOOLKIT = ""\nSERVING = ""\n')
    return tmp_path / "churn"


@pytest.mark.parametrize("builder", ["buildah", "podman", "docker"])
def test_from_a_folder_to_an_answer(
    awsml: Program,
    aws: Aws,
    engines: Containers,
    registry: tuple[str, Path],
    folder: Path,
    tmp_path: Path,
    builder: str,
) -> None:
    host, certificate = registry
    aws.ecr.registry, aws.ecr.password = host, PASSWORD
    runner = "docker" if builder == "docker" else "podman"
    env = {**engines.env, "AWSML_ENGINE": runner, "AWSML_CA_BUNDLE": str(certificate)}

    def sagemaker(*words: str | Path) -> str:
        run = awsml("sagemaker", *words, env=env)
        assert run.exit_code == 0, run.stderr
        return run.text

    repository = f"team/{builder}"
    pushed = json.loads(sagemaker("push", folder, "--engine", builder, "--repository", repository, "-f", "json"))
    assert [(one["target"], one["pushed"]) for one in pushed] == [("train", True), ("serve", True)]
    again = json.loads(sagemaker("push", folder, "--engine", builder, "--repository", repository, "-f", "json"))
    assert [one["pushed"] for one in again] == [False, False]
    serve = pushed[1]
    assert serve["manifest_media_type"] == "application/vnd.docker.distribution.manifest.v2+json"

    engines.run(runner, "rmi", "-f", f"localhost/awsml/churn:{serve['tag']}")
    logged_in = ["docker", "--config", str(certificate.parent), "pull"]
    pull = logged_in if runner == "docker" else ["podman", "pull", "--creds", f"AWS:{PASSWORD}", "--tls-verify=false"]
    engines.run(*pull, serve["image"])

    trained = json.loads(sagemaker("local", "train", folder, "--hp", "epochs=30", "-f", "json"))
    with tarfile.open(trained["model_artifacts"]) as model:
        assert model.getnames() == ["model.json"]
    report = json.loads(sagemaker("check", folder, "--image", serve["image"], "-d", "[[1.0, 1.0]]", "-f", "json"))
    assert {one["check"]: one["result"] for one in report if one["result"] != "pass"} == {}
    assert json.loads(sagemaker("local", "invoke", folder, "-d", "[[1.0, 1.0]]"))[0] == pytest.approx(2, abs=0.1)

    code = folder / "inference.py"
    code.write_text(
        code.read_text().replace("return json.dumps(predictions)", "return json.dumps({'new': predictions})")
    )
    fast = json.loads(
        sagemaker("push", folder, "--code-only", "--target", "serve", "--repository", repository, "-f", "json")
    )
    engines.run(*pull, fast[0]["image"])
    report = awsml("sagemaker", "check", folder, "--image", fast[0]["image"], "-d", "[[1.0, 1.0]]", env=env)
    assert report.exit_code == 0, report.text


def test_two_hosts_see_each_other_and_a_failure_has_its_reason(
    awsml: Program, containers: Containers, folder: Path
) -> None:
    env = {**containers.env, "AWSML_ENGINE": "podman"}
    (folder / "train.py").write_text(
        "import os, socket, time\nhost = os.environ['SM_CURRENT_HOST']\nassert socket.gethostname() == host\n"
        "def known(name):\n    for _ in range(100):\n        try:\n            return socket.gethostbyname(name)\n"
        "        except OSError:\n            time.sleep(0.1)\n"
        "print('me', host, 'them', bool(known('algo-1') and known('algo-2')), flush=True)\n"
        "read = [open(f'/opt/ml/input/data/training_{epoch}').read() for epoch in (0, 1)]\n"
        "print('both epochs', host, len(read[0]), read[0] == read[1], flush=True)\n"
        "time.sleep(1)\n"
        "if host == 'algo-2':\n    raise RuntimeError('no labels')\n"
        "open(os.path.join(os.environ['SM_MODEL_DIR'], 'm'), 'w').write('x')\n"
    )  # fmt: skip
    data = folder / "data/training"
    run = awsml("sagemaker", "local", "train", folder, "--count", "2", "--channel", f"training={data}:Pipe", env=env)
    assert (run.exit_code, "failed: RuntimeError: no labels" in run.stderr) == (4, True), run.stderr
    size = (data / "points.csv").stat().st_size
    assert {f"algo-{host} | both epochs algo-{host} {size} True" for host in (1, 2)} <= set(run.stderr.splitlines())
    if shutil.which("aardvark-dns") or Path("/usr/lib/podman/aardvark-dns").exists():
        assert {"algo-1 | me algo-1 them True", "algo-2 | me algo-2 them True"} <= set(run.stderr.splitlines())
    assert containers.run("podman", "ps", "-aq").strip() == ""


def test_what_takes_more_memory_than_the_instance_has_is_killed_and_said(
    awsml: Program, containers: Containers, folder: Path
) -> None:
    (folder / "train.py").write_text("kept = []\nwhile True:\n    kept.append(bytes(64 * 2**20))\n")
    env = {**containers.env, "AWSML_ENGINE": "podman"}
    run = awsml("sagemaker", "local", "train", folder, "--instance", "ml.c5.large", env=env)
    assert (run.exit_code, "want of memory" in run.stderr or "MemoryError" in run.stderr) == (4, True), run.stderr


def test_a_training_that_is_stopped_may_save_and_its_container_is_gone(
    awsml_process: Process, containers: Containers, folder: Path
) -> None:
    (folder / "train.py").write_text(
        "import signal, sys, time\n"
        "def stop(*_):\n    print('saving', flush=True)\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\nprint('begun', flush=True)\ntime.sleep(600)\n"
    )
    run = awsml_process.start(
        "sagemaker", "local", "train", folder, env={**containers.env, "AWSML_ENGINE": "podman"}, real_time=True
    )
    assert run.stderr is not None
    for line in run.stderr:
        if b"begun" in line:
            break
    run.send_signal(signal.SIGINT)
    _, rest = run.communicate(timeout=120)
    assert (run.returncode, b"saving" in rest) == (130, True), rest
    assert containers.run("podman", "ps", "-aq").strip() == ""
