"""What checking a table of series costs beside Python's own csv reader, in CPU time, and what it takes of memory."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

BARE = """
import csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in csv.reader(file):
        pass
"""
WATCH = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(status != 0)
"""
ROUNDS = 8  # of which the best of each counts
OURS = ["-m", "awsml_cli", "forecast", "check"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million and a half rows: 2,000 series of 750 days."""
    path = tmp_path_factory.mktemp("series") / "big.csv"
    days = [str(date(2022, 1, 1) + timedelta(n)) for n in range(750)]
    with path.open("w") as file:
        file.write("date,sku,units\n")
        for number in range(2000):
            file.write("".join(f"{day},sku_{number:05},{number * 7919 % 500}\n" for day in days))
    return path


def cost(*words: str | Path) -> tuple[float, int]:
    """Seconds of CPU and kilobytes of memory that Python with WORDS takes."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, sys.executable, *words],
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    seconds, memory = done.stderr.split()[-2:]
    return float(seconds), int(memory)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="CPU time of a child is asked of POSIX")
def test_it_is_at_least_a_third_as_fast_as_the_csv_reader(table: Path, tmp_path: Path) -> None:
    """What the rows cost, without the start of either program; until noise no longer hides it."""
    few = tmp_path / "few.csv"
    few.write_text("".join(table.read_text().splitlines(keepends=True)[:751]))
    runs = [("-c", BARE, table), ("-c", BARE, few), (*OURS, table), (*OURS, few)]
    seconds = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        seconds = [min(best, cost(*words)[0]) for best, words in zip(seconds, runs, strict=True)]
        bare, ours = seconds[0] - seconds[1], seconds[2] - seconds[3]
        if ours <= 3 * bare:
            break
    print(f"\n{table.stat().st_size / 1e6:.0f} MB: {bare:.2f} s bare, {ours:.2f} s checked, {ours / bare:.2f} times")
    assert ours <= 3 * bare


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the memory of a child is asked of POSIX")
def test_memory_does_not_grow_with_the_rows(table: Path, tmp_path: Path) -> None:
    lines = table.read_text().splitlines(keepends=True)
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text(lines[0] + "".join(lines[1:60_001]))
    start = date(2000, 1, 1)
    with large.open("w") as file:  # one series of 1.4 million quarters of an hour
        file.write("time,units\n")
        for day in range(14_600):
            at = start + timedelta(day)
            file.write("".join(f"{at} {n // 4:02}:{n % 4 * 15:02},{n}\n" for n in range(96)))
    few, many = cost(*OURS, small)[1], cost(*OURS, large)[1]
    print(f"\n{few / 1024:.0f} MB for 60,000 rows, {many / 1024:.0f} MB for 1,400,000")
    assert many < few * 1.5
