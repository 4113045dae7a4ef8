"""How a run ends: every exception becomes one sentence, a hint and an exit code. The only place that catches all."""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer
from typer.exceptions import TyperException

from awsml_cli.cli import streams
from awsml_cli.core.errors import AwsmlError

ISSUES = "https://github.com/awsml/awsml-cli/issues"


class Terminated(KeyboardInterrupt):
    """SIGTERM came: to the work under way it is what Ctrl-C is."""


class Interrupted(BaseException):
    """Ctrl-C or SIGTERM came while a command ran; RUNNING names what goes on at AWS."""

    def __init__(self, code: int, running: dict[str, str]) -> None:
        super().__init__()
        self.code = code
        self.running = running


def run(command: Callable[[], Any], *, debug: bool = False) -> int:
    """Call COMMAND and return the exit code that its ending means."""
    streams.open_missing()
    previous = _on_sigterm()
    try:
        return _run(command, debug=debug)
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)


def _run(command: Callable[[], Any], *, debug: bool) -> int:
    try:
        code = command()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except streams.ReaderLeft:
        return _quietly()
    except BrokenPipeError:
        return _quietly()
    except Interrupted as end:
        return _interrupted(end.code, end.running)
    except Terminated:
        return _interrupted(143, {})
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(130, {})
    except AwsmlError as error:
        return error_line(error, debug=debug)
    except TyperException as error:
        return _usage(error)
    except SystemExit as end:
        return _quietly() if end.code == 1 else int(end.code or 0)
    except Exception as bug:
        return _unexpected(bug, debug=debug)


def error_line(error: AwsmlError, *, debug: bool = False, about: str = "") -> int:
    """Say ERROR on stderr, with what it is ABOUT where many inputs are at work; return its exit code."""
    if debug:
        traceback.print_exception(error)
    say(f"{streams.coloured('error:', 'red', sys.stderr)} {about}{error.message}")
    if error.hint:
        say(f"{streams.coloured('hint:', 'cyan', sys.stderr)} {error.hint}")
    return error.exit_code


def say(text: str) -> None:
    """One line on stderr; nobody there to read it is no failure."""
    with suppress(OSError, ValueError):
        sys.stderr.write(streams.printable(text) + "\n")
        sys.stderr.flush()


def flush() -> None:
    """Empty both streams, or give up on a reader that has left."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def _usage(error: TyperException) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        say(message)
        return 2
    text = message[:1].lower() + message[1:]
    say(f"{streams.coloured('error:', 'red', sys.stderr)} {text.rstrip('.')}")
    if context is not None:
        say(f"{streams.coloured('hint:', 'cyan', sys.stderr)} {context.command_path} --help")
    return error.exit_code


def _unexpected(bug: Exception, *, debug: bool) -> int:
    from awsml_cli.core import refusals

    if "botocore.exceptions" in sys.modules:
        known = refusals.translate(bug, service="AWS", operation="answer")
        if known is not None:
            return error_line(known, debug=debug)
    if debug:
        traceback.print_exception(bug)
    say(f"{streams.coloured('error:', 'red', sys.stderr)} this is a bug in awsml: {type(bug).__name__}: {bug}")
    say(f"{streams.coloured('hint:', 'cyan', sys.stderr)} run it again with --debug for the trace; report it: {ISSUES}")
    return 1


def _interrupted(code: int, running: dict[str, str]) -> int:
    say("interrupted" if code == 130 else "terminated")
    for job, how in running.items():
        say(f"still running at AWS: {job} ({how})")
    return code


abandoned = False  # whether the reader left: threads may still wait for AWS, and nobody waits for them


def _quietly() -> int:
    """The reader has left: nothing more is to be written, not even by the interpreter at its end."""
    global abandoned
    abandoned = True
    streams.give_up_stdout()
    return 0


def _on_sigterm() -> Any:
    def stop(_signal: int, _frame: Any) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGTERM, stop)
