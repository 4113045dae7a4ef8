"""`awsml translate TEXT`, `languages`: texts, files and tables into other languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Final

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.documents import asked
from awsml_cli.cli.texts import Given, Texts
from awsml_cli.commands.translate.group import app
from awsml_cli.commands.translate.jobs import check_lasting, over_folder, run
from awsml_cli.commands.translate.words import (
    FormOptions,
    IntoOption,
    MannerOptions,
    ParallelOption,
    RoleOption,
    SourceOption,
    TargetOption,
    languages_of,
    wanted_in,
)
from awsml_cli.core import batch, sources
from awsml_cli.core.documents import Document
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Blob, Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import documents
from awsml_cli.services import translate as service
from awsml_cli.services.translate.wanted import Wanted

NOTHING: Final = Wanted("")


@dataclass(frozen=True)
class Aim(Source):
    """An input and what is to become of it."""

    wanted: Wanted = NOTHING


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml translate --to es "Where is the station?"
    awsml translate --to fr < letter.txt
    awsml translate --to de,fr,ja --file 'docs/*.txt' -o translated/
    awsml translate --to es --from en --term "Acme Cloud=Acme Cloud" "Acme Cloud is here."
    awsml translate --to es --csv comment --file survey.csv > survey.es.csv
    awsml translate --to es,fr --file s3://my-bucket/letters/ --into s3://my-bucket/out/ --role "$ROLE" --dry-run
    awsml transcribe talk.mp3 -f vtt | awsml translate --to es | awsml polly --fit > dubbed.mp3
    git log -1 --format=%B | awsml translate --to ja | awsml polly > log.mp3""",
)
def text(
    session: Session,
    *,
    given: Given,
    target: TargetOption,
    source: SourceOption = "auto",
    manner: MannerOptions,
    form: FormOptions,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
    jobs: options.JobsOption = 4,
    into: IntoOption = None,
    role: RoleOption = None,
    parallel_data: ParallelOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Many | Listing | Documents | Record:
    """Translate TEXT, stdin, files or tables of any length, in the form they have; a folder in S3 as a job."""
    if files_from is not None:
        listed = sources.paths(sources.names(None, files_from=files_from, null=null))
        given = replace(given, sources=listed)
    over_s3 = form.via == "batch" or any(one.remote and one.name.endswith("/") for one in given.sources)
    if over_s3:
        check_lasting(manner)
    targets = languages_of(target)
    wanted = [wanted_in(session, manner, source, one, targets) for one in targets]
    if given.lines or given.csv or given.jsonl:
        if len(wanted) > 1:
            raise UsageError("a table is translated into one language at a time")
        return _rows(session, given, wanted[0])
    if over_s3:
        start = over_folder(given.sources, into, wanted, role=role, kind=form.kind, parallel=parallel_data)
        return run(session, start, timeout=timeout, wait=wait)
    if into or role or parallel_data:
        raise UsageError("--into, --role and --parallel-data are a job's words", hint="--file s3://BUCKET/FOLDER/")
    aims = list(_aims(session, given.sources, wanted))
    if session.dry_run:
        return Listing((service.plan_source(session, one, one.wanted, form) for one in aims), "Plan")
    approve(session, lambda: [service.plan_source(session, one, one.wanted, form) for one in aims if not one.slow])

    def one(origin: Source) -> Parts | Blob:
        assert isinstance(origin, Aim)
        found = service.translate_source(session, origin, origin.wanted, form)
        if isinstance(found, Parts) and len(aims) > 1:  # what is done here is done beside the others
            return Parts(iter(["".join(found.text)]), found.whole)
        return found

    return Many(aims, batch.each(aims, one, jobs=jobs))


@app.command(examples="awsml translate languages -f csv")
def languages(session: Session) -> Listing:
    """List the languages that Translate knows."""
    return service.languages(session)


def _aims(session: Session, given: list[Source], wanted: list[Wanted]) -> Iterator[Aim]:
    """Each of GIVEN for each language; with several, the language stands in the names of their files."""
    for origin in given:
        here = origin
        if len(wanted) > 1 and origin.slow and not origin.remote:
            here = replace(origin, path=_kept(session, origin))  # stdin can be read once
        suffix = origin.relative.suffix
        ending = suffix[1:] if suffix[1:].lower() in documents.ENDINGS else None
        for one in wanted:
            relative = here.relative
            if len(wanted) > 1:
                relative = relative.with_name(f"{relative.stem}.{one.target}{suffix or '.txt'}")
            yield Aim(here.name, here.path, PurePath(relative), here.text, ending, wanted=one)


def _kept(session: Session, origin: Source) -> Path:
    """What ORIGIN says, in a file for the time of this run."""
    file = Path(session.hold(TemporaryDirectory(prefix="awsml-"))) / "stdin"
    with file.open("wb") as out:
        out.writelines(sources.read_chunks(origin, session))
    return file


def _rows(session: Session, given: Texts, wanted: Wanted) -> Documents | Listing:
    def plan(found: Iterable[Document | None]) -> list[Any]:
        return service.plan_rows(given.name, (one.row.text for one in found if one is not None and one.row))

    return asked(
        session,
        given,
        plan=plan,
        ask=lambda found, parts: service.translate_rows(session, found, wanted, parts=parts),
        columns=service.COLUMNS,
        cells=lambda fields: {"translated_text": fields.get("translated_text")},
        prose=given.lines,
    )
