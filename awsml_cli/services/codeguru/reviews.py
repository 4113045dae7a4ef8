"""Reviews: of a branch, of a change, or of a folder here, which is zipped and staged for the time of its review."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import corpus, jobs, packing, paging, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import AwsmlError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.codeguru.associations import S3, find, reviewer
from awsml_cli.services.codeguru.records import Association, Review

SERVICE: Final = "codeguru"
ANALYSES: Final = {"security": "Security", "quality": "CodeQuality"}
TYPES: Final = ("RepositoryAnalysis", "PullRequest")


@dataclass(frozen=True)
class Asked:
    """What is reviewed: a BRANCH, the change between two commits or branches, or a FOLDER with what was BUILT of it."""

    association: str
    analyses: tuple[str, ...] = ()
    branch: str | None = None
    change: tuple[str, str] | None = None
    folder: Path | None = None
    built: Path | None = None
    name: str | None = field(default=None)

    def kinds(self) -> list[str]:
        """The analyses as AWS calls them. Raises UsageError for one that is none."""
        if unknown := [one for one in self.analyses if one not in ANALYSES]:
            raise UsageError(f"there is no analysis `{unknown[0]}`", hint="--analysis security or quality")
        return [ANALYSES[one] for one in self.analyses or ANALYSES]

    def check(self, association: Association) -> None:
        """Raises UsageError where this cannot be asked of ASSOCIATION's repository."""
        if association.provider_type == S3:
            if self.folder is None or self.branch or self.change:
                raise UsageError(
                    f"{association.name} is a bucket: name the folder with the code",
                    hint="awsml codeguru review src/ …",
                )
            return
        if self.folder is not None or self.built is not None:
            raise UsageError(
                f"the code of {association.name} is in {association.provider_type}: name no folder",
                hint="--branch main",
            )
        if (self.branch is None) == (self.change is None):
            raise UsageError("say what to review", hint="--branch main, or --change main..topic")


def named(session: Session, text: str) -> JobId:
    """The review that TEXT names: `codeguru:REGION:ID`, an ARN, or an id of this region."""
    if text.startswith("arn:"):
        parts = text.split(":")
        if len(parts) < 7 or parts[2] != "codeguru-reviewer":
            raise InputError(f"`{text}` is no review's ARN", hint="awsml codeguru reviews ls")
        job = JobId(SERVICE, parts[3], parts[-1])
        session.once(("review", str(job)), lambda: text)
        return job
    return job_id(text, service=SERVICE, region="" if ":" in text else session.region)


def arn_of(session: Session, job: JobId) -> str:
    """The ARN of JOB; where only its id is known, in this account."""

    def make() -> str:
        account = session.client("sts").get_caller_identity()["Account"]
        return f"arn:aws:codeguru-reviewer:{job.region}:{account}:code-review:{job.name}"

    return session.once(("review", str(job)), make)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB. Raises InputError where there is no such review."""
    client = reviewer(session, region=job.region)
    try:
        return dict(client.describe_code_review(CodeReviewArn=arn_of(session, job))["CodeReview"])
    except ServiceError as error:
        if error.code in ("ResourceNotFoundException", "NotFoundException"):
            raise InputError(f"there is no review {job}", hint="awsml codeguru reviews ls") from None
        raise


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="code review",
    describe=describe,
    status=lambda answer: str(answer.get("State", "")),
    reason=lambda answer: str(answer.get("StateReason", "")),
    done=frozenset({"Completed"}),
    failed=frozenset({"Failed", "Deleting"}),
    group="reviews",
)


def list_reviews(session: Session, *, repository: str | None = None, limit: int | None = None) -> Listing:
    """The reviews of this region, of whole repositories and of pull requests."""
    wanted = {"RepositoryNames": [repository]} if repository else {}

    def records() -> Iterator[Review]:
        for kind in TYPES:
            found = paging.items(reviewer(session).list_code_reviews, "CodeReviewSummaries", Type=kind, **wanted)
            yield from (record(session, one) for one in found)

    return Listing(islice(records(), limit), "CodeReviewSummaries")


def get_review(session: Session, job: JobId) -> Review:
    """What AWS says about a review now."""
    return record(session, describe(session, job))


def wait_review(session: Session, job: JobId, *, timeout: float | None = None) -> Review:
    """Wait until a review has ended, and remove what was staged for it. Raises JobFailed, TimedOut."""
    try:
        answer = jobs.wait(session, KIND, job, timeout=timeout)
    except JobFailed:
        tidy(session, job)
        raise
    tidy(session, job)
    return record(session, answer)


def tidy(session: Session, job: JobId) -> None:
    """Remove what was staged for JOB, which has ended; what cannot be removed is said."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None and entry.state != "clean":
        _unstage(session, entry)


