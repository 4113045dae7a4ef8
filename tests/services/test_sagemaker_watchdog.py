"""What is ended by words, as a container is, when the process that began it was killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
BEGINS = """
import os, signal, sys
from awsml_cli.services.sagemaker.watchdog import Watchdog

folder, watchdog = sys.argv[1], Watchdog()
words = lambda name: [sys.executable, "-c", f"open({folder!r} + '/{name}', 'w').close()"]
watchdog.forget(watchdog.watch(0, words("ended")))
watchdog.watch(0, ["no-such-program"])
watchdog.watch(0, words("running"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_words_of_what_ran_are_run_when_it_was_killed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", BEGINS, tmp_path], check=False)
    until = time.monotonic() + 30
    while not (tmp_path / "running").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert [path.name for path in tmp_path.iterdir()] == ["running"]
