"""`awsml local install`: from a folder of packages in the place of an index, into a folder in the place of the environment."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import pytest
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local import installing

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed")
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}


@pytest.fixture(autouse=True)
def _without_prophet(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prophet is the engine that is brought here: Python looks where it is not, if it is installed."""
    paths = []
    for path in sys.path:
        if path and (Path(path) / "prophet").is_dir():
            without = tmp_path_factory.mktemp("packages")
            for package in Path(path).iterdir():
                if package.name.partition("-")[0] != "prophet":
                    (without / package.name).symlink_to(package)
            path = str(without)
        paths.append(path)
    monkeypatch.setattr(sys, "path", paths)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The folder into which pip installs."""
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


@pytest.fixture
def index(tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip looks into, with a package called prophet; what it installs is found afterwards."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "prophet", "1.2.1", licence="MIT")
    for name, value in {**OFFLINE, "PIP_FIND_LINKS": str(folder), "PIP_TARGET": str(target)}.items():
        monkeypatch.setenv(name, value)
    # not syspath_prepend, which would end by putting this path into the list that was there before
    monkeypatch.setattr(sys, "path", [str(target), *sys.path])
    return folder


def wheel(folder: Path, name: str, version: str, *, licence: str, code: str = "") -> Path:
    """A package as PyPI has them."""
    info = f"{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {licence}\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {f"{name}/__init__.py": code, f"{info}/METADATA": about, f"{info}/WHEEL": tags}
    digests = {
        path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        for path, text in files.items()
    }
    rows = [f"{path},sha256={digest},{len(files[path])}" for path, digest in digests.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
    return path


def test_a_dry_run_shows_exactly_what_would_be_fetched(awsml: Program, index: Path, target: Path) -> None:
    file = index / "prophet-1.2.1-py3-none-any.whl"
    run = awsml("local", "install", "prophet", "--dry-run", "-f", "json")
    assert (run.exit_code, json.loads(run.stdout)) == (
        0,
        [
            {
                "package": "prophet",
                "version": "1.2.1",
                "megabytes": 0.0,
                "licence": "MIT",
                "source": "pip",
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
        ],
    )
    assert list(target.iterdir()) == []


def test_it_is_installed_when_somebody_says_so(awsml: Program, index: Path) -> None:
    refused = awsml("local", "install", "prophet")
    assert (refused.exit_code, "prophet 1.2.1 (MIT, 0 MB, pip)" in refused.stderr) == (2, True)
    run = awsml("local", "install", "prophet", "-y", "-f", "json")
    assert run.exit_code == 0, run.stderr
    assert [(one["name"], one["installed"], one["version"]) for one in json.loads(run.stdout)] == [
        ("prophet", True, "1.2.1")
    ]


def test_another_file_than_the_one_shown_is_not_installed(index: Path, target: Path, tmp_path: Path) -> None:
    made = installing.plan(["prophet"])
    wheel(index, "prophet", "1.2.1", licence="MIT", code="print('somebody else')")
    with pytest.raises(ConfigError, match="pip cannot bring it"):
        installing.carry_out(made, home=tmp_path)
    assert list(target.iterdir()) == []


def test_what_is_here_already_needs_neither_pip_nor_network(awsml: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    run = awsml("local", "install", "vader", "fasttext-lid-176", "-f", "json")
    assert (run.exit_code, [one["installed"] for one in json.loads(run.stdout)]) == (0, [True, True])


def test_without_an_index_it_is_a_matter_of_configuration(
    awsml: Program, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**OFFLINE, "PIP_TARGET": str(target)}.items():
        monkeypatch.setenv(name, value)
    run = awsml("local", "install", "prophet", "-y")
    assert (run.exit_code, "No matching distribution" in run.stderr, "hint: is the network there?" in run.stderr) == (
        3,
        True,
        True,
    )


def test_names_that_nobody_has(awsml: Program) -> None:
    run = awsml("local", "install", "hal-9000")
    assert (run.exit_code, run.stderr.startswith("error: there is no engine hal-9000")) == (2, True)


def test_extras_are_read_from_our_own_metadata() -> None:
    speech = installing._of_extra("speech")
    assert [one for one in speech if one.startswith("moonshine-voice==0.0.73")]
    assert [one for one in speech if one.startswith("espeakng-loader==0.2.4")], "those inside it, too"
    assert not [one for one in speech if "extra" in one or "awsml" in one]