def plan(session: Session, asked: Asked) -> list[Step]:
    """What a review would call. Nothing is sent that changes anything."""
    asked.kinds()
    association = find(session, asked.association)
    asked.check(association)
    staged = [step("s3:PutObject", str(path)) for path in (asked.folder, asked.built) if path is not None]
    return [*staged, step("codeguru-reviewer:CreateCodeReview", association.name)]


def start(session: Session, asked: Asked) -> JobId:
    """Have the review under way; the same once more is the same review, unless its code or its branch has moved on.

    Raises InputError, UsageError for what cannot be reviewed.
    """
    kinds = asked.kinds()
    association = find(session, asked.association)
    asked.check(association)
    archives = {name: packing.zipped(path) for name, path in (("source", asked.folder), ("build", asked.built)) if path}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in archives.items()}
    key = key_of(SERVICE, association.association_arn, kinds, asked.branch, asked.change, asked.name, digests)
    ledger = Ledger()
    known = None if session.fresh else ledger.find(key)
    if known is not None and known.output and (job := _found(session, known, archived=bool(archives))):
        return job
    if known is None or known.state != "staging":
        again = session.fresh or known is not None
        name = asked.name or f"awsml-{key[:40]}" + (f"-{uuid.uuid4().hex[:12]}" if again else "")
        known = Entry(key, SERVICE, session.region, name, bucket=association.bucket, input=association.name)
        known = ledger.put(replace(known, staged=f"{staging.PREFIX}{name}/" if archives else None))
    for part, data in archives.items():
        assert known.bucket is not None
        with staging.spooled(Source(f"{part}.zip"), [data]) as media:
            staging.put(session, media, bucket=known.bucket, key=f"{known.staged}{part}.zip")
    source = _source(asked, association, {part: f"{known.staged}{part}.zip" for part in archives})
    try:
        answer = reviewer(session).create_code_review(
            Name=known.job,
            RepositoryAssociationArn=association.association_arn,
            Type={"RepositoryAnalysis": {"SourceCodeType": source}, "AnalysisTypes": kinds},
            ClientRequestToken=known.job[:64],
        )["CodeReview"]
    except ServiceError as error:
        if 400 <= error.status < 500:
            _unstage(session, known)
        raise
    arn = str(answer["CodeReviewArn"])
    job = named(session, arn)
    ledger.put(replace(known, job=job.name, output=arn, state="started"))
    return _running(session, job)


def _found(session: Session, entry: Entry, *, archived: bool) -> JobId | None:
    """The review of an earlier run: one that goes on, or one of the same code; a branch may have moved on since."""
    job = named(session, str(entry.output))
    if entry.state == "clean" and not archived:
        return None
    try:
        failed = KIND.status(describe(session, job)) in KIND.failed
    except InputError:
        failed = True
    return None if failed else _running(session, job)


def _unstage(session: Session, entry: Entry) -> None:
    if entry.staged and entry.bucket:
        try:
            corpus.empty(session, entry.bucket, entry.staged, region=entry.region)
        except AwsmlError as error:
            session.talk.warn(f"s3://{entry.bucket}/{entry.staged} is left at AWS: {error.message}")
            return
    Ledger().move(entry, "clean")


def _running(session: Session, job: JobId) -> JobId:
    session.running[str(job)] = KIND.command("wait", job)
    return job


def _source(asked: Asked, association: Association, staged: dict[str, str]) -> dict[str, Any]:
    if staged:
        artifacts = {"SourceCodeArtifactsObjectKey": staged["source"]}
        if "build" in staged:
            artifacts["BuildArtifactsObjectKey"] = staged["build"]
        details = {"BucketName": association.bucket, "CodeArtifacts": artifacts}
        return {"S3BucketRepository": {"Name": association.name, "Details": details}}
    if asked.branch is not None:
        return {"RepositoryHead": {"BranchName": asked.branch}}
    assert asked.change is not None
    before, after = asked.change
    if all(len(one) >= 7 and set(one) <= set("0123456789abcdef") for one in asked.change):
        return {"CommitDiff": {"SourceCommit": after, "DestinationCommit": before}}
    return {"BranchDiff": {"SourceBranchName": after, "DestinationBranchName": before}}


def record(session: Session, answer: dict[str, Any]) -> Review:
    """The record of AWS's ANSWER about a review."""
    metrics = answer.get("Metrics") or answer.get("MetricsSummary") or {}
    return Review.of(
        answer,
        id=str(named(session, answer["CodeReviewArn"])),
        findings=metrics.get("FindingsCount"),
        lines=metrics.get("MeteredLinesOfCodeCount"),
    )
