"""`awsml sagemaker local` without containers: training, its failures and ends, serving, asking, transforming."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tarfile
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from fakeaws.process import Process
from fakeaws.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes here need Linux or macOS")
ENV = {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}


@pytest.fixture
def folder(awsml: Program, tmp_path: Path) -> Path:
    awsml("sagemaker", "init", tmp_path / "churn")
    return tmp_path / "churn"


@pytest.fixture
def local(awsml: Program, folder: Path) -> Program:
    """`awsml sagemaker local VERB churn --no-container …`."""
    return lambda verb, *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "local", verb, folder, *words, "--no-container", env=ENV, **options
    )


def script(folder: Path, text: str) -> None:
    (folder / "train.py").write_text(text)


class TestTraining:
    def test_a_model_is_left_its_log_is_told_and_its_metrics_are_found(self, local: Program, folder: Path) -> None:
        run = local("train", "--hp", "epochs=3", "-f", "json")
        assert (run.exit_code, run.stderr.splitlines()[0::4]) == (0, ["churn-1: Starting", "epoch=3 loss=3.559554"]), (
            run.stderr
        )
        job = json.loads(run.text)
        assert (job["training_job_name"], job["training_job_status"]) == ("churn-1", "Completed")
        assert job["metrics"] == {"train:loss": pytest.approx(3.559554)}
        with tarfile.open(job["model_artifacts"]) as model:
            assert model.getnames() == ["model.json"]

    def test_the_same_training_gives_the_same_bytes(self, local: Program, folder: Path) -> None:
        for _ in range(2):
            local("train", "--hp", "epochs=2")
        models = [(folder / f"output/churn-{number}/model.tar.gz").read_bytes() for number in (1, 2)]
        assert models[0] == models[1]

    def test_the_script_finds_what_sagemaker_lays_out(self, local: Program, folder: Path) -> None:
        script(folder, "import json, os, sys\nfrom pathlib import Path\n"
               "kept = {name: value for name, value in os.environ.items() if name.startswith(('SM_', 'TRAINING_'))}\n"
               "kept['argv'] = sys.argv[1:]\nkept['config'] = {p.stem: json.loads(p.read_text()) for p in "
               "(Path(os.environ['SM_INPUT_CONFIG_DIR'])).iterdir()}\n"
               "kept['files'] = sorted(p.name for p in Path(os.environ['SM_CHANNEL_TRAINING']).iterdir())\n"
               "Path(os.environ['SM_OUTPUT_DATA_DIR'], 'seen.json').write_text(json.dumps(kept))\n")  # fmt: skip
        run = local("train", "--hp", "epochs=3", "--hp", 'layers=[1, 2]', "--hp", "wide=true", "--env", "TRAINING_X=1", "--count", "2",
                    "--instance", "ml.c5.xlarge", "--name", "one")  # fmt: skip
        assert run.exit_code == 0, run.stderr
        seen = json.loads((folder / "output/one/algo-2/output/data/seen.json").read_text())
        assert seen["argv"] == ["--epochs", "3", "--rate", "0.1", "--layers", "[1, 2]", "--wide", "True"]
        assert seen["config"]["hyperparameters"] == {"epochs": "3", "rate": "0.1", "layers": "[1, 2]", "wide": "true"}
        assert seen["config"]["resourceconfig"] == {
            "current_host": "algo-2",
            "current_instance_type": "ml.c5.xlarge",
            "current_group_name": "homogeneousCluster",
            "hosts": ["algo-1", "algo-2"],
            "instance_groups": [
                {
                    "instance_group_name": "homogeneousCluster",
                    "instance_type": "ml.c5.xlarge",
                    "hosts": ["algo-1", "algo-2"],
                }
            ],
            "network_interface_name": "eth0",
        }
        assert seen["config"]["inputdataconfig"]["training"]["TrainingInputMode"] == "File"
        assert seen["files"] == ["points.csv"]
        wanted = {
            "SM_HOSTS": '["algo-1", "algo-2"]',
            "SM_CURRENT_HOST": "algo-2",
            "SM_CHANNELS": '["training"]',
            "SM_HP_EPOCHS": "3",
            "SM_HP_WIDE": "true",
            "SM_HPS": '{"epochs": 3, "rate": 0.1, "layers": [1, 2], "wide": true}',
            "SM_USER_ENTRY_POINT": "train.py",
            "SM_MODULE_NAME": "train",
            "SM_CURRENT_INSTANCE_GROUP_HOSTS": '["algo-1", "algo-2"]',
            "TRAINING_JOB_NAME": "one",
            "TRAINING_X": "1",
        }
        assert {name: seen.get(name) for name in wanted} == wanted
        assert json.loads(seen["SM_TRAINING_ENV"])["SM_CURRENT_HOST"] == "algo-2"

    def test_two_hosts_are_told_apart_and_their_models_become_one(self, local: Program, folder: Path) -> None:
        script(folder, "import os, pathlib\nhost = os.environ['SM_CURRENT_HOST']\nprint('I am', host)\n"
               "pathlib.Path(os.environ['SM_MODEL_DIR'], host).write_text(host)\n")  # fmt: skip
        run = local("train", "--count", "2")
        assert {"algo-1 | I am algo-1", "algo-2 | I am algo-2"} <= set(run.stderr.splitlines())
        with tarfile.open(folder / "output/churn-1/model.tar.gz") as model:
            assert model.getnames() == ["algo-1", "algo-2"]

    def test_a_channel_may_be_a_file_of_anybodys(self, local: Program, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "other.csv").write_text("1,2,3\n4,5,6\n")
        run = local("train", "--channel", f"training={tmp_path / 'other.csv'}:FastFile", "--hp", "epochs=1")
        assert run.exit_code == 0, run.stderr

    def test_hyperparameters_may_come_from_a_file(self, local: Program, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "hp.json").write_text('{"epochs": 2}')
        assert local("train", "--hp", tmp_path / "hp.json").stderr.count("epoch=") == 2

    def test_a_training_without_a_model_says_so(self, local: Program, folder: Path) -> None:
        script(folder, "")
        run = local("train", "-f", "json")
        assert (run.exit_code, json.loads(run.text)["model_artifacts"]) == (0, None)
        assert "warning: the training left nothing in SM_MODEL_DIR: there is no model" in run.stderr


class TestFailing:
    def test_the_exception_is_the_reason(self, local: Program, folder: Path) -> None:
        script(folder, "def read():\n    raise RuntimeError(\"boom: data missing column 'y'\")\nread()\n")
        run = local("train")
        assert (run.exit_code, run.stderr.splitlines()[-2]) == (
            4,
            "error: the training churn-1 failed: RuntimeError: boom: data missing column 'y'",
        )
        said = (folder / "output/churn-1/algo-1/output/failure").read_text()
        assert said.startswith("RuntimeError: boom: data missing column 'y'\nTraceback (most recent call last):\n")
        assert json.loads((folder / "output/churn-1/job.json").read_text())["training_job_status"] == "Failed"

    def test_of_a_chain_of_exceptions_it_is_the_last(self, local: Program, folder: Path) -> None:
        script(folder, "try:\n    {}['x']\nexcept KeyError as e:\n    raise ValueError('no x') from e\n")
        assert "failed: ValueError: no x" in local("train").stderr

    def test_a_reason_that_the_script_wrote_is_kept(self, local: Program, folder: Path) -> None:
        script(folder, "import os, pathlib, sys\n"
               "pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'failure').write_text('no label')\nsys.exit(3)\n")  # fmt: skip
        assert "failed: no label" in local("train").stderr

    def test_a_long_one_is_cut_where_sagemaker_cuts_it(self, local: Program, folder: Path) -> None:
        script(folder, "raise ValueError('x' * 5000)\n")
        local("train")
        assert len((folder / "output/churn-1/algo-1/output/failure").read_text()) == 1024

    def test_without_an_exception_it_is_the_exit_code(self, local: Program, folder: Path) -> None:
        script(folder, "import sys\nprint('last words', file=sys.stderr)\nsys.exit(3)\n")
        assert "failed: the script ended with exit code 3" in local("train").stderr

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("sys.exit('the data have no column y')", "the data have no column y (exit code 1)"),
            ("print('10%\\r50%\\r99%', file=sys.stderr)\nsys.exit('no label')", "no label (exit code 1)"),
            ("sys.exit(1)", "the script ended with exit code 1"),
        ],
    )
    def test_what_it_said_as_it_gave_up_is_the_reason(self, local: Program, folder: Path, code: str, said: str) -> None:
        script(folder, f"import sys\n{code}\n")
        run = local("train")
        assert (run.exit_code, run.stderr.splitlines()[-2]) == (4, f"error: the training churn-1 failed: {said}")
        assert (folder / "output/churn-1/algo-1/output/failure").read_text().splitlines()[0] == said

    def test_a_kill_is_named(self, local: Program, folder: Path) -> None:
        script(folder, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
        assert "failed: the script was ended by SIGKILL, perhaps for want of memory" in local("train").stderr

    def test_one_of_two_hosts_ends_the_other(self, local: Program, folder: Path) -> None:
        script(folder, "import os, time\nif os.environ['SM_CURRENT_HOST'] == 'algo-2':\n    raise OSError('disk')\n"
               "time.sleep(60)\n")  # fmt: skip
        begun = time.monotonic()
        run = local("train", "--count", "2")
        assert (run.exit_code, "failed: OSError: disk" in run.stderr, time.monotonic() - begun < 30) == (4, True, True)

    def test_an_entry_point_that_is_not_there(self, local: Program, folder: Path) -> None:
        (folder / "train.py").unlink()
        assert "failed: the training could not be started: there is no " in local("train").stderr


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--hp", "epochs"], "error: `epochs` is neither key=value nor a file with a JSON object"),
            (["--hp", "x=" + "y" * 2501], "error: the hyperparameter x has 2501 characters, over 2500"),
            (["--metric", "loss=loss="], "error: the metric loss has no group ( ) around its value"),
            (["--metric", "loss=("], "error: the metric loss is no regular expression: missing ), unterminated"),
            (["--channel", "training=nowhere"], "error: the channel training is not there: "),
            (["--channel", "a b=."], "error: `a b` is no name of a channel"),
            (["--channel", "..=."], "error: `..` is no name of a channel"),
            (
                ["--channel", "x=.:ManifestFile"],
                "error: the channel x is called a ManifestFile, which is an object in S3",
            ),
            (
                ["--channel", "x=s3://b/k:AugmentedManifestFile=a"],
                "error: the channel x is an augmented manifest, which SageMaker reads as a pipe alone",
            ),
            (
                ["--channel", "x=s3://b/k:Pipe:AugmentedManifestFile"],
                "error: the channel x needs the attributes of its manifest, at most 16",
            ),
            (["--channel", "x=.:RecordIO"], "error: the channel x is no pipe, and RecordIO is for pipes"),
            (["--max-run", "soon"], "error: `soon` is no span of time"),
            (["--max-run", "29d"], "error: a training runs for at most 28 days"),
            (["--name", "a_b"], "error: `a_b` is no name of a training job"),
            (["--env", "X"], "error: --env takes NAME=VALUE, and `X` is none"),
        ],
    )
    def test_before_anything_is_started(self, local: Program, words: list[str], said: str) -> None:
        run = local("train", *words)
        error = next(line for line in run.stderr.splitlines() if line.startswith("error"))
        assert (run.exit_code, error[: len(said)]) == (2, said)

    @pytest.mark.parametrize(("command", "here"), [("train", "train"), ("deploy", "serve")])
    def test_what_takes_an_image_to_aws_names_what_is_done_here(
        self, awsml: Program, folder: Path, command: str, here: str
    ) -> None:
        run = awsml("sagemaker", command, folder, "--local")
        assert (run.exit_code, f"hint: awsml sagemaker local {here} {folder}" in run.stderr) == (3, True), run.stderr


SLOW = """import signal, sys, time
def stop(*_):
    print('saving', flush=True)
    sys.exit(0)
{handler}
print('begun', flush=True)
while True:
    time.sleep(0.05)
