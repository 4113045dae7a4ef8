from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from awsml_cli.local.lock import Lock
from awsml_cli.local.store import BUCKET, Store

WRITER = """
import sys
from pathlib import Path
from awsml_cli.local.store import BUCKET, Store
store, me = Store(Path(sys.argv[1])), sys.argv[2]
taken = 0
for number in range(60):
    store.put(BUCKET, f"{me}/{number}", me.encode())
    store.put(BUCKET, "shared", (me * 1000).encode())
    taken += store.add_document("job", str(number), {"by": me})
    store.set_document("seen", me, {"number": number})
print(taken)
"""


def test_two_processes_lose_nothing(tmp_path: Path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE) for name in "ab"
    ]
    taken = [int(writer.communicate()[0]) for writer in writers]

    store = Store(tmp_path)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sum(taken) == 60
    assert [len(store.objects(BUCKET, prefix=f"{name}/")) for name in "ab"] == [60, 60]
    assert [store.document("seen", name) for name in "ab"] == [{"number": 59}] * 2
    shared = store.get(BUCKET, "shared")
    assert shared is not None
    assert shared.path.read_bytes() in (b"a" * 1000, b"b" * 1000)
    assert len(list((tmp_path / "objects").iterdir())) == 121


def test_a_lock_is_one_s_own_until_it_is_released(tmp_path: Path):
    lock = Lock.take(tmp_path / "lock")
    second = Lock.take(tmp_path / "lock")
    assert lock is not None
    lock.release()
    third = Lock.take(tmp_path / "lock")

    assert (second, third is not None) == (None, True)


def test_a_lock_dies_with_its_process(tmp_path: Path):
    code = f"import os, signal\nfrom pathlib import Path\nfrom awsml_cli.local.lock import Lock\nprint(Lock.take(Path({str(tmp_path / 'lock')!r})) is not None, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stdout

    assert told == b"True\n"
    assert Lock.take(tmp_path / "lock") is not None
