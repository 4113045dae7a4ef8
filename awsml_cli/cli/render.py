"""Values into bytes on stdout or in files: every format, once, for every command.

Records go out as they come, each flushed; `--query` is applied here; text that came from a service is made
safe for a terminal in `streams`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsml_cli.cli import report, streams
from awsml_cli.cli.cells import csv_line, draw_table, flat, json_text, yaml_text
from awsml_cli.cli.destination import Destination, refuse_over
from awsml_cli.cli.query import query
from awsml_cli.core import batch
from awsml_cli.core.errors import AwsmlError, CheckFailed, OutputError, UsageError
from awsml_cli.core.record import Blob, Checked, Drawing, Listing, Many, Outcome, Parts, Record
from awsml_cli.core.sources import Source

Formats = Mapping[str, Callable[[Any], str | bytes]]


STRUCTURED = ("json", "jsonl", "csv", "tsv", "yaml", "raw", "table")


@dataclass(frozen=True)
class View:
    """How this run wants to see its answer: `own` are the command's own formats, by name."""

    destination: Destination
    query: str | None = None
    own: Formats | None = None
    name_inputs: bool = True
    errors: Path | None = None

    @property
    def format(self) -> str:
        """The format asked for."""
        return self.destination.format


def show(value: object, view: View) -> int:
    """Write VALUE as VIEW wants it and return the exit code: 5 where some inputs failed, else 0."""
    if view.query is not None and view.own and view.format in view.own and view.format not in STRUCTURED:
        raise UsageError(f"--query does not go with -f {view.format}", hint="-f json, or leave one of them out")
    if isinstance(value, Many):
        return _show_many(value, view)
    if value is None:
        return 0
    if isinstance(value, Checked):
        show(value.found, view)
        if value.failure is not None:
            raise value.failure if isinstance(value.failure, AwsmlError) else CheckFailed(value.failure)
        return 0
    path = view.destination.file()
    with _open(path) as out:
        _one(value, view, out)
    if isinstance(value, Parts | Listing) and value.failure is not None and (failed := value.failure()) is not None:
        raise failed
    return 0


def _open(path: Path | None) -> AbstractContextManager[streams.Output]:
    return streams.stdout() if path is None else streams.file(path)


def _one(value: object, view: View, out: streams.Output) -> None:
    """One answer without inputs."""
    if isinstance(value, Blob):
        _bytes(value, out)
    elif isinstance(value, Parts):
        _parts(value, view, out)
    elif isinstance(value, Drawing):
        out.styled(value.text)
    elif isinstance(value, Listing):
        _listing(value, view, out)
    elif isinstance(value, Record):
        look = value.looks.get(_resolved(view, out)) if view.query is None else None
        if look is not None:
            out.text(getattr(value, look)())
        else:
            _records(iter([value]), view, out, single=True)
    else:
        raise TypeError(f"a command returned {type(value).__name__}")


def _show_many(many: Many, view: View) -> int:
    paths = view.destination.files(many.sources)
    several = len(many.sources) > 1
    if several and paths is None and view.own and view.format in view.own:
        raise UsageError(f"several inputs give several {view.format} files", hint="name a folder: -o out/")
    for source in many.sources if view.errors is not None else ():
        if source.path is not None:
            refuse_over(source.path, [view.errors])
    failures = _Failures(view.errors)
    if not several:
        failures.fatal = True
    if paths is not None:
        # to the end of the outcomes, not of the paths: a check that did not pass is said behind the last one
        for outcome, path in zip(many.outcomes, paths, strict=False):
            with failures.apart(outcome.source):
                if (value := failures.sift(outcome)) is not None:
                    with streams.file(path) as out:
                        _one(value, view, out)
        return failures.exit_code
    with streams.stdout() as out:
        if not several:
            for outcome in many.outcomes:
                if (value := failures.sift(outcome)) is not None:
                    _one(value, view, out)
        else:
            _together(many.outcomes, failures, view, out)
    return failures.exit_code