"""


class TestStopping:
    """In real time: how a training ends that does not end by itself."""

    def start(self, process: Process, folder: Path, *words: str) -> object:
        return process.start("sagemaker", "local", "train", folder, "--no-container", *words, env=ENV, real_time=True)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_the_script_is_told_and_saves(self, awsml_process: Process, folder: Path, number: int) -> None:
        script(folder, SLOW.format(handler="signal.signal(signal.SIGTERM, stop)"))
        run = self.start(awsml_process, folder)
        seen = b""
        while b"begun" not in seen:
            seen += os.read(run.stderr.fileno(), 4096)  # type: ignore[attr-defined]
        run.send_signal(number)  # type: ignore[attr-defined]
        _, rest = run.communicate(timeout=60)  # type: ignore[attr-defined]
        assert (run.returncode, b"saving" in rest) == (128 + number, True)  # type: ignore[attr-defined]
        assert b"SIGKILL" not in rest

    def test_the_time_is_over(self, awsml_process: Process, folder: Path) -> None:
        script(folder, SLOW.format(handler="signal.signal(signal.SIGTERM, stop)"))
        run = awsml_process(
            "sagemaker", "local", "train", folder, "--no-container", "--max-run", "1s", env=ENV, real_time=True
        )
        assert (run.exit_code, "saving" in run.stderr) == (4, True)
        assert "error: the training churn-1 was stopped: it ran for longer than --max-run" in run.stderr
        assert json.loads((folder / "output/churn-1/job.json").read_text())["secondary_status"] == "MaxRuntimeExceeded"

    def test_who_does_not_listen_is_killed_and_leaves_no_process(self, awsml_process: Process, folder: Path) -> None:
        script(folder, "import os, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))\n"
               + SLOW.format(handler="signal.signal(signal.SIGTERM, signal.SIG_IGN)"))  # fmt: skip
        run = awsml_process(
            "sagemaker",
            "local",
            "train",
            folder,
            "--no-container",
            "--max-run",
            "1s",
            "--grace",
            "1",
            env=ENV,
            real_time=True,
        )
        assert (run.exit_code, "not ended 1 s after SIGTERM: SIGKILL" in run.stderr) == (4, True)
        pid = int((folder / "output/churn-1/algo-1/code/pid").read_text())
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    def test_an_interrupted_training_goes_on_from_its_checkpoint(self, local: Program, folder: Path) -> None:
        """Spot: the machine is taken away, the checkpoints are given to the next."""
        (folder / "kept").mkdir()
        text = (folder / "train.py").read_text()
        script(folder, text.replace("        save(checkpoint, state)\n", "        save(checkpoint, state)\n"
               "        if epoch == 3 and not os.environ.get('AGAIN'):\n            os.kill(os.getpid(), 9)\n"))  # fmt: skip
        first = local("train", "--hp", "epochs=5", "--checkpoints", folder / "kept")
        assert (first.exit_code, first.stderr.count("epoch=")) == (4, 3)
        again = local("train", "--hp", "epochs=5", "--checkpoints", folder / "kept", "--env", "AGAIN=1")
        assert (again.exit_code, [line[:7] for line in again.stderr.splitlines() if "epoch" in line]) == (
            0,
            ["epoch=4", "epoch=5"],
        )


class TestServing:
    @pytest.fixture(autouse=True)
    def trained(self, folder: Path) -> None:
        pytest.importorskip("fastapi", reason="pip install '.[serve]'")
        pytest.importorskip("uvicorn", reason="pip install '.[serve]'")
        place = folder / "output/churn-1"
        place.mkdir(parents=True)
        pack(place / "model.tar.gz", {"model.json": b'{"weights": [1.0, 3.0, -2.0]}'})

    def test_it_is_asked_without_being_started_first(self, local: Program) -> None:
        run = local("invoke", "-d", "[[1.0, 2.0], [0.0, 0.0]]")
        assert (run.exit_code, run.stdout, run.stderr) == (0, b"[0.0, 1.0]", "")

    def test_what_is_piped_in_is_asked(self, local: Program) -> None:
        run = local("invoke", "--content-type", "text/csv", "--accept", "text/csv", stdin="1,2\n0,0\n")
        assert (run.exit_code, run.text) == (0, "0.0\n1.0\n")

    def test_a_file_is_asked(self, local: Program, tmp_path: Path) -> None:
        (tmp_path / "q.json").write_text("[[0, 0]]")
        assert local("invoke", "-d", f"@{tmp_path / 'q.json'}").text == "[1.0]"

    def test_at_a_terminal_text_is_shown(self, local: Program) -> None:
        assert local("invoke", "-d", "[[0, 0]]", tty={"stdout"}).text == "[1.0]\n"

    def test_an_input_that_is_none_is_the_askers_fault_without_a_traceback(self, local: Program) -> None:
        run = local("invoke", "-d", "[[1.0")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert run.stderr.splitlines()[-1].startswith('error: the model answered 400: {"error": "JSONDecodeError: ')

    def test_an_exception_is_named_to_the_asker_and_traced_in_the_log(self, local: Program, folder: Path) -> None:
        text = (folder / "inference.py").read_text()
        (folder / "inference.py").write_text(
            text.replace("    return [weights[0]", "    raise KeyError('age')\n    return [weights[0]")
        )
        run = local("invoke", "-d", "[[1.0, 1.0]]")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (
            4,
            'error: the model answered 500: {"error": "KeyError: \'age\'"}',
        )
        assert "Traceback" in run.stderr

    def test_a_model_that_cannot_be_loaded_is_explained(self, local: Program, folder: Path) -> None:
        pack(folder / "output/churn-1/model.tar.gz", {"other.json": b"{}"})
        run = local("invoke", "-d", "[[1.0]]")
        assert run.exit_code == 4
        assert "error: the server never answered its ping: it ended with exit code 1: FileNotFoundError" in run.stderr

    def test_a_server_that_hangs_while_loading_is_given_up(self, awsml_process: Process, folder: Path) -> None:
        (folder / "inference.py").write_text(
            "import time\ndef model_fn(folder):\n    print('loading', flush=True)\n    time.sleep(99)\n"
        )
        run = awsml_process(
            "sagemaker", "local", "serve", folder, "--no-container", "--startup-timeout", "1.5", env=ENV, real_time=True
        )
        assert (run.exit_code, "the server never answered its ping: it did not within 1.5 s" in run.stderr) == (4, True)

    def test_a_model_one_folder_too_deep_is_found_before_it_is_served(self, local: Program, folder: Path) -> None:
        pack(folder / "output/churn-1/model.tar.gz", {"model/model.json": b"{}"})
        run = local("invoke", "-d", "[[1.0]]")
        assert (run.exit_code, run.stderr.splitlines()[1]) == (
            2,
            "hint: pack what is in model/, not the folder: tar -czf model.tar.gz -C model .",
        )

    def test_a_folder_is_a_model_too(self, local: Program, tmp_path: Path) -> None:
        (tmp_path / "m").mkdir()
        (tmp_path / "m/model.json").write_text('{"weights": [7.0]}')
        assert local("invoke", "--model-data", tmp_path / "m", "-d", "[[]]").text == "[7.0]"

    def test_a_model_brings_code_of_its_own(self, local: Program, folder: Path) -> None:
        code = b"def model_fn(folder):\n    return 5\ndef predict_fn(data, model):\n    return data + model\n"
        pack(folder / "output/churn-1/model.tar.gz", {"weights.bin": b"x", "code/inference.py": code})
        assert local("invoke", "-d", "2").text == "7"

    def test_nothing_was_trained_yet(self, local: Program, folder: Path) -> None:
        (folder / "output/churn-1/model.tar.gz").unlink()
        run = local("invoke", "-d", "[[1.0]]")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: nothing has been trained here yet")

    def test_one_that_is_left_running_answers_until_it_is_deleted(
        self, awsml: Program, local: Program, folder: Path
    ) -> None:
        up = local("serve", "--detach", "-f", "json")
        assert up.exit_code == 0, up.stderr
        about = json.loads(up.text)
        try:
            with urllib.request.urlopen(f"{about['url']}/ping") as ping:
                assert (ping.status, ping.read()) == (200, b"")
            assert awsml("sagemaker", "local", "invoke", folder, "-d", "[[0, 0]]").text == "[1.0]"
            second = local("serve", "--detach")
            assert (second.exit_code, second.stderr.splitlines()[0]) == (2, "error: churn is served already")
        finally:
            down = awsml("sagemaker", "local", "delete", folder)
        assert (down.exit_code, down.stdout) == (0, b"")
        again = awsml("sagemaker", "local", "delete", folder)
        assert (again.exit_code, again.stderr) == (0, "warning: churn is not served here\n")

    def test_ctrl_c_ends_the_server(self, awsml_process: Process, folder: Path) -> None:
        run = awsml_process.start(
            "sagemaker", "local", "serve", folder, "--no-container", "-f", "jsonl", env=ENV, real_time=True
        )
        assert run.stdout is not None
        about = json.loads(run.stdout.readline())
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        assert run.returncode == 130
        with pytest.raises(OSError):  # noqa: PT011 - refused
            urllib.request.urlopen(f"{about['url']}/ping", timeout=2)

    def test_a_request_that_came_before_the_signal_is_answered(self, awsml_process: Process, folder: Path) -> None:
        code = folder / "inference.py"
        code.write_text(
            code.read_text().replace(
                "    return [weights[0]",
                "    import time\n    print('asked', flush=True)\n    time.sleep(1)\n    return [weights[0]",
            )
        )
        run = awsml_process.start(
            "sagemaker", "local", "serve", folder, "--no-container", "-f", "jsonl", env=ENV, real_time=True
        )
        assert run.stdout is not None
        assert run.stderr is not None
        url = json.loads(run.stdout.readline())["url"]
        request = urllib.request.Request(f"{url}/invocations", b"[[0, 0]]", {"Content-Type": "application/json"})
        answers: list[bytes] = []
        asking = threading.Thread(target=lambda: answers.append(urllib.request.urlopen(request, timeout=60).read()))
        asking.start()
        while b"asked" not in run.stderr.readline():
            pass
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        asking.join()
        assert (run.returncode, answers) == (130, [b"[1.0]"])


class TestToolkit:
    """AWS's toolkit without a container: what it lacks is said before anything is started."""

    @pytest.fixture
    def project(self, awsml: Program, tmp_path: Path) -> Path:
        awsml("sagemaker", "init", tmp_path / "ranks", "--stack", "toolkit")
        pack(tmp_path / "model.tar.gz", {"model.json": b'{"weights": [1.0]}'})
        return tmp_path / "ranks"

    def ask(self, awsml: Program, project: Path, **variables: str) -> tuple[int, list[str]]:
        words = ("--no-container", "--model-data", project.parent / "model.tar.gz", "-d", "[[]]")
        run = awsml("sagemaker", "local", "invoke", project, *words, env={**ENV, **variables})
        return run.exit_code, run.stderr.splitlines()

    def test_java(self, awsml: Program, project: Path) -> None:
        code, said = self.ask(awsml, project, JAVA_HOME="/nowhere")
        assert (code, said[1]) == (3, "hint: apt-get install default-jre-headless; or leave --no-container out")
        assert said[0].startswith("error: the toolkit cannot serve with ")
        assert said[0].endswith(": there is no Java, which multi-model-server needs")

    def test_its_packages(self, awsml: Program, project: Path) -> None:
        java = project.parent / "java/bin/java"
        java.parent.mkdir(parents=True)
        java.write_text("#!/bin/sh\n")
        java.chmod(0o755)
        code, said = self.ask(awsml, project, JAVA_HOME=str(java.parents[1]))
        assert code == 3
        assert said[0].endswith(": there is no module sagemaker_inference")
        assert "-m pip install sagemaker-inference multi-model-server; or leave --no-container out" in said[1]


