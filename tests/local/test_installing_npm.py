"""`awsml local install` of weights that a package of npm carries: by npm itself, from a registry on loopback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.local.engines.see import attributes, objects
from local import photographs
from local.npm_registry import Registry, tarball

HUMAN = photographs.DATA / "vladmandic-human-3.3.6.tgz"
PLACE = (objects.HUMAN.name, objects.HUMAN.version)

pytest.importorskip("onnxruntime", reason="what runs the weights is brought by pip")
pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of weights, empty; and npm's own folders, which are nobody else's."""
    for name, value in {
        "AWSML_MODELS": tmp_path / "models",
        "npm_config_cache": tmp_path / "npm",
        "npm_config_userconfig": tmp_path / "npmrc",
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "0",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path / "models"


@pytest.fixture
def registry(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], Registry]]:
    """Serves a tarball as the package in which the networks are."""
    begun: list[Registry] = []

    def serve(data: bytes) -> Registry:
        begun.append(Registry({PLACE: data}))
        monkeypatch.setenv("npm_config_registry", begun[-1].address)
        return begun[-1]

    yield serve
    for one in begun:
        one.stop()


def test_a_dry_run_shows_it_and_asks_nobody(awsml: Program, registry: Callable[[bytes], Registry]) -> None:
    served = registry(b"")
    run = awsml("local", "install", "faceres", "--dry-run", "-f", "json")
    assert run.exit_code == 0, run.stderr
    (shown,) = [one for one in json.loads(run.stdout) if one["source"] == "npm"]
    assert shown == {
        "package": "@vladmandic/human",
        "version": "3.3.6",
        "megabytes": 29.0,
        "licence": "MIT",
        "source": "npm",
        "sha256": objects.HUMAN.sha256,
    }
    assert served.asked == []


@pytest.mark.skipif(not HUMAN.exists(), reason="scripts/test fetches the networks by npm")
def test_it_is_fetched_from_the_registry_that_npm_is_told(
    awsml: Program, registry: Callable[[bytes], Registry], models: Path
) -> None:
    served = registry(HUMAN.read_bytes())
    run = awsml("local", "install", "faceres", "-y", "-f", "json")
    assert run.exit_code == 0, run.stderr
    assert [(one["name"], one["installed"], one["version"]) for one in json.loads(run.stdout)] == [
        ("faceres", True, "3.3.6")
    ]
    assert set(served.asked) == {"/@vladmandic/human", "/@vladmandic/human/-/3.3.6.tgz"}
    folder = models / "vladmandic-human-3.3.6"
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}
    assert kept == set(attributes.DECLARATION.weights)


def test_another_package_of_that_name_is_refused_and_leaves_nothing(
    awsml: Program, registry: Callable[[bytes], Registry], models: Path
) -> None:
    name, version = PLACE
    registry(tarball(dict.fromkeys(attributes.DECLARATION.weights, b"weights"), name=name, version=version))
    run = awsml("local", "install", "faceres", "-y")
    assert (run.exit_code, run.stdout) == (3, b"")
    assert "is not @vladmandic/human 3.3.6 as it was measured" in run.stderr
    assert "its SHA-256 differs" in run.stderr
    assert not models.exists()


def test_a_registry_that_has_it_not(awsml: Program, registry: Callable[[bytes], Registry], models: Path) -> None:
    served = registry(b"")
    served.stop()
    run = awsml("local", "install", "faceres", "-y")
    assert (run.exit_code, "npm cannot fetch @vladmandic/human@3.3.6" in run.stderr, models.exists()) == (
        3,
        True,
        False,
    )
