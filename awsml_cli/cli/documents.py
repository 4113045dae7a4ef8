"""Commands about documents: the inputs that they take, and how what they say is shown.

A command of a `DocumentGroup` returns `Documents`, nothing of which is asked for before it is shown: answer by
answer, the failed ones apart, into one place or, for a folder, into a file for each input.
"""

from __future__ import annotations

import functools
import gc
import inspect
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from awsml_cli.cli import destination, render, report, streams
from awsml_cli.cli.answers import Documents, Gathered, Writer, writer
from awsml_cli.cli.app import CommandGroup, Joined
from awsml_cli.cli.texts import Texts
from awsml_cli.core.documents import Answer, Document
from awsml_cli.core.errors import AwsmlError, PartialFailure, UsageError
from awsml_cli.core.plan import Step, approve
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.talk import Talk

F = TypeVar("F", bound=Callable[..., Any])
Cells = Callable[[Mapping[str, Any]], dict[str, Any]]


class DocumentGroup(CommandGroup):
    """A group whose commands may return `Documents`."""

    def group(self, name: str, help: str, *, default: str | None = None) -> DocumentGroup:
        """A group inside this one."""
        inner = DocumentGroup(help, default=default)
        self.typer.add_typer(inner.typer, name=name)
        return inner

    def command(
        self,
        name: str | None = None,
        *,
        formats: render.Formats | None = None,
        keeps: bool = False,
        many: bool = False,
        bare: Mapping[str, str] | None = None,
        others: bool = False,
        examples: str = "",
    ) -> Callable[[F], F]:
        """Add a command, as `CommandGroup` does."""
        register = super().command(
            name, formats=formats, keeps=keeps, many=many, bare=bare, others=others, examples=examples
        )

        def add(function: F) -> F:
            register(_showing(function, own=formats or {}))
            return function

        return add


def asked(
    session: Session,
    given: Texts,
    *,
    plan: Callable[[Iterable[Document | None]], list[Step]],
    ask: Callable[[Iterable[Document | None], bool], Iterator[list[Answer]]],
    columns: tuple[str, ...],
    cells: Cells = dict,
    members: Cells | None = None,
    listed: bool = False,
    prose: bool = False,
) -> Documents | Listing:
    """What to show of the texts GIVEN: what ASK says about them; with `--dry-run`, its PLAN.

    CELLS makes what a CSV gets, and MEMBERS what a JSON object gets. A dear run is asked about first.
    """

    def planned() -> list[Step]:
        return plan(given.read(session, given.table()))

    if session.dry_run:
        return Listing(iter(planned()), "Plan")
    if given.known:
        approve(session, planned)
    added = members if members is not None and given.jsonl is not None else cells
    table = given.table(added=() if prose else tuple(added({})))

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        return ask(given.read(session, table, keep=keep), parts)

    return Documents(given.sources, table, answers, columns, added, listed=listed, prose=prose)


def no_page(_: object) -> str:
    """Stand in for a format that `Documents` are shown in by a writer of their own."""
    raise AssertionError("documents have writers of their own")


def show(value: Documents, view: render.View, talk: Talk) -> None:
    """Write VALUE as VIEW wants it. Raises PartialFailure, when all is written, where documents of many failed."""
    failures = _Failures(value, view.errors)
    place = view.destination
    if place.output is not None:
        paths = place.files(value.sources if place.folder or place.template else value.sources[:1]) or []
        if place.folder or place.template:
            _apart(value, view, paths, failures)
        else:
            with streams.file(paths[0]) as out:
                _together(value, view, out, failures, talk)
    else:
        with streams.stdout() as out:
            _together(value, view, out, failures, talk)
    failures.close()


def _together(value: Documents, view: render.View, out: streams.Output, failures: _Failures, talk: Talk) -> None:
    """Everything into one place."""
    gathered = Gathered(out)
    to = writer(value, view, gathered)
    for number, answers in enumerate(value.answers(to.parts, to.keep)):
        if number == 1:
            gc.freeze()  # there are many: Python need not search all that the program is made of for garbage again
        for answer in answers:
            _one(answer, to, failures)
        gathered.send()
        if not out.terminal:
            talk.progress(f"{failures.count:,} documents")
    talk.settled()
    to.close()
    gathered.send()


