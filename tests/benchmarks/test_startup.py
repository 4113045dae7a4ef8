"""What it costs to start: instructions, counted by callgrind, since they do not depend on the machine or its load."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.callgrind import instructions

GOAL = 0.25  # of `aws --version`


@pytest.mark.slow
def test_help_costs_at_most_a_quarter_of_what_aws_needs_for_its_version(tmp_path: Path) -> None:
    if shutil.which(aws()) is None:
        pytest.skip("aws is not installed")
    ours = counted("-m", "awsml_cli", "--help", home=tmp_path)
    theirs = counted(aws(), "--version", home=tmp_path)
    assert ours / theirs <= GOAL, f"{ours:,} of {theirs:,} instructions"


def aws() -> str:
    """AWS's own command, where the tests are installed."""
    return str(Path(sys.executable).with_name("aws"))


def counted(*words: str, home: Path) -> int:
    """The instructions that Python executes for WORDS, its bytecode having been compiled by a first run."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    subprocess.run([sys.executable, *words], env=env, capture_output=True, check=True)
    return instructions([sys.executable, *words], env)[0]
