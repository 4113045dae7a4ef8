"""The README's two commands: one transcribes the sample, the other is what CI runs."""

from __future__ import annotations

import os
import shutil
import subprocess

import jiwer
import pytest
from house import ROOT


@pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are bash")
@pytest.mark.skipif(
    not (ROOT / ".venv/bin/python").exists(), reason="there is no .venv here; scripts/try would install"
)
def test_the_first_command_transcribes_the_sample() -> None:
    done = subprocess.run(
        ["bash", "scripts/try"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    spoken = (ROOT / "samples/talk.txt").read_text(encoding="utf-8")
    plain = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])
    wrong = jiwer.wer(spoken, done.stdout, reference_transform=plain, hypothesis_transform=plain)
    assert (done.returncode, wrong < 0.15) == (0, True), done.stderr


def test_the_second_is_what_ci_runs_and_checks_everything() -> None:
    ci, script = (ROOT / ".ci/run").read_text(), (ROOT / "scripts/test").read_text()
    wanted = (
        "check ruff check",
        "check ruff format --check",
        "check mypy",
        "check lint-imports",
        "generate.py --check",
    )
    assert "scripts/test" in ci
    assert [one for one in (*wanted, "python -m pytest") if one not in script] == []
