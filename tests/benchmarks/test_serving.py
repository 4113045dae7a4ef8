"""What SageMaker's addresses cost in front of a model: beside an application of FastAPI's that does the least it can."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

SERVER = Path(__file__).parents[2] / "awsml_cli/services/sagemaker/container/server.py"
REQUESTS = 600
MODEL = """
def model_fn(folder):
    return 2.0

def predict_fn(rows, model):
    return [sum(row) * model for row in rows]
"""
LEAST = """
import json, sys, uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

def answer(body):
    return json.dumps([sum(row) * 2.0 for row in json.loads(body)])

async def invoke(request):
    return Response(await run_in_threadpool(answer, await request.body()), media_type="application/json")

async def ping(request):
    return Response()

routes = [Route("/ping", ping), Route("/invocations", invoke, methods=["POST"])]
app = FastAPI(routes=routes, docs_url=None, redoc_url=None, openapi_url=None)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
def test_the_first_ping_and_a_request_take_little_more_than_the_least_application_does(tmp_path: Path) -> None:
    (tmp_path / "model/code").mkdir(parents=True)
    (tmp_path / "model/code/inference.py").write_text(MODEL)
    (tmp_path / "least.py").write_text(LEAST)
    ours = _measured(SERVER, {"SAGEMAKER_BASE_DIR": str(tmp_path), "SAGEMAKER_BIND_TO_HOST": "127.0.0.1"})
    least = _measured(tmp_path / "least.py", {})
    print(
        f"to the first ping {ours[0]:.2f} s of CPU beside {least[0]:.2f} s, a request {ours[1]:.2f} beside {least[1]:.2f} ms"
    )
    assert ours[0] < 2 * least[0] + 0.2
    assert ours[1] < 2.5 * least[1] + 0.2


def _measured(script: Path, variables: Mapping[str, str]) -> tuple[float, float]:
    """The seconds of the processor to the first ping, and the milliseconds for each request."""
    with _served(script, variables) as (pid, port):
        started = _spent(pid)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(REQUESTS):
            line.request("POST", "/invocations", b"[[1.0, 2.0]]", {"Content-Type": "application/json"})
            answer = line.getresponse()
            assert (answer.status, answer.read()) == (200, b"[6.0]")
        line.close()
        return started, (_spent(pid) - started) / REQUESTS * 1000


@contextmanager
def _served(script: Path, variables: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    process = subprocess.Popen([sys.executable, str(script), str(port)], env={**os.environ, **variables})
    try:
        while not _answers(port):
            assert process.poll() is None, "the server has ended"
            time.sleep(0.05)
        yield process.pid, port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/ping")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def _spent(pid: int) -> float:
    """The seconds of the processor that a process has taken."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
