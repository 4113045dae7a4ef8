"""SageMaker's contract of containers, as a test report: what an image has to do before an endpoint can live on it.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import http.client
import json
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from awsml_cli.core.errors import AwsmlError, JobFailed
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import processes
from awsml_cli.services.sagemaker.containers import hosting
from awsml_cli.services.sagemaker.containers.hosting import Containers
from awsml_cli.services.sagemaker.local import runners, serving
from awsml_cli.services.sagemaker.processes import Host

# all in real time, which is what is measured
CONNECT: Final = 0.250  # seconds
PING: Final = 2.0  # seconds
ANSWER: Final = 60.0  # seconds
GRACE: Final = 30.0  # seconds
SERVERLESS_BYTES: Final = 10 * 1024**3
PINGS: Final = 20
MULTI: Final = "com.amazonaws.sagemaker.capabilities.multi-models"
UNPRIVILEGED: Final = ("--user", "1000:1000", "--read-only", "--tmpfs", "/tmp")  # noqa: S108


class Check(Record):
    """One promise of the contract: `result` is pass, fail or skip."""

    columns: ClassVar = ("check", "result", "detail")

    check: str
    result: str
    detail: str


@dataclass(frozen=True)
class Question:
    """What is asked of the model, to see whether it answers."""

    body: bytes
    content_type: str


def report(
    session: Session, runner: Containers, model: Path, question: Question | None, *, startup: float
) -> Iterator[Check]:
    """Each promise as it is looked at."""
    about = runner.engine.inspect(runner.image)
    yield from _still(about)
    with tempfile.TemporaryDirectory(prefix="awsml-check-") as made:
        folder = Path(made)
        serving.prepare(runner, model, folder, code=False)
        yield from _running(session, runner, folder, question, startup)
        yield from _unprivileged(session, runner, folder, startup)
        if hosting.labels(about).get(MULTI) == "true":
            yield from _several(session, runner, folder, startup)
        else:
            yield _skip("multi-model routes", f"no label {MULTI}")


def _still(about: Mapping[str, Any]) -> Iterator[Check]:
    """What an image says of itself."""
    document = about.get("Docker") if isinstance(about.get("Docker"), Mapping) else about
    assert isinstance(document, Mapping)
    platform = (
        f"{document.get('Os') or document.get('os')}/{document.get('Architecture') or document.get('architecture')}"
    )
    yield _check("platform", platform == "linux/amd64", platform)
    config = document.get("Config") or document.get("config") or {}
    entry = list(config.get("Entrypoint") or []) + list(config.get("Cmd") or [])
    shell = entry[:2] in (["/bin/sh", "-c"], ["sh", "-c"])
    yield _check("entry point takes `serve`", bool(entry) and not shell, json.dumps(entry))
    size = int(about.get("Size") or 0)
    if size:
        yield _check("size for serverless", size <= SERVERLESS_BYTES, f"{size / 1e9:.2f} GB of at most 10")
    else:
        yield _skip("size for serverless", "the engine does not tell")
    port = hosting.labels(about).get(hosting.PORT_LABEL)
    yield _check("port by SAGEMAKER_BIND_TO_PORT", port == "true", f"{hosting.PORT_LABEL}={port}")


def _running(
    session: Session, runner: Containers, folder: Path, question: Question | None, startup: float
) -> Iterator[Check]:
    begun = time.monotonic()
    try:
        with _up(session, runner, folder, startup) as (host, port):
            yield _check("ping", True, f"200 after {time.monotonic() - begun:.2f} s")
            yield _check(
                "ping has an empty body", _get(port, "/ping")[1] == b"", f"{len(_get(port, '/ping')[1])} bytes"
            )
            yield _question(port, question)
            waits = [_timed(lambda: socket.create_connection(("127.0.0.1", port), 5).close()) for _ in range(PINGS)]
            yield _check("connection within 250 ms", max(waits) <= CONNECT, f"at most {max(waits) * 1000:.0f} ms")
            waits = [_timed(lambda: _get(port, "/ping")) for _ in range(PINGS)]
            yield _check("ping within 2 s", max(waits) <= PING, f"at most {max(waits) * 1000:.0f} ms")
            begun = time.monotonic()
            host.stop(GRACE)
            _wait(host, GRACE + 5)
            took, code = time.monotonic() - begun, host.code
            good = code is not None and code != 137 and took < GRACE
            yield _check("SIGTERM is honoured", good, f"ended with {code} after {took:.1f} s")
    except JobFailed as failure:
        yield _check("ping", False, failure.message)


def _question(port: int, question: Question | None) -> Check:
    """Whether the first ping kept its word: with it, the model must be loaded."""
    if question is None:
        return _skip("answer within 60 s", "no --data to ask")
    begun = time.monotonic()
    try:
        got = serving.ask(port, question.body, content_type=question.content_type, accept="*/*", timeout=ANSWER)
    except AwsmlError as error:
        return _check("answer within 60 s", False, error.message)
    good = got.status == 200
    return _check(
        "answer within 60 s", good, f"{got.status} after {time.monotonic() - begun:.2f} s, {len(got.body)} bytes"
    )


def _unprivileged(session: Session, runner: Containers, folder: Path, startup: float) -> Iterator[Check]:
    name = "runs as a user, read-only (serverless)"
    try:
        with _up(session, replace(runner, options=UNPRIVILEGED), folder, startup):
            yield _check(name, True, "ping 200")
    except JobFailed as failure:
        yield _check(name, False, failure.message)


def _several(session: Session, runner: Containers, folder: Path, startup: float) -> Iterator[Check]:
    name = "multi-model routes"
    asked = json.dumps({"model_name": "m", "url": "/opt/ml/model"}).encode()
    try:
        with _up(session, runner, folder, startup, {"SAGEMAKER_MULTI_MODEL": "true"}) as (_, port):
            wanted = [
                ("POST", "/models", asked, 200), ("POST", "/models", asked, 409), ("GET", "/models", b"", 200),
                ("GET", "/models/m", b"", 200), ("GET", "/models/x", b"", 404),
                ("DELETE", "/models/m", b"", 200), ("DELETE", "/models/m", b"", 404),
            ]  # fmt: skip
            wrong = [
                f"{method} {path}: {got} instead of {status}"
                for method, path, body, status in wanted
                if (got := _send(port, method, path, body)) != status
            ]
            yield _check(name, not wrong, "; ".join(wrong) or f"{len(wanted)} as they should be")
    except JobFailed as failure:
        yield _check(name, False, failure.message)


@contextmanager
def _up(
    session: Session, runner: Containers, folder: Path, startup: float, variables: Mapping[str, str] | None = None
) -> Iterator[tuple[Host, int]]:
    port = runners.free_port()
    host = runner.start("check", "algo-1", folder, dict(variables or {}), port=port)
    try:
        serving.until_ready(session, serving.Server(host, processes.Log([host]), port), startup, talks=False)
        yield host, port
    finally:
        host.kill()


def _wait(host: Host, patience: float) -> None:
    deadline = time.monotonic() + patience
    while host.code is None and time.monotonic() < deadline:
        processes.pause()


def _timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _get(port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()


def _send(port: int, method: str, path: str, body: bytes) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER)
    try:
        line.request(method, path, body, {"Content-Type": "application/json"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def _check(name: str, good: bool, detail: str) -> Check:
    return Check(check=name, result="pass" if good else "fail", detail=detail)


def _skip(name: str, why: str) -> Check:
    return Check(check=name, result="skip", detail=why)
