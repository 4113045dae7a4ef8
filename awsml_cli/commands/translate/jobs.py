"""`awsml translate jobs`: a folder of documents in S3 into other languages."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.job_words import JobArgument, NameOption, StatusOption
from awsml_cli.commands.translate.group import jobs_group
from awsml_cli.commands.translate.words import (
    IntoOption,
    MannerOptions,
    ParallelOption,
    RoleOption,
    SourceOption,
    TargetOption,
    languages_of,
    wanted_in,
)
from awsml_cli.core import batch
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import step
from awsml_cli.core.record import Blob, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.translate import jobs as service
from awsml_cli.services.translate.wanted import Wanted

FolderArgument = Annotated[str, typer.Argument(metavar="S3URI", help="The documents: s3://BUCKET/FOLDER/.")]
KindOption = Annotated[
    str | None,
    typer.Option("--as", metavar="KIND", help="Only files of this kind: text, html, docx, pptx, xlsx, xliff."),
]
KeyOption = Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt the answer with this key.")]


@jobs_group.command(
    examples="""
    awsml translate jobs start s3://my-bucket/letters/ --to es,fr --into s3://my-bucket/out/ --role "$ROLE"
    awsml translate jobs start s3://my-bucket/letters/ --to de --into s3://my-bucket/out/ --role "$ROLE" --dry-run"""
)
def start(
    session: Session,
    folder: FolderArgument,
    *,
    target: TargetOption,
    into: IntoOption = None,
    source: SourceOption = "auto",
    manner: MannerOptions,
    role: RoleOption = None,
    kind: KindOption = None,
    parallel_data: ParallelOption = None,
    name: NameOption = None,
    kms_key: KeyOption = None,
) -> Record | Listing:
    """Start a job over the documents of a folder in S3; the same once more is the same job."""
    check_lasting(manner)
    targets = languages_of(target)
    wanted = [wanted_in(session, manner, source, one, targets) for one in targets]
    what = over_folder(
        [Source(folder)], into, wanted, role=role, kind=kind, parallel=parallel_data, name=name, kms_key=kms_key
    )
    return run(session, what, timeout=None, wait=False)


@jobs_group.command(
    examples="""
    awsml translate jobs ls
    awsml translate jobs ls --status in_progress -f json"""
)
def ls(session: Session, *, status: StatusOption = None, limit: options.LimitOption = None) -> Listing:
    """List the jobs of this region."""
    return service.listed(session, status=status.upper() if status else None, limit=limit)


@jobs_group.command(examples="awsml translate jobs get 0123abcd --query job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a job now."""
    return service.get(session, service.job_named(job, session))


@jobs_group.command(examples="awsml translate jobs wait 0123abcd --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a job has ended."""
    return service.wait(session, service.job_named(job, session), timeout=timeout)


@jobs_group.command(examples="awsml translate jobs stop 0123abcd")
def stop(session: Session, job: JobArgument) -> Record | Listing:
    """Stop a job."""
    named = service.job_named(job, session)
    if session.dry_run:
        return Listing(iter([step("translate:StopTextTranslationJob", job)]), "Plan")
    return service.stop(session, named)


@jobs_group.command(many=True, examples="awsml translate jobs result 0123abcd -o translated/")
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Many:
    """Give the documents that a job has translated, waited for if it has not ended."""
    left = service.result(session, service.job_named(job, session), timeout=timeout)

    def one(source: Source) -> Blob:
        assert isinstance(source, service.Left)
        return service.content(session, source)

    return Many(list(left), batch.each(left, one, jobs=1))


def check_lasting(manner: dict[str, Any]) -> None:
    """Raises UsageError for words that live for one run."""
    if manner["term"] or manner["glossary"]:
        raise UsageError(
            "a job outlives this run, and words for one run do not", hint="awsml translate terminology put NAME FILE"
        )


def over_folder(
    sources: list[Source],
    into: str | None,
    wanted: list[Wanted],
    *,
    role: str | None,
    kind: str | None,
    parallel: list[str] | None,
    name: str | None = None,
    kms_key: str | None = None,
) -> service.Start:
    """What a job is to do. Raises UsageError for what is no one folder in S3."""
    if len(sources) != 1 or not sources[0].name.startswith("s3://"):
        raise UsageError("a job translates one folder in S3", hint="--file s3://BUCKET/FOLDER/")
    if into is None:
        raise UsageError("a job leaves its answer in S3", hint="--into s3://BUCKET/FOLDER/")
    return service.Start(
        sources[0].name, into, wanted, role=role, kind=kind, parallel=tuple(parallel or ()), name=name, kms_key=kms_key
    )


def run(session: Session, what: service.Start, *, timeout: float | None, wait: bool) -> Record | Listing:
    """Start a job, or say what that would call, and WAIT for its end."""
    if session.dry_run:
        return Listing(iter([service.plan(what)]), "Plan")
    job = service.start(session, what)
    if not wait:
        return job
    ended = service.wait(session, service.job_named(job.id, session), timeout=timeout)
    if ended.failed:
        session.talk.warn(
            f"{ended.failed} documents were not translated; `awsml translate jobs result {job.id}` says why"
        )
    return ended
