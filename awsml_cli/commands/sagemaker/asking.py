"""`awsml sagemaker invoke`: an endpoint asked once, or about every line of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.app import Joined
from awsml_cli.cli.documents import asked as asked_about
from awsml_cli.cli.texts import Texts
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.local import body_of
from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import JsonLines, Table
from awsml_cli.services.sagemaker.remote import invoking, lines
from awsml_cli.services.sagemaker.remote.invoking import Asked
from awsml_cli.services.sagemaker.remote.lines import Lines


@dataclass(frozen=True)
class Rows:
    """Whether every line is asked about, and how."""

    lines: bool
    jsonl: str | None
    batch: int | None
    jobs: int

    @property
    def word(self) -> str | None:
        """The option that said so."""
        return "--lines" if self.lines else "--jsonl" if self.jsonl is not None else None


def _rows(
    lines: Annotated[
        bool, typer.Option("--lines", help="Ask about every line; line N of the answer belongs to line N.")
    ] = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FIELD", help="Ask about FIELD of every JSON line; gives them with `answer`."),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(
            "--batch",
            metavar="N",
            min=1,
            max=lines.MOST,
            help="Lines of one request: those of JSON as one array, others one below the other.",
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", metavar="N", min=1, max=64, help="How many requests at the same time.")
    ] = 4,
) -> Rows:
    """What was said about lines. Raises UsageError for words that do not go together."""
    if lines and jsonl is not None:
        raise UsageError("--lines and --jsonl cannot both be", hint="a table is read in one way")
    if batch is not None and not lines and jsonl is None:
        raise UsageError("--batch is about lines, and none are asked about", hint="--lines, or --jsonl FIELD")
    return Rows(lines, jsonl, batch, jobs)


@dataclass(frozen=True)
class Values(Texts):
    """Lines whose fields may hold any JSON."""

    values: bool = True

    def table(self, *, added: Sequence[str] = ()) -> Table | None:
        """A new reader of rows."""
        if self.jsonl is not None:
            return JsonLines(self.jsonl, added=added, values=self.values)
        return super().table(added=added)


@app.command(
    many=True,
    examples="""
    awsml sagemaker invoke my-endpoint -d '[[1.0, 2.0]]'
    awsml sagemaker invoke my-endpoint -d @points.csv --content-type text/csv
    awsml sagemaker invoke my-endpoint --lines -d @points.csv --content-type text/csv --batch 100 -j 8
    echo '[[1.0, 2.0]]' | awsml sagemaker invoke my-endpoint --stream | head -1""",
)
def invoke(
    session: Session,
    name: group.EndpointArgument,
    *,
    data: Annotated[
        str, typer.Option("-d", "--data", metavar="TEXT", help="What is asked; @FILE is a file, - is stdin.")
    ] = "-",
    content_type: group.ContentTypeOption = "application/json",
    accept: group.AcceptOption = "*/*",
    rows: Annotated[Rows, Joined(_rows)],
    stream: Annotated[bool, typer.Option("--stream", help="Show the answer as it comes, piece by piece.")] = False,
    async_: Annotated[bool, typer.Option("--async", help="Ask an asynchronous endpoint; fetch its answer.")] = False,
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME", help="Only this variant.")] = None,
    target_model: Annotated[
        str | None, typer.Option("--target-model", metavar="FILE", help="Of an endpoint with many models.")
    ] = None,
    component: Annotated[
        str | None, typer.Option("--component", metavar="NAME", help="Of an endpoint with inference components.")
    ] = None,
    attributes: Annotated[
        str | None, typer.Option("--custom-attributes", metavar="TEXT", help="Handed on to the model.")
    ] = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
) -> Blob | Record | Documents | Listing:
    """Ask an endpoint: bytes in, bytes out, untouched; or about every line of a file."""
    if stream and async_:
        raise UsageError("--stream and --async cannot be together")
    asked = Asked(name, b"", content_type, accept, variant, target_model, attributes, component)
    if rows.word is not None:
        if stream or async_:
            raise UsageError(f"{rows.word} goes with neither --stream nor --async")
        return _each(session, Lines(asked, rows.batch, rows.jobs), rows, data)
    asked = Asked(name, body_of(session, data), content_type, accept, variant, target_model, attributes, component)
    if session.dry_run:
        return invoking.plan(asked)
    if stream:
        return Blob(lambda _to_file: invoking.stream(session, asked), content_type=content_type)
    if async_:
        answer = invoking.invoke_async(session, asked, bucket=bucket, timeout=timeout)
        return Blob(lambda _to_file: [answer], content_type=content_type)
    body, kind = invoking.invoke(session, asked)
    return Blob(lambda _to_file: [body], content_type=kind)


def _each(session: Session, wanted: Lines, rows: Rows, data: str) -> Documents | Listing:
    """The answer to each line of DATA."""
    if data == "-" or data.startswith("@"):
        found = sources.paths([data.removeprefix("@")])
    else:
        found = [Source("TEXT", relative=PurePath("text"), text=data)]
    given = Values(found, rows.lines, None, rows.jsonl, values=wanted.of_json)
    return asked_about(
        session,
        given,
        plan=lambda read: lines.plan(wanted, read),
        ask=lambda read, _parts: lines.answers(session, wanted, read),
        columns=(lines.COLUMN,),
        cells=_cells,
        prose=rows.lines,
    )


def _cells(fields: Any) -> dict[str, Any]:
    return {lines.COLUMN: fields.get(lines.COLUMN)}
