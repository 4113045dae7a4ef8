"""The front door: which groups there are, and one call that runs a command line and returns its exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from awsml_cli import __version__
from awsml_cli.cli import report
from awsml_cli.cli.lazy import LazyGroup, built

COMPLETE = "_AWSML_COMPLETE"  # what the scripts in completions/ set when a shell asks what could come next

# name -> help; the module is `awsml_cli.commands.<name>`, imported when its name is said
GROUPS = {
    "transcribe": "Speech to text with Amazon Transcribe.",
    "translate": "Text to text in another language with Amazon Translate.",
    "polly": "Text to speech with Amazon Polly.",
    "comprehend": "What texts say, feel and give away, with Amazon Comprehend.",
    "medical": "Clinical texts in English, with Amazon Comprehend Medical.",
    "textract": "Documents to text, tables and fields with Amazon Textract.",
    "rekognition": "What pictures and videos show, with Amazon Rekognition.",
    "forecast": "Time series and what comes next, with Amazon Forecast.",
    "personalize": "What people will like next, with Amazon Personalize.",
    "lex": "Conversations with bots, and bots from files, with Lex V2.",
    "a2i": "People who look at what was found, with Amazon A2I.",
    "codeguru": "Reviews of code and profiles of programs with CodeGuru.",
    "braket": "Quantum circuits and devices with Amazon Braket.",
    "sagemaker": "Models trained and served with Amazon SageMaker.",
    "compute": "Machines and images to train and serve on: types, prices, ids.",
    "ecr": "Images in Amazon ECR: listed, scanned, removed.",
    "jobs": "What runs and has ended at AWS, across services.",
    "running": "What bills while it idles, over all regions.",
    "quota": "How much of a service this account may use.",
    "iam": "The least policy that commands need, for IAM.",
    "api": "Any operation of AWS's AI services, with AWS's parameters.",
    "services": "Every system of AWS machine learning, and if it still lives.",
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
    return report.run(
        lambda: built(app())(args=args, prog_name="awsml", standalone_mode=False), debug="--debug" in args
    )


def _run(args: list[str]) -> Any:
    return built(app())(args=args, prog_name="awsml", standalone_mode=False)


def _complete(args: list[str]) -> int:
    """Answer a shell that asks what could come next; typer says by its exit code whether it knew."""
    from typer.completion import completion_init  # type: ignore[attr-defined] # public, though not exported

    completion_init()
    try:
        _run(args)
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
