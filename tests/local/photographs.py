"""Photographs that ship in packages, read where they lie and never copied into the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.measuring import pictures

DATA = Path(__file__).parents[2] / ".venv/data"


def of(name: str) -> Image.Image:
    """A photograph of scikit-image or scikit-learn, upright, in RGB."""
    try:
        return pictures.photograph(name)
    except ConfigError as problem:
        pytest.skip(str(problem))


def groups() -> list[Image.Image]:
    """Six photographs of groups of people, of npm's package @vladmandic/face-api."""
    if not (DATA / pictures.GROUPS).exists():
        pytest.skip("scripts/test fetches the photographs of groups by npm")
    return pictures.groups(DATA / pictures.GROUPS)
