"""The transcripts of all shapes, by the name of their file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from awsml_cli.formats.transcript import Transcript, parse

SHAPES = Path(__file__).parent / "shapes"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `any_shape` runs once for every file."""
    if "any_shape" in metafunc.fixturenames:
        files = sorted(SHAPES.iterdir())
        metafunc.parametrize("any_shape", [file.read_bytes() for file in files], ids=[file.stem for file in files])


@pytest.fixture
def shape() -> Callable[[str], Transcript]:
    """The transcript in the file of this name."""
    return lambda name: parse((SHAPES / name).read_bytes())


@pytest.fixture
def any_stream() -> bytes:
    """The bytes of a stream's events."""
    return (SHAPES / "stream.jsonl").read_bytes()
