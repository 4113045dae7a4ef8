"""How much memory a large recording, or a large model, takes on its way to S3."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from fakeaws.process import Process
from recordings import STAGING

# runs the program and says, as its last line, how many KiB it took at the most; getrusage would count in the memory of
# the process that started it
_MEASURED = """
import sys
from awsml_cli.main import main
code = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak.split()[1], file=sys.stderr)
sys.exit(code)
"""


def sparse_recording(path: Path, size: int) -> Path:
    """A WAV file of SIZE bytes that takes next to no room on the disk."""
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 2, 48_000, 0, "NONE", ""))
        sound.writeframes(b"\0\0\0\0")
    with path.open("r+b") as file:
        file.truncate(size)
    return path


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_recording_is_staged_in_memory_that_does_not_grow_with_it(awsml_process: Process, tmp_path: Path) -> None:
    aws = awsml_process.server.aws
    assert aws is not None
    aws.bucket(STAGING)
    peaks = []
    for size in (20_000_000, 320_000_000):
        path = sparse_recording(tmp_path / f"{size}.wav", size)
        run = subprocess.run(
            [sys.executable, "-c", _MEASURED, "transcribe", path, "--bucket", STAGING, "--no-wait", "-q"],
            env=awsml_process.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        peaks.append(int(run.stderr.split()[-1]))
    assert peaks[1] - peaks[0] < 100_000, peaks


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_model_is_packed_and_sent_in_memory_that_does_not_grow_with_it(
    awsml_process: Process, tmp_path: Path
) -> None:
    aws = awsml_process.server.aws
    assert aws is not None
    aws.bucket(STAGING)
    peaks = []
    for megabytes in (20, 150):
        folder = tmp_path / f"model-{megabytes}"
        folder.mkdir()
        for part in range(megabytes // 10):
            (folder / f"{part}.bin").write_bytes(os.urandom(10_000_000))  # which does not get smaller
        words = ("sagemaker", "deploy", "--name", "m", "--image", "i:1", "--role", "arn:aws:iam::123456789012:role/r")
        run = subprocess.run(
            [sys.executable, "-c", _MEASURED, *words, "--model-data", folder, "--bucket", STAGING, "--no-wait", "-q"],
            env=awsml_process.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        peaks.append(int(run.stderr.split()[-1]))
    assert peaks[1] - peaks[0] < 110_000, peaks
