"""`awsml braket run`: circuits in OpenQASM 3 into counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options, streams
from awsml_cli.cli.app import Joined
from awsml_cli.commands.braket.group import app
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import AwsmlError, UsageError
from awsml_cli.core.plan import Step, approve
from awsml_cli.core.record import Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services import braket as service

ENDINGS: Final = ("qasm", "qasm3")
OWN: Final[dict[str, Callable[[Any], str | bytes]]] = {"svg": service.svg, "png": service.png}
_ROWS: Final = ("auto", "text", "table", "csv", "tsv")


@dataclass(frozen=True)
class How:
    """How counts are shown: as rows, with bars for a person, or as one record."""

    rows: bool
    drawn: bool


def how(ctx: typer.Context) -> How:
    """What the common options say of it."""
    words = ctx.params
    format, output = words["format"], words["output"]
    by_name = output.rpartition(".")[2] if output and format == "auto" else ""
    watched = format == "auto" and output is None and streams.is_terminal(sys.stdout)
    rows = format in _ROWS and words["query"] is None and by_name not in ("json", "jsonl", "yaml", "yml", *OWN)
    return How(rows, watched or format == "table")


HowOptions = Annotated[How, Joined(how)]


def shown(made: Any, how: How) -> Record | Listing:
    """What was MADE as rows, if HOW says so."""
    if isinstance(made, service.Measured) and how.rows:
        return Listing(iter(made.rows(drawn=how.drawn)), "counts")
    found: Record = made
    return found


@app.command(
    formats=OWN,
    keeps=True,
    many=True,
    examples="""
    awsml braket run bell.qasm
    awsml braket run bell.qasm --device Garnet --shots 100 --dry-run
    awsml braket run bell.qasm --shots 500 -o bell.svg
    awsml braket run circuits/ -o counts/ -f csv
    cat bell.qasm | awsml braket run --shots 100 | sort""",
)
def run(
    session: Session,
    circuits: Annotated[
        list[str] | None,
        typer.Argument(metavar="CIRCUIT", help="Programs in OpenQASM 3: files, folders, globs, s3://, or - for stdin."),
    ] = None,
    *,
    device: Annotated[
        str, typer.Option("--device", metavar="NAME", help="Where: sv1, dm1, tn1, the name of a QPU, or an ARN.")
    ] = "sv1",
    shots: Annotated[
        int | None, typer.Option("--shots", metavar="N", min=0, help="How often to measure; 1,000 on a simulator.")
    ] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="The value of an input; with --local.")
    ] = None,
    bucket: Annotated[
        str | None, typer.Option("--bucket", metavar="NAME", help="Where results go: a bucket amazon-braket-….")
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
    how: HowOptions,
) -> Many | Listing:
    """Run circuits, and count what was measured: bit string, TAB, count."""
    named = sources.paths(sources.names(circuits, files_from=files_from, null=null), endings=ENDINGS)
    inputs = _inputs(values or ())
    read: dict[int, service.Circuit | AwsmlError] = {}
    for place, source in enumerate(named):
        try:
            read[place] = service.load(session, source, inputs=inputs)
        except AwsmlError as error:
            if len(named) == 1 or batch.shared(error) or isinstance(error, UsageError):
                raise
            read[place] = error
    chosen = service.find(session, device)
    service.usable(session, chosen)
    count = service.shots_for(chosen, shots)

    def planned() -> Iterator[Step]:
        for circuit in read.values():
            if not isinstance(circuit, AwsmlError):
                made = service.plan(session, circuit, chosen, shots=count)
                if made is not None:
                    yield made

    if session.dry_run:
        return Listing(iter(list(planned())), "Plan")
    if len(named) == 1:
        approve(session, lambda: list(planned()))
    else:
        approve(session, lambda: _lenient(planned()))
    places = {id(source): place for place, source in enumerate(named)}

    def one(source: Source) -> Record | Listing:
        circuit = read[places[id(source)]]
        if isinstance(circuit, AwsmlError):
            raise circuit
        made = service.run(session, circuit, chosen, shots=count, bucket=bucket, timeout=timeout, wait=wait)
        return shown(made, how)

    return Many(named, batch.each(named, one, jobs=jobs))


def _lenient(steps: Iterator[Step]) -> list[Step]:
    """STEPS up to the first circuit that its device would refuse, which is told in its turn."""
    found: list[Step] = []
    try:
        found.extend(steps)
    except AwsmlError:
        return found
    return found


def _inputs(words: Any) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        name, sign, value = word.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            sign = ""
        if not sign or not name.isidentifier():
            raise UsageError(f"`{word}` sets no input", hint="--set theta=0.5")
    return found
