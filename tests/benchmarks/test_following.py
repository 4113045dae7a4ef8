"""What following the logs of several machines takes: memory that does not grow with them, and the processor's time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakeaws.process import Process

GROUP = "/aws/sagemaker/TrainingJobs"
HOSTS, RATE = 8, 100  # machines, lines a second of each
# runs the program and says, as its last line, how many KiB it took at the most and how many seconds of the processor;
# getrusage would count in the memory of the process that started it
_MEASURED = """
import sys, time
from awsml_cli.main import main
code = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak.split()[1], time.process_time(), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_eight_logs_are_followed_in_memory_that_does_not_grow_and_a_fraction_of_the_time_they_are_written_in(
    awsml_process: Process,
) -> None:
    aws = awsml_process.server.aws
    assert aws is not None
    peaks, work = [], []
    for seconds in (20, 80):
        now, name = int(time.time() * 1000), f"t{seconds}"
        for host in range(1, HOSTS + 1):
            lines = [
                (now - (seconds * RATE - number) * 10, f"epoch={number} loss={1 / (number + 1):.6f} {'x' * 60}")
                for number in range(seconds * RATE)
            ]
            aws.sagemaker.logs.put(GROUP, f"{name}/algo-{host}-1", lines, "us-east-1")
        run = subprocess.run(
            [sys.executable, "-c", _MEASURED, "sagemaker", "logs", name, "-f", "jsonl"],
            env=awsml_process.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout.count("\n")) == (0, HOSTS * seconds * RATE), run.stderr
        peak, spent = run.stderr.split()[-2:]
        peaks.append(int(peak))
        work.append(float(spent))
    assert peaks[1] - peaks[0] < 16_000, peaks  # KiB; 48,000 lines more
    assert work[1] - work[0] < 60 * 0.2, work  # of 60 seconds more of log
