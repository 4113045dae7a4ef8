"""stdout and stderr: what they are, what they may show, and where an answer goes.

Decides per stream whether a person watches, writes data as bytes and flushes it, notices a reader that has
left, and puts files in place whole or not at all.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO

from awsml_cli.core.errors import OutputError

AGAIN = "make room, or name another -o, and run the same command again: an answer that is kept costs nothing"
_COLOURS = {"red": "31", "yellow": "33", "cyan": "36", "bold": "1"}
# Everything that a terminal obeys: C0 but TAB and line feed, DEL, C1, and the bidi overrides that hide text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class ReaderLeft(BaseException):
    """Nobody reads stdout any more (`| head -1`)."""


def is_terminal(stream: TextIO) -> bool:
    """Whether a person watches STREAM."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def has_colour(stream: TextIO) -> bool:
    """Whether STREAM may be coloured: a terminal, unless `NO_COLOR` or `TERM=dumb`; `FORCE_COLOR` wins."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def coloured(text: str, colour: str, stream: TextIO) -> str:
    """TEXT in COLOUR where STREAM may be coloured."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if has_colour(stream) else text


def printable(text: str) -> str:
    """TEXT without what a terminal would obey; our own colours stay."""
    return _CONTROL.sub(lambda m: m[0] if m[0] == "\x1b" and _is_colour(text, m.start()) else "", text)


def without_controls(text: str) -> str:
    """TEXT of a service or a file, safe for a terminal: no control characters but TAB and line feed."""
    return _CONTROL.sub("", text)


class Output:
    """Where one answer goes: bytes are written and flushed at once.

    `terminal` says whether a person sees them, `path` names the file if it is one.
    """

    def __init__(self, sink: IO[bytes], *, terminal: bool, path: Path | None = None) -> None:
        self._sink = sink
        self.terminal = terminal
        self.path = path

    def text(self, text: str) -> None:
        """Write TEXT as UTF-8."""
        self.bytes(_encoded(without_controls(text) if self.terminal else text))

    def styled(self, text: str) -> None:
        """Write TEXT whose colours are ours."""
        self.bytes(_encoded(text))

    def bytes(self, data: bytes) -> None:
        """Write DATA. Raises ReaderLeft, or OutputError where it cannot be written."""
        try:
            self._sink.write(data)
            self._sink.flush()
        except BrokenPipeError:
            raise ReaderLeft from None
        except OSError as problem:
            if self._sink is getattr(sys.stdout, "buffer", None):
                give_up_stdout()
            raise OutputError(
                f"cannot write {self.path or 'to stdout'}: {problem.strerror or problem}", hint=AGAIN
            ) from problem


def _encoded(text: str) -> bytes:
    """TEXT as UTF-8; bytes of a file's name stay themselves, half a pair of surrogates becomes a question mark."""
    return _HALF.sub("\ufffd", text).encode("utf-8", "surrogateescape")


def give_up_stdout() -> None:
    """Let what is still to be written to stdout vanish: nobody can take it, and the interpreter would try again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def open_missing() -> None:
    """Give the process the streams that it was started without (`>&-`): nothing to read, and no place to write."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - open to the end of the process
    if sys.stdout is None:  # a write to it fails, as it would in `cat`
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


@contextmanager
def stdout() -> Iterator[Output]:
    """The process's stdout, as bytes."""
    sys.stdout.flush()
    sink: Any = getattr(sys.stdout, "buffer", sys.stdout)
    yield Output(sink, terminal=is_terminal(sys.stdout))


@contextmanager
def file(path: Path) -> Iterator[Output]:
    """PATH, written under another name and renamed when all is well; a broken run leaves the old file.

    A device or a pipe is written to as it is.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield Output(device, terminal=False)
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    sink: BinaryIO
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = fresh.open("wb")
    except OSError as problem:
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}") from None
    try:
        with sink:
            yield Output(sink, terminal=False, path=fresh)
        _keep_mode(path, fresh)
        os.replace(fresh, path)
    except OSError as problem:
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}", hint=AGAIN) from problem
    finally:
        with suppress(OSError):
            fresh.unlink()


def _keep_mode(old: Path, fresh: Path) -> None:
    with suppress(OSError):
        fresh.chmod(old.stat().st_mode & 0o777)


def _is_colour(text: str, at: int) -> bool:
    return re.compile(r"\x1b\[(\d+m|K)").match(text, at) is not None
