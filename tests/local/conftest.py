"""This machine in the place of AWS: real engines, a state folder that lasts as long as the test."""

from __future__ import annotations

import os
import shutil
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from awsml_cli.local import hook
from awsml_cli.local.engines import declaration

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(autouse=True)
def _packages_are_looked_for_anew() -> None:
    """What a test before this one found to be installed may not be, here."""
    declaration.found_version.cache_clear()


@pytest.fixture
def sample() -> Path:
    """27 seconds of English, read aloud."""
    return SAMPLES / "talk.mp3"


@pytest.fixture
def reference() -> str:
    """The words of the sample."""
    return (SAMPLES / "talk.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def first_sentence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first sentence of the sample as WAV: seven and a half seconds, and a pause."""
    import numpy as np

    from awsml_cli.local.engines import audio

    sound = np.concatenate(list(audio.blocks(SAMPLES / "talk.mp3")))[: round(7.6 * 16_000)]
    place = tmp_path_factory.mktemp("spoken") / "first.wav"
    with wave.open(str(place), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((sound * 32_767).astype("<i2").tobytes())
    return place


@pytest.fixture
def notes() -> list[str]:
    """What the local engines said about themselves."""
    return []


@pytest.fixture
def home(tmp_path: Path, models: Path) -> Path:
    """An empty state folder that shares joined models with the other tests."""
    place = tmp_path / "local"
    place.mkdir()
    (place / "models").symlink_to(models, target_is_directory=True)
    return place


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("models")
    yield place
    shutil.rmtree(place)


@pytest.fixture
def client(home: Path, notes: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Makes boto3 clients that this machine answers; there are no credentials anywhere."""
    import boto3
    import botocore.session

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    core = botocore.session.Session()
    hook.attach(core, home=home, note=notes.append)
    session = boto3.Session(botocore_session=core, region_name="us-east-1")
    return session.client
