"""The data of a training on this machine: in S3, in shards, and as pipes."""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws, AwsError
from fakeaws.process import Process
from fakeaws.program import Program

from awsml_cli.core import places
from awsml_cli.local.store import Store
from awsml_cli.services.sagemaker.containers.engine import Engine
from awsml_cli.services.sagemaker.containers.hosting import Containers
from awsml_cli.services.sagemaker.local.channels import parts
from awsml_cli.services.sagemaker.project import About, Project, Serve, Train

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes here need Linux or macOS")
ENV = {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
# tells what is in every channel, and leaves a model
SEES = """import json, os, stat
from pathlib import Path
data = Path(os.environ["SM_INPUT_DIR"], "data")
seen = {}
for path in sorted(data.rglob("*")):
    if path.is_file():
        seen[path.relative_to(data).as_posix()] = [path.read_text(), oct(path.stat().st_mode & 0o777)]
config = json.loads(Path(os.environ["SM_INPUT_CONFIG_DIR"], "inputdataconfig.json").read_text())
Path(os.environ["SM_OUTPUT_DATA_DIR"], "seen.json").write_text(json.dumps({"files": seen, "config": config}))
Path(os.environ["SM_MODEL_DIR"], "model").write_text("m")
"""
# reads a pipe as often as it is told, each epoch to its end or only so many bytes of it
READS = """import json, os, sys
from pathlib import Path
data = Path(os.environ["SM_INPUT_DIR"], "data")
read = []
for epoch, size in enumerate({sizes}):
    with open(data / f"training_{{epoch}}", "rb") as pipe:
        read.append(pipe.read(size).decode("latin-1"))
Path(os.environ["SM_OUTPUT_DATA_DIR"], "read.json").write_text(json.dumps(read))
Path(os.environ["SM_MODEL_DIR"], "model").write_text("m")
"""


@pytest.fixture
def folder(awsml: Program, tmp_path: Path, aws: Aws) -> Path:
    awsml("sagemaker", "init", tmp_path / "churn")
    aws.bucket("lake")
    return tmp_path / "churn"


@pytest.fixture
def train(awsml: Program, folder: Path) -> Program:
    """`awsml sagemaker local train churn --no-container …`, of the run `one`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        *("sagemaker", "local", "train", folder, "--no-container", "--name", "one", *words), env=ENV, **options
    )


def script(folder: Path, text: str) -> None:
    (folder / "train.py").write_text(text)


def left(folder: Path, name: str, host: int = 1) -> dict[str, list[str]]:
    found = json.loads((folder / f"output/one/algo-{host}/output/data/{name}.json").read_text())
    return dict(found) if isinstance(found, dict) else found


def files(folder: Path, host: int = 1) -> dict[str, str]:
    """What the script saw, by where it lay."""
    return {name: text for name, (text, _) in left(folder, "seen", host)["files"].items()}  # type: ignore[attr-defined]


def nothing_lies_about(folder: Path) -> bool:
    """Whether neither a pipe nor what was fetched is left in the hosts' folders."""
    return [path for path in folder.glob("output/one/*/input/data/*") if not path.is_symlink()] == []


class TestS3:
    def test_the_tree_below_a_prefix_is_there(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        for key in ("in/a.csv", "in/deep/b.csv", "inside/c.csv", "other/d.csv"):
            aws.put("lake", key, key.encode())
        aws.put("lake", "in/deep/", b"")  # a folder's own mark
        run = train(
            "--channel",
            "training=s3://lake/in/",
            "--channel",
            "one=s3://lake/in/a.csv",
            "--channel",
            "more=s3://lake/in",
        )
        assert run.exit_code == 0, run.stderr
        assert files(folder) == {
            "training/a.csv": "in/a.csv",
            "training/deep/b.csv": "in/deep/b.csv",
            "one/a.csv": "in/a.csv",
            "more/a.csv": "in/a.csv",  # the prefix is a folder's name, and the beginning of another's
            "more/deep/b.csv": "in/deep/b.csv",
            "more/inside/c.csv": "inside/c.csv",
        }
        assert run.stderr.splitlines()[:3] == ["one: Starting", "one: Downloading (6 files, 62 bytes)", "one: Training"]
        assert nothing_lies_about(folder)

    def test_what_has_not_changed_is_fetched_once(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        aws.put("lake", "in/a.csv", b"1")
        aws.put("lake", "in/b.csv", b"2")
        words = ("--channel", "training=s3://lake/in/", "--count", "2")
        for _ in range(2):
            train(*words)
        assert [call.params["Key"] for call in aws.calls_of("GetObject")] == ["in/a.csv", "in/b.csv"]
        aws.put("lake", "in/b.csv", b"3")
        train(*words)
        assert [call.params["Key"] for call in aws.calls_of("GetObject")][2:] == ["in/b.csv"]
        assert files(folder, 2) == {"training/a.csv": "1", "training/b.csv": "3"}

    def test_what_a_script_writes_to_its_data_is_not_kept(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES + "for path in data.rglob('*.csv'):\n    path.chmod(0o644)\n    path.write_text('x')\n")
        aws.put("lake", "in/a.csv", b"1")
        for mode in ("File", "FastFile", "FastFile"):
            run = train("--channel", f"training=s3://lake/in/:{mode}")
            assert (run.exit_code, files(folder)) == (0, {"training/a.csv": "1"}), run.stderr

    def test_fast_file_is_for_reading(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        aws.put("lake", "in/a.csv", b"1")
        train("--channel", "training=s3://lake/in/:FastFile", "--channel", "writable=s3://lake/in/")
        seen = left(folder, "seen")
        modes = {name: mode for name, (_, mode) in seen["files"].items()}  # type: ignore[attr-defined]
        assert modes == {"training/a.csv": "0o444", "writable/a.csv": "0o644"}
        assert seen["config"]["training"]["TrainingInputMode"] == "FastFile"  # type: ignore[call-overload]

    def test_nothing_is_kept_without_the_cache(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        aws.put("lake", "in/a.csv", b"1")
        for _ in range(2):
            assert train("--channel", "training=s3://lake/in/", "--no-cache").exit_code == 0
        assert len(aws.calls_of("GetObject")) == 2
        assert not (Path(os.environ["XDG_CACHE_HOME"]) / "awsml/objects").exists()

    def test_a_manifest_lists_its_objects(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        for key in ("in/a.csv", "in/deep/b.csv", "in/c.csv"):
            aws.put("lake", key, key.encode())
        aws.put("lake", "m.json", json.dumps([{"prefix": "s3://lake/in/"}, "deep/b.csv", "c.csv"]).encode())
        run = train("--channel", "training=s3://lake/m.json:ManifestFile")
        assert (run.exit_code, files(folder)) == (
            0,
            {"training/c.csv": "in/c.csv", "training/deep/b.csv": "in/deep/b.csv"},
        ), run.stderr

    @pytest.mark.parametrize(("mode", "seen"), [("FastFile", "x"), ("File", "x"), ("Pipe", "xx")])
    def test_what_a_manifest_lists_twice_is_one_file(
        self, aws: Aws, train: Program, folder: Path, mode: str, seen: str
    ) -> None:
        script(folder, READS.format(sizes=[-1]) if mode == "Pipe" else SEES)
        aws.put("lake", "in/a.txt", b"x")
        aws.put("lake", "m.json", json.dumps([{"prefix": "s3://lake/in/"}, "a.txt", "a.txt"]).encode())
        for _ in range(2):  # fetched, and as it was kept
            run = train("--channel", f"training=s3://lake/m.json:{mode}:ManifestFile")
            assert run.exit_code == 0, run.stderr
        assert (left(folder, "read") if mode == "Pipe" else list(files(folder).values())) == [seen]

    def test_shards_are_told_apart(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        for number in range(5):
            aws.put("lake", f"in/{number}", b"x")
            (folder / f"data/training/{number}.csv").write_text("x")
        train(
            "--count",
            "2",
            "--channel",
            "far=s3://lake/in/:ShardedByS3Key",
            "--channel",
            f"training={folder / 'data/training'}:ShardedByS3Key",
        )
        seen = [set(files(folder, host)) for host in (1, 2)]
        assert (len(seen[0]), len(seen[1]), seen[0] & seen[1]) == (6, 5, set())
        assert {name for name in seen[0] | seen[1] if name.startswith("far/")} == {f"far/{n}" for n in range(5)}
        assert left(folder, "seen")["config"]["far"]["S3DistributionType"] == "ShardedByS3Key"  # type: ignore[call-overload]

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ("s3://lake/none/", "the channel training is empty: no key begins with s3://lake/none/"),
            ("s3://lake/none:ManifestFile", "there is no object s3://lake/none"),
            ("s3://lake/text:ManifestFile", "s3://lake/text is no manifest of SageMaker's"),
            ("s3://lake/up/", "the channel training has `../x`, which cannot be a file below its folder"),
            ("s3://lake/both/", "the channel training has `a` both as a file and as a folder"),
            ("s3://lake/twice/", "the channel training has `a//b` and `a/b`, which would be one file"),
        ],
    )
    def test_what_cannot_be_given_is_refused_before_anything_starts(
        self, aws: Aws, train: Program, folder: Path, place: str, said: str
    ) -> None:
        for key in ("text", "up/../x", "both/a", "both/a/b", "twice/a/b", "twice/a//b"):
            aws.put("lake", key, b"text")
        run = train("--channel", f"training={place}")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, f"error: {said}")
        assert not (folder / "output/one").exists()

    @pytest.mark.parametrize("key", ["..\\..\\x", "C:x", "a/b:c"])
    def test_a_key_that_is_another_place_on_windows_is_refused_there(
        self, aws: Aws, train: Program, folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script(folder, SEES)
        aws.put("lake", f"in/{key}", b"x")
        assert train("--channel", "training=s3://lake/in/").exit_code == 0
        monkeypatch.setattr(parts, "UNNAMED", parts.WINDOWS)
        run = train("--channel", "training=s3://lake/in/")
        assert (run.exit_code, f"has `{key}`, which cannot be a file below its folder" in run.stderr) == (2, True)

    def test_a_bucket_that_may_not_be_read_names_the_action(self, aws: Aws, train: Program) -> None:
        aws.respond("s3", "ListObjectsV2", AwsError("AccessDenied", status=403))
        run = train("--channel", "training=s3://lake/in/")
        assert (run.exit_code, "s3:ListBucket" in run.stderr or "s3:ListObjectsV2" in run.stderr) == (4, True), (
            run.stderr
        )

    def test_an_object_of_the_store_on_this_machine(self, awsml: Program, folder: Path) -> None:
        script(folder, SEES)
        here = Store(places.state_dir() / "local")
        here.add_bucket("here")
        here.put("here", "in/a.csv", b"1,2")
        run = awsml(
            *("sagemaker", "local", "train", folder, "--no-container", "--name", "one", "--local"),
            *("--channel", "training=s3://here/in/"),
            env=ENV,
        )
        assert (run.exit_code, files(folder)) == (0, {"training/a.csv": "1,2"}), run.stderr

    def test_every_word_arrives_at_aws(self, aws: Aws, awsml: Program, folder: Path) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        boto3.client("iam").create_role(RoleName="trainer", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        run = awsml(
            *("sagemaker", "train", "--image", aws.ecr.image("team/churn", "v1"), "--output-s3", "s3://lake/m/"),
            *("--role", "arn:aws:iam::123456789012:role/trainer", "--no-wait"),
            *("--channel", "a=s3://lake/a:Pipe:AugmentedManifestFile=source-ref,class:RecordIO:ShardedByS3Key"),
            *("--channel", "b=s3://lake/b:ManifestFile"),
            cwd=folder.parent,
        )
        (call,) = aws.calls_of("CreateTrainingJob") or pytest.fail(run.stderr)
        assert call.params["InputDataConfig"] == [
            {
                "ChannelName": "a",
                "InputMode": "Pipe",
                "RecordWrapperType": "RecordIO",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "AugmentedManifestFile",
                        "S3Uri": "s3://lake/a",
                        "S3DataDistributionType": "ShardedByS3Key",
                        "AttributeNames": ["source-ref", "class"],
                    }
                },
            },
            {
                "ChannelName": "b",
                "InputMode": "File",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "ManifestFile",
                        "S3Uri": "s3://lake/b",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            },
        ]


class TestPipes:
    def piped(self, folder: Path, sizes: list[int]) -> None:
        script(folder, READS.format(sizes=sizes))

    def test_each_epoch_is_a_pipe_of_its_own(self, train: Program, folder: Path) -> None:
        self.piped(folder, [-1, -1, -1])
        (folder / "data/training/points.csv").write_text("a\n")
        (folder / "data/training/more.csv").write_text("b\n")
        run = train("--channel", f"training={folder / 'data/training'}:Pipe")
        assert (run.exit_code, left(folder, "read")) == (0, ["b\na\n"] * 3), run.stderr
        assert nothing_lies_about(folder)

    def test_from_s3_an_object_is_fetched_once_for_all_epochs(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [-1, -1])
        aws.put("lake", "in/a", b"1")
        aws.put("lake", "in/b", b"2")
        run = train("--channel", "training=s3://lake/in/:Pipe")
        assert (run.exit_code, left(folder, "read")) == (0, ["12", "12"]), run.stderr
        assert len(aws.calls_of("GetObject")) == 2

    def test_half_of_an_epoch_is_enough(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [3, 4, -1])
        content = "0123456789" * 40_000  # more than a pipe holds
        aws.put("lake", "in/a", content.encode())
        run = train("--channel", "training=s3://lake/in/:Pipe")
        assert (run.exit_code, left(folder, "read")) == (0, ["012", "0123", content]), run.stderr

    def test_every_host_has_its_own(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [-1])
        for number in range(3):
            aws.put("lake", f"in/{number}", str(number).encode())
        train("--count", "2", "--channel", "training=s3://lake/in/:Pipe:ShardedByS3Key")
        assert [left(folder, "read", host) for host in (1, 2)] == [["02"], ["1"]]

    def test_one_that_nobody_reads_holds_nothing_up(self, aws: Aws, train: Program, folder: Path) -> None:
        script(folder, SEES)
        aws.put("lake", "in/a", b"1")
        run = train("--channel", "training=s3://lake/in/:Pipe")
        assert (run.exit_code, len(aws.calls_of("GetObject")), nothing_lies_about(folder)) == (0, 0, True), run.stderr
        assert [one.name for one in threading.enumerate() if one.name.startswith("awsml-pipe")] == []

    def test_what_breaks_off_is_no_data_and_no_model(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [-1])
        aws.put("lake", "in/a", b"1")
        aws.put("lake", "in/b", b"2")
        aws.respond("s3", "GetObject", lambda _: None, AwsError("AccessDenied", "Access Denied", status=403))
        run = train("--channel", "training=s3://lake/in/:Pipe")
        assert run.exit_code == 4
        assert "error: the training one failed: the channel training cannot be read: " in run.stderr

    def test_records_of_recordio(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [-1])
        aws.put("lake", "in/a", b"12345")
        aws.put("lake", "in/b", b"1234")
        train("--channel", "training=s3://lake/in/:Pipe:RecordIO")
        (read,) = left(folder, "read")
        first, second = struct.pack("<II", 0xCED7230A, 5) + b"12345\0\0\0", struct.pack("<II", 0xCED7230A, 4) + b"1234"
        assert str(read).encode("latin-1") == first + second

    def test_an_augmented_manifest_gives_what_its_lines_name(self, aws: Aws, train: Program, folder: Path) -> None:
        self.piped(folder, [-1])
        aws.put("lake", "p/1.jpg", b"<1>")
        aws.put("lake", "p/2.jpg", b"<2>")
        lines = [{"source-ref": f"s3://lake/p/{n}.jpg", "class": n, "about": {"x": n}, "not": 0} for n in (1, 2)]
        aws.put("lake", "m", "\n".join(map(json.dumps, lines)).encode())
        run = train("--channel", "training=s3://lake/m:Pipe:AugmentedManifestFile=source-ref,class,about")
        assert (run.exit_code, left(folder, "read")) == (0, ['<1>1{"x": 1}<2>2{"x": 2}']), run.stderr
        run = train("--channel", "training=s3://lake/m:Pipe:AugmentedManifestFile=label")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: line 1 of s3://lake/m has no `label`")

    def test_a_signal_ends_one_that_waits_for_more(self, awsml_process: Process, folder: Path, aws: Aws) -> None:
        script(folder, "import os, time\npipe = open(os.environ['SM_INPUT_DIR'] + '/data/training_0', 'rb')\n"
               "pipe.read(1)\nprint('begun', flush=True)\nwhile True:\n    time.sleep(0.05)\n")  # fmt: skip
        aws.put("lake", "in/a", b"x" * 300_000)
        run = awsml_process.start(
            *("sagemaker", "local", "train", folder, "--no-container", "--name", "one"),
            *("--channel", "training=s3://lake/in/:Pipe"), env=ENV, real_time=True,
        )  # fmt: skip
        seen = b""
        assert run.stderr is not None
        while b"begun" not in seen:
            seen += os.read(run.stderr.fileno(), 4096) or pytest.fail(seen.decode())
        run.terminate()
        _, rest = run.communicate(timeout=60)
        assert (run.returncode, b"SIGKILL" in rest, nothing_lies_about(folder)) == (143, False, True)


def test_a_container_finds_its_pipes_in_the_folder_that_it_sees(
    aws: Aws, awsml: Program, folder: Path, tmp_path: Path
) -> None:
    """The stand-in for an engine runs the script with the folder that a container would have mounted."""
    from engines import Engines

    engines = Engines(tmp_path)
    engines.install("podman")
    run = awsml(
        *("sagemaker", "local", "train", folder, "--name", "one"),
        *("--channel", f"training={folder / 'data/training'}:Pipe", "--channel", f"plain={folder / 'data'}"),
        env=engines.env,
    )
    (said,) = engines.calls("run") or pytest.fail(run.stderr)
    mounts = [one for before, one in zip(said["words"], said["words"][1:], strict=False) if before == "--volume"]
    inside = [mount.rpartition(":/opt/ml/")[2] for mount in mounts if "/input" in mount]
    assert inside == ["input:ro", "input/data/plain:ro"]


def test_what_a_killed_run_left_is_in_nobody_s_way(
    aws: Aws, awsml: Program, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers of two hosts and their network, which the same training has again; another project's go on."""
    from engines import Engines

    engines = Engines(tmp_path)
    engines.install("docker")
    monkeypatch.setenv("PATH", engines.env["PATH"])
    containers, others = (
        Containers(Project(place, About(name="churn"), Train(), Serve()), "train", Engine("docker", "docker"), "image",
                   several=True)
        for place in (folder, tmp_path)
    )  # fmt: skip
    hosts = ["algo-1", "algo-2"]

    def ran(runner: Containers) -> list[int | None]:
        codes = []
        with runner.together("one", hosts):
            for host in hosts:
                started = runner.start("one", host, folder, {})
                started.process.wait()
                codes.append(started.code)
        return codes

    assert ran(containers) == [0, 0]
    run = [one["words"][one["words"].index("--name") + 1] for one in engines.calls("run")]
    (network,) = {one["words"][-1] for one in engines.calls("network")}
    engines.set(left=[*run, network])
    assert ran(others) == [0, 0]
    assert json.loads((tmp_path / "engine.json").read_text())["left"] == [*run, network]
    assert ran(containers) == [0, 0]
    assert json.loads((tmp_path / "engine.json").read_text())["left"] == []
