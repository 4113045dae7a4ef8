"""`awsml comprehend jobs` and `topics`: many documents, in S3 or of this machine, as a job."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.choosing import MaskOption, TagsOption
from awsml_cli.cli.job_words import (
    DocumentLanguageOption,
    DocumentsOption,
    JobArgument,
    KindArgument,
    KindOption,
    ModelOption,
    Over,
    StatusOption,
    TopicsOption,
)
from awsml_cli.commands.comprehend.group import app, jobs_group
from awsml_cli.core.documents import Answer
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.readings import Choice
from awsml_cli.services import comprehend as service


@app.command(
    examples="""
    awsml comprehend topics s3://my-bucket/in/ --to s3://my-bucket/out/ --role "$ROLE"
    awsml comprehend topics letters/ --documents file --topics 3 --role "$ROLE" -f csv""",
)
def topics(
    session: Session,
    *,
    over: Over,
    documents: DocumentsOption = "line",
    number: TopicsOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing | Record:
    """Find the topics of many documents; at AWS closed to accounts that did not use it before April 2026."""
    family = service.family_named("topics")
    wanted = service.Start(**vars(over), parted=documents, topics=number)
    if session.dry_run:
        return Listing(iter([service.plan_job(family, wanted)]), "Plan")
    if not session.local:
        session.talk.warn("topic modelling has been closed to new customers since 2026-04-30; --local has it")
    job = service.start(session, family, wanted)
    return service.topics(session, service.job_named(job.id, session), timeout=timeout) if wait else job


@jobs_group.command(
    examples="""
    awsml comprehend jobs start sentiment reviews.txt --language en --role "$ROLE"
    awsml comprehend jobs start language s3://my-bucket/ --to s3://my-bucket/ --role "$ROLE"
    awsml comprehend jobs start pii --tags --language en s3://my-bucket/in/ --to s3://my-bucket/safe/ --dry-run""",
)
def start(
    session: Session,
    kind: KindArgument,
    *,
    over: Over,
    documents: DocumentsOption = "line",
    language: DocumentLanguageOption = "",
    mask: MaskOption = None,
    tags: TagsOption = False,
    model: ModelOption = None,
) -> Record | Listing:
    """Start a job over many documents; the same once more is the same job."""
    family = service.family_named(kind)
    wanted = service.Start(
        **vars(over), parted=documents, language=language, mask="tags" if tags else mask, model=model
    )
    if session.dry_run:
        return Listing(iter([service.plan_job(family, wanted)]), "Plan")
    return service.start(session, family, wanted)


@jobs_group.command(
    examples="""
    awsml comprehend jobs ls
    awsml comprehend jobs ls sentiment --status IN_PROGRESS -f json""",
)
def ls(
    session: Session, kind: KindOption = None, *, status: StatusOption = None, limit: options.LimitOption = None
) -> Listing:
    """List the jobs of this region."""
    family = service.family_named(kind) if kind else None
    return service.listed(session, family, status=status.upper() if status else None, limit=limit)


@jobs_group.command(examples="awsml comprehend jobs get sentiment/0123abcd --query job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a job now."""
    return service.get_job(session, service.job_named(job, session))


@jobs_group.command(examples="awsml comprehend jobs wait sentiment/0123abcd --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a job has ended."""
    return service.wait_job(session, service.job_named(job, session), timeout=timeout)


@jobs_group.command(examples="awsml comprehend jobs stop sentiment/0123abcd")
def stop(session: Session, job: JobArgument) -> Record | Listing:
    """Stop a job."""
    named = service.job_named(job, session)
    return Listing(iter([step("comprehend:Stop", job)]), "Plan") if session.dry_run else service.stop(session, named)


@jobs_group.command(many=True, examples="awsml comprehend jobs result sentiment/0123abcd -f csv > sentiment.csv")
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Documents | Listing:
    """Show what a job found, read from its archive in S3, waited for if it has not ended."""
    named = service.job_named(job, session)
    if named.name.startswith("topics/"):
        return service.topics(session, named, timeout=timeout)
    analysis = service.ANALYSES[named.name.partition("/")[0]]

    def answers(_parts: bool, _keep: bool) -> Iterator[list[Answer]]:
        found = service.result(session, named, lambda: analysis.reading("", Choice()), timeout=timeout)
        return ([answer] for answer in found)

    columns, origin = analysis.columns, [Source(job)]
    return Documents(origin, None, answers, columns, analysis.added, listed=analysis.listed, unknown=True)
