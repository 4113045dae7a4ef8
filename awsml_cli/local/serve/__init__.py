"""`awsml local serve`: the operations of this machine over HTTP, for `aws`, boto3 and any other SDK."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import util
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import ConfigError, InputError
from awsml_cli.local import jobs
from awsml_cli.local.serve import beyond, routing
from awsml_cli.local.serve.answering import Answering, Ears
from awsml_cli.local.serve.app import App
from awsml_cli.local.serve.doors import Door, is_loopback

__all__ = ["PORT", "Server", "is_loopback"]

PORT: Final = 4566
THREADS: Final = 32  # requests that are answered at the same time; those that wait for a job hold one each
GRACE: Final = 30  # seconds that what is being answered has when the server ends
_AT_ONCE: Final = 1.0  # seconds of these that need no words


class Server:
    """A server that answers until `stop`; `url` is where."""

    def __init__(
        self,
        home: Path,
        *,
        host: str = "127.0.0.1",
        port: int = PORT,
        names: Iterable[str] = (),
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        """Listen at HOST and PORT (0: a free one). NAMES are further names of this machine.

        Raises ConfigError where the server is not installed, InputError where it cannot listen there.
        """
        if util.find_spec("uvicorn") is None:
            raise ConfigError("the server is not installed", hint="pip install 'awsml-cli[serve]'")
        self._home, self._warn = home, warn
        self._socket = _listening(host, port)
        self.port = int(self._socket.getsockname()[1])
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - every address is this one, too
        self.url = f"http://{f'[{near}]' if ':' in near else near}:{self.port}"
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="awsml-serve")
        door = Door([*names, host])
        self._held = contextlib.ExitStack()
        self._held.enter_context(_heard(note))
        self._server = _uvicorn(App(Answering(home, Ears(note, warn)), door, self._threads))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="awsml-serve", daemon=True
        )
        self._thread.start()
        self._threads.submit(routing.learn, beyond.SERVICES)

    def wait(self, seconds: float) -> bool:
        """Wait so long; False once it has ended."""
        self._thread.join(seconds)
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no more requests, and return when those under way are answered, or after GRACE seconds.

        What works for the server ends with it: trainings, and the servers behind endpoints. The next one goes on.
        """
        self._server.should_exit = True
        self._thread.join(_AT_ONCE)
        if self._thread.is_alive():
            self._warn(
                f"ending when what is being answered has been, in {GRACE} s at most; ended again, it does not wait"
            )
        self._thread.join()
        self._held.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        jobs.leave(self._home)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as problem:
        raise InputError(f"`{host}` is no address of this machine: {problem.strerror or problem}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)  # who comes before the server does waits for it
    except OSError as problem:
        listener.close()
        raise InputError(
            f"cannot listen at {host}, port {port}: {problem.strerror or problem}", hint="--port 0 takes a free one"
        ) from None
    return listener


class _Said(logging.Handler):
    """Tells NOTE what the server below us says of itself: to a person it would be a traceback, or a riddle."""

    def __init__(self, note: Callable[[str], None]) -> None:
        super().__init__()
        self._note = note

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        self._note(self.format(record))


@contextlib.contextmanager
def _heard(note: Callable[[str], None]) -> Iterator[None]:
    """What uvicorn logs goes to NOTE, and nowhere else."""
    log, said = logging.getLogger("uvicorn"), _Said(note)
    log.propagate = False
    log.addHandler(said)
    try:
        yield
    finally:
        log.removeHandler(said)


def _uvicorn(app: App) -> Any:
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type, unused-ignore]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who asks is who has the line, whatever a header says
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=60,
        )
    )
