"""What a person types at a terminal, or a program sends through a pipe, line by line as it comes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePath

from awsml_cli.cli import streams
from awsml_cli.core import sources, tables
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source

PROMPT = "> "


def at_a_terminal() -> bool:
    """Whether a person types."""
    return streams.is_terminal(sys.stdin)


def lines(session: Session) -> Iterator[str]:
    """The lines of stdin without their ends, each as soon as it is there; at a terminal, after a prompt.

    Ctrl-D ends them; Ctrl-C is a KeyboardInterrupt, on a new line.
    """
    if at_a_terminal():
        yield from _typed()
        return
    for found in tables.lines(sources.read_text(Source("-", relative=PurePath("stdin")), session)):
        if found is not None:
            yield found[0]


def _typed() -> Iterator[str]:
    own = streams.is_terminal(sys.stdout) and sys.stdin is sys.__stdin__
    if own:
        with suppress(ImportError):  # not on Windows
            import readline  # noqa: F401 - what `input` edits lines with, and remembers them
    while True:
        try:
            yield input(PROMPT) if own else _asked()
        except EOFError:
            _new_line()
            return
        except KeyboardInterrupt:
            _new_line()
            raise


def _asked() -> str:
    """A line, asked for on stderr: stdout is somebody else's."""
    sys.stderr.write(PROMPT)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def _new_line() -> None:
    with suppress(OSError):
        sys.stderr.write("\n")
        sys.stderr.flush()
