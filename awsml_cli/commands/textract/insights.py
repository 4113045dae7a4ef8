"""`awsml textract insights`: documents looked into by projects and blueprints, those, and the jobs behind it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options, report, streams
from awsml_cli.cli.readings import How, HowOptions
from awsml_cli.commands.textract.group import app
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import ConfigError, PartialFailure, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.limits import TEXTRACT_FORMATS
from awsml_cli.core.record import Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.textract import insights as service

insights_app = app.group(
    "insights", "Document insights: text, tables and fields, as a project or blueprints say.", default="read"
)
jobs_app = insights_app.group("jobs", "Insights jobs: list, look at, wait for, fetch, remove.")
projects_app = insights_app.group("projects", "Projects; made and changed by `awsml api textract create-project …`.")
blueprints_app = insights_app.group(
    "blueprints", "Blueprints; made and changed by `awsml api textract create-blueprint …`."
)

FORMATS: Final = {name: methodcaller("rendered", name) for name in ("md", "html", "csv")}
OWNERS: Final = {"mine": "ACCOUNT", "aws": "SERVICE"}

FieldsOption = Annotated[
    bool, typer.Option("--fields", help="Show the fields of blueprints: name, value, confidence, document, blueprint.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@insights_app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml textract insights report.pdf --project reports
    awsml textract insights report.pdf --project reports -f md > report.md
    awsml textract insights report.pdf --project reports -o found/
    awsml textract insights scan.pdf --blueprint public-w2-form | grep employer
    awsml textract insights report.pdf --project reports -f json | jq '.custom[0].inference_result'""",
)
def read(
    session: Session,
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOCUMENT", help="Files, folders, globs, s3://BUCKET/KEY, or - for stdin."),
    ] = None,
    *,
    project: Annotated[
        str | None, typer.Option("--project", metavar="NAME|ARN", help="The project that says what is looked for.")
    ] = None,
    blueprint: Annotated[
        list[str] | None,
        typer.Option(
            "--blueprint", metavar="NAME|ARN[:VERSION]", help="A blueprint, where there is no project; may be repeated."
        ),
    ] = None,
    fields: FieldsOption = False,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
    how: HowOptions,
) -> Many | Listing | None:
    """Look into DOCUMENT in one job; with `-o FOLDER/` all files that AWS writes are kept there."""
    wanted = service.Wanted(project, tuple(blueprint or ()))
    wanted.check()
    found = sources.paths(sources.names(documents, files_from=files_from, null=null), endings=TEXTRACT_FORMATS)
    whole = how.folder and how.format == "auto" and not fields
    if whole:
        _apart(found)
    if session.dry_run:
        return Listing(iter(list(service.plan(found, wanted))), "Plan")

    def one(source: Source) -> Any:
        made = service.look_into(session, source, wanted, format=how.format, bucket=bucket, timeout=timeout, wait=wait)
        return made.listing() if fields and isinstance(made, service.Insights) else made

    outcomes = batch.each(found, one, jobs=jobs)
    if whole and wait:
        _all_files(outcomes, how, several=len(found) > 1)
        return None
    return Many(found, outcomes)


