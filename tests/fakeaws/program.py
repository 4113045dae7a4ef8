"""The program under test, run in this process: its arguments in, its exit code and both streams out."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import needs
import pytest

from fakeaws.faults import Killed
from fakeaws.inprocess import front_end

KILLED = -9
STREAMS = frozenset({"stdin", "stdout", "stderr"})


@dataclass(frozen=True)
class Result:
    """How a run ended. KILLED (-9) is the exit code where the test killed it."""

    exit_code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """Give stdout as text."""
        return self.stdout.decode()

    @property
    def killed(self) -> bool:
        """Tell whether the test killed it."""
        return self.exit_code == KILLED


class Program:
    """Calls `awsml_cli.main.main`. The fixture `awsml` is one of these."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch

    def __call__(
        self,
        *args: str | os.PathLike[str],
        stdin: bytes | str | None = None,
        tty: Collection[str] = (),
        answers: str = "",
        head: int | None = None,
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> Result:
        """Run the program with ARGS.

        STDIN is what is piped in; with None, reading it fails the test, unless stdin is in TTY. TTY names the streams that are
        terminals, ANSWERS is what is typed at questions, HEAD the number of lines after which the reader of stdout leaves,
        ENV the variables to set (or, with None, to unset).
        """
        assert STREAMS.issuperset(tty), f"no such stream: {tty}"
        main = importlib.import_module("awsml_cli.main").main
        before = 0
        if front_end.aws is not None:
            front_end.aws.restart()
            before = len(front_end.aws.calls)
        given = _Stdin(stdin, terminal="stdin" in tty)
        shown = _Stdout(head)
        said = io.BytesIO()
        with ExitStack() as stack:
            stack.enter_context(_environment(env or {}))
            stack.enter_context(_folder(cwd))
            stack.enter_context(_questions(self.scratch, answers))
            streams = [
                _stream(given, "stdin" in tty),
                _stream(shown, "stdout" in tty),
                _stream(said, "stderr" in tty),
            ]
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                stack.enter_context(mock.patch.object(sys, name, stream))
            code = _exit_code(main, [os.fspath(arg) for arg in args])
            _flush(streams[1:])
        if front_end.aws is not None and needs.RECORD:
            needs.note([os.fspath(arg) for arg in args], front_end.aws.calls[before:])
        if given.refused:
            pytest.fail(f"awsml {' '.join(map(str, args))} read stdin, although none was given")
        return Result(code, shown.seen, said.getvalue().decode())


class _Stdin(io.BytesIO):
    """What is piped in; notes when it is read though the test gave none."""

    def __init__(self, content: bytes | str | None, *, terminal: bool) -> None:
        super().__init__(content.encode() if isinstance(content, str) else content or b"")
        self.absent = content is None and not terminal
        self.refused = False

    def read(self, size: int | None = -1, /) -> bytes:
        self._note()
        return super().read(size)

    def read1(self, size: int | None = -1, /) -> bytes:
        self._note()
        return super().read1(size if size is not None else -1)

    def readline(self, size: int | None = -1, /) -> bytes:
        self._note()
        return super().readline(size)

    def _note(self) -> None:
        if self.absent:
            self.refused = True
            raise OSError("the test gave no stdin")


class _Stdout(io.BytesIO):
    """What is shown, up to the line after which the reader leaves."""

    def __init__(self, head: int | None) -> None:
        super().__init__()
        self.head = head

    @property
    def seen(self) -> bytes:
        """Give what the reader has read."""
        lines = self.getvalue().splitlines(keepends=True)
        return b"".join(lines if self.head is None else lines[: self.head])

    def write(self, data: Any, /) -> int:
        if self.head is not None and self.getvalue().count(b"\n") >= self.head:
            raise BrokenPipeError(32, "Broken pipe")
        return super().write(data)


def _stream(raw: io.BytesIO, terminal: bool) -> io.TextIOWrapper:
    stream = io.TextIOWrapper(raw, encoding="utf-8", errors="surrogateescape", write_through=True, newline="\n")
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    raw.isatty = lambda: terminal  # type: ignore[method-assign]
    return stream


def _flush(streams: list[io.TextIOWrapper]) -> None:
    for stream in streams:
        try:
            stream.flush()
        except BrokenPipeError:
            continue
        finally:
            stream.detach()


def _exit_code(main: Any, args: list[str]) -> int:
    try:
        return int(main(args) or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except Killed:
        return KILLED


@contextmanager
def _environment(changes: Mapping[str, str | None]) -> Iterator[None]:
    with mock.patch.dict(os.environ):
        for name, value in changes.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        yield


@contextmanager
def _folder(path: str | os.PathLike[str] | None) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(path or before)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _questions(scratch: Path, answers: str) -> Iterator[None]:
    """Let questions, which the program asks the terminal itself, be answered by the test and never by whoever runs it."""
    talk = importlib.import_module("awsml_cli.cli.talk")
    if not hasattr(talk, "_TERMINAL"):
        yield
        return
    typed = scratch / "typed"
    typed.write_text(answers, encoding="utf-8")
    with mock.patch.object(talk, "_TERMINAL", str(typed)):
        yield
