"""Other programs, run from here: by a list of words, never by a shell; only the watchdog is started elsewhere."""

from __future__ import annotations

import contextlib
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError, JobFailed
from awsml_cli.services.sagemaker.watchdog import Watchdog

GLANCE = 0.2  # seconds between two looks at what runs
PIPE_HELD = 2.0  # seconds that the output of an ended process is waited for
AFTER_KILL = 10.0  # seconds that a killed process may take to be gone
WAITING = 10_000  # lines that nobody has read yet; a process that writes more is held up
_watchdog = Watchdog()


@dataclass(frozen=True)
class Line:
    """A line that HOST wrote, at so many seconds of the epoch; None of TEXT is the end of what it writes."""

    host: str
    text: str | None
    at: float


@dataclass(frozen=True)
class Done:
    """How a program ended, and what it said."""

    code: int
    stdout: bytes
    stderr: str


def shown(words: Sequence[str]) -> str:
    """WORDS as they would be typed."""
    return shlex.join(words)


def run(
    words: Sequence[str], *, stdin: bytes = b"", env: Mapping[str, str] | None = None, folder: Path | None = None
) -> Done:
    """Run WORDS to the end, with STDIN, and variables ENV beside those of this process.

    Raises ConfigError where the program is not there.
    """
    try:
        done = subprocess.run(
            list(words), input=stdin, env=_environment(env), cwd=folder, capture_output=True, check=False
        )
    except OSError as problem:
        raise ConfigError(f"{words[0]} cannot be run: {problem.strerror or problem}") from None
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def told(
    words: Sequence[str],
    tell: Callable[[str], None],
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run WORDS to the end and TELL each line as it comes. Raises JobFailed, with the last lines, where WHAT failed."""
    host = Host.started("", words, env=env, folder=folder, session=False)
    last: list[str] = []
    try:
        for line in Log([host]):
            if line is not None and line.text is not None:
                tell(line.text)
                last = [*last[-7:], line.text]
    except BaseException:
        host.kill()
        raise
    if host.code:
        raise JobFailed(f"{what} failed: {words[0]} ended with exit code {host.code}", hint=" | ".join(last) or None)


class Host:
    """A process that runs as one of several, and the queue that it writes its lines to.

    STOP and KILL say how it is asked to end, and made to; without them the process gets the signals itself. With a
    SESSION of its own, what is killed is its group. WATCHED, it does not outlive this process, however that ends.
    """

    def __init__(
        self,
        name: str,
        process: subprocess.Popen[bytes],
        *,
        stop: Callable[[float], None] | None = None,
        kill: Callable[[], None] | None = None,
        session: bool = False,
        watched: int | None = None,
    ) -> None:
        self.name = name
        self.process = process
        self._session, self._watched = session, watched
        self._stop, self._kill = stop, kill

    @classmethod
    def started(
        cls,
        name: str,
        words: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        session: bool = True,
        stop: Callable[[float], None] | None = None,
        kill: Callable[[], None] | None = None,
        ends: Sequence[str] | None = None,
    ) -> Host:
        """Start WORDS as NAME; in a SESSION of its own, Ctrl-C at this terminal does not reach it.

        ENDS are the words that end it when this process was killed; none, and it gets the signals itself.
        """
        try:
            process = subprocess.Popen(
                list(words),
                env=_environment(env),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=session,
            )
        except OSError as problem:
            raise ConfigError(f"{words[0]} cannot be run: {problem.strerror or problem}") from None
        watched = None if ends is None else _watchdog.watch(process.pid, ends)
        return cls(name, process, stop=stop, kill=kill, session=session, watched=watched)

    @property
    def code(self) -> int | None:
        """The exit code as a shell gives it; None while it runs."""
        code = self.process.poll()
        if code is not None:
            self._forget()
        return 128 - code if code is not None and code < 0 else code

    def stop(self, grace: float) -> None:
        """Ask it to end, which it may take GRACE seconds for; returns at once."""
        if self._stop is not None:
            threading.Thread(target=self._stop, args=(grace,), daemon=True).start()
        else:
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, whatever it is doing, and wait until it is gone."""
        if self._kill is not None:
            self._kill()
        for _ in range(2 if self._kill is None else 0):  # told twice, our first process kills what it started
            if self.process.poll() is None:
                self._signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(1)
        if self.process.poll() is None and self._session and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        elif self.process.poll() is None:
            self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(AFTER_KILL)
        self._forget()

    def _forget(self) -> None:
        if self._watched is not None:
            _watchdog.forget(self._watched)
            self._watched = None

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)


class Log:
    """What HOSTS write, as it comes, until all have ended; None wherever nothing came for a moment.

    Whoever was interrupted while reading can go on reading where that was.
    """

    def __init__(self, hosts: Sequence[Host]) -> None:
        self._waiting: queue.Queue[Line] = queue.Queue(maxsize=WAITING)
        self._left = {host.name: host for host in hosts}
        self._silent = dict.fromkeys(self._left, 0)
        for host in hosts:
            threading.Thread(target=_read, args=(host, self._waiting), daemon=True).start()

    def __iter__(self) -> Iterator[Line | None]:
        while self._left:
            try:
                line = self._waiting.get(timeout=GLANCE)
            except queue.Empty:
                self._forget_ended()
                yield None
                continue
            if line.text is None:
                host = self._left.pop(line.host, None)
                if host is not None:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        host.process.wait(AFTER_KILL)
                yield None
            else:
                yield line

    def _forget_ended(self) -> None:
        """Wait no longer for hosts that have ended, though something they started still holds their pipe."""
        for name, host in list(self._left.items()):
            self._silent[name] += host.code is not None
            if self._silent[name] > PIPE_HELD / GLANCE:
                del self._left[name]


def detached(words: Sequence[str], *, env: Mapping[str, str], log: Path) -> int:
    """Start WORDS so that it outlives this process, writing to LOG; its process id."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            list(words),
            env=_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process.pid


def is_alive(pid: int) -> bool:
    """Whether the process PID runs; one that has ended and was not collected does not."""
    with contextlib.suppress(ChildProcessError, OSError, AttributeError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def end(pid: int, *, grace: float) -> None:
    """Ask the process PID to end, and after GRACE seconds make it."""
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGTERM, 1.0), (getattr(signal, "SIGKILL", 9), 1.0)):
        with contextlib.suppress(OSError):
            os.kill(pid, number)
        for _ in range(int(patience / GLANCE) + 1):
            if not is_alive(pid):
                return
            pause()


def pause() -> None:
    """Let other processes go on for a moment: real time, which no clock of a test stands in for."""
    threading.Event().wait(GLANCE)


def python_here() -> str:
    """The Python of the user's own environment, else ours."""
    import shutil

    return shutil.which("python3") or shutil.which("python") or sys.executable


def _read(host: Host, waiting: queue.Queue[Line]) -> None:
    assert host.process.stdout is not None
    with host.process.stdout as pipe:
        for line in pipe:
            waiting.put(Line(host.name, line.decode("utf-8", "replace").rstrip("\r\n"), clock.now()))
    waiting.put(Line(host.name, None, clock.now()))


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(more or {})}
