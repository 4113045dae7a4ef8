"""What many pictures cost beside a bare boto3 loop with as many threads, in instructions, and how full they keep the line.

Both run in processes of their own, against a server in a third, which counts how many requests it has at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.callgrind import instructions

pytest.importorskip("PIL", reason="pip install '.[pages]'")

PICTURES = 1_000
COUNTED = (2, 12)  # pictures, under callgrind
THREADS = 16

SERVER = """
import json, socketserver, sys, threading, time
LABELS = [{"Name": f"Label{n}", "Confidence": 99 - n, "Instances": [{"BoundingBox": {"Width": 0.1, "Height": 0.1,
    "Left": 0.1, "Top": 0.1}, "Confidence": 90}], "Parents": [{"Name": "Thing"}], "Aliases": [],
    "Categories": [{"Name": "Things"}]} for n in range(15)]
BODY = json.dumps({"Labels": LABELS, "LabelModelVersion": "3.0"}).encode()
lock = threading.Lock()
state = {"now": 0, "most": 0, "area": 0.0, "since": None, "first": None, "last": None, "served": 0}
def moved(step):
    with lock:
        at = time.monotonic()
        if state["since"] is not None:
            state["area"] += state["now"] * (at - state["since"])
        state["since"] = state["last"] = at
        state["first"] = state["first"] or at
        state["now"] += step
        state["most"] = max(state["most"], state["now"])
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            length = 0
            asked = line.startswith(b"GET")
            while (line := self.rfile.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if asked:
                with lock:
                    body = json.dumps(state).encode()
                    state.update(now=0, most=0, area=0.0, since=None, first=None, last=None, served=0)
            else:
                moved(+1)
                self.rfile.read(length)
                time.sleep(float(sys.argv[1]))
                moved(-1)
                state["served"] += 1
                body = BODY
            head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/x-amz-json-1.1\\r\\nContent-Length: %d\\r\\n\\r\\n"
            self.wfile.write(head % len(body) + body)
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

BARE = """
import boto3, json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from botocore.config import Config
client = boto3.client("rekognition", config=Config(max_pool_connections=32))
def look(path):
    return client.detect_labels(Image={"Bytes": path.read_bytes()})
with ThreadPoolExecutor(int(sys.argv[2])) as pool:
    paths = sorted(Path(sys.argv[1]).iterdir())
    for path, answer in zip(paths, pool.map(look, paths)):
        for label in answer["Labels"]:
            print(path, label["Name"], round(label["Confidence"], 1), len(label["Instances"]), sep="\\t")
"""

WATCH = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(status != 0)
"""


@contextmanager
def serving(seconds: float) -> Iterator[int]:
    """The port of a server that answers after so many SECONDS."""
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(seconds)], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def environment(port: int, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def photographs(folder: Path, count: int, *, size: tuple[int, int] = (960, 720)) -> Path:
    """So many pictures, of some 370 KB if nothing else is said, no two the same."""
    import numpy
    from PIL import Image

    folder.mkdir()
    grains = numpy.random.default_rng(1).integers(0, 255, (240, 320, 3), dtype=numpy.uint8)
    path = folder / "first.jpg"
    Image.fromarray(grains).resize(size).save(path, quality=88)
    data = path.read_bytes()
    path.unlink()
    for number in range(count):  # a comment behind the head makes each another file
        comment = b"\xff\xfe" + (2 + 8).to_bytes(2, "big") + f"{number:08}".encode()
        (folder / f"{number:04}.jpg").write_bytes(data[:2] + comment + data[2:])
    return folder


def used(command: list[str], out: Path, env: dict[str, str]) -> tuple[float, int]:
    """CPU seconds and peak memory in KiB of COMMAND, seen by a small process, whose own memory is the floor."""
    with out.open("wb") as sink:
        watch = [sys.executable, "-c", WATCH, *command]
        child = subprocess.run(watch, stdout=sink, stderr=subprocess.PIPE, env=env, check=True)
    seconds, peak = child.stderr.decode().splitlines()[-1].split()
    return float(seconds), int(peak)


def line(port: int) -> dict[str, float]:
    """How full the server was since it was last asked."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        found: dict[str, float] = json.load(answer)
    return found


def bare(folder: Path) -> list[str]:
    return [sys.executable, "-c", BARE, str(folder), str(THREADS)]


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "awsml_cli", "rekognition", "labels", str(folder), "-j", str(THREADS)]


@pytest.mark.slow
@pytest.mark.timeout(900)  # callgrind takes fifty times as long
def test_pictures_cost_little_more_than_their_calls(tmp_path: Path) -> None:
    few, many = (photographs(tmp_path / f"{count}", count) for count in COUNTED)
    costs = {}
    with serving(0.01) as port:
        for name, words in (("bare", bare), ("ours", command)):
            homes = (
                environment(port, tmp_path / f"{name}{number}") for number in range(3)
            )  # nothing is known from before
            used(words(few), tmp_path / "first", next(homes))  # compiles what nothing has loaded yet
            counts = [instructions(words(folder), next(homes)) for folder in (many, few)]
            assert [written.count("\n") for _, written in counts] == [15 * count for count in reversed(COUNTED)]
            costs[name] = counts[0][0] - counts[1][0]
        assert line(port)["served"] == 2 * (2 * COUNTED[0] + COUNTED[1])
    print(f"{costs['ours'] / costs['bare']:.2f} times the instructions of a bare loop")
    assert costs["ours"] <= 1.5 * costs["bare"]


@pytest.mark.slow
def test_a_thousand_pictures_take_no_more_than_twice_the_memory_of_a_bare_loop(tmp_path: Path) -> None:
    folder = photographs(tmp_path / "photos", PICTURES)
    with serving(0.1) as port:
        (_, theirs), (seconds, peak) = (
            used(words(folder), tmp_path / "out", environment(port, tmp_path / "home")) for words in (bare, command)
        )
        assert line(port)["served"] == PICTURES * 2
    print(f"{seconds / PICTURES * 1000:.2f} ms CPU a picture; {peak / 1024:.0f} MiB ({theirs / 1024:.0f})")
    assert (tmp_path / "out").read_bytes().count(b"\n") == PICTURES * 15
    assert peak < 2 * theirs


@pytest.mark.slow
def test_the_line_is_kept_full(tmp_path: Path) -> None:
    """With small pictures, so that this machine is not what holds them up."""
    folder = photographs(tmp_path / "photos", 500, size=(96, 96))
    with serving(0.3) as port:
        used(command(folder), tmp_path / "out", environment(port, tmp_path / "home"))
        full = line(port)
    mean = full["area"] / (full["last"] - full["first"])
    print(f"{mean:.1f} of {THREADS} under way on average, {full['most']:.0f} at most")
    assert (full["served"], full["most"]) == (500, THREADS)
    assert mean >= 0.85 * THREADS
