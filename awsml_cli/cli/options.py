"""Option words, each declared once, so that the same word means the same thing in every command."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.core.errors import UsageError

COMMON_FORMATS = ("auto", "text", "table", "json", "jsonl", "csv", "tsv", "yaml", "raw")


def _formats(incomplete: str) -> Iterable[str]:
    return [name for name in COMMON_FORMATS if name.startswith(incomplete)]


FormatOption = Annotated[
    str,
    typer.Option(
        "-f",
        "--format",
        metavar="FORMAT",
        autocompletion=_formats,
        help="How the answer looks: auto, text, table, "
        "json, jsonl, csv, tsv, yaml, raw (AWS's own answer), or one of this command's own.",
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH", help="Write there: a file, a folder (ends in /) or {stem}.ext."),
]
QueryOption = Annotated[str | None, typer.Option("--query", metavar="EXPR", help="JMESPath over the record.")]
ProfileOption = Annotated[str | None, typer.Option("--profile", metavar="NAME", help="Profile of AWS's configuration.")]
RegionOption = Annotated[str | None, typer.Option("--region", metavar="REGION", help="AWS region.")]
EndpointOption = Annotated[str | None, typer.Option("--endpoint-url", metavar="URL", help="Another address for AWS.")]
LocalOption = Annotated[
    bool | None, typer.Option("--local/--no-local", help="Answer from the engines on this machine instead of AWS.")
]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no warnings.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Say each call with its time, units and price.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Full trace, secrets and payloads masked.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be called and its price; send nothing.")]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing.")]
NoInputOption = Annotated[bool, typer.Option("--no-input", help="No column `input` where there are many inputs.")]
ErrorsOption = Annotated[
    Path | None, typer.Option("--errors", metavar="FILE", help="Write the inputs that failed there, as JSONL.")
]


def confidence(text: str) -> float:
    """A confidence between 0 and 1: `0.9`, `90` and `90%` are the same. Raises UsageError for anything else."""
    try:
        number = float(text.rstrip("%"))
    except ValueError:
        number = -1.0
    if "%" in text or number > 1:
        number /= 100
    if not 0 <= number <= 1:
        raise UsageError(f"`{text}` is not a confidence", hint="0.9, 90 or 90%")
    return number


FreshOption = Annotated[bool, typer.Option("--fresh", help="Ask anew, whatever answer is kept.")]
CacheOption = Annotated[
    bool | None, typer.Option("--cache/--no-cache", help="Keep the answer, so that asking again is free, or keep none.")
]

FileOption = Annotated[
    list[str] | None,
    typer.Option("--file", metavar="PATH", help="Read this file (a glob, a folder, s3://); may be repeated."),
]
FilesFromOption = Annotated[
    str | None,
    typer.Option("--files-from", metavar="FILE", help="Read the names of the inputs from there (- is stdin)."),
]
NullOption = Annotated[
    bool, typer.Option("-0", "--null", help="Names in --files-from end in NUL instead of a line end.")
]
JobsOption = Annotated[
    int, typer.Option("-j", "--jobs", metavar="N", min=1, max=64, help="How many inputs at the same time.")
]
BucketOption = Annotated[str | None, typer.Option("--bucket", metavar="NAME", help="S3 bucket for staging.")]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", metavar="SECONDS", min=0, help="Wait no longer; the job goes on (exit 8).")
]
WaitOption = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the result, or print the job's id.")]
LanguageOption = Annotated[
    str, typer.Option("--language", metavar="CODE", help="Language, as en or en-US; auto finds out.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="No more than N.")]