class _Failures:
    """The inputs that failed: said on stderr, and written to `--errors FILE` so that they can be fed back."""

    def __init__(self, path: Path | None) -> None:
        self.exit_code = 0
        self.fatal = False
        self._path = path
        if path is not None:
            try:
                path.write_bytes(b"")
            except OSError as problem:
                raise UsageError(f"cannot write {path}: {problem.strerror or problem}", hint="--errors FILE") from None

    def sift(self, outcome: Outcome) -> Record | Parts | Blob | Listing | None:
        """The value of OUTCOME, or None after its error has been told."""
        with self.apart(outcome.source):
            if outcome.error is not None:
                raise outcome.error
        return outcome.value

    @contextmanager
    def apart(self, source: Source) -> Iterator[None]:
        """Let what fails with SOURCE stop nobody else, unless all would meet it."""
        try:
            yield
        except AwsmlError as error:
            if self.fatal or batch.shared(error) or isinstance(error, UsageError | OutputError):
                raise
            self._tell(source, error)

    def _tell(self, source: Source, error: AwsmlError) -> None:
        report.error_line(error, about="" if source.name in error.message else f"{source.name}: ")
        self.exit_code = 5
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                entry = {"input": source.name, "error": error.message, "hint": error.hint}
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _together(outcomes: Iterator[Outcome], failures: _Failures, view: View, out: streams.Output) -> None:
    """Answers of several inputs on one stdout, each record with its input."""

    def records() -> Iterator[tuple[Record, str]]:
        for outcome in outcomes:
            name = outcome.source.name if view.name_inputs else ""
            with failures.apart(outcome.source):
                value = failures.sift(outcome)
                if isinstance(value, Blob):
                    raise UsageError("several inputs give several files", hint="name a folder: -o out/")
                if isinstance(value, Parts):
                    value = value.whole("".join(value.text))
                if isinstance(value, Listing):
                    yield from ((record, name) for record in value.records)
                elif value is not None:
                    yield value, name

    _write(records(), view, out, single=False)


def _bytes(blob: Blob, out: streams.Output) -> None:
    if out.terminal:
        if blob.readable and (text := _readable(b"".join(blob.chunks(False)))) is not None:
            out.text(_ended(text))
            return
        raise UsageError("this answer is not for a terminal's eyes: it is binary", hint="-o FILE, or pipe it on")
    for chunk in blob.chunks(out.path is not None):
        out.bytes(chunk)
    if blob.finish is not None and out.path is not None:
        blob.finish(out.path)


