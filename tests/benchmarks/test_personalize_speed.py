"""What recommendations on this machine cost, in CPU time: 10,000 users from 1,000,000 interactions, for one core."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from awsml_cli.local.engines import recommend as engine

MINUTE = 60.0  # seconds of CPU, which one core gives in as many seconds
USERS, ITEMS, ROWS = 10_000, 5_000, 1_000_000
WATCH = """
import os, subprocess, sys
with open(sys.argv[1]) as users, open(sys.argv[2], "w") as out:
    child = subprocess.Popen(sys.argv[3:], stdin=users, stdout=out)
    _, status, usage = os.wait4(child.pid, 0)
print(usage.ru_utime + usage.ru_stime, file=sys.stderr)
sys.exit(status != 0)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="CPU time of a child is asked of POSIX")
@pytest.mark.skipif(not engine.DECLARATION.installed(), reason=engine.DECLARATION.install)
def test_ten_thousand_users_from_a_million_interactions_within_a_minute(tmp_path: Path) -> None:
    """The whole command, checked, imported, trained, measured and asked; users have a taste, popular items are many."""
    import numpy as np

    drawn = np.random.default_rng(7)
    users = drawn.integers(0, USERS, ROWS)
    items = ((drawn.pareto(1.2, ROWS) * 40).astype(int) * 7 + users % 7) % ITEMS
    times = 1_600_000_000 + np.arange(ROWS)
    rows = zip(users.tolist(), items.tolist(), times.tolist(), strict=True)
    table = "".join(f"{user},{item},{at}\n" for user, item, at in rows)
    (tmp_path / "interactions.csv").write_text("USER_ID,ITEM_ID,TIMESTAMP\n" + table)
    (tmp_path / "users.txt").write_text("".join(f"{user}\n" for user in range(USERS)))
    words = ["personalize", "run", "interactions.csv", "--batch", "--user", "-", "--limit", "10", "--local", "-y"]
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "users.txt", "out.tsv", sys.executable, "-m", "awsml_cli", *words],
        capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seconds = float(done.stderr.split()[-1])
    told = [line.split("\t") for line in (tmp_path / "out.tsv").read_text().splitlines()]
    print(f"\n{seconds:.1f} s of CPU for {len(told):,} recommendations")
    assert (len(told), len({row[0] for row in told})) == (10 * USERS, USERS)
    assert seconds < MINUTE