@projects_app.command("ls", examples="awsml textract insights projects ls")
def ls_projects(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the projects of this region."""
    return service.projects(session, limit=limit)


@projects_app.command("show", examples="awsml textract insights projects show reports -f json")
def show_project(
    session: Session,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name, or its ARN.")],
) -> Record:
    """Show what PROJECT looks for and writes."""
    return service.get_project(session, project)


@blueprints_app.command(
    "ls",
    examples="""
    awsml textract insights blueprints ls
    awsml textract insights blueprints ls --owner aws | cut -f1""",
)
def ls_blueprints(
    session: Session,
    *,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="mine|aws", help="Only your own, or those that AWS made.")
    ] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the blueprints of this region, your own first."""
    if owner is not None and owner not in OWNERS:
        raise UsageError(f"a blueprint is never of `{owner}`", hint=f"--owner {' or '.join(OWNERS)}")
    return service.blueprints(session, owner=OWNERS[owner] if owner else None, limit=limit)


@blueprints_app.command(
    "show",
    examples="""
    awsml textract insights blueprints show public-w2-form
    awsml textract insights blueprints show receipts --query blueprint_schema | jq .""",
)
def show_blueprint(
    session: Session,
    blueprint: Annotated[
        str, typer.Argument(metavar="BLUEPRINT", help="Its name or its ARN, and :VERSION for another than the latest.")
    ],
) -> Record:
    """Show the fields of BLUEPRINT."""
    return service.get_blueprint(session, blueprint)


@jobs_app.command(examples="awsml textract insights jobs ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the insights jobs that began here and are not fetched yet."""
    return service.list_jobs(session, limit=limit)


@jobs_app.command(
    examples='awsml textract insights jobs get "$(awsml textract insights report.pdf --project reports --no-wait)"'
)
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, _job(session, job))


@jobs_app.command(
    examples='awsml textract insights jobs wait "$(awsml textract insights report.pdf --project reports --no-wait)"'
)
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, _job(session, job), timeout=timeout)


@jobs_app.command(
    formats=FORMATS,
    keeps=True,
    examples="""
    awsml textract insights jobs result "$(awsml textract insights report.pdf --project reports --no-wait)" -f md""",
)
def result(
    session: Session,
    job: JobArgument,
    *,
    fields: FieldsOption = False,
    timeout: options.TimeoutOption = None,
    how: HowOptions,
) -> Record | Listing | None:
    """Show what JOB has found, waiting for it if need be."""
    named = _job(session, job)
    made = service.result(session, named, timeout=timeout)
    if how.folder and how.format == "auto" and not fields:
        assert how.output is not None
        _write(made, Path(how.output))
        return None
    return made.listing() if fields else made


@jobs_app.command(
    examples='awsml textract insights jobs rm "$(awsml textract insights report.pdf --project reports --no-wait)" -y'
)
def rm(session: Session, job: JobArgument) -> None:
    """Remove what JOB needed and wrote in S3; AWS forgets the job by itself."""
    wanted = _job(session, job)
    if session.dry_run:
        return
    if not (session.assume_yes or session.talk.confirm(f"Remove what {wanted} needed and wrote?")):
        raise ConfigError(f"{wanted} was not removed: nobody confirmed it", hint="-y removes without a question")
    service.remove_job(session, wanted)


def _job(session: Session, text: str) -> JobId:
    return job_id(text, service=service.SERVICE, region="" if ":" in text else session.region)


def _apart(found: list[Source]) -> None:
    """Raises UsageError where two documents would have one folder."""
    seen: dict[Path, str] = {}
    for source in found:
        place = Path(source.relative.with_suffix(""))
        if place in seen:
            raise UsageError(
                f"{seen[place]} and {source.name} would both be written into {place}/", hint="-f md -o {index}.md"
            )
        seen[place] = source.name


def _all_files(outcomes: Iterator[Outcome], how: How, *, several: bool) -> None:
    """Write all that was found into a folder for each document. Raises PartialFailure where some of SEVERAL failed."""
    failed = done = 0
    assert how.output is not None
    for outcome in outcomes:
        if outcome.error is not None:
            if not several:
                raise outcome.error
            report.error_line(outcome.error, about=f"{outcome.source.name}: ")
            failed += 1
        elif isinstance(outcome.value, service.Insights):
            done += 1
            _write(outcome.value, Path(how.output) / outcome.source.relative.with_suffix(""))
    if failed:
        raise PartialFailure(f"{failed} of {failed + done} failed; the others are done")


def _write(made: service.Insights, folder: Path) -> None:
    for name, data in made.files.items():
        with streams.file(folder / service.safe(name)) as out:
            out.bytes(data)