class TestTransform:
    @pytest.fixture(autouse=True)
    def trained(self, folder: Path) -> None:
        pytest.importorskip("fastapi", reason="pip install '.[serve]'")
        place = folder / "output/churn-1"
        place.mkdir(parents=True)
        pack(place / "model.tar.gz", {"model.json": b'{"weights": [1.0, 3.0, -2.0]}'})

    def test_each_file_gets_its_answer_beside_its_name(self, local: Program, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in/a.csv").write_text("1,2\n")
        (tmp_path / "in/b.csv").write_text("0,0\n1,0\n")
        words = ("--content-type", "text/csv", "--accept", "text/csv")
        run = local("transform", tmp_path / "in", *words, "-o", f"{tmp_path}/out/")
        assert (run.exit_code, run.stderr) == (0, "")
        answers = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
        assert answers == {"a.csv.out": "0.0\n", "b.csv.out": "1.0\n4.0\n"}

    @pytest.mark.parametrize(
        ("strategy", "lines"), [("SingleRecord", ["[1.0]", "[4.0]"]), ("MultiRecord", ["[1.0, 4.0]"])]
    )
    def test_lines_go_one_by_one_or_together(self, local: Program, strategy: str, lines: list[str]) -> None:
        words = ("--content-type", "text/csv", "--split-type", "Line", "--batch-strategy", strategy)
        run = local("transform", "-", *words, stdin="0,0\n1,0")
        assert (run.exit_code, run.text.splitlines()) == (0, lines)

    def test_a_record_over_the_limit_is_refused(self, local: Program) -> None:
        run = local("transform", "-", "--max-payload", "1", stdin=b"[" + b" " * 2**20 + b"]")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: stdin has a record of 1048578 bytes, over --max-payload 1 MB",
        )

    def test_words_that_are_not_aws_s(self, local: Program) -> None:
        run = local("transform", "-", "--split-type", "Lines")
        assert (run.exit_code, run.stderr) == (2, "error: --split-type knows no `Lines`\nhint: one of: None, Line\n")


def pack(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