def _apart(value: Documents, view: render.View, paths: Sequence[Path], failures: _Failures) -> None:
    """A file for each input; one whose only document failed is not written."""
    left = list(zip(value.sources, paths, strict=True))
    first = writer(replace(value, sources=value.sources[:1]), view, streams.Output(io.BytesIO(), terminal=False))
    found = chain.from_iterable(value.answers(first.parts, first.keep))
    for source, answers in groupby(found, key=lambda one: one.document.source):
        while left[0][0] is not source:
            _file(value, view, *left.pop(0), iter(()), failures)
        _file(value, view, *left.pop(0), answers, failures)
    for source, path in left:
        _file(value, view, source, path, iter(()), failures)


def _file(
    value: Documents, view: render.View, source: Source, path: Path, answers: Iterator[Answer], failures: _Failures
) -> None:
    alone = replace(value, sources=[source])
    with suppress(_Abandoned), streams.file(path) as out:
        to = writer(alone, view, out)
        for answer in answers:
            if not _one(answer, to, failures) and value.table is None:
                raise _Abandoned
        to.close()


def _one(answer: Answer, to: Writer, failures: _Failures) -> bool:
    """Write one answer, or tell why there is none; say which."""
    if answer.last:
        failures.count += 1
    if answer.error is not None:
        failures.tell(answer, answer.error)
        to.blank(answer)
        return False
    if answer.fields is None and answer.last:
        to.blank(answer)
    else:
        to.write(answer)
    return True


class _Abandoned(Exception):
    """The file that is being written is not to take its place."""


class _Failures:
    """The documents that failed: said on stderr, and written to FILE so that they can be fed back."""

    def __init__(self, value: Documents, file: Path | None) -> None:
        self.count = 0
        self._value = value
        self._failed = 0
        self._file = file
        if file is not None:
            self._write(b"", fresh=True)

    def tell(self, answer: Answer, error: AwsmlError) -> None:
        """Say it. Raises ERROR itself where there is only one document."""
        if not self._value.several:
            raise error
        self._failed += 1
        name = self._value.name(answer)
        about = f"line {name}: " if isinstance(name, int) else f"{name}: "
        about = "" if error.message.startswith(str(name)) else about
        report.error_line(error, about=about)
        if self._file is not None:
            entry: dict[str, Any] = {"input": name}
            if answer.document.row is not None:
                entry["text"] = answer.document.row.text or answer.document.row.raw
            entry |= {"error": error.message, "hint": error.hint}
            self._write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")

    def close(self) -> None:
        """Raise PartialFailure where there were any."""
        if self._failed:
            raise PartialFailure(
                f"{self._failed:,} of {self.count:,} failed"
                + ("; the others are done" if self._failed < self.count else ""),
                hint=None if self._file else "--errors FILE collects them",
            )

    def _write(self, line: bytes, *, fresh: bool = False) -> None:
        assert self._file is not None
        try:
            with self._file.open("wb" if fresh else "ab") as file:
                file.write(line)
        except OSError as problem:
            raise UsageError(
                f"cannot write {self._file}: {problem.strerror or problem}", hint="--errors FILE"
            ) from None


def _showing(function: Callable[..., Any], *, own: render.Formats) -> Callable[..., Any]:
    """FUNCTION, with the `Documents` that it returns shown."""

    def view(ctx: typer.Context) -> render.View:
        words = ctx.params
        return render.View(
            destination.settle(words["format"], words["output"], own=own),
            query=words["query"],
            own=own,
            name_inputs=not words.get("no_input", False),
            errors=words.get("errors"),
        )

    @functools.wraps(function)
    def run(session: Session, *, how: render.View, **words: Any) -> Any:
        value = function(session, **words)
        if isinstance(value, Documents):
            return show(value, how, session.talk)
        return value

    signature = inspect.signature(function, eval_str=True)
    how = inspect.Parameter("how", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[render.View, Joined(view)])
    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), how])  # type: ignore[attr-defined]
    return run