def _readable(data: bytes) -> str | None:
    """DATA as text, None where it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _parts(parts: Parts, view: View, out: streams.Output) -> None:
    if view.format in ("auto", "text") and view.query is None:
        last = "\n"
        for text in parts.text:
            out.text(text)
            last = text or last
        if out.terminal and not last.endswith("\n"):
            out.text("\n")
        return
    _records(iter([parts.whole("".join(parts.text))]), view, out, single=True)


def _listing(listing: Listing, view: View, out: streams.Output) -> None:
    if view.format == "raw":
        answer = {listing.name: [record.raw for record in listing.records]}
        out.text(json_text(query(view.query, answer)) + "\n")
    elif view.query is not None:
        loose(query(view.query, [record.fields() for record in listing.records]), view, out)
    else:
        _records(listing.records, view, out, single=False)


def _records(records: Iterator[Record], view: View, out: streams.Output, *, single: bool) -> None:
    _write(((record, None) for record in records), view, out, single=single)


Named = Iterator[
    tuple[Record, str | None]
]  # with the input's name: None where there is one, empty where it is unwanted


def _write(records: Named, view: View, out: streams.Output, *, single: bool) -> None:
    format = _resolved(view, out)
    if view.own and format in view.own and view.query is None:
        for record, _name in records:
            document = view.own[format](record)
            out.bytes(document) if isinstance(document, bytes) else out.text(document)
    elif view.query is not None and format != "raw":
        values = (query(view.query, _named(record, name)) for record, name in records)
        if format == "json" and not single:
            _array(values, out)
        else:
            for value in values:
                loose(value if single or format != "yaml" else [value], view, out)
    else:
        _WRITERS[format](records, view, out, single)


def _resolved(view: View, out: streams.Output) -> str:
    if view.format == "auto":
        return "table" if out.terminal else "text"
    return view.format


def _text(records: Named, view: View, out: streams.Output, single: bool) -> None:
    for record, name in records:
        if record.prose and name is None:
            out.text(str(getattr(record, record.prose)))
        else:
            out.text("\t".join(flat(cell) for cell in _row(record, name)) + "\n")


def _table(records: Named, view: View, out: streams.Output, single: bool) -> None:
    rows, heads = [], []
    for record, name in records:
        if single and record.prose and view.format != "table":
            out.text(_ended(str(getattr(record, record.prose))))
            return
        heads = [*(["input"] if name else []), *_columns(record)]
        rows.append([flat(cell) for cell in _row(record, name)])
    if single and rows:
        heads, rows = ["field", "value"], [[head, cell] for head, cell in zip(heads, rows[0], strict=True)]
    if rows:
        out.styled(draw_table(heads, rows, coloured=out.terminal and streams.has_colour(sys.stdout)))


def _as_json(records: Named, view: View, out: streams.Output, single: bool) -> None:
    if single:
        for record, name in records:
            out.text(json_text(_named(record, name)) + "\n")
        return
    _array((_named(record, name) for record, name in records), out)


def _array(values: Iterator[Any], out: streams.Output) -> None:
    """A JSON array of VALUES, each written as it comes."""
    before = "[\n"
    for value in values:
        body = json_text(value).replace("\n", "\n  ")
        out.text(f"{before}  {body}")
        before = ",\n"
    out.text("[]\n" if before == "[\n" else "\n]\n")


def _as_jsonl(records: Named, view: View, out: streams.Output, single: bool) -> None:
    for record, name in records:
        out.text(json.dumps(_named(record, name), ensure_ascii=False) + "\n")


def _as_yaml(records: Named, view: View, out: streams.Output, single: bool) -> None:
    empty = True
    for record, name in records:
        entry: Any = _named(record, name)
        out.text(yaml_text(entry if single else [entry]))
        empty = False
    if empty and not single:
        out.text("[]\n")


def _as_csv(records: Named, view: View, out: streams.Output, single: bool) -> None:
    head: list[str] | None = None
    for record, name in records:
        row = {**({"input": name} if name else {}), **_chosen(record)}
        if head is None:
            head = list(row)
            out.text(csv_line(head))
        out.text(csv_line(_for_csv(row.get(column)) for column in head))


def _for_csv(value: Any) -> Any:
    """VALUE in a cell of CSV: text and numbers as they are, which CSV can hold; a list as in text."""
    return value if isinstance(value, str | int | float) else flat(value)


def _as_tsv(records: Named, view: View, out: streams.Output, single: bool) -> None:
    for index, (record, name) in enumerate(records):
        if index == 0:
            out.text("\t".join([*(["input"] if name else []), *_columns(record)]) + "\n")
        out.text("\t".join(flat(cell) for cell in _row(record, name)) + "\n")


def _as_raw(records: Named, view: View, out: streams.Output, single: bool) -> None:
    for record, _name in records:
        raw = record.raw if record.raw is not None else record.fields()
        if isinstance(raw, bytes) and view.query is None:
            out.bytes(raw)
            continue
        answer = (
            json.loads(raw) if isinstance(raw, bytes) else {k: v for k, v in raw.items() if k != "ResponseMetadata"}
        )
        out.text(json_text(query(view.query, answer)) + "\n")


_WRITERS: dict[str, Callable[[Named, View, streams.Output, bool], None]] = {
    "text": _text,
    "table": _table,
    "json": _as_json,
    "jsonl": _as_jsonl,
    "yaml": _as_yaml,
    "csv": _as_csv,
    "tsv": _as_tsv,
    "raw": _as_raw,
}


def _columns(record: Record) -> tuple[str, ...]:
    return record.columns or tuple(type(record).model_fields)


def _chosen(record: Record) -> dict[str, Any]:
    fields = record.fields()
    return {column: fields.get(column) for column in _columns(record)}


def _row(record: Record, name: str | None) -> list[Any]:
    return [*([name] if name else []), *_chosen(record).values()]


def _named(record: Record, name: str | None) -> dict[str, Any]:
    return {**({"input": name} if name else {}), **record.fields()}


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def loose(value: Any, view: View, out: streams.Output) -> None:
    """What a `--query` found: any JSON value, in the format asked for."""
    format = view.format
    if format in ("json", "raw"):
        out.text(json_text(value) + "\n")
    elif format == "yaml":
        out.text(yaml_text(value))
    elif format == "jsonl":
        for part in value if isinstance(value, list) else [value]:
            out.text(json.dumps(part, ensure_ascii=False) + "\n")
    else:
        rows = value if isinstance(value, list) and any(isinstance(part, list | dict) for part in value) else [value]
        for row in rows:
            cells = list(row.values()) if isinstance(row, dict) else row if isinstance(row, list) else [row]
            out.text(csv_line(cells) if format == "csv" else "\t".join(flat(cell) for cell in cells) + "\n")
