"""The front door: which groups there are, and one call that runs a command line and returns its exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import typer

from awsml_cli import __version__
from awsml_cli.cli import report
from awsml_cli.cli.lazy import LazyGroup

COMPLETE = "_AWSML_COMPLETE"  # what the scripts in completions/ set when a shell asks what could come next

# name -> help; the module is `awsml_cli.commands.<name>`, imported when its name is said
GROUPS = {
    "transcribe": "Speech to text with Amazon Transcribe.",
    "translate": "Text to text in another language with Amazon Translate.",
    "polly": "Text to speech with Amazon Polly.",
    "comprehend": "What texts say, feel and give away, with Amazon Comprehend.",
    "medical": "Clinical texts in English, with Amazon Comprehend Medical.",
    "textract": "Documents to text, tables and fields with Amazon Textract.",
    "api": "Any operation of AWS's AI services, with AWS's own parameters.",
    "services": "Every system of AWS machine learning, and whether it still lives.",
    "deepracer": "Retired: what took its place.",
    "deeplens": "Retired: what took its place.",
    "sumerian": "Retired: what took its place.",
    "local": "The engines on this machine, behind `--local`.",
    "setup": "Make once what the commands need at AWS.",
    "config": "Settings, and which project files are trusted.",
}

EPILOG = """\b
Try it without an account:
  awsml transcribe --local samples/talk.mp3 |
    awsml translate --local --to es | awsml polly --local > talk.es.mp3

\b
Exit codes and formats: docs/reference. Every command: awsml COMMAND --help."""


def app() -> typer.Typer:
    """The program, its groups as placeholders that cost nothing until one is named."""
    root = typer.Typer(
        cls=LazyGroup,
        name="awsml",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=EPILOG,
    )
    root.callback()(_root)
    for name, text in GROUPS.items():
        root.command(name, help=text)(_placeholder)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ARGV (default: the process's) and return its exit code; never raises."""
    args = list(sys.argv[1:] if argv is None else argv)
    if COMPLETE in os.environ:
        return _complete(args)
    return report.run(lambda: app()(args=args, prog_name="awsml", standalone_mode=False), debug="--debug" in args)


def _complete(args: list[str]) -> int:
    """Answer a shell that asks what could come next; typer says by its exit code whether it knew."""
    from typer.completion import completion_init  # type: ignore[attr-defined] # public, though not exported

    completion_init()
    try:
        app()(args=args, prog_name="awsml", standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def entry() -> None:
    """What the command `awsml` calls."""
    gc.set_threshold(50_000, 20, 20)  # a command makes much at its start and throws little of it away
    code = main()
    report.flush()
    if code in (130, 143) or report.abandoned:
        os._exit(code)  # threads may still wait for AWS; nobody waits for them
    sys.exit(code)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"awsml {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and leave."
    ),
) -> None:
    """AWS's AI services as Unix filters, on AWS or on this machine."""


def _placeholder() -> None:
    """Stands in for a group until the group is named."""
