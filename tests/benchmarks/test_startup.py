"""What it costs to start: instructions, counted by callgrind, since they do not depend on the machine or its load."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GOAL = 0.25  # of `aws --version`
COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


@pytest.mark.slow
def test_help_costs_at_most_a_quarter_of_what_aws_needs_for_its_version(tmp_path: Path) -> None:
    for tool in ("valgrind", aws()):
        if shutil.which(tool) is None:
            pytest.skip(f"{Path(tool).name} is not installed")
    ours = instructions("-m", "awsml_cli", "--help", home=tmp_path)
    theirs = instructions(aws(), "--version", home=tmp_path)
    assert ours / theirs <= GOAL, f"{ours:,} of {theirs:,} instructions"


def aws() -> str:
    """AWS's own command, where the tests are installed."""
    return str(Path(sys.executable).with_name("aws"))


def instructions(*words: str, home: Path) -> int:
    """The instructions that Python executes for WORDS, its bytecode having been compiled by a first run."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, *words], env=env, capture_output=True, check=True)
    counting = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    done = subprocess.run([*counting, sys.executable, *words], env=env, capture_output=True, text=True, check=True)
    found = COUNTED.search(done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", ""))
