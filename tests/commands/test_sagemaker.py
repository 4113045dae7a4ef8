"""`awsml sagemaker init`: what is written, and that it is whole."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.services.sagemaker import cuda, ignoring, project
from awsml_cli.services.sagemaker.remote import fitness

FRAMEWORKS = ("plain", "sklearn", "xgboost", "pytorch")


class TestInit:
    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_a_project_has_what_trains_and_what_serves(self, awsml: Program, tmp_path: Path, framework: str) -> None:
        made = awsml("sagemaker", "init", "Churn Rate", "--framework", framework, cwd=tmp_path)
        files = {path.relative_to(tmp_path / "Churn Rate").as_posix() for path in (tmp_path / "Churn Rate").rglob("*")}
        assert (made.exit_code, made.stderr) == (0, "")
        assert made.text.splitlines() == sorted(
            f"Churn Rate/{name}" for name in files if (tmp_path / "Churn Rate" / name).is_file()
        )
        assert {"train.py", "inference.py", "requirements.txt", "Dockerfile", "container/start.py"} <= files
        about = tomllib.loads((tmp_path / "Churn Rate/awsml-sagemaker.toml").read_text())
        assert about["project"] == {"name": "churn-rate", "framework": framework, "gpu": False, "stack": "fastapi"}

    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_its_code_has_the_functions_that_sagemaker_calls(
        self, awsml: Program, tmp_path: Path, framework: str
    ) -> None:
        awsml("sagemaker", "init", tmp_path / "p", "--framework", framework)
        for path in (tmp_path / "p").rglob("*.py"):
            ast.parse(path.read_text(), feature_version=(3, 9))
        served = ast.parse((tmp_path / "p/inference.py").read_text())
        functions = {node.name for node in served.body if isinstance(node, ast.FunctionDef)}
        assert {"model_fn", "input_fn", "predict_fn", "output_fn"} <= functions

    @pytest.mark.slow
    @pytest.mark.parametrize("framework", ["sklearn", "xgboost", "pytorch"])
    def test_what_a_framework_made_can_be_served(self, awsml: Program, tmp_path: Path, framework: str) -> None:
        pytest.importorskip({"sklearn": "sklearn", "xgboost": "xgboost", "pytorch": "torch"}[framework])
        awsml("sagemaker", "init", tmp_path / "p", "--framework", framework)
        assert awsml("sagemaker", "local", "train", tmp_path / "p", "--no-container").exit_code == 0
        asked = awsml("sagemaker", "local", "invoke", tmp_path / "p", "--no-container", "-d", "[[1.0, 1.0]]")
        assert (asked.exit_code, len(json.loads(asked.stdout))) == (0, 1)

    @pytest.mark.parametrize("gpu", [False, True])
    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_the_dockerfile_needs_nothing_but_a_base(
        self, awsml: Program, tmp_path: Path, framework: str, gpu: bool
    ) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", "--framework", framework, *(["--gpu"] if gpu else []))
        if gpu and framework == "sklearn":
            assert (made.exit_code, made.stderr.splitlines()[0]) == (2, "error: scikit-learn does not use a GPU")
            return
        text = (tmp_path / "p/Dockerfile").read_text()
        assert "syntax=" not in text
        assert "--mount" not in text
        assert "ENTRYPOINT [" in text
        assert ("NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility" in text) is gpu
        assert "nvidia-driver" not in text

    @pytest.mark.parametrize(
        ("words", "version", "below", "cuda", "cudnn"),
        [
            ((), "2.13", "2.14", "12.6", "9.10.2.21"),
            (("--framework-version", "2.9"), "2.9", "2.10", "12.8", "9.10.2.21"),
            (("--framework-version", "2.11", "--cuda", "13.0"), "2.11", "2.12", "13.0", "9.17.1.4"),
        ],
    )
    def test_cuda_and_cudnn_are_those_of_the_framework_s_version(
        self, awsml: Program, tmp_path: Path, words: tuple[str, ...], version: str, below: str, cuda: str, cudnn: str
    ) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", "--framework", "pytorch", "--gpu", *words)
        assert (made.exit_code, made.stderr) == (0, f"PyTorch {version} with CUDA {cuda} and cuDNN {cudnn}\n")
        assert (tmp_path / "p/requirements.txt").read_text() == f"torch>={version},<{below}\n"
        lines = (tmp_path / "p/Dockerfile").read_text().splitlines()
        assert f"LABEL CUDA_VERSION={cuda} CUDNN_VERSION={cudnn}" in lines
        assert f"ENV PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cu{cuda.replace('.', '')}" in lines

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--framework", "pytorch", "--gpu", "--cuda", "11.8"), "PyTorch 2.13 is not made for CUDA 11.8"),
            (
                ("--framework", "pytorch", "--gpu", "--framework-version", "1.0"),
                "which CUDA PyTorch 1.0 needs is not known here",
            ),
            (
                ("--framework", "pytorch", "--cuda", "12.6"),
                "a version of the framework or of CUDA is chosen for PyTorch and XGBoost on GPUs alone",
            ),
        ],
    )
    def test_a_cuda_that_there_is_not(self, awsml: Program, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", *words)
        assert (made.exit_code, made.stderr.splitlines()[0]) == (2, f"error: {said}")
        assert not (tmp_path / "p").exists()

    @pytest.mark.parametrize(("choose", "versions"), [(cuda.torch, cuda.TORCH), (cuda.xgboost, cuda.XGBOOST)])
    def test_by_default_the_driver_of_every_machine_knows_its_cuda(
        self, choose: Callable[[str], cuda.Stack], versions: dict[str, object]
    ) -> None:
        for version in versions:
            chosen = tuple(map(int, choose(version).cuda.split(".")))
            assert all(chosen[0] == driver.cuda[0] or chosen <= driver.cuda for driver in fitness.AMIS.values())

    @pytest.mark.parametrize(
        ("words", "requirement", "cuda"),
        [
            ((), "xgboost-cu12>=3.4,<3.5", "12.9"),  # `xgboost` itself needs a driver for 13
            (("--framework-version", "3.1"), "xgboost>=3.1,<3.2", "12.8"),
            (("--cuda", "13.3"), "xgboost>=3.4,<3.5", "13.3"),
        ],
    )
    def test_xgboost_has_the_package_of_its_cuda(
        self, awsml: Program, tmp_path: Path, words: tuple[str, ...], requirement: str, cuda: str
    ) -> None:
        made = awsml("sagemaker", "init", tmp_path / "x", "--framework", "xgboost", "--gpu", *words)
        version = requirement.partition(">=")[2].partition(",")[0]
        assert (made.exit_code, made.stderr) == (0, f"XGBoost {version} with CUDA {cuda}\n")
        assert (tmp_path / "x/requirements.txt").read_text().splitlines() == [requirement, "numpy>=1.26,<3"]
        lines = (tmp_path / "x/Dockerfile").read_text().splitlines()
        assert f"LABEL CUDA_VERSION={cuda}" in lines
        assert not any("PIP_EXTRA_INDEX_URL" in line for line in lines)

    def test_nothing_is_written_over(self, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "p").mkdir()
        (tmp_path / "p/train.py").write_text("mine")
        made = awsml("sagemaker", "init", "p", cwd=tmp_path)
        assert (made.exit_code, made.stderr) == (2, "error: p/train.py is there already\nhint: name a new folder\n")
        assert [path.name for path in (tmp_path / "p").iterdir()] == ["train.py"]

    def test_a_dry_run_writes_nothing(self, awsml: Program, tmp_path: Path) -> None:
        made = awsml("sagemaker", "init", "p", "--dry-run", cwd=tmp_path)
        assert ("p/train.py" in made.text.splitlines(), list(tmp_path.iterdir())) == (True, [])

    def test_aws_s_toolkit_serves_behind_a_server_of_ours(self, awsml: Program, tmp_path: Path) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", "--stack", "toolkit")
        assert (made.exit_code, "p/container/sagemaker_worker.py" in made.text) == (0, True)
        assert tomllib.loads((tmp_path / "p/awsml-sagemaker.toml").read_text())["project"]["stack"] == "toolkit"
        text = (tmp_path / "p/Dockerfile").read_text()
        serve = text[text.index("FROM base AS serve") :]
        for word in (
            "sagemaker-inference>=1.10",
            "multi-model-server>=1.1.11",
            "setuptools<82",
            "default-jre-headless",
        ):
            assert word in serve
        assert "LABEL com.amazonaws.sagemaker.capabilities.multi-models=true" in serve
        assert "fastapi" not in text
        assert "multi-model-server" in (tmp_path / "p/container/server.py").read_text()
        for path in (tmp_path / "p").rglob("*.py"):
            ast.parse(path.read_text(), feature_version=(3, 9))

    def test_an_unknown_stack(self, awsml: Program, tmp_path: Path) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", "--stack", "torchserve")
        assert (made.exit_code, made.stderr) == (
            2,
            "error: there is no stack `torchserve` here\nhint: one of: fastapi, toolkit\n",
        )

    def test_an_unknown_framework(self, awsml: Program, tmp_path: Path) -> None:
        made = awsml("sagemaker", "init", tmp_path / "p", "--framework", "tensorflow")
        assert (made.exit_code, made.stderr.splitlines()[0]) == (2, "error: there is no framework `tensorflow` here")


class TestProjectFile:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[project]\nname = 'p'\nrole = 'arn'\n", "unknown setting `project.role`"),
            (
                "[project]\nname = 'p'\n[train]\ncount = 0\n",
                "`train.count`: input should be greater than or equal to 1",
            ),
            ("[project]\nname = 'Ä'\n", "`project.name`: string should match pattern"),
            ("[train]\n", "`project`: field required"),
            ("[project\n", "cannot read"),
        ],
    )
    def test_what_cannot_be_meant_is_named(self, awsml: Program, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "awsml-sagemaker.toml").write_text(text)
        run = awsml("sagemaker", "local", "train", "--no-container", cwd=tmp_path)
        assert (run.exit_code, said in run.stderr) == (3, True), run.stderr

    def test_without_one_the_way_to_one_is_named(self, awsml: Program, tmp_path: Path) -> None:
        run = awsml("sagemaker", "local", "train", "--no-container", cwd=tmp_path)
        assert (run.exit_code, run.stderr.splitlines()[1]) == (3, "hint: awsml sagemaker init FOLDER")


class TestDigest:
    def test_it_is_that_of_what_goes_into_the_image(self, awsml: Program, tmp_path: Path) -> None:
        awsml("sagemaker", "init", tmp_path / "p")
        found = project.load(tmp_path / "p")
        first = found.digest("train")
        (tmp_path / "p/data/training/more.csv").write_text("1,2,3\n")
        (tmp_path / "p/.hidden").write_text("x")
        (tmp_path / "p/output").mkdir()
        (tmp_path / "p/output/model.json").write_text("{}")
        assert found.digest("train") == first
        (tmp_path / "p/train.py").write_text("print(1)\n")
        assert found.digest("train") != first
        assert found.digest("train") != found.digest("serve")

    @pytest.mark.parametrize(
        ("rules", "left"),
        [
            ("*.csv\n", {"a/b.csv", "a/c.txt", "keep.txt", ".dockerignore"}),
            ("**/*.csv\n", {"a/c.txt", "keep.txt", ".dockerignore"}),
            ("a/\n!a/c.txt\n", {"a/c.txt", "keep.txt", "x.csv", ".dockerignore"}),
            ("*\n!keep.txt\n", {"keep.txt"}),
            ("# nothing\n", {"a/b.csv", "a/c.txt", "keep.txt", "x.csv", ".dockerignore"}),
        ],
    )
    def test_dockerignore_is_read_as_docker_reads_it(self, tmp_path: Path, rules: str, left: set[str]) -> None:
        for name in ("a/b.csv", "a/c.txt", "keep.txt", "x.csv", "a/__pycache__/m.pyc"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("")
        (tmp_path / ".dockerignore").write_text(rules)
        assert {path.as_posix() for path in ignoring.files(tmp_path)} == left


def test_the_first_process_needs_nothing_but_python(tmp_path: Path) -> None:
    shutil.copy("awsml_cli/services/sagemaker/container/start.py", tmp_path)
    done = subprocess.run([sys.executable, "-I", tmp_path / "start.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "this image is started by SageMaker with one word: train or serve\n")
