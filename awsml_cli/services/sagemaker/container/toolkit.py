"""The server of a SageMaker container that stands on AWS's toolkit: multi-model-server, with this one in front of it.

Multi-model-server says that it is well as soon as its own process is, while its workers die of a model that cannot be
loaded, and a request then waits for ever. So this server answers SageMaker, and asks the other, at a socket of its own:
`/ping` is 200, with an empty body, while a worker lives that has loaded the model (`sagemaker_worker.py` says so), and
503 else; a model that cannot be loaded ends the server. `/invocations` and a multi-model endpoint's addresses
(`/models…`) are passed on. All that is written lies in a folder of its own below TMPDIR, so that nothing that an
earlier run has left is in the way, and the rest may be read-only.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

JSON = "application/json"
GLANCE = 0.05  # seconds between two looks at what runs
FINISH = 20.0  # seconds that requests may take to be answered after SIGTERM; SageMaker waits 30
ENDING = 5.0  # seconds that multi-model-server may take to end
LARGEST = 104_857_600  # bytes of a request or an answer; SageMaker's own limit is far below, but a batch's is 100 MB
NOT_PASSED = ("connection", "keep-alive", "transfer-encoding", "content-length", "host", "expect", "date", "server")
SETTINGS = """inference_address=unix:{place}
management_address=unix:{place}
default_service_handler=sagemaker_worker:handle
decode_input_request=false
max_request_size={largest}
max_response_size={largest}
"""
LOGGING = """<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="error">
  <Appenders>
    <Console name="log" target="SYSTEM_ERR">
      <RegexFilter regex="(attachIOStreams|Stopped Scanner).*" onMatch="DENY" onMismatch="NEUTRAL"/>
      <PatternLayout pattern="%m%n"/>
    </Console>
  </Appenders>
  <Loggers>
    <Logger name="ACCESS_LOG" level="off"/>
    <Logger name="MODEL_METRICS" level="off"/>
    <Logger name="MMS_METRICS" level="off"/>
    <Logger name="io.netty" level="error"/>
    <Logger name="com.amazonaws.ml.mms" level="error"/>
    <Logger name="com.amazonaws.ml.mms.wlm.WorkerLifeCycle" level="info"/>
    <Root level="warn"><AppenderRef ref="log"/></Root>
  </Loggers>
</Configuration>
"""


class Line(http.client.HTTPConnection):
    """A line to the socket PLACE: multi-model-server takes no port above 32767, where the free ones are."""

    def __init__(self, place: Path) -> None:
        super().__init__("localhost")
        self._place = place

    def connect(self) -> None:
        """Open it."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._place))


