"""`awsml medical jobs`: many clinical texts, in S3 or of this machine, as a job; a file is a text."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.job_words import JobArgument, MedicalKindArgument, MedicalKindOption, Over, StatusOption
from awsml_cli.commands.medical.group import jobs_group
from awsml_cli.core.documents import Answer
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services import comprehend as service
from awsml_cli.services import medical
from awsml_cli.services.comprehend import MEDICAL


@jobs_group.command(
    examples="""
    awsml medical jobs start phi notes/ --role "$ROLE"
    awsml medical jobs start icd10 s3://my-bucket/notes/ --to s3://my-bucket/codes/ --role "$ROLE" """,
)
def start(session: Session, kind: MedicalKindArgument, *, over: Over) -> Record | Listing:
    """Start a job over many clinical texts; the same once more is the same job."""
    family = service.family_named(kind, MEDICAL)
    wanted = service.Start(**vars(over))
    if session.dry_run:
        return Listing(iter([service.plan_job(family, wanted)]), "Plan")
    return service.start(session, family, wanted)


@jobs_group.command(examples="awsml medical jobs ls phi --status COMPLETED -f json")
def ls(
    session: Session, kind: MedicalKindOption = None, *, status: StatusOption = None, limit: options.LimitOption = None
) -> Listing:
    """List the jobs of this region."""
    family = service.family_named(kind, MEDICAL) if kind else None
    return service.listed(session, family, group=MEDICAL, status=status.upper() if status else None, limit=limit)


@jobs_group.command(examples="awsml medical jobs get phi/0123abcd --query job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a job now."""
    return service.get_job(session, service.job_named(job, session, MEDICAL))


@jobs_group.command(examples="awsml medical jobs wait phi/0123abcd --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a job has ended."""
    return service.wait_job(session, service.job_named(job, session, MEDICAL), timeout=timeout)


@jobs_group.command(examples="awsml medical jobs stop phi/0123abcd")
def stop(session: Session, job: JobArgument) -> Record | Listing:
    """Stop a job."""
    named = service.job_named(job, session, MEDICAL)
    if session.dry_run:
        return Listing(iter([step("comprehendmedical:Stop", job)]), "Plan")
    return service.stop(session, named)


@jobs_group.command(many=True, examples="awsml medical jobs result icd10/0123abcd -f csv > codes.csv")
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Documents:
    """Show what a job found, read from S3, waited for if it has not ended."""
    named = service.job_named(job, session, MEDICAL)
    analysis = medical.ANALYSES[named.name.partition("/")[0]]

    def answers(_parts: bool, _keep: bool) -> Iterator[list[Answer]]:
        return ([answer] for answer in service.result(session, named, analysis.reading, timeout=timeout))

    return Documents([Source(job)], None, answers, analysis.columns, analysis.cells, listed=True, unknown=True)
