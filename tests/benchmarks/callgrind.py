"""What a command executes, counted by callgrind: seconds of threads on a busy machine are never the same twice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def instructions(command: Sequence[str], env: Mapping[str, str], given: Path | None = None) -> tuple[int, str]:
    """The instructions of COMMAND with the file GIVEN as its input, and what it wrote; skips where valgrind is not."""
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    counting = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    with open(given or os.devnull, "rb") as source:
        done = subprocess.run(
            [*counting, *command],
            stdin=source,
            capture_output=True,
            text=True,
            check=True,
            env={**env, "PYTHONHASHSEED": "0"},
        )
    found = _COUNTED.search(done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", "")), done.stdout