class Toolkit:
    """Multi-model-server with its workers, in FOLDER; MULTIPLE models, or the one below BASE."""

    def __init__(self, folder: Path, base: Path, *, multiple: bool) -> None:
        self.multiple = multiple
        self._folder = folder
        self._place = folder / "mms.sock"
        (folder / "config.properties").write_text(_settings(self._place), encoding="utf-8")
        (folder / "log4j2.xml").write_text(LOGGING, encoding="utf-8")
        words = [sys.executable, "-m", "mms.model_server", "--start", "--foreground", "--model-store", "/"]
        words += ["--mms-config", str(folder / "config.properties"), "--log-config", str(folder / "log4j2.xml")]
        if not multiple:
            words += ["--models", f"model={base / 'model'}"]
        self._process = subprocess.Popen(words, env=self._variables(), cwd=folder, stdin=subprocess.DEVNULL)

    @property
    def ready(self) -> bool:
        """Whether a request could be answered."""
        if self._process.poll() is not None:
            return False
        if self.multiple:
            return self._answers()
        return any(_lives(int(path.name.partition("-")[2])) for path in self._folder.glob("loaded-*"))

    @property
    def broken(self) -> str:
        """Why it will never answer, or nothing."""
        if self._process.poll() is not None:
            return f"multi-model-server has ended with exit code {self._process.returncode}"
        return next((path.read_text(encoding="utf-8").rstrip() for path in self._folder.glob("failed-*")), "")

    def line(self) -> http.client.HTTPConnection:
        """A line to it, not opened yet."""
        return Line(self._place)

    def end(self) -> None:
        """End it with all its workers, which are in this process's group."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with contextlib.suppress(OSError):
            os.killpg(0, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING)

    def _answers(self) -> bool:
        line = self.line()
        try:
            line.request("GET", "/ping")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _variables(self) -> dict[str, str]:
        here = str(Path(__file__).resolve().parent)
        return {
            **os.environ,
            **({} if self.multiple else {"SAGEMAKER_WORKER_STATE": str(self._folder)}),
            "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self._folder),
            "TEMP": str(self._folder),
        }


class Front(BaseHTTPRequestHandler):
    """What answers SageMaker: about itself here, about the model by asking the toolkit."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer is one packet, head and body
    toolkit: Toolkit
    busy: ClassVar[set[int]] = set()  # who waits for an answer
    _line: http.client.HTTPConnection | None = None

    def do_GET(self) -> None:
        """Answer, or ask."""
        body = self._body()
        if self.path == "/ping":
            self._answer(200 if self.toolkit.ready else 503)
        elif self.path == "/execution-parameters":
            limits = {"MaxConcurrentTransforms": 1, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 6}
            self._answer(200, json.dumps(limits).encode())
        else:
            self._pass_on(body)

    def do_POST(self) -> None:
        """Ask."""
        self._pass_on(self._body())

    def do_DELETE(self) -> None:
        """Ask."""
        self._pass_on(self._body())

    def log_message(self, format: str, *words: Any) -> None:
        """Write nothing: SageMaker pings for ever."""

    def finish(self) -> None:
        """Close what was opened for this asker."""
        super().finish()
        if self._line is not None:
            self._line.close()

    def _pass_on(self, body: bytes) -> None:
        if not self.toolkit.multiple and not self.toolkit.ready:
            self._answer(503, json.dumps({"error": "the model is being loaded"}).encode())
            return
        heads = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED}
        if self.path.startswith("/invocations"):
            heads.setdefault("Content-Type", JSON)
        self.busy.add(id(self))
        try:
            got, content = self._asked(body, heads)
        except (OSError, http.client.HTTPException) as problem:
            self._answer(503, json.dumps({"error": f"the worker broke off: {problem}"}).encode())
        else:
            more = {name: value for name, value in got.getheaders() if name.lower() not in NOT_PASSED}
            self._answer(got.status, content, more)
        finally:
            self.busy.discard(id(self))

    def _asked(self, body: bytes, heads: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """What the toolkit answers, over one line for each of ours."""
        used = self._line is not None
        self._line = self._line or self.toolkit.line()
        try:
            self._line.request(self.command, self.path, body, heads)
            got = self._line.getresponse()
        except ConnectionError:
            self._line.close()
            self._line = None
            if not used:
                raise
            return self._asked(body, heads)  # the line was idle, and had been closed meanwhile
        return got, got.read()

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Any:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _answer(self, status: int, content: bytes = b"", heads: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (heads if heads is not None else {"Content-Type": JSON} if content else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


class Listening(ThreadingHTTPServer):
    """The front with its threads."""

    daemon_threads = True
    request_queue_size = 128


def main(port: int) -> int:
    """Serve the model below /opt/ml until SIGTERM; the exit code."""
    if check():
        return 1
    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    multiple = os.environ.get("SAGEMAKER_MULTI_MODEL", "").lower() == "true"
    host = os.environ.get("SAGEMAKER_BIND_TO_HOST", "0.0.0.0")  # noqa: S104 - a container is reached from outside it
    told = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    folder = Path(tempfile.mkdtemp(prefix="toolkit-"))
    toolkit = Toolkit(folder, base, multiple=multiple)
    try:
        Front.toolkit = toolkit
        server = Listening((host, port), Front)
        threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True).start()
        why = _watch(toolkit, told, server)
    finally:
        toolkit.end()
        shutil.rmtree(folder, ignore_errors=True)
    if why:
        sys.stderr.write(f"{why}\n")
    return 1 if why else 0


def lacking() -> str:
    """What of the toolkit is not here, or nothing."""
    java = os.environ.get("JAVA_HOME")
    if shutil.which(f"{java}/bin/java" if java else "java") is None:
        return "there is no Java, which multi-model-server needs: apt-get install default-jre-headless"
    absent = [name for name in ("sagemaker_inference", "mms") if importlib.util.find_spec(name) is None]
    return f"there is no module {absent[0]}: pip install sagemaker-inference multi-model-server" if absent else ""


def check() -> int:
    """Say what of the toolkit is not here; the exit code is 1 where anything is not."""
    missing = lacking()
    sys.stderr.write(f"{missing}\n" if missing else "")
    return 1 if missing else 0


def _watch(toolkit: Toolkit, told: threading.Event, server: Listening) -> str:
    """Wait until it is TOLD to stop, and for what is busy then; or until the toolkit is broken, and why."""
    while not told.wait(GLANCE):
        if why := toolkit.broken:
            return why
    server.shutdown()
    pause = threading.Event()
    for _ in range(int(FINISH / GLANCE)):
        if not Front.busy:
            break
        pause.wait(GLANCE)
    return ""


def _settings(place: Path) -> str:
    """What multi-model-server is told, with the variables of AWS's toolkit that say how."""
    lines = SETTINGS.format(place=place, largest=LARGEST)
    for variable, name in (
        ("SAGEMAKER_MODEL_SERVER_WORKERS", "default_workers_per_model"),
        ("SAGEMAKER_MODEL_SERVER_TIMEOUT", "default_response_timeout"),
        ("SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS", "default_response_timeout_seconds"),
        ("SAGEMAKER_MODEL_SERVER_VMARGS", "vmargs"),
    ):
        if os.environ.get(variable):
            lines += f"{name}={os.environ[variable]}\n"
    return lines


def _lives(pid: int) -> bool:
    """Whether a worker runs; one that has died may not have been collected yet."""
    import psutil  # multi-model-server needs it, too

    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1] == "check" else main(int(sys.argv[1])))
