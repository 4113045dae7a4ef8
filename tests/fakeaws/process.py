"""The program under test as a process of its own, in a pipe or at a real terminal."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any

from fakeaws.program import Result
from fakeaws.server import HttpFrontEnd

PATIENCE = 60.0  # seconds that a process may take
COMMAND = ("-m", "awsml_cli")
_CODES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]")
_SITE = Path(__file__).parent / "subprocess_site"
_FROM_OUTSIDE = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG", "AWSML_MODELS")


class Process:
    """Runs `python -m awsml_cli` to its end. The fixture `awsml_process` is one of these.

    The environment is made from nothing: this AWS, no other host, a home of its own. Waits are cut short
    (see `subprocess_site`), unless `real_time`.
    """

    def __init__(self, server: HttpFrontEnd, home: Path) -> None:
        self.server = server
        self.home = home

    def __call__(
        self,
        *args: str | os.PathLike[str],
        stdin: bytes | str | None = None,
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        real_time: bool = False,
    ) -> Result:
        """Run the program with ARGS and wait for its end."""
        child = self.start(
            *args, env=env, cwd=cwd, real_time=real_time, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE
        )
        out, err = child.communicate(stdin.encode() if isinstance(stdin, str) else stdin, timeout=PATIENCE)
        return Result(child.returncode, out, err.decode(errors="replace"))

    def start(
        self,
        *args: str | os.PathLike[str],
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        real_time: bool = False,
        **streams: Any,
    ) -> subprocess.Popen[bytes]:
        """Start the program and leave it running: for signals, and for pipes between several."""
        options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        command = [sys.executable, *COMMAND, *(os.fspath(arg) for arg in args)]
        child = subprocess.Popen(command, env=self.environment(env, real_time=real_time), cwd=cwd, **options)
        if self.server.aws is not None:
            self.server.aws.restart()
            self.server.aws.on_kill = child.kill
        return child

    def environment(
        self, changes: Mapping[str, str | None] | None = None, *, real_time: bool = False
    ) -> dict[str, str]:
        """Make the environment of a run."""
        env = {name: os.environ[name] for name in _FROM_OUTSIDE if name in os.environ}
        env |= self.server.env
        env |= {"HOME": str(self.home), "USERPROFILE": str(self.home), "TERM": "xterm-256color", "PYTHONUTF8": "1"}
        env |= {"PYTHONPATH": str(_SITE), "FAKEAWS_REAL_TIME": "1" if real_time else ""}
        for name, value in (changes or {}).items():
            env.pop(name, None)
            if value is not None:
                env[name] = value
        return env


class Terminal:
    """A run at a pseudo-terminal, from the start to `finish`.

    `piped` names the streams that are pipes in spite of it, `stdin` is what is piped in; what comes out of pipes is in the
    result's `stdout` and `stderr`.
    """

    def __init__(
        self,
        process: Process,
        *args: str | os.PathLike[str],
        piped: Collection[str] = (),
        stdin: bytes | None = None,
        size: tuple[int, int] = (24, 80),
        **options: Any,
    ) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.screen = b""
        self._keyboard, screen = pty.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        pipes = {*piped, *({"stdin"} if stdin is not None else ())}
        streams: dict[str, Any] = {
            name: subprocess.PIPE if name in pipes else screen for name in ("stdin", "stdout", "stderr")
        }

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(screen, termios.TIOCSCTTY, 0)

        self.child = process.start(*args, preexec_fn=own_terminal, **streams, **options)
        os.close(screen)
        self._piped: dict[int, bytes] = {pipe.fileno(): b"" for pipe in (self.child.stdout, self.child.stderr) if pipe}
        self._open = [self._keyboard, *self._piped]
        if self.child.stdin:
            threading.Thread(target=_feed, args=(self.child.stdin, stdin or b""), daemon=True).start()

    @property
    def text(self) -> str:
        """Give what has come to the screen, without colours and cursor movements."""
        return _CODES.sub(b"", self.screen).replace(b"\r\n", b"\n").decode(errors="replace")

    def wait_for(self, text: str) -> None:
        """Wait until TEXT stands on the screen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.text:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"{text!r} never came to the screen: {self.text!r}")

    def type(self, text: str) -> None:
        """Type TEXT."""
        os.write(self._keyboard, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.type("\x03")

    def finish(self) -> Result:
        """Wait for the end. Without pipes, the result's stdout is the screen."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline - time.monotonic()):
            pass
        if self._open:
            self.child.kill()
        code = self.child.wait()
        out = self._piped[self.child.stdout.fileno()] if self.child.stdout else self.screen
        err = self._piped[self.child.stderr.fileno()] if self.child.stderr else b""
        self.close()
        return Result(code, out, err.decode(errors="replace"))

    def close(self) -> None:
        """Kill what still runs, and close the terminal."""
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdout, self.child.stderr):
            if pipe:
                pipe.close()
        if self._keyboard >= 0:
            os.close(self._keyboard)
            self._keyboard = -1

    def _read(self, patience: float) -> bool:
        """Read what has come; False at the end, or where nothing came for so long."""
        if not self._open or patience <= 0:
            return False
        for source in select.select(self._open, [], [], patience)[0]:
            try:
                piece = os.read(source, 65536)
            except OSError:  # Linux: nobody holds the other side of the terminal any more
                piece = b""
            if not piece:
                self._open.remove(source)
            elif source == self._keyboard:
                self.screen += piece
            else:
                self._piped[source] += piece
        return True


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(data)
